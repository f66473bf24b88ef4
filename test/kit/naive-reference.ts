/**
 * The permission model read aloud: slow, without any cache or index, one small function per rule, each citing its number.
 * Written from the specification alone and importing nothing from src, so that a mistake in the code is not repeated here.
 */
import type { jobRoles, organizationRoles, systemRoles, WorldFacts } from './world.ts';

type JobRole = (typeof jobRoles)[number];
type OrganizationRole = (typeof organizationRoles)[number];
type SystemRole = (typeof systemRoles)[number];
type Member = WorldFacts['members'][number];
type Token = WorldFacts['tokens'][number];
type Grant = WorldFacts['grants'][number];
type Share = WorldFacts['shares'][number];

// ------------------------------------------------------------------ section 2: the lattice

const atOrBelow: Record<JobRole, readonly JobRole[]> = {
  OPERATOR: ['OPERATOR', 'TOM', 'COM', 'VIEWER', 'NONE'],
  TOM: ['TOM', 'VIEWER', 'NONE'],
  COM: ['COM', 'VIEWER', 'NONE'],
  VIEWER: ['VIEWER', 'NONE'],
  NONE: ['NONE'],
};

const defaultJobRole: Record<OrganizationRole, JobRole> = {
  ADMIN: 'OPERATOR',
  MODERATOR: 'OPERATOR',
  ASSET_MANAGER_TECHNICAL: 'TOM',
  ASSET_MANAGER_COMMERCIAL: 'COM',
  MEMBER: 'VIEWER',
  EXTERNAL: 'NONE',
};

/** Section 2: the highest role that is at or below both. */
export function meet(a: JobRole, b: JobRole): JobRole {
  const common = atOrBelow[a].filter((role) => atOrBelow[b].includes(role));
  return common.find((role) => common.every((other) => atOrBelow[role].includes(other))) ?? 'NONE';
}

// ------------------------------------------------------------------ section 1: the words

/** "live": `expiresAt` is null or later than the instant; at the exact instant it is no longer live. */
export function isLive(it: { expiresAt: string | null }, at: Date): boolean {
  return it.expiresAt === null || Date.parse(it.expiresAt) > at.getTime();
}

/** What has this id. Throws where nothing has. */
export function named<T extends { id: string }>(list: T[], id: string): T {
  const found = list.find((one) => one.id === id);
  if (!found) throw new Error(`this world holds no ${id}`);
  return found;
}

/** The portfolio of a park; undefined for a portfolio. */
function portfolioOf(world: WorldFacts, resourceId: string): string | undefined {
  return world.parks.find((park) => park.id === resourceId)?.portfolio;
}

/** The organization that a portfolio or park belongs to. */
export function ownerOf(world: WorldFacts, resourceId: string): string {
  return named(world.portfolios, portfolioOf(world, resourceId) ?? resourceId).organization;
}

function isOwn(world: WorldFacts, member: Member, resourceId: string): boolean {
  return member.organization === ownerOf(world, resourceId);
}

function tokenCalled(world: WorldFacts, subject: string): Token | undefined {
  return world.tokens.find((token) => token.id === subject);
}

/** The member that `subject`, a member or one of their tokens, stands for. */
function memberBehind(world: WorldFacts, subject: string): Member {
  return named(world.members, tokenCalled(world, subject)?.member ?? subject);
}

// ------------------------------------------------------------------ section 4: the effective job role

/** P1: a membership that is neither paused nor expired, of an account that is not suspended. */
export function hasStanding(world: WorldFacts, member: Member, at: Date): boolean {
  return member.active && isLive(member, at) && !named(world.users, member.user).suspended;
}

/** P8: an expired grant counts as if it did not exist. */
function liveGrant(world: WorldFacts, member: Member, resourceId: string, at: Date): Grant | undefined {
  return world.grants.find(
    (grant) => grant.member === member.id && grant.resource === resourceId && isLive(grant, at),
  );
}

