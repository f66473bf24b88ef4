/** What is delegated under shares, and its rewriting where a command moves the ceiling (S2, S3). */
import { and, eq, inArray, or, type SQL, sql } from 'drizzle-orm';
import type { ResourceRef } from '../../authz/facts.ts';
import type { JobRole } from '../../authz/roles.ts';
import { ceilingOf, sinks, underCeiling } from '../../authz/share-rules.ts';
import { resourceRef } from '../access-facts.ts';
import type { Tx } from '../client.ts';
import { uuidArray } from '../rows.ts';
import { grants } from '../schema/grants.ts';
import { memberships } from '../schema/memberships.ts';
import { parks } from '../schema/parks.ts';
import { portfolios } from '../schema/portfolios.ts';
import { shares } from '../schema/shares.ts';
import { asCeiling } from './shares.ts';

type StoredShare = typeof shares.$inferSelect;

/** The shares that cover a park in any of the portfolios: paused, expired and pending ones too, for they may come back. */
export const sharesCovering = (
  tx: Tx,
  parkId: string | null,
  portfolioIds: readonly string[],
): Promise<StoredShare[]> =>
  tx
    .select()
    .from(shares)
    .where(or(...conditionsOf(parkId, portfolioIds)));

const conditionsOf = (parkId: string | null, portfolioIds: readonly string[]): SQL[] => [
  inArray(shares.portfolioId, [...portfolioIds]),
  ...(parkId === null ? [] : [eq(shares.parkId, parkId)]),
];

/** A grant that the receiving organization's ADMIN gave one of its members on a shared resource. */
export interface Delegation {
  readonly grantId: string;
  readonly membershipId: string;
  /** The receiving organization. */
  readonly organizationId: string;
  readonly cooperationId: string;
  readonly resource: ResourceRef;
  readonly role: JobRole;
}

async function delegationsWhere(tx: Tx, where: SQL | undefined): Promise<Delegation[]> {
  const rows = await tx
    .select({
      grantId: grants.id,
      membershipId: grants.membershipId,
      organizationId: memberships.organizationId,
      cooperationId: sql<string>`${grants.cooperationId}`,
      role: grants.role,
      named: {
        portfolioId: grants.portfolioId,
        parkId: grants.parkId,
        parkPortfolioId: parks.portfolioId,
        organizationId: sql<string>`coalesce(${parks.organizationId}, ${portfolios.organizationId})`,
      },
    })
    .from(grants)
    .innerJoin(memberships, eq(memberships.id, grants.membershipId))
    .leftJoin(parks, eq(parks.id, grants.parkId))
    .leftJoin(portfolios, eq(portfolios.id, grants.portfolioId))
    .where(where)
    .orderBy(grants.id);
  return rows.map(({ named, ...row }) => ({ ...row, resource: resourceRef(named) }));
}

/** Everything delegated through a cooperation, in both directions: one statement. */
export const delegationsThrough = (tx: Tx, cooperationId: string): Promise<Delegation[]> =>
  delegationsWhere(tx, eq(grants.cooperationId, cooperationId));

/** What is delegated through a cooperation on a resource, and on the parks of a portfolio: one statement. */
export const delegationsUnder = (
  tx: Tx,
  cooperationId: string,
  { kind, id }: ResourceRef,
): Promise<Delegation[]> =>
  delegationsWhere(
    tx,
    and(
      eq(grants.cooperationId, cooperationId),
      kind === 'PARK' ? eq(grants.parkId, id) : or(eq(grants.portfolioId, id), eq(parks.portfolioId, id)),
    ),
  );

/** A change of one delegated grant; `to` null deletes it. */
export interface Rewrite extends Delegation {
  readonly from: JobRole;
  readonly to: JobRole | null;
}

/**
 * S2: where a command takes something away from delegated grants, each becomes `meet(ceiling, role)`, and goes where nothing covers it any
 * more or that is NONE. As many statements as there are roles, for any number of grants.
 * @param ceiling what covers a grant now; undefined where nothing was taken away from it
 * @returns what was changed, for the audit of each organization concerned
 */
export async function rewriteDelegations(
  tx: Tx,
  delegations: readonly Delegation[],
  ceiling: (delegation: Delegation) => JobRole | null | undefined,
): Promise<Rewrite[]> {
  const rewrites = delegations.flatMap((delegation): Rewrite[] => {
    const after = ceiling(delegation);
    if (after === undefined) return [];
    const to = underCeiling(delegation.role, after);
    return to === delegation.role ? [] : [{ ...delegation, from: delegation.role, to }];
  });
  for (const role of new Set(rewrites.map((rewrite) => rewrite.to))) {
    const ids = rewrites.filter((rewrite) => rewrite.to === role).map((rewrite) => rewrite.grantId);
    if (role === null) await tx.delete(grants).where(isOneOf(ids));
    else await tx.update(grants).set({ role }).where(isOneOf(ids));
  }
  return rewrites;
}

/** One parameter, however many ids. */
const isOneOf = (ids: readonly string[]): SQL => sql`${grants.id} = any(${uuidArray(ids)})`;

/** S2 for a park that moves: what covered it through the portfolio that it leaves goes, unless the one that it joins gives as much. */
export async function rewriteDelegationsOfMovedPark(
  tx: Tx,
  park: ResourceRef,
  portfolioIds: { readonly from: string; readonly to: string },
  instant: Date,
): Promise<Rewrite[]> {
  const onPark = await delegationsWhere(tx, eq(grants.parkId, park.id));
  const delegated = onPark.filter(({ organizationId }) => organizationId !== park.organizationId);
  const covering = await sharesCovering(tx, park.id, [portfolioIds.from, portfolioIds.to]);
  return rewriteDelegations(tx, delegated, ({ organizationId }) => {
    const reaching = covering
      .filter((share) => share.recipientId === organizationId)
      .map((share) =>
        asCeiling({ ...share, resource: { id: (share.parkId ?? share.portfolioId) as string } }),
      );
    const on = (id: string) => reaching.find((share) => share.resource.id === id)?.role ?? null;
    if (!sinks(on(portfolioIds.from), on(portfolioIds.to), null)) return undefined;
    return ceilingOf(reaching, { ...park, portfolioId: portfolioIds.to }, instant.getTime());
  });
}
