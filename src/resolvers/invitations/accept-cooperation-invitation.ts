import { cooperationExists, needsAdmin, selfCooperation } from '../../authz/cooperation-rules.ts';
import { decideOrganization } from '../../authz/decide-organization.ts';
import { foldFacts } from '../../authz/facts.ts';
import { deadLink } from '../../authz/refusal.ts';
import { accountFact, membershipFact } from '../../db/access-facts.ts';
import { activateCooperation, haveCooperation, pendingPartnerOf } from '../../db/queries/cooperations.ts';
import type { InvitationRow } from '../../db/queries/invitations.ts';
import { deleteOrganizations } from '../../db/queries/organizations.ts';
import type { Command } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import { type Accepted, type Acceptor, organizationMissing } from './acceptance.ts';
import { createTenant, type NewTenant } from './create-tenant.ts';

/**
 * C3: whether somebody may accept a cooperation that was invited by address, before anything is written.
 * @throws NOT_FOUND, SELF_COOPERATION, FORBIDDEN for a member who is no live ADMIN, COOPERATION_EXISTS, BAD_USER_INPUT without details
 */
export async function requireCooperation(
  { tx, instant }: Command<unknown>,
  invitation: InvitationRow,
  { user, membership }: Acceptor,
  tenant: NewTenant | null,
): Promise<void> {
  const { cooperationId, initiatorId } = ends(invitation);
  if ((await pendingPartnerOf(tx, cooperationId)) === null) throw deadLink();
  if (!membership) {
    if (!tenant) throw organizationMissing();
    return;
  }
  if (membership.organizationId === initiatorId) throw selfCooperation();
  const facts = { account: accountFact(user), membership: membershipFact(membership) };
  const rows = foldFacts({ ...facts, grants: [], shares: [], token: null });
  const access = decideOrganization(rows, membership.organizationId, instant.getTime());
  if (!access.actions.includes('COOPERATION_MANAGE')) throw needsAdmin(access.role ?? 'NONE');
  if (await haveCooperation(tx, initiatorId, membership.organizationId, cooperationId)) {
    throw cooperationExists();
  }
}

const ends = (invitation: InvitationRow) => ({
  cooperationId: invitation.cooperation?.id as string,
  initiatorId: invitation.organization?.id as string,
});

/**
 * C3: activates the cooperation. The placeholder is replaced: by a new organization whose ADMIN the one without a membership becomes, or
 * by the one that they administer.
 */
export async function acceptCooperationInvitation(
  command: Command<unknown>,
  invitation: InvitationRow,
  { user, membership }: Acceptor,
  tenant: NewTenant | null,
): Promise<Accepted> {
  const { tx, instant, audit } = command;
  const { cooperationId, initiatorId } = ends(invitation);
  const placeholderId = (await pendingPartnerOf(tx, cooperationId)) as string;
  const partnerId =
    membership?.organizationId ?? (await createTenant(command, invitation, user, tenant as NewTenant));
  await activateCooperation(tx, cooperationId, partnerId, instant);
  await deleteOrganizations(tx, [placeholderId]);
  for (const organizationId of [initiatorId, partnerId]) {
    audit({
      organizationId,
      cooperationId,
      action: 'cooperation.accepted',
      subjectId: globalId('cooperation', cooperationId),
      details: { invitationId: globalId('invitation', invitation.id) },
    });
  }
  return { organizationId: partnerId, cooperationId };
}
