/** Steps that change members, their grants and what is delegated to them. */

import { invitationSecret } from '../accounts.ts';
import type { MemberChange } from '../naive-members.ts';
import { ceiling } from '../naive-reference.ts';
import type { Dice } from './dice.ts';
import {
  actorOf,
  adminOf,
  anybody,
  expiry,
  GONE_PARKS,
  GONE_PORTFOLIOS,
  homeOf,
  mostly,
  oneOf,
  organizationsOf,
  ownedBy,
  reaching,
  resourcesOf,
} from './draw.ts';
import { grantRole as mayGrant, revokeGrant as mayRevoke } from './rules-of-grants.ts';
import * as rules from './rules-of-members.ts';
import {
  asWorld,
  isLiveAt,
  type JobRole,
  memberOf,
  type OrganizationRole,
  otherSide,
  ownerOf,
  portfolioOf,
  type State,
} from './state.ts';
import { type Draw, newIdIn, stepOf } from './step.ts';

const everybody = ({ users }: State) => users.map(({ id }) => id);
const colleaguesOf = (state: State, actor: string) =>
  state.members.filter(({ organization }) => organization === homeOf(state, actor)).map(({ id }) => id);

const ROLES: readonly OrganizationRole[] = [
  'ADMIN',
  'MODERATOR',
  'ASSET_MANAGER_TECHNICAL',
  'ASSET_MANAGER_COMMERCIAL',
  'MEMBER',
  'EXTERNAL',
];

// ------------------------------------------------------------------ members

const update = stepOf<rules.MemberUpdate>({
  mutation: 'updateMember',
  judge: rules.updateMember,
  selects: 'member { id }',
  input: (server, { member, change }) => ({ memberId: server.idOf('member', member), ...change }),
});

export const updateMember: Draw = (state, dice) => {
  const actor = actorOf(state, dice, 'ADMIN', 'MODERATOR');
  const member = mostly(dice, 'member', colleaguesOf(state, actor), everybody(state));
  return update(actor, { member, change: changeOf(state, dice, member) });
};

/** Whoever is paused, expired or dated is mostly brought back: else hardly anybody would be left. */
function changeOf(state: State, dice: Dice, user: string): MemberChange {
  const member = memberOf(state, user);
  const role = { role: dice.odds('role', ...ROLES, 'ADMIN') };
  const label = { label: dice.odds('label', null, 'A supplier') };
  const active = { active: member?.active === false };
  const expiresAt = { expiresAt: expiry(state, dice) };
  const isBlocked = member && (!member.active || !isLiveAt(member, state.now));
  if (isBlocked && dice.odds('back', true, true, false)) return { active: true, expiresAt: null };
  return dice.odds<MemberChange>(
    'change',
    role,
    { ...role, ...label },
    { ...role, ...label },
    label,
    active,
    expiresAt,
  );
}

const remove = stepOf<{ member: string }>({
  mutation: 'removeMember',
  judge: rules.removeMember,
  selects: 'removedMemberId',
  input: (server, { member }) => ({ memberId: server.idOf('member', member) }),
  learn: (server, { member }) => server.signedOut(member),
});

export const removeMember: Draw = (state, dice) => {
  const actor = actorOf(state, dice, 'ADMIN', 'MODERATOR');
  return remove(actor, { member: mostly(dice, 'member', colleaguesOf(state, actor), everybody(state)) });
};

const leave = stepOf<object>({
  mutation: 'leaveOrganization',
  judge: rules.leaveOrganization,
  selects: 'leftOrganizationId',
});

export const leaveOrganization: Draw = (state, dice) => leave(anybody(state, dice), {});

const enter = stepOf<rules.Hiring>({
  mutation: 'inviteMember',
  judge: rules.hire,
  selects: 'invitation { id }',
  send: async (server, actor, { organization, person, role, label }) => {
    const organizationId = server.idOf('organization', organization);
    const input = { organizationId, email: server.emailOf(person), role, label };
    const invited = await server.mutate(actor, 'inviteMember', 'invitation { id }', input);
    if (!invited.payload) return invited;
    const token = invitationSecret(newIdIn(invited.payload, 'invitation'));
    return server.mutate(person, 'acceptInvitation', 'viewer { membership { id } }', { token });
  },
  learn: (server, { person }, payload) => {
    const { membership } = payload['viewer'] as { membership: { id: string } };
    server.learn('member', person, membership.id);
  },
});

export const hire: Draw = (state, dice) => {
  const actor = actorOf(
    state,
    dice,
    'ADMIN',
    'MODERATOR',
    'ASSET_MANAGER_TECHNICAL',
    'ASSET_MANAGER_COMMERCIAL',
  );
  const home = homeOf(state, actor);
  const organization = mostly(dice, 'organization', [home], organizationsOf(state));
  // Who is in another organization can't accept, and an open invitation would be left.
  const free = state.users.filter(({ id, systemRole }) => systemRole === 'USER' && !memberOf(state, id));
  const present = state.members.filter((member) => member.organization === organization);
  return enter(actor, {
    organization,
    person: dice.pick('person', free.length > 0 ? free : present)?.id ?? '',
    role: dice.odds('role', ...ROLES),
    label: dice.odds('label', null, 'A supplier'),
  });
};

