import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLES } from '../../src/authz/roles.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { readRows } from '../kit/races.ts';
import type { Person } from '../kit/story.ts';
import { changesNothing, documentOf, perform, performRecorded, refused } from '../kit/team-operations.ts';
import { startWithTenants } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
beforeAll(async () => {
  world = await startWithTenants();
});
afterAll(() => world.gateway.close());

const FIELDS = 'id name contactEmail phone address country registrationNumber taxId';
let made = 0;
/** An organization with an ADMIN and nobody and nothing else, every field of it filled in. */
async function small() {
  const { story, gateway } = world;
  const name = `Small ${made++}`;
  const filled = {
    ...{ contactEmail: 'office@small.example', phone: '+49 1', address: 'A street\nA town' },
    ...{ country: 'DE', registrationNumber: 'HRB 1', taxId: 'DE1' },
  };
  const organization = story.organization(name, filled);
  const person = story.member(organization, 'ADMIN');
  await story.store(gateway.database);
  return { organization, person, filled: { name, ...filled }, client: await gateway.signInAs(person.uuid) };
}

describe('who updates and who deletes an organization (section 6)', () => {
  const CASES: [who: string, person: (all: typeof world) => Person, refusal: object][] = [
    ...ORGANIZATION_ROLES.filter((role) => role !== 'ADMIN').map(
      (role): [string, (all: typeof world) => Person, object] => [
        `its ${role}`,
        ({ ofAcme }) => ofAcme[role],
        {
          code: 'FORBIDDEN',
          layer: 'ORGANIZATION',
          rule: 'section 6',
          actual: role,
          allowedRoles: ['ADMIN'],
        },
      ],
    ),
    [
      'its ADMIN by a demo account',
      ({ people }) => people.demo,
      { code: 'FORBIDDEN', layer: 'SYSTEM', rule: 'D1' },
    ],
    ...(['paused', 'expired', 'loner', 'administrator'] as const).map(
      (name): [string, (all: typeof world) => Person, object] => [
        `the ${name} account`,
        ({ people }) => people[name],
        { code: 'NOT_FOUND' },
      ],
    ),
    ['the partner’s ADMIN, who sees its name', ({ ofBorealis }) => ofBorealis.ADMIN, { code: 'NOT_FOUND' }],
    ['a stranger', ({ ofCirrus }) => ofCirrus.ADMIN, { code: 'NOT_FOUND' }],
  ];
  it.each(CASES)('not %s', async (_, who, refusal) => {
    const organizationId = world.organizations.acme.id;
    const client = await world.as(who(world));
    const forbidden = 'layer' in refusal && 'actual' in refusal;
    for (const [name, required] of [
      ['updateOrganization', 'ORGANIZATION_UPDATE'],
      ['deleteOrganization', 'ORGANIZATION_DELETE'],
    ] as const) {
      const input = { organizationId, ...(name === 'updateOrganization' && { name: 'Mine' }) };
      expect(await refused(world.gateway, client, name, input)).toMatchObject({
        ...refusal,
        ...(forbidden && { required }),
      });
    }
  });

  it('nor whoever is not signed in', async () => {
    const input = { organizationId: world.organizations.acme.id };
    for (const name of ['updateOrganization', 'deleteOrganization'] as const)
      expect(await world.gateway.client().refusal(documentOf(name), { input })).toMatchObject({
        code: 'UNAUTHENTICATED',
      });
  });
});

describe('updateOrganization', () => {
  it('changes what is named, records what was and what is, and does nothing the second time', async () => {
    const { organization, client, filled, person } = await small();
    const changed = {
      ...{ name: 'Renamed', contactEmail: 'new@small.example', country: 'NO', address: 'One\nTwo\nThree' },
      phone: null,
    };
    const input = { organizationId: organization.id, ...changed, country: 'no' };
    const { payload, records } = await performRecorded(world.gateway, client, 'updateOrganization', input);
    expect(payload.organization).toEqual({ id: organization.id, ...filled, ...changed });
    expect(records).toMatchObject([
      {
        ...{ organizationId: organization.uuid, action: 'organization.updated', subjectId: organization.id },
        ...{ actorUserId: person.uuid, cooperationId: null },
      },
    ]);
    const { name, contactEmail, country, address, phone } = filled;
    expect(records[0]?.details).toEqual({
      before: { name, contactEmail, country, address, phone },
      after: changed,
    });
    await changesNothing(world.gateway, client, 'updateOrganization', input);
    expect(
      await client.get(`query ($id: ID!) { organization(id: $id) { ${FIELDS} } }`, { id: organization.id }),
    ).toEqual({ organization: { id: organization.id, ...filled, ...changed } });
  });

  it.each(['contactEmail', 'phone', 'address', 'country', 'registrationNumber', 'taxId'] as const)(
    'null clears %s; the others stay',
    async (field) => {
      const { organization, client, filled } = await small();
      const input = { organizationId: organization.id, [field]: null };
      const { payload, records } = await performRecorded(world.gateway, client, 'updateOrganization', input);
      expect(payload.organization).toEqual({ id: organization.id, ...filled, [field]: null });
      expect(records.map(({ details }) => details)).toEqual([
        { before: { [field]: filled[field] }, after: { [field]: null } },
      ]);
      await changesNothing(world.gateway, client, 'updateOrganization', input);
    },
  );

  it('null leaves the name as it is', async () => {
    const { organization, client, filled } = await small();
    const input = { organizationId: organization.id, name: null };
    const { organization: shown } = await changesNothing(world.gateway, client, 'updateOrganization', input);
    expect(shown['name']).toBe(filled.name);
    await changesNothing(world.gateway, client, 'updateOrganization', { organizationId: organization.id });
  });

  it('takes what is just long enough', async () => {
    const { organization, client } = await small();
    const longest = {
      ...{ name: '🌞'.repeat(200), phone: '1'.repeat(50), address: `${'a\n'.repeat(249)}ab` },
      ...{ registrationNumber: 'r'.repeat(100), taxId: 't'.repeat(100), country: 'GB' },
    };
    const input = { organizationId: organization.id, ...longest };
    const { organization: shown } = await perform(client, 'updateOrganization', input);
    expect(shown).toMatchObject(longest);
  });
});

