import { isInterfaceType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalId, prefixOf } from '../../src/schema/global-id.ts';
import { buildServedSchema } from '../../src/server/build-schema.ts';
import { storeInvitation } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { MySessionsDocument } from '../kit/generated/operations.ts';
import { startWithTenants } from '../kit/tenant.ts';

type Tenants = Awaited<ReturnType<typeof startWithTenants>>;
type World = Tenants & {
  readonly invitations: readonly { readonly id: string }[];
  readonly reports: readonly { readonly id: string; readonly madeBy: string | null }[];
  readonly tokens: readonly { readonly id: string }[];
};
let world: World;
beforeAll(async () => {
  const tenants = await startWithTenants();
  const { acme, borealis } = tenants.organizations;
  const from = (organization: { uuid: string }, by: { uuid: string }, role: 'ADMIN' | 'MEMBER') =>
    storeInvitation(tenants.gateway.database, {
      organizationId: organization.uuid,
      invitedById: by.uuid,
      role,
    });
  const invitations = [
    await from(acme, tenants.ofAcme.ADMIN, 'MEMBER'),
    await from(acme, tenants.ofAcme.ADMIN, 'ADMIN'),
    await from(borealis, tenants.ofBorealis.ADMIN, 'MEMBER'),
  ];
  world = {
    ...tenants,
    invitations,
    reports: await generateReports(tenants),
    tokens: await createTokens(tenants),
  };
});
afterAll(() => world.gateway.close());

/** One report each of three members. */
async function generateReports({ as, ofAcme, ofBorealis, parks }: Tenants) {
  const GENERATE = `mutation ($park: ID!) { generateReport(input: { kind: EVENTS, parkIds: [$park],
    from: "2024-01-01T00:00:00Z", to: "2025-01-01T00:00:00Z" }) { report { id } } }`;
  const reports = [];
  for (const person of [ofAcme.ADMIN, ofBorealis.ADMIN, ofBorealis.MEMBER]) {
    const client = await as(person);
    const { generateReport } = await client.get<{ generateReport: { report: { id: string } } }, object>(
      GENERATE,
      {
        park: parks.nordhang.id,
      },
    );
    reports.push({ id: generateReport.report.id, madeBy: client.token });
  }
  return reports;
}

/** A token each of three members. */
async function createTokens({ as, ofAcme, ofBorealis }: Tenants) {
  const CREATE =
    'mutation { createApiToken(input: { name: "Nightly", permissionGroup: REPORTING }) { apiToken { id } } }';
  const tokens = [];
  for (const person of [ofAcme.ADMIN, ofAcme.EXTERNAL, ofBorealis.MEMBER]) {
    const { createApiToken } = await (await as(person)).get<
      { createApiToken: { apiToken: { id: string } } },
      object
    >(CREATE);
    tokens.push({ id: createApiToken.apiToken.id });
  }
  return tokens;
}

/** The types that implement Node: every id of the world, and how the type's own field tells which of them a viewer sees. */
const TYPES: Record<
  string,
  { ids: (world: World) => string[]; seen: (client: GraphQLClient, id: string) => Promise<boolean> }
