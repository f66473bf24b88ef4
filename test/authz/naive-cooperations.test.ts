import { describe, expect, it } from 'vitest';
import * as bonds from '../kit/naive-cooperations.ts';
import type { World } from '../kit/world.ts';

// The reference judges the API in random worlds; here it is held against outcomes that were written by hand.

const NOW = '2026-06-01T12:00:00.000Z';
const member = (id: string, organization: string, role: World['members'][number]['role']) => ({
  ...{ id, user: `u-${id}`, organization, role, active: true, expiresAt: null },
});

/**
 * a (initiator) and b share with one another; d invited a; c and a are paused. Of a's portfolio f, b has park p as COM until now + 1 ms
 * and not q at all; the delegate of b has TOM on f.
 */
const members = [
  ...[
    member('admin-a', 'a', 'ADMIN'),
    member('moderator-a', 'a', 'MODERATOR'),
    member('member-a', 'a', 'MEMBER'),
  ],
  ...[member('admin-b', 'b', 'ADMIN'), member('moderator-b', 'b', 'MODERATOR')],
  ...[member('delegate', 'b', 'EXTERNAL'), member('demo-b', 'b', 'ADMIN')],
  { ...member('paused-b', 'b', 'ADMIN'), active: false },
  ...[member('admin-c', 'c', 'ADMIN'), member('admin-d', 'd', 'ADMIN')],
];
const world: World = {
  ...{ seed: 0, now: NOW, tokens: [], expected: [], members },
  organizations: ['a', 'b', 'c', 'd'].map((id) => ({ id })),
  portfolios: [
    { id: 'f', organization: 'a' },
    { id: 'g', organization: 'b' },
  ],
  parks: ['p', 'q', 'r'].map((id) => ({ id, portfolio: 'f' })),
  users: members.map(({ id, user }) => ({
    ...{ id: user, systemRole: id === 'demo-b' ? 'DEMO' : 'USER', suspended: false },
  })),
  cooperations: [
    { id: 'a-b', initiator: 'a', partner: 'b', status: 'active', expiresAt: null },
    { id: 'a-c', initiator: 'c', partner: 'a', status: 'paused', expiresAt: NOW },
    { id: 'a-d', initiator: 'd', partner: 'a', status: 'pending', expiresAt: null },
    { id: 'c-d', initiator: 'c', partner: 'd', status: 'pending', expiresAt: NOW },
  ],
  shares: [
    { cooperation: 'a-b', resource: 'f', role: 'TOM', expiresAt: null },
    { cooperation: 'a-b', resource: 'p', role: 'COM', expiresAt: '2026-06-01T12:00:00.001Z' },
    { cooperation: 'a-b', resource: 'q', role: 'NONE', expiresAt: null },
    { cooperation: 'a-b', resource: 'g', role: 'VIEWER', expiresAt: NOW },
    { cooperation: 'a-c', resource: 'f', role: 'VIEWER', expiresAt: null },
  ],
  grants: [
    { member: 'delegate', resource: 'f', role: 'TOM', expiresAt: null },
    { member: 'delegate', resource: 'q', role: 'VIEWER', expiresAt: null },
    { member: 'moderator-a', resource: 'r', role: 'NONE', expiresAt: null },
    { member: 'member-a', resource: 'g', role: 'VIEWER', expiresAt: null },
  ],
};

const LATER = '2026-06-01T12:00:00.001Z';
const as = (memberId: string, at = NOW): bonds.Asker => ({ world, memberId, at: new Date(at) });
/** For whom of everybody there is an answer. */
const whom = (seen: (asker: bonds.Asker) => unknown) =>
  members.map(({ id }) => id).filter((id) => seen(as(id)) !== null);
const found = <One>(one: One | undefined): One => one ?? expect.unreachable('there is one');
const share = (resource: string, cooperation = 'a-b') =>
  found(world.shares.find((one) => one.resource === resource && one.cooperation === cooperation));
const grant = (memberId: string, resource: string) =>
  found(world.grants.find((one) => one.member === memberId && one.resource === resource));