describe('deleteOrganization', () => {
  const NOT_EMPTY = { code: 'NOT_EMPTY' };

  it('needs it to own nothing and to have no other member, live or not', async () => {
    const { organization, client } = await small();
    const { story, gateway } = world;
    const input = { organizationId: organization.id };
    const others = [
      story.member(organization, 'EXTERNAL', { name: 'Paused other', active: false }),
      story.member(organization, 'MEMBER', { name: 'Expired other', expiresAt: new Date('2025-03-01') }),
    ];
    const portfolio = story.portfolio(organization, 'Last');
    await story.store(gateway.database);
    expect(await refused(gateway, client, 'deleteOrganization', input)).toMatchObject(NOT_EMPTY);
    for (const { member } of others) {
      await perform(client, 'removeMember', { memberId: member?.id });
      expect(await refused(gateway, client, 'deleteOrganization', input)).toMatchObject(NOT_EMPTY);
    }
    await client.get('mutation ($id: ID!) { deletePortfolio(input: { portfolioId: $id }) { deletedId } }', {
      id: portfolio.id,
    });
    expect(await perform(client, 'deleteOrganization', input)).toEqual({ ok: true });
  });

  it('another member alone is enough to refuse', async () => {
    const { organization, client } = await small();
    const other = world.story.member(organization, 'EXTERNAL', { name: 'Sole other', active: false });
    await world.story.store(world.gateway.database);
    const input = { organizationId: organization.id };
    expect(await refused(world.gateway, client, 'deleteOrganization', input)).toMatchObject(NOT_EMPTY);
    await perform(client, 'removeMember', { memberId: other.member?.id });
    await perform(client, 'deleteOrganization', input);
  });

  it('ends its cooperations, shares and delegations, and tells each partner’s trail', async () => {
    const { organization, client, person } = await small();
    const { story, gateway, organizations, portfolios } = world;
    const [first, second] = [
      story.cooperation(organizations.acme, organization),
      story.cooperation(organization, organizations.borealis, { paused: true }),
    ];
    story.share(first, portfolios.east, 'TOM');
    const grantId = globalId('grant', story.grant(person, portfolios.east, 'VIEWER', { cooperation: first }));
    await story.store(gateway.database);
    const { records } = await performRecorded(gateway, client, 'deleteOrganization', {
      organizationId: organization.id,
    });
    const trailOf = (id: string) => records.filter(({ organizationId }) => organizationId === id);
    expect(trailOf(organization.uuid).map(({ action, subjectId }) => [action, subjectId])).toContainEqual([
      'organization.deleted',
      organization.id,
    ]);
    for (const [{ uuid }, bond] of [
      [organizations.acme, first],
      [organizations.borealis, second],
    ] as const) {
      const removed = trailOf(uuid).filter(({ action }) => action === 'cooperation.removed');
      expect(removed.map(({ cooperationId }) => cooperationId)).toEqual([bond.uuid]);
    }
    const [left] = await readRows<object>(
      gateway.database,
      sql`select (select count(*)::int from organizations where id = ${organization.uuid}) as organizations,
        (select count(*)::int from memberships where user_id = ${person.uuid}) as memberships,
        (select count(*)::int from cooperations where id in (${first.uuid}, ${second.uuid})) as cooperations,
        (select count(*)::int from shares where cooperation_id = ${first.uuid}) as shares,
        (select count(*)::int from grants where membership_id = ${person.member?.uuid}) as grants`,
    );
    expect(left).toEqual({ organizations: 0, memberships: 0, cooperations: 0, shares: 0, grants: 0 });
    const owner = await world.as(world.ofAcme.ADMIN);
    expect(await owner.get('query ($id: ID!) { node(id: $id) { id } }', { id: grantId })).toEqual({
      node: null,
    });
    // Whoever was its ADMIN is signed in still, and in no organization; the same again is NOT_FOUND.
    expect(await client.get('{ viewer { user { id } membership { id } organization { id } } }')).toEqual({
      viewer: { user: { id: person.id }, membership: null, organization: null },
    });
    const again = { organizationId: organization.id };
    expect(await refused(gateway, client, 'deleteOrganization', again)).toMatchObject({ code: 'NOT_FOUND' });
  });
});