> = {
  Organization: {
    ids: ({ organizations }) => Object.values(organizations).map(({ id }) => id),
    seen: (client, id) => isThere(client, 'query ($id: ID!) { it: organization(id: $id) { id } }', id),
  },
  Portfolio: {
    ids: ({ portfolios }) => Object.values(portfolios).map(({ id }) => id),
    seen: (client, id) => isThere(client, 'query ($id: ID!) { it: portfolio(id: $id) { id } }', id),
  },
  Park: {
    ids: ({ parks }) => Object.values(parks).map(({ id }) => id),
    seen: (client, id) => isThere(client, 'query ($id: ID!) { it: park(id: $id) { id } }', id),
  },
  Component: {
    ids: ({ components }) => Object.values(components).map(({ id }) => id),
    seen: async (client, id) => {
      const component = Object.values(world.components).find((each) => each.id === id);
      if (!component) return false;
      const query = 'query ($park: ID!) { park(id: $park) { components { nodes { id } } } }';
      const { park } = await client.get<
        { park: { components: { nodes: { id: string }[] } | null } | null },
        object
      >(query, {
        park: component.park.id,
      });
      return park?.components?.nodes.some((node) => node.id === id) ?? false;
    },
  },
  PlantEvent: recordType('event', 'events'),
  Ticket: recordType('ticket', 'tickets'),
  Contract: recordType('contract', 'contracts'),
  User: {
    ids: ({ ofAcme, ofBorealis, ofCirrus }) =>
      [ofAcme, ofBorealis, ofCirrus].flatMap((people) => Object.values(people)).map(({ id }) => id),
    seen: async (client, id) => (await peopleSeen(client)).some((person) => person.user.id === id),
  },
  Member: {
    ids: ({ ofAcme, ofBorealis, ofCirrus }) =>
      [ofAcme, ofBorealis, ofCirrus]
        .flatMap((people) => Object.values(people))
        .map(({ member }) => member?.id ?? ''),
    seen: async (client, id) => (await peopleSeen(client)).some((person) => person.id === id),
  },
  Report: {
    ids: ({ reports }) => reports.map(({ id }) => id),
    // No field lists them: a report is its member's alone.
    seen: async (client, id) =>
      world.reports.some((report) => report.id === id && report.madeBy === client.token),
  },
  ApiToken: {
    ids: ({ tokens }) => tokens.map(({ id }) => id),
    seen: async (client, id) => JSON.stringify(await client.get(TOKENS_SEEN)).includes(id),
  },
  Invitation: {
    ids: ({ invitations }) => invitations.map(({ id }) => id),
    seen: async (client, id) => JSON.stringify(await client.get(INVITATIONS_SEEN)).includes(id),
  },
  Grant: {
    ids: ({ grants }) => grants.map(({ id }) => id),
    seen: async (client, id) => JSON.stringify(await client.get(GRANTS_SEEN)).includes(id),
  },
  Cooperation: {
    ids: ({ cooperation }) => [cooperation.id],
    seen: async (client, id) => JSON.stringify(await client.get(COOPERATIONS_SEEN)).includes(id),
  },
  Share: {
    ids: ({ shares }) => Object.values(shares).map(({ id }) => id),
    seen: async (client, id) => JSON.stringify(await client.get(COOPERATIONS_SEEN)).includes(id),
  },
};

/** What a park holds: seen in the park's own list, which is null to those who may not read it. */
function recordType(kind: 'event' | 'ticket' | 'contract', list: string): (typeof TYPES)[string] {
  const all = () => Object.values(world.records).map((records) => records[kind]);
  return {
    ids: () => all().map(({ id }) => id),
    seen: async (client, id) => {
      const park = all().find((each) => each.id === id)?.park.id;
      if (park === undefined) return false;
      const query = `query ($park: ID!) { park(id: $park) { ${list} { nodes { id } } } }`;
      return JSON.stringify((await client.send(query, { park })).data).includes(id);
    },
  };
}

/** Whom a viewer sees: themselves, and the members of their organization that its list shows. */
async function peopleSeen(client: GraphQLClient): Promise<Seen[]> {
  const { viewer } = await client.get<{ viewer: ViewerSeen }, object>(
    '{ viewer { user { id } membership { id } organization { members(first: 100) { nodes { id user { id } } } } } }',
  );
  const oneself = { id: viewer.membership?.id ?? '', user: viewer.user };
  return [oneself, ...(viewer.organization?.members.nodes ?? [])];
}

interface Seen {
  readonly id: string;
  readonly user: { readonly id: string };
}

interface ViewerSeen {
  readonly user: { readonly id: string };
  readonly membership: { readonly id: string } | null;
  readonly organization: { readonly members: { readonly nodes: readonly Seen[] } } | null;
}

