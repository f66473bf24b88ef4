/** The rows of grants with their member, resource and giver, and what giving and taking one writes. */
import { eq, sql } from 'drizzle-orm';
import type { ResourceRef } from '../../authz/facts.ts';
import type { JobRole } from '../../authz/roles.ts';
import { resourceRef } from '../access-facts.ts';
import type { Tx } from '../client.ts';
import { grants } from '../schema/grants.ts';
import { DOER_COLUMNS, type DoerRow, doerJoins, toDoer } from './doers.ts';
import { dateOf, type ListSource, type SortKey, textOf } from './keyset.ts';
import { MEMBER_COLUMNS, MEMBER_JOINS, type MemberRow, toMemberRow } from './members.ts';

export interface GrantRow {
  readonly id: string;
  readonly role: JobRole;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  /** Of a delegated grant. */
  readonly cooperationId: string | null;
  readonly resource: ResourceRef;
  readonly member: MemberRow;
  /** Null once the account is gone. */
  readonly grantedBy: DoerRow | null;
}

export const GRANTS: ListSource<GrantRow> = {
  columns: sql`g.id as grant_id, g.role as grant_role, g.expires_at as grant_expires_at, g.created_at as grant_created_at,
    g.cooperation_id, g.portfolio_id as on_portfolio_id, g.park_id as on_park_id, p.portfolio_id as park_portfolio_id,
    coalesce(p.organization_id, f.organization_id) as owner_id, ${DOER_COLUMNS}, ${MEMBER_COLUMNS}`,
  from: sql`grants g join memberships m on m.id = g.membership_id ${MEMBER_JOINS}
    left join parks p on p.id = g.park_id left join portfolios f on f.id = g.portfolio_id
    ${doerJoins(sql`g.granted_by_id`)}`,
  id: sql`g.id`,
  alias: 'g',
  toRow: (raw) => {
    return {
      id: textOf(raw['grant_id']),
      role: raw['grant_role'] as JobRole,
      expiresAt: dateOf(raw['grant_expires_at']),
      createdAt: dateOf(raw['grant_created_at']) as Date,
      cooperationId: raw['cooperation_id'] as string | null,
      resource: resourceRef({
        organizationId: textOf(raw['owner_id']),
        portfolioId: raw['on_portfolio_id'] as string | null,
        parkId: raw['on_park_id'] as string | null,
        parkPortfolioId: raw['park_portfolio_id'] as string | null,
      }),
      member: toMemberRow(raw),
      grantedBy: raw['by_id'] === null ? null : toDoer(raw),
    };
  },
};

export const GRANT_AGE: SortKey = { expression: sql`g.created_at`, type: 'timestamptz' };

/** Stores the grants of a new member. */
export async function insertGrants(tx: Tx, rows: readonly (typeof grants.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await tx.insert(grants).values([...rows]);
}

/** Stores a new grant. One that the member has on the resource already violates grants_one_per_portfolio or _park (G3). */
export async function insertGrant(tx: Tx, row: typeof grants.$inferInsert): Promise<void> {
  await tx.insert(grants).values(row);
}

type Given = Required<
  Pick<typeof grants.$inferInsert, 'role' | 'expiresAt' | 'cooperationId' | 'grantedById'>
>;

/** The row of a new grant on a resource. */
export const newGrantRow = (
  id: string,
  membershipId: string,
  { kind, id: resourceId }: ResourceRef,
  given: Given,
  createdAt: Date,
): typeof grants.$inferInsert => ({
  id,
  membershipId,
  portfolioId: kind === 'PORTFOLIO' ? resourceId : null,
  parkId: kind === 'PARK' ? resourceId : null,
  createdAt,
  ...given,
});

/** Replaces role and expiry (G3), and who gave it. */
export async function updateGrant(tx: Tx, id: string, changes: Given): Promise<void> {
  await tx.update(grants).set(changes).where(eq(grants.id, id));
}

export async function deleteGrant(tx: Tx, id: string): Promise<void> {
  await tx.delete(grants).where(eq(grants.id, id));
}
