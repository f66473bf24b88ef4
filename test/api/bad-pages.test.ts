import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { startWithTenants } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
let variables: { organization: string; portfolio: string; park: string; component: string };

beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
  const { organizations, portfolios, parks, components } = world;
  variables = {
    organization: organizations.acme.id,
    portfolio: portfolios.south.id,
    park: parks.nordhang.id,
    component: components.inverter.id,
  };
});
afterAll(() => world.gateway.close());

describe('pages', () => {
  const LISTS = {
    'Organization.parks': (args: string) =>
      `organization(id: $organization) { list: parks(${args}) { ...page } }`,
    'Organization.portfolios': (args: string) =>
      `organization(id: $organization) { list: portfolios(${args}) { ...page } }`,
    'Portfolio.parks': (args: string) => `portfolio(id: $portfolio) { list: parks(${args}) { ...page } }`,
    'Viewer.parks': (args: string) => `viewer { list: parks(${args}) { ...page } }`,
    'Viewer.portfolios': (args: string) => `viewer { list: portfolios(${args}) { ...page } }`,
    'Park.components': (args: string) => `park(id: $park) { list: components(${args}) { ...page } }`,
    'Component.children': (args: string) =>
      `node(id: $component) { ... on Component { list: children(${args}) { ...page } } }`,
  } as const;
  type List = keyof typeof LISTS;
  const PAGE_TYPES: Record<List, string> = {
    'Organization.parks': 'ParkConnection',
    'Organization.portfolios': 'PortfolioConnection',
    'Portfolio.parks': 'ParkConnection',
    'Viewer.parks': 'ParkConnection',
    'Viewer.portfolios': 'PortfolioConnection',
    'Park.components': 'ComponentConnection',
    'Component.children': 'ComponentConnection',
  };
  const VARIABLES = ['organization', 'portfolio', 'park', 'component'];
  const names = Object.keys(LISTS) as List[];

  const query = (list: List, args: string) => {
    const root = LISTS[list](args);
    const used = VARIABLES.filter((name) => root.includes(`$${name})`));
    const declared = used.length > 0 ? `(${used.map((name) => `$${name}: ID!`).join(' ')})` : '';
    return `query ${declared} { ${root} } fragment page on ${PAGE_TYPES[list]} { nodes { id } pageInfo { startCursor endCursor } }`;
  };
  const cursorOf = async (list: List, order: string) => {
    const data = await admin.get<Record<string, { list: { pageInfo: { startCursor: string } } }>, object>(
      query(list, order),
      variables,
    );
    return Object.values(data)[0]?.list.pageInfo.startCursor ?? '';
  };

  it.each(
    names.flatMap((list) =>
      [
        ['first: -1', 'first'],
        ['first: 0', 'first'],
        ['first: 10001', 'first'],
        ['first: 2147483647', 'first'],
        ['first: -2147483648', 'first'],
        ['last: 0', 'last'],
        ['last: -5', 'last'],
        ['last: 10001', 'last'],
        ['first: 2, last: 2', 'last'],
        ['after: ""', 'after'],
        ['after: "garbage"', 'after'],
        ['before: "bnVsbA"', 'before'],
        ['before: "W10"', 'before'],
        [`after: "${'A'.repeat(50_000)}"`, 'after'],
      ].map(([args, field]) => [list, args as string, field as string] as const),
    ),
  )('%s(%s) is refused', async (list, args, field) => {
    expect(await admin.refusal(query(list, args), variables)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });

  it('a cursor serves the list, the parent and the order that it came from, and no other', async () => {
    const cursors = await Promise.all(
      names.map(async (list) => [list, await cursorOf(list, 'first: 1')] as const),
    );
    for (const [list, cursor] of cursors) {
      expect(cursor).not.toBe('');
      for (const other of names.filter((name) => name !== list)) {
        expect(await admin.refusal(query(other, `after: "${cursor}"`), variables)).toMatchObject({
          code: 'BAD_USER_INPUT',
          field: 'after',
        });
      }
      expect(
        await admin.refusal(
          query(list, `before: "${cursor}", orderBy: { field: NAME, direction: DESC }`),
          variables,
        ),
      ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'before' });
      expect(
        await admin.refusal(
          query(list, `after: "${cursor}", orderBy: { field: CREATED_AT, direction: ASC }`),
          variables,
        ),
      ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
    }
    const [, ofSouth] = cursors.find(([list]) => list === 'Portfolio.parks') ?? [];
    expect(
      await admin.refusal(query('Portfolio.parks', `after: "${ofSouth}"`), {
        portfolio: world.portfolios.north.id,
      }),
    ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'after' });
  });

  it.each([
    ['CAPACITY', '1e999'],
    ['CAPACITY', '9'.repeat(400)],
    ['CAPACITY', 'NaN'],
    ['CREATED_AT', '2025-99-99 99:99:99+00'],
    ['CREATED_AT', '2025-02-30 00:00:00+00'],
    ['CREATED_AT', '0000-01-01 00:00:00+00'],
    ['NAME', 'a\0b'],
    ['NAME', '\ud800'],
  ])('a cursor made up for order %s with %s is garbage', async (field, key) => {
    const orderBy = `orderBy: { field: ${field}, direction: ASC }`;
    const genuine = await cursorOf('Organization.parks', orderBy);
    const [list, , id] = JSON.parse(Buffer.from(genuine, 'base64url').toString()) as string[];
    const forged = Buffer.from(JSON.stringify([list, key, id])).toString('base64url');
    expect(
      await admin.refusal(query('Organization.parks', `${orderBy}, after: "${forged}"`), variables),
    ).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'after',
    });
  });
});

describe('searching', () => {
  const search =
    'query ($search: String!) { viewer { parks(filter: { search: $search }) { totalCount nodes { name } } } }';
  const NAMES = [
    '100 % wind',
    '100 x wind',
    'a_b',
    'aXb',
    `O'Brien "north"`,
    'back\\slash',
    'ÄÖÜ ẞ',
    'İstanbul',
    '--; drop table parks',
  ];

  beforeAll(async () => {
    for (const name of NAMES) world.story.park(world.portfolios.east, name);
    await world.story.store(world.gateway.database);
  });

  it.each([
    ['%', ['100 % wind']],
    ['_', ['a_b']],
    ['A_B', ['a_b']],
    ["o'b", [`O'Brien "north"`]],
    ['"', [`O'Brien "north"`]],
    ['\\', ['back\\slash']],
    ['äöü', ['ÄÖÜ ẞ']],
    ['ÄÖ', ['ÄÖÜ ẞ']],
    ['; DROP', ['--; drop table parks']],
    ['.*', []],
    ['🌞'.repeat(100), []],
  ])('%s finds what it says, literally and in any case', async (text, found) => {
    expect(await admin.get(search, { search: text })).toEqual({
      viewer: { parks: { totalCount: found.length, nodes: found.map((name) => ({ name })) } },
    });
  });

  it.each([
    ['201 characters', 'x'.repeat(201)],
    ['a NUL', 'a\0'],
    ['a lone surrogate', '\ud800'],
  ])('%s is refused, on every list', async (_, text) => {
    const lists = [
      'viewer { parks',
      'viewer { portfolios',
      'organization(id: $id) { parks',
      'organization(id: $id) { portfolios',
    ];
    for (const list of lists) {
      const query = `query ($search: String!, $id: ID!) { ${list}(filter: { search: $search }) { totalCount } } again: organization(id: $id) { id } }`;
      const { errors } = await admin.send(query, { search: text, id: variables.organization });
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'filter.search' } }]);
    }
  });
});
