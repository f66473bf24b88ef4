/** The rows of shares with their sides and resource, and what giving and taking one writes. */
import { eq, sql } from 'drizzle-orm';
import type { CooperationFact, ResourceRef } from '../../authz/facts.ts';
import type { JobRole } from '../../authz/roles.ts';
import { resourceRef } from '../access-facts.ts';
import type { Tx } from '../client.ts';
import { rowsOf } from '../rows.ts';
import { shares } from '../schema/shares.ts';
import { cooperationFact } from './cooperations.ts';
import { dateOf, type ListSource, type RawRow, type SortKey, textOf } from './keyset.ts';

export interface ShareRow {
  readonly id: string;
  readonly owner: { readonly id: string; readonly name: string };
  readonly recipient: { readonly id: string; readonly name: string };
  readonly resource: ResourceRef;
  readonly role: JobRole;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly cooperation: CooperationFact;
}

export const SHARES: ListSource<ShareRow> = {
  columns: sql`s.id, s.cooperation_id, s.role, s.expires_at, s.created_at, s.portfolio_id, s.park_id, p.portfolio_id as park_portfolio_id,
    s.owner_id, a.name as owner_name, s.recipient_id, b.name as recipient_name, c.accepted_at, c.paused,
    c.expires_at as cooperation_expires_at`,
  from: sql`shares s join cooperations c on c.id = s.cooperation_id join organizations a on a.id = s.owner_id
    join organizations b on b.id = s.recipient_id left join parks p on p.id = s.park_id`,
  id: sql`s.id`,
  alias: 's',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    owner: { id: textOf(raw['owner_id']), name: textOf(raw['owner_name']) },
    recipient: { id: textOf(raw['recipient_id']), name: textOf(raw['recipient_name']) },
    resource: resourceRef({
      organizationId: textOf(raw['owner_id']),
      portfolioId: raw['portfolio_id'] as string | null,
      parkId: raw['park_id'] as string | null,
      parkPortfolioId: raw['park_portfolio_id'] as string | null,
    }),
    role: raw['role'] as JobRole,
    expiresAt: dateOf(raw['expires_at']),
    createdAt: dateOf(raw['created_at']) as Date,
    cooperation: cooperationFact({
      id: textOf(raw['cooperation_id']),
      acceptedAt: dateOf(raw['accepted_at']),
      paused: raw['paused'] as boolean,
      expiresAt: dateOf(raw['cooperation_expires_at']),
    }),
  }),
};

export const SHARE_AGE: SortKey = { expression: sql`s.created_at`, type: 'timestamptz' };

/** `seesShare` as a condition on `shares s`, for an ADMIN of this organization. */
export const sharesSeenBy = (organizationId: string) =>
  sql`(s.owner_id = ${organizationId}::uuid or (s.recipient_id = ${organizationId}::uuid and s.role <> 'NONE'))`;

/** Everything that an organization shares through a cooperation, or both sides do: one statement. */
export async function sharesThrough(
  tx: Tx,
  cooperationId: string,
  ownerId: string | null = null,
): Promise<ShareRow[]> {
  const result = await tx.execute(sql`select ${SHARES.columns} from ${SHARES.from}
    where s.cooperation_id = ${cooperationId}::uuid and (${ownerId}::uuid is null or s.owner_id = ${ownerId}::uuid) order by s.id`);
  return rowsOf<RawRow>(result).map(SHARES.toRow);
}

type Shared = Pick<typeof shares.$inferInsert, 'role' | 'expiresAt'>;

/** Stores a new share of a resource. */
export async function insertShare(
  tx: Tx,
  {
    resource: { kind, id: resourceId, organizationId: ownerId },
    ...row
  }: { readonly resource: ResourceRef } & Pick<
    typeof shares.$inferInsert,
    'id' | 'cooperationId' | 'recipientId' | 'role' | 'expiresAt' | 'createdAt'
  >,
): Promise<void> {
  await tx.insert(shares).values({
    ...row,
    ownerId,
    portfolioId: kind === 'PORTFOLIO' ? resourceId : null,
    parkId: kind === 'PARK' ? resourceId : null,
  });
}

export async function updateShare(tx: Tx, id: string, changes: Shared): Promise<void> {
  await tx.update(shares).set(changes).where(eq(shares.id, id));
}

export async function deleteShare(tx: Tx, id: string): Promise<void> {
  await tx.delete(shares).where(eq(shares.id, id));
}

/** A share as the rules judge it. */
export const asCeiling = <Resource extends { readonly id: string }>({
  resource,
  role,
  expiresAt,
}: {
  readonly resource: Resource;
  readonly role: JobRole;
  readonly expiresAt: Date | null;
}) => ({ resource, role, expiresAt: expiresAt?.getTime() ?? null });
