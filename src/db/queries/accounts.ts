/** What the life of an account writes, and the links to its owner. */
import { eq, sql } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import { rowsOf } from '../rows.ts';
import { accountLinks } from '../schema/account-links.ts';
import { memberships } from '../schema/memberships.ts';
import { users } from '../schema/users.ts';
import type { MembershipRow, UserRow } from './sessions.ts';

export type AccountLinkRow = typeof accountLinks.$inferSelect;

/** Stores an account, unless its address has one: of two at once the second finds the first one's. */
export async function insertUser(tx: Tx, row: typeof users.$inferInsert): Promise<void> {
  await tx.insert(users).values(row).onConflictDoNothing({ target: users.email });
}

export async function updateUser(
  tx: Tx,
  id: string,
  changes: Partial<typeof users.$inferInsert>,
): Promise<void> {
  await tx.update(users).set(changes).where(eq(users.id, id));
}

/** The account with a canonical address, locked against every other change of it; null for none. */
export async function lockUserByEmail(tx: Tx, email: string): Promise<UserRow | null> {
  const [row] = await tx.select().from(users).where(eq(users.email, email)).for('no key update');
  return row ?? null;
}

/** Makes a member. Violates memberships_one_per_user where the user is one somewhere already (M4). */
export async function insertMembership(tx: Tx, row: typeof memberships.$inferInsert): Promise<void> {
  await tx.insert(memberships).values(row);
}

export async function membershipOfUser(tx: Tx, userId: string): Promise<MembershipRow | null> {
  const [row] = await tx.select().from(memberships).where(eq(memberships.userId, userId));
  return row ?? null;
}

/** What becomes a link once its secret is known. */
export type NewAccountLink = Pick<
  AccountLinkRow,
  'kind' | 'email' | 'expiresAt' | 'createdAt' | 'invitationId'
> & {
  /** Of a VERIFICATION: what was registered. Without it, the account's newest such link is made good again. */
  readonly registration: Pick<UserRow, 'name' | 'passwordHash' | 'language'> | null;
};

/**
 * Makes a link of a registration, or the link of another kind for an account, in the place of an earlier one; for nobody (an id without account) the same work without
 * effect. The hash of its secret is the caller's to store (`storeLinkHash`): it depends on the rotation.
 */
export async function nextAccountLink(
  tx: Tx,
  userId: string,
  id: string,
  { kind, email, expiresAt, createdAt, invitationId, registration }: NewAccountLink,
): Promise<{ readonly id: string; readonly rotation: number } | null> {
  const { name = null, passwordHash = null, language = null } = registration ?? {};
  const result = await tx.execute(sql`
    insert into account_links (id, kind, user_id, email, token_hash, expires_at, created_at, invitation_id, name, password_hash,
      language)
    select ${id}::uuid, ${kind}::account_link_kind, u.id, ${email}, decode(md5(random()::text || clock_timestamp()::text), 'hex'),
      ${expiresAt.toISOString()}::timestamptz, ${createdAt.toISOString()}::timestamptz, ${invitationId}::uuid,
      ${name}, ${passwordHash}, ${language}::language
    from users u where u.id = ${userId}::uuid
    on conflict (user_id, kind) where kind <> 'VERIFICATION' do update set rotation = account_links.rotation + 1,
      email = excluded.email, expires_at = excluded.expires_at, created_at = excluded.created_at
    returning id, rotation`);
  return rowsOf<{ id: string; rotation: number }>(result)[0] ?? null;
}

/** Makes the newest registration's link of an account good again, under its next secret; for nobody the same work without effect. */
export async function renewRegistrationLink(
  tx: Tx,
  userId: string,
  expiresAt: Date,
): Promise<{ readonly id: string; readonly rotation: number } | null> {
  const result = await tx.execute(sql`
    update account_links set rotation = rotation + 1, expires_at = ${expiresAt.toISOString()}::timestamptz
    where id = (select id from account_links where user_id = ${userId}::uuid and kind = 'VERIFICATION' order by id desc limit 1)
    returning id, rotation`);
  return rowsOf<{ id: string; rotation: number }>(result)[0] ?? null;
}

/** Stores the hash of a link's secret. */
export async function storeLinkHash(tx: Tx, id: string, tokenHash: Uint8Array): Promise<void> {
  await tx.update(accountLinks).set({ tokenHash }).where(eq(accountLinks.id, id));
}

/** The link with this secret's hash and the account it is for; whether it is still good is the caller's to judge. */
export async function accountLinkOfToken(
  tx: Tx,
  tokenHash: Uint8Array,
): Promise<{ readonly link: AccountLinkRow; readonly user: UserRow } | null> {
  const [row] = await tx
    .select({ link: accountLinks, user: users })
    .from(accountLinks)
    .innerJoin(users, eq(users.id, accountLinks.userId))
    .where(eq(accountLinks.tokenHash, tokenHash));
  return row ?? null;
}

/** Uses a link up; of two at once the second gets false. */
export async function useAccountLink(tx: Tx, tokenHash: Uint8Array): Promise<boolean> {
  const used = await tx
    .delete(accountLinks)
    .where(eq(accountLinks.tokenHash, tokenHash))
    .returning({ id: accountLinks.id });
  return used.length > 0;
}

/** Ends every link of an account. */
export async function deleteAccountLinks(tx: Tx, userId: string): Promise<void> {
  await tx.delete(accountLinks).where(eq(accountLinks.userId, userId));
}
