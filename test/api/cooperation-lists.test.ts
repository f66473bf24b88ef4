/** Organization.cooperations and node: status by the clock, pages, and who sees which (section 6, C4, V1, V2, V3). */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { partnerCases } from '../kit/partner-cases.ts';
import { around, LATER, NOW, type Partners, startPartners } from '../kit/partners.ts';
import type { Organization } from '../kit/story.ts';

const STATUSES = ['PENDING', 'ACTIVE', 'PAUSED', 'EXPIRED'] as const;

let world: Partners;
let cases: ReturnType<typeof partnerCases>;
beforeAll(async () => {
  world = await startPartners();
  cases = partnerCases(world);
});
beforeEach(() => world.gateway.setClock(NOW));
afterAll(() => world.gateway.close());

interface List {
  readonly totalCount: number;
  readonly pageInfo: { readonly endCursor: string | null; readonly hasNextPage: boolean };
  readonly nodes: readonly { readonly id: string; readonly status: string }[];
}
/** A page of an organization's cooperations; null for who sees none. */
async function list(client: GraphQLClient, id: string, page: object = {}): Promise<List | null> {
  const query = `query ($id: ID!, $status: CooperationStatus, $first: Int, $after: String) {
    organization(id: $id) { cooperations(status: $status, first: $first, after: $after) {
      totalCount pageInfo { endCursor hasNextPage } nodes { id status } } } }`;
  const { organization } = await client.get<{ organization: { cooperations: List | null } | null }, object>(
    query,
    { id, ...page },
  );
  return organization?.cooperations ?? null;
}

