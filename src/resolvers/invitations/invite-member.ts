import { z } from 'zod';
import { requireInviting } from '../../authz/invitation-rules.ts';
import { requireLabel } from '../../authz/member-rules.ts';
import { notFound } from '../../authz/refusal.ts';
import type { OrganizationRole } from '../../authz/roles.ts';
import { isMemberByEmail, replaceInvitationGrants } from '../../db/queries/invitations.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { InviteMemberInput } from '../../schema/invitation-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { parseInput } from '../parse-input.ts';
import { grantsToCarry, invitationFields, invitedEmail, shownGrants } from './invitation-input.ts';
import { languageInput } from './language-input.ts';
import { alreadyMember, countInvitation, refuseSecondInvitation, sendInvitation } from './send-invitation.ts';

const form = z.object({
  organizationId: z.string(),
  email: invitedEmail(),
  language: languageInput,
  ...invitationFields,
});

/**
 * Invites somebody into the viewer's organization; needs MEMBER_INVITE and M1, for grants GRANT_MANAGE and G1. Whether the address has
 * an account elsewhere makes no difference (I2). Answers the invitation's UUID.
 * @throws NOT_FOUND, FORBIDDEN, ROLE_NOT_ASSIGNABLE, LABEL_REQUIRED, ALREADY_MEMBER, ALREADY_INVITED, RATE_LIMITED, BAD_USER_INPUT
 */
export async function inviteMember(context: RequestContext, input: InviteMemberInput): Promise<string> {
  const { email, role, language, grants, ...given } = parseInput(form, input);
  const label = given.label ?? null;
  // Whose invitation would be refused anyway counts against nobody.
  requireRight((await context.reading()).viewer, given.organizationId, role);
  await countInvitation(context, email);
  const work = context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async (command) => {
      const { tx, actor, instant, audit } = command;
      const organizationId = requireRight(actor, given.organizationId, role);
      requireLabel(role, label);
      const carried = await grantsToCarry(tx, actor, { organizationId, role }, grants, [], instant);
      if (await isMemberByEmail(tx, organizationId, email)) throw alreadyMember();
      const organization = { id: organizationId, name: actor.rows.organization?.name ?? '' };
      const id = await sendInvitation(context, command, {
        type: 'ORGANIZATION',
        email,
        role,
        label,
        language,
        organization,
        cooperation: null,
      });
      await replaceInvitationGrants(tx, id, carried);
      audit({
        organizationId,
        action: 'invitation.sent',
        subjectId: globalId('invitation', id),
        details: { type: 'ORGANIZATION', email, role, label, grants: shownGrants(carried) },
      });
      return id;
    },
  });
  return work.catch(refuseSecondInvitation);
}

/** M1. Answers the organization's UUID. @throws NOT_FOUND, FORBIDDEN, ROLE_NOT_ASSIGNABLE */
function requireRight(actor: Viewer, organizationId: string, role: OrganizationRole): string {
  const id = parseGlobalId('organization', organizationId);
  if (id === null) throw notFound();
  requireInviting(actor.inOrganization(id), role);
  return id;
}
