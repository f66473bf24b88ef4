import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JOB_ROLES, type JobRole, ORGANIZATION_ROLES, type OrganizationRole } from '../../src/authz/roles.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Cooperation, type Organization, type Person, type Resource, Story } from '../kit/story.ts';
import { changesNothing, documentOf, perform, performRecorded, refused } from '../kit/team-operations.ts';

const NOW = '2030-06-01T12:00:00.000Z';
const LATER = '2030-06-01T18:00:00.000Z';
const ENDED = new Date('2030-05-01');

let gateway: TestGateway;
const story = new Story();
let owner: Organization;
let receiver: Organization;
let cooperation: Cooperation;
const people = {} as Record<'owner' | 'receiver', Record<OrganizationRole, Person>>;
let others: Record<'stranger' | 'administrator' | 'loner' | 'demo' | 'paused', Person>;
let admin: GraphQLClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  gateway.setClock(NOW);
  [owner, receiver] = [story.organization('Owner'), story.organization('Receiver')];
  const everybody = (organization: Organization) =>
    Object.fromEntries(ORGANIZATION_ROLES.map((role) => [role, story.member(organization, role)])) as Record<
      OrganizationRole,
      Person
    >;
  Object.assign(people, { owner: everybody(owner), receiver: everybody(receiver) });
  others = {
    stranger: story.member(story.organization('Stranger'), 'ADMIN'),
    administrator: story.person('Administrator', { systemRole: 'ADMINISTRATOR' }),
    loner: story.person('Loner'),
    demo: story.member(receiver, 'ADMIN', { name: 'Demo', systemRole: 'DEMO' }),
    paused: story.member(receiver, 'ADMIN', { name: 'Paused', active: false }),
  };
  cooperation = story.cooperation(owner, receiver);
  await story.store(gateway.database);
  admin = await as(people.receiver.ADMIN);
});
beforeEach(() => gateway.setClock(NOW));
afterAll(() => gateway.close());

const as = (person: Person) => gateway.signInAs(person.uuid);
const stored = () => story.store(gateway.database);
const on = (person: Person, resource: Resource) => ({
  memberId: person.member?.id,
  resourceId: resource.id,
});
let made = 0;
const portfolio = () => story.portfolio(owner, `Portfolio ${made++}`);
const park = (group: Resource = portfolio()) => story.park(group, `Park ${made++}`);
/** A park of the owner's that is shared itself. */
function sharedPark(role: JobRole, details: { expiresAt?: Date } = {}) {
  const plant = park();
  story.share(cooperation, plant, role, details);
  return plant;
}
const NOT_FOUND = { code: 'NOT_FOUND' };
const CAP = { code: 'SHARE_CAP_EXCEEDED', layer: 'ORGANIZATION', rule: 'G2' };

