import { inviterLeft } from '../../authz/cooperation-rules.ts';
import { decideOrganization } from '../../authz/decide-organization.ts';
import { invitationForbidden, mayStillInvite } from '../../authz/invitation-rules.ts';
import { deadLink, Refusal, unauthenticated } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { membershipOfUser } from '../../db/queries/accounts.ts';
import { changePending, type InvitationRow } from '../../db/queries/invitations.ts';
import { lockUser } from '../../db/queries/sessions.ts';
import type { Command } from '../../db/tx.ts';
import { acceptCooperationInvitation, requireCooperation } from './accept-cooperation-invitation.ts';
import { type Accepted, type Acceptor, organizationMissing } from './acceptance.ts';
import { createTenant, type NewTenant } from './create-tenant.ts';
import { factsOfAccounts } from './facts-of-accounts.ts';
import { join } from './join.ts';

/** Whether a link to an invitation is good: pending, and its time is not over. */
export const isOpen = ({ status, expiresAt }: InvitationRow, instant: Date): boolean =>
  status === 'PENDING' && expiresAt > instant;

/** The organizations that an acceptance concerns; they are locked before it is judged. */
export const organizationsOfAcceptance = (invitation: InvitationRow | null): string[] =>
  invitation?.organization ? [invitation.organization.id] : [];

/**
 * I1, under the locks of `organizationsOfAcceptance`: accepts an open invitation for the account whose verified address it is for, once.
 * @param tenant the new organization, where the invitation makes one
 * @throws NOT_FOUND for a link that is not good, FORBIDDEN (I1), ALREADY_IN_ORGANIZATION (M4), BAD_USER_INPUT without details
 */
export async function accept(
  command: Command<unknown>,
  invitation: InvitationRow,
  userId: string,
  tenant: NewTenant | null,
): Promise<Accepted> {
  const { tx, instant } = command;
  if (!isOpen(invitation, instant)) throw deadLink();
  // The account as nobody else changes it: it may be being deleted, suspended, or given another address.
  const user = await lockUser(tx, userId);
  if (!user || user.deletedAt !== null || user.suspendedAt !== null) throw unauthenticated();
  if (user.email !== invitation.email || user.verifiedAt === null) {
    throw invitationForbidden(
      'This invitation is for another address.',
      'the invited address',
      'another address',
    );
  }
  const membership = await membershipOfUser(tx, user.id);
  const acceptor: Acceptor = { user, membership };
  await requireInviterStanding(tx, invitation, instant);
  const { type } = invitation;
  // Everything that can be refused is, before anything is written: verifyEmail goes on without it.
  if (type === 'COOPERATION') await requireCooperation(command, invitation, acceptor, tenant);
  else if (membership) throw alreadyInOrganization();
  if (type === 'PLATFORM' && !tenant) throw organizationMissing();
  const settled = { status: 'ACCEPTED', settledAt: instant, acceptedById: user.id } as const;
  if (!(await changePending(tx, invitation.id, invitation.rotation, settled))) throw deadLink();
  if (type === 'COOPERATION') return acceptCooperationInvitation(command, invitation, acceptor, tenant);
  if (type === 'PLATFORM') {
    const organizationId = await createTenant(command, invitation, user, tenant as NewTenant);
    return { organizationId, cooperationId: null };
  }
  await join(command, invitation, user);
  return { organizationId: invitation.organization?.id as string, cooperationId: null };
}

export const alreadyInOrganization = () =>
  new Refusal(
    'ALREADY_IN_ORGANIZATION',
    'You are in an organization already. Leave it first (leaveOrganization), then accept.',
    { layer: 'ORGANIZATION', rule: 'M4', required: 'no membership', actual: 'a membership' },
  );

/** I1: whoever sent the invitation must still hold the standing for it. @throws FORBIDDEN */
async function requireInviterStanding(tx: Tx, invitation: InvitationRow, instant: Date): Promise<void> {
  const facts = (await factsOfAccounts(tx, [invitation.invitedBy.id])).get(invitation.invitedBy.id);
  if (!facts) throw deadLink();
  const { organization } = invitation;
  const access = organization && decideOrganization(facts, organization.id, instant.getTime());
  if (mayStillInvite(invitation, { account: facts.account, access })) return;
  if (invitation.type === 'COOPERATION') throw inviterLeft();
  throw invitationForbidden(
    'Whoever sent this invitation may not any more: ask for a new one.',
    "the inviter's standing",
    access?.role ?? 'NONE',
  );
}
