/** Who may change which member (M2), and whom an organization never loses (M3). */
import type { OrganizationAccess } from './decide-organization.ts';
import type { AccountFact, MembershipFact, TokenFact } from './facts.ts';
import { Refusal, requireOrganizationAction } from './refusal.ts';
import {
  isAtOrBelow,
  ORGANIZATION_ROLE_ACTIONS,
  ORGANIZATION_ROLE_ROWS,
  type OrganizationRole,
  rolesAssigning,
} from './roles.ts';

/** Which parts of a membership a change would alter; a part that keeps its value is not among them. */
export interface MembershipChange {
  readonly role?: OrganizationRole;
  readonly active?: boolean;
  readonly expiresAt?: unknown;
}

/**
 * M2 for a change of `member`: nobody changes their own role, pause or expiry, but an ADMIN may step down; of others both the
 * present role and the new one must be ones the actor may assign.
 * @param access the actor's, in the member's organization
 * @throws FORBIDDEN, ROLE_NOT_ASSIGNABLE
 */
export function requireMemberUpdate(
  access: OrganizationAccess,
  actorId: string | undefined,
  member: MembershipFact,
  change: MembershipChange,
): void {
  requireOrganizationAction(access, 'MEMBER_UPDATE');
  const role = access.role as OrganizationRole;
  if (actorId === member.id) {
    requireOwnChange(role, change);
  } else {
    requireTouchable(role, member);
    if (change.role !== undefined) requireAssignable(role, change.role);
  }
}

/**
 * T1: an API token touches no ADMIN and raises nobody's role: the new one allows nothing that the present one does not, by default and in
 * the organization as a whole.
 * @throws FORBIDDEN
 */
export function requireTokenMay(
  token: TokenFact | null,
  member: MembershipFact,
  role: OrganizationRole = member.role,
): void {
  if (!token) return;
  const raises = !givesAllOf(member.role, role);
  if (member.role !== 'ADMIN' && !raises) return;
  throw new Refusal('FORBIDDEN', 'An API token touches no ADMIN, and raises nobody.', {
    layer: 'API',
    rule: 'T1',
    required: 'SESSION',
    actual: token.group,
    allowedRoles: [],
  });
}

/** Whether `upper` gives everything that `lower` does. */
function givesAllOf(upper: OrganizationRole, lower: OrganizationRole): boolean {
  const [above, below] = [ORGANIZATION_ROLE_ROWS[upper], ORGANIZATION_ROLE_ROWS[lower]];
  return (
    isAtOrBelow(below.defaultJobRole, above.defaultJobRole) &&
    ORGANIZATION_ROLE_ACTIONS[lower].every((action) => ORGANIZATION_ROLE_ACTIONS[upper].includes(action)) &&
    below.mayInvite.every((role) => above.mayInvite.includes(role))
  );
}

/** M2 for the end of a membership; of one's own it is leaving. */
export function requireMemberRemoval(
  access: OrganizationAccess,
  actorId: string | undefined,
  member: MembershipFact,
): void {
  requireOrganizationAction(access, 'MEMBER_REMOVE');
  if (actorId !== member.id) requireTouchable(access.role as OrganizationRole, member);
}

function requireOwnChange(role: OrganizationRole, change: MembershipChange): void {
  const keepsRole = change.role === undefined || role === 'ADMIN';
  if (keepsRole && change.active === undefined && change.expiresAt === undefined) return;
  throw new Refusal('FORBIDDEN', 'Nobody changes their own role, pause or expiry.', {
    layer: 'ORGANIZATION',
    rule: 'M2',
    required: 'another member',
    actual: role,
    allowedRoles: rolesAssigning(role),
  });
}

function requireTouchable(role: OrganizationRole, member: MembershipFact): void {
  const allowedRoles = rolesAssigning(member.role);
  if (allowedRoles.includes(role)) return;
  throw new Refusal(
    'FORBIDDEN',
    `Only ${allowedRoles.join(' or ')} changes a member who is ${member.role}.`,
    {
      layer: 'ORGANIZATION',
      rule: 'M2',
      required: allowedRoles.join(' or '),
      actual: role,
      allowedRoles,
    },
  );
}

function requireAssignable(role: OrganizationRole, assigned: OrganizationRole): void {
  if (ORGANIZATION_ROLE_ROWS[role].mayAssign.includes(assigned)) return;
  const allowedRoles = rolesAssigning(assigned);
  throw new Refusal('ROLE_NOT_ASSIGNABLE', `${role} may not assign ${assigned}.`, {
    layer: 'ORGANIZATION',
    rule: 'M2',
    required: allowedRoles.join(' or '),
    actual: role,
    allowedRoles,
  });
}

/** M3: an ADMIN who lasts is active without expiry, and their account neither suspended nor DEMO. */
export const isLastingAdmin = (membership: MembershipFact, account: AccountFact): boolean =>
  membership.role === 'ADMIN' &&
  membership.active &&
  membership.expiresAt === null &&
  !account.suspended &&
  account.systemRole !== 'DEMO';

/** M3: said of the last ADMIN who lasts. */
export const lastAdmin = () =>
  new Refusal('LAST_ADMIN', 'This is the last ADMIN who lasts: make another member ADMIN first.', {
    layer: 'ORGANIZATION',
    rule: 'M3',
    required: 'another ADMIN who lasts',
    actual: 'NONE',
    allowedRoles: [],
  });

/** M5. @throws LABEL_REQUIRED */
export function requireLabel(role: OrganizationRole, label: string | null): void {
  if (role !== 'EXTERNAL' || label !== null) return;
  throw new Refusal('LABEL_REQUIRED', 'An EXTERNAL needs a label.', { field: 'label', rule: 'M5' });
}
