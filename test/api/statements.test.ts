import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Organization, type Park, Story } from '../kit/story.ts';

let gateway: TestGateway;
/** Two worlds alike but for their size: an owner with portfolios of parks with components, and a partner it shares half of it with. */
let small: Sized;
let large: Sized;

interface Sized {
  readonly owner: Organization;
  readonly parks: readonly Park[];
  readonly member: GraphQLClient;
  readonly partner: GraphQLClient;
}

beforeAll(async () => {
  gateway = await startTestGateway();
  small = await world(2, 5);
  large = await world(20, 50);
});
afterAll(() => gateway.close());

async function world(portfolios: number, parksEach: number): Promise<Sized> {
  const story = new Story();
  const [owner, receiver] = [story.organization('Owner'), story.organization('Receiver')];
  const member = story.member(owner, 'MEMBER', { name: `Member of ${portfolios}` });
  const partner = story.member(receiver, 'ADMIN', { name: `Partner of ${portfolios}` });
  const cooperation = story.cooperation(owner, receiver);
  const parks: Park[] = [];
  for (let p = 0; p < portfolios; p++) {
    const portfolio = story.portfolio(owner, `Portfolio ${p}`);
    if (p % 2 === 0) story.share(cooperation, portfolio, 'TOM');
    if (p % 3 === 0) story.grant(member, portfolio, 'TOM');
    for (let n = 0; n < parksEach; n++) {
      const park = story.park(portfolio, `Park ${p} ${n}`);
      parks.push(park);
      if (n % 5 === 0) story.grant(member, park, n % 10 === 0 ? 'NONE' : 'OPERATOR');
      if (n % 7 === 0) story.share(cooperation, park, 'COM');
      if (n % 2 === 0) story.component(park, 'String', story.component(park, 'Inverter'));
    }
  }
  await story.store(gateway.database);
  return {
    owner,
    parks,
    member: await gateway.signInAs(member.uuid),
    partner: await gateway.signInAs(partner.uuid),
  };
}

/** The statements of one operation; when a session was last seen is noted at most once a minute, and not counted. */
async function statementsOf(client: GraphQLClient, query: string, variables: object): Promise<string[]> {
  gateway.takeStatements();
  await client.get(query, variables);
  return gateway.takeStatements().filter((statement) => !/^update "sessions"/.test(statement));
}

const PARK =
  '{ id name capacityKw effectiveRole portfolio { id name } viewerAccess { actions changesAt trace { rule } } }';
/** Each with how many statements it takes beside the three that say who asks. */
const OPERATIONS: [name: string, beside: number, query: string][] = [
  ['the viewer', 0, '{ viewer { user { name } membership { role } organization { name viewerActions } } }'],
  [
    'parks of an organization',
    1,
    `query ($id: ID!) { organization(id: $id) { parks(first: 1000) { nodes ${PARK} } } }`,
  ],
  [
    'parks of an organization, counted',
    2,
    `query ($id: ID!) { organization(id: $id) { parks(first: 1000) { totalCount nodes ${PARK} } } }`,
  ],
  ['only counted parks', 2, 'query ($id: ID!) { organization(id: $id) { parks(first: 1) { totalCount } } }'],
  [
    'portfolios, the first parks of each',
    2,
    `query ($id: ID!) { organization(id: $id) { portfolios { nodes { name effectiveRole parks(first: 50) { nodes ${PARK} } } } } }`,
  ],
  [
    'portfolios, all counted',
    4,
    `query ($id: ID!) { organization(id: $id) { portfolios { totalCount nodes { parks(first: 50) { totalCount nodes ${PARK} } } } } }`,
  ],
  ['parks of the viewer', 1, `{ viewer { parks(first: 1000) { nodes ${PARK} } } }`],
  [
    'parks of the viewer, counted and filtered',
    2,
    `{ viewer { parks(first: 1000, filter: { search: "park", minimumRole: TOM }) { totalCount nodes ${PARK} } } }`,
  ],
  [
    'portfolios of the viewer with their parks',
    2,
    `{ viewer { portfolios { nodes { parks(first: 50) { nodes ${PARK} } } } } }`,
  ],
  [
    'parks with their owners',
    1,
    '{ viewer { parks(first: 1000) { nodes { organization { name viewerRole } } } } }',
  ],
  [
    'components of every park',
    2,
    'query ($id: ID!) { organization(id: $id) { parks(first: 1000) { nodes { components(first: 10) { nodes { name } } } } } }',
  ],
  [
    'components with park and parent',
    4,
    'query ($id: ID!) { organization(id: $id) { parks(first: 1000) { nodes { components(first: 3) { nodes { park { name } parent { name } } } } } } }',
  ],
  [
    'components as trees',
    3,
    'query ($id: ID!) { organization(id: $id) { parks(first: 1000) { nodes { components(first: 2, parentId: null) { nodes { children(first: 2) { nodes { name } } } } } } } }',
  ],
  ['nodes', 1, `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Park ${PARK} } }`],
  [
    'back and forth',
    3,
    '{ viewer { portfolios(first: 5) { nodes { parks(first: 5) { nodes { portfolio { parks(first: 4) { nodes { name } } } } } } } } }',
  ],
];

describe.each(OPERATIONS)('%s', (_, beside, query) => {
  const variables = ({ owner, parks }: Sized) => ({
    ...(query.includes('$id:') && { id: owner.id }),
    ...(query.includes('$ids:') && { ids: parks.map(({ id }) => id) }),
  });
  it.each(['member', 'partner'] as const)(
    'takes as many statements for 1,000 parks as for 10, asked by a %s',
    async (who) => {
      const few = await statementsOf(small[who], query, variables(small));
      const many = await statementsOf(large[who], query, variables(large));
      expect(few).toHaveLength(3 + beside);
      expect(many).toHaveLength(few.length);
    },
  );
});

it('a tree of portfolios and parks takes at most five statements, saying who asks included', async () => {
  const tree =
    'query ($id: ID!) { organization(id: $id) { portfolios(first: 20) { nodes { name parks(first: 50) { nodes { name capacityKw effectiveRole portfolio { name } } } } } } }';
  gateway.takeStatements();
  type Tree = { organization: { portfolios: { nodes: { parks: { nodes: object[] } }[] } } };
  const { organization } = await large.member.get<Tree, object>(tree, { id: large.owner.id });
  expect(organization.portfolios.nodes.flatMap(({ parks }) => parks.nodes).length).toBeGreaterThan(800);
  expect(gateway.takeStatements().length).toBeLessThanOrEqual(5);
});

it('creating a thousand parks takes as many statements as creating ten', async () => {
  const story = new Story();
  const person = story.member(large.owner, 'ADMIN', { name: 'Creator' });
  const portfolio = story.portfolio(large.owner, 'New');
  await story.store(gateway.database);
  const client = await gateway.signInAs(person.uuid);
  const query = `mutation ($input: CreateParksInput!) { createParks(input: $input) { parks ${PARK} } }`;
  const input = (count: number) => ({
    input: {
      portfolioId: portfolio.id,
      parks: Array(count).fill({ name: 'New', plantType: 'WIND', capacityKw: 1 }),
    },
  });
  const few = await statementsOf(client, query, input(10));
  expect(await statementsOf(client, query, input(1_000))).toHaveLength(few.length);
});
