/** T1, T3: what a FULL_ACCESS token does and does not do to members, and a scoped one on resources. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLES, type OrganizationRole } from '../../src/authz/roles.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { changeMember } from '../kit/accounts.ts';
import { insertToken } from '../kit/api-tokens.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
beforeAll(async () => {
  world = await startWithTenants();
});
afterAll(() => world.gateway.close());

async function refused(client: GraphQLClient, query: string) {
  const before = await storedState(world.gateway.database);
  const refusal = await client.refusal(query);
  expect(await storedState(world.gateway.database)).toEqual(before);
  return refusal;
}

/** Written from the model: what each role may become through a token, itself apart: nothing that gives anything more. */
const LOWER: Readonly<Record<OrganizationRole, readonly OrganizationRole[]>> = {
  ADMIN: [],
  MODERATOR: ['ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
  ASSET_MANAGER_TECHNICAL: ['MEMBER', 'EXTERNAL'],
  ASSET_MANAGER_COMMERCIAL: ['MEMBER', 'EXTERNAL'],
  MEMBER: ['EXTERNAL'],
  EXTERNAL: [],
};

describe('T1: a token of an ADMIN touches no ADMIN and raises nobody', () => {
  it.each(ORGANIZATION_ROLES)('changes of a member who is %s', async (from) => {
    const { gateway, story, organizations, ofAcme, as } = world;
    const member = story.member(organizations.acme, from, { name: `From ${from}` });
    await story.store(gateway.database);
    const [token, session] = [await insertToken(gateway, ofAcme.ADMIN), await as(ofAcme.ADMIN)];
    for (const to of ORGANIZATION_ROLES.filter((role) => role !== from)) {
      const mutation = `mutation { updateMember(input: { memberId: "${member.member.id}", role: ${to}, label: "L" }) { member { role } } }`;
      if (LOWER[from].includes(to)) {
        expect(await token.get(mutation)).toEqual({ updateMember: { member: { role: to } } });
      } else {
        expect(await refused(token, mutation), to).toMatchObject({
          ...{ code: 'FORBIDDEN', layer: 'API', rule: 'T1', required: 'SESSION', actual: 'FULL_ACCESS' },
        });
        await session.get(mutation);
      }
      await changeMember(gateway.database, member.uuid, { role: from, label: 'L' });
    }
    const pause = `mutation { updateMember(input: { memberId: "${member.member.id}", active: false }) { member { status } } }`;
    const removal = `mutation { removeMember(input: { memberId: "${member.member.id}" }) { removedMemberId } }`;
    if (from === 'ADMIN') {
      for (const mutation of [pause, removal])
        expect(await refused(token, mutation)).toMatchObject({ code: 'FORBIDDEN', rule: 'T1' });
      return;
    }
    await token.get(pause);
    await token.get(removal);
    expect((await auditTrail(gateway.database)).at(-1)).toMatchObject({
      action: 'member.removed',
      actorUserId: ofAcme.ADMIN.uuid,
      apiTokenId: expect.any(String),
    });
  });

  it('nobody leaves or deletes their organization by a token, which ends every other one too', async () => {
    const { gateway, ofBorealis, organizations } = world;
    for (const owner of [ofBorealis.ADMIN, ofBorealis.MEMBER]) {
      const token = await insertToken(gateway, owner);
      for (const mutation of [
        'mutation { leaveOrganization { leftOrganizationId } }',
        `mutation { deleteOrganization(input: { organizationId: "${organizations.borealis.id}" }) { ok } }`,
      ])
        expect(await refused(token, mutation)).toMatchObject({ code: 'FORBIDDEN', layer: 'API', rule: 'T1' });
    }
  });

  it('nothing is granted to an ADMIN by a token, and nothing taken; to others it is', async () => {
    const { gateway, ofAcme, people, parks, portfolios, as } = world;
    const [token, session] = [await insertToken(gateway, people.blocked), await as(ofAcme.ADMIN)];
    const grant = (member: string | undefined, role: string) =>
      `mutation { grantRole(input: { memberId: "${member}", resourceId: "${parks.ostwall.id}", role: ${role} }) { grant { id } } }`;
    for (const admin of [ofAcme.ADMIN, people.blocked])
      expect(await refused(token, grant(admin.member?.id, 'NONE'))).toMatchObject({
        layer: 'API',
        rule: 'T1',
      });
    const { portfolio } = await session.get<{ portfolio: { grants: { nodes: { id: string }[] } } }, never>(
      `{ portfolio(id: "${portfolios.south.id}") { grants(last: 1) { nodes { id } } } }`,
    );
    const block = `mutation { revokeGrant(input: { grantId: "${portfolio.grants.nodes[0]?.id}" }) { revokedGrantId } }`;
    expect(await refused(token, block)).toMatchObject({ layer: 'API', rule: 'T1' });
    await token.get(grant(ofAcme.MEMBER.member?.id, 'TOM'));
  });

  it('nobody comes back from a pause or stays longer by a token; shorter they do', async () => {
    const { gateway, story, organizations, ofAcme, as } = world;
    const until = new Date('2035-01-01T00:00:00Z');
    const member = story.member(organizations.acme, 'MEMBER', {
      name: 'Paused',
      active: false,
      expiresAt: until,
    });
    await story.store(gateway.database);
    const [token, session] = [await insertToken(gateway, ofAcme.ADMIN), await as(ofAcme.ADMIN)];
    const update = (change: string) =>
      `mutation { updateMember(input: { memberId: "${member.member.id}", ${change} }) { member { status } } }`;
    for (const change of ['active: true', 'expiresAt: null', 'expiresAt: "2035-01-01T00:00:00.001Z"'])
      expect(await refused(token, update(change)), change).toMatchObject({ layer: 'API', rule: 'T1' });
    await token.get(update('expiresAt: "2034-01-01T00:00:00Z"'));
    await session.get(update('active: true'));
    await token.get(update('active: false'));
  });

  it('what is still an invitation to a cooperation is not for tokens, accepted it is', async () => {
    const { gateway, organizations, ofAcme, ofCirrus, cooperation, story } = world;
    const pending = story.cooperation(organizations.acme, organizations.cirrus, { acceptedAt: null });
    await story.store(gateway.database);
    const on = ({ uuid }: { uuid: string }) => `cooperationId: "${globalId('cooperation', uuid)}"`;
    const remove = `mutation { removeCooperation(input: { ${on(pending)} }) { removedCooperationId } }`;
    const describe = (which: { uuid: string }) =>
      `mutation { updateCooperation(input: { ${on(which)}, purpose: "By a token" }) { cooperation { purpose } } }`;
    const [initiator, partner] = [
      await insertToken(gateway, ofAcme.ADMIN),
      await insertToken(gateway, ofCirrus.ADMIN),
    ];
    for (const [token, mutation] of [
      [initiator, remove],
      [partner, remove],
      [initiator, describe(pending)],
    ] as const)
      expect(await refused(token, mutation)).toMatchObject({ code: 'FORBIDDEN', layer: 'API', rule: 'T1' });
    await initiator.get(describe(cooperation));
    await (await world.as(ofCirrus.ADMIN)).get(remove);
  });
});

describe('T3: a scoped token', () => {
  const ofScope = () =>
    insertToken(world.gateway, world.ofAcme.ADMIN, { scope: [world.portfolios.north, world.parks.solling] });

  it('does nothing organization-wide, and lists nobody; without scope the same owner’s does', async () => {
    const { gateway, organizations, ofAcme } = world;
    const [scoped, whole] = [await ofScope(), await insertToken(gateway, ofAcme.ADMIN)];
    const id = organizations.acme.id;
    for (const mutation of [
      `mutation { createPortfolio(input: { organizationId: "${id}", name: "New" }) { portfolio { id } } }`,
      `mutation { updateOrganization(input: { organizationId: "${id}", phone: "1" }) { organization { id } } }`,
    ]) {
      expect(await refused(scoped, mutation)).toMatchObject({
        code: 'FORBIDDEN',
        layer: 'API',
        actual: 'ADMIN',
      });
      await whole.get(mutation);
    }
    const lists = `{ organization(id: "${id}") { viewerActions members { totalCount } cooperations { totalCount } team { totalCount } } }`;
    expect(await scoped.get(lists)).toEqual({
      // As an EXTERNAL it sees its owner.
      organization: {
        viewerActions: [],
        members: { totalCount: 1 },
        cooperations: null,
        team: { totalCount: 1 },
      },
    });
    expect(await whole.get(lists)).toMatchObject({
      organization: { members: { totalCount: expect.any(Number) } },
    });
  });

  it('grants, revokes and shares on resources in its scope, and finds no other', async () => {
    const { ofAcme, parks, portfolios, cooperation, as } = world;
    const scoped = await ofScope();
    const member = ofAcme.MEMBER.member?.id;
    const grant = (resource: string) =>
      `mutation { grantRole(input: { memberId: "${member}", resourceId: "${resource}", role: TOM }) { grant { id } } }`;
    const share = (resource: string, role = 'VIEWER') =>
      `mutation { shareResource(input: { cooperationId: "${globalId('cooperation', cooperation.uuid)}", resourceId: "${resource}", role: ${role} }) { share { id } } }`;
    for (const resource of [parks.suedfeld.id, portfolios.south.id])
      for (const mutation of [grant(resource), share(resource)])
        expect(await refused(scoped, mutation)).toMatchObject({ code: 'NOT_FOUND' });
    for (const resource of [portfolios.north.id, parks.nordsee.id, parks.solling.id])
      await scoped.get(grant(resource));
    await scoped.get(share(parks.solling.id, 'TOM'));
    const admin = await as(ofAcme.ADMIN);
    const idsOf = async (resource: string) => {
      const { node } = await admin.get<
        { node: Record<'grants' | 'shares', { nodes: { id: string }[] }> },
        never
      >(
        `{ node(id: "${resource}") { ... on Resource { grants { nodes { id } } shares { nodes { id } } } } }`,
      );
      return { grant: node.grants.nodes.at(-1)?.id, share: node.shares.nodes.at(-1)?.id };
    };
    await admin.get(grant(parks.suedfeld.id));
    await admin.get(share(parks.ostwall.id));
    const [inside, outside, shared] = [
      await idsOf(parks.solling.id),
      await idsOf(parks.suedfeld.id),
      await idsOf(parks.ostwall.id),
    ];
    const revokeGrant = (id?: string) =>
      `mutation { revokeGrant(input: { grantId: "${id}" }) { revokedGrantId } }`;
    const revokeShare = (id?: string) =>
      `mutation { revokeShare(input: { shareId: "${id}" }) { revokedShareId } }`;
    expect(await refused(scoped, revokeGrant(outside.grant))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refused(scoped, revokeShare(shared.share))).toMatchObject({ code: 'NOT_FOUND' });
    await scoped.get(revokeShare(inside.share));
    for (const mutation of [revokeGrant(outside.grant), revokeShare(shared.share)]) await admin.get(mutation);
  });

  it('covers later parks of its portfolio; what is moved away, deleted or no longer shared drops out', async () => {
    const { gateway, story, ofAcme, ofBorealis, organizations, as } = world;
    const [kept, left] = [
      story.portfolio(organizations.acme, 'Kept'),
      story.portfolio(organizations.acme, 'Left'),
    ];
    const [first, second] = [story.park(kept, 'First'), story.park(kept, 'Second')];
    await story.store(gateway.database);
    const scoped = await insertToken(gateway, ofAcme.ADMIN, { scope: [kept, second] });
    const admin = await as(ofAcme.ADMIN);
    const parksOf = async (client: GraphQLClient) => {
      const { viewer } = await client.get<{ viewer: { parks: { nodes: { name: string }[] } } }, never>(
        '{ viewer { parks { nodes { name } } } }',
      );
      return viewer.parks.nodes.map(({ name }) => name);
    };
    expect(await parksOf(scoped)).toEqual(['First', 'Second']);
    await admin.get(
      `mutation { createPark(input: { portfolioId: "${kept.id}", name: "Later", plantType: WIND, capacityKw: 1 }) { park { id } } }`,
    );
    expect(await parksOf(scoped)).toEqual(['First', 'Later', 'Second']);
    for (const park of [first, second])
      await admin.get(
        `mutation { updatePark(input: { parkId: "${park.id}", portfolioId: "${left.id}" }) { park { id } } }`,
      );
    // The second is named itself.
    expect(await parksOf(scoped)).toEqual(['Later', 'Second']);
    const only = await insertToken(gateway, ofAcme.ADMIN, { scope: [second] });
    await admin.get(`mutation { deletePark(input: { parkId: "${second.id}" }) { deletedId } }`);
    expect([await parksOf(scoped), await parksOf(only)]).toEqual([['Later'], []]);
    expect(await only.get('{ viewer { apiToken { scope { id } } portfolios { totalCount } } }')).toEqual({
      viewer: { apiToken: { scope: [] }, portfolios: { totalCount: 0 } },
    });
    const partner = await insertToken(gateway, ofBorealis.ADMIN, { scope: [world.portfolios.east] });
    expect(await parksOf(partner)).toEqual(['Ostwall']);
    await admin.get(
      `mutation { updateCooperation(input: { cooperationId: "${globalId('cooperation', world.cooperation.uuid)}", active: false }) { cooperation { id } } }`,
    );
    expect(await parksOf(partner)).toEqual([]);
    await admin.get(
      `mutation { updateCooperation(input: { cooperationId: "${globalId('cooperation', world.cooperation.uuid)}", active: true }) { cooperation { id } } }`,
    );
    expect(await parksOf(partner)).toEqual(['Ostwall']);
  });

  it('takes no park out of a portfolio outside its scope, and sees of its owner’s grants none', async () => {
    const { gateway, ofAcme, parks, portfolios } = world;
    const scope = [parks.suedfeld, portfolios.east];
    const scoped = await insertToken(gateway, ofAcme.ADMIN, { scope });
    const move = `mutation { updatePark(input: { parkId: "${parks.suedfeld.id}", portfolioId: "${portfolios.east.id}" }) { park { id } } }`;
    expect(await refused(scoped, move)).toMatchObject({ code: 'FORBIDDEN', layer: 'API', rule: 'T3' });
    const wider = await insertToken(gateway, ofAcme.ADMIN, { scope: [...scope, portfolios.south] });
    await wider.get(move);
    await wider.get(move.replace(portfolios.east.id, portfolios.south.id));
    expect(await scoped.get('{ viewer { membership { role grants { totalCount } } } }')).toEqual({
      viewer: { membership: { role: 'ADMIN', grants: null } },
    });
  });

  it('of a receiving ADMIN delegates, and revokes what it delegated', async () => {
    const { gateway, ofBorealis, portfolios, parks } = world;
    const scoped = await insertToken(gateway, ofBorealis.ADMIN, { scope: [portfolios.north] });
    const delegate = (park: string) =>
      `mutation { grantRole(input: { memberId: "${ofBorealis.MODERATOR.member?.id}", resourceId: "${park}", role: TOM }) { grant { id } } }`;
    expect(await refused(scoped, delegate(parks.ostwall.id))).toMatchObject({ code: 'NOT_FOUND' });
    const { grantRole } = await scoped.get<{ grantRole: { grant: { id: string } } }, never>(
      delegate(parks.nordhang.id),
    );
    await scoped.get(
      `mutation { revokeGrant(input: { grantId: "${grantRole.grant.id}" }) { revokedGrantId } }`,
    );
  });

  it('takes at most 2 statements more than a session, for a scope of 1 and of 300', async () => {
    const { gateway, story, organizations, ofAcme, as } = world;
    const large = story.portfolio(organizations.acme, 'Large');
    const parks = Array.from({ length: 300 }, (_, n) => story.park(large, `Park ${n}`));
    await story.store(gateway.database);
    // The fewest of some times: that a session or token was used is noted once a minute, and after the answer.
    const fewest = async (times: number, work: (time: number) => Promise<unknown>) => {
      const counts: number[] = [];
      for (let time = 0; time < times; time++) {
        gateway.takeStatements();
        await work(time);
        counts.push(gateway.takeStatements().length);
      }
      return Math.min(...counts);
    };
    const statements = (client: GraphQLClient) =>
      fewest(5, () =>
        client.get('{ viewer { parks(first: 500) { totalCount nodes { name effectiveRole } } } }'),
      );
    const session = await statements(await as(ofAcme.ADMIN));
    const [one, many] = [
      await statements(await insertToken(gateway, ofAcme.ADMIN, { scope: parks.slice(0, 1) })),
      await statements(await insertToken(gateway, ofAcme.ADMIN, { scope: parks })),
    ];
    expect(many).toBe(one);
    expect(many - session).toBeLessThanOrEqual(2);
    const commanded = (client: GraphQLClient, name: string) =>
      fewest(5, (time) =>
        client.get(
          `mutation { updatePark(input: { parkId: "${parks[0]?.id}", name: "${name} ${time}" }) { park { name } } }`,
        ),
      );
    const acting = await insertToken(gateway, ofAcme.ADMIN, { scope: parks });
    expect(
      (await commanded(acting, 'By a token')) - (await commanded(await as(ofAcme.ADMIN), 'By a session')),
    ).toBeLessThanOrEqual(2);
  });
});

describe('T2, V2: what a narrow token can not read it can not order or filter by', () => {
  it.each([
    ['parks(orderBy: { field: CAPACITY, direction: DESC })', ['Park.capacityKw']],
    ['parks(orderBy: { field: CREATED_AT, direction: DESC })', ['Park.createdAt']],
    ['parks(filter: { plantTypes: [WIND] })', ['Park.plantType']],
    ['parks(filter: { minimumRole: TOM })', ['Park.effectiveRole']],
    ['portfolios(orderBy: { field: CREATED_AT, direction: DESC })', ['Portfolio.createdAt']],
  ])('%s', async (list, fields) => {
    const query = `{ viewer { ${list} { totalCount } } }`;
    for (const group of ['REPORTING', 'TIMESERIES'] as const) {
      const token = await insertToken(world.gateway, world.ofAcme.ADMIN, { group });
      expect(await token.refusal(query)).toMatchObject({
        code: 'FORBIDDEN',
        layer: 'API',
        rule: 'T2',
        fields,
      });
      await token.get(
        '{ viewer { parks(orderBy: { field: NAME, direction: DESC }, filter: { search: "n" }) { totalCount } } }',
      );
    }
    await (await insertToken(world.gateway, world.ofAcme.ADMIN)).get(query);
  });

  it('a field behind a fragment, an alias, @skip or an interface is selected all the same; introspection is open', async () => {
    const { gateway, ofAcme, parks } = world;
    const token = await insertToken(gateway, ofAcme.ADMIN, { group: 'TIMESERIES' });
    const hidden = [
      '{ viewer { ...F } } fragment F on Viewer { user { name } }',
      '{ viewer { parks { nodes { id: capacityKw } } } }',
      'query ($no: Boolean = false) { viewer { user @include(if: $no) { name } parks { totalCount } } }',
      `{ node(id: "${parks.solling.id}") { ... on Resource { effectiveRole } } }`,
      `{ node(id: "${ofAcme.ADMIN.id}") { id ... on User { name } } }`,
    ];
    for (const query of hidden)
      expect(await token.refusal(query), query).toMatchObject({ code: 'FORBIDDEN', rule: 'T2' });
    expect(
      await token.get(
        `{ __schema { queryType { name } } __type(name: "User") { name } node(id: "${parks.solling.id}") { __typename id ... on Resource { name } } }`,
      ),
    ).toMatchObject({ node: { __typename: 'Park', id: parks.solling.id, name: 'Solling' } });
    expect(await token.get(`{ nodes(ids: ["${ofAcme.ADMIN.id}", "${parks.solling.id}"]) { id } }`)).toEqual({
      nodes: [null, { id: parks.solling.id }],
    });
  });
});
