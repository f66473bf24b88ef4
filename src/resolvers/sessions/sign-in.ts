import { Refusal } from '../../authz/refusal.ts';
import { newId } from '../../db/new-id.ts';
import {
  accountOfEmail,
  deleteExpiredSessions,
  deleteSessionByToken,
  insertSession,
  lockUser,
} from '../../db/queries/sessions.ts';
import { bySessionToken } from '../../identity/authenticate.ts';
import { canonicalEmail } from '../../identity/email.ts';
import { verifyPassword } from '../../identity/passwords.ts';
import { hashSecret, newSecret } from '../../identity/secret.ts';
import { globalId } from '../../schema/global-id.ts';
import type { SignInInput } from '../../schema/session-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';

/** How long a session lasts: 30 days. */
const SESSION_MS = 30 * 24 * 3_600_000;

/** Longer names of programs are cut. */
const USER_AGENT_LENGTH = 300;

/** One answer for an unknown address, a wrong password and a suspended account. */
const refused = () =>
  new Refusal('UNAUTHENTICATED', 'The e-mail address or the password is not right.', {
    layer: 'SYSTEM',
    required: 'CREDENTIALS',
    actual: 'NONE',
  });

/**
 * Signs an account in with a new session; one that the request carried ends. Answers the session's token.
 * @throws UNAUTHENTICATED, after the same work whatever the reason
 */
export async function signIn(context: RequestContext, input: SignInInput): Promise<string> {
  const email = canonicalEmail(input.email);
  const account = await context.readOnce((tx, clock) => accountOfEmail(tx, clock, email ?? ''));
  const verified = await verifyPassword(account?.user.passwordHash ?? null, input.password);
  if (!account || !verified || account.user.suspendedAt !== null) throw refused();

  const token = newSecret();
  const expiresAt = await context.accountCommand(account.user, async ({ tx, instant, audit }) => {
    const user = await lockUser(tx, account.user.id);
    // A password changed, or an account suspended, since the check: the session must not survive it.
    if (user?.passwordHash !== account.user.passwordHash || user?.suspendedAt !== null) throw refused();
    if (context.sessionToken !== null) await deleteSessionByToken(tx, hashSecret(context.sessionToken));
    await deleteExpiredSessions(tx, account.user.id, instant);
    const id = newId();
    const expiry = new Date(instant.getTime() + SESSION_MS);
    await insertSession(tx, {
      id,
      userId: account.user.id,
      tokenHash: hashSecret(token),
      createdAt: instant,
      lastSeenAt: instant,
      expiresAt: expiry,
      ipAddress: context.origin.ipAddress,
      userAgent: context.origin.userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
    });
    audit({
      organizationId: account.membership?.organizationId ?? null,
      action: 'session.signed_in',
      subjectId: globalId('session', id),
      details: {},
    });
    return expiry;
  });
  context.cookie.set(token, expiresAt);
  context.authenticateBy(bySessionToken(token));
  return token;
}
