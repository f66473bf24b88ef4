/** S1, S3, V1 to V3: who sees and revokes a share, what a recipient learns of what is taken out, and what either trail tells. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobRole } from '../../src/authz/roles.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { partnerCases } from '../kit/partner-cases.ts';
import { EARLIER, LATER, MUCH_LATER, NOT_FOUND, NOW, type Partners, startPartners } from '../kit/partners.ts';
import type { Cooperation, Person, Resource } from '../kit/story.ts';
import { auditTrail } from '../kit/tenant.ts';

let world: Partners;
let bond: Cooperation;
let id: string;
let admin: GraphQLClient;
let receiver: GraphQLClient;
beforeAll(async () => {
  world = await startPartners();
  bond = world.story.cooperation(world.owner.organization, world.receiver.organization);
  await world.stored();
  id = globalId('cooperation', bond.uuid);
  admin = await world.as(world.owner.people.ADMIN);
  receiver = await world.as(world.receiver.people.ADMIN);
});
beforeEach(() => world.gateway.setClock(NOW));
afterAll(() => world.gateway.close());

const share = (resource: Resource, role: JobRole, rest: object = {}) =>
  world.perform(admin, 'shareResource', { cooperationId: id, resourceId: resource.id, role, ...rest });
/** A portfolio with a park, shared by rows: portfolio, park. */
async function shared(portfolioRole: JobRole | null, parkRole: JobRole | null, expiresAt?: string) {
  const { story } = world;
  const park = world.park(world.portfolio());
  const expiry = expiresAt ? { expiresAt: new Date(expiresAt) } : {};
  const given = (resource: Resource, role: JobRole | null, rest = {}) =>
    role && globalId('share', story.share(bond, resource, role, rest));
  const shares = { portfolio: given(park.portfolio, portfolioRole), park: given(park, parkRole, expiry) };
  await world.stored();
  return { park, portfolio: park.portfolio, shares };
}
/** Every way to a share, for one client: where it shows, and how many each list counts. */
async function waysTo(client: GraphQLClient, resource: Resource) {
  const list = 'shares(first: 100) { totalCount nodes { id role } }';
  const query = `query ($bond: ID!, $resource: ID!) { node(id: $bond) { ... on Cooperation { ${list} } }
    viewer { organization { cooperations { nodes { ${list} } } } } on: node(id: $resource) { ... on Resource { ${list} viewerAccess { trace { share { id } } } } } }`;
  type List = { totalCount: number; nodes: { id: string; role: string }[] };
  const answer = await client.get<
    {
      node: { shares: List } | null;
      viewer: { organization: { cooperations: { nodes: { shares: List }[] } | null } | null };
      on: { shares: List | null; viewerAccess: { trace: { share: { id: string } | null }[] } } | null;
    },
    object
  >(query, { bond: id, resource: resource.id });
  const lists = [
    answer.node?.shares,
    answer.on?.shares,
    ...(answer.viewer.organization?.cooperations?.nodes ?? []).map(({ shares }) => shares),
  ].filter((each) => each != null);
  for (const { totalCount, nodes } of lists) expect(totalCount).toBe(nodes.length);
  return {
    lists: lists.map(({ nodes }) => nodes.map((node) => node.id)),
    traced: (answer.on?.viewerAccess.trace ?? []).flatMap((step) => step.share?.id ?? []),
  };
}
const node = async (client: GraphQLClient, shareId: string) =>
  (
    await client.get<{ node: Record<string, unknown> | null }, object>(
      'query ($id: ID!) { node(id: $id) { ... on Share { id role resource { id } owner { id name taxId } recipient { id name taxId } cooperation { id } } } }',
      { id: shareId },
    )
  ).node;

