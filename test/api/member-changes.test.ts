import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { readRows } from '../kit/races.ts';
import { type Organization, type Park, type Person, type Resource, Story } from '../kit/story.ts';
import { changesNothing, perform, performRecorded, refused } from '../kit/team-operations.ts';

/** No job runs in these tests, and no time passes but what is said. */
const NOW = '2030-06-01T12:00:00.000Z';
const LATER = '2030-06-01T18:00:00.000Z';
const justBefore = (instant: string) => new Date(Date.parse(instant) - 1);

let gateway: TestGateway;
const story = new Story();
let home: Organization;
let partner: Organization;
let admin: GraphQLClient;
let moderator: GraphQLClient;
let north: Resource;
let far: Resource;
let near: readonly Park[];
let distant: readonly Park[];
let cooperation: ReturnType<Story['cooperation']>;

beforeAll(async () => {
  gateway = await startTestGateway();
  gateway.setClock(NOW);
  home = story.organization('Home');
  partner = story.organization('Partner');
  const [first, second] = [story.member(home, 'ADMIN'), story.member(home, 'MODERATOR')];
  north = story.portfolio(home, 'North');
  far = story.portfolio(partner, 'Far');
  near = ['A', 'B', 'C', 'D'].map((name) => story.park(north, name));
  distant = ['E', 'F'].map((name) => story.park(far, name));
  cooperation = story.cooperation(partner, home);
  story.share(cooperation, far, 'TOM');
  await story.store(gateway.database);
  admin = await gateway.signInAs(first.uuid);
  moderator = await gateway.signInAs(second.uuid);
});
beforeEach(() => gateway.setClock(NOW));
afterAll(() => gateway.close());

/** A member of Home with a grant of every kind: raising, lowering, blocking, delegated twice, lapsed and lapsing. */
async function withGrants(name: string): Promise<{ person: Person; id: string; client: GraphQLClient }> {
  const person = story.member(home, 'MEMBER', { name });
  story.grant(person, near[0] as Park, 'OPERATOR');
  story.grant(person, near[1] as Park, 'NONE');
  story.grant(person, near[2] as Park, 'COM', { expiresAt: new Date(LATER) });
  story.grant(person, near[3] as Park, 'OPERATOR', { expiresAt: new Date('2030-05-01') });
  story.grant(person, far, 'VIEWER', { cooperation });
  story.grant(person, distant[0] as Park, 'TOM', { cooperation });
  await story.store(gateway.database);
  return { person, id: person.member?.id ?? '', client: await gateway.signInAs(person.uuid) };
}
type Member = Awaited<ReturnType<typeof withGrants>>;

const rowsOf = ({ person }: Member) =>
  readRows(
    gateway.database,
    sql`select to_jsonb(m) as membership, (select jsonb_agg(to_jsonb(g) order by g.id) from grants g
      where g.membership_id = m.id) as grants from memberships m where m.user_id = ${person.uuid}`,
  );

const REACH = `{ viewer { organization { name } membership { status }
  portfolios { totalCount nodes { name effectiveRole } }
  parks { totalCount nodes { name effectiveRole viewerAccess { changesAt actions trace { rule reason jobRole } } } } } }`;
interface Reach {
  readonly viewer: {
    readonly membership: { readonly status: string };
    readonly parks: { totalCount: number; nodes: { name: string; effectiveRole: string }[] };
  };
}
const reachOf = ({ client }: Member) => client.get<Reach, object>(REACH);
const roles = ({ viewer }: Reach) => viewer.parks.nodes.map((park) => `${park.name} ${park.effectiveRole}`);
const GRANTS =
  'query ($id: ID!) { node(id: $id) { ... on Member { status grants { nodes { id role effectiveRole live } } } } }';
interface Granted {
  readonly node: {
    readonly status: string;
    readonly grants: { nodes: { id: string; role: string; effectiveRole: string; live: boolean }[] };
  };
}
const grantsOf = async ({ id }: Member) => (await admin.get<Granted, object>(GRANTS, { id })).node;

const ALL = ['A OPERATOR', 'C COM', 'D VIEWER', 'E TOM', 'F VIEWER'];

