import type { Tx } from '../db/client.ts';
import type { Clock } from '../db/instant.ts';
import { accountOfApiToken } from '../db/queries/api-tokens.ts';
import { type AccountRows, accountOfEmail, accountOfSession } from '../db/queries/sessions.ts';
import { isApiSecret } from './api-tokens.ts';
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

/**
 * By the secret of an API token: neither revoked nor expired, its owner a live member in good standing (section 3). What is mistyped is
 * nobody's without a look; whatever else is wrong gets the same answer.
 */
export const byApiToken =
  (secret: string): Authenticator =>
  async (tx, clock) => {
    const account = isApiSecret(secret) ? await accountOfApiToken(tx, clock, hashSecret(secret)) : null;
    if (!account?.apiToken || !account.membership) return null;
    const { instant, apiToken, membership, user } = account;
    const isOver = ({ expiresAt }: { expiresAt: Date | null }) => expiresAt !== null && expiresAt <= instant;
    const dead = apiToken.revokedAt !== null || isOver(apiToken) || isOver(membership) || !membership.active;
    return dead || user.suspendedAt !== null ? null : account;
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
