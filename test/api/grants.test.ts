import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JOB_ROLES, type JobRole, type OrganizationRole } from '../../src/authz/roles.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Organization, type Person, type Resource, Story } from '../kit/story.ts';
import { changesNothing, perform, performRecorded, refused } from '../kit/team-operations.ts';

const NOW = '2030-06-01T12:00:00.000Z';
const SOON = '2030-06-01T15:00:00.000Z';
const LATER = '2030-06-01T18:00:00.000Z';

let gateway: TestGateway;
const story = new Story();
let home: Organization;
let adminPerson: Person;
let admin: GraphQLClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  gateway.setClock(NOW);
  home = story.organization('Home');
  adminPerson = story.member(home, 'ADMIN', { name: 'Chief' });
  await story.store(gateway.database);
  admin = await gateway.signInAs(adminPerson.uuid);
});
beforeEach(() => gateway.setClock(NOW));
afterAll(() => gateway.close());

let made = 0;
const member = (role: OrganizationRole, details: Parameters<Story['member']>[2] = {}) =>
  story.member(home, role, { name: `${role} ${made++}`, ...details });
const portfolio = () => story.portfolio(home, `Portfolio ${made++}`);
const park = (on: Resource = portfolio()) => story.park(on, `Park ${made++}`);
const stored = () => story.store(gateway.database);
const on = (person: Person, resource: Resource) => ({
  memberId: person.member?.id,
  resourceId: resource.id,
});

const ACCESS = `query ($member: ID!, $resource: ID!) { node(id: $member) { ... on Member {
  access(resourceId: $resource) { jobRole trace { grant { id } } } } } }`;
interface Access {
  readonly node: { readonly access: { jobRole: string; trace: { grant: { id: string } | null }[] } };
}
const accessOf = async (person: Person, resource: Resource) => {
  const variables = { member: person.member?.id, resource: resource.id };
  return (await admin.get<Access, object>(ACCESS, variables)).node.access;
};
const roleOf = async (person: Person, resource: Resource) => (await accessOf(person, resource)).jobRole;

describe('who may grant and revoke on an own resource (section 6)', () => {
  it.each([
    ['ADMIN', null, 'allowed'],
    ['MODERATOR', null, 'allowed'],
    ['ASSET_MANAGER_TECHNICAL', null, 'FORBIDDEN'],
    ['ASSET_MANAGER_COMMERCIAL', 'OPERATOR', 'FORBIDDEN'],
    ['MEMBER', 'OPERATOR', 'FORBIDDEN'],
    ['EXTERNAL', 'VIEWER', 'FORBIDDEN'],
    ['EXTERNAL', null, 'NOT_FOUND'],
    ['MODERATOR', 'NONE', 'NOT_FOUND'],
  ] as const)('%s with a grant of %s: %s', async (role, granted, verdict) => {
    const [actor, other, plant] = [member(role), member('EXTERNAL'), park()];
    if (granted) story.grant(actor, plant, granted);
    await stored();
    const client = await gateway.signInAs(actor.uuid);
    const input = { ...on(other, plant), role: 'VIEWER' };
    const { grant } = await perform(admin, 'grantRole', { ...input, role: 'COM' });
    if (verdict === 'allowed') {
      expect((await perform(client, 'grantRole', input)).grant.id).toBe(grant.id);
      expect(await perform(client, 'revokeGrant', { grantId: grant.id })).toEqual({
        revokedGrantId: grant.id,
      });
      return;
    }
    const forbidden = {
      ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'section 6', required: 'GRANT_MANAGE' },
      ...{ actual: role, allowedRoles: ['ADMIN', 'MODERATOR'] },
    };
    expect(await refused(gateway, client, 'grantRole', input)).toMatchObject(
      verdict === 'FORBIDDEN' ? forbidden : { code: 'NOT_FOUND' },
    );
    // Nobody but ADMIN and MODERATOR sees another's grant; a MODERATOR sees it with its member, and G1 forbids.
    expect(await refused(gateway, client, 'revokeGrant', { grantId: grant.id })).toMatchObject(
      role === 'MODERATOR' ? { code: 'FORBIDDEN', rule: 'G1' } : { code: 'NOT_FOUND' },
    );
    // One's own grant one sees, and may not take off either.
    if (!granted || granted === 'NONE') return;
    const query = '{ viewer { membership { grants { nodes { id } } } } }';
    type Own = { viewer: { membership: { grants: { nodes: { id: string }[] } } } };
    const [own] = (await client.get<Own, object>(query)).viewer.membership.grants.nodes;
    expect(await refused(gateway, client, 'revokeGrant', { grantId: own?.id })).toMatchObject(forbidden);
  });

  it('an ADMIN who is blocked mends it themselves (P13, G1)', async () => {
    const [blocked, plant] = [member('ADMIN'), park()];
    const id = globalId('grant', story.grant(blocked, plant, 'NONE'));
    await stored();
    const client = await gateway.signInAs(blocked.uuid);
    const { grant } = await perform(client, 'grantRole', { ...on(blocked, plant), role: 'VIEWER' });
    expect(grant).toMatchObject({ id, role: 'VIEWER', effectiveRole: 'VIEWER' });
    await perform(client, 'revokeGrant', { grantId: id });
    expect(await roleOf(blocked, plant)).toBe('OPERATOR');
  });
});