describe('what can be delegated (G2, P6)', () => {
  const CEILINGS = ['VIEWER', 'TOM', 'COM'] as const;
  const KINDS = ['on a park', 'on a portfolio', 'on a park by its portfolio'] as const;
  it.each(CEILINGS.flatMap((ceiling) => KINDS.map((kind) => [ceiling, kind] as const)))(
    'under %s %s: VIEWER or exactly that',
    async (ceiling, kind) => {
      const group = portfolio();
      const plant = park(group);
      story.share(cooperation, kind === 'on a park' ? plant : group, ceiling);
      await stored();
      const resource = kind === 'on a portfolio' ? group : plant;
      for (const role of JOB_ROLES) {
        const input = { ...on(people.receiver.MEMBER, resource), role };
        if (role !== 'VIEWER' && role !== ceiling) {
          expect(await refused(gateway, admin, 'grantRole', input)).toMatchObject(CAP);
          continue;
        }
        const { grant } = await perform(admin, 'grantRole', input);
        expect(grant).toMatchObject({ role, effectiveRole: role, live: true, resource: { id: resource.id } });
      }
    },
  );

  it('the park’s share is the ceiling before its portfolio’s, while it is live (P3)', async () => {
    const group = portfolio();
    const [higher, peer, none, lapsed] = [park(group), park(group), park(group), park(group)];
    story.share(cooperation, group, 'COM');
    story.share(cooperation, higher, 'VIEWER');
    story.share(cooperation, peer, 'TOM');
    story.share(cooperation, none, 'NONE');
    story.share(cooperation, lapsed, 'TOM', { expiresAt: ENDED });
    await stored();
    const input = (resource: Resource, role: JobRole) => ({
      ...on(people.receiver.EXTERNAL, resource),
      role,
    });
    expect(await refused(gateway, admin, 'grantRole', input(higher, 'COM'))).toMatchObject(CAP);
    expect(await refused(gateway, admin, 'grantRole', input(peer, 'COM'))).toMatchObject(CAP);
    expect(await refused(gateway, admin, 'grantRole', input(none, 'VIEWER'))).toMatchObject(NOT_FOUND);
    expect(await refused(gateway, admin, 'grantRole', input(lapsed, 'TOM'))).toMatchObject(CAP);
    for (const [resource, role] of [[peer, 'TOM'] as const, [lapsed, 'COM'] as const]) {
      expect((await perform(admin, 'grantRole', input(resource, role))).grant.effectiveRole).toBe(role);
    }
  });

  it('is told to both trails, with the cooperation, whenever it is given, changed or revoked (A2)', async () => {
    const plant = sharedPark('TOM');
    await stored();
    const where = on(people.receiver.MEMBER, plant);
    const steps = [
      ['grantRole', { ...where, role: 'TOM' }, 'grant.given', { ...where, role: 'TOM', expiresAt: null }],
      [
        'grantRole',
        { ...where, role: 'VIEWER', expiresAt: LATER },
        'grant.changed',
        {
          ...where,
          before: { role: 'TOM', expiresAt: null },
          after: { role: 'VIEWER', expiresAt: LATER },
        },
      ],
    ] as const;
    const recorded = (records: Awaited<ReturnType<typeof performRecorded>>['records']) =>
      records
        .map(({ organizationId, action, cooperationId, details, subjectId }) => ({
          ...{ organizationId, action, cooperationId, details, subjectId },
        }))
        .toSorted((a) => (a.organizationId === owner.uuid ? -1 : 1));
    const both = (action: string, details: object, subjectId: string) =>
      [owner.uuid, receiver.uuid].map((organizationId) => ({
        ...{ organizationId, action, cooperationId: cooperation.uuid, details, subjectId },
      }));
    let grantId = '';
    for (const [name, input, action, details] of steps) {
      const { payload, records } = await performRecorded(gateway, admin, name, input);
      grantId = payload.grant.id;
      expect(recorded(records)).toEqual(both(action, details, grantId));
      await changesNothing(gateway, admin, name, input);
    }
    const { records } = await performRecorded(gateway, admin, 'revokeGrant', { grantId });
    const last = { ...where, role: 'VIEWER', expiresAt: LATER };
    expect(recorded(records)).toEqual(both('grant.revoked', last, grantId));
    expect(await refused(gateway, admin, 'revokeGrant', { grantId })).toMatchObject(NOT_FOUND);
  });
});

describe('who delegates (section 6, G2)', () => {
  it.each(ORGANIZATION_ROLES.filter((role) => role !== 'ADMIN'))(
    'not a %s of the receiving organization, whether they see the resource or not',
    async (role) => {
      const [seen, unseen] = [sharedPark('TOM'), sharedPark('TOM')];
      const actor = people.receiver[role];
      story.grant(actor, seen, 'TOM', { cooperation });
      await stored();
      const client = await as(actor);
      const to = (resource: Resource) => ({ ...on(people.receiver.ADMIN, resource), role: 'VIEWER' });
      expect(await refused(gateway, client, 'grantRole', to(seen))).toMatchObject({
        ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'section 6', required: 'ADMIN' },
        ...{ actual: role, allowedRoles: ['ADMIN'] },
      });
      expect(await refused(gateway, client, 'grantRole', to(unseen))).toMatchObject(NOT_FOUND);
      for (const resource of [seen, unseen]) await perform(admin, 'grantRole', to(resource));
    },
  );

  it('nobody else: not the owner to the partner’s members, not the partner to the owner’s, no stranger', async () => {
    const plant = sharedPark('TOM');
    await stored();
    const theirs = { ...on(people.receiver.MEMBER, plant), role: 'VIEWER' };
    const ours = { ...on(people.owner.MEMBER, plant), role: 'VIEWER' };
    for (const person of [
      ...[people.owner.ADMIN, people.owner.MODERATOR],
      ...[others.stranger, others.administrator, others.loner, others.paused],
    ])
      expect(await refused(gateway, await as(person), 'grantRole', theirs)).toMatchObject(NOT_FOUND);
    expect(await refused(gateway, await as(people.owner.MEMBER), 'grantRole', theirs)).toMatchObject({
      ...{ code: 'FORBIDDEN', rule: 'section 6', required: 'GRANT_MANAGE', actual: 'MEMBER' },
    });
    expect(await refused(gateway, await as(others.demo), 'grantRole', theirs)).toMatchObject({
      ...{ code: 'FORBIDDEN', layer: 'SYSTEM', rule: 'D1' },
    });
    const signedOut = await gateway.client().refusal(documentOf('grantRole'), { input: theirs });
    expect(signedOut).toMatchObject({ code: 'UNAUTHENTICATED' });
    for (const memberId of [ours.memberId, others.stranger.member?.id])
      expect(await refused(gateway, admin, 'grantRole', { ...ours, memberId })).toMatchObject(NOT_FOUND);
    await perform(admin, 'grantRole', theirs);
    await perform(await as(people.owner.ADMIN), 'grantRole', ours);
  });

  it('an ADMIN to everyone of their own, themselves too: it lowers the ceiling they have (P4)', async () => {
    const plant = sharedPark('TOM');
    await stored();
    for (const person of Object.values(people.receiver)) {
      const { grant } = await perform(admin, 'grantRole', { ...on(person, plant), role: 'VIEWER' });
      expect(grant).toMatchObject({ effectiveRole: 'VIEWER', grantedBy: { id: people.receiver.ADMIN.id } });
    }
    const mine = { ...on(people.receiver.ADMIN, plant), role: 'TOM' };
    expect((await perform(admin, 'grantRole', mine)).grant.effectiveRole).toBe('TOM');
  });
});

