import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLES } from '../../src/authz/roles.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

type World = Awaited<ReturnType<typeof tell>>;
let world: World;
beforeAll(async () => {
  world = await tell();
});
afterAll(() => world.gateway.close());

/**
 * Probe is a MEMBER of Acme with TOM on Südfeld, a lapsed grant on South, VIEWER on North, and VIEWER delegated on
 * West, which is Borealis's. West is delegated to Acme's MODERATOR and MEMBER too, and Südfeld granted to its EXTERNAL: they see the resources.
 */
async function tell() {
  const tenants = await startWithTenants();
  const { story, gateway, organizations, ofAcme, portfolios, parks, cooperation, as } = tenants;
  const probe = story.member(organizations.acme, 'MEMBER', { name: 'Probe' });
  const undelegated = story.member(organizations.acme, 'MODERATOR', { name: 'Undelegated' });
  const barred = story.member(organizations.acme, 'MODERATOR', { name: 'Barred' });
  const grants = {
    own: story.grant(probe, parks.suedfeld, 'TOM'),
    lapsed: story.grant(probe, portfolios.south, 'OPERATOR', { expiresAt: new Date('2025-03-01') }),
    onNorth: story.grant(probe, portfolios.north, 'VIEWER'),
    delegated: story.grant(probe, portfolios.west, 'VIEWER', { cooperation }),
    ofModerator: story.grant(ofAcme.MODERATOR, portfolios.west, 'VIEWER', { cooperation }),
    ofMember: story.grant(ofAcme.MEMBER, portfolios.west, 'VIEWER', { cooperation }),
    ofExternal: story.grant(ofAcme.EXTERNAL, parks.suedfeld, 'VIEWER'),
    ofBarred: story.grant(barred, portfolios.south, 'NONE'),
  };
  await story.store(gateway.database);
  for (const person of [probe, undelegated, barred]) await as(person);
  const ids = Object.fromEntries(
    Object.entries(grants).map(([name, uuid]) => [name, globalId('grant', uuid)]),
  ) as Record<keyof typeof grants, string>;
  const { blocked, demo, paused, expired, suspended } = tenants.people;
  const everybody = [
    ...Object.values(ofAcme),
    ...[blocked, demo, paused, expired, suspended, probe, undelegated, barred],
  ];
  return { ...tenants, probe, undelegated, barred, grants: ids, everybody };
}

/** How much of Probe somebody sees: all, what `member.list` shows, or nothing. */
type Sight = 'ALL' | 'LISTED' | 'NOTHING';
interface Standing {
  readonly who: (world: World) => Person;
  /** Whom `Organization.members` of Acme holds; null: there is no such list. */
  readonly list: 'everybody' | 'self' | null;
  readonly probe: Sight;
  /** Whether `Resource.grants` is there, on Südfeld, which is Acme's, and on West, which is not. */
  readonly grantsOnOwn?: boolean;
  readonly grantsOnShared?: boolean;
}

const ofRole = (role: (typeof ORGANIZATION_ROLES)[number]) => (all: World) => all.ofAcme[role];
const listed = { list: 'everybody', probe: 'LISTED' } as const;
const leader = { list: 'everybody', probe: 'ALL', grantsOnOwn: true } as const;
const outside = { list: null, probe: 'NOTHING' } as const;
/** Section 6, D1 and P1. */
const STANDINGS: Record<string, Standing> = {
  ADMIN: { who: ofRole('ADMIN'), ...leader, grantsOnShared: true },
  MODERATOR: { who: ofRole('MODERATOR'), ...leader },
  ASSET_MANAGER_TECHNICAL: { who: ofRole('ASSET_MANAGER_TECHNICAL'), ...listed },
  ASSET_MANAGER_COMMERCIAL: { who: ofRole('ASSET_MANAGER_COMMERCIAL'), ...listed },
  MEMBER: { who: ofRole('MEMBER'), ...listed },
  EXTERNAL: { who: ofRole('EXTERNAL'), list: 'self', probe: 'NOTHING' },
  'a demo ADMIN': { who: ({ people }) => people.demo, ...leader, grantsOnShared: true },
  'an ADMIN who is blocked on South (P13)': {
    who: ({ people }) => people.blocked,
    ...leader,
    grantsOnShared: true,
  },
  'a paused ADMIN': { who: ({ people }) => people.paused, ...outside },
  'an expired ADMIN': { who: ({ people }) => people.expired, ...outside },
  'Probe themselves': { who: ({ probe }) => probe, list: 'everybody', probe: 'ALL' },
  "a third organization's ADMIN": { who: ({ ofCirrus }) => ofCirrus.ADMIN, ...outside },
  "the partner's ADMIN": { who: ({ ofBorealis }) => ofBorealis.ADMIN, ...outside },
  'nobody’s member': { who: ({ people }) => people.loner, ...outside },
  'the platform’s administrator': { who: ({ people }) => people.administrator, ...outside },
};

