import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/schema/global-id.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

type World = Awaited<ReturnType<typeof tell>>;
let world: World;
beforeAll(async () => {
  world = await tell();
});
afterAll(() => world.gateway.close());

/** When Probe's grant on Südfeld, the one on South, and their membership end. */
const PARK_ENDS = '2100-01-01T00:00:00.000Z';
const PORTFOLIO_ENDS = '2100-02-01T00:00:00.000Z';
const MEMBERSHIP_ENDS = '2100-03-01T00:00:00.000Z';
const justBefore = (instant: string) => new Date(Date.parse(instant) - 1).toISOString();

/** Probe, an ASSET_MANAGER_COMMERCIAL of Acme, has NONE on Südfeld, then TOM on South, then nothing. West is delegated to them. */
async function tell() {
  const tenants = await startWithTenants();
  const { story, gateway, organizations, people, portfolios, parks, cooperation, ofAcme, as } = tenants;
  const probe = story.member(organizations.acme, 'ASSET_MANAGER_COMMERCIAL', {
    name: 'Probe',
    expiresAt: new Date(MEMBERSHIP_ENDS),
  });
  const grants = {
    onPark: story.grant(probe, parks.suedfeld, 'NONE', { expiresAt: new Date(PARK_ENDS) }),
    onPortfolio: story.grant(probe, portfolios.south, 'TOM', { expiresAt: new Date(PORTFOLIO_ENDS) }),
    lapsed: story.grant(probe, parks.solling, 'OPERATOR', { expiresAt: new Date('2025-03-01') }),
    delegated: story.grant(probe, portfolios.west, 'VIEWER', { cooperation }),
    ofPaused: story.grant(people.paused, parks.solling, 'TOM'),
    ofDemo: story.grant(people.demo, parks.solling, 'TOM'),
  };
  await story.store(gateway.database);
  await as(probe);
  await gateway.database.transaction('command', async (tx) => {
    await tx.execute(
      sql`update grants set granted_by_id = ${ofAcme.ADMIN.uuid} where id = ${grants.delegated}`,
    );
  });
  return { ...tenants, probe, grants };
}

interface Step {
  readonly layer: string;
  readonly rule: string;
  readonly jobRole: string;
  readonly reason: string;
  readonly grant: { readonly id: string; readonly role: string } | null;
}
interface Access {
  readonly jobRole: string;
  readonly ceiling: string | null;
  readonly changesAt: string | null;
  readonly trace: readonly Step[];
}
const ACCESS = `query ($member: ID!, $resource: ID!, $at: DateTime) { node(id: $member) { ... on Member {
  access(resourceId: $resource, at: $at) { jobRole ceiling changesAt trace { layer rule jobRole reason grant { id role } } } } } }`;
async function access(viewer: Person, member: Person, resource: { id: string }, at?: string) {
  const client = await world.as(viewer);
  const { node } = await client.get<{ node: { access: Access | null } | null }, object>(ACCESS, {
    ...{ member: member.member?.id, resource: resource.id },
    ...(at !== undefined && { at }),
  });
  return node?.access ?? null;
}
const rolesAndGrants = (outcome: Access | null) => [
  outcome?.jobRole,
  outcome?.trace.at(-1)?.rule,
  outcome?.trace.at(-1)?.grant,
];

