import { badInput, requireFullAccount, unauthenticated } from '../../authz/refusal.ts';
import { deleteAccountLinks } from '../../db/queries/accounts.ts';
import { deleteSessions, setPasswordHash } from '../../db/queries/sessions.ts';
import { hashPassword, passwordFault } from '../../identity/passwords.ts';
import { globalId } from '../../schema/global-id.ts';
import type { ChangePasswordInput } from '../../schema/session-inputs.ts';
import { checkOwnPassword, lockChecked } from '../accounts/check-password.ts';
import type { RequestContext } from '../context/request-context.ts';

/**
 * Changes the viewer's password, ends their other sessions, and tells them by mail.
 * @throws BAD_USER_INPUT naming currentPassword or newPassword, RATE_LIMITED, CONFLICT for the later of two changes at once
 */
export async function changePassword(context: RequestContext, input: ChangePasswordInput): Promise<void> {
  const fault = passwordFault(input.newPassword);
  if (fault) throw badInput('newPassword', fault);
  const checked = await checkOwnPassword(context, input.currentPassword, {
    action: 'PASSWORD_CHANGE',
    field: 'currentPassword',
  });
  const passwordHash = await hashPassword(input.newPassword);

  await context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, audit, mail }) => {
      requireFullAccount(actor.facts.account, 'PASSWORD_CHANGE');
      const { session, membership } = actor.rows;
      if (!session) throw unauthenticated();
      const user = await lockChecked(tx, checked);
      await setPasswordHash(tx, user.id, passwordHash);
      const ended = await deleteSessions(tx, user.id, session.id);
      // Whoever knew the old password may have asked for one.
      await deleteAccountLinks(tx, user.id);
      mail({
        template: 'PASSWORD_CHANGED',
        language: user.language,
        recipient: user.email,
        params: { name: user.name },
      });
      audit({
        organizationId: membership?.organizationId ?? null,
        action: 'user.password_changed',
        subjectId: globalId('user', user.id),
        details: { sessionsEnded: ended },
      });
    },
  });
}
