import { z } from 'zod';
import { badInput, requireAction, requireOrganizationAction } from '../../authz/refusal.ts';
import { NAMED_IN_AUDIT } from '../../db/audit.ts';
import { newId } from '../../db/new-id.ts';
import { insertParks } from '../../db/queries/resource-writes.ts';
import { NothingChanged } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { parseInput } from '../parse-input.ts';
import { portfolioOf } from '../resources/resource-rows.ts';
import { newParkInput } from './new-park-input.ts';

/** How many parks one request may create. */
const MAX_PARKS = 1_000;

const createParkInput = newParkInput.extend({ portfolioId: z.string() });
const createParksInput = z.object({ portfolioId: z.string(), parks: z.array(newParkInput) });

export interface CreateParksOptions {
  /** How many parks at most; the import has no limit. */
  readonly maximum?: number;
  /** Does everything but keep it. */
  readonly dryRun?: boolean;
  readonly onProgress?: (stored: number) => void;
}

/**
 * Creates parks in one portfolio, all or none. Needs PARK_CREATE in the owning organization and RESOURCE_CONFIGURE on
 * the portfolio (section 5).
 * @returns the new parks' UUIDs, in the order of the input
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT
 */
export async function createParks(
  context: RequestContext,
  input: z.input<typeof createParksInput>,
  { maximum = MAX_PARKS, dryRun = false, onProgress }: CreateParksOptions = {},
): Promise<string[]> {
  const count = input.parks.length;
  if (count < 1 || count > maximum)
    throw badInput('parks', `parks holds 1 to ${maximum} parks, not ${count}.`);
  const { portfolioId, parks } = parseInput(createParksInput, input);
  const ids = parks.map(() => newId());
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await portfolioOf(tx, viewer, portfolioId)).row.organizationId],
    work: async ({ tx, actor, instant, audit }) => {
      const { row: portfolio, access } = await portfolioOf(tx, actor, portfolioId);
      // On another organization's portfolio the job layer speaks: there is no standing in that organization.
      if (access.own)
        requireOrganizationAction(actor.inOrganization(portfolio.organizationId), 'PARK_CREATE');
      requireAction(access, 'RESOURCE_CONFIGURE');
      const rows = parks.map((park, index) => ({
        ...park,
        id: ids[index] as string,
        organizationId: portfolio.organizationId,
        portfolioId: portfolio.id,
        createdAt: instant,
      }));
      await insertParks(tx, rows, onProgress);
      audit({
        organizationId: portfolio.organizationId,
        action: 'park.created',
        subjectId: count === 1 ? globalId('park', ids[0] as string) : globalId('portfolio', portfolio.id),
        details: createdDetails(parks, ids, portfolio.id),
      });
      if (dryRun) throw new NothingChanged(ids);
      return ids;
    },
  });
}

/** Creates one park, as `createParks` does; its faults name the field itself. Answers its UUID. */
export async function createPark(
  context: RequestContext,
  input: z.input<typeof createParkInput>,
): Promise<string> {
  const { portfolioId, ...park } = parseInput(createParkInput, input);
  const [id] = await createParks(context, { portfolioId, parks: [park] });
  return id as string;
}

const createdDetails = (parks: readonly { name: string }[], ids: readonly string[], portfolioId: string) => ({
  portfolioId: globalId('portfolio', portfolioId),
  count: parks.length,
  parks: parks
    .slice(0, NAMED_IN_AUDIT)
    .map(({ name }, index) => ({ id: globalId('park', ids[index] as string), name })),
});