describe('Member.access', () => {
  it('is judged at any instant by what is stored now, to the millisecond', async () => {
    const { ofAcme, probe, parks, grants } = world;
    const onPark = { id: globalId('grant', grants.onPark), role: 'NONE' };
    const onPortfolio = { id: globalId('grant', grants.onPortfolio), role: 'TOM' };
    const cases: [at: string | undefined, jobRole: string, rule: string, grant: object | null][] = [
      [undefined, 'NONE', 'P2', onPark],
      ['1900-01-01T00:00:00Z', 'NONE', 'P2', onPark],
      [justBefore(PARK_ENDS), 'NONE', 'P2', onPark],
      [PARK_ENDS, 'TOM', 'P2', onPortfolio],
      ['2100-01-01T02:00:00+02:00', 'TOM', 'P2', onPortfolio],
      [justBefore(PORTFOLIO_ENDS), 'TOM', 'P2', onPortfolio],
      [PORTFOLIO_ENDS, 'COM', 'P2', null],
      [justBefore(MEMBERSHIP_ENDS), 'COM', 'P2', null],
      [MEMBERSHIP_ENDS, 'NONE', 'P1', null],
      ['9999-12-31T23:59:59.999Z', 'NONE', 'P1', null],
    ];
    for (const [at, ...expected] of cases) {
      const outcome = await access(ofAcme.ADMIN, probe, parks.suedfeld, at);
      expect([at, ...rolesAndGrants(outcome)]).toEqual([at, ...expected]);
    }
    expect((await access(ofAcme.ADMIN, probe, parks.suedfeld))?.changesAt).toBe(PARK_ENDS);
  });

  it('a lapsed grant decides now no longer, but did (P8)', async () => {
    const { ofAcme, probe, parks, grants } = world;
    expect(rolesAndGrants(await access(ofAcme.ADMIN, probe, parks.solling))).toEqual([
      'TOM',
      'P2',
      { id: globalId('grant', grants.onPortfolio), role: 'TOM' },
    ]);
    const then = await access(ofAcme.ADMIN, probe, parks.solling, '2025-02-28T23:59:59.999Z');
    expect(rolesAndGrants(then)).toEqual([
      'OPERATOR',
      'P2',
      { id: globalId('grant', grants.lapsed), role: 'OPERATOR' },
    ]);
  });

  it('names the steps as viewerAccess does, the grant in the step that it decides', async () => {
    const { ofAcme, probe, portfolios, grants, as } = world;
    const outcome = await access(ofAcme.ADMIN, probe, portfolios.west);
    expect(outcome).toMatchObject({ jobRole: 'VIEWER', ceiling: 'VIEWER' });
    expect(outcome?.trace.map(({ layer, grant }) => [layer, grant])).toEqual([
      ['SYSTEM', null],
      ['ORGANIZATION', null],
      ['JOB', { id: globalId('grant', grants.delegated), role: 'VIEWER' }],
    ]);
    const own = `query ($id: ID!) { portfolio(id: $id) { viewerAccess {
      jobRole ceiling changesAt trace { layer rule jobRole reason grant { id role } } } } }`;
    expect(await (await as(probe)).get(own, { id: portfolios.west.id })).toEqual({
      portfolio: { viewerAccess: outcome },
    });
  });

  it('of a paused member is NONE for who asks, and of a demo account at most VIEWER (P1, P9)', async () => {
    const { ofAcme, people, parks } = world;
    expect(rolesAndGrants(await access(ofAcme.ADMIN, people.paused, parks.solling))).toEqual([
      'NONE',
      'P1',
      null,
    ]);
    expect((await access(ofAcme.ADMIN, people.demo, parks.solling))?.jobRole).toBe('VIEWER');
    expect((await access(ofAcme.ADMIN, people.suspended, parks.solling))?.jobRole).toBe('NONE');
  });

  it('is for ADMIN, MODERATOR and the member themselves, on what they see', async () => {
    const { ofAcme, ofBorealis, probe, parks, portfolios } = world;
    const seeing = async (viewer: Person, member: Person, resource: { id: string }) =>
      (await access(viewer, member, resource))?.jobRole ?? null;
    const { ADMIN, MODERATOR, ASSET_MANAGER_TECHNICAL, MEMBER, EXTERNAL } = ofAcme;
    expect(await seeing(MODERATOR, probe, parks.ostwall)).toBe('COM');
    expect(await seeing(probe, probe, parks.ostwall)).toBe('COM');
    expect(await seeing(ASSET_MANAGER_TECHNICAL, probe, parks.ostwall)).toBeNull();
    expect(await seeing(MEMBER, probe, parks.ostwall)).toBeNull();
    expect(await seeing(MEMBER, MEMBER, parks.ostwall)).toBe('VIEWER');
    expect(await seeing(ADMIN, EXTERNAL, parks.ostwall)).toBe('NONE');
    // What the viewer can't see: a park they are blocked on, a partner's undelegated one, a stranger's, nobody's.
    expect(await seeing(probe, probe, parks.suedfeld)).toBeNull();
    expect(await seeing(EXTERNAL, EXTERNAL, parks.ostwall)).toBeNull();
    expect(await seeing(MODERATOR, probe, portfolios.west)).toBeNull();
    expect(await seeing(ADMIN, probe, portfolios.west)).toBe('VIEWER');
    for (const id of [
      parks.central.id,
      globalId('park', crypto.randomUUID()),
      probe.id,
      '',
      'park_',
      'x'.repeat(10_000),
    ])
      expect(await seeing(ADMIN, probe, { id })).toBeNull();
    // Across the boundary nobody asks.
    expect(await seeing(ofBorealis.ADMIN, probe, portfolios.west)).toBeNull();
    expect(await seeing(ofBorealis.ADMIN, ofBorealis.MEMBER, portfolios.north)).toBe('VIEWER');
  });

  it('with an instant that is none is refused', async () => {
    const { as, ofAcme, probe, parks } = world;
    for (const at of ['infinity', '2030-01-01T00:00:00', '10000-01-01T00:00:00Z']) {
      const variables = { member: probe.member?.id, resource: parks.solling.id, at };
      expect(await (await as(ofAcme.ADMIN)).refusal(ACCESS, variables)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'at',
      });
    }
  });
});