const TOKENS_SEEN = '{ viewer { apiTokens { nodes { id } } organization { apiTokens { nodes { id } } } } }';

const INVITATIONS_SEEN = '{ viewer { organization { invitations { nodes { id } } } } }';

/** Every list of cooperations and shares that a viewer comes to. */
const COOPERATIONS_SEEN = `{ viewer {
  parks { nodes { shares { ...s } } } portfolios { nodes { shares { ...s } } }
  organization { cooperations { nodes { id shares { ...s } } } parks { nodes { shares { ...s } } } portfolios { nodes { shares { ...s } } } }
} }
fragment s on ShareConnection { nodes { id } }`;

/** Every list of grants that a viewer comes to. */
const GRANTS_SEEN = `{ viewer {
  membership { ...g } parks { nodes { grants { ...n } } } portfolios { nodes { grants { ...n } } }
  organization { members { nodes { ...g } } parks { nodes { grants { ...n } } } portfolios { nodes { grants { ...n } } } }
} }
fragment g on Member { grants { ...n } }
fragment n on GrantConnection { nodes { id } }`;

const isThere = async (client: GraphQLClient, query: string, id: string) =>
  (await client.get<{ it: object | null }, object>(query, { id })).it !== null;

it('the types of this test are all that the schema has', () => {
  const schema = buildServedSchema();
  const node = schema.getType('Node');
  const implementing = isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : [];
  expect(implementing.toSorted()).toEqual(Object.keys(TYPES).toSorted());
});

const VIEWERS: [string, (world: World) => Parameters<World['as']>[0]][] = [
  ['the ADMIN of Acme', ({ ofAcme }) => ofAcme.ADMIN],
  ['an EXTERNAL of Acme', ({ ofAcme }) => ofAcme.EXTERNAL],
  ['the ADMIN who is blocked', ({ people }) => people.blocked],
  ['the demo account', ({ people }) => people.demo],
  ['a paused ADMIN', ({ people }) => people.paused],
  ['an account without membership', ({ people }) => people.loner],
  ['the system administrator', ({ people }) => people.administrator],
  ['the ADMIN of Borealis', ({ ofBorealis }) => ofBorealis.ADMIN],
  ['a technical asset manager of Borealis', ({ ofBorealis }) => ofBorealis.ASSET_MANAGER_TECHNICAL],
  ['a MEMBER of Borealis', ({ ofBorealis }) => ofBorealis.MEMBER],
  ['a MODERATOR of Borealis', ({ ofBorealis }) => ofBorealis.MODERATOR],
  ['the ADMIN of Cirrus', ({ ofCirrus }) => ofCirrus.ADMIN],
];

describe('node and nodes give the verdict of the type’s own field', () => {
  it.each(VIEWERS)('to %s', async (_, who) => {
    const client = await world.as(who(world));
    const ids = Object.entries(TYPES).flatMap(([type, { ids: all }]) => [
      ...all(world).map((id) => ({ type, id })),
      { type, id: globalId(prefixOf(all(world)[0] ?? '') as 'park', crypto.randomUUID()) },
    ]);
    const { nodes } = await client.get<{ nodes: ({ __typename: string; id: string } | null)[] }, object>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      { ids: ids.map(({ id }) => id) },
    );
    expect(nodes).toHaveLength(ids.length);
    const expected = await Promise.all(
      ids.map(async ({ type, id }) =>
        (await TYPES[type]?.seen(client, id)) ? { __typename: type, id } : null,
      ),
    );
    expect(nodes).toEqual(expected);
    // One by one, under aliases.
    for (let start = 0; start < ids.length; start += 20) {
      const some = ids.slice(start, start + 20);
      const fields = some.map(({ id }, index) => `n${index}: node(id: "${id}") { __typename id }`);
      const single = await client.get<Record<string, object | null>, object>(`{ ${fields.join(' ')} }`);
      expect(Object.values(single)).toEqual(expected.slice(start, start + 20));
    }
  });
});

