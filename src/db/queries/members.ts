/** The rows of members with their accounts, and what a change of a membership writes. */
import { and, eq, gt, isNull, ne, or, type SQL, sql } from 'drizzle-orm';
import type { AccountFact, Member, MembershipFact, ResourceRef } from '../../authz/facts.ts';
import { isLastingAdmin } from '../../authz/member-rules.ts';
import type { JobRole, OrganizationRole } from '../../authz/roles.ts';
import { accountFact, membershipFact, resourceRef } from '../access-facts.ts';
import type { Tx } from '../client.ts';
import { grants } from '../schema/grants.ts';
import { memberships } from '../schema/memberships.ts';
import { parks } from '../schema/parks.ts';
import { portfolios } from '../schema/portfolios.ts';
import { users } from '../schema/users.ts';
import { dateOf, type ListSource, type RawRow, type SortKey, textOf } from './keyset.ts';
import type { UserRow } from './sessions.ts';

/** What of an account is shown to somebody. */
export type PersonRow = Pick<
  UserRow,
  'id' | 'name' | 'email' | 'language' | 'systemRole' | 'suspendedAt' | 'createdAt'
>;

/** A membership with its person and the organization's name: one join spares every list two statements. */
export interface MemberRow {
  readonly id: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly organizationName: string;
  readonly role: OrganizationRole;
  readonly label: string | null;
  readonly active: boolean;
  readonly expiresAt: Date | null;
  readonly joinedAt: Date;
  readonly person: PersonRow;
}

/** The columns of `memberships m`, `users u` and `organizations o` that `toMemberRow` reads. */
export const MEMBER_COLUMNS = sql`m.id as member_id, m.user_id, m.organization_id as member_organization_id,
  o.name as member_organization_name, m.role as member_role, m.label, m.active, m.expires_at as member_expires_at, m.joined_at,
  u.name as user_name, u.email, u.language, u.system_role, u.suspended_at, u.created_at as user_created_at`;

export const MEMBER_JOINS = sql`join users u on u.id = m.user_id join organizations o on o.id = m.organization_id`;

export const toMemberRow = (raw: RawRow): MemberRow => ({
  id: textOf(raw['member_id']),
  userId: textOf(raw['user_id']),
  organizationId: textOf(raw['member_organization_id']),
  organizationName: textOf(raw['member_organization_name']),
  role: raw['member_role'] as OrganizationRole,
  label: raw['label'] as string | null,
  active: raw['active'] as boolean,
  expiresAt: dateOf(raw['member_expires_at']),
  joinedAt: dateOf(raw['joined_at']) as Date,
  person: {
    id: textOf(raw['user_id']),
    email: textOf(raw['email']),
    name: textOf(raw['user_name']),
    language: raw['language'] as PersonRow['language'],
    systemRole: raw['system_role'] as PersonRow['systemRole'],
    suspendedAt: dateOf(raw['suspended_at']),
    createdAt: dateOf(raw['user_created_at']) as Date,
  },
});

export const MEMBERS: ListSource<MemberRow> = {
  columns: MEMBER_COLUMNS,
  from: sql`memberships m ${MEMBER_JOINS}`,
  id: sql`m.id`,
  alias: 'm',
  toRow: toMemberRow,
};

/** The same rows by their person's id: a user is in at most one organization (M4). */
export const MEMBERS_BY_USER: ListSource<MemberRow> = { ...MEMBERS, id: sql`u.id` };

export const MEMBER_NAME: SortKey = { expression: sql`u.name_key`, type: 'text' };

/** What the facts of a member are asked with; no token acts for them. */
export const memberFact = (row: MemberRow): Member => ({
  account: accountFact(row.person),
  membership: membershipFact(row),
  token: null,
});

/** Changes a membership. */
export async function updateMembership(
  tx: Tx,
  id: string,
  changes: Partial<Pick<MemberRow, 'role' | 'label' | 'active' | 'expiresAt'>>,
): Promise<void> {
  await tx.update(memberships).set(changes).where(eq(memberships.id, id));
}

