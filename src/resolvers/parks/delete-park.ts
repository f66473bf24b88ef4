import { requireAction } from '../../authz/refusal.ts';
import { sharesCovering } from '../../db/queries/delegations.ts';
import { deleteParkRow } from '../../db/queries/resource-writes.ts';
import { globalId } from '../../schema/global-id.ts';
import type { DeleteParkInput } from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditEndedReach } from '../resources/audit-park.ts';
import { parkOf, parkToChange } from '../resources/resource-rows.ts';

/** Deletes a park with all it holds, its grants and its shares; needs RESOURCE_DELETE on it. Answers its global id. */
export function deletePark(context: RequestContext, { parkId }: DeleteParkInput): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    organizations: async (tx, viewer) => {
      const { row, access } = await parkOf(tx, viewer, parkId);
      // Nobody locks what they may not change.
      requireAction(access, 'RESOURCE_DELETE');
      return [
        row.organizationId,
        ...(await sharesCovering(tx, row.id, [row.portfolio.id])).map((share) => share.recipientId),
      ];
    },
    work: async ({ tx, actor, audit }) => {
      const { row, access } = await parkToChange(tx, actor, parkId);
      requireAction(access, 'RESOURCE_DELETE');
      const subjectId = globalId('park', row.id);
      auditEndedReach(audit, await sharesCovering(tx, row.id, [row.portfolio.id]), subjectId);
      await deleteParkRow(tx, row.id);
      audit({
        organizationId: row.organizationId,
        action: 'park.deleted',
        subjectId,
        details: { name: row.name, portfolioId: globalId('portfolio', row.portfolio.id) },
      });
      return subjectId;
    },
  });
}