describe('who sees a share (section 6, V1, V3)', () => {
  it('the ADMINs of both sides, DEMO too, with either side’s name; nobody else', async () => {
    const { park, shares } = await shared(null, 'TOM');
    const shareId = shares.park as string;
    world.story.grant(world.receiver.people.MEMBER, park, 'TOM', { cooperation: bond });
    await world.stored();
    const sees = async (person: Person) => {
      const client = await world.as(person);
      const found = await node(client, shareId);
      const { lists, traced } = await waysTo(client, park);
      const somewhere = lists.some((list) => list.includes(shareId));
      expect([person.name, somewhere]).toEqual([person.name, found !== null]);
      if (traced.length > 0) expect([traced, found !== null]).toEqual([[shareId], true]);
      return found;
    };
    for (const { organization, people } of [world.owner, world.receiver, world.third])
      for (const [role, person] of Object.entries(people)) {
        const isAdmin = role === 'ADMIN' || role === 'DEMO';
        const found = await sees(person);
        expect([person.name, found !== null]).toEqual([
          person.name,
          isAdmin && organization !== world.third.organization,
        ]);
        if (!found) continue;
        const [{ id: us, name: ourName }, { id: them, name: theirName }] = [
          world.owner.organization,
          world.receiver.organization,
        ];
        expect(found).toEqual({
          ...{ id: shareId, role: 'TOM', resource: { id: park.id }, cooperation: { id } },
          owner: { id: us, name: ourName, taxId: null },
          recipient: { id: them, name: theirName, taxId: null },
        });
      }
    for (const person of Object.values(world.outsiders)) expect(await sees(person)).toBeNull();
  });

  it('the recipient sees one that has lapsed, and no longer the resource', async () => {
    const { park, shares } = await shared(null, 'TOM', LATER);
    expect((await node(receiver, shares.park as string))?.['resource']).toEqual({ id: park.id });
    world.gateway.setClock(LATER);
    expect(await node(receiver, shares.park as string)).toMatchObject({ role: 'TOM', resource: null });
    expect((await node(admin, shares.park as string))?.['resource']).toEqual({ id: park.id });
  });
});

describe('a share of NONE (V1, V2)', () => {
  it('is its owner’s ADMIN’s alone: no list, count, node or trace tells the recipient', async () => {
    const { park, portfolio, shares } = await shared('TOM', 'NONE');
    const visible = world.park(portfolio);
    await world.stored();
    const none = shares.park as string;
    expect(await node(admin, none)).toMatchObject({ role: 'NONE', resource: { id: park.id } });
    const ours = await waysTo(admin, park);
    expect(ours.lists.map((list) => list.includes(none))).toEqual([true, true, true]);
    for (const person of [world.receiver.people.ADMIN, world.receiver.people.DEMO]) {
      const client = await world.as(person);
      expect(await node(client, none)).toBeNull();
      for (const resource of [park, portfolio, visible]) {
        const theirs = await waysTo(client, resource);
        expect(JSON.stringify(theirs)).not.toContain(none);
        expect(theirs.lists).toHaveLength(resource === park ? 2 : 3);
      }
      const query = 'query ($id: ID!) { portfolio(id: $id) { parks { totalCount nodes { id } } } }';
      expect(await client.get(query, { id: portfolio.id })).toEqual({
        portfolio: { parks: { totalCount: 1, nodes: [{ id: visible.id }] } },
      });
    }
    await world.refused(receiver, 'revokeShare', { shareId: none }, NOT_FOUND);
  });

  it('leaves nothing on the recipient’s trail where they neither reached the park before nor reach it after', async () => {
    const { park, shares } = await shared('TOM', 'NONE');
    const changed = await share(park, 'NONE', { expiresAt: LATER, raisesAccessOnExpiry: true });
    const trails = ({ records }: typeof changed) => records.map(({ organizationId }) => organizationId);
    expect(trails(changed)).toEqual([world.owner.organization.uuid]);
    await world.perform(admin, 'revokeShare', { shareId: shares.portfolio });
    const revoked = await world.perform(admin, 'revokeShare', { shareId: shares.park });
    expect(trails(revoked)).toEqual([world.owner.organization.uuid]);
  });

  it('nor where the portfolio’s share has lapsed', async () => {
    const { story } = world;
    const park = world.park(world.portfolio());
    story.share(bond, park.portfolio, 'TOM', { expiresAt: new Date(EARLIER) });
    const none = globalId('share', story.share(bond, park, 'NONE'));
    await world.stored();
    const { records } = await world.perform(admin, 'revokeShare', { shareId: none });
    expect(records.map(({ organizationId }) => organizationId)).toEqual([world.owner.organization.uuid]);
  });

  it('is not counted to the recipient when the cooperation is removed', async () => {
    const other = world.tenant();
    const through = world.story.cooperation(world.owner.organization, other.organization);
    const park = world.park(world.portfolio());
    world.story.share(through, park.portfolio, 'COM');
    world.story.share(through, park, 'NONE');
    await world.stored();
    const cooperationId = globalId('cooperation', through.uuid);
    const theirs = await world.as(other.people.ADMIN);
    const { records } = await world.perform(theirs, 'removeCooperation', { cooperationId });
    const told = { resourceId: park.portfolio.id, role: 'COM' };
    expect(records).toMatchObject([
      {
        organizationId: world.owner.organization.uuid,
        details: { sharesEnded: 2, shares: [told, { resourceId: park.id, role: 'NONE' }] },
      },
      { organizationId: other.organization.uuid, details: { sharesEnded: 1, shares: [told] } },
    ]);
    const trail = (await auditTrail(world.gateway.database)).filter(
      ({ organizationId }) => organizationId === other.organization.uuid,
    );
    expect(JSON.stringify(trail)).not.toMatch(new RegExp(`${park.id}|NONE`));
  });
});

