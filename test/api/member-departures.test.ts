import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLES } from '../../src/authz/roles.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { readRows } from '../kit/races.ts';
import { inOneGo, membershipRow } from '../kit/rows.ts';
import { type Organization, type Park, type Person, type Resource, Story } from '../kit/story.ts';
import { documentOf, perform, performRecorded, refused } from '../kit/team-operations.ts';
import { storedState } from '../kit/tenant.ts';

let gateway: TestGateway;
const story = new Story();
let home: Organization;
/** Two partners that share with Home: the first a portfolio and a park of another, the second, by a cooperation now paused, one portfolio. */
let partners: readonly [Organization, Organization];
let cooperations: readonly ReturnType<Story['cooperation']>[];
let shared: readonly Resource[];
let park: Park;
let admin: GraphQLClient;
let adminId: string;
let moderator: GraphQLClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  home = story.organization('Home');
  partners = [story.organization('First partner'), story.organization('Second partner')];
  const leaders = [story.member(home, 'ADMIN'), story.member(home, 'MODERATOR')] as const;
  park = story.park(story.portfolio(home, 'Near'), 'Hill');
  cooperations = [
    story.cooperation(home, partners[0]),
    story.cooperation(partners[1], home, { paused: true }),
  ];
  const [far, other, paused] = [
    story.portfolio(partners[0], 'Far'),
    story.portfolio(partners[0], 'Other'),
    story.portfolio(partners[1], 'Paused'),
  ] as const;
  shared = [far, story.park(other, 'Dale'), paused];
  shared.forEach((resource, index) => {
    story.share(cooperations[index === 2 ? 1 : 0] as (typeof cooperations)[0], resource, 'TOM');
  });
  await story.store(gateway.database);
  admin = await gateway.signInAs(leaders[0].uuid);
  adminId = leaders[0].member?.id ?? '';
  moderator = await gateway.signInAs(leaders[1].uuid);
});
afterEach(() => gateway.onStatement(null));
afterAll(() => gateway.close());

interface Leaver {
  readonly person: Person;
  readonly id: string;
  readonly client: GraphQLClient;
  readonly other: GraphQLClient;
  readonly grantIds: readonly string[];
}

/** A member with two sessions and five grants: one live, one lapsed, and delegated ones on all three shared resources. */
async function leaver(
  name: string,
  role: (typeof ORGANIZATION_ROLES)[number] = 'EXTERNAL',
  details: { active?: boolean; expiresAt?: Date } = {},
): Promise<Leaver> {
  const person = story.member(home, role, { name, ...details });
  const uuids = [
    story.grant(person, park, 'TOM'),
    story.grant(person, park.portfolio, 'VIEWER', { expiresAt: new Date('2025-03-01') }),
    ...shared.map((resource, index) =>
      story.grant(person, resource, 'VIEWER', {
        cooperation: cooperations[index === 2 ? 1 : 0] as (typeof cooperations)[0],
      }),
    ),
  ];
  await story.store(gateway.database);
  const [client, other] = [await gateway.signInAs(person.uuid), await gateway.signInAs(person.uuid)];
  const grantIds = uuids.map((uuid) => globalId('grant', uuid));
  return { person, id: person.member?.id ?? '', client, other, grantIds };
}

/** How many rows are tied to a person. */
const tied = async ({ person }: Leaver) => {
  const [row] = await readRows<Record<string, number>>(
    gateway.database,
    sql`select (select count(*)::int from users where id = ${person.uuid}) as accounts,
      (select count(*)::int from memberships where user_id = ${person.uuid}) as memberships,
      (select count(*)::int from grants where membership_id = ${person.member?.uuid}) as grants,
      (select count(*)::int from sessions where user_id = ${person.uuid}) as sessions`,
  );
  return row;
};
const WHOLE = { accounts: 1, memberships: 1, grants: 5, sessions: 2 };

/** What the partners' trails must hold: one event of each owner, whether or not the cooperation is live. */
const onPartners = () =>
  partners.map(({ uuid }, index) => ({
    ...{ organizationId: uuid, action: 'member.grants_ended', cooperationId: cooperations[index]?.uuid },
  }));
type Records = Awaited<ReturnType<typeof performRecorded>>['records'];
const byOrganization = (records: Records) => {
  const own = records.filter(({ organizationId }) => organizationId === home.uuid);
  const rank = (id: string | null) => partners.findIndex(({ uuid }) => uuid === id);
  const others = records
    .filter((record) => !own.includes(record))
    .toSorted((a, b) => rank(a.organizationId) - rank(b.organizationId));
  return { own, others };
};