/** P2: the grant on the resource, else the one on its portfolio. */
function ownGrant(world: WorldFacts, member: Member, resourceId: string, at: Date): Grant | undefined {
  const portfolio = portfolioOf(world, resourceId);
  return (
    liveGrant(world, member, resourceId, at) ??
    (portfolio ? liveGrant(world, member, portfolio, at) : undefined)
  );
}

/** P2: that grant's role, else the default of the organization role. */
function ownRole(world: WorldFacts, member: Member, resourceId: string, at: Date): JobRole {
  return ownGrant(world, member, resourceId, at)?.role ?? defaultJobRole[member.role];
}

/** P3, P7, P8: what the owner of a resource shares of exactly this resource with exactly that organization. */
function liveShare(world: WorldFacts, receiver: string, resourceId: string, at: Date): Share | undefined {
  const sides = [ownerOf(world, resourceId), receiver];
  const cooperation = world.cooperations.find(
    (one) => sides.includes(one.initiator) && sides.includes(one.partner),
  );
  if (cooperation?.status !== 'active' || !isLive(cooperation, at)) return undefined;
  return world.shares.find(
    (share) => share.cooperation === cooperation.id && share.resource === resourceId && isLive(share, at),
  );
}

/**
 * P3: the share on the park if there is a live one, else the share on its portfolio. Null where no live share of a live
 * cooperation reaches the member's organization, and on its own resources. Says nothing about the member's standing.
 */
export function ceilingShare(
  world: WorldFacts,
  memberId: string,
  resourceId: string,
  at = instantOf(world),
): Share | null {
  const member = named(world.members, memberId);
  if (isOwn(world, member, resourceId)) return null;
  const portfolio = portfolioOf(world, resourceId);
  return (
    liveShare(world, member.organization, resourceId, at) ??
    (portfolio ? liveShare(world, member.organization, portfolio, at) : undefined) ??
    null
  );
}

/** P3: the role of that share. */
export function ceiling(
  world: WorldFacts,
  memberId: string,
  resourceId: string,
  at = instantOf(world),
): JobRole | null {
  return ceilingShare(world, memberId, resourceId, at)?.role ?? null;
}

/** P4: the delegated grant on the resource, else one on its portfolio while that itself is shared by a live share. */
function delegatedGrant(world: WorldFacts, member: Member, resourceId: string, at: Date): Grant | undefined {
  const direct = liveGrant(world, member, resourceId, at);
  const portfolio = portfolioOf(world, resourceId);
  if (direct !== undefined || !portfolio) return direct;
  const portfolioIsShared = liveShare(world, member.organization, portfolio, at) !== undefined;
  return portfolioIsShared ? liveGrant(world, member, portfolio, at) : undefined;
}

/** P2, P4: the grant that applies to a member on a resource; null where an organization role's default does. */
export function applyingGrant(
  world: WorldFacts,
  memberId: string,
  resourceId: string,
  at = instantOf(world),
): Grant | null {
  const member = named(world.members, memberId);
  const find = isOwn(world, member, resourceId) ? ownGrant : delegatedGrant;
  return find(world, member, resourceId, at) ?? null;
}

/** P4, P5, P6: the ceiling, met with the delegated grant; without one the ceiling for an ADMIN and NONE for all others. */
function sharedRole(world: WorldFacts, member: Member, resourceId: string, at: Date): JobRole {
  const cap = ceiling(world, member.id, resourceId, at);
  if (cap === null) return 'NONE';
  return meet(
    cap,
    delegatedGrant(world, member, resourceId, at)?.role ?? (member.role === 'ADMIN' ? cap : 'NONE'),
  );
}

/** P1 to P9 for one member. */
function memberRole(world: WorldFacts, member: Member, resourceId: string, at: Date): JobRole {
  if (!hasStanding(world, member, at)) return 'NONE';
  const role = isOwn(world, member, resourceId)
    ? ownRole(world, member, resourceId, at)
    : sharedRole(world, member, resourceId, at);
  return named(world.users, member.user).systemRole === 'DEMO' ? meet('VIEWER', role) : role;
}

