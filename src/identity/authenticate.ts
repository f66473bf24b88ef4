import type { Tx } from '../db/client.ts';
import type { Clock } from '../db/instant.ts';
import { type AccountRows, accountOfEmail, accountOfSession } from '../db/queries/sessions.ts';
import { hashSecret } from './secret.ts';

/** Answers who makes the request, asked anew in every transaction; null for nobody. */
export type Authenticator = (tx: Tx, clock: Clock | undefined) => Promise<AccountRows | null>;

/** By a session token: the session has not expired and the account is not suspended (P1). */
export const bySessionToken =
  (token: string): Authenticator =>
  async (tx, clock) => {
    const account = await accountOfSession(tx, clock, hashSecret(token));
    if (!account?.session || account.session.expiresAt <= account.instant) return null;
    return account.user.suspendedAt === null ? account : null;
  };

/** By address, for the operator's command line alone: whoever runs it holds the database. */
export const byEmail =
  (email: string): Authenticator =>
  async (tx, clock) => {
    const account = await accountOfEmail(tx, clock, email);
    return account && account.user.suspendedAt === null ? { ...account, session: null } : null;
  };

/** A request without credentials. */
export const asNobody: Authenticator = async () => null;
