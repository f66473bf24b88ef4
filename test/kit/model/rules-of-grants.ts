/** G1 to G5 read aloud, slow: every park of a portfolio is looked at, at every instant at which one of the member's grants lapses. */
import type { TeamMember } from '../naive-members.ts';
import { ceiling, effectiveRole } from '../naive-reference.ts';
import {
  asWorld,
  type Grant,
  isAtOrBelow,
  type JobRole,
  type Judge,
  liveMember,
  memberOf,
  ownerOf,
  put,
  Refused,
  requireFullAccount,
  requireLater,
  roleOn,
  type State,
  sees,
} from './state.ts';

export interface Granting {
  readonly member: string;
  readonly resource: string;
  readonly role: JobRole;
  readonly expiresAt: string | null;
  readonly raisesAccessOnExpiry: boolean;
}

const isOn = (resource: string) => (park: { readonly portfolio: string }) => park.portfolio === resource;

/** G1: a portfolio stands for itself and every park in it. */
const placesOf = (state: State, resource: string): readonly string[] => [
  resource,
  ...state.parks.filter(isOn(resource)).map(({ id }) => id),
];

/** G5: a grant to somebody who is not live is judged by what it will give once they are back; to a DEMO account without that bound. */
function roleOnceBack(state: State, holder: string, resource: string, at: string): JobRole {
  const back = { active: true, expiresAt: null, suspended: false, systemRole: 'USER' } as const;
  const members = state.members.map((one) => (one.id === holder ? { ...one, ...back } : one));
  return effectiveRole(asWorld(state, members), holder, resource, new Date(at));
}

/** Section 6: ADMIN and MODERATOR on own resources, on shared ones the ADMIN alone. */
function requireGranting(actor: TeamMember, isOwn: boolean): void {
  const roles = isOwn ? ['ADMIN', 'MODERATOR'] : ['ADMIN'];
  if (!roles.includes(actor.role)) throw new Refused('FORBIDDEN', 'section 6');
}

/** G1: a MODERATOR gives and takes up to their own role on each place, never for themselves and never for an ADMIN. */
function requireOwnGrant(
  before: State,
  after: State,
  actor: TeamMember,
  holder: TeamMember,
  resource: string,
) {
  if (actor.role === 'ADMIN') return;
  if (holder.id === actor.id || holder.role === 'ADMIN') throw new Refused('FORBIDDEN', 'G1');
  const lapses = after.grants
    .filter(({ member }) => member === holder.id)
    .flatMap(({ expiresAt }) => (expiresAt !== null && expiresAt > after.now ? [expiresAt] : []));
  for (const place of placesOf(before, resource)) {
    const own = roleOn(before, actor.id, place);
    const roles = [
      roleOnceBack(before, holder.id, place, before.now),
      // What comes to light at a lapse was given now.
      ...[after.now, ...lapses].map((at) => roleOnceBack(after, holder.id, place, at)),
    ];
    if (!roles.every((role) => isAtOrBelow(role, own))) throw new Refused('FORBIDDEN', 'G1');
  }
}

/** G2: VIEWER or exactly the ceiling's role. */
function requireDelegable(state: State, actor: TeamMember, resource: string, role: JobRole): void {
  const cap = ceiling(asWorld(state), actor.id, resource);
  if (role !== 'VIEWER' && role !== cap) throw new Refused('SHARE_CAP_EXCEEDED', 'G2');
}

/** G4: when the grant lapses, the role that is left is not above the grant's, nor in a park of the portfolio above the one until then. */
function requireNoRaise(after: State, { member, resource, role, expiresAt }: Grant): void {
  if (expiresAt === null) return;
  const justBefore = new Date(Date.parse(expiresAt) - 1).toISOString();
  const rises = placesOf(after, resource).some((place) => {
    const until = place === resource ? role : roleOnceBack(after, member, place, justBefore);
    return !isAtOrBelow(roleOnceBack(after, member, place, expiresAt), until);
  });
  if (rises) throw new Refused('EXPIRY_RAISES_ACCESS', 'G4');
}

const grantOn = (state: State, member: string, resource: string): Grant | undefined =>
  state.grants.find((grant) => grant.member === member && grant.resource === resource);

/** G1 on own resources, G2 on shared ones; G3: granting again replaces role and expiry. */
export const grantRole: Judge<Granting> = (state, user, input) => {
  const { resource, role, expiresAt } = input;
  requireFullAccount(state, user);
  const actor = liveMember(state, user);
  if (!actor || !sees(state, user, resource)) throw new Refused('NOT_FOUND');
  const owner = ownerOf(state, resource) ?? '';
  const isOwn = owner === actor.organization;
  requireGranting(actor, isOwn);
  const holder = memberOf(state, input.member);
  if (holder?.organization !== actor.organization) throw new Refused('NOT_FOUND');
  requireLater(expiresAt, state.now);
  const cooperation = isOwn ? null : cooperationOf(state, owner, actor.organization);
  const former = grantOn(state, holder.id, resource);
  const grant = { member: holder.id, resource, role, expiresAt, cooperation, grantedBy: user };
  const after = { ...state, grants: put(state.grants, former, grant) };
  if (isOwn) requireOwnGrant(state, after, actor, holder, resource);
  else requireDelegable(state, actor, resource, role);
  if (!input.raisesAccessOnExpiry) requireNoRaise(after, grant);
  // The same again changes nothing, not even who gave it.
  return former?.role === role && former.expiresAt === expiresAt ? state : after;
};

const cooperationOf = (state: State, one: string, other: string) =>
  state.cooperations.find(({ initiator, partner }) =>
    [initiator, partner].every((side) => [one, other].includes(side)),
  )?.id ?? null;

/** Section 6: who sees a grant: its holder, who leads their organization, and who leads the owner and sees the resource. */
function seesGrant(state: State, user: string, { member, resource }: Grant): boolean {
  if (member === user) return true;
  const actor = liveMember(state, user);
  if (!actor || !['ADMIN', 'MODERATOR'].includes(actor.role)) return false;
  if (memberOf(state, member)?.organization === actor.organization) return true;
  return ownerOf(state, resource) === actor.organization && sees(state, user, resource);
}

/** The same as granting; a delegated grant only by an ADMIN of its holder's organization: the owner lowers the share instead. */
export const revokeGrant: Judge<{ readonly member: string; readonly resource: string }> = (
  state,
  user,
  input,
) => {
  requireFullAccount(state, user);
  const grant = grantOn(state, input.member, input.resource);
  const holder = memberOf(state, input.member);
  if (!grant || !holder || !seesGrant(state, user, grant)) throw new Refused('NOT_FOUND');
  if (memberOf(state, user)?.organization !== holder.organization) throw new Refused('FORBIDDEN', 'G2');
  const actor = liveMember(state, user);
  if (!actor) throw new Refused('NOT_FOUND');
  requireGranting(actor, grant.cooperation === null);
  const after = { ...state, grants: state.grants.filter((one) => one !== grant) };
  if (grant.cooperation === null) requireOwnGrant(state, after, actor, holder, grant.resource);
  return after;
};
