import { expect, it } from 'vitest';
import { askedAt, cooperationWorld } from '../kit/cooperation-worlds.ts';
import { cooperationStatus } from '../kit/naive-cooperations.ts';
import * as naive from '../kit/naive-reference.ts';
import type { World } from '../kit/world.ts';

// What test/api/cooperation-worlds.test.ts asks about is there: in the fewest worlds that it is ever run with, those on PGlite.
const WORLDS = 200;
/** In how many of them a kind is at least. */
const SEVERAL = 5;

const ROLES = ['VIEWER', 'COM', 'TOM'];
const EDGES = ['1 ms before', 'exactly at', '1 ms after'];
const EXPIRING = [
  'a cooperation',
  'a portfolio share',
  'a park share',
  'a delegation',
  'a partner’s membership',
];

const KINDS = [
  'an organization with several cooperations',
  'shares in both directions',
  'an organization that shares one resource with two partners',
  ...['PENDING', 'ACTIVE', 'PAUSED', 'EXPIRED'].map((status) => `a cooperation that is ${status}`),
  ...['PENDING', 'PAUSED', 'EXPIRED'].map(
    (status) => `shares and delegations through a cooperation that is ${status}`,
  ),
  ...['below', 'above', 'beside', 'like'].map(
    (place) => `a live park share ${place} its portfolio’s live one`,
  ),
  'a live park share whose portfolio is not shared',
  'a live park share of NONE in a live shared portfolio',
  'an expired park share of NONE in a live shared portfolio',
  ...EXPIRING.flatMap((what) => EDGES.map((edge) => `${what} expiring ${edge} the instant`)),
  'a live delegation above its live ceiling',
  'a live delegation of TOM under a ceiling of COM, or the other way round',
  'a live delegation above the very share that it was given under',
  'a live delegation that no share covers',
  'a live delegation on a park that was taken out',
  'a live delegation on a portfolio of which one park alone is shared live',
  'a live delegation that lowers an ADMIN',
  ...ROLES.map((role) => `${role} across the boundary by delegation`),
  ...ROLES.map((role) => `${role} across the boundary for an ADMIN by default`),
  'a DEMO ADMIN whom something reaches',
  'a paused ADMIN whom something would reach',
];