describe('one change of several fields', () => {
  const member = async (name: string) => (await withGrants(name)).id;
  const base = { role: 'MEMBER', label: null, status: 'ACTIVE', expiresAt: null };
  const CHANGED = { role: 'EXTERNAL', label: 'Repairs Ltd', active: false, expiresAt: LATER };

  it('is made at once and recorded as one, with what was and what is', async () => {
    const memberId = await member('All at once');
    const { payload, records } = await performRecorded(gateway, admin, 'updateMember', {
      ...{ memberId, ...CHANGED },
    });
    expect(payload.member).toEqual({
      ...{ id: memberId, role: 'EXTERNAL', label: 'Repairs Ltd', status: 'PAUSED', expiresAt: LATER },
    });
    expect(records).toMatchObject([
      {
        ...{ organizationId: home.uuid, action: 'member.role_changed', subjectId: memberId },
        ...{ cooperationId: null, actorName: 'Home ADMIN' },
      },
    ]);
    expect(records[0]?.details).toEqual({
      before: { role: 'MEMBER', label: null, active: true, expiresAt: null },
      after: CHANGED,
    });
    await changesNothing(gateway, admin, 'updateMember', { memberId, ...CHANGED });
    await changesNothing(gateway, admin, 'updateMember', { memberId });
  });

  it.each([
    ['member.role_changed', { role: 'ASSET_MANAGER_TECHNICAL' }, { role: 'MEMBER' }],
    ['member.paused', { active: false }, { active: true }],
    ['member.expiry_changed', { expiresAt: LATER }, { expiresAt: null }],
    ['member.label_changed', { label: 'Nights' }, { label: null }],
    ['member.role_changed', { label: 'x', role: 'MODERATOR' }, { label: null, role: 'MEMBER' }],
    [
      'member.paused',
      { label: 'x', expiresAt: LATER, active: false },
      { label: null, expiresAt: null, active: true },
    ],
    ['member.expiry_changed', { label: 'x', expiresAt: LATER }, { label: null, expiresAt: null }],
  ])('%s: what is left out stays; the record tells of %o alone', async (action, after, before) => {
    const memberId = await member(`Change to ${Object.keys(after).join()} ${action}`);
    const { payload, records } = await performRecorded(gateway, moderator, 'updateMember', {
      ...{ memberId, ...after },
    });
    const { active = true, ...rest } = after as { active?: boolean };
    const status = active ? 'ACTIVE' : 'PAUSED';
    expect(payload.member).toEqual({ id: memberId, ...base, ...rest, status });
    expect(records.map((record) => [record.action, record.details])).toEqual([[action, { before, after }]]);
    await changesNothing(gateway, moderator, 'updateMember', { memberId, ...after });
    // And back: a resumption has a name of its own.
    const back = await performRecorded(gateway, moderator, 'updateMember', { memberId, ...before });
    expect(back.payload.member).toEqual({ id: memberId, ...base });
    expect(back.records.map((record) => [record.action, record.details])).toEqual([
      [action.replace('paused', 'resumed'), { before: after, after: before }],
    ]);
  });

  it('null clears label and expiry, and leaves role and pause as they are', async () => {
    const memberId = await member('Nulls');
    const set = { role: 'ASSET_MANAGER_COMMERCIAL', label: 'Days', active: false, expiresAt: LATER };
    await perform(admin, 'updateMember', { memberId, ...set });
    const nulls = { role: null, active: null, label: null, expiresAt: null };
    const { payload, records } = await performRecorded(gateway, admin, 'updateMember', {
      ...{ memberId, ...nulls },
    });
    expect(payload.member).toEqual({ id: memberId, ...base, role: set.role, status: 'PAUSED' });
    expect(records.map(({ action, details }) => [action, details])).toEqual([
      [
        'member.expiry_changed',
        {
          before: { label: 'Days', expiresAt: LATER },
          after: { label: null, expiresAt: null },
        },
      ],
    ]);
    await changesNothing(gateway, admin, 'updateMember', { memberId, ...nulls });
  });

  it('of an expired membership takes a later expiry, and the member is back with everything', async () => {
    const one = await withGrants('Prolonged');
    await perform(admin, 'updateMember', { memberId: one.id, expiresAt: LATER });
    const before = await reachOf(one);
    gateway.setClock(LATER);
    expect(roles(await reachOf(one))).toEqual([]);
    const until = '2030-06-01T23:00:00.000Z';
    const { member: back } = await perform(admin, 'updateMember', { memberId: one.id, expiresAt: until });
    expect(back).toMatchObject({ status: 'ACTIVE', expiresAt: until });
    gateway.setClock(NOW);
    expect(roles(await reachOf(one))).toEqual(roles(before));
  });
});