const USER = 'id name email language systemRole suspended createdAt';
const MEMBER = `id user { ${USER} } organization { name } role label status expiresAt joinedAt
  grants { totalCount nodes { id } } access(resourceId: $park) { jobRole trace { rule grant { id role } } }`;
const SIGHTS = `query ($organization: ID!, $member: ID!, $user: ID!, $own: ID!, $delegated: ID!, $park: ID!, $shared: ID!) {
  organization(id: $organization) { members(first: 1000) { totalCount nodes { id } } }
  member: node(id: $member) { ... on Member { ${MEMBER} } }
  user: node(id: $user) { ... on User { ${USER} } }
  own: node(id: $own) { id }
  delegated: node(id: $delegated) { id }
  park(id: $park) { grants { totalCount nodes { id } } }
  portfolio(id: $shared) { grants { totalCount nodes { id } } }
}`;
type List = { totalCount: number; nodes: { id: string }[] } | null;
interface Sights {
  organization: { members: List } | null;
  member: object | null;
  user: object | null;
  own: object | null;
  delegated: object | null;
  park: { grants: List } | null;
  portfolio: { grants: List } | null;
}
const variables = ({ organizations, probe, grants, parks, portfolios }: World) => ({
  organization: organizations.acme.id,
  member: probe.member?.id,
  user: probe.id,
  own: grants.own,
  delegated: grants.delegated,
  park: parks.suedfeld.id,
  shared: portfolios.west.id,
});

/** Ids of a list, or null; a list counts what it holds and nothing else (V2). */
const held = (list: List | undefined): string[] | null => {
  if (!list) return null;
  expect(list.totalCount).toBe(list.nodes.length);
  return list.nodes.map(({ id }) => id).toSorted();
};

