/** Steps that change cooperations and shares. */
import type { Dice } from './dice.ts';
import {
  actorOf,
  adminOf,
  delegatedOn,
  expiry,
  GONE_PARKS,
  GONE_PORTFOLIOS,
  homeOf,
  mostly,
  oneOf,
  organizationsOf,
  ownedBy,
  resourcesOf,
} from './draw.ts';
import * as rules from './rules-of-cooperations.ts';
import { revokeShare as mayRevokeShare, shareResource as mayShare } from './rules-of-shares.ts';
import type { Server } from './server.ts';
import {
  type Cooperation,
  isLiveAt,
  type Judge,
  ownerOf,
  pairOf,
  portfolioOf,
  type State,
  sidesOf,
} from './state.ts';
import { type Draw, newIdIn, stepOf } from './step.ts';

/** Every pair of organizations, whether they cooperate or not. */
const pairs = (state: State) => {
  const names = organizationsOf(state);
  return names.flatMap((one, index) => names.slice(index + 1).map((other) => pairOf(one, other)));
};

/** The cooperations of an organization. */
const cooperationsOf = ({ cooperations }: State, organization: string) =>
  cooperations.filter((one) => sidesOf(one).includes(organization));

const named = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);

const cooperationId = (server: Server, { cooperation }: { readonly cooperation: string }) => ({
  cooperationId: server.idOf('cooperation', cooperation),
});

const invite = stepOf<rules.Invitation>({
  mutation: 'inviteCooperation',
  judge: rules.inviteCooperation,
  selects: 'cooperation { id initiator { id } }',
  input: (server, { partner, email, purpose, expiresAt }) => ({
    organizationIdentifier: partner && server.identifierOf(partner),
    email: email && server.emailOf(email),
    ...{ purpose, expiresAt },
  }),
  learn: (server, { partner }, payload) => {
    const { id, initiator } = payload['cooperation'] as { id: string; initiator: { id: string } };
    server.learn('cooperation', pairOf(server.nameOf(initiator.id), partner ?? ''), id);
  },
});

export const inviteCooperation: Draw = (state, dice) => {
  const actor = actorOf(state, dice, 'ADMIN');
  const home = homeOf(state, actor);
  const strangers = organizationsOf(state).filter(
    (each) => each !== home && !state.cooperations.some(({ id }) => id === pairOf(each, home)),
  );
  const way = dice.odds('way', ...Array(8).fill('identifier' as const), 'email', 'both', 'neither');
  const colleagues = named(state.members.filter(({ organization }) => organization === home));
  const partner = mostly(dice, 'partner', strangers, [...organizationsOf(state), 'nobody']);
  return invite(actor, {
    partner: way === 'identifier' || way === 'both' ? partner : null,
    // Of others it would make a placeholder, which this world has none of.
    email: way === 'email' || way === 'both' ? (dice.pick('email', colleagues) ?? '') : null,
    purpose: dice.odds('purpose', null, 'Operation', 'Trading'),
    expiresAt: expiry(state, dice),
  });
};

const onCooperation = (mutation: string, judge: Judge<{ readonly cooperation: string }>, selects: string) =>
  stepOf({ mutation, judge, selects, input: cooperationId });

const accept = onCooperation('acceptCooperation', rules.acceptCooperation, 'cooperation { id }');
const decline = onCooperation('declineCooperation', rules.declineCooperation, 'ok');
const remove = onCooperation('removeCooperation', rules.removeCooperation, 'removedCooperationId');

const find = ({ cooperations }: State, id: string) => cooperations.find((one) => one.id === id);

/** Mostly one that waits for an answer, by whom it waits for. */
const answered =
  (answer: typeof accept): Draw =>
  (state, dice) => {
    const pending = state.cooperations.filter(({ accepted }) => !accepted);
    const cooperation = mostly(dice, 'cooperation', named(pending), pairs(state));
    return answer(adminOf(state, dice, find(state, cooperation)?.partner), { cooperation });
  };

export const acceptCooperation = answered(accept);
export const declineCooperation = answered(decline);

export const removeCooperation: Draw = (state, dice) => {
  const actor = actorOf(state, dice, 'ADMIN');
  const own = cooperationsOf(state, homeOf(state, actor));
  return remove(actor, { cooperation: mostly(dice, 'cooperation', named(own), pairs(state)) });
};

