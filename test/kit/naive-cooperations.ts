/**
 * What of cooperations, shares and grants a member sees, and what it says, read aloud: slow, one small function per rule, each
 * citing its number. Written from the specification alone and importing nothing from src. Everything is called by the world's own
 * names; every instant is the request's, and no account that is asked about is suspended (that is nobody, P1).
 */
import {
  applyingGrant,
  ceilingShare,
  effectiveRole,
  hasStanding,
  isLive,
  isVisible,
  named,
  ownerOf,
} from './naive-reference.ts';
import { grantName, type jobRoles, type organizationRoles, shareName, type WorldFacts } from './world.ts';

type JobRole = (typeof jobRoles)[number];
type OrganizationRole = (typeof organizationRoles)[number];
type Cooperation = WorldFacts['cooperations'][number];
type Share = WorldFacts['shares'][number];
type Grant = WorldFacts['grants'][number];

/** Whose question it is: a member, live or not, of a world at an instant. */
export interface Asker {
  readonly world: WorldFacts;
  readonly memberId: string;
  readonly at: Date;
}

// ------------------------------------------------------------------ who is asking

/** The organization role of the member in an organization: none elsewhere than at home, nor while the membership is not live (P1). */
function roleIn({ world, memberId, at }: Asker, organization: string): OrganizationRole | null {
  const member = named(world.members, memberId);
  return member.organization === organization && hasStanding(world, member, at) ? member.role : null;
}

const homeOf = ({ world, memberId }: Asker) => named(world.members, memberId).organization;

const isAdminOf = (asker: Asker, organization: string) => roleIn(asker, organization) === 'ADMIN';

/** Section 6: whoever sees the grants of a member or on a resource; D1: reading is a DEMO account's too. */
const leads = (asker: Asker, organization: string) =>
  ['ADMIN', 'MODERATOR'].includes(roleIn(asker, organization) ?? 'nobody');

// ------------------------------------------------------------------ cooperations

/** Section 1, C2: what is not accepted can't be paused; paused is said first, then expired. */
export function cooperationStatus(cooperation: Cooperation, at: Date) {
  if (cooperation.status === 'paused') return 'PAUSED';
  if (!isLive(cooperation, at)) return 'EXPIRED';
  return cooperation.status === 'pending' ? 'PENDING' : 'ACTIVE';
}

const sidesOf = ({ initiator, partner }: Cooperation) => [initiator, partner];

/** Section 6: `Organization.cooperations` is for an ADMIN of either side. */
const seesCooperation = (asker: Asker, cooperation: Cooperation) =>
  sidesOf(cooperation).some((side) => isAdminOf(asker, side));

/** Section 6: the cooperations of an organization, or null to whoever is no ADMIN there. */
export function cooperationsOf(asker: Asker, organization: string, status?: string): string[] | null {
  if (!isAdminOf(asker, organization)) return null;
  return asker.world.cooperations
    .filter((one) => sidesOf(one).includes(organization))
    .filter((one) => status === undefined || cooperationStatus(one, asker.at) === status)
    .map(({ id }) => id);
}

/** A cooperation as it is seen; C4: a pending one has no partner yet. */
export function seenCooperation(asker: Asker, id: string) {
  const cooperation = named(asker.world.cooperations, id);
  if (!seesCooperation(asker, cooperation)) return null;
  const { initiator, partner, status } = cooperation;
  return {
    id,
    status: cooperationStatus(cooperation, asker.at),
    viewerIsInitiator: homeOf(asker) === initiator,
    initiator,
    partner: status === 'pending' ? null : partner,
    expiresAt: cooperation.expiresAt,
    shares: asker.world.shares
      .filter((share) => share.cooperation === id && seesShare(asker, share))
      .map(shareName),
  };
}

// ------------------------------------------------------------------ shares

/** S1: shared by the owner, received by the other side. */
function endsOf(world: WorldFacts, share: Share): { owner: string; recipient: string } {
  const owner = ownerOf(world, share.resource);
  const [recipient = ''] = sidesOf(named(world.cooperations, share.cooperation)).filter(
    (side) => side !== owner,
  );
  return { owner, recipient };
}

/** Section 6: an ADMIN of either side. V1: that NONE takes a park out is the owner's alone to know. */
function seesShare(asker: Asker, share: Share): boolean {
  const { owner, recipient } = endsOf(asker.world, share);
  return isAdminOf(asker, owner) || (isAdminOf(asker, recipient) && share.role !== 'NONE');
}

/** G2: VIEWER or exactly the ceiling's role, while share and cooperation are live; of NONE nothing. P6: never OPERATOR. */
function delegableRoles(world: WorldFacts, share: Share, at: Date): JobRole[] {
  const cooperation = named(world.cooperations, share.cooperation);
  if (share.role === 'NONE' || !isLive(share, at) || cooperationStatus(cooperation, at) !== 'ACTIVE')
    return [];
  return [...new Set<JobRole>([share.role, 'VIEWER'])];
}