/** Everything of the list above that a world holds at the instant at which it is asked. */
function* kindsOf(world: World): Generator<string> {
  const at = askedAt(world);
  const isLive = (one: { expiresAt: string | null }) => naive.isLive(one, at);
  const bondOf = (id: string) => naive.named(world.cooperations, id);
  const portfolioOf = (id: string) => world.parks.find((park) => park.id === id)?.portfolio;
  const edgeOf = ({ expiresAt }: { expiresAt: string | null }) =>
    expiresAt === null ? undefined : EDGES[Date.parse(expiresAt) - at.getTime() + 1];
  const edges = function* (what: string, one: { expiresAt: string | null }) {
    const edge = edgeOf(one);
    if (edge) yield `${what} expiring ${edge} the instant`;
  };
  const homeOf = (memberId: string) => naive.named(world.members, memberId).organization;
  const delegations = world.grants.filter(
    ({ member, resource }) => homeOf(member) !== naive.ownerOf(world, resource),
  );

  for (const { id } of world.organizations) {
    const joined = world.cooperations.filter((one) => one.initiator === id || one.partner === id);
    if (joined.length > 1) yield 'an organization with several cooperations';
  }
  for (const resource of new Set(world.shares.map((share) => share.resource)))
    if (world.shares.filter((share) => share.resource === resource).length > 1)
      yield 'an organization that shares one resource with two partners';
  for (const cooperation of world.cooperations) {
    const { id, initiator, partner } = cooperation;
    const status = cooperationStatus(cooperation, at);
    yield `a cooperation that is ${status}`;
    yield* edges('a cooperation', cooperation);
    const shares = world.shares.filter((share) => share.cooperation === id);
    const owners = new Set(shares.map((share) => naive.ownerOf(world, share.resource)));
    if (owners.size === 2) yield 'shares in both directions';
    const isThrough = (grant: World['grants'][number]) =>
      [homeOf(grant.member), naive.ownerOf(world, grant.resource)].every((end) =>
        [initiator, partner].includes(end),
      );
    if (status !== 'ACTIVE' && shares.length > 0 && delegations.some(isThrough))
      yield `shares and delegations through a cooperation that is ${status}`;
  }
  for (const share of world.shares) {
    const portfolio = portfolioOf(share.resource);
    yield* edges(portfolio ? 'a park share' : 'a portfolio share', share);
    if (!portfolio || cooperationStatus(bondOf(share.cooperation), at) !== 'ACTIVE') continue;
    const above = world.shares.find(
      (one) => one.cooperation === share.cooperation && one.resource === portfolio,
    );
    const liveAbove = above && isLive(above) ? above : undefined;
    if (share.role === 'NONE' && liveAbove)
      yield `${isLive(share) ? 'a live' : 'an expired'} park share of NONE in a live shared portfolio`;
    if (!isLive(share)) continue;
    if (!liveAbove) {
      if (share.role !== 'NONE') yield 'a live park share whose portfolio is not shared';
      continue;
    }
    const both = naive.meet(share.role, liveAbove.role);
    const places = { below: share.role, above: liveAbove.role };
    const [place = 'beside'] = Object.entries(places).flatMap(([name, role]) =>
      both === role ? [name] : [],
    );
    yield `a live park share ${share.role === liveAbove.role ? 'like' : place} its portfolio’s live one`;
  }
  for (const grant of delegations) {
    yield* edges('a delegation', grant);
    if (!isLive(grant)) continue;
    const { member: memberId, resource, role } = grant;
    const member = naive.named(world.members, memberId);
    const reach = naive.effectiveRole(world, memberId, resource, at);
    if (reach !== 'NONE') yield `${reach} across the boundary by delegation`;
    const cap = naive.ceiling(world, memberId, resource, at);
    if (cap === 'NONE') yield 'a live delegation on a park that was taken out';
    else if (cap && naive.meet(cap, role) !== role) {
      yield 'a live delegation above its live ceiling';
      if (naive.meet(cap, role) !== cap)
        yield 'a live delegation of TOM under a ceiling of COM, or the other way round';
    }
    if (
      cap &&
      member.role === 'ADMIN' &&
      naive.meet(cap, role) !== cap &&
      naive.hasStanding(world, member, at)
    )
      yield 'a live delegation that lowers an ADMIN';
    const isReceived = ({ cooperation }: World['shares'][number]) =>
      [bondOf(cooperation).initiator, bondOf(cooperation).partner].includes(member.organization);
    const covering = [resource, portfolioOf(resource)].flatMap(
      (id) => world.shares.find((share) => share.resource === id && isReceived(share)) ?? [],
    );
    if (covering.length === 0) yield 'a live delegation that no share covers';
    if (covering.length > 0 && covering.every((share) => naive.meet(share.role, role) !== role))
      yield 'a live delegation above the very share that it was given under';
    const parks = world.parks.filter(({ portfolio }) => portfolio === resource);
    if (cap === null && parks.some(({ id }) => (naive.ceiling(world, memberId, id, at) ?? 'NONE') !== 'NONE'))
      yield 'a live delegation on a portfolio of which one park alone is shared live';
  }
  for (const member of world.members) {
    const reached = [...world.portfolios, ...world.parks].filter(
      ({ id }) => (naive.ceiling(world, member.id, id, at) ?? 'NONE') !== 'NONE',
    );
    if (reached.length > 0) yield* edges('a partner’s membership', member);
    if (member.role !== 'ADMIN' || reached.length === 0) continue;
    if (!member.active) yield 'a paused ADMIN whom something would reach';
    if (naive.named(world.users, member.user).systemRole === 'DEMO')
      yield 'a DEMO ADMIN whom something reaches';
    if (!naive.hasStanding(world, member, at)) continue;
    for (const { id } of reached)
      if (!naive.applyingGrant(world, member.id, id, at))
        yield `${naive.effectiveRole(world, member.id, id, at)} across the boundary for an ADMIN by default`;
  }
}

it(`${WORLDS} worlds hold every kind of cooperation, share and delegation, at least ${SEVERAL} of them each`, () => {
  const counts = new Map(KINDS.map((kind) => [kind, 0]));
  for (let seed = 0; seed < WORLDS; seed++)
    for (const kind of new Set(kindsOf(cooperationWorld(seed))))
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count < SEVERAL)).toEqual([]);
  expect([...counts.keys()].filter((kind) => !KINDS.includes(kind))).toEqual([]);
});