describe('revoking (S1)', () => {
  it.each(['live', 'lapsed'])('a %s one is for an ADMIN of the owner alone', async (state) => {
    const { park, shares } = await shared(null, 'TOM', state === 'lapsed' ? LATER : undefined);
    if (state === 'lapsed') world.gateway.setClock(LATER);
    const input = { shareId: shares.park };
    await partnerCases(world).refuseOthers('revokeShare', input, [world.owner, world.receiver]);
    await world.refused(receiver, 'revokeShare', input, {
      ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'S1', required: 'ADMIN of the owner' },
      ...{ actual: 'ADMIN of the receiving organization', allowedRoles: [] },
    });
    const { revokedShareId } = await world.perform(admin, 'revokeShare', input);
    expect(revokedShareId).toBe(shares.park);
    for (const client of [admin, receiver]) expect(await node(client, revokedShareId)).toBeNull();
    expect((await waysTo(receiver, park)).lists.flat()).not.toContain(revokedShareId);
    await world.refused(admin, 'revokeShare', input, NOT_FOUND);
  });

  it('giving, changing and revoking stand on both trails, with what was before (A1)', async () => {
    const { owner, receiver: partner } = world;
    const park = world.park(world.portfolio());
    await world.stored();
    const given = await share(park, 'TOM');
    const changed = await share(park, 'VIEWER', { expiresAt: LATER });
    const revoked = await world.perform(admin, 'revokeShare', { shareId: given.share.id });
    const [tom, viewer] = [
      { role: 'TOM', expiresAt: null },
      { role: 'VIEWER', expiresAt: LATER },
    ];
    for (const [done, action, before, after] of [
      [given, 'share.given', null, tom],
      [changed, 'share.changed', tom, viewer],
      [revoked, 'share.revoked', viewer, null],
    ] as const) {
      expect(done.records).toMatchObject(
        [owner, partner].map(({ organization }) => ({
          ...{ organizationId: organization.uuid, action, subjectId: given.share.id, ipAddress: '127.0.0.1' },
          ...{ cooperationId: bond.uuid, requestId: done.requestId, actorUserId: owner.people.ADMIN.uuid },
        })),
      );
      const details = { resourceId: park.id, before, after, grantsLowered: 0, grants: [] };
      for (const record of done.records) expect(record.details).toEqual(details);
    }
  });
});

