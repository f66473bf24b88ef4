import { Refusal, requireAction } from '../../authz/refusal.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { sharesCovering } from '../../db/queries/delegations.ts';
import { deletePortfolioRow } from '../../db/queries/resource-writes.ts';
import { globalId } from '../../schema/global-id.ts';
import type { DeletePortfolioInput } from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditEndedReach } from '../resources/audit-park.ts';
import { portfolioOf, portfolioToChange } from '../resources/resource-rows.ts';

/**
 * Deletes an empty portfolio with its grants and shares; needs RESOURCE_DELETE on it. Answers its global id.
 * @throws NOT_EMPTY while it holds a park
 */
export async function deletePortfolio(
  context: RequestContext,
  { portfolioId }: DeletePortfolioInput,
): Promise<string> {
  const work = context.command({
    mode: 'ACCESS',
    organizations: async (tx, viewer) => {
      const { row, access } = await portfolioOf(tx, viewer, portfolioId);
      // Nobody locks what they may not change.
      requireAction(access, 'RESOURCE_DELETE');
      return [
        row.organizationId,
        ...(await sharesCovering(tx, null, [row.id])).map((share) => share.recipientId),
      ];
    },
    work: async ({ tx, actor, audit }) => {
      const { row, access } = await portfolioToChange(tx, actor, portfolioId);
      requireAction(access, 'RESOURCE_DELETE');
      const subjectId = globalId('portfolio', row.id);
      auditEndedReach(audit, await sharesCovering(tx, null, [row.id]), subjectId);
      await deletePortfolioRow(tx, row.id);
      audit({
        organizationId: row.organizationId,
        action: 'portfolio.deleted',
        subjectId,
        details: { name: row.name },
      });
      return subjectId;
    },
  });
  return work.catch((error: unknown) => {
    if (violatedConstraint(error) === 'parks_portfolio_of_organization_fk') {
      throw new Refusal('NOT_EMPTY', 'The portfolio still holds parks: move or delete them first.');
    }
    throw error;
  });
}
