import { requireAction } from '../../authz/refusal.ts';
import { deleteContractRow } from '../../db/queries/contracts.ts';
import type { DeleteContractInput } from '../../schema/contract-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditPark } from '../resources/audit-park.ts';
import { contractOf, contractToChange } from './contract-rows.ts';

/** Deletes a contract; needs CONTRACT_MANAGE on its park. @throws NOT_FOUND, FORBIDDEN */
export function deleteContract(context: RequestContext, { contractId }: DeleteContractInput): Promise<void> {
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await contractOf(tx, viewer, contractId)).row.park.organizationId],
    work: async (command) => {
      const { row, access } = await contractToChange(command.tx, command.actor, contractId);
      requireAction(access, 'CONTRACT_MANAGE');
      await deleteContractRow(command.tx, row.id);
      const { id, park, ...terms } = row;
      auditPark(command, park.organizationId, access, {
        action: 'contract.deleted',
        subjectId: globalId('contract', id),
        details: { parkId: globalId('park', park.id), ...terms },
      });
    },
  });
}