const rename = stepOf<{ organization: string; name: string }>({
  mutation: 'updateOrganization',
  judge: rules.updateOrganization,
  selects: 'organization { id }',
  input: (server, { organization, name }) => ({
    organizationId: server.idOf('organization', organization),
    name,
  }),
});

export const updateOrganization: Draw = (state, dice) => {
  const actor = actorOf(state, dice, 'ADMIN', 'MODERATOR');
  const organization = mostly(dice, 'organization', [homeOf(state, actor)], organizationsOf(state));
  return rename(actor, { organization, name: dice.odds('name', 'First', 'Second', 'Third') });
};

// ------------------------------------------------------------------ grants

const grant = stepOf({
  mutation: 'grantRole',
  judge: mayGrant,
  selects: 'grant { id }',
  input: (server, { member, resource, role, expiresAt, raisesAccessOnExpiry }) => ({
    memberId: server.idOf('member', member),
    resourceId: server.resourceIdOf(resource),
    ...{ role, expiresAt, raisesAccessOnExpiry },
  }),
  learn: (server, { member, resource }, payload) =>
    server.learn('grant', `${member} on ${resource}`, newIdIn(payload, 'grant')),
});

/** Whom somebody gives something, until when. */
const gift = (state: State, dice: Dice, actor: string) => ({
  member: mostly(dice, 'member', colleaguesOf(state, actor), everybody(state)),
  expiresAt: expiry(state, dice),
  raisesAccessOnExpiry: dice.odds('raises', false, false, true),
});

export const grantRole: Draw = (state, dice) => {
  const actor = actorOf(state, dice, 'ADMIN', 'MODERATOR');
  const own = ownedBy(state, homeOf(state, actor), resourcesOf(state));
  return grant(actor, {
    ...gift(state, dice, actor),
    resource: mostly(dice, 'resource', own, [...resourcesOf(state), ...GONE_PARKS, ...GONE_PORTFOLIOS]),
    role: dice.odds('role', 'OPERATOR', 'TOM', 'COM', 'VIEWER', 'NONE'),
  });
};

export const delegateRole: Draw = (state, dice) => {
  const receiving = state.shares.map(({ cooperation, resource }) => {
    const present = state.cooperations.find(({ id }) => id === cooperation);
    return present ? otherSide(present, ownerOf(state, resource) ?? '') : '';
  });
  const actor = adminOf(state, dice, dice.pick('side', [...new Set(receiving)]));
  const foreign = resourcesOf(state).filter((one) => ownerOf(state, one) !== homeOf(state, actor));
  const any = [...foreign, ...GONE_PARKS, ...GONE_PORTFOLIOS];
  const there = reaching(state, actor);
  // Where a park's share lies in its portfolio's, one may lapse before the other.
  const twice = there.filter(
    (one) =>
      state.shares.filter(({ resource }) => [one, portfolioOf(state, one)].includes(resource)).length > 1,
  );
  // What is delegated on a portfolio counts in a park only while the portfolio itself is shared (P4).
  const holding = there.filter((one) => portfolioOf(state, one) === undefined);
  const resource = mostly(dice, 'resource', oneOf(dice, 'near', twice, holding, there), any);
  const isThere = there.includes(resource);
  const cap: JobRole = (isThere && ceiling(asWorld(state), actor, resource)) || 'VIEWER';
  return grant(actor, {
    ...gift(state, dice, actor),
    resource,
    role: dice.odds<JobRole>(
      'role',
      cap,
      cap,
      cap,
      cap,
      cap,
      cap,
      'VIEWER',
      'TOM',
      'COM',
      'OPERATOR',
      'NONE',
    ),
  });
};

const revoke = stepOf<{ member: string; resource: string }>({
  mutation: 'revokeGrant',
  judge: mayRevoke,
  selects: 'revokedGrantId',
  input: (server, { member, resource }) => ({ grantId: server.idOf('grant', `${member} on ${resource}`) }),
});

const called = ({ member, resource }: { member: string; resource: string }) => `${member} on ${resource}`;

/** Mostly a grant that there is, by whom leads its holder's organization. */
const revoked =
  (isDelegated: boolean): Draw =>
  (state, dice) => {
    const grants = state.grants
      .filter(({ cooperation }) => (cooperation !== null) === isDelegated)
      .map(called);
    const never = everybody(state).map((user) => called({ member: user, resource: 'north' }));
    const [member = '', resource = ''] = mostly(dice, 'grant', grants, never).split(' on ');
    const home = memberOf(state, member)?.organization;
    const byModerator = dice.odds('moderator', true, false) && !isDelegated;
    const actor = byModerator ? actorOf(state, dice, 'MODERATOR') : adminOf(state, dice, home);
    return revoke(actor, { member, resource });
  };

export const revokeGrant = revoked(false);
export const revokeDelegation = revoked(true);
