import { z } from 'zod';
import { requireAction } from '../../authz/refusal.ts';
import { type ContractTerms, updateContractRow } from '../../db/queries/contracts.ts';
import { NothingChanged } from '../../db/tx.ts';
import type { UpdateContractInput } from '../../schema/contract-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import { changedFields } from '../changes.ts';
import type { RequestContext } from '../context/request-context.ts';
import { parseInput } from '../parse-input.ts';
import { auditPark } from '../resources/audit-park.ts';
import { contractFields, requireSoundTerms } from './contract-input.ts';
import { contractOf, contractToChange } from './contract-rows.ts';

const form = z.object({
  contractId: z.string(),
  title: contractFields.title.nullish(),
  counterparty: contractFields.counterparty.nullish(),
  startsOn: contractFields.startsOn.nullish(),
  endsOn: contractFields.endsOn,
  pricePerMwh: contractFields.pricePerMwh,
  currency: contractFields.currency,
});

/**
 * Changes a contract; needs CONTRACT_MANAGE on its park. Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, also where what is given does not go with what stays
 */
export async function updateContract(context: RequestContext, input: UpdateContractInput): Promise<string> {
  const { contractId, ...given } = parseInput(form, input);
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await contractOf(tx, viewer, contractId)).row.park.organizationId],
    work: async (command) => {
      const { row, access } = await contractToChange(command.tx, command.actor, contractId);
      requireAction(access, 'CONTRACT_MANAGE');
      const { before, after, none } = changedFields<Partial<ContractTerms>>(row, {
        title: given.title ?? undefined,
        counterparty: given.counterparty ?? undefined,
        startsOn: given.startsOn ?? undefined,
        endsOn: given.endsOn,
        pricePerMwh: given.pricePerMwh,
        currency: given.currency,
      });
      if (none) throw new NothingChanged(row.id);
      requireSoundTerms({ ...row, ...after });
      await updateContractRow(command.tx, row.id, after);
      auditPark(command, row.park.organizationId, access, {
        action: 'contract.updated',
        subjectId: globalId('contract', row.id),
        details: { parkId: globalId('park', row.park.id), before, after },
      });
      return row.id;
    },
  });
}
