import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { portfolioRef } from '../db/queries/resources.ts';
import { organizations } from '../db/schema/organizations.ts';
import { portfolios } from '../db/schema/portfolios.ts';
import { byEmail } from '../identity/authenticate.ts';
import { canonicalEmail } from '../identity/email.ts';
import type { Reading } from '../resolvers/context/reading.ts';
import { RequestContext } from '../resolvers/context/request-context.ts';
import { createParks } from '../resolvers/parks/create-parks.ts';
import type { NewPark } from '../resolvers/parks/new-park-input.ts';
import { globalId } from '../schema/global-id.ts';
import { OperatorError } from './operator-error.ts';
import { printable } from './printable.ts';

/** Where to import, as whom, and what. */
export interface Import {
  /** An organization's identifier, not its name. */
  readonly organization: string;
  /** A portfolio's name. */
  readonly portfolio: string;
  /** The address of the account that acts. */
  readonly as: string;
  readonly parks: readonly NewPark[];
  readonly dryRun?: boolean;
  readonly onProgress?: (stored: number) => void;
}

const NO_COOKIE = { set: () => undefined, clear: () => undefined };

/**
 * Stores parks as the account `as` would by createParks, in one transaction and without its limit. A dry run does the same
 * and keeps nothing.
 * @throws OperatorError for an unknown account or portfolio (one that the account may not see is unknown, V1); what createParks throws
 */
export async function importParks(database: Database, spec: Import): Promise<void> {
  const { parks, dryRun = false, onProgress } = spec;
  const email = canonicalEmail(spec.as);
  if (email === null) throw new OperatorError(`${printable(spec.as)} is no e-mail address.`);
  const context = new RequestContext({
    database,
    origin: { requestId: randomUUID(), ipAddress: null, userAgent: null },
    authenticate: byEmail(email),
    sessionToken: null,
    cookie: NO_COOKIE,
  });
  try {
    const portfolioId = await findPortfolio(await context.reading(), spec);
    const input = { portfolioId: globalId('portfolio', portfolioId), parks: [...parks] };
    await createParks(context, input, {
      maximum: Number.POSITIVE_INFINITY,
      dryRun,
      ...(onProgress && { onProgress }),
    });
  } finally {
    await context.close();
  }
}

/** The one portfolio of that name that the account may see (V1). */
async function findPortfolio(reading: Reading, { organization, portfolio, as }: Import): Promise<string> {
  const viewer = reading.viewerOrNobody;
  if (!viewer) throw new OperatorError(`No account in good standing has the address ${printable(as)}.`);
  const called = await reading.tx
    .select({
      id: portfolios.id,
      organizationId: portfolios.organizationId,
      name: portfolios.name,
      createdAt: portfolios.createdAt,
    })
    .from(portfolios)
    .innerJoin(organizations, eq(organizations.id, portfolios.organizationId))
    .where(and(eq(organizations.identifier, organization), eq(portfolios.name, portfolio)));
  const [found, ...others] = called.filter((row) => viewer.access(portfolioRef(row)).visible);
  const place = `called ${printable(portfolio)} in an organization with the identifier ${printable(organization)}`;
  if (!found) throw new OperatorError(`NOT_FOUND: ${printable(as)} sees no portfolio ${place}.`);
  if (others.length > 0)
    throw new OperatorError(`${others.length + 1} portfolios are ${place}; rename all but one.`);
  return found.id;
}
