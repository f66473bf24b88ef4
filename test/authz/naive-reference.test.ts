import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as naive from '../kit/naive-reference.ts';
import { expectedOf, expiryOffsets, worldFromSeed } from '../kit/random-world.ts';
import { jobRoles, organizationRoles, parseWorlds, readWorlds, type World } from '../kit/world.ts';

const vectors = readWorlds(new URL('../vectors/effective-role.json', import.meta.url));
const worlds = Array.from({ length: 300 }, (_, seed) => worldFromSeed(seed));

const subjectsOf = (world: World) => [...world.members, ...world.tokens].map((one) => one.id);
const resourcesOf = (world: World) => [...world.portfolios, ...world.parks].map((one) => one.id);
const questionsOf = (world: World) =>
  subjectsOf(world).flatMap((subject) => resourcesOf(world).map((resource) => ({ subject, resource })));
const ownerOf = (world: World, resource: string) =>
  world.portfolios.find(
    (one) => one.id === (world.parks.find((park) => park.id === resource)?.portfolio ?? resource),
  )?.organization;
const memberOf = (world: World, id: string) =>
  world.members.find((one) => one.id === id) as World['members'][number];
const delegatedGrants = (world: World) =>
  world.grants.filter((one) => ownerOf(world, one.resource) !== memberOf(world, one.member).organization);
const sidesOf = (world: World, cooperation: string) =>
  world.cooperations.filter((one) => one.id === cooperation).flatMap((one) => [one.initiator, one.partner]);
/** The share, of whatever expiry, of exactly this resource with the organization. */
const shareWith = (world: World, organization: string, resource: string | undefined) =>
  world.shares.find(
    (one) => one.resource === resource && sidesOf(world, one.cooperation).includes(organization),
  );
const isLive = (world: World, expiresAt: string | null) => expiresAt === null || expiresAt > world.now;

describe('the naive reference and the vectors', () => {
  it.each(vectors)('agree on every member, token, portfolio and park of world $seed', (world) => {
    const listed = new Map(world.expected.map((one) => [`${one.subject} on ${one.resource}`, one.role]));
    for (const { subject, resource } of questionsOf(world)) {
      const name = `${subject} on ${resource}`;
      expect(`${name}: ${naive.effectiveRole(world, subject, resource)}`).toBe(
        `${name}: ${listed.get(name) ?? 'NONE'}`,
      );
    }
    expect(expectedOf(world)).toHaveLength(listed.size);
  });

  it('are 60 worlds with verdicts', () => {
    expect(vectors).toHaveLength(60);
    expect(vectors.every((world) => world.expected.length > 0)).toBe(true);
  });
});

describe('a broken file of worlds', () => {
  const broken = (change: (world: World) => unknown) => () =>
    parseWorlds(
      [structuredClone(vectors[0])].map((world) => change(world as World)),
      'some-file.json',
    );

  it.each([
    ['nothing in it', () => parseWorlds([], 'some-file.json'), /some-file\.json is not a list of worlds/],
    ['a missing fact', broken(({ grants: _, ...rest }) => rest), /grants/],
    [
      'an unknown fact',
      broken((world) => ({ ...world, tokens: [{ ...world.tokens[0], group: 'REPORTING' }] })),
      /group/,
    ],
    [
      'a share of OPERATOR',
      broken((world) => ({ ...world, shares: [{ ...world.shares[0], role: 'OPERATOR' }] })),
      /shares\[0\]\.role/,
    ],
    [
      'an instant without milliseconds',
      broken((world) => ({ ...world, now: '2026-06-01T12:00:00Z' })),
      /at \[0\]\.now/,
    ],
    [
      'a park in no portfolio',
      broken((world) => ({ ...world, parks: [{ id: 'x', portfolio: 'lost' }] })),
      /nothing here is called lost/,
    ],
    [
      'two grants on one resource',
      broken((world) => ({ ...world, grants: [world.grants[0], world.grants[0]] })),
      /o0m0 on o0f0 is there twice/,
    ],
  ])('with %s is refused, saying so', (_, read, message) => expect(read).toThrow(message));
});

