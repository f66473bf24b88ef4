import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parks } from '../../src/db/schema/parks.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  type ParkFilter,
  type ParkOrder,
  ParksOfOrganizationDocument,
  ParksOfViewerDocument,
  PortfoliosOfViewerDocument,
} from '../kit/generated/operations.ts';
import { startWithTenants } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
let partner: GraphQLClient;
/** Of an organization of its own: 12 parks whose names, capacities and ages are in three different orders, with ties. */
let list: { id: string; client: GraphQLClient; parks: { name: string; capacityKw: number }[] };

beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
  partner = await world.as(world.ofBorealis.ADMIN);
  const { story, gateway, as } = world;
  const organization = story.organization('Lister');
  const person = story.member(organization, 'MEMBER');
  const portfolios = [story.portfolio(organization, 'P1'), story.portfolio(organization, 'P2')] as const;
  const names = [
    'delta',
    'Alpha',
    'bravo',
    'alpha',
    'Zulu',
    'échelon',
    'Echo',
    'echo',
    'Ä',
    'zulu',
    '1st',
    '~tilde',
  ];
  const rows = names.map((name, index) => ({
    name,
    capacityKw: [5, 0.1, 1e9, 5, 0, 1e-7][index % 6] as number,
  }));
  rows.forEach(
    ({ name, capacityKw }, index) =>
      void story.park(portfolios[index % 2] ?? portfolios[0], name, { capacityKw }),
  );
  await story.store(gateway.database);
  list = { id: organization.id, client: await as(person), parks: rows };
});
afterAll(() => world.gateway.close());

type Page = { first?: number; after?: string | null; last?: number; before?: string | null };
async function page(args: Page & { orderBy?: ParkOrder; filter?: ParkFilter } = {}) {
  const { organization } = await list.client.get(ParksOfOrganizationDocument, { id: list.id, ...args });
  if (!organization) throw new Error('the organization is not there');
  return organization.parks;
}
const namesOf = ({ edges }: Awaited<ReturnType<typeof page>>) => edges.map(({ node }) => node.name);

/** By code point of the lower-case name, then by age; as the schema says. */
const expectedOrder = ({ field, direction }: ParkOrder) => {
  const keyed = list.parks.map((park, age) => ({ ...park, age }));
  const keys = { NAME: 'name', CAPACITY: 'capacityKw', CREATED_AT: 'age' } as const;
  const keyOf = (park: (typeof keyed)[number]) => {
    const key = park[keys[field]];
    return typeof key === 'string' ? key.toLowerCase() : key;
  };
  const sign = direction === 'ASC' ? 1 : -1;
  const compare = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);
  return keyed.sort((a, b) => sign * (compare(keyOf(a), keyOf(b)) || a.age - b.age)).map(({ name }) => name);
};

const ORDERS = (['NAME', 'CAPACITY', 'CREATED_AT'] as const).flatMap((field) =>
  (['ASC', 'DESC'] as const).map((direction) => ({ field, direction })),
);

describe.each(ORDERS)('parks by $field $direction', (orderBy) => {
  it('come in that order, equals by age', async () => {
    expect(namesOf(await page({ orderBy, first: 100 }))).toEqual(expectedOrder(orderBy));
  });

  it.each([1, 2, 5, 11, 12, 13])(
    'in pages of %i, forward and backward, are the same list, with nothing twice',
    async (size) => {
      const forward: string[] = [];
      let after: string | null = null;
      for (let more = true; more; ) {
        const { edges, pageInfo, totalCount } = await page({ orderBy, first: size, after });
        expect(totalCount).toBe(12);
        expect(pageInfo.hasPreviousPage).toBe(after !== null);
        expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges[0]?.cursor, edges.at(-1)?.cursor]);
        forward.push(...edges.map(({ node }) => node.name));
        ({ hasNextPage: more, endCursor: after = null } = pageInfo);
      }
      expect(forward).toEqual(expectedOrder(orderBy));
      const backward: string[] = [];
      let before: string | null = null;
      for (let more = true; more; ) {
        const { edges, pageInfo } = await page({ orderBy, last: size, before });
        expect(pageInfo.hasNextPage).toBe(before !== null);
        backward.unshift(...edges.map(({ node }) => node.name));
        ({ hasPreviousPage: more, startCursor: before = null } = pageInfo);
      }
      expect(backward).toEqual(forward);
    },
  );

  it('between two cursors hold what lies between them, from either end', async () => {
    const { edges } = await page({ orderBy });
    const [after, before] = [edges[2]?.cursor, edges[9]?.cursor];
    const between = expectedOrder(orderBy).slice(3, 9);
    expect(namesOf(await page({ orderBy, after, before }))).toEqual(between);
    expect(namesOf(await page({ orderBy, after, before, first: 2 }))).toEqual(between.slice(0, 2));
    expect(namesOf(await page({ orderBy, after, before, last: 2 }))).toEqual(between.slice(-2));
    expect(namesOf(await page({ orderBy, after: before, before: after }))).toEqual([]);
  });
});

