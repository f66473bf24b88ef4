import { requireFullAccount } from '../../authz/refusal.ts';
import { deleteAccountLinks, membershipOfUser, updateUser } from '../../db/queries/accounts.ts';
import { deleteSessions } from '../../db/queries/sessions.ts';
import { LocksOutdatedError } from '../../db/tx.ts';
import type { DeleteAccountInput } from '../../schema/account-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { endMembership, ownersConcerned } from '../members/end-membership.ts';
import { MemberModel } from '../members/member-model.ts';
import { checkOwnPassword, lockChecked } from './check-password.ts';

/**
 * Deletes the viewer's account: leaves the organization, ends sessions and links, and anonymises the account itself. Records keep the
 * name, and so do invitations and mails that were sent.
 * @throws BAD_USER_INPUT naming password, LAST_ADMIN (M3), RATE_LIMITED, CONFLICT
 */
export async function deleteAccount(
  context: RequestContext,
  { password }: DeleteAccountInput,
): Promise<void> {
  const checked = await checkOwnPassword(context, password, { action: 'ACCOUNT_DELETE', field: 'password' });
  await context.command({
    mode: 'ACCESS',
    organizations: async (tx, viewer) => {
      const { membership } = viewer.rows;
      return membership ? ownersConcerned(tx, membership.id) : [];
    },
    work: async (command) => {
      const { tx, actor, instant, audit } = command;
      requireFullAccount(actor.facts.account, 'ACCOUNT_DELETE');
      const user = await lockChecked(tx, checked);
      // Read under the account's lock: an invitation may have been accepted beside this.
      const membership = await membershipOfUser(tx, user.id);
      if (membership?.id !== actor.rows.membership?.id) throw new LocksOutdatedError();
      const member = MemberModel.own(actor);
      if (member)
        await endMembership(command, member.row, 'member.left', { because: 'the account was deleted' });
      await deleteSessions(tx, user.id, null);
      await deleteAccountLinks(tx, user.id);
      await updateUser(tx, user.id, {
        name: 'Deleted account',
        email: `${user.id}@deleted.invalid`,
        passwordHash: null,
        verifiedAt: null,
        systemRole: 'USER',
        language: 'EN',
        deletedAt: instant,
      });
      audit({
        organizationId: null,
        action: 'user.deleted',
        subjectId: globalId('user', user.id),
        details: { name: user.name },
      });
    },
  });
  context.cookie.clear();
}
