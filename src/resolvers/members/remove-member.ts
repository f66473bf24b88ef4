import { requireMemberRemoval, requireTokenMay } from '../../authz/member-rules.ts';
import { membershipFact } from '../../db/access-facts.ts';
import type { Tx } from '../../db/client.ts';
import type { MemberRow } from '../../db/queries/members.ts';
import { deleteSessions } from '../../db/queries/sessions.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RemoveMemberInput } from '../../schema/member-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { endMembership, ownersConcerned } from './end-membership.ts';
import { memberOf } from './member-rows.ts';

/**
 * Removes a member with their grants, delegated grants (M6) and sessions, and tells them by mail; needs MEMBER_REMOVE and M2. Of oneself it is leaving.
 * Answers the member's global id.
 * @throws NOT_FOUND, FORBIDDEN, LAST_ADMIN (M3)
 */
export function removeMember(context: RequestContext, { memberId }: RemoveMemberInput): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    // Nobody locks what they may not change.
    organizations: async (tx, viewer) =>
      ownersConcerned(tx, (await removableMember(tx, viewer, memberId)).id),
    work: async (command) => {
      const { tx, actor } = command;
      const member = await removableMember(tx, actor, memberId);
      if (member.id === actor.rows.membership?.id) {
        await endMembership(command, member, 'member.left');
      } else {
        const sessionsEnded = await deleteSessions(tx, member.userId, null);
        await endMembership(command, member, 'member.removed', { sessionsEnded });
        const { name, email, language } = member.person;
        command.mail({
          template: 'MEMBER_REMOVED',
          language,
          recipient: email,
          params: { name, organizationName: member.organizationName },
        });
      }
      return globalId('member', member.id);
    },
  });
}

async function removableMember(tx: Tx, actor: Viewer, memberId: string): Promise<MemberRow> {
  const row = await memberOf(tx, actor, memberId);
  requireMemberRemoval(
    actor.inOrganization(row.organizationId),
    actor.rows.membership?.id,
    membershipFact(row),
  );
  requireTokenMay(actor.facts.token, membershipFact(row));
  return row;
}
