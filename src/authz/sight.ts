/** How much of members and grants a viewer sees (section 6, V3); null is nothing, not even that they exist (V1). */
import type { Access } from './decide.ts';
import { decideOrganization, type OrganizationAccess } from './decide-organization.ts';
import type { AccessFacts, Instant } from './facts.ts';
import {
  COOPERATING_ROLES,
  DELEGATING_ROLES,
  type JobRole,
  MEMBER_DETAIL_ROLES,
  TOKEN_OVERSEEING_ROLES,
} from './roles.ts';

/** ALL: everything; LISTED: what MEMBER_LIST shows; NAME: a name, where it occurs. */
export type Sight = 'ALL' | 'LISTED' | 'NAME';

/** Section 6: what of a membership its viewer sees. Everyone sees all of themselves, live or not. */
export function memberSight(
  viewer: AccessFacts,
  member: { readonly id: string; readonly organizationId: string },
  instant: Instant,
): Sight | null {
  if (viewer.membership?.id === member.id) return 'ALL';
  const { role, actions } = decideOrganization(viewer, member.organizationId, instant);
  if (role === null || !actions.includes('MEMBER_LIST')) return null;
  return MEMBER_DETAIL_ROLES.includes(role) ? 'ALL' : 'LISTED';
}

/** Whose grants on one resource are seen: everybody's, or those of the viewer's own organization. */
export type GrantSight = 'EVERYBODY' | 'OWN_MEMBERS';

/**
 * Section 6: the owner's ADMIN and MODERATOR see every grant on a resource, the receiving organization's ADMIN those of its own members.
 * @param home the viewer's access to their own organization
 */
export function grantSight(access: Access, home: OrganizationAccess): GrantSight | null {
  // T3: a scoped token lists no members, and sees what it may grant.
  const sees = home.actions.includes('MEMBER_LIST') || home.onResources.includes('GRANT_MANAGE');
  if (!access.visible || home.role === null || !sees) return null;
  if (access.own) return MEMBER_DETAIL_ROLES.includes(home.role) ? 'EVERYBODY' : null;
  return DELEGATING_ROLES.includes(home.role) ? 'OWN_MEMBERS' : null;
}

/** Section 6: cooperations, shares and the invitations to them are seen by the ADMINs of either side. */
export const seesCooperations = ({ role, actions }: OrganizationAccess): boolean =>
  role !== null && actions.includes('MEMBER_LIST') && COOPERATING_ROLES.includes(role);

/** The same of one share. What NONE takes out of a shared portfolio is hidden, and so is that there is something (P3, V1). */
export function seesShare(
  viewer: AccessFacts,
  home: OrganizationAccess,
  share: { readonly ownerId: string; readonly recipientId: string; readonly role: JobRole },
): boolean {
  const organizationId = viewer.membership?.organizationId;
  if (organizationId === undefined || !seesCooperations(home)) return false;
  return share.ownerId === organizationId || (share.recipientId === organizationId && share.role !== 'NONE');
}

/** Section 6: who sees, and may revoke, the API tokens of every member. Whoever reads only, sees them (D1). */
export const seesEveryToken = ({ role, actions }: OrganizationAccess): boolean =>
  role !== null && actions.includes('MEMBER_LIST') && TOKEN_OVERSEEING_ROLES.includes(role);