describe('the reference of cooperations', () => {
  it('shows them to live ADMINs of either side alone, a DEMO one too (section 6, P1)', () => {
    expect(whom((asker) => bonds.seenCooperation(asker, 'a-b'))).toEqual(['admin-a', 'admin-b', 'demo-b']);
    expect(whom((asker) => bonds.seenCooperation(asker, 'a-d'))).toEqual(['admin-a', 'admin-d']);
    expect(bonds.cooperationsOf(as('admin-a'), 'a')).toEqual(['a-b', 'a-c', 'a-d']);
    expect(bonds.cooperationsOf(as('admin-a'), 'a', 'PENDING')).toEqual(['a-d']);
    expect(bonds.cooperationsOf(as('admin-c'), 'c', 'ACTIVE')).toEqual([]);
    expect(bonds.cooperationsOf(as('admin-a'), 'b')).toBeNull();
    expect(bonds.cooperationsOf(as('moderator-a'), 'a')).toBeNull();
    expect(bonds.cooperationsOf(as('paused-b'), 'b')).toBeNull();
  });

  it('says PAUSED before EXPIRED before PENDING, expired from the exact instant on (section 1)', () => {
    const statuses = (at: string) =>
      world.cooperations.map((one) => bonds.cooperationStatus(one, new Date(at)));
    expect(statuses(NOW)).toEqual(['ACTIVE', 'PAUSED', 'PENDING', 'EXPIRED']);
    expect(statuses('2026-06-01T11:59:59.999Z')).toEqual(['ACTIVE', 'PAUSED', 'PENDING', 'PENDING']);
  });

  it('has no partner while it is pending (C4), and the shares that its viewer sees', () => {
    expect(bonds.seenCooperation(as('admin-d'), 'a-d')).toEqual({
      ...{ id: 'a-d', status: 'PENDING', viewerIsInitiator: true, initiator: 'd', partner: null },
      ...{ expiresAt: null, shares: [] },
    });
    const shares = ['a-b sharing f', 'a-b sharing p', 'a-b sharing q', 'a-b sharing g'];
    expect(bonds.seenCooperation(as('admin-a'), 'a-b')).toMatchObject({ partner: 'b', shares });
    expect(bonds.seenCooperation(as('demo-b'), 'a-b')).toMatchObject({
      viewerIsInitiator: false,
      shares: shares.filter((each) => each !== 'a-b sharing q'),
    });
  });
});

describe('the reference of shares', () => {
  it('hides from the recipient what NONE takes out (V1), and everything from whoever is no ADMIN (section 6)', () => {
    const both = ['admin-a', 'admin-b', 'demo-b'];
    expect(whom((asker) => bonds.seenShare(asker, share('f')))).toEqual(both);
    expect(whom((asker) => bonds.seenShare(asker, share('g')))).toEqual(both);
    expect(whom((asker) => bonds.seenShare(asker, share('q')))).toEqual(['admin-a']);
    expect(whom((asker) => bonds.seenShare(asker, share('f', 'a-c')))).toEqual(['admin-a', 'admin-c']);
    expect(bonds.sharesOn(as('admin-a'), 'f')).toEqual(['a-b sharing f', 'a-c sharing f']);
    expect(bonds.sharesOn(as('admin-b'), 'f')).toEqual(['a-b sharing f']);
    expect(bonds.sharesOn(as('admin-b'), 'r')).toEqual([]);
    expect(bonds.sharesOn(as('moderator-a'), 'f')).toBeNull();
  });

  it('delegates VIEWER and the ceiling while share and cooperation are live (G2), and shows a visible resource', () => {
    const seen = bonds.seenShare(as('admin-b'), share('p'));
    expect(seen).toEqual({
      ...{ id: 'a-b sharing p', cooperation: 'a-b', owner: 'a', recipient: 'b', resource: 'p', role: 'COM' },
      ...{ expiresAt: LATER, live: true, delegableRoles: ['COM', 'VIEWER'] },
    });
    const lapsed = { live: false, delegableRoles: [] };
    expect(bonds.seenShare(as('admin-b', LATER), share('p'))).toMatchObject({ ...lapsed, resource: 'p' });
    expect(bonds.seenShare(as('admin-a'), share('g'))).toMatchObject({ ...lapsed, resource: null });
    expect(bonds.seenShare(as('admin-b'), share('g'))).toMatchObject({ ...lapsed, resource: 'g' });
    const blocked = { live: true, delegableRoles: [], resource: null };
    expect(bonds.seenShare(as('admin-c'), share('f', 'a-c'))).toMatchObject(blocked);
    const nothing = { live: true, delegableRoles: [], resource: 'q' };
    expect(bonds.seenShare(as('admin-a'), share('q'))).toMatchObject(nothing);
  });
});

