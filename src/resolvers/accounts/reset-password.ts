import { z } from 'zod';
import { deadLink } from '../../authz/refusal.ts';
import { deleteAccountLinks, membershipOfUser } from '../../db/queries/accounts.ts';
import { deleteSessions, readInstant, setPasswordHash } from '../../db/queries/sessions.ts';
import { hashPassword } from '../../identity/passwords.ts';
import type { ResetPasswordInput } from '../../schema/account-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { parseInput } from '../parse-input.ts';
import { liveAccountLink, useLink } from './account-link.ts';
import { newPassword } from './password-input.ts';

const form = z.object({ token: z.string(), newPassword });

const KINDS = ['PASSWORD_RESET'] as const;

/**
 * Sets a new password by a link, and ends every session and every other link of the account.
 * @throws NOT_FOUND for a link that is not good (one answer), BAD_USER_INPUT, RATE_LIMITED
 */
export async function resetPassword(context: RequestContext, input: ResetPasswordInput): Promise<void> {
  const { token, newPassword: password } = parseInput(form, input);
  await context.limits.consume({}, 'linkByAddress');
  // No one's processor is spent on a link that leads nowhere.
  const known = await context.readOnce(async (tx, clock) =>
    liveAccountLink(tx, token, KINDS, await readInstant(tx, clock)),
  );
  if (!known) throw deadLink();
  const passwordHash = await hashPassword(password);
  await context.accountCommand(known.user, async ({ tx, instant, audit, mail }) => {
    const { user } = await useLink(tx, token, KINDS, instant);
    await setPasswordHash(tx, user.id, passwordHash);
    await deleteAccountLinks(tx, user.id);
    const sessionsEnded = await deleteSessions(tx, user.id, null);
    mail({
      template: 'PASSWORD_CHANGED',
      language: user.language,
      recipient: user.email,
      params: { name: user.name },
    });
    audit({
      organizationId: (await membershipOfUser(tx, user.id))?.organizationId ?? null,
      action: 'user.password_reset',
      subjectId: globalId('user', user.id),
      details: { sessionsEnded },
    });
  });
}