/** P10, T3: a live token reaches what its scope names and the parks of the portfolios that it names; null is everything. */
function tokenReaches(world: WorldFacts, token: Token, resourceId: string, at: Date): boolean {
  if (!isLive(token, at)) return false;
  if (token.scope === null) return true;
  return token.scope.some((entry) => entry === resourceId || entry === portfolioOf(world, resourceId));
}

function outsideScope(world: WorldFacts, subject: string, resourceId: string, at: Date): boolean {
  const token = tokenCalled(world, subject);
  return token !== undefined && !tokenReaches(world, token, resourceId, at);
}

function instantOf(world: WorldFacts): Date {
  return new Date(world.now);
}

/** P1 to P10: the effective job role of a member or token on a portfolio or park. Throws for an id the world does not hold. */
export function effectiveRole(
  world: WorldFacts,
  subject: string,
  resourceId: string,
  at = instantOf(world),
): JobRole {
  if (outsideScope(world, subject, resourceId, at)) return 'NONE';
  return memberRole(world, memberBehind(world, subject), resourceId, at);
}

/** P13: a role above NONE, or a live ADMIN of the organization that owns it; a token's owner only inside the scope. */
export function isVisible(
  world: WorldFacts,
  subject: string,
  resourceId: string,
  at = instantOf(world),
): boolean {
  if (outsideScope(world, subject, resourceId, at)) return false;
  const member = memberBehind(world, subject);
  const isAdminOfOwner =
    member.role === 'ADMIN' && isOwn(world, member, resourceId) && hasStanding(world, member, at);
  return isAdminOfOwner || memberRole(world, member, resourceId, at) !== 'NONE';
}

/**
 * The first instant after `at` (ISO 8601) at which the effective role differs from the one at `at`, by trying every expiry
 * of the world; null if it never does.
 */
export function changesAt(
  world: WorldFacts,
  subject: string,
  resourceId: string,
  at = instantOf(world),
): string | null {
  const present = effectiveRole(world, subject, resourceId, at);
  const expiries = [world.members, world.cooperations, world.shares, world.grants, world.tokens]
    .flat()
    .flatMap((one) => (one.expiresAt === null ? [] : [new Date(one.expiresAt)]))
    .filter((expiry) => expiry > at)
    .sort((one, other) => one.getTime() - other.getTime());
  const change = expiries.find((expiry) => effectiveRole(world, subject, resourceId, expiry) !== present);
  return change?.toISOString() ?? null;
}

// ------------------------------------------------------------------ P13: lists, by asking about each

/** P13: the parks in the list of an organization or a portfolio (`within` is its id), or anywhere, in the world's order. */
export function visibleParks(
  world: WorldFacts,
  subject: string,
  at = instantOf(world),
  within?: string,
): string[] {
  return world.parks
    .filter((park) => !within || within === park.portfolio || within === ownerOf(world, park.id))
    .map((park) => park.id)
    .filter((id) => isVisible(world, subject, id, at));
}

/** P13: the portfolios in the list of the organization `within`, or anywhere, in the world's order. */
export function visiblePortfolios(
  world: WorldFacts,
  subject: string,
  at = instantOf(world),
  within?: string,
): string[] {
  return world.portfolios
    .filter((portfolio) => !within || within === portfolio.organization)
    .map((portfolio) => portfolio.id)
    .filter((id) => isVisible(world, subject, id, at));
}

/** P13: `Viewer.parks` holds what has a role above NONE. */
export function viewerParks(world: WorldFacts, subject: string, at = instantOf(world)): string[] {
  return world.parks.map((park) => park.id).filter((id) => effectiveRole(world, subject, id, at) !== 'NONE');
}

/** P13: `Viewer.portfolios` holds what has a role above NONE. */
export function viewerPortfolios(world: WorldFacts, subject: string, at = instantOf(world)): string[] {
  return world.portfolios
    .map((one) => one.id)
    .filter((id) => effectiveRole(world, subject, id, at) !== 'NONE');
}

// ------------------------------------------------------------------ section 5: what a job role may do