describe('a share follows the live resource (S3)', () => {
  it('a park that is made in, joins or leaves a shared portfolio is shared with all to whom that is delegated, or no longer', async () => {
    const { portfolio } = await shared('TOM', null);
    const apart = world.portfolio();
    world.story.grant(world.receiver.people.MEMBER, portfolio, 'VIEWER', { cooperation: bond });
    await world.stored();
    const member = await world.as(world.receiver.people.MEMBER);
    const read = async (client: GraphQLClient, park: string) => {
      const query =
        'query ($id: ID!, $in: ID!) { park(id: $id) { effectiveRole } portfolio(id: $in) { parks { totalCount nodes { id } } } }';
      const answer = await client.get<
        {
          park: { effectiveRole: string } | null;
          portfolio: { parks: { nodes: { id: string }[]; totalCount: number } };
        },
        object
      >(query, { id: park, in: portfolio.id });
      const { nodes, totalCount } = answer.portfolio.parks;
      expect(totalCount).toBe(nodes.length);
      expect(nodes.some((each) => each.id === park)).toBe(answer.park !== null);
      return answer.park?.effectiveRole ?? null;
    };
    const reached = async (park: string) => [await read(receiver, park), await read(member, park)];
    const { park } = await world.perform(admin, 'createPark', {
      ...{ portfolioId: portfolio.id, name: 'Newly made', plantType: 'WIND', capacityKw: 1 },
    });
    expect(await reached(park.id)).toEqual(['TOM', 'VIEWER']);
    await world.perform(admin, 'updatePark', { parkId: park.id, portfolioId: apart.id });
    expect(await reached(park.id)).toEqual([null, null]);
    await world.perform(admin, 'updatePark', { parkId: park.id, portfolioId: portfolio.id });
    expect(await reached(park.id)).toEqual(['TOM', 'VIEWER']);
  });
});

describe('what was removed does not come back (S2)', () => {
  it('a new cooperation of the same two begins with nothing, and so does a new share', async () => {
    const cases = partnerCases(world);
    const sent = await cases.accepted();
    const { partner, cooperationId, identifier } = sent;
    const theirs = await world.as(partner.people.ADMIN);
    const park = world.park(world.portfolio());
    const ours = world.park(world.portfolio(partner.organization));
    await world.stored();
    const give = (through: string) =>
      world.perform(admin, 'shareResource', { cooperationId: through, resourceId: park.id, role: 'TOM' });
    await give(cooperationId);
    const back = { cooperationId, resourceId: ours.id, role: 'COM', expiresAt: MUCH_LATER };
    await world.perform(theirs, 'shareResource', back);
    const delegate = { memberId: partner.people.MEMBER.member?.id, resourceId: park.id, role: 'TOM' };
    await world.perform(theirs, 'grantRole', delegate);
    const { records } = await world.perform(theirs, 'removeCooperation', { cooperationId });
    const details = {
      ...{ status: 'ACTIVE', sharesEnded: 2, grantsEnded: 1 },
      shares: [
        { resourceId: park.id, role: 'TOM' },
        { resourceId: ours.id, role: 'COM' },
      ],
      grants: [delegate],
    };
    const sides = [world.owner, partner].map(({ organization }) => organization.uuid);
    expect(records).toMatchObject(sides.map((organizationId) => ({ organizationId, details })));
    const again = await world.perform(admin, 'inviteCooperation', { organizationIdentifier: identifier });
    const next = again.cooperation.id;
    await world.perform(theirs, 'acceptCooperation', { cooperationId: next });
    const query = `query ($park: ID!, $bond: ID!) { park(id: $park) { effectiveRole } viewer { membership { grants { totalCount } } }
      node(id: $bond) { ... on Cooperation { shares { totalCount } } } }`;
    const reached = async (person: Person) =>
      (await world.as(person)).get(query, { park: park.id, bond: next });
    const nothing = { park: null, viewer: { membership: { grants: { totalCount: 0 } } } };
    expect(await reached(partner.people.ADMIN)).toEqual({ ...nothing, node: { shares: { totalCount: 0 } } });
    expect(await reached(partner.people.MEMBER)).toEqual({ ...nothing, node: null });
    await give(next);
    expect(await reached(partner.people.ADMIN)).toMatchObject({ park: { effectiveRole: 'TOM' } });
    expect(await reached(partner.people.MEMBER)).toEqual({ ...nothing, node: null });
  });
});
