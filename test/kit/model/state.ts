/**
 * A small world as the permission model speaks of it, in plain names, and the verdicts of a command on it. Nothing in this folder that judges
 * imports a rule of src, so that a mistake there is not repeated here. Instants are ISO 8601 with milliseconds, which compare as text.
 */
import type { TeamMember } from '../naive-members.ts';
import { effectiveRole, isVisible, meet } from '../naive-reference.ts';
import type { jobRoles, organizationRoles, systemRoles, WorldFacts } from '../world.ts';

export type JobRole = (typeof jobRoles)[number];
export type OrganizationRole = (typeof organizationRoles)[number];

interface Expiring {
  readonly expiresAt: string | null;
}

export interface Cooperation extends Expiring {
  /** Both sides' names in alphabetical order: there is at most one between two (C1). */
  readonly id: string;
  readonly initiator: string;
  readonly partner: string;
  readonly accepted: boolean;
  readonly paused: boolean;
  readonly purpose: string | null;
  /** Who invited, by account: asked again at acceptance (I3). */
  readonly invitedBy: string | null;
}

export interface Share extends Expiring {
  readonly cooperation: string;
  readonly resource: string;
  readonly role: JobRole;
}

/** One for each member and resource (G3). */
export interface Grant extends Expiring {
  readonly member: string;
  readonly resource: string;
  readonly role: JobRole;
  /** Set on a delegated one. */
  readonly cooperation: string | null;
  readonly grantedBy: string | null;
}

/** Everything that is stored. A member has the name of their account (M4), also when they come back. */
export interface State {
  readonly now: string;
  readonly users: readonly { readonly id: string; readonly systemRole: (typeof systemRoles)[number] }[];
  readonly organizations: readonly { readonly id: string; readonly name: string }[];
  readonly members: readonly TeamMember[];
  readonly portfolios: readonly {
    readonly id: string;
    readonly organization: string;
    readonly name: string;
  }[];
  readonly parks: readonly { readonly id: string; readonly portfolio: string; readonly name: string }[];
  readonly cooperations: readonly Cooperation[];
  readonly shares: readonly Share[];
  readonly grants: readonly Grant[];
}

/** How a command must be refused; `rule` where specification or docs name it. */
export class Refused extends Error {
  constructor(
    readonly code: string,
    readonly rule?: string,
  ) {
    super(rule === undefined ? code : `${code} (${rule})`);
  }
}

/** What a command leaves. @throws Refused */
export type Judge<Input> = (state: State, actor: string, input: Input) => State;

// ------------------------------------------------------------------ the words of section 1

/** At the exact instant of `expiresAt` it is no longer live. */
export const isLiveAt = (it: Expiring, at: string): boolean => it.expiresAt === null || it.expiresAt > at;

/** Section 2. */
export const isAtOrBelow = (role: JobRole, other: JobRole): boolean => meet(role, other) === role;

export const memberOf = (state: State, user: string): TeamMember | undefined =>
  state.members.find(({ id }) => id === user);

/** P1: the live membership of an account, if there is one. */
export function liveMember(state: State, user: string): TeamMember | undefined {
  const member = memberOf(state, user);
  return member?.active && isLiveAt(member, state.now) ? member : undefined;
}

/** The portfolio of a park; undefined for a portfolio, and for what is not there. */
export const portfolioOf = (state: State, resource: string): string | undefined =>
  state.parks.find(({ id }) => id === resource)?.portfolio;

/** The organization that owns a portfolio or park; undefined for what is not there. */
export const ownerOf = (state: State, resource: string): string | undefined =>
  state.portfolios.find(({ id }) => id === (portfolioOf(state, resource) ?? resource))?.organization;

/** The other side of a cooperation. */
export const otherSide = ({ initiator, partner }: Cooperation, organization: string): string =>
  organization === initiator ? partner : initiator;

export const sidesOf = ({ initiator, partner }: Cooperation): readonly string[] => [initiator, partner];

/** The name of the cooperation between two organizations, whether there is one or not. */
export const pairOf = (one: string, other: string): string => [one, other].toSorted().join('-');

// ------------------------------------------------------------------ what the naive reference judges

/** The world of the naive reference: what is pending gives nothing. */
export function asWorld(state: State, members: readonly TeamMember[] = state.members): WorldFacts {
  return {
    seed: 0,
    now: state.now,
    organizations: state.organizations.map(({ id }) => ({ id })),
    portfolios: state.portfolios.map(({ id, organization }) => ({ id, organization })),
    parks: state.parks.map(({ id, portfolio }) => ({ id, portfolio })),
    users: members.map(({ id, systemRole, suspended }) => ({ id, systemRole, suspended })),
    members: members.map(({ id, organization, role, active, expiresAt }) => ({
      ...{ id, user: id, organization, role },
      ...{ active, expiresAt },
    })),
    cooperations: state.cooperations
      .filter(({ accepted }) => accepted)
      .map(({ id, initiator, partner, paused, expiresAt }) => ({
        ...{ id, initiator, partner, expiresAt },
        status: paused ? 'paused' : 'active',
      })),
    shares: state.shares.map(({ role, ...share }) => ({
      ...share,
      role: role === 'OPERATOR' ? 'NONE' : role,
    })),
    grants: state.grants.map(({ member, resource, role, expiresAt }) => ({
      ...{ member, resource },
      ...{ role, expiresAt },
    })),
    tokens: [],
  };
}

/** P13: whether an account sees a resource; nobody sees one that is not there. */
export const sees = (state: State, user: string, resource: string): boolean =>
  memberOf(state, user) !== undefined &&
  ownerOf(state, resource) !== undefined &&
  isVisible(asWorld(state), user, resource);

/** P1 to P9: the effective role of an account on a resource that is there. */
export const roleOn = (state: State, user: string, resource: string): JobRole =>
  memberOf(state, user) === undefined ? 'NONE' : effectiveRole(asWorld(state), user, resource);

// ------------------------------------------------------------------ refusals that many commands share

/** D1: a DEMO account changes nothing, whatever its roles. @throws Refused */
export function requireFullAccount({ users }: State, user: string): void {
  if (users.find(({ id }) => id === user)?.systemRole === 'DEMO') throw new Refused('FORBIDDEN', 'D1');
}

/** Section 6: a live member with one of the roles; who has no live membership sees nothing (V1). @throws Refused */
export function requireRole(state: State, user: string, roles: readonly OrganizationRole[]): TeamMember {
  const member = liveMember(state, user);
  if (!member) throw new Refused('NOT_FOUND');
  if (!roles.includes(member.role)) throw new Refused('FORBIDDEN', 'section 6');
  return member;
}

/** An expiry that has come already is no input. @throws Refused */
export function requireLater(expiresAt: string | null | undefined, now: string): void {
  if (expiresAt != null && expiresAt <= now) throw new Refused('BAD_USER_INPUT');
}

/** A list with one of its elements replaced, or one more. */
export const put = <T>(list: readonly T[], former: T | undefined, next: T): readonly T[] =>
  former === undefined ? [...list, next] : list.map((one) => (one === former ? next : one));