describe('while share or cooperation is not live', () => {
  const BONDS: Record<string, (partner: Organization) => Cooperation> = {
    'the share is expired': (partner) => story.cooperation(owner, partner),
    'the cooperation is paused': (partner) => story.cooperation(owner, partner, { paused: true }),
    'the cooperation is expired': (partner) => story.cooperation(partner, owner, { expiresAt: ENDED }),
    'the cooperation is pending': (partner) => story.cooperation(owner, partner, { acceptedAt: null }),
  };
  it.each(Object.entries(BONDS))('%s: nothing is delegated, what was can be revoked', async (what, bind) => {
    const partner = story.organization(`Where ${what}`);
    const [chief, member] = [story.member(partner, 'ADMIN'), story.member(partner, 'MEMBER')];
    const [plant, other] = [park(), park()];
    const bond = bind(partner);
    for (const each of [plant, other])
      story.share(bond, each, 'TOM', what.includes('share') ? { expiresAt: ENDED } : {});
    const id = globalId('grant', story.grant(member, plant, 'TOM', { cooperation: bond }));
    await stored();
    const client = await as(chief);
    for (const resource of [plant, other]) {
      const input = { ...on(member, resource), role: 'VIEWER' };
      expect(await refused(gateway, client, 'grantRole', input)).toMatchObject(NOT_FOUND);
    }
    const seen =
      'query ($id: ID!) { node(id: $id) { ... on Grant { role effectiveRole live resource { id } } } }';
    expect(await client.get(seen, { id })).toEqual({
      node: { role: 'TOM', effectiveRole: 'NONE', live: true, resource: null },
    });
    const { records } = await performRecorded(gateway, client, 'revokeGrant', { grantId: id });
    expect(records.map(({ organizationId }) => organizationId).toSorted()).toEqual(
      [owner.uuid, partner.uuid].toSorted(),
    );
    for (const record of records)
      expect(record).toMatchObject({ action: 'grant.revoked', cooperationId: bond.uuid });
  });

  it('a share ends at its instant: until then it can be delegated, and then no longer', async () => {
    const plant = sharedPark('TOM', { expiresAt: new Date(LATER) });
    await stored();
    const input = { ...on(people.receiver.MEMBER, plant), role: 'TOM' };
    gateway.setClock(new Date(Date.parse(LATER) - 1));
    const { grant } = await perform(admin, 'grantRole', input);
    expect(grant.effectiveRole).toBe('TOM');
    gateway.setClock(LATER);
    expect(await refused(gateway, admin, 'grantRole', { ...input, role: 'VIEWER' })).toMatchObject(NOT_FOUND);
    const query = 'query ($id: ID!) { node(id: $id) { ... on Grant { effectiveRole live } } }';
    expect(await admin.get(query, { id: grant.id })).toEqual({ node: { effectiveRole: 'NONE', live: true } });
  });
});