/** A share as it is seen; V1: without its resource where that is not, or no longer, visible. */
export function seenShare(asker: Asker, share: Share) {
  if (!seesShare(asker, share)) return null;
  const { world, at } = asker;
  const { cooperation, resource, role, expiresAt } = share;
  return {
    id: shareName(share),
    cooperation,
    ...endsOf(world, share),
    resource: sees(asker, resource) ? resource : null,
    role,
    expiresAt,
    live: isLive(share, at),
    delegableRoles: delegableRoles(world, share, at),
  };
}

/** Section 6: the shares of exactly this visible resource; null to whoever is no ADMIN of their organization. */
export function sharesOn(asker: Asker, resource: string): string[] | null {
  if (!isAdminOf(asker, homeOf(asker))) return null;
  return asker.world.shares
    .filter((share) => share.resource === resource && seesShare(asker, share))
    .map(shareName);
}

const sees = ({ world, memberId, at }: Asker, resource: string) => isVisible(world, memberId, resource, at);

// ------------------------------------------------------------------ grants

/** Section 6: one's own, live or not; a member's with all of that member; those on what one's organization owns. */
function seesGrant(asker: Asker, { member, resource }: Grant): boolean {
  const { world, memberId } = asker;
  const isOfMember = leads(asker, named(world.members, member).organization);
  const isOnOwn = leads(asker, ownerOf(world, resource)) && sees(asker, resource);
  return member === memberId || isOfMember || isOnOwn;
}

/** P5: what a grant yields under the ceiling; nothing where it does not apply, its member is not live or nothing covers it. */
function yieldOf(world: WorldFacts, grant: Grant, at: Date): JobRole {
  const { member, resource } = grant;
  const applies = applyingGrant(world, member, resource, at) === grant;
  return applies ? effectiveRole(world, member, resource, at) : 'NONE';
}

/** The cooperation behind a grant of a partner's member; C1: there is one at most. */
function cooperationBehind(world: WorldFacts, { member, resource }: Grant): Cooperation | null {
  const ends = [named(world.members, member).organization, ownerOf(world, resource)];
  if (ends[0] === ends[1]) return null;
  return world.cooperations.find((one) => ends.every((end) => sidesOf(one).includes(end))) ?? null;
}

/** A grant as it is seen. */
export function seenGrant(asker: Asker, grant: Grant) {
  if (!seesGrant(asker, grant)) return null;
  const { world, at } = asker;
  const { member, resource, role, expiresAt } = grant;
  const cooperation = cooperationBehind(world, grant);
  return {
    id: grantName(grant),
    member,
    resource: sees(asker, resource) ? resource : null,
    role,
    expiresAt,
    live: isLive(grant, at),
    effectiveRole: yieldOf(world, grant, at),
    cooperation: cooperation && seesCooperation(asker, cooperation) ? cooperation.id : null,
  };
}

/**
 * Section 6: the grants on a visible resource: all to ADMIN and MODERATOR of its owner, those of the own members to an ADMIN whom it is
 * shared with; null to everybody else.
 */
export function grantsOn(asker: Asker, resource: string): string[] | null {
  const { world } = asker;
  const home = homeOf(asker);
  const isOwn = ownerOf(world, resource) === home;
  if (isOwn ? !leads(asker, home) : !isAdminOf(asker, home)) return null;
  return world.grants
    .filter((grant) => grant.resource === resource)
    .filter(({ member }) => isOwn || named(world.members, member).organization === home)
    .map(grantName);
}

// ------------------------------------------------------------------ what a resource is reached through

/** P3, P4: what a visible resource is reached through, as far as it may be seen: the cooperation, and each step's share or grant. */
export function seenWay(asker: Asker, resource: string) {
  const { world, memberId, at } = asker;
  const share = ceilingShare(world, memberId, resource, at);
  const grant = applyingGrant(world, memberId, resource, at);
  const cooperation = share && named(world.cooperations, share.cooperation);
  return {
    ceiling: share?.role ?? null,
    cooperation: cooperation && seesCooperation(asker, cooperation) ? cooperation.id : null,
    // Section 3: the layers in their order. One's own grants are seen.
    trace: [
      { layer: 'SYSTEM', share: null, grant: null },
      {
        layer: 'ORGANIZATION',
        share: share && seesShare(asker, share) ? shareName(share) : null,
        grant: null,
      },
      { layer: 'JOB', share: null, grant: grant && grantName(grant) },
    ],
  };
}

// ------------------------------------------------------------------ lists by who owns what

/** P13, and `ownership`: what the viewer reaches of parks and portfolios, by whether their organization owns it. */
export function reached({ world, memberId, at }: Asker, ownership: 'OWN' | 'SHARED') {
  const home = named(world.members, memberId).organization;
  const inList = ({ id }: { id: string }) =>
    (ownerOf(world, id) === home) === (ownership === 'OWN') &&
    effectiveRole(world, memberId, id, at) !== 'NONE';
  return {
    parks: world.parks.filter(inList).map(({ id }) => id),
    portfolios: world.portfolios.filter(inList).map(({ id }) => id),
  };
}
