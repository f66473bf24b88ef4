/** The rows of invitations with what they name, and what their life writes. */
import { and, eq, sql } from 'drizzle-orm';
import type { ResourceRef } from '../../authz/facts.ts';
import type { JobRole, OrganizationRole } from '../../authz/roles.ts';
import { resourceRef } from '../access-facts.ts';
import type { Tx } from '../client.ts';
import { newId } from '../new-id.ts';
import { rowsOf, uuidArray } from '../rows.ts';
import { invitationGrants, invitations } from '../schema/invitations.ts';
import { DOER_COLUMNS, type DoerRow, doerJoins, toDoer } from './doers.ts';
import { dateOf, fetchByIds, type ListSource, type RawRow, type SortKey, textOf } from './keyset.ts';
import type { UserRow } from './sessions.ts';

type Stored = typeof invitations.$inferSelect;

export interface InvitationRow {
  readonly id: string;
  readonly type: Stored['type'];
  readonly email: string;
  readonly status: Stored['status'];
  /** Who invites; null for PLATFORM. */
  readonly organization: { readonly id: string; readonly name: string } | null;
  /** Of an invitation to a cooperation; null once it is declined or revoked. */
  readonly cooperation: {
    readonly id: string;
    readonly purpose: string | null;
    readonly expiresAt: Date | null;
  } | null;
  readonly role: OrganizationRole | null;
  readonly label: string | null;
  readonly language: UserRow['language'];
  readonly rotation: number;
  readonly sentAt: Date;
  /** When its link goes dead: with its own time, or with the cooperation that it is to. */
  readonly expiresAt: Date;
  readonly invitedBy: DoerRow;
}

/** When the link goes dead: with its own time, or with the cooperation that it is to. */
export const LINK_END = sql`least(i.expires_at, c.expires_at)`;

export const INVITATIONS: ListSource<InvitationRow> = {
  columns: sql`i.id as invitation_id, i.type, i.email, i.status, i.organization_id, o.name as organization_name, i.cooperation_id,
    c.purpose, c.expires_at as cooperation_expires_at, i.role, i.label, i.language, i.rotation, i.sent_at, ${LINK_END} as expires_at, ${DOER_COLUMNS}`,
  from: sql`invitations i left join organizations o on o.id = i.organization_id
    left join cooperations c on c.id = i.cooperation_id ${doerJoins(sql`i.invited_by_id`)}`,
  id: sql`i.id`,
  alias: 'i',
  toRow: (raw) => ({
    id: textOf(raw['invitation_id']),
    type: raw['type'] as Stored['type'],
    email: textOf(raw['email']),
    status: raw['status'] as Stored['status'],
    organization:
      raw['organization_id'] === null
        ? null
        : { id: textOf(raw['organization_id']), name: textOf(raw['organization_name']) },
    cooperation:
      raw['cooperation_id'] === null
        ? null
        : {
            id: textOf(raw['cooperation_id']),
            purpose: raw['purpose'] as string | null,
            expiresAt: dateOf(raw['cooperation_expires_at']),
          },
    role: raw['role'] as OrganizationRole | null,
    label: raw['label'] as string | null,
    language: raw['language'] as UserRow['language'],
    rotation: raw['rotation'] as number,
    sentAt: dateOf(raw['sent_at']) as Date,
    expiresAt: dateOf(raw['expires_at']) as Date,
    invitedBy: toDoer(raw),
  }),
};

export const INVITATION_AGE: SortKey = { expression: sql`i.created_at`, type: 'timestamptz' };

/** The invitation behind a link's secret, by its hash; whether it is still good is the caller's to judge. */
export async function invitationOfToken(tx: Tx, tokenHash: Uint8Array): Promise<InvitationRow | null> {
  const [found] = await tx
    .select({ id: invitations.id })
    .from(invitations)
    .where(eq(invitations.tokenHash, tokenHash));
  return found ? ((await fetchByIds(tx, INVITATIONS, [found.id])).get(found.id) ?? null) : null;
}

/** Locks an invitation until the transaction ends, by itself: what it names may change beside it. */
export async function lockInvitation(tx: Tx, id: string): Promise<InvitationRow | null> {
  await tx
    .select({ id: invitations.id })
    .from(invitations)
    .where(eq(invitations.id, id))
    .for('no key update');
  return (await fetchByIds(tx, INVITATIONS, [id])).get(id) ?? null;
}

