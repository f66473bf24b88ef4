import { z } from 'zod';
import { requireInviting } from '../../authz/invitation-rules.ts';
import { requireLabel } from '../../authz/member-rules.ts';
import { badInput } from '../../authz/refusal.ts';
import type { OrganizationRole } from '../../authz/roles.ts';
import { changePending, grantsOfInvitations, replaceInvitationGrants } from '../../db/queries/invitations.ts';
import { NothingChanged } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import type { UpdateInvitationInput } from '../../schema/invitation-inputs.ts';
import { changedFields } from '../changes.ts';
import type { RequestContext } from '../context/request-context.ts';
import { parseInput } from '../parse-input.ts';
import { grantsToCarry, invitationFields, requireNoRaises, shownGrants } from './invitation-input.ts';
import { openInvitation } from './invitation-rows.ts';

const form = z.object({
  invitationId: z.string(),
  ...invitationFields,
  role: invitationFields.role.nullish(),
});

/**
 * Changes role, label and grants of an open invitation into an organization; the present role and the new one must be ones that the
 * actor may invite with (I3), who vouches for it from now on. The link stays. Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, ROLE_NOT_ASSIGNABLE, LABEL_REQUIRED, EXPIRY_RAISES_ACCESS, CONFLICT, BAD_USER_INPUT
 */
export function updateInvitation(context: RequestContext, input: UpdateInvitationInput): Promise<string> {
  const { invitationId, role: newRole, label, grants } = parseInput(form, input);
  return context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, instant, audit }) => {
      const row = await openInvitation(tx, actor, invitationId);
      const { organization, role: oldRole } = row;
      if (!organization || oldRole === null) {
        throw badInput('invitationId', 'Only an invitation into an organization can be changed.');
      }
      const role: OrganizationRole = newRole ?? oldRole;
      requireInviting(actor.inOrganization(organization.id), role);
      const fields = changedFields<{ role: OrganizationRole; label: string | null }>(
        { role: oldRole, label: row.label },
        { role, label },
      );
      requireLabel(role, label === undefined ? row.label : label);
      const present = (await grantsOfInvitations(tx, [row.id])).get(row.id) ?? [];
      // Grants that are not spoken of stay, whoever gave them: they are judged by that person's right at acceptance.
      const invited = { organizationId: organization.id, role };
      const carried =
        grants === undefined ? present : await grantsToCarry(tx, actor, invited, grants, present, instant);
      if (role !== oldRole) requireNoRaises(invited, carried);
      const sameGrants =
        carried.length === present.length && carried.every((grant) => present.includes(grant as never));
      if (fields.none && sameGrants) throw new NothingChanged(row.id);
      await changePending(tx, row.id, row.rotation, {
        ...fields.after,
        invitedById: actor.rows.user.id,
      });
      if (!sameGrants) await replaceInvitationGrants(tx, row.id, carried);
      audit({
        organizationId: organization.id,
        action: 'invitation.updated',
        subjectId: globalId('invitation', row.id),
        details: {
          email: row.email,
          before: { ...fields.before, ...(!sameGrants && { grants: shownGrants(present) }) },
          after: { ...fields.after, ...(!sameGrants && { grants: shownGrants(carried) }) },
        },
      });
      return row.id;
    },
  });
}
