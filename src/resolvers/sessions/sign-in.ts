import { Refusal } from '../../authz/refusal.ts';
import {
  accountOfEmail,
  deleteExpiredSessions,
  deleteSessionByToken,
  lockUser,
  type UserRow,
} from '../../db/queries/sessions.ts';
import { bySessionToken } from '../../identity/authenticate.ts';
import { canonicalEmail } from '../../identity/email.ts';
import { verifyPassword } from '../../identity/passwords.ts';
import { hashSecret } from '../../identity/secret.ts';
import { globalId } from '../../schema/global-id.ts';
import type { SignInInput } from '../../schema/session-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { startSession } from './start-session.ts';

/** One answer for an unknown address, a wrong password, and an account that is suspended or was never verified. */
const refused = () =>
  new Refusal('UNAUTHENTICATED', 'The e-mail address or the password is not right.', {
    layer: 'SYSTEM',
    required: 'CREDENTIALS',
    actual: 'NONE',
  });

const canSignIn = ({ suspendedAt, verifiedAt }: UserRow) => suspendedAt === null && verifiedAt !== null;

/** Counted in this order; the client's address first, see `Limits.consume`. */
const LIMITS_OF_DEVICE = {
  known: ['signInByAddress', 'signInByDevice'],
  unknown: ['signInByAddress', 'signInByAccountAndAddress', 'signInByAccountUnknownDevices'],
} as const;

/**
 * Signs an account in with a new session; one that the request carried ends. Answers the session's token.
 * @throws UNAUTHENTICATED, after the same work whatever the reason; RATE_LIMITED, before any of it
 */
export async function signIn(context: RequestContext, input: SignInInput): Promise<string> {
  const email = canonicalEmail(input.email);
  // By the form that was typed where it is no address: what has no account is limited like what has one.
  const limited = { account: email ?? input.email, device: context.device.idOf(email ?? '') ?? '' };
  const limits = limited.device ? LIMITS_OF_DEVICE.known : LIMITS_OF_DEVICE.unknown;
  await context.limits.consume(limited, ...limits);
  const account = await context.readOnce((tx, clock) => accountOfEmail(tx, clock, email ?? ''));
  const verified = await verifyPassword(account?.user.passwordHash ?? null, input.password);
  if (!account || !verified || !canSignIn(account.user)) throw refused();

  const { token, expiresAt } = await context.accountCommand(account.user, async ({ tx, instant, audit }) => {
    const user = await lockUser(tx, account.user.id);
    // A password changed, or an account suspended, since the check: the session must not survive it.
    if (user?.passwordHash !== account.user.passwordHash || !canSignIn(user)) throw refused();
    if (context.sessionToken !== null) await deleteSessionByToken(tx, hashSecret(context.sessionToken));
    await deleteExpiredSessions(tx, account.user.id, instant);
    const session = await startSession(tx, account.user.id, context.origin, instant);
    audit({
      organizationId: account.membership?.organizationId ?? null,
      action: 'session.signed_in',
      subjectId: globalId('session', session.id),
      details: {},
    });
    return session;
  });
  await context.limits.reward(limited, ...limits);
  context.cookie.set(token, expiresAt);
  context.device.remember(account.user.email);
  context.authenticateBy(bySessionToken(token));
  return token;
}