describe('granting (G1, G3)', () => {
  it('an ADMIN grants every role to anyone; each is recorded; the same again is nothing', async () => {
    for (const role of JOB_ROLES) {
      for (const person of [adminPerson, member('MODERATOR'), member('EXTERNAL')]) {
        const plant = park();
        await stored();
        const input = { ...on(person, plant), role, expiresAt: null };
        const { payload, records } = await performRecorded(gateway, admin, 'grantRole', input);
        expect(payload.grant).toEqual({
          ...{ id: expect.stringMatching(/^grant_[0-9a-z]{26}$/), role, effectiveRole: role },
          ...{ expiresAt: null, live: true, createdAt: NOW, grantedBy: { id: adminPerson.id } },
          ...{ member: { id: person.member?.id }, resource: { id: plant.id } },
        });
        expect(records).toMatchObject([
          {
            ...{ organizationId: home.uuid, action: 'grant.given', subjectId: payload.grant.id },
            ...{ actorUserId: adminPerson.uuid, cooperationId: null },
          },
        ]);
        expect(records[0]?.details).toEqual({ ...on(person, plant), role, expiresAt: null });
        expect(await changesNothing(gateway, admin, 'grantRole', input)).toEqual(payload);
        const { trace, jobRole } = await accessOf(person, plant);
        expect([jobRole, trace.at(-1)?.grant?.id]).toEqual([role, payload.grant.id]);
      }
    }
  });

  it('again replaces role and expiry and keeps the grant; each change is recorded', async () => {
    const [person, plant] = [member('EXTERNAL'), park()];
    await stored();
    const { grant } = await perform(admin, 'grantRole', {
      ...{ ...on(person, plant), role: 'TOM', expiresAt: LATER },
    });
    gateway.setClock(SOON);
    const { payload, records } = await performRecorded(gateway, admin, 'grantRole', {
      ...{ ...on(person, plant), role: 'COM' },
    });
    expect(payload.grant).toMatchObject({ id: grant.id, createdAt: NOW, role: 'COM', expiresAt: null });
    expect(records.map(({ action, subjectId, details }) => ({ action, subjectId, details }))).toEqual([
      {
        ...{ action: 'grant.changed', subjectId: grant.id },
        details: {
          ...on(person, plant),
          before: { role: 'TOM', expiresAt: LATER },
          after: { role: 'COM', expiresAt: null },
        },
      },
    ]);
    const query = 'query ($id: ID!) { node(id: $id) { ... on Member { grants { totalCount } } } }';
    expect(await admin.get(query, { id: person.member?.id })).toEqual({
      node: { grants: { totalCount: 1 } },
    });
    // A lapsed one is replaced as well, not joined by another.
    gateway.setClock(NOW);
    await perform(admin, 'grantRole', { ...on(person, plant), role: 'TOM', expiresAt: SOON });
    gateway.setClock(LATER);
    const again = await perform(admin, 'grantRole', { ...on(person, plant), role: 'TOM' });
    expect(again.grant).toMatchObject({ id: grant.id, live: true, effectiveRole: 'TOM' });
  });

  it('revoking is recorded with what was, and is NOT_FOUND the second time', async () => {
    const [person, plant] = [member('EXTERNAL'), park()];
    await stored();
    const input = { ...on(person, plant), role: 'TOM', expiresAt: LATER };
    const { grant } = await perform(admin, 'grantRole', input);
    const { payload, records } = await performRecorded(gateway, admin, 'revokeGrant', {
      ...{ grantId: grant.id },
    });
    expect(payload).toEqual({ revokedGrantId: grant.id });
    expect(records).toMatchObject([
      { organizationId: home.uuid, action: 'grant.revoked', subjectId: grant.id, cooperationId: null },
    ]);
    expect(records[0]?.details).toEqual(input);
    expect(await refused(gateway, admin, 'revokeGrant', { grantId: grant.id })).toMatchObject({
      code: 'NOT_FOUND',
    });
    // Given anew it is another grant: the old id stays gone.
    const anew = await perform(admin, 'grantRole', input);
    expect(anew.grant.id).not.toBe(grant.id);
    expect(await admin.get('query ($id: ID!) { node(id: $id) { id } }', { id: grant.id })).toEqual({
      node: null,
    });
  });
});