describe('the reference of grants', () => {
  it('shows them to their member, to who leads the member, and to who leads the owner (section 6, V3)', () => {
    const leaders = ['admin-a', 'moderator-a', 'admin-b', 'moderator-b', 'delegate', 'demo-b'];
    expect(whom((asker) => bonds.seenGrant(asker, grant('delegate', 'f')))).toEqual(leaders);
    // Blocked there, the moderator sees it as their own, and not what it is on.
    expect(whom((asker) => bonds.seenGrant(asker, grant('moderator-a', 'r')))).toEqual([
      'admin-a',
      'moderator-a',
    ]);
    expect(bonds.seenGrant(as('moderator-a'), grant('moderator-a', 'r'))).toMatchObject({ resource: null });
    expect(bonds.grantsOn(as('admin-a'), 'f')).toEqual(['delegate on f']);
    expect(bonds.grantsOn(as('admin-b'), 'f')).toEqual(['delegate on f']);
    expect(bonds.grantsOn(as('admin-b'), 'r')).toEqual([]);
    expect(bonds.grantsOn(as('delegate'), 'f')).toBeNull();
    expect(bonds.grantsOn(as('member-a'), 'f')).toBeNull();
  });

  it('yield what the ceiling leaves of them (P5), and show their cooperation to ADMINs', () => {
    const seen = (memberId: string, ...which: [string, string]) =>
      bonds.seenGrant(as(memberId), grant(...which));
    const onF = { role: 'TOM', live: true, effectiveRole: 'TOM', resource: 'f' };
    expect(seen('admin-a', 'delegate', 'f')).toMatchObject({ ...onF, cooperation: 'a-b' });
    expect(seen('moderator-a', 'delegate', 'f')).toMatchObject({ ...onF, cooperation: null });
    expect(seen('delegate', 'delegate', 'f')).toMatchObject({ ...onF, cooperation: null });
    expect(seen('admin-a', 'delegate', 'q')).toMatchObject({ effectiveRole: 'NONE', resource: 'q' });
    expect(seen('admin-b', 'delegate', 'q')).toMatchObject({ effectiveRole: 'NONE', resource: null });
    expect(seen('admin-b', 'member-a', 'g')).toMatchObject({
      effectiveRole: 'NONE',
      live: true,
      resource: 'g',
    });
    expect(seen('admin-a', 'moderator-a', 'r')).toMatchObject({ effectiveRole: 'NONE', cooperation: null });
  });
});

describe('the reference of ways and lists', () => {
  const way = (memberId: string, resource: string, at = NOW) => bonds.seenWay(as(memberId, at), resource);
  const steps = (share: string | null, applied: string | null) => [
    { layer: 'SYSTEM', share: null, grant: null },
    { layer: 'ORGANIZATION', share, grant: null },
    { layer: 'JOB', share: null, grant: applied },
  ];

  it('names the park’s share before its portfolio’s (P3, P8), and the grant that applies (P2, P4)', () => {
    const onPark = { ceiling: 'COM', cooperation: 'a-b', trace: steps('a-b sharing p', null) };
    expect(way('admin-b', 'p')).toEqual(onPark);
    const onPortfolio = { ceiling: 'TOM', cooperation: 'a-b', trace: steps('a-b sharing f', null) };
    expect(way('admin-b', 'p', LATER)).toEqual(onPortfolio);
    const unnamed = { ceiling: 'COM', cooperation: null, trace: steps(null, 'delegate on f') };
    expect(way('delegate', 'p')).toEqual(unnamed);
    const own = { ceiling: null, cooperation: null, trace: steps(null, 'moderator-a on r') };
    expect(way('moderator-a', 'r')).toEqual(own);
    expect(way('admin-a', 'r')).toEqual({ ...own, trace: steps(null, null) });
  });

  it('lists what is reached by who owns it (P13)', () => {
    expect(bonds.reached(as('delegate'), 'SHARED')).toEqual({ parks: ['p', 'r'], portfolios: ['f'] });
    expect(bonds.reached(as('delegate'), 'OWN')).toEqual({ parks: [], portfolios: [] });
    expect(bonds.reached(as('admin-b'), 'SHARED')).toEqual({ parks: ['p', 'r'], portfolios: ['f'] });
    expect(bonds.reached(as('admin-b'), 'OWN')).toEqual({ parks: [], portfolios: ['g'] });
    expect(bonds.reached(as('moderator-b'), 'SHARED')).toEqual({ parks: [], portfolios: [] });
    expect(bonds.reached(as('admin-a'), 'SHARED')).toEqual({ parks: [], portfolios: [] });
    expect(bonds.reached(as('moderator-a'), 'OWN')).toEqual({ parks: ['p', 'q'], portfolios: ['f'] });
    expect(bonds.reached(as('admin-c'), 'SHARED')).toEqual({ parks: [], portfolios: [] });
  });
});