export async function insertInvitation(tx: Tx, row: typeof invitations.$inferInsert): Promise<void> {
  await tx.insert(invitations).values(row);
}

/**
 * Changes an invitation that is still pending; of two at once the second finds it settled.
 * @param rotation only while the link is still this one: resending it has come first otherwise
 * @returns false when it was settled or sent again meanwhile
 */
export async function changePending(
  tx: Tx,
  id: string,
  rotation: number,
  changes: Partial<typeof invitations.$inferInsert>,
): Promise<boolean> {
  const changed = await tx
    .update(invitations)
    .set(changes)
    .where(and(eq(invitations.id, id), eq(invitations.status, 'PENDING'), eq(invitations.rotation, rotation)))
    .returning({ id: invitations.id });
  return changed.length > 0;
}

/** Deletes every invitation of an organization that is being deleted. */
export async function deleteInvitationsOf(tx: Tx, organizationId: string): Promise<void> {
  await tx.delete(invitations).where(eq(invitations.organizationId, organizationId));
}

/** A grant that an invitation carries, with what the decision on its resource is asked with. */
export interface InvitationGrantRow {
  readonly id: string;
  readonly invitationId: string;
  readonly role: JobRole;
  readonly expiresAt: Date | null;
  readonly resource: ResourceRef;
  /** Who put it there, and is asked again at acceptance (G1). */
  readonly grantedById: string;
}

const toGrantRow = (raw: RawRow): InvitationGrantRow => ({
  id: textOf(raw['id']),
  invitationId: textOf(raw['invitation_id']),
  role: raw['role'] as JobRole,
  expiresAt: dateOf(raw['expires_at']),
  grantedById: textOf(raw['granted_by_id']),
  resource: resourceRef({
    organizationId: textOf(raw['owner_id']),
    portfolioId: raw['portfolio_id'] as string | null,
    parkId: raw['park_id'] as string | null,
    parkPortfolioId: raw['park_portfolio_id'] as string | null,
  }),
});

/** The grants of some invitations, by invitation: one statement. Those on deleted resources are gone with them. */
export async function grantsOfInvitations(
  tx: Tx,
  invitationIds: readonly string[],
): Promise<ReadonlyMap<string, readonly InvitationGrantRow[]>> {
  const result = await tx.execute(sql`
    select g.id, g.invitation_id, g.role, g.expires_at, g.granted_by_id, g.portfolio_id, g.park_id, p.portfolio_id as park_portfolio_id,
      coalesce(p.organization_id, f.organization_id) as owner_id
    from invitation_grants g left join parks p on p.id = g.park_id left join portfolios f on f.id = g.portfolio_id
    where g.invitation_id = any(${uuidArray(invitationIds)}) order by g.id`);
  return Map.groupBy(rowsOf<RawRow>(result).map(toGrantRow), ({ invitationId }) => invitationId);
}

/** Replaces the grants of an invitation. */
export async function replaceInvitationGrants(
  tx: Tx,
  invitationId: string,
  grants: readonly Omit<InvitationGrantRow, 'id' | 'invitationId'>[],
): Promise<void> {
  await tx.delete(invitationGrants).where(eq(invitationGrants.invitationId, invitationId));
  if (grants.length === 0) return;
  await tx.insert(invitationGrants).values(
    grants.map(({ resource: { kind, id }, role, expiresAt, grantedById }) => ({
      id: newId(),
      invitationId,
      portfolioId: kind === 'PORTFOLIO' ? id : null,
      parkId: kind === 'PARK' ? id : null,
      role,
      expiresAt,
      grantedById,
    })),
  );
}

/** Whether an address has a membership in the organization (`ALREADY_MEMBER`). */
export async function isMemberByEmail(tx: Tx, organizationId: string, email: string): Promise<boolean> {
  const result = await tx.execute(sql`
    select 1 from users u join memberships m on m.user_id = u.id
    where u.email = ${email} and m.organization_id = ${organizationId}::uuid`);
  return rowsOf(result).length > 0;
}

/** An account with this address, as far as a link's page must know it. */
export async function accountBehind(
  tx: Tx,
  email: string,
): Promise<{ readonly verified: boolean; readonly member: boolean } | null> {
  const result = await tx.execute(sql`
    select u.verified_at is not null as verified, m.id is not null as member
    from users u left join memberships m on m.user_id = u.id where u.email = ${email}`);
  return rowsOf<{ verified: boolean; member: boolean }>(result)[0] ?? null;
}
