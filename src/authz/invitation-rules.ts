/** Who may invite with which role (M1), who sees which invitation of a member, and whether an inviter still stands at acceptance (I1, I3). */
import type { OrganizationAccess } from './decide-organization.ts';
import type { AccountFact } from './facts.ts';
import { Refusal, requireOrganizationAction } from './refusal.ts';
import {
  MEMBER_DETAIL_ROLES,
  ORGANIZATION_ROLE_ROWS,
  ORGANIZATION_ROLES,
  type OrganizationRole,
} from './roles.ts';

const rolesInviting = (role: OrganizationRole): readonly OrganizationRole[] =>
  ORGANIZATION_ROLES.filter((each) => ORGANIZATION_ROLE_ROWS[each].mayInvite.includes(role));

/**
 * M1: with which role somebody may be invited, and I3: whose invitation may be sent again, changed and revoked.
 * @param access the actor's, in the organization that invites
 * @throws FORBIDDEN, ROLE_NOT_ASSIGNABLE
 */
export function requireInviting(access: OrganizationAccess, role: OrganizationRole): void {
  requireOrganizationAction(access, 'MEMBER_INVITE');
  const actual = access.role as OrganizationRole;
  if (ORGANIZATION_ROLE_ROWS[actual].mayInvite.includes(role)) return;
  const allowedRoles = rolesInviting(role);
  throw new Refusal('ROLE_NOT_ASSIGNABLE', `${actual} may not invite with the role ${role}.`, {
    layer: 'ORGANIZATION',
    rule: 'M1',
    required: allowedRoles.join(' or '),
    actual,
    allowedRoles,
  });
}

/** Section 6: of which roles a member sees the invitations; ADMIN and MODERATOR of all, an asset manager of those they may invite with. */
export function rolesOfSeenInvitations({ role, actions }: OrganizationAccess): readonly OrganizationRole[] {
  if (role === null || !actions.includes('MEMBER_LIST')) return [];
  return MEMBER_DETAIL_ROLES.includes(role) ? ORGANIZATION_ROLES : ORGANIZATION_ROLE_ROWS[role].mayInvite;
}

/** What is asked of an inviter at acceptance. */
export interface InviterStanding {
  readonly account: AccountFact;
  /** Their access to the organization that invites; null for a PLATFORM invitation. */
  readonly access: OrganizationAccess | null;
}

/** I1, I3: whether an invitation's sender still holds the standing from which it can be sent; none is needed of the invited. */
export function mayStillInvite(
  invitation: { readonly type: string; readonly role: OrganizationRole | null },
  { account, access }: InviterStanding,
): boolean {
  if (account.suspended) return false;
  switch (invitation.type) {
    case 'PLATFORM':
      return account.systemRole === 'ADMINISTRATOR';
    case 'COOPERATION':
      return access?.actions.includes('COOPERATION_MANAGE') === true;
    default:
      return (
        access?.role != null &&
        access.actions.includes('MEMBER_INVITE') &&
        invitation.role !== null &&
        ORGANIZATION_ROLE_ROWS[access.role].mayInvite.includes(invitation.role)
      );
  }
}

/** I1: the inviter has lost the standing, or the link is another address's. */
export const invitationForbidden = (message: string, required: string, actual: string) =>
  new Refusal('FORBIDDEN', message, {
    layer: 'ORGANIZATION',
    rule: 'I1',
    required,
    actual,
    allowedRoles: [],
  });