describe('a pause (M6)', () => {
  it('keeps and blocks every grant; resuming restores exactly what was', async () => {
    const one = await withGrants('Paused for a while');
    const [rows, reach, given] = [await rowsOf(one), await reachOf(one), await grantsOf(one)];
    expect(roles(reach)).toEqual(ALL);
    await perform(admin, 'updateMember', { memberId: one.id, active: false });

    const [{ grants: before }, { grants: meanwhile, membership }] = [...rows, ...(await rowsOf(one))] as [
      { grants: object },
      { grants: object; membership: object },
    ];
    expect(meanwhile).toEqual(before);
    expect(membership).toMatchObject({ active: false });
    expect(await reachOf(one)).toMatchObject({
      viewer: {
        membership: { status: 'PAUSED' },
        parks: { totalCount: 0, nodes: [] },
        portfolios: { totalCount: 0 },
      },
    });
    const blocked = given.grants.nodes.map((grant) => ({ ...grant, effectiveRole: 'NONE' }));
    expect(await grantsOf(one)).toEqual({ status: 'PAUSED', grants: { nodes: blocked } });
    // Who is paused sees no organization to act in.
    const own = { memberId: one.id, label: 'I' };
    expect(await refused(gateway, one.client, 'updateMember', own)).toMatchObject({ code: 'NOT_FOUND' });

    await perform(moderator, 'updateMember', { memberId: one.id, active: true });
    expect(await rowsOf(one)).toEqual(rows);
    expect(await reachOf(one)).toEqual(reach);
    expect(await grantsOf(one)).toEqual(given);
  });
});

describe('an expiry takes effect at its instant, and no sooner', () => {
  it('of a membership: to the millisecond everything, then nothing, with the same rows', async () => {
    const one = await withGrants('Expiring');
    const reach = await reachOf(one);
    await perform(admin, 'updateMember', { memberId: one.id, expiresAt: LATER });
    const rows = await rowsOf(one);
    gateway.setClock(justBefore(LATER));
    expect(roles(await reachOf(one))).toEqual(roles(reach));
    gateway.setClock(LATER);
    expect(await reachOf(one)).toMatchObject({
      viewer: { membership: { status: 'EXPIRED' }, parks: { totalCount: 0, nodes: [] } },
    });
    expect((await grantsOf(one)).status).toBe('EXPIRED');
    expect(await rowsOf(one)).toEqual(rows);
    gateway.setClock(justBefore(LATER));
    expect((await reachOf(one)).viewer.membership.status).toBe('ACTIVE');
  });

  it('of an acting MODERATOR: at that instant they may nothing', async () => {
    const person = story.member(home, 'MODERATOR', { name: 'Acting', expiresAt: new Date(LATER) });
    await story.store(gateway.database);
    const client = await gateway.signInAs(person.uuid);
    const { id } = await withGrants('Acted on');
    gateway.setClock(LATER);
    const input = { memberId: id, label: 'Late' };
    expect(await refused(gateway, client, 'updateMember', input)).toMatchObject({ code: 'NOT_FOUND' });
    gateway.setClock(justBefore(LATER));
    expect((await perform(client, 'updateMember', input)).member.label).toBe('Late');
  });

  it('of a grant, own and delegated: the next in the order applies (P8)', async () => {
    const one = await withGrants('Lapsing');
    const on = { memberId: one.id, expiresAt: LATER };
    const ids: string[] = [];
    for (const [resource, role] of [[near[0], 'OPERATOR'] as const, [distant[0], 'TOM'] as const]) {
      const input = { ...on, resourceId: resource?.id, role };
      ids.push((await perform(admin, 'grantRole', input)).grant.id);
    }
    const lapsing = async () =>
      (await grantsOf(one)).grants.nodes
        .filter(({ id }) => ids.includes(id))
        .map(({ live, effectiveRole }) => [live, effectiveRole]);
    const rows = await rowsOf(one);
    gateway.setClock(justBefore(LATER));
    expect(roles(await reachOf(one))).toEqual(ALL);
    expect(await lapsing()).toEqual([
      [true, 'OPERATOR'],
      [true, 'TOM'],
    ]);
    gateway.setClock(LATER);
    // C had a grant that lapsed at the same instant; E falls back to the grant on its portfolio.
    expect(roles(await reachOf(one))).toEqual(['A VIEWER', 'C VIEWER', 'D VIEWER', 'E VIEWER', 'F VIEWER']);
    expect(await lapsing()).toEqual([
      [false, 'NONE'],
      [false, 'NONE'],
    ]);
    expect(await rowsOf(one)).toEqual(rows);
    expect(ids[0]).toMatch(/^grant_/);
    const [{ grants }] = rows as [{ grants: { id: string }[] }];
    expect(grants.map(({ id }) => globalId('grant', id))).toEqual(expect.arrayContaining(ids));
  });
});