describe('the rest of the naive reference', () => {
  // One organization with a blocked ADMIN, a partner, one shared portfolio with a park shared lower until later.
  const until = '2026-07-01T00:00:00.000Z';
  const later = '2026-08-01T00:00:00.000Z';
  const member = (id: string, organization: string, role: World['members'][number]['role']) => ({
    id,
    user: `u-${id}`,
    organization,
    role,
    active: true,
    expiresAt: null,
  });
  const world: World = parseWorlds(
    [
      {
        seed: 0,
        now: '2026-06-01T12:00:00.000Z',
        organizations: [{ id: 'a' }, { id: 'b' }],
        portfolios: [{ id: 'f', organization: 'a' }],
        parks: ['p', 'q'].map((id) => ({ id, portfolio: 'f' })),
        users: ['keeper', 'blocked', 'demo', 'tom', 'com', 'partner', 'delegate'].map((id) => ({
          id: `u-${id}`,
          systemRole: id === 'demo' ? 'DEMO' : 'USER',
          suspended: false,
        })),
        members: [
          member('keeper', 'a', 'ADMIN'),
          member('blocked', 'a', 'ADMIN'),
          member('demo', 'a', 'ADMIN'),
          member('tom', 'a', 'ASSET_MANAGER_TECHNICAL'),
          member('com', 'a', 'ASSET_MANAGER_COMMERCIAL'),
          member('partner', 'b', 'ADMIN'),
          member('delegate', 'b', 'MEMBER'),
        ],
        cooperations: [{ id: 'c', initiator: 'a', partner: 'b', status: 'active', expiresAt: later }],
        shares: [
          { cooperation: 'c', resource: 'f', role: 'TOM', expiresAt: null },
          { cooperation: 'c', resource: 'p', role: 'COM', expiresAt: until },
        ],
        grants: [
          { member: 'blocked', resource: 'p', role: 'NONE', expiresAt: null },
          { member: 'delegate', resource: 'f', role: 'TOM', expiresAt: null },
        ],
        tokens: [
          { id: 't-blocked', member: 'blocked', scope: ['q'], expiresAt: null },
          { id: 't-nothing', member: 'keeper', scope: [], expiresAt: null },
          { id: 't-dead', member: 'keeper', scope: null, expiresAt: '2026-06-01T12:00:00.000Z' },
        ],
        expected: [],
      },
    ],
    'the world of this test',
  )[0] as World;

  it('finds the ceiling of a share (P3), and none on own resources', () => {
    expect(naive.ceiling(world, 'partner', 'p')).toBe('COM');
    expect(naive.ceiling(world, 'delegate', 'q')).toBe('TOM');
    expect(naive.ceiling(world, 'partner', 'p', new Date(until))).toBe('TOM');
    expect(naive.ceiling(world, 'partner', 'p', new Date(later))).toBeNull();
    expect(naive.ceiling(world, 'keeper', 'p')).toBeNull();
  });

  it('shows a blocked ADMIN what their organization owns (P13), through a token inside its scope only', () => {
    expect(naive.effectiveRole(world, 'blocked', 'p')).toBe('NONE');
    expect(naive.isVisible(world, 'blocked', 'p')).toBe(true);
    expect(naive.visibleParks(world, 'blocked')).toEqual(['p', 'q']);
    expect(naive.viewerParks(world, 'blocked')).toEqual(['q']);
    expect(naive.visibleParks(world, 't-blocked')).toEqual(['q']);
    expect(naive.visiblePortfolios(world, 't-blocked')).toEqual([]);
    expect(naive.isVisible(world, 't-dead', 'p')).toBe(false);
    expect(naive.visibleParks(world, 't-nothing')).toEqual([]);
    const paused = { ...world, members: world.members.map((one) => ({ ...one, active: false })) };
    expect(naive.isVisible(paused, 'blocked', 'p')).toBe(false);
    expect(naive.visibleParks(world, 'partner', undefined, 'b')).toEqual([]);
    expect(naive.visibleParks(world, 'partner', undefined, 'f')).toEqual(['p', 'q']);
    expect(naive.viewerPortfolios(world, 'partner', new Date(later))).toEqual([]);
  });

  it('says when a role changes by itself', () => {
    expect(naive.changesAt(world, 'partner', 'p')).toBe(until);
    expect(naive.changesAt(world, 'partner', 'p', new Date(until))).toBe(later);
    expect(naive.changesAt(world, 'partner', 'q')).toBe(later);
    expect(naive.changesAt(world, 'partner', 'q', new Date(later))).toBeNull();
    expect(naive.changesAt(world, 'keeper', 'p')).toBeNull();
  });

  it('lists the actions of a role, without the owner’s own across the boundary', () => {
    expect(naive.actions(world, 'keeper', 'p')).toEqual(naive.resourceActions);
    expect(naive.actions(world, 'blocked', 'p')).toEqual([]);
    expect(naive.actions(world, 'demo', 'p')).toEqual(['RESOURCE_READ', 'METRICS_READ', 'REPORT_GENERATE']);
    const reading = ['RESOURCE_READ', 'METRICS_READ', 'REPORT_GENERATE', 'TICKET_CREATE'];
    const contracts = ['CONTRACT_READ', 'CONTRACT_MANAGE'];
    const tickets = ['TICKET_CLOSE', 'TICKET_REOPEN', 'TICKET_DELETE'];
    const parts = ['COMPONENT_MANAGE', 'COMPONENT_DELETE', 'EVENT_MANAGE', 'EVENT_DELETE'];
    const may = (subject: string, resource: string) => new Set(naive.actions(world, subject, resource));
    expect(may('com', 'p')).toEqual(new Set([...reading, ...contracts, 'RESOURCE_CONFIGURE']));
    expect(may('partner', 'p')).toEqual(new Set([...reading, ...contracts]));
    expect(may('tom', 'q')).toEqual(
      new Set([...reading, ...tickets, ...parts, 'METRICS_WRITE', 'RESOURCE_CONFIGURE']),
    );
    expect(may('partner', 'q')).toEqual(new Set([...reading, ...tickets, ...parts]));
  });

  it('knows the organization-wide actions, of which a DEMO account keeps what only reads (D1)', () => {
    expect(naive.organizationActions('ADMIN')).toEqual(naive.organizationActionNames);
    expect(naive.organizationActions('EXTERNAL')).toEqual(['API_TOKEN_CREATE']);
    expect(naive.organizationActions('MEMBER')).toEqual(['MEMBER_LIST', 'API_TOKEN_CREATE']);
    const building = ['MEMBER_LIST', 'MEMBER_INVITE', 'PORTFOLIO_CREATE', 'PARK_CREATE', 'API_TOKEN_CREATE'];
    const may = (...who: Parameters<typeof naive.organizationActions>) =>
      new Set(naive.organizationActions(...who));
    expect(may('ASSET_MANAGER_TECHNICAL')).toEqual(new Set(building));
    expect(may('ASSET_MANAGER_COMMERCIAL')).toEqual(new Set(building));
    const managing = ['MEMBER_UPDATE', 'MEMBER_REMOVE', 'GRANT_MANAGE'];
    expect(may('MODERATOR', 'ADMINISTRATOR')).toEqual(new Set([...building, ...managing]));
    expect(naive.organizationActions('ADMIN', 'DEMO')).toEqual(['MEMBER_LIST', 'AUDIT_READ']);
    expect(naive.organizationActions('EXTERNAL', 'DEMO')).toEqual([]);
  });

  it('names exactly the actions of the contract', () => {
    const contract = readFileSync(new URL('../../contract/schema.graphql', import.meta.url), 'utf8');
    const valuesOf = (name: string) =>
      contract
        .match(new RegExp(`enum ${name} \\{([^}]*)\\}`))?.[1]
        ?.trim()
        .split(/\s+/);
    expect(valuesOf('ResourceAction')).toEqual(naive.resourceActions);
    expect(valuesOf('OrganizationAction')).toEqual(naive.organizationActionNames);
  });

  it('meets by the lattice of section 2: commutative, idempotent, TOM and COM meeting in VIEWER', () => {
    for (const a of jobRoles) {
      expect(naive.meet(a, a)).toBe(a);
      expect(naive.meet('NONE', a)).toBe('NONE');
      expect(naive.meet('OPERATOR', a)).toBe(a);
      for (const b of jobRoles) expect(naive.meet(a, b)).toBe(naive.meet(b, a));
    }
    expect(naive.meet('TOM', 'COM')).toBe('VIEWER');
    expect(naive.meet('VIEWER', 'COM')).toBe('VIEWER');
  });

  it('changes a role at changesAt, and at no expiry before it, in random worlds', () => {
    for (const random of worlds.slice(0, 40)) {
      const horizon = Date.parse(random.now) + expiryOffsets.longAfter;
      for (const { subject, resource } of questionsOf(random)) {
        const present = naive.effectiveRole(random, subject, resource);
        const change = naive.changesAt(random, subject, resource);
        const roleAt = (instant: number) => naive.effectiveRole(random, subject, resource, new Date(instant));
        expect(roleAt(change === null ? horizon : Date.parse(change) - 1)).toBe(present);
        if (change !== null) expect(roleAt(Date.parse(change))).not.toBe(present);
      }
    }
  });
});