type Change = rules.CooperationChange['change'];

const update = stepOf<rules.CooperationChange>({
  mutation: 'updateCooperation',
  judge: rules.updateCooperation,
  selects: 'cooperation { id }',
  input: (server, input) => ({ ...cooperationId(server, input), ...input.change }),
});

/** What is paused or has expired is mostly brought back: else nothing would be reached for long. */
function changeOf(state: State, dice: Dice, present: Cooperation | undefined): Change {
  const isBlocked = present?.accepted && (present.paused || !isLiveAt(present, state.now));
  if (isBlocked && dice.odds('back', true, true, true, false)) return { active: true, expiresAt: null };
  const active = { active: present?.paused ?? true };
  const purpose = dice.odds('purpose', { purpose: null }, { purpose: 'Operation' });
  const expiresAt = { expiresAt: expiry(state, dice) };
  return dice.odds<Change>('change', active, expiresAt, purpose, { ...active, ...purpose });
}

export const updateCooperation: Draw = (state, dice) => {
  const cooperation = mostly(dice, 'cooperation', named(state.cooperations), pairs(state));
  const present = find(state, cooperation);
  const actor = adminOf(state, dice, present?.initiator);
  return update(actor, { cooperation, change: changeOf(state, dice, present) });
};

const share = stepOf({
  mutation: 'shareResource',
  judge: mayShare,
  selects: 'share { id }',
  input: (server, input) => {
    const { resource, role, expiresAt, raisesAccessOnExpiry } = input;
    const what = { ...cooperationId(server, input), resourceId: server.resourceIdOf(resource) };
    return { ...what, role, expiresAt, raisesAccessOnExpiry };
  },
  learn: (server, { cooperation, resource }, payload) =>
    server.learn('share', `${cooperation} sharing ${resource}`, newIdIn(payload, 'share')),
});

export const shareResource: Draw = (state, dice) => {
  const accepted = state.cooperations.filter((one) => one.accepted);
  const cooperation = mostly(dice, 'cooperation', named(accepted), pairs(state));
  const present = find(state, cooperation);
  const actor = adminOf(state, dice, present && dice.pick('side', sidesOf(present)));
  const own = ownedBy(state, homeOf(state, actor), resourcesOf(state));
  // Mostly where something is delegated, or what is shared already or lies in what is: raised, lowered and taken out.
  const shared = state.shares
    .filter((one) => one.cooperation === cooperation)
    .map(({ resource }) => resource);
  const near = own.filter((one) => shared.includes(one) || shared.includes(portfolioOf(state, one) ?? ''));
  const delegated = own.filter((one) => delegatedOn(state).includes(one));
  const meant = oneOf(dice, 'near', delegated, delegated, near, own);
  const any = [...resourcesOf(state), ...GONE_PARKS, ...GONE_PORTFOLIOS];
  return share(actor, {
    cooperation,
    resource: mostly(dice, 'resource', meant, any),
    role: dice.odds(
      'role',
      'VIEWER',
      'VIEWER',
      'TOM',
      'TOM',
      'TOM',
      'COM',
      'COM',
      'NONE',
      'NONE',
      'OPERATOR',
    ),
    expiresAt: expiry(state, dice),
    raisesAccessOnExpiry: dice.odds('raises', false, false, true),
  });
};

const revoke = stepOf<{ cooperation: string; resource: string }>({
  mutation: 'revokeShare',
  judge: mayRevokeShare,
  selects: 'revokedShareId',
  input: (server, { cooperation, resource }) => ({
    shareId: server.idOf('share', `${cooperation} sharing ${resource}`),
  }),
});

export const revokeShare: Draw = (state, dice) => {
  const shares = state.shares.map((one) => `${one.cooperation} sharing ${one.resource}`);
  const never = pairs(state).map((pair) => `${pair} sharing north`);
  const delegated = shares.filter((one) => delegatedOn(state).includes(one.split(' sharing ')[1] ?? ''));
  const meant = oneOf(dice, 'near', delegated, shares);
  const [cooperation = '', resource = ''] = mostly(dice, 'share', meant, never).split(' sharing ');
  return revoke(adminOf(state, dice, ownerOf(state, resource)), { cooperation, resource });
};
