import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Park, Story } from '../kit/story.ts';

let gateway: TestGateway;
let few: Sized;
let many: Sized;

interface Sized {
  readonly parks: readonly Park[];
  readonly ids: readonly string[];
  readonly owner: GraphQLClient;
  readonly partner: GraphQLClient;
}

beforeAll(async () => {
  gateway = await startTestGateway();
  few = await world(5);
  many = await world(200);
});
afterAll(() => gateway.close());

/** An owner with `count` parks, of which the first has `count` events, tickets and contracts, the others one of each; all shared as COM. */
async function world(count: number): Promise<Sized> {
  const story = new Story();
  const [owner, receiver] = [story.organization('Owner'), story.organization('Receiver')];
  const people = Array.from({ length: 4 }, (_, n) =>
    story.member(owner, 'MEMBER', { name: `M${n} ${count}` }),
  );
  const admin = story.member(owner, 'ADMIN', { name: `Owner of ${count}` });
  const partner = story.member(receiver, 'ADMIN', { name: `Partner of ${count}` });
  const portfolio = story.portfolio(owner, 'All');
  story.share(story.cooperation(owner, receiver), portfolio, 'COM');
  const parks = Array.from({ length: count }, (_, n) => story.park(portfolio, `Park ${n}`));
  const ids = parks.flatMap((park, n) => {
    const component = story.component(park, 'Inverter');
    return Array.from({ length: n === 0 ? count : 1 }, (_, m) => [
      story.event(park, `${m}`, { component }).id,
      story.ticket(park, people[m % 4] ?? admin, `${m}`).id,
      story.contract(park, `${m}`).id,
    ]).flat();
  });
  await story.store(gateway.database);
  return {
    ...{ parks, ids },
    owner: await gateway.signInAs(admin.uuid),
    partner: await gateway.signInAs(partner.uuid),
  };
}

async function statementsOf(client: GraphQLClient, query: string, variables: object): Promise<number> {
  gateway.takeStatements();
  await client.get(query, variables);
  return gateway.takeStatements().filter((statement) => !/^update "sessions"/.test(statement)).length;
}

/** Each with how many statements it takes beside the three that say who asks. */
const OPERATIONS: [name: string, beside: number, query: string][] = [
  [
    'the events of a park with their components, counted',
    4,
    'query ($park: ID!) { park(id: $park) { events(first: 1000) { totalCount nodes { message park { name } component { name } } } } }',
  ],
  [
    'the tickets of a park with their authors, counted',
    3,
    'query ($park: ID!) { park(id: $park) { tickets(first: 1000, status: OPEN) { totalCount nodes { title createdBy { name email } park { name } } } } }',
  ],
  [
    'the contracts of a park, counted',
    3,
    'query ($park: ID!) { park(id: $park) { contracts(first: 1000) { totalCount nodes { title park { name } } } } }',
  ],
  [
    'all of every park',
    4,
    `{ viewer { parks(first: 1000) { nodes { events(first: 2, filter: { acknowledged: false }) { nodes { message } } tickets(first: 2) { nodes { createdBy { name } } }
      contracts(first: 2) { nodes { title } } } } } }`,
  ],
  [
    'nodes',
    5,
    `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on PlantEvent { message component { name } } ... on Ticket { title createdBy { name } park { name } } ... on Contract { title } } }`,
  ],
];

describe.each(OPERATIONS)('%s', (_, beside, query) => {
  it.each(['owner', 'partner'] as const)(
    'takes as many statements for 200 as for 5, asked by the %s',
    async (who) => {
      const variables = ({ parks, ids }: Sized) => ({
        ...(query.includes('$park:') && { park: parks[0]?.id }),
        ...(query.includes('$ids:') && { ids }),
      });
      const asked = await statementsOf(few[who], query, variables(few));
      expect(asked).toBe(3 + beside);
      expect(await statementsOf(many[who], query, variables(many))).toBe(asked);
    },
  );
});
