import { z } from 'zod';
import { requireAction } from '../../authz/refusal.ts';
import { updatePortfolioRow } from '../../db/queries/resource-writes.ts';
import { NothingChanged } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import type { UpdatePortfolioInput } from '../../schema/resource-inputs.ts';
import { changedFields } from '../changes.ts';
import type { RequestContext } from '../context/request-context.ts';
import { lineOfText, parseInput } from '../parse-input.ts';
import { portfolioOf, portfolioToChange } from '../resources/resource-rows.ts';

const form = z.object({ portfolioId: z.string(), name: lineOfText('name', 200).nullish() });

/** Renames a portfolio; needs RESOURCE_CONFIGURE on it. Answers its UUID. */
export async function updatePortfolio(context: RequestContext, input: UpdatePortfolioInput): Promise<string> {
  const { portfolioId, name } = parseInput(form, input);
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await portfolioOf(tx, viewer, portfolioId)).row.organizationId],
    work: async ({ tx, actor, audit }) => {
      const { row, access } = await portfolioToChange(tx, actor, portfolioId);
      requireAction(access, 'RESOURCE_CONFIGURE');
      const { before, after, none } = changedFields(row, { name: name ?? undefined });
      if (none) throw new NothingChanged(row.id);
      await updatePortfolioRow(tx, row.id, after);
      audit({
        organizationId: row.organizationId,
        action: 'portfolio.updated',
        subjectId: globalId('portfolio', row.id),
        details: { before, after },
      });
      return row.id;
    },
  });
}