/** Section 5 without its last column: who may. */
const whoMay = {
  RESOURCE_READ: ['VIEWER', 'COM', 'TOM', 'OPERATOR'],
  METRICS_READ: ['VIEWER', 'COM', 'TOM', 'OPERATOR'],
  METRICS_WRITE: ['TOM', 'OPERATOR'],
  REPORT_GENERATE: ['VIEWER', 'COM', 'TOM', 'OPERATOR'],
  TICKET_CREATE: ['COM', 'TOM', 'OPERATOR'],
  TICKET_CLOSE: ['TOM', 'OPERATOR'],
  TICKET_REOPEN: ['TOM', 'OPERATOR'],
  TICKET_DELETE: ['TOM', 'OPERATOR'],
  COMPONENT_MANAGE: ['TOM', 'OPERATOR'],
  COMPONENT_DELETE: ['TOM', 'OPERATOR'],
  EVENT_MANAGE: ['TOM', 'OPERATOR'],
  EVENT_DELETE: ['TOM', 'OPERATOR'],
  CONTRACT_READ: ['COM', 'OPERATOR'],
  CONTRACT_MANAGE: ['COM', 'OPERATOR'],
  RESOURCE_CONFIGURE: ['COM', 'TOM', 'OPERATOR'],
  RESOURCE_DELETE: ['OPERATOR'],
} satisfies Record<string, readonly JobRole[]>;

export type ResourceAction = keyof typeof whoMay;
export const resourceActions = Object.keys(whoMay) as ResourceAction[];

/** Section 5, last column: on own resources only. */
const onlyOnOwn: readonly ResourceAction[] = ['METRICS_WRITE', 'RESOURCE_CONFIGURE', 'RESOURCE_DELETE'];

/** Section 5: what the subject may do on the resource, in the order of the contract's enum. */
export function actions(
  world: WorldFacts,
  subject: string,
  resourceId: string,
  at = instantOf(world),
): ResourceAction[] {
  const role = effectiveRole(world, subject, resourceId, at);
  const own = isOwn(world, memberBehind(world, subject), resourceId);
  return resourceActions.filter(
    (action) => (whoMay[action] as readonly JobRole[]).includes(role) && (own || !onlyOnOwn.includes(action)),
  );
}

// ------------------------------------------------------------------ section 6: what an organization role may do

/** Section 6: who may, organization-wide. */
const whoMayInOrganization = {
  ORGANIZATION_UPDATE: ['ADMIN'],
  ORGANIZATION_DELETE: ['ADMIN'],
  MEMBER_LIST: ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL', 'MEMBER'],
  MEMBER_INVITE: ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL'],
  MEMBER_UPDATE: ['ADMIN', 'MODERATOR'],
  MEMBER_REMOVE: ['ADMIN', 'MODERATOR'],
  GRANT_MANAGE: ['ADMIN', 'MODERATOR'],
  PORTFOLIO_CREATE: ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL'],
  PARK_CREATE: ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL'],
  COOPERATION_MANAGE: ['ADMIN'],
  SHARE_MANAGE: ['ADMIN'],
  AUDIT_READ: ['ADMIN'],
  API_TOKEN_CREATE: [
    'ADMIN',
    'MODERATOR',
    'ASSET_MANAGER_TECHNICAL',
    'ASSET_MANAGER_COMMERCIAL',
    'MEMBER',
    'EXTERNAL',
  ],
  API_TOKEN_REVOKE_ANY: ['ADMIN'],
} satisfies Record<string, readonly OrganizationRole[]>;

export type OrganizationAction = keyof typeof whoMayInOrganization;
export const organizationActionNames = Object.keys(whoMayInOrganization) as OrganizationAction[];

/** D1: what a DEMO account keeps of section 6, which is reading. */
const reading: readonly OrganizationAction[] = ['MEMBER_LIST', 'AUDIT_READ'];

/** Section 6, D1: what a live member with this role may do in a session, in the order of the contract's enum. */
export function organizationActions(
  role: OrganizationRole,
  systemRole: SystemRole = 'USER',
): OrganizationAction[] {
  return organizationActionNames.filter(
    (action) =>
      (whoMayInOrganization[action] as readonly OrganizationRole[]).includes(role) &&
      (systemRole !== 'DEMO' || reading.includes(action)),
  );
}