describe('the status by the clock', () => {
  /** Every combination of accepted or not, paused or not, and when it ends; pending and paused is none (C2). */
  const made: { id: string; accepted: boolean; paused: boolean; expiresAt: Date | null }[] = [];
  let organization: Organization;
  let client: GraphQLClient;
  beforeAll(async () => {
    const { story } = world;
    const tenant = world.tenant('Busy');
    organization = tenant.organization;
    for (const expiresAt of [null, ...Object.values(around(LATER))])
      for (const [accepted, paused] of [
        [false, false],
        [true, false],
        [true, true],
      ] as const) {
        const other = story.organization(`Partner ${made.length}`);
        // Of half of them it is the partner.
        const sides = made.length % 2 ? ([other, organization] as const) : ([organization, other] as const);
        const row = { acceptedAt: accepted ? new Date(NOW) : null, paused, expiresAt };
        const id = globalId('cooperation', story.cooperation(...sides, row).uuid);
        made.push({ id, accepted, paused, expiresAt });
      }
    await world.stored();
    client = await world.as(tenant.people.ADMIN);
  });

  it.each(Object.entries(around(LATER)))(
    '%s the instant: what each shows, and what a filter by it holds',
    async (_, now) => {
      world.gateway.setClock(now);
      const expected = made.map(({ id, accepted, paused, expiresAt }) => {
        const live = expiresAt === null || expiresAt > now;
        return { id, status: paused ? 'PAUSED' : !live ? 'EXPIRED' : accepted ? 'ACTIVE' : 'PENDING' };
      });
      const all = await list(client, organization.id);
      expect(all?.nodes).toEqual(expected);
      expect(all?.totalCount).toBe(made.length);
      for (const status of STATUSES) {
        const some = await list(client, organization.id, { status });
        const wanted = expected.filter((each) => each.status === status);
        expect(some?.nodes).toEqual(wanted);
        expect(some?.totalCount).toBe(wanted.length);
        expect(wanted.length).toBeGreaterThan(0);
      }
    },
  );

  it('pages hold them once each, the oldest first, with and without a filter', async () => {
    for (const status of [null, 'PAUSED']) {
      const whole = await list(client, organization.id, { status });
      const walked = [];
      let after: string | null = null;
      for (let more = true; more; ) {
        const page: List | null = await list(client, organization.id, { status, first: 3, after });
        walked.push(...(page?.nodes ?? []));
        expect(page?.totalCount).toBe(whole?.totalCount);
        expect(page?.nodes.length).toBeLessThanOrEqual(3);
        after = page?.pageInfo.endCursor ?? null;
        more = page?.pageInfo.hasNextPage === true;
      }
      expect(walked).toEqual(whole?.nodes);
      expect(walked.length).toBeGreaterThan(3);
    }
    const query = (page: string) => `{ viewer { organization { cooperations(${page}) { totalCount } } } }`;
    for (const [page, field] of [
      ['first: 0', 'first'],
      ['first: -1', 'first'],
      ['first: 10001', 'first'],
      ['after: "forged"', 'after'],
    ] as const)
      expect(await client.refusal(query(page))).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('a cursor of another organization’s list is none of this', async () => {
    const theirs = await list(client, organization.id, { first: 1 });
    const owner = await world.as(world.owner.people.ADMIN);
    const query =
      'query ($after: String) { viewer { organization { cooperations(after: $after) { nodes { id } } } } }';
    const after = theirs?.pageInfo.endCursor;
    expect(await owner.refusal(query, { after })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
  });
});

describe('who sees a cooperation', () => {
  const bothWays = async (client: GraphQLClient, organizationId: string, id: string) => {
    const query =
      'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id ... on Cooperation { status } } }';
    const { node, nodes } = await client.get<{ node: object | null; nodes: (object | null)[] }, object>(
      query,
      {
        id,
      },
    );
    const listed = await list(client, organizationId);
    const inList = listed?.nodes.some((each) => each.id === id) ?? false;
    expect([node !== null, nodes[0] !== null]).toEqual([inList, inList]);
    return { sees: inList, list: listed };
  };

  it.each(['pending', 'accepted'] as const)(
    'of a %s one the ADMINs of either side, DEMO too, and nobody else; others have no list (section 6, V1)',
    async (state) => {
      const { partner, cooperationId } = await cases[state === 'pending' ? 'invited' : 'accepted']();
      for (const { organization, people } of [world.owner, partner, world.third]) {
        for (const [role, person] of Object.entries(people)) {
          const { sees, list: listed } = await bothWays(
            await world.as(person),
            organization.id,
            cooperationId,
          );
          const isAdmin = role === 'ADMIN' || role === 'DEMO';
          expect([role, listed !== null]).toEqual([role, isAdmin]);
          expect([role, sees]).toEqual([role, isAdmin && organization !== world.third.organization]);
        }
      }
      for (const person of Object.values(world.outsiders)) {
        const client = await world.as(person);
        for (const { organization } of [world.owner, world.receiver, partner])
          expect(await bothWays(client, organization.id, cooperationId)).toEqual({ sees: false, list: null });
      }
      expect((await world.gateway.client().refusal('{ node(id: "x") { id } }')).code).toBe('UNAUTHENTICATED');
    },
  );

  const SIDES = `id name identifier contactEmail phone address country registrationNumber taxId createdAt viewerRole viewerActions
    members { totalCount } team { totalCount } invitations { totalCount } cooperations { totalCount }
    portfolios { totalCount } parks { totalCount }`;
  const query = `query ($id: ID!, $them: ID!) { organization(id: $them) { id } node(id: $id) { ... on Cooperation {
    initiator { ${SIDES} } partner { ${SIDES} } partnerLabel shares { totalCount } } } }`;
  /** Across the boundary (V3). */
  const nameOf = ({ id, name }: Organization) => ({
    ...{ id, name, identifier: null, contactEmail: null, phone: null, address: null, country: null },
    ...{ registrationNumber: null, taxId: null, createdAt: null, viewerRole: null, viewerActions: [] },
    ...{ members: null, team: null, invitations: null, cooperations: null },
    ...{ portfolios: { totalCount: 0 }, parks: { totalCount: 0 } },
  });
  const own = { viewerRole: 'ADMIN', identifier: expect.any(String), cooperations: expect.anything() };

  it('shows before acceptance the initiator’s name to the invited, and nothing the other way round (C4)', async () => {
    const { partner, identifier, cooperationId: id } = await cases.invited();
    const { organization: us, people } = world.owner;
    const ours = await (await world.as(people.ADMIN)).get(query, { id, them: partner.organization.id });
    expect(ours).toMatchObject({
      organization: null,
      node: { initiator: own, partner: null, partnerLabel: identifier, shares: { totalCount: 0 } },
    });
    expect(JSON.stringify(ours)).not.toContain(partner.organization.name);
    const theirs = await (await world.as(partner.people.ADMIN)).get(query, { id, them: us.id });
    expect(theirs).toEqual({
      organization: null,
      node: { initiator: nameOf(us), partner: null, partnerLabel: identifier, shares: { totalCount: 0 } },
    });
  });

  it('shows after it each side the other’s name, and nothing else of them (V3)', async () => {
    const { partner, cooperationId: id } = await cases.accepted();
    const { organization: us, people } = world.owner;
    const label = { partnerLabel: partner.organization.name, shares: { totalCount: 0 } };
    const ours = await (await world.as(people.ADMIN)).get(query, { id, them: partner.organization.id });
    expect(ours).toMatchObject({ organization: null, node: { initiator: own, ...label } });
    const { node } = ours as { node: { partner: object } };
    expect(node.partner).toEqual(nameOf(partner.organization));
    const theirs = await (await world.as(partner.people.ADMIN)).get(query, { id, them: us.id });
    expect(theirs).toMatchObject({ organization: null, node: { partner: own, ...label } });
    expect((theirs as { node: { initiator: object } }).node.initiator).toEqual(nameOf(us));
  });
});
