import { and, desc, eq, gt, inArray, lt, ne, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import { type Clock, instantSql } from '../instant.ts';
import type { apiTokens } from '../schema/api-tokens.ts';
import { memberships } from '../schema/memberships.ts';
import { organizations } from '../schema/organizations.ts';
import { sessions } from '../schema/sessions.ts';
import { users } from '../schema/users.ts';

export type UserRow = typeof users.$inferSelect;
export type SessionRow = typeof sessions.$inferSelect;
export type MembershipRow = typeof memberships.$inferSelect;
export type StoredToken = typeof apiTokens.$inferSelect;
export type OrganizationRow = typeof organizations.$inferSelect;

/** An account as the database knows it at `instant`, with its one membership (M4). */
export interface AccountRows {
  readonly instant: Date;
  readonly user: UserRow;
  readonly session: SessionRow | null;
  /** The API token that acts for the account, if it is none of its sessions. */
  readonly apiToken: StoredToken | null;
  readonly membership: MembershipRow | null;
  readonly organization: OrganizationRow | null;
}

async function oneAccount(tx: Tx, clock: Clock | undefined, where: SQL): Promise<AccountRows | null> {
  const [row] = await tx
    .select({
      instant: instantSql(clock),
      user: users,
      session: sessions,
      membership: memberships,
      organization: organizations,
    })
    .from(users)
    .leftJoin(sessions, eq(sessions.userId, users.id))
    .leftJoin(memberships, eq(memberships.userId, users.id))
    .leftJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(where)
    .limit(1);
  return row ? { ...row, apiToken: null } : null;
}

/** The account behind a session token's hash, with the instant of the request: one statement. Expiry is the caller's to judge. */
export const accountOfSession = (tx: Tx, clock: Clock | undefined, tokenHash: Uint8Array) =>
  oneAccount(tx, clock, eq(sessions.tokenHash, tokenHash));

/** The account with a canonical address; `session` is any one of its sessions or null and means nothing here. */
export const accountOfEmail = (tx: Tx, clock: Clock | undefined, email: string) =>
  oneAccount(tx, clock, eq(users.email, email));

/** Some accounts with their memberships: one statement. */
export const accountsOfUsers = (
  tx: Tx,
  userIds: readonly string[],
): Promise<{ user: UserRow; membership: MembershipRow | null }[]> =>
  tx
    .select({ user: users, membership: memberships })
    .from(users)
    .leftJoin(memberships, eq(memberships.userId, users.id))
    .where(inArray(users.id, [...userIds]));

/** The live sessions of a user, the newest first. */
export const sessionsOfUser = (tx: Tx, userId: string, instant: Date): Promise<SessionRow[]> =>
  tx
    .select()
    .from(sessions)
    .where(and(eq(sessions.userId, userId), gt(sessions.expiresAt, instant)))
    .orderBy(desc(sessions.createdAt), desc(sessions.id));

/** Stores a session. */
export async function insertSession(tx: Tx, session: SessionRow): Promise<void> {
  await tx.insert(sessions).values(session);
}

/** Ends one session of a user; false when the user has no such session. */
export async function deleteSession(tx: Tx, userId: string, sessionId: string): Promise<boolean> {
  const rows = await tx
    .delete(sessions)
    .where(and(eq(sessions.id, sessionId), eq(sessions.userId, userId)))
    .returning({ id: sessions.id });
  return rows.length > 0;
}

/** Ends the session behind a token's hash, whosever it is: who shows the token holds it. */
export async function deleteSessionByToken(tx: Tx, tokenHash: Uint8Array): Promise<void> {
  await tx.delete(sessions).where(eq(sessions.tokenHash, tokenHash));
}

/** Ends every session of a user, but for the one that is kept; answers how many. */
export async function deleteSessions(tx: Tx, userId: string, keptId: string | null): Promise<number> {
  const rows = await tx
    .delete(sessions)
    .where(and(eq(sessions.userId, userId), keptId === null ? undefined : ne(sessions.id, keptId)))
    .returning({ id: sessions.id });
  return rows.length;
}

/** Ends what has expired, of one user: their table does not grow for ever. */
export async function deleteExpiredSessions(tx: Tx, userId: string, instant: Date): Promise<void> {
  await tx.delete(sessions).where(and(eq(sessions.userId, userId), lt(sessions.expiresAt, instant)));
}

/** Notes that a session was used. */
export async function touchSession(tx: Tx, sessionId: string, instant: Date): Promise<void> {
  await tx.update(sessions).set({ lastSeenAt: instant }).where(eq(sessions.id, sessionId));
}

/** Locks an account against a change of its password or standing until the transaction ends, and answers its row. */
export async function lockUser(tx: Tx, userId: string): Promise<UserRow | null> {
  const [row] = await tx.select().from(users).where(eq(users.id, userId)).for('no key update');
  return row ?? null;
}

/** Sets a password's hash. */
export async function setPasswordHash(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx.update(users).set({ passwordHash }).where(eq(users.id, userId));
}

/** The database's clock, for what has no account. */
export async function readInstant(tx: Tx, clock: Clock | undefined): Promise<Date> {
  const [row] = await tx.select({ instant: instantSql(clock) }).from(sql`(values (1)) as one(n)`);
  return (row as { instant: Date }).instant;
}