it('an empty page has no cursors, and a list is 50 long if nothing is said', async () => {
  const { pageInfo: ofLast } = await page({ last: 1 });
  const beyond = await page({ after: ofLast.endCursor });
  expect(beyond).toMatchObject({
    totalCount: 12,
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: true, startCursor: null, endCursor: null },
  });
  const nobody = await page({ filter: { search: 'nobody is called that' } });
  expect(nobody).toMatchObject({
    totalCount: 0,
    edges: [],
    pageInfo: { hasNextPage: false, hasPreviousPage: false },
  });
});

it('a cursor outlives its row', async () => {
  const { edges } = await page({ first: 3 });
  const rest = namesOf(await page({ after: edges[2]?.cursor }));
  const gone = edges[2]?.node.name ?? '';
  const { gateway } = world;
  const [row] = await gateway.database.transaction('command', (tx) =>
    tx.delete(parks).where(eq(parks.name, gone)).returning(),
  );
  expect(namesOf(await page({ after: edges[2]?.cursor }))).toEqual(rest);
  await gateway.database.transaction('command', async (tx) => {
    const { nameKey: _, ...values } = row as NonNullable<typeof row>;
    await tx.insert(parks).values(values);
  });
});

describe('filters', () => {
  const found = async (client: GraphQLClient, filter: ParkFilter) => {
    const { viewer } = await client.get(ParksOfViewerDocument, { filter });
    expect(viewer?.parks.totalCount).toBe(viewer?.parks.nodes.length);
    return viewer?.parks.nodes.map(({ name }) => name);
  };
  const cases: [string, () => ParkFilter, string[]][] = [
    ['nothing', () => ({}), ['Nordhang', 'Ostwall', 'Solling', 'Westkamp']],
    ['own', () => ({ ownership: 'OWN' }), ['Westkamp']],
    ['shared', () => ({ ownership: 'SHARED' }), ['Nordhang', 'Ostwall', 'Solling']],
    ['one plant type', () => ({ plantTypes: ['SOLAR'] }), ['Solling']],
    ['two plant types', () => ({ plantTypes: ['SOLAR', 'BATTERY'] }), ['Ostwall', 'Solling']],
    ['no plant type', () => ({ plantTypes: [] }), []],
    ['a portfolio', () => ({ portfolioId: world.portfolios.north.id }), ['Nordhang']],
    // P11: which one it is in is not told, not by a filter either.
    ['the portfolio of a park that is shared alone', () => ({ portfolioId: world.portfolios.south.id }), []],
    [
      'an organization',
      () => ({ organizationId: world.organizations.acme.id }),
      ['Nordhang', 'Ostwall', 'Solling'],
    ],
    ['at least VIEWER', () => ({ minimumRole: 'VIEWER' }), ['Nordhang', 'Ostwall', 'Solling', 'Westkamp']],
    ['at least TOM', () => ({ minimumRole: 'TOM' }), ['Nordhang', 'Westkamp']],
    ['at least COM', () => ({ minimumRole: 'COM' }), ['Solling', 'Westkamp']],
    ['OPERATOR', () => ({ minimumRole: 'OPERATOR' }), ['Westkamp']],
    ['a part of the name', () => ({ search: 'LL' }), ['Ostwall', 'Solling']],
    [
      'everything at once',
      () => ({ search: 'll', ownership: 'SHARED', plantTypes: ['SOLAR'], minimumRole: 'COM' }),
      ['Solling'],
    ],
    [
      'null everywhere',
      () => ({ search: null, ownership: null, plantTypes: null, minimumRole: null, portfolioId: null }),
      ['Nordhang', 'Ostwall', 'Solling', 'Westkamp'],
    ],
  ];
  it.each(cases)('by %s', async (_, filter, names) => {
    expect(await found(partner, filter())).toEqual(names);
  });

  it('an ADMIN who is blocked finds it in the lists of organization and portfolio, not in their own (P13)', async () => {
    const { as, people, organizations, portfolios } = world;
    const blocked = await as(people.blocked);
    const own = await found(blocked, { ownership: 'OWN' });
    expect(own).not.toContain('Südfeld');
    const { organization } = await blocked.get(ParksOfOrganizationDocument, { id: organizations.acme.id });
    const listed = organization?.parks.edges.map(({ node }) => [node.name, node.effectiveRole]);
    expect(listed).toContainEqual(['Südfeld', 'NONE']);
    expect(organization?.parks.totalCount).toBe(listed?.length);
    const query = 'query ($id: ID!) { portfolio(id: $id) { effectiveRole parks { totalCount } } }';
    expect(await blocked.get(query, { id: portfolios.south.id })).toEqual({
      portfolio: { effectiveRole: 'NONE', parks: { totalCount: 2 } },
    });
    expect(await found(blocked, { minimumRole: 'NONE', ownership: 'OWN' })).toEqual(own);
  });
});