/** Ends a membership; its grants, delegated ones too, go with it (M6). */
export async function deleteMembership(tx: Tx, id: string): Promise<void> {
  await tx.delete(memberships).where(eq(memberships.id, id));
}

/** Which other ADMINs count: those who last (M3), or those who are live at an instant (M2). */
const counts = {
  lasting: isNull(memberships.expiresAt),
  liveAt: (instant: Date) => or(isNull(memberships.expiresAt), gt(memberships.expiresAt, instant)),
};

/** The ADMINs of an organization that count, as a condition on memberships and their users. */
const adminsOf = (organizationId: string, which: SQL | undefined): SQL | undefined =>
  and(
    eq(memberships.organizationId, organizationId),
    eq(memberships.role, 'ADMIN'),
    eq(memberships.active, true),
    isNull(users.suspendedAt),
    ne(users.systemRole, 'DEMO'),
    which,
  );

async function hasAdmin(tx: Tx, organizationId: string, exceptId: string | null, which: SQL | undefined) {
  const rows = await tx
    .select({ id: memberships.id })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(adminsOf(organizationId, which), exceptId === null ? undefined : ne(memberships.id, exceptId)))
    .limit(1);
  return rows.length > 0;
}

/** Every ADMIN of an organization who is live at an instant and may act (D1), to be written to. */
export const liveAdminsOf = (
  tx: Tx,
  organizationId: string,
  instant: Date,
): Promise<Pick<UserRow, 'name' | 'email' | 'language'>[]> =>
  tx
    .select({ name: users.name, email: users.email, language: users.language })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(adminsOf(organizationId, counts.liveAt(instant)))
    .orderBy(memberships.id);

/** M3: whether a member is the one ADMIN who lasts. Certain only under the organization's lock. */
export const isLastAdmin = async (
  tx: Tx,
  membership: MembershipFact,
  account: AccountFact,
): Promise<boolean> =>
  isLastingAdmin(membership, account) &&
  !(await hasAdmin(tx, membership.organizationId, membership.id, counts.lasting));

/** M2: whether another ADMIN is live at an instant, so that this one may step down. Certain only under the organization's lock. */
export const hasOtherLiveAdmin = (tx: Tx, membership: MembershipFact, instant: Date): Promise<boolean> =>
  hasAdmin(tx, membership.organizationId, membership.id, counts.liveAt(instant));

/** M3: whether an organization has a live ADMIN left. Certain only under its lock. */
export const hasLiveAdmin = (tx: Tx, organizationId: string, instant: Date): Promise<boolean> =>
  hasAdmin(tx, organizationId, null, counts.liveAt(instant));

/** What of a member's grant ends with the membership; `ownerId` is the other side of the cooperation for a delegated one. */
export interface MemberGrant {
  readonly resource: ResourceRef;
  readonly role: JobRole;
  readonly expiresAt: Date | null;
  readonly cooperationId: string | null;
}

/** The grants of a member, the oldest first. */
export async function grantsOfMember(tx: Tx, membershipId: string): Promise<MemberGrant[]> {
  const rows = await tx
    .select({
      role: grants.role,
      expiresAt: grants.expiresAt,
      cooperationId: grants.cooperationId,
      portfolioId: grants.portfolioId,
      parkId: grants.parkId,
      parkPortfolioId: parks.portfolioId,
      organizationId: sql<string>`coalesce(${parks.organizationId}, ${portfolios.organizationId})`,
    })
    .from(grants)
    .leftJoin(parks, eq(parks.id, grants.parkId))
    .leftJoin(portfolios, eq(portfolios.id, grants.portfolioId))
    .where(eq(grants.membershipId, membershipId))
    .orderBy(grants.id);
  return rows.map(({ role, expiresAt, cooperationId, ...named }) => ({
    role,
    expiresAt,
    cooperationId,
    resource: resourceRef(named),
  }));
}