describe('oneself', () => {
  const ALL = `{ viewer { membership { role label status expiresAt joinedAt user { email language systemRole suspended createdAt }
    grants { totalCount nodes { role effectiveRole live resource { id } } } } } }`;

  it.each(['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'MEMBER', 'EXTERNAL'] as const)(
    'an %s sees all of themselves',
    async (role) => {
      const data = await (await world.as(world.ofAcme[role])).get<object, object>(ALL);
      expect(data).toMatchObject({
        viewer: {
          membership: {
            ...{ role, label: role === 'EXTERNAL' ? 'A supplier' : null, status: 'ACTIVE' },
            joinedAt: expect.any(String),
            user: { language: 'EN', systemRole: 'USER', suspended: false, createdAt: expect.any(String) },
            grants: { totalCount: 0, nodes: [] },
          },
        },
      });
    },
  );

  it('a paused member sees that they are, and grants without their resources', async () => {
    const data = await (await world.as(world.people.paused)).get<object, object>(ALL);
    expect(data).toMatchObject({
      viewer: {
        membership: {
          status: 'PAUSED',
          grants: {
            totalCount: 1,
            nodes: [{ role: 'TOM', effectiveRole: 'NONE', live: true, resource: null }],
          },
        },
      },
    });
  });
});

describe('across the boundary (V3)', () => {
  const GRANTS = `query ($id: ID!) { portfolio(id: $id) { grants { totalCount nodes { role effectiveRole live expiresAt createdAt
    grantedBy { id name email language createdAt }
    member { id user { id name email language systemRole suspended createdAt }
      organization { id name identifier contactEmail taxId createdAt viewerRole viewerActions members { totalCount } }
      role label status expiresAt joinedAt grants { totalCount } access(resourceId: $id) { jobRole } } } } } }`;
  const hidden = (user: Person) => ({
    ...{ id: user.id, name: user.name, email: null, language: null, createdAt: null },
  });

  it('the owner sees which role a partner’s member has, and of them the name alone', async () => {
    const { as, ofBorealis, ofAcme, organizations, portfolios, probe } = world;
    const across = {
      ...{ identifier: null, contactEmail: null, taxId: null, createdAt: null },
      ...{ viewerRole: null, viewerActions: [], members: null },
    };
    for (const role of ['ADMIN', 'MODERATOR'] as const) {
      expect(await (await as(ofBorealis[role])).get(GRANTS, { id: portfolios.west.id })).toEqual({
        portfolio: {
          grants: {
            totalCount: 1,
            nodes: [
              {
                ...{ role: 'VIEWER', effectiveRole: 'VIEWER', live: true, expiresAt: null },
                createdAt: expect.any(String),
                grantedBy: hidden(ofAcme.ADMIN),
                member: {
                  id: probe.member?.id,
                  user: { ...hidden(probe), systemRole: null, suspended: null },
                  organization: { id: organizations.acme.id, name: 'Acme Energy', ...across },
                  ...{ role: null, label: null, status: null, expiresAt: null, joinedAt: null },
                  ...{ grants: null, access: null },
                },
              },
            ],
          },
        },
      });
    }
  });

  it('the receiving ADMIN sees the grants of their own members, with all of them', async () => {
    const { as, ofAcme, portfolios, probe } = world;
    expect(await (await as(ofAcme.ADMIN)).get(GRANTS, { id: portfolios.west.id })).toMatchObject({
      portfolio: {
        grants: {
          totalCount: 1,
          nodes: [
            {
              grantedBy: { email: ofAcme.ADMIN.email },
              member: {
                user: { email: probe.email, language: null },
                organization: { taxId: 'DE123456789', viewerRole: 'ADMIN' },
                ...{ role: 'ASSET_MANAGER_COMMERCIAL', status: 'ACTIVE', expiresAt: MEMBERSHIP_ENDS },
                grants: { totalCount: 4 },
                access: { jobRole: 'VIEWER' },
              },
            },
          ],
        },
      },
    });
  });

  it('and not those of the owner’s members on the same resource', async () => {
    const { as, ofAcme, ofBorealis, portfolios, story, gateway } = world;
    const mine = globalId('grant', story.grant(ofAcme.EXTERNAL, portfolios.north, 'VIEWER'));
    await story.store(gateway.database);
    const query = 'query ($id: ID!) { portfolio(id: $id) { grants { totalCount nodes { id } } } }';
    type Grants = { portfolio: { grants: { totalCount: number; nodes: { id: string }[] } } };
    const seen = async (person: Person) =>
      (await (await as(person)).get<Grants, object>(query, { id: portfolios.north.id })).portfolio.grants;
    const ofOwner = await seen(ofAcme.ADMIN);
    expect([ofOwner.totalCount, ofOwner.nodes.map(({ id }) => id).includes(mine)]).toEqual([2, true]);
    const ofPartner = await seen(ofBorealis.ADMIN);
    expect([ofPartner.totalCount, ofPartner.nodes.map(({ id }) => id).includes(mine)]).toEqual([1, false]);
  });
});