it('keeps order and length, with own, foreign, absent, malformed and repeated ids among each other', async () => {
  const { as, ofAcme, parks, portfolios, components, organizations } = world;
  const ids = [
    parks.nordhang.id,
    parks.central.id,
    'garbage',
    portfolios.south.id,
    globalId('park', crypto.randomUUID()),
    components.inverter.id,
    parks.nordhang.id,
    organizations.acme.id,
    parks.solling.id,
    '',
  ];
  const query = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on Resource { name effectiveRole } ... on Component { kind park { name } } ... on Organization { identifier } ... on Node { id } } }`;
  const client = await as(ofAcme.ADMIN);
  const { nodes } = await client.get<{ nodes: ({ id: string } | null)[] }, object>(query, { ids });
  expect(nodes.map((node) => node?.id ?? null)).toEqual([
    ids[0],
    null,
    null,
    ids[3],
    null,
    ids[5],
    ids[6],
    ids[7],
    ids[8],
    null,
  ]);
  expect(nodes[5]).toMatchObject({ __typename: 'Component', kind: 'inverter', park: { name: 'Nordhang' } });
  expect(nodes[3]).toMatchObject({ __typename: 'Portfolio', name: 'South', effectiveRole: 'OPERATOR' });
  expect(await client.get(query, { ids: [] })).toEqual({ nodes: [] });
});

it('sessions are nobody’s nodes, and neither is what other prefixes name', async () => {
  const { as, ofAcme } = world;
  const client = await as(ofAcme.ADMIN);
  const { viewer } = await client.get(MySessionsDocument);
  const uuid = ofAcme.ADMIN.id.slice('user_'.length);
  const ids = [
    viewer?.sessions[0]?.id ?? '',
    ...['constructor', 'toString', 'hasOwnProperty', 'contract', ''].map((name) => `${name}_${uuid}`),
  ];
  expect(await client.get('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).toEqual({
    nodes: ids.map(() => null),
  });
});

it('more than 10,000 ids are refused by name, more than 20,000 as too large', async () => {
  const client = await world.as(world.ofAcme.ADMIN);
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  const ids = (count: number) => ({ ids: Array(count).fill(world.parks.nordhang.id) });
  expect((await client.get<{ nodes: object[] }, object>(query, ids(10_000))).nodes).toHaveLength(10_000);
  expect(await client.refusal(query, ids(10_001))).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ids' });
  expect(await client.refusal(query, ids(20_001))).toMatchObject({
    code: 'OPERATION_TOO_LARGE',
    limit: 20_000,
  });
});

describe('an own and a foreign park in one operation are judged apart', () => {
  const pairs: [string, string][] = [
    [
      'aliases',
      '{ own: park(id: "$own") { name effectiveRole } theirs: park(id: "$theirs") { name effectiveRole } }',
    ],
    [
      'the other way round',
      '{ theirs: park(id: "$theirs") { name effectiveRole } own: park(id: "$own") { name effectiveRole } }',
    ],
    [
      'nodes',
      '{ own: node(id: "$own") { ...f } theirs: node(id: "$theirs") { ...f } } fragment f on Park { name effectiveRole }',
    ],
    [
      'an interface',
      '{ own: node(id: "$own") { ...f } theirs: node(id: "$theirs") { ...f } } fragment f on Resource { name effectiveRole }',
    ],
    [
      'merged fields',
      '{ own: park(id: "$own") { name } theirs: park(id: "$theirs") { name } ... @include(if: true) { own: park(id: "$own") { effectiveRole } } ... @skip(if: false) { theirs: park(id: "$theirs") { effectiveRole } } }',
    ],
  ];
  it.each(pairs)('%s', async (_, query) => {
    const { as, ofAcme, parks } = world;
    const text = query.replaceAll('$own', parks.nordhang.id).replaceAll('$theirs', parks.central.id);
    expect(await (await as(ofAcme.ADMIN)).get(text)).toEqual({
      own: { name: 'Nordhang', effectiveRole: 'OPERATOR' },
      theirs: null,
    });
  });
});
