import { revokeInvitationTo } from '../../db/queries/cooperations.ts';
import { delegationsThrough } from '../../db/queries/delegations.ts';
import { deleteCooperations, deleteOrganizations } from '../../db/queries/organizations.ts';
import { sharesThrough } from '../../db/queries/shares.ts';
import type { RemoveCooperationInput } from '../../schema/cooperation-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditCooperation, shownDelegations, shownShares } from './cooperation-records.ts';
import { cooperationOf } from './cooperation-rows.ts';

/**
 * Ends a cooperation, pending or not, with everything that is shared and delegated through it, its placeholder and its invitation (C2,
 * C3, S2); for an ADMIN of either side. Answers its global id.
 * @throws FORBIDDEN, NOT_FOUND
 */
export function removeCooperation(
  context: RequestContext,
  { cooperationId }: RemoveCooperationInput,
): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    // Nobody locks what they may not change.
    organizations: async (tx, viewer) => (await cooperationOf(tx, viewer, cooperationId)).sides,
    work: async (command) => {
      const { tx, actor, instant } = command;
      const found = await cooperationOf(tx, actor, cooperationId);
      const { id, partner } = found.row;
      const shares = await sharesThrough(tx, id);
      const delegations = await delegationsThrough(tx, id);
      await revokeInvitationTo(tx, id, instant);
      await deleteCooperations(tx, [id]);
      if (partner.placeholder) await deleteOrganizations(tx, [partner.id]);
      auditCooperation(command, found, 'cooperation.removed', (organizationId) => ({
        status: found.status,
        ...shownShares(shares, organizationId),
        ...shownDelegations(delegations),
      }));
      return globalId('cooperation', id);
    },
  });
}