describe('who sees what (section 6, V1, V3)', () => {
  it.each(Object.entries(STANDINGS))('%s', async (name, { who, list, probe: sight, ...standing }) => {
    const { probe, grants, everybody, as } = world;
    const person = who(world);
    const seen = await (await as(person)).get<Sights, object>(SIGHTS, variables(world));

    const expectedList = { everybody, self: [person] }[list ?? 'self'].map(({ member }) => member?.id ?? '');
    expect(held(seen.organization?.members)).toEqual(list && expectedList.toSorted());

    const self = person === probe;
    const user = {
      ...{ id: probe.id, name: 'Probe', email: probe.email },
      ...(self
        ? { language: 'EN', systemRole: 'USER', suspended: false, createdAt: expect.any(String) }
        : { language: null, systemRole: null, suspended: null, createdAt: null }),
    };
    const ofProbe = [grants.own, grants.lapsed, grants.onNorth, grants.delegated];
    const hidden = { expiresAt: null, joinedAt: null, grants: null, access: null };
    const shown = {
      ...{ expiresAt: null, joinedAt: expect.any(String) },
      grants: { totalCount: 4, nodes: expect.any(Array) },
      access: { jobRole: 'TOM', trace: expect.any(Array) },
    };
    const member = {
      ...{ id: probe.member?.id, user, organization: { name: 'Acme Energy' } },
      ...{ role: 'MEMBER', label: null, status: 'ACTIVE' },
      ...(sight === 'ALL' ? shown : hidden),
    };
    if (name === "the partner's ADMIN") {
      // V3 lets the owner of West know Probe by name; nothing more, whether or not by this way.
      const { id, organization, user: seenUser, ...rest } = { ...member, ...seen.member };
      if (seen.member) expect(new Set(Object.values(rest))).toEqual(new Set([null]));
    } else expect(seen.member).toEqual(sight === 'NOTHING' ? null : member);
    expect(seen.user).toEqual(sight === 'NOTHING' ? null : user);
    if (sight === 'ALL') {
      const { grants: given, access } = seen.member as {
        grants: { nodes: { id: string }[] };
        access: { trace: { rule: string; grant: object | null }[] };
      };
      // The oldest first, live and lapsed.
      expect(given.nodes.map(({ id }) => id)).toEqual(ofProbe);
      expect(access.trace.at(-1)).toEqual({ rule: 'P2', grant: { id: grants.own, role: 'TOM' } });
    }

    expect(seen.own).toEqual(sight === 'ALL' ? { id: grants.own } : null);
    const ownsWest = name === "the partner's ADMIN";
    expect(seen.delegated).toEqual(sight === 'ALL' || ownsWest ? { id: grants.delegated } : null);
    const onOwn = [grants.own, grants.ofExternal].toSorted();
    expect(held(seen.park?.grants)).toEqual(standing.grantsOnOwn ? onOwn : null);
    const onShared = [grants.delegated, grants.ofModerator, grants.ofMember].toSorted();
    expect(held(seen.portfolio?.grants)).toEqual(standing.grantsOnShared || ownsWest ? onShared : null);
  });

  it('whoever is not signed in is told to, and sees nothing', async () => {
    const { data, errors } = await world.gateway.client().send<Sights, object>(SIGHTS, variables(world));
    expect(new Set(Object.values(data ?? {}))).toEqual(new Set([null]));
    expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']));
  });

  it('those who see a resource and not its grants do see the resource', async () => {
    const { as, ofAcme, parks, portfolios } = world;
    const both = 'query ($park: ID!, $shared: ID!) { park(id: $park) { id } portfolio(id: $shared) { id } }';
    const ids = { park: parks.suedfeld.id, shared: portfolios.west.id };
    const there = { park: { id: ids.park }, portfolio: { id: ids.shared } };
    for (const role of ['MODERATOR', 'MEMBER'] as const)
      expect(await (await as(ofAcme[role])).get(both, ids)).toEqual(there);
    expect(await (await as(ofAcme.EXTERNAL)).get(both, ids)).toEqual({ ...there, portfolio: null });
  });
});

describe('P13', () => {
  const SOUTH = `query ($id: ID!, $member: ID!) { portfolio(id: $id) { effectiveRole grants { nodes { id resource { id } } } }
    node(id: $member) { ... on Member { access(resourceId: $id) { jobRole } } } }`;
  const variablesOf = ({ portfolios, probe }: World) => ({
    id: portfolios.south.id,
    member: probe.member?.id,
  });

  it('an ADMIN who is blocked sees the grants that block, to be able to mend them', async () => {
    const { as, people, portfolios, grants } = world;
    const { portfolio, node } = await (await as(people.blocked)).get<
      { portfolio: { grants: { nodes: { id: string }[] } }; node: object },
      object
    >(SOUTH, variablesOf(world));
    expect(portfolio).toMatchObject({ effectiveRole: 'NONE' });
    expect(portfolio.grants.nodes).toHaveLength(3);
    expect(portfolio.grants.nodes).toContainEqual({
      id: grants.ofBarred,
      resource: { id: portfolios.south.id },
    });
    expect(node).toEqual({ access: { jobRole: 'VIEWER' } });
  });

  it('for a MODERATOR who is blocked the resource is not there', async () => {
    const { as, barred, grants } = world;
    const client = await as(barred);
    expect(await client.get(SOUTH, variablesOf(world))).toEqual({ portfolio: null, node: { access: null } });
    // The grants of a member are there, the resource they are on is not.
    const query = 'query ($id: ID!) { node(id: $id) { ... on Grant { role resource { id } } } }';
    expect(await client.get(query, { id: grants.lapsed })).toEqual({
      node: { role: 'OPERATOR', resource: null },
    });
  });
});