describe('portfolios', () => {
  const names = async (client: GraphQLClient, variables: object = {}) => {
    const { viewer } = await client.get(PortfoliosOfViewerDocument, variables);
    return { names: viewer?.portfolios.nodes.map(({ name }) => name), ...viewer?.portfolios };
  };
  it('are listed, filtered, ordered and counted as parks are', async () => {
    expect(await names(partner)).toMatchObject({ names: ['East', 'North', 'West'], totalCount: 3 });
    expect(await names(partner, { filter: { ownership: 'OWN' } })).toMatchObject({
      names: ['West'],
      totalCount: 1,
    });
    expect(await names(partner, { filter: { ownership: 'SHARED', search: 'T' } })).toMatchObject({
      names: ['East', 'North'],
    });
    const orderBy = { field: 'CREATED_AT', direction: 'DESC' };
    expect(await names(partner, { orderBy })).toMatchObject({ names: ['West', 'East', 'North'] });
    const first = await names(partner, { first: 2, orderBy });
    expect(first).toMatchObject({ names: ['West', 'East'], pageInfo: { hasNextPage: true }, totalCount: 3 });
    expect(await names(partner, { orderBy, after: first.pageInfo?.endCursor })).toMatchObject({
      names: ['North'],
    });
  });

  it('count what is visible alone, at every level', async () => {
    const query = `query ($id: ID!) { organization(id: $id) { portfolios { totalCount nodes { name parks { totalCount nodes { name } } } } parks { totalCount } } }`;
    expect(await partner.get(query, { id: world.organizations.acme.id })).toEqual({
      organization: {
        portfolios: {
          totalCount: 2,
          nodes: [
            { name: 'East', parks: { totalCount: 1, nodes: [{ name: 'Ostwall' }] } },
            { name: 'North', parks: { totalCount: 1, nodes: [{ name: 'Nordhang' }] } },
          ],
        },
        parks: { totalCount: 3 },
      },
    });
  });
});

it('the first n of each parent, with cursors that go on in their own list', async () => {
  const query = `query ($id: ID!, $n: Int!) { organization(id: $id) { portfolios { nodes { id parks(first: $n) { nodes { name } pageInfo { endCursor hasNextPage } } } } } }`;
  type Nested = {
    organization: {
      portfolios: {
        nodes: { id: string; parks: { nodes: { name: string }[]; pageInfo: { endCursor: string } } }[];
      };
    };
  };
  const { organization } = await list.client.get<Nested, object>(query, { id: list.id, n: 2 });
  for (const { id, parks } of organization.portfolios.nodes) {
    const rest =
      'query ($id: ID!, $after: String) { portfolio(id: $id) { all: parks { nodes { name } } rest: parks(after: $after) { nodes { name } } } }';
    const { portfolio } = await list.client.get<
      { portfolio: { all: object & { nodes: object[] }; rest: { nodes: object[] } } },
      object
    >(rest, {
      id,
      after: parks.pageInfo.endCursor,
    });
    expect([...parks.nodes, ...portfolio.rest.nodes]).toEqual(portfolio.all.nodes);
    expect(parks.nodes).toHaveLength(2);
  }
});

it('lists of two filters, orders and sizes side by side do not mix', async () => {
  const query = `{ viewer { a: parks(first: 1) { nodes { name } } b: parks(first: 2) { nodes { name } } c: parks(first: 1, orderBy: { field: NAME, direction: DESC }) { nodes { name } }
    d: parks(filter: { search: "ost" }) { totalCount nodes { name } } e: parks(filter: { search: "west" }) { totalCount nodes { name } } f: portfolios { totalCount } } }`;
  expect(await partner.get(query)).toEqual({
    viewer: {
      a: { nodes: [{ name: 'Nordhang' }] },
      b: { nodes: [{ name: 'Nordhang' }, { name: 'Ostwall' }] },
      c: { nodes: [{ name: 'Westkamp' }] },
      d: { totalCount: 1, nodes: [{ name: 'Ostwall' }] },
      e: { totalCount: 1, nodes: [{ name: 'Westkamp' }] },
      f: { totalCount: 3 },
    },
  });
  expect(
    await admin.get('{ viewer { parks(filter: { organizationId: "organization_" }) { totalCount } } }'),
  ).toEqual({
    viewer: { parks: { totalCount: 0 } },
  });
});
