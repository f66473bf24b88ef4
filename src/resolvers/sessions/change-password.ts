import { badInput, Refusal, requireFullAccount, unauthenticated } from '../../authz/refusal.ts';
import { deleteSessions, lockUser, setPasswordHash } from '../../db/queries/sessions.ts';
import { hashPassword, passwordFault, verifyPassword } from '../../identity/passwords.ts';
import { globalId } from '../../schema/global-id.ts';
import type { ChangePasswordInput } from '../../schema/session-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';

/**
 * Changes the viewer's password and ends their other sessions.
 * @throws BAD_USER_INPUT naming currentPassword or newPassword, CONFLICT for the later of two changes at once
 */
export async function changePassword(context: RequestContext, input: ChangePasswordInput): Promise<void> {
  const fault = passwordFault(input.newPassword);
  if (fault) throw badInput('newPassword', fault);
  const { viewer } = await context.reading();
  requireFullAccount(viewer.facts.account, 'PASSWORD_CHANGE');
  const { user } = viewer.rows;
  // Hashing takes its time: no connection is held meanwhile.
  await context.close();
  const wrongPassword = () => badInput('currentPassword', 'This is not the current password.');
  if (!(await verifyPassword(user.passwordHash, input.currentPassword))) throw wrongPassword();
  const passwordHash = await hashPassword(input.newPassword);

  await context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, audit }) => {
      requireFullAccount(actor.facts.account, 'PASSWORD_CHANGE');
      const { session, membership } = actor.rows;
      if (!session) throw unauthenticated();
      const locked = await lockUser(tx, user.id);
      if (locked?.passwordHash !== user.passwordHash) {
        throw new Refusal('CONFLICT', 'The password has been changed meanwhile.');
      }
      await setPasswordHash(tx, user.id, passwordHash);
      const ended = await deleteSessions(tx, user.id, session.id);
      audit({
        organizationId: membership?.organizationId ?? null,
        action: 'user.password_changed',
        subjectId: globalId('user', user.id),
        details: { sessionsEnded: ended },
      });
    },
  });
}