describe('G4: what rises when it lapses is said so', () => {
  /** Who gets which role until LATER; what else they have on the portfolio, until when; and whether that would raise. */
  const CASES: [
    role: OrganizationRole,
    granted: JobRole,
    raises: boolean,
    onPortfolio?: JobRole,
    until?: string | null,
  ][] = [
    ['EXTERNAL', 'NONE', false],
    ['EXTERNAL', 'VIEWER', false],
    ['EXTERNAL', 'OPERATOR', false],
    ['MEMBER', 'NONE', true],
    ['MEMBER', 'VIEWER', false],
    ['MEMBER', 'COM', false],
    ['ASSET_MANAGER_TECHNICAL', 'VIEWER', true],
    ['ASSET_MANAGER_TECHNICAL', 'COM', true],
    ['ASSET_MANAGER_TECHNICAL', 'TOM', false],
    ['ASSET_MANAGER_COMMERCIAL', 'TOM', true],
    ['ASSET_MANAGER_COMMERCIAL', 'OPERATOR', false],
    ['MODERATOR', 'TOM', true],
    ['ADMIN', 'NONE', true],
    ['ADMIN', 'OPERATOR', false],
    ['EXTERNAL', 'VIEWER', true, 'TOM', null],
    ['EXTERNAL', 'TOM', false, 'TOM', null],
    ['EXTERNAL', 'TOM', true, 'COM', null],
    ['EXTERNAL', 'VIEWER', false, 'NONE', null],
    // A block of the portfolio counts before the default; one that lapsed by then does not, at the same instant neither.
    ['ASSET_MANAGER_TECHNICAL', 'VIEWER', false, 'VIEWER', null],
    ['ASSET_MANAGER_TECHNICAL', 'VIEWER', true, 'VIEWER', SOON],
    ['ASSET_MANAGER_TECHNICAL', 'VIEWER', true, 'VIEWER', LATER],
    ['EXTERNAL', 'VIEWER', false, 'OPERATOR', SOON],
    ['EXTERNAL', 'VIEWER', false, 'OPERATOR', LATER],
    ['EXTERNAL', 'VIEWER', true, 'OPERATOR', '2030-06-01T18:00:00.001Z'],
  ];
  it.each(CASES)('%s, %s for a while: raises %s, with %s on the portfolio until %s', async (...line) => {
    const [role, granted, raises, onPortfolio, until] = line;
    const [person, plant] = [member(role), park()];
    if (onPortfolio) {
      story.grant(person, plant.portfolio, onPortfolio, until ? { expiresAt: new Date(until) } : {});
    }
    await stored();
    const input = { ...on(person, plant), role: granted, expiresAt: LATER };
    if (raises) {
      expect(await refused(gateway, admin, 'grantRole', input)).toMatchObject({
        ...{ code: 'EXPIRY_RAISES_ACCESS', rule: 'G4' },
      });
      const unsaid = { ...input, raisesAccessOnExpiry: false };
      expect(await refused(gateway, admin, 'grantRole', unsaid)).toMatchObject({
        code: 'EXPIRY_RAISES_ACCESS',
      });
    }
    const said = { ...input, ...(raises && { raisesAccessOnExpiry: true }) };
    const { grant } = await perform(admin, 'grantRole', said);
    expect(grant).toMatchObject({ role: granted, effectiveRole: granted, expiresAt: LATER });
    // Without expiry nothing lapses.
    await perform(admin, 'grantRole', { ...on(person, plant), role: granted });
  });
});

describe('G5: whoever is paused or expired', () => {
  it.each([
    ['paused', { active: false }],
    ['expired', { expiresAt: new Date('2030-05-01') }],
  ] as const)('%s can be given a grant, which is blocked until they are back', async (_, details) => {
    const [person, plant] = [member('EXTERNAL', details), park()];
    await stored();
    const { grant } = await perform(admin, 'grantRole', { ...on(person, plant), role: 'TOM' });
    expect(grant).toMatchObject({ role: 'TOM', effectiveRole: 'NONE', live: true });
    expect(await roleOf(person, plant)).toBe('NONE');
    await perform(admin, 'updateMember', { memberId: person.member?.id, active: true, expiresAt: null });
    expect(await roleOf(person, plant)).toBe('TOM');
    const query = 'query ($id: ID!) { node(id: $id) { ... on Grant { effectiveRole live } } }';
    expect(await admin.get(query, { id: grant.id })).toEqual({ node: { effectiveRole: 'TOM', live: true } });
  });
});

it('effectiveRole is what the grant itself decides, on its own resource', async () => {
  const [person, plant] = [member('MEMBER'), park()];
  const demo = member('MEMBER', { systemRole: 'DEMO' });
  const suspended = member('MEMBER', { suspendedAt: new Date('2025-01-01') });
  await stored();
  const given = async (who: Person, where: Resource) =>
    (await perform(admin, 'grantRole', { ...on(who, where), role: 'OPERATOR' })).grant;
  // The one on the portfolio decides there, whatever is granted on a park of it.
  expect(await given(person, plant)).toMatchObject({ effectiveRole: 'OPERATOR' });
  expect(await given(person, plant.portfolio)).toMatchObject({ effectiveRole: 'OPERATOR' });
  expect(await given(demo, plant)).toMatchObject({ role: 'OPERATOR', effectiveRole: 'VIEWER', live: true });
  expect(await given(suspended, plant)).toMatchObject({ effectiveRole: 'NONE', live: true });
});
