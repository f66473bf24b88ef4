import { requirePending, requireSide } from '../../authz/cooperation-rules.ts';
import { deleteCooperations } from '../../db/queries/organizations.ts';
import type { CooperationIdInput } from '../../schema/cooperation-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditCooperation } from './cooperation-records.ts';
import { cooperationOf } from './cooperation-rows.ts';

/**
 * Declines a cooperation that the viewer's organization was invited to by its identifier (C2): nothing is left of it.
 * @throws FORBIDDEN, NOT_FOUND, CONFLICT once it is accepted
 */
export function declineCooperation(
  context: RequestContext,
  { cooperationId }: CooperationIdInput,
): Promise<void> {
  return context.command({
    mode: 'ACCESS',
    // Nobody locks what they may not change.
    organizations: async (tx, viewer) => {
      const { side, sides } = await cooperationOf(tx, viewer, cooperationId);
      requireSide(side, 'PARTNER', 'C2');
      return sides;
    },
    work: async (command) => {
      const { tx, actor } = command;
      const found = await cooperationOf(tx, actor, cooperationId);
      requireSide(found.side, 'PARTNER', 'C2');
      requirePending(found.row.acceptedAt !== null, found.status);
      await deleteCooperations(tx, [found.row.id]);
      auditCooperation(command, found, 'cooperation.declined', {});
    },
  });
}
