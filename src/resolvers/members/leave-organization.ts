import { requireTokenMay } from '../../authz/member-rules.ts';
import { notFound, requireFullAccount } from '../../authz/refusal.ts';
import { membershipFact } from '../../db/access-facts.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { endMembership, ownersConcerned } from './end-membership.ts';
import { MemberModel } from './member-model.ts';

/**
 * Ends the viewer's own membership with its grants (M6); any member may, a paused or expired one too. Answers the global id of the
 * organization that was left.
 * @throws NOT_FOUND without a membership, LAST_ADMIN (M3)
 */
export function leaveOrganization(context: RequestContext): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    organizations: (tx, viewer) => ownersConcerned(tx, ownMember(viewer).id),
    work: async (command) => {
      const member = ownMember(command.actor);
      await endMembership(command, member, 'member.left');
      return globalId('organization', member.organizationId);
    },
  });
}

function ownMember(actor: Viewer) {
  requireFullAccount(actor.facts.account, 'ORGANIZATION_LEAVE');
  const member = MemberModel.own(actor);
  if (!member) throw notFound();
  requireTokenMay(actor.facts.token, membershipFact(member.row));
  return member.row;
}
