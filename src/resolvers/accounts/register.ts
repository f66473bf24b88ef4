import { z } from 'zod';
import { deadLink } from '../../authz/refusal.ts';
import { newId } from '../../db/new-id.ts';
import { insertUser, lockUserByEmail } from '../../db/queries/accounts.ts';
import { type InvitationRow, invitationOfToken } from '../../db/queries/invitations.ts';
import { readInstant, type UserRow } from '../../db/queries/sessions.ts';
import type { Command } from '../../db/tx.ts';
import { hashPassword } from '../../identity/passwords.ts';
import { hashSecret } from '../../identity/secret.ts';
import type { RegisterInput } from '../../schema/account-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { isOpen } from '../invitations/accept.ts';
import { lineOfText, parseInput } from '../parse-input.ts';
import { makeAccountLink, type Registration } from './account-link.ts';
import { newPassword } from './password-input.ts';

const form = z.object({
  invitationToken: z.string(),
  name: lineOfText('name', 200),
  password: newPassword,
  language: z.enum(['EN', 'DE', 'ES', 'FR', 'PT', 'IT']).nullish(),
});

/**
 * Registers an account for the invited address, and sends the link that verifies it. What was registered waits with that link: whoever
 * else registers for the address gets a link of their own into the same mailbox, and the one that its owner follows decides. Where the
 * address has an account, only its owner is told, by mail: the answer and the work are the same.
 * @throws NOT_FOUND for a link that is not good (one answer), BAD_USER_INPUT, RATE_LIMITED
 */
export async function register(context: RequestContext, input: RegisterInput): Promise<void> {
  const { invitationToken, name, password, language } = parseInput(form, input);
  const tokenHash = hashSecret(invitationToken);
  // No one's processor is spent on a link that leads nowhere.
  const known = await context.readOnce(async (tx, clock) => {
    const invitation = await invitationOfToken(tx, tokenHash);
    return invitation && isOpen(invitation, await readInstant(tx, clock)) ? invitation : null;
  });
  if (!known) throw deadLink();
  await context.limits.consume({ account: known.email }, 'registerByAddress', 'verificationByAccount');
  const passwordHash = await hashPassword(password);
  await context.accountCommand(null, async (command) => {
    const { tx, instant } = command;
    const invitation = await invitationOfToken(tx, tokenHash);
    if (!invitation || !isOpen(invitation, instant)) throw deadLink();
    const registration = { name, passwordHash, language: language ?? invitation.language };
    const { email } = invitation;
    await insertUser(tx, { ...registration, passwordHash: null, id: newId(), email, createdAt: instant });
    const user = (await lockUserByEmail(tx, email)) as UserRow;
    if (user.verifiedAt) await tellOwner(context, command, user, registration);
    else await startVerification(context, command, user, invitation, registration);
  });
}

async function startVerification(
  context: RequestContext,
  { tx, instant, audit, mail }: Command<unknown>,
  user: UserRow,
  { id: invitationId, email }: InvitationRow,
  registration: Registration,
): Promise<void> {
  const link = { kind: 'VERIFICATION', email, invitationId, registration } as const;
  const made = await makeAccountLink(tx, context, user, link, instant);
  if (!made) throw new Error('a new account has no link');
  mail({
    template: 'VERIFICATION',
    language: registration.language,
    recipient: email,
    params: { name: registration.name, expiresAt: made.expiresAt.toISOString() },
    link: made.link,
  });
  const subjectId = globalId('user', user.id);
  audit({
    organizationId: null,
    action: 'user.registered',
    subjectId,
    details: { name: registration.name },
  });
}

/** The same statements for an address that has an account: a link to nobody, and a mail that has none. */
async function tellOwner(
  context: RequestContext,
  { tx, instant, audit, mail }: Command<unknown>,
  { id, email, name, language }: UserRow,
  registration: Registration,
): Promise<void> {
  await makeAccountLink(tx, context, null, { kind: 'VERIFICATION', email, registration }, instant);
  mail({ template: 'ALREADY_REGISTERED', language, recipient: email, params: { name } });
  const subjectId = globalId('user', id);
  audit({ organizationId: null, action: 'user.registration_repeated', subjectId, details: {} });
}