describe('300 random worlds', () => {
  it('are the same for the same seed and differ between seeds', () => {
    expect(worldFromSeed(17)).toEqual(worlds[17]);
    expect(new Set(worlds.map(({ seed: _, ...facts }) => JSON.stringify(facts))).size).toBe(worlds.length);
  });

  it('have the format of the vectors', () => {
    expect(parseWorlds(structuredClone(worlds), 'random worlds')).toEqual(worlds);
  });

  it('keep one lasting ADMIN in each organization (M3)', () => {
    for (const world of worlds) {
      const lasting = world.members.filter((one) => {
        const user = world.users.find((candidate) => candidate.id === one.user);
        const isSound = user !== undefined && !user.suspended && user.systemRole !== 'DEMO';
        return one.role === 'ADMIN' && one.active && one.expiresAt === null && isSound;
      });
      expect(new Set(lasting.map((one) => one.organization)).size).toBe(world.organizations.length);
    }
  });

  it('join two organizations once at most (C1), and share by one side with the other (S1)', () => {
    for (const world of worlds) {
      const pairs = world.cooperations.map((one) => [one.initiator, one.partner].toSorted().join());
      expect(new Set(pairs).size).toBe(pairs.length);
      expect(world.cooperations.every((one) => one.initiator !== one.partner)).toBe(true);
      for (const share of world.shares) {
        expect(sidesOf(world, share.cooperation)).toContain(ownerOf(world, share.resource));
        const portfolio = world.parks.find((one) => one.id === share.resource)?.portfolio;
        if (share.role === 'NONE')
          expect(world.shares).toContainEqual(
            expect.objectContaining({ cooperation: share.cooperation, resource: portfolio }),
          );
      }
    }
  });

  it('delegate VIEWER or a shared role, only where a share covers (G2, S2)', () => {
    for (const world of worlds) {
      for (const grant of delegatedGrants(world)) {
        const { organization } = memberOf(world, grant.member);
        const portfolio = world.parks.find((one) => one.id === grant.resource)?.portfolio;
        const covering = [grant.resource, portfolio].flatMap(
          (id) => shareWith(world, organization, id)?.role ?? [],
        );
        expect(covering).not.toEqual([]);
        const direct = shareWith(world, organization, grant.resource);
        expect(direct?.role === 'NONE' && isLive(world, direct.expiresAt)).toBe(false);
        expect(['VIEWER', ...covering]).toContain(grant.role);
        expect(grant.role).not.toBe('NONE');
      }
    }
  });

  const roles = ['VIEWER', 'COM', 'TOM'];
  const expiring = ['members', 'cooperations', 'shares', 'grants', 'tokens'] as const;
  const wanted = [
    ...organizationRoles.map((role) => `member: ${role}`),
    ...jobRoles.map((role) => `own grant: ${role}`),
    ...roles.map((role) => `delegated grant: ${role}`),
    ...roles.map((role) => `portfolio share: ${role}`),
    ...[...roles, 'NONE'].map((role) => `park share: ${role}`),
    ...[...roles, 'OPERATOR'].flatMap((role) => [
      `member reaches own: ${role}`,
      `token reaches own: ${role}`,
    ]),
    ...roles.flatMap((role) => [`member reaches shared: ${role}`, `token reaches shared: ${role}`]),
    ...expiring.flatMap((list) =>
      Object.keys(expiryOffsets).map((position) => `${list} expiring: ${position}`),
    ),
    ...['USER', 'ADMINISTRATOR', 'DEMO'].map((role) => `account: ${role}`),
    ...['a DEMO admin', 'a suspended account', 'a paused member', 'a paused cooperation'],
    ...['four organizations', 'an empty portfolio', 'shares in both directions', 'a live park share of NONE'],
    ...['an expired share under a live delegated grant', 'a live delegated grant above its ceiling'],
    ...[
      'a blocked ADMIN (P13)',
      'a park reached without its portfolio (P11)',
      'a role that changes by itself',
    ],
    ...['a token for everything', 'a token for nothing', 'a token reaching both own and shared'],
  ];

  /** Everything of the list above that a world holds. */
  function* traitsOf(world: World): Generator<string> {
    const isPark = (resource: string) => world.parks.some((one) => one.id === resource);
    const reaches = (subject: string, resource: string) =>
      naive.effectiveRole(world, subject, resource) !== 'NONE';
    const positions = new Map(
      Object.entries(expiryOffsets).map(([position, offset]) => [
        offset === null ? null : new Date(Date.parse(world.now) + offset).toISOString(),
        position,
      ]),
    );
    for (const list of expiring)
      for (const one of world[list]) yield `${list} expiring: ${positions.get(one.expiresAt)}`;
    for (const user of world.users) {
      yield `account: ${user.systemRole}`;
      if (user.suspended) yield 'a suspended account';
    }
    for (const member of world.members) {
      yield `member: ${member.role}`;
      if (!member.active) yield 'a paused member';
      const user = world.users.find((one) => one.id === member.user);
      if (member.role === 'ADMIN' && user?.systemRole === 'DEMO') yield 'a DEMO admin';
    }
    for (const share of world.shares) {
      yield `${isPark(share.resource) ? 'park' : 'portfolio'} share: ${share.role}`;
      if (share.role === 'NONE' && isLive(world, share.expiresAt)) yield 'a live park share of NONE';
    }
    const delegated = delegatedGrants(world);
    for (const grant of world.grants)
      yield `${delegated.includes(grant) ? 'delegated' : 'own'} grant: ${grant.role}`;
    for (const grant of delegated.filter((one) => isLive(world, one.expiresAt))) {
      const share = shareWith(world, memberOf(world, grant.member).organization, grant.resource);
      if (share && !isLive(world, share.expiresAt)) yield 'an expired share under a live delegated grant';
      const cap = naive.ceiling(world, grant.member, grant.resource);
      if (cap && naive.meet(cap, grant.role) !== grant.role) yield 'a live delegated grant above its ceiling';
    }
    for (const cooperation of world.cooperations) {
      if (cooperation.status === 'paused') yield 'a paused cooperation';
      const shared = world.shares.filter((one) => one.cooperation === cooperation.id);
      if (new Set(shared.map((one) => ownerOf(world, one.resource))).size === 2)
        yield 'shares in both directions';
    }
    for (const token of world.tokens) {
      if (token.scope === null) yield 'a token for everything';
      else if (token.scope.length === 0) yield 'a token for nothing';
      const reached = resourcesOf(world).filter((resource) => reaches(token.id, resource));
      const sides = new Set(
        reached.map((one) => ownerOf(world, one) === memberOf(world, token.member).organization),
      );
      if (token.scope && sides.size === 2) yield 'a token reaching both own and shared';
    }
    for (const { subject, resource, role } of world.expected) {
      const token = world.tokens.find((one) => one.id === subject);
      const isOwn = ownerOf(world, resource) === memberOf(world, token?.member ?? subject).organization;
      yield `${token ? 'token' : 'member'} reaches ${isOwn ? 'own' : 'shared'}: ${role}`;
      const portfolio = world.parks.find((one) => one.id === resource)?.portfolio;
      if (portfolio && !reaches(subject, portfolio)) yield 'a park reached without its portfolio (P11)';
      if (naive.changesAt(world, subject, resource) !== null) yield 'a role that changes by itself';
    }
    for (const { subject, resource } of questionsOf(world))
      if (naive.isVisible(world, subject, resource) && !reaches(subject, resource))
        yield 'a blocked ADMIN (P13)';
    if (world.organizations.length === 4) yield 'four organizations';
    if (world.portfolios.some(({ id }) => world.parks.every((one) => one.portfolio !== id)))
      yield 'an empty portfolio';
  }

  it('hold every case that a rule speaks of, several times', () => {
    const counts = new Map(wanted.map((trait) => [trait, 0]));
    for (const world of worlds)
      for (const trait of new Set(traitsOf(world))) counts.set(trait, (counts.get(trait) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count < 5)).toEqual([]);
    expect([...counts.keys()].filter((trait) => !wanted.includes(trait))).toEqual([]);
  });
});
