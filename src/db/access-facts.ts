/** The rows that prove an access: answers authz/facts.ts from SQL, in a constant number of flat statements. */
import { eq, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import {
  type AccessFacts,
  type AccountFact,
  type FactsSource,
  foldFacts,
  foldShares,
  type GrantFact,
  type MembershipFact,
  type ResourceRef,
  type ShareFact,
} from '../authz/facts.ts';
import type { Tx } from './client.ts';
import { uuidArray } from './rows.ts';
import { cooperations } from './schema/cooperations.ts';
import { grants } from './schema/grants.ts';
import type { memberships } from './schema/memberships.ts';
import { organizations } from './schema/organizations.ts';
import { parks } from './schema/parks.ts';
import { portfolios } from './schema/portfolios.ts';
import { shares } from './schema/shares.ts';
import type { users } from './schema/users.ts';

const ms = (date: Date | null) => date?.getTime() ?? null;

/** A membership's row as the kernel knows it. */
export const membershipFact = (
  row: Pick<typeof memberships.$inferSelect, keyof MembershipFact>,
): MembershipFact => ({
  id: row.id,
  organizationId: row.organizationId,
  role: row.role,
  active: row.active,
  expiresAt: ms(row.expiresAt),
});

/** The columns that name a resource, of which a grant or share has one half. */
export interface NamedResource {
  portfolioId: string | null;
  parkId: string | null;
  parkPortfolioId: string | null;
  organizationId: string | null;
}

/** What the decision on such a resource is asked with. */
export function resourceRef(row: NamedResource): ResourceRef {
  const organizationId = row.organizationId as string;
  return row.parkId === null
    ? {
        kind: 'PORTFOLIO',
        id: row.portfolioId as string,
        portfolioId: row.portfolioId as string,
        organizationId,
      }
    : { kind: 'PARK', id: row.parkId, portfolioId: row.parkPortfolioId as string, organizationId };
}

/** The grants of some members, by membership id: one statement. */
async function loadGrants(
  tx: Tx,
  membershipIds: readonly string[],
): Promise<ReadonlyMap<string, GrantFact[]>> {
  const rows = await tx
    .select({
      id: grants.id,
      membershipId: grants.membershipId,
      role: grants.role,
      expiresAt: grants.expiresAt,
      portfolioId: grants.portfolioId,
      parkId: grants.parkId,
      parkPortfolioId: parks.portfolioId,
      organizationId: sql<string>`coalesce(${parks.organizationId}, ${portfolios.organizationId})`,
    })
    .from(grants)
    .leftJoin(parks, eq(parks.id, grants.parkId))
    .leftJoin(portfolios, eq(portfolios.id, grants.portfolioId))
    .where(isAnyOf(grants.membershipId, membershipIds));
  return group(
    rows,
    (row) => row.membershipId,
    (row) => ({
      id: row.id,
      role: row.role,
      expiresAt: ms(row.expiresAt),
      resource: resourceRef(row),
    }),
  );
}

/** The shares that reach some organizations, by recipient: one statement. */
async function loadShares(
  tx: Tx,
  organizationIds: readonly string[],
): Promise<ReadonlyMap<string, ShareFact[]>> {
  const rows = await tx
    .select({
      id: shares.id,
      recipientId: shares.recipientId,
      role: shares.role,
      expiresAt: shares.expiresAt,
      portfolioId: shares.portfolioId,
      parkId: shares.parkId,
      parkPortfolioId: parks.portfolioId,
      organizationId: shares.ownerId,
      ownerName: organizations.name,
      cooperation: cooperations,
    })
    .from(shares)
    .innerJoin(cooperations, eq(cooperations.id, shares.cooperationId))
    .innerJoin(organizations, eq(organizations.id, shares.ownerId))
    .leftJoin(parks, eq(parks.id, shares.parkId))
    .where(isAnyOf(shares.recipientId, organizationIds));
  return group(
    rows,
    (row) => row.recipientId,
    (row) => ({
      id: row.id,
      role: row.role,
      expiresAt: ms(row.expiresAt),
      resource: resourceRef(row),
      ownerName: row.ownerName,
      cooperation: {
        id: row.cooperation.id,
        accepted: row.cooperation.acceptedAt !== null,
        paused: row.cooperation.paused,
        expiresAt: ms(row.cooperation.expiresAt),
      },
    }),
  );
}

/** Facts of any members: two statements for any number of them. */
export function factsSource(tx: Tx): FactsSource {
  return {
    async factsOf(members): Promise<AccessFacts[]> {
      const memberships = members.flatMap(({ membership }) => membership ?? []);
      if (memberships.length === 0)
        return members.map((member) => foldFacts({ ...member, grants: [], shares: [] }));
      const grantsOf = await loadGrants(
        tx,
        memberships.map((membership) => membership.id),
      );
      const recipients = new Set(memberships.map((membership) => membership.organizationId));
      const sharesOf = await loadShares(tx, [...recipients]);
      const foldedOf = new Map([...sharesOf].map(([recipient, shares]) => [recipient, foldShares(shares)]));
      return members.map((member) => {
        const recipient = member.membership?.organizationId ?? '';
        const rows = {
          ...member,
          grants: grantsOf.get(member.membership?.id ?? '') ?? [],
          shares: sharesOf.get(recipient) ?? [],
        };
        return foldFacts(rows, foldedOf.get(recipient));
      });
    },
  };
}

/** An account's row as the kernel knows it. */
export const accountFact = (
  user: Pick<typeof users.$inferSelect, 'id' | 'systemRole' | 'suspendedAt'>,
): AccountFact => ({
  userId: user.id,
  systemRole: user.systemRole,
  suspended: user.suspendedAt !== null,
});

const isAnyOf = (column: PgColumn, ids: readonly string[]): SQL => sql`${column} = any(${uuidArray(ids)})`;

function group<Row, Fact>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
  factOf: (row: Row) => Fact,
): ReadonlyMap<string, Fact[]> {
  const groups = new Map<string, Fact[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const facts = groups.get(key);
    if (facts) facts.push(factOf(row));
    else groups.set(key, [factOf(row)]);
  }
  return groups;
}
