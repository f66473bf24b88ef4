import { z } from 'zod';
import { notFound, requireOrganizationAction } from '../../authz/refusal.ts';
import { newId } from '../../db/new-id.ts';
import { insertPortfolio } from '../../db/queries/resource-writes.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { CreatePortfolioInput } from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { lineOfText, parseInput } from '../parse-input.ts';

const form = z.object({ organizationId: z.string(), name: lineOfText('name', 200) });

/** Creates a portfolio; needs PORTFOLIO_CREATE in the organization. Answers its UUID. */
export async function createPortfolio(context: RequestContext, input: CreatePortfolioInput): Promise<string> {
  const { organizationId, name } = parseInput(form, input);
  const id = newId();
  return context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, instant, audit }) => {
      const owner = parseGlobalId('organization', organizationId);
      if (owner === null) throw notFound();
      requireOrganizationAction(actor.inOrganization(owner), 'PORTFOLIO_CREATE');
      await insertPortfolio(tx, { id, organizationId: owner, name, createdAt: instant });
      const subjectId = globalId('portfolio', id);
      audit({ organizationId: owner, action: 'portfolio.created', subjectId, details: { name } });
      return id;
    },
  });
}
