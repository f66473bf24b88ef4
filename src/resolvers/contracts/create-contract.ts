import { z } from 'zod';
import { requireAction } from '../../authz/refusal.ts';
import { newId } from '../../db/new-id.ts';
import { insertContract } from '../../db/queries/contracts.ts';
import type { CreateContractInput } from '../../schema/contract-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { parseInput } from '../parse-input.ts';
import { auditPark } from '../resources/audit-park.ts';
import { parkOf } from '../resources/resource-rows.ts';
import { contractFields, requireSoundTerms } from './contract-input.ts';

const form = z.object({ parkId: z.string(), ...contractFields });

/** Creates a contract; needs CONTRACT_MANAGE on the park. Answers its UUID. @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT */
export async function createContract(context: RequestContext, input: CreateContractInput): Promise<string> {
  const { parkId, endsOn = null, pricePerMwh = null, currency = null, ...given } = parseInput(form, input);
  const terms = { ...given, endsOn, pricePerMwh, currency };
  requireSoundTerms(terms);
  const id = newId();
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await parkOf(tx, viewer, parkId)).row.organizationId],
    work: async (command) => {
      const { tx, actor, instant } = command;
      const { row: park, access } = await parkOf(tx, actor, parkId);
      requireAction(access, 'CONTRACT_MANAGE');
      await insertContract(tx, { id, parkId: park.id, createdAt: instant, ...terms });
      auditPark(command, park.organizationId, access, {
        action: 'contract.created',
        subjectId: globalId('contract', id),
        details: { parkId: globalId('park', park.id), ...terms },
      });
      return id;
    },
  });
}
