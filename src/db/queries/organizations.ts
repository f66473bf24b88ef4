/** What changing and deleting an organization writes. */
import { and, eq, inArray, or, sql } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import { cooperations } from '../schema/cooperations.ts';
import { memberships } from '../schema/memberships.ts';
import { organizations } from '../schema/organizations.ts';
import { portfolios } from '../schema/portfolios.ts';
import type { OrganizationRow } from './sessions.ts';

/** What of an organization its ADMIN may change. */
export type OrganizationDetails = Pick<
  OrganizationRow,
  'name' | 'contactEmail' | 'phone' | 'address' | 'country' | 'registrationNumber' | 'taxId'
>;

export async function updateOrganizationRow(
  tx: Tx,
  id: string,
  changes: Partial<OrganizationDetails>,
): Promise<void> {
  await tx.update(organizations).set(changes).where(eq(organizations.id, id));
}

export async function insertOrganization(tx: Tx, row: typeof organizations.$inferInsert): Promise<void> {
  await tx.insert(organizations).values(row);
}

/** How many portfolios an organization owns and how many members it has: one statement. */
export async function countHoldings(tx: Tx, id: string): Promise<{ portfolios: number; members: number }> {
  const [row] = await tx
    .select({
      portfolios: tx.$count(portfolios, eq(portfolios.organizationId, id)),
      members: tx.$count(memberships, eq(memberships.organizationId, id)),
    })
    .from(sql`(values (1)) as one(n)`);
  return row as { portfolios: number; members: number };
}

/** The other side of each cooperation of an organization, pending ones too. */
export async function partnersOf(
  tx: Tx,
  id: string,
): Promise<{ cooperationId: string; organizationId: string; placeholder: boolean }[]> {
  return tx
    .select({
      cooperationId: cooperations.id,
      organizationId: organizations.id,
      placeholder: organizations.placeholder,
    })
    .from(cooperations)
    .innerJoin(
      organizations,
      or(
        and(eq(cooperations.initiatorId, id), eq(organizations.id, cooperations.partnerId)),
        and(eq(cooperations.partnerId, id), eq(organizations.id, cooperations.initiatorId)),
      ),
    )
    .orderBy(cooperations.id);
}

/** Ends cooperations; what is shared and delegated through them goes with them. */
export async function deleteCooperations(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.delete(cooperations).where(inArray(cooperations.id, [...ids]));
}

/** Deletes organizations; fails on a foreign key while one of them owns something or has a member. */
export async function deleteOrganizations(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.delete(organizations).where(inArray(organizations.id, [...ids]));
}