describe('removeMember (M6)', () => {
  it('ends the membership with its grants, delegated grants and sessions, and records it everywhere', async () => {
    const one = await leaver('Removed');
    expect(await tied(one)).toEqual(WHOLE);
    const { payload, records } = await performRecorded(gateway, moderator, 'removeMember', {
      memberId: one.id,
    });
    expect(payload).toEqual({ removedMemberId: one.id });
    expect(await tied(one)).toEqual({ accounts: 1, memberships: 0, grants: 0, sessions: 0 });
    for (const client of [one.client, one.other]) {
      expect(await client.refusal('{ node(id: "x") { id } }')).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    const { own, others } = byOrganization(records);
    expect(own).toMatchObject([
      {
        ...{ action: 'member.removed', subjectId: one.id, cooperationId: null, actorName: 'Home MODERATOR' },
        details: {
          ...{ userId: one.person.id, name: 'Removed', role: 'EXTERNAL', label: 'A supplier' },
          ...{ grantsEnded: 5, sessionsEnded: 2 },
        },
      },
    ]);
    expect(others).toMatchObject(onPartners());
    // The same again, and by an id that never was: the same answer.
    for (const memberId of [one.id, globalId('member', crypto.randomUUID())]) {
      expect(await refused(gateway, admin, 'removeMember', { memberId })).toEqual({
        message: 'Not found.',
        code: 'NOT_FOUND',
      });
    }
  });

  it('is one with its record: where that can’t be written, nothing ends (A1)', async () => {
    const one = await leaver('Kept');
    const before = await storedState(gateway.database);
    gateway.onStatement((statement) => {
      if (statement.includes('audit_events')) throw new Error('the trail is full');
    });
    const { errors } = await admin.send(documentOf('removeMember'), { input: { memberId: one.id } });
    gateway.onStatement(null);
    expect(errors[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(await storedState(gateway.database)).toEqual(before);
    await perform(admin, 'removeMember', { memberId: one.id });
    expect(await tied(one)).toMatchObject({ memberships: 0, grants: 0 });
  });

  it('of oneself is leaving, for those who may remove: the sessions stay', async () => {
    for (const role of ['ADMIN', 'MODERATOR'] as const) {
      const one = await leaver(`Removes themselves, ${role}`, role);
      const { payload, records } = await performRecorded(gateway, one.client, 'removeMember', {
        memberId: one.id,
      });
      expect(payload).toEqual({ removedMemberId: one.id });
      expect(await tied(one)).toMatchObject({ memberships: 0, grants: 0, sessions: 2 });
      const { own, others } = byOrganization(records);
      expect(own.map(({ action }) => action)).toEqual(['member.left']);
      expect(others).toMatchObject(onPartners());
    }
  });

  it('needs MEMBER_REMOVE (section 6), M2, and another ADMIN who lasts (M3)', async () => {
    const target = await leaver('Stays');
    const reader = await gateway.signInAs((await leaver('May not', 'ASSET_MANAGER_TECHNICAL')).person.uuid);
    expect(await refused(gateway, reader, 'removeMember', { memberId: target.id })).toMatchObject({
      ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'section 6', required: 'MEMBER_REMOVE' },
      ...{ actual: 'ASSET_MANAGER_TECHNICAL', allowedRoles: ['ADMIN', 'MODERATOR'] },
    });
    const chief = await leaver('Second ADMIN', 'ADMIN');
    expect(await refused(gateway, moderator, 'removeMember', { memberId: chief.id })).toMatchObject({
      ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'M2', required: 'ADMIN' },
      ...{ actual: 'MODERATOR', allowedRoles: ['ADMIN'] },
    });
    // With two of them either may go, and then the other may not.
    await perform(admin, 'removeMember', { memberId: chief.id });
    expect(await refused(gateway, admin, 'removeMember', { memberId: adminId })).toMatchObject({
      ...{ code: 'LAST_ADMIN', layer: 'ORGANIZATION', rule: 'M3' },
    });
  });
});

describe('leaveOrganization (M6)', () => {
  it.each([
    ...ORGANIZATION_ROLES.map((role) => [`a live ${role}`, role, {}] as const),
    ['a paused MEMBER', 'MEMBER', { active: false }],
    ['an expired EXTERNAL', 'EXTERNAL', { expiresAt: new Date('2025-04-01') }],
  ] as const)('%s may; the grants end with it, the sessions stay', async (name, role, details) => {
    const one = await leaver(`Left: ${name}`, role, details);
    const { payload, records } = await performRecorded(gateway, one.client, 'leaveOrganization');
    expect(payload).toEqual({ leftOrganizationId: home.id });
    expect(await tied(one)).toEqual({ ...WHOLE, memberships: 0, grants: 0 });
    const { own, others } = byOrganization(records);
    expect(own).toMatchObject([
      { action: 'member.left', subjectId: one.id, actorUserId: one.person.uuid, cooperationId: null },
    ]);
    const label = role === 'EXTERNAL' ? 'A supplier' : null;
    expect(own[0]?.details).toEqual({
      ...{ userId: one.person.id, name: one.person.name, role, label, grantsEnded: 5, tokensEnded: 0 },
      // Which roles ended, and where.
      grants: Array(5).fill(
        expect.objectContaining({
          resourceId: expect.stringMatching(/^(park|portfolio)_/),
          role: expect.any(String),
        }),
      ),
    });
    expect(others).toMatchObject(onPartners());
    const viewer = '{ viewer { user { name } membership { id } organization { id } parks { totalCount } } }';
    expect(await one.other.get(viewer)).toEqual({
      viewer: {
        ...{ user: { name: one.person.name }, membership: null, organization: null },
        parks: { totalCount: 0 },
      },
    });
    expect(await refused(gateway, one.client, 'leaveOrganization')).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps an ADMIN who lasts (M3): paused, expiring, suspended and demo ones are none', async () => {
    const alone = story.organization('Alone');
    const last = story.member(alone, 'ADMIN', { name: 'Last' });
    story.member(alone, 'ADMIN', { name: 'Pausing', active: false });
    story.member(alone, 'ADMIN', { name: 'Ending', expiresAt: new Date('2100-01-01') });
    story.member(alone, 'ADMIN', { name: 'Suspended', suspendedAt: new Date('2025-01-01') });
    const demo = story.member(alone, 'ADMIN', { name: 'Demo', systemRole: 'DEMO' });
    const deputy = story.member(alone, 'MODERATOR', { name: 'Deputy' });
    await story.store(gateway.database);
    const client = await gateway.signInAs(last.uuid);
    expect(await refused(gateway, client, 'leaveOrganization')).toMatchObject({
      ...{ code: 'LAST_ADMIN', layer: 'ORGANIZATION', rule: 'M3' },
    });
    expect(await refused(gateway, await gateway.signInAs(demo.uuid), 'leaveOrganization')).toMatchObject({
      code: 'FORBIDDEN',
      layer: 'SYSTEM',
      rule: 'D1',
    });
    await perform(client, 'updateMember', { memberId: deputy.member?.id, role: 'ADMIN' });
    expect(await perform(client, 'leaveOrganization')).toEqual({ leftOrganizationId: alone.id });
  });
});

it('whoever joins again is somebody new: the old ids of member and grants stay gone', async () => {
  const one = await leaver('Comes back');
  const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  const ids = [one.id, ...one.grantIds];
  const all = { nodes: ids.map((id) => ({ id })) };
  expect(await admin.get(NODES, { ids })).toEqual(all);
  await perform(admin, 'removeMember', { memberId: one.id });
  const again = membershipRow({ userId: one.person.uuid, organizationId: home.uuid, role: 'MEMBER' });
  await inOneGo(gateway.database, (tx) => tx.insert(memberships).values(again));

  expect(await admin.get(NODES, { ids })).toEqual({ nodes: ids.map(() => null) });
  for (const grantId of one.grantIds) {
    expect(await refused(gateway, admin, 'revokeGrant', { grantId })).toMatchObject({ code: 'NOT_FOUND' });
  }
  const grant = { resourceId: park.id, role: 'COM' };
  for (const refusal of [
    await refused(gateway, admin, 'updateMember', { memberId: one.id, label: 'Old' }),
    await refused(gateway, admin, 'removeMember', { memberId: one.id }),
    await refused(gateway, admin, 'grantRole', { memberId: one.id, ...grant }),
  ])
    expect(refusal).toMatchObject({ code: 'NOT_FOUND' });
  const memberId = globalId('member', again.id);
  const GRANTS = 'query ($id: ID!) { node(id: $id) { ... on Member { user { id } grants { totalCount } } } }';
  expect(await admin.get(GRANTS, { id: memberId })).toEqual({
    node: { user: { id: one.person.id }, grants: { totalCount: 0 } },
  });
  const { grant: given } = await perform(admin, 'grantRole', { memberId, ...grant });
  expect(one.grantIds).not.toContain(given.id);
  // The old sessions are gone for good; a new one is the new member's.
  expect(await one.client.refusal('{ node(id: "x") { id } }')).toMatchObject({ code: 'UNAUTHENTICATED' });
  const back = await gateway.signInAs(one.person.uuid);
  expect(await back.get('{ viewer { membership { id } } }')).toEqual({
    viewer: { membership: { id: memberId } },
  });
  await inOneGo(gateway.database, (tx) => tx.delete(memberships).where(eq(memberships.id, again.id)));
});
