import { decideOrganization } from '../../authz/decide-organization.ts';
import { foldFacts } from '../../authz/facts.ts';
import { deadLink, Refusal } from '../../authz/refusal.ts';
import { accountFact, membershipFact } from '../../db/access-facts.ts';
import {
  activateCooperation,
  haveOtherCooperation,
  pendingPartnerOf,
} from '../../db/queries/cooperations.ts';
import type { InvitationRow } from '../../db/queries/invitations.ts';
import { deleteOrganizations } from '../../db/queries/organizations.ts';
import type { Command } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import { type Accepted, type Acceptor, organizationMissing } from './acceptance.ts';
import { createTenant, type NewTenant } from './create-tenant.ts';

/**
 * C3: whether somebody may accept a cooperation that was invited by address, before anything is written.
 * @throws NOT_FOUND, FORBIDDEN for a member who is no live ADMIN, SELF_COOPERATION, COOPERATION_EXISTS, BAD_USER_INPUT without details
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
  const facts = { account: accountFact(user), membership: membershipFact(membership) };
  const rows = foldFacts({ ...facts, grants: [], shares: [], token: null });
  const access = decideOrganization(rows, membership.organizationId, instant.getTime());
  if (!access.actions.includes('COOPERATION_MANAGE')) throw needsAdmin(access.role ?? 'NONE');
  if (membership.organizationId === initiatorId) throw selfCooperation();
  if (await haveOtherCooperation(tx, cooperationId, initiatorId, membership.organizationId)) {
    throw cooperationExists();
  }
}

const ends = (invitation: InvitationRow) => ({
  cooperationId: invitation.cooperationId as string,
  initiatorId: invitation.organization?.id as string,
});

/**
 * C3: activates the cooperation. The placeholder is replaced: by a new organization whose ADMIN the one without a membership becomes, or
 * by the one that they administer.
 */
export async function acceptCooperation(
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
      subjectId: globalId('invitation', invitation.id),
      details: { by: user.name },
    });
  }
  return { organizationId: partnerId, cooperationId };
}

const needsAdmin = (actual: string) =>
  new Refusal(
    'FORBIDDEN',
    'Have an ADMIN of your organization accept: only they take part in cooperations.',
    {
      layer: 'ORGANIZATION',
      rule: 'C3',
      required: 'ADMIN',
      actual,
      allowedRoles: ['ADMIN'],
    },
  );

const selfCooperation = () =>
  new Refusal('SELF_COOPERATION', 'An organization can not cooperate with itself.', {
    layer: 'ORGANIZATION',
    rule: 'C3',
    required: 'another organization',
    actual: "the initiator's member",
  });

const cooperationExists = () =>
  new Refusal('COOPERATION_EXISTS', 'The two organizations cooperate already, or an invitation is open.', {
    layer: 'ORGANIZATION',
    rule: 'C1',
    required: 'no cooperation',
    actual: 'a cooperation',
  });
