import { deadLink, Refusal, unauthenticated } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { violatedConstraint } from '../../db/errors.ts';
import {
  type AccountLinkRow,
  accountLinkOfToken,
  deleteAccountLinks,
  membershipOfUser,
  updateUser,
} from '../../db/queries/accounts.ts';
import { INVITATIONS, type InvitationRow } from '../../db/queries/invitations.ts';
import { fetchByIds } from '../../db/queries/keyset.ts';
import { deleteSessionByToken, type UserRow } from '../../db/queries/sessions.ts';
import type { Command } from '../../db/tx.ts';
import { bySessionToken } from '../../identity/authenticate.ts';
import { hashSecret } from '../../identity/secret.ts';
import type { VerifyEmailInput } from '../../schema/account-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { accept, organizationsOfAcceptance } from '../invitations/accept.ts';
import { startSession } from '../sessions/start-session.ts';
import { useLink } from './account-link.ts';
import { endOldAddress } from './end-old-address.ts';

const KINDS = ['VERIFICATION', 'EMAIL_CHANGE'] as const;

/**
 * Uses the link that proves an address: of a new account, which gets what was registered with that link, is signed in, and accepts the
 * organization's invitation that it was registered with; or the new address of an account that is signed in, whose other sessions and
 * links end. Answers the session's token.
 * @throws NOT_FOUND for a link that is not good (one answer), UNAUTHENTICATED for a new address without a session of its account,
 * RATE_LIMITED
 */
export async function verifyEmail(context: RequestContext, { token }: VerifyEmailInput): Promise<string> {
  await context.limits.consume({}, 'linkByAddress');
  const tokenHash = hashSecret(token);
  const owner = await context.readOnce((tx) => accountLinkOfToken(tx, tokenHash));
  if (!owner) throw deadLink();
  const work = context.accountCommand(
    owner.user,
    async (command) => {
      const { tx, instant, audit } = command;
      const { link, user } = await useLink(tx, token, KINDS, instant);
      const action = link.kind === 'EMAIL_CHANGE' ? 'user.email_changed' : 'user.verified';
      if (link.kind === 'EMAIL_CHANGE') {
        // Whoever got the mail by a slip of the pen is not the account's owner.
        const signedIn = await context.authenticated(tx);
        if (signedIn?.user.id !== user.id) throw unauthenticated();
        await updateUser(tx, user.id, { email: link.email });
        await endOldAddress(command, user, link.email);
      } else {
        await verifyNew(command, user, link);
      }
      if (context.sessionToken !== null) await deleteSessionByToken(tx, hashSecret(context.sessionToken));
      const membership = await membershipOfUser(tx, user.id);
      audit({
        organizationId: membership?.organizationId ?? null,
        action,
        subjectId: globalId('user', user.id),
        details: link.kind === 'EMAIL_CHANGE' ? { before: user.email, after: link.email } : {},
      });
      return { ...(await startSession(tx, user.id, context.origin, instant)), email: link.email };
    },
    async (tx) => organizationsOfAcceptance(await registeredWith(tx, tokenHash)),
  );
  const session = await work.catch((error: unknown) => {
    // Somebody else came to have the address: to the holder of the link it is no longer good.
    if (violatedConstraint(error) === 'users_email_key') throw deadLink();
    throw error;
  });
  context.cookie.set(session.token, session.expiresAt);
  context.device.remember(session.email);
  context.authenticateBy(bySessionToken(session.token));
  return session.token;
}

/** The account becomes what was registered with the link that was followed; every other registration's link goes dead. */
async function verifyNew(command: Command<unknown>, user: UserRow, link: AccountLinkRow): Promise<void> {
  const { tx, instant } = command;
  if (user.verifiedAt !== null) throw deadLink();
  const registered = {
    name: link.name ?? user.name,
    passwordHash: link.passwordHash,
    language: link.language ?? user.language,
    verifiedAt: instant,
  };
  await updateUser(tx, user.id, registered);
  await deleteAccountLinks(tx, user.id);
  await acceptByItself(command, { ...user, ...registered }, link);
}

/** The invitation that the account behind a link was registered with. */
async function registeredWith(tx: Tx, tokenHash: Uint8Array): Promise<InvitationRow | null> {
  const link = (await accountLinkOfToken(tx, tokenHash))?.link;
  return link ? invitationOf(tx, link) : null;
}

const invitationOf = async (tx: Tx, { invitationId }: AccountLinkRow): Promise<InvitationRow | null> =>
  invitationId === null
    ? null
    : ((await fetchByIds(tx, INVITATIONS, [invitationId])).get(invitationId) ?? null);

/**
 * An invitation into an organization needs nothing more than the address; the others ask for the new organization's details first.
 * Where it can not be accepted any more, the account is verified all the same.
 */
async function acceptByItself(command: Command<unknown>, user: UserRow, link: AccountLinkRow): Promise<void> {
  const invitation = await invitationOf(command.tx, link);
  if (invitation?.type !== 'ORGANIZATION') return;
  try {
    await accept(command, invitation, user.id, null);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
