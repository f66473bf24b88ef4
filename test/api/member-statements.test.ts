import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Organization, type Park, type Person, type Resource, Story } from '../kit/story.ts';
import { documentOf } from '../kit/team-operations.ts';

let gateway: TestGateway;
/** Two worlds alike but for their size: a team with grants on as many parks, some of them delegated by a partner. */
let small: Sized;
let large: Sized;

interface Sized {
  readonly organization: Organization;
  readonly portfolio: Resource;
  readonly parks: readonly Park[];
  readonly members: readonly Person[];
  /** Has a grant on every park. */
  readonly collector: Person;
  readonly admin: GraphQLClient;
  readonly moderator: GraphQLClient;
  readonly owner: GraphQLClient;
}

beforeAll(async () => {
  gateway = await startTestGateway();
  small = await world(5);
  large = await world(200);
});
afterAll(() => gateway.close());

async function world(size: number): Promise<Sized> {
  const story = new Story();
  const [home, partner] = [story.organization('Home'), story.organization('Partner')];
  const named = (role: string) => ({ name: `${role} of ${size}` });
  const chief = story.member(home, 'ADMIN', named('ADMIN'));
  const deputy = story.member(home, 'MODERATOR', named('MODERATOR'));
  const owner = story.member(partner, 'ADMIN', named('Partner'));
  const collector = story.member(home, 'EXTERNAL', named('Collector'));
  const cooperation = story.cooperation(home, partner);
  const portfolio = story.portfolio(home, 'Near');
  const shared = story.portfolio(partner, 'Far');
  story.share(cooperation, shared, 'TOM');
  const parks: Park[] = [];
  const members: Person[] = [];
  for (let n = 0; n < size; n++) {
    const park = story.park(portfolio, `Park ${n}`);
    const distant = story.park(shared, `Distant ${n}`);
    const role = n % 2 === 0 ? 'MEMBER' : 'EXTERNAL';
    const person = story.member(home, role, { name: `Member ${n} of ${size}`, active: n % 5 !== 4 });
    story.grant(collector, park, 'VIEWER');
    story.grant(person, park, 'TOM');
    story.grant(person, portfolio, n % 3 === 0 ? 'NONE' : 'COM');
    story.grant(person, distant, 'TOM', { cooperation });
    if (n % 4 === 0) story.grant(person, shared, 'VIEWER', { cooperation });
    parks.push(park);
    members.push(person);
  }
  await story.store(gateway.database);
  return {
    ...{ organization: home, portfolio, parks, members, collector },
    admin: await gateway.signInAs(chief.uuid),
    moderator: await gateway.signInAs(deputy.uuid),
    owner: await gateway.signInAs(owner.uuid),
  };
}

/** The statements of one operation; when a session was last seen is noted at most once a minute, and not counted. */
async function statementsOf(client: GraphQLClient, query: string, variables: object): Promise<string[]> {
  gateway.takeStatements();
  const data = await client.get(query, variables);
  // What is not shown costs nothing.
  expect(JSON.stringify(data)).not.toMatch(/"(access|grants|members)":null/);
  return gateway.takeStatements().filter((statement) => !/^update "sessions"/.test(statement));
}

const MEMBERS = (fields: string) =>
  `query ($id: ID!) { organization(id: $id) { members(first: 1000) { nodes { ${fields} } } } }`;
const PARKS = (fields: string) =>
  `query ($id: ID!) { organization(id: $id) { parks(first: 1000) { nodes { ${fields} } } } }`;
const GRANT = `id role effectiveRole live createdAt grantedBy { name } member { user { name email } role }
  resource { id name effectiveRole }`;
const ACCESS = '{ jobRole actions changesAt trace { rule reason grant { id role } } }';
const OPERATIONS: Record<string, string> = {
  'members with roles': MEMBERS('id user { name email } role label status'),
  'members, counted': '{ viewer { organization { members(first: 1) { totalCount nodes { role } } } } }',
  'members, searched': `{ viewer { organization { members(first: 1000, search: "e") { totalCount nodes { user { name } } } } } }`,
  'members with their grants': MEMBERS('role grants(first: 10) { nodes { id role expiresAt live } }'),
  'members with their grants, counted': MEMBERS('grants(first: 10) { totalCount nodes { role } }'),
  'members with all of their grants': MEMBERS(`grants(first: 4) { nodes { ${GRANT} } }`),
  'members with their access to a park': MEMBERS(`access(resourceId: $park) ${ACCESS}`),
  'members with their access to several resources': MEMBERS(
    `a: access(resourceId: $park) ${ACCESS} b: access(resourceId: $portfolio) ${ACCESS} c: access(resourceId: $park, at: "2100-01-01T00:00:00Z") ${ACCESS}`,
  ),
  'parks with their grants': PARKS('name grants(first: 10) { nodes { id role } }'),
  'parks with all of their grants': PARKS(`name grants(first: 10) { totalCount nodes { ${GRANT} } }`),
  'parks with what each grantee may do': PARKS(
    `grants(first: 3) { nodes { member { access(resourceId: $park) { jobRole trace { grant { role } } } } } }`,
  ),
  'parks with the viewer’s access and grants': PARKS(`viewerAccess ${ACCESS}`),
  'the grants of one member': `query ($member: ID!) { node(id: $member) { ... on Member { grants(first: 1000) { totalCount nodes { ${GRANT} } } } } }`,
  'the grants of one portfolio': `query ($portfolio: ID!) { portfolio(id: $portfolio) { grants(first: 1000) { totalCount nodes { ${GRANT} } } } }`,
  'members as nodes': `query ($members: [ID!]!) { nodes(ids: $members) { ... on Member { role grants(first: 2) { nodes { role effectiveRole } } } } }`,
};
const TYPES: Record<string, string> = {
  ...{ id: 'ID!', member: 'ID!', park: 'ID!', portfolio: 'ID!', members: '[ID!]!' },
};

/** The operation with what it uses declared, and the values. */
function operation(query: string, { organization, parks, portfolio, collector, members }: Sized) {
  const body = query.replace(/^query \([^)]*\)/, '').trim();
  const used = Object.keys(TYPES).filter((name) => new RegExp(`\\$${name}\\b`).test(body));
  const declared = used.map((name) => `$${name}: ${TYPES[name]}`).join(', ');
  const values: Record<string, unknown> = {
    ...{ id: organization.id, park: parks[0]?.id, portfolio: portfolio.id, member: collector.member?.id },
    members: members.map(({ member }) => member?.id),
  };
  const variables = Object.fromEntries(used.map((name) => [name, values[name]]));
  return [used.length > 0 ? `query (${declared}) ${body}` : body, variables] as const;
}

describe.each(Object.entries(OPERATIONS))('%s', (_, query) => {
  it.each(['admin', 'moderator'] as const)(
    'take as many statements for 200 as for 5, asked by the %s',
    async (who) => {
      const few = await statementsOf(small[who], ...operation(query, small));
      const many = await statementsOf(large[who], ...operation(query, large));
      expect(many).toHaveLength(few.length);
    },
  );
});

it.each(['owner', 'admin'] as const)(
  'shared parks with the grants on them take as many for 200 as for 5, asked by the %s',
  async (who) => {
    const query = `{ viewer { parks(first: 1000, filter: { search: "distant" }) { totalCount nodes {
      grants(first: 3) { nodes { ${GRANT} } } } } } }`;
    const few = await statementsOf(small[who], query, {});
    expect(await statementsOf(large[who], query, {})).toHaveLength(few.length);
    type Parks = { viewer: { parks: { totalCount: number; nodes: { grants: { nodes: object[] } }[] } } };
    const { viewer } = await large[who].get<Parks, object>(query, {});
    expect([viewer.parks.totalCount, viewer.parks.nodes[0]?.grants.nodes.length]).toEqual([200, 1]);
  },
);

it('a list of 1,000 members with their roles takes at most four statements, saying who asks included', async () => {
  const story = new Story();
  const crowd = story.organization('Crowd');
  const people = Array.from({ length: 1_000 }, (_, n) =>
    story.member(crowd, 'MEMBER', { name: `Crowd ${n}` }),
  );
  await story.store(gateway.database);
  const client = await gateway.signInAs(people[500]?.uuid ?? '');
  const query = MEMBERS(
    'id user { id name email } organization { name } role label status expiresAt joinedAt',
  );
  gateway.takeStatements();
  type List = { organization: { members: { nodes: { role: string }[] } } };
  const { organization } = await client.get<List, object>(query, { id: crowd.id });
  const statements = gateway.takeStatements().filter((statement) => !/^update "sessions"/.test(statement));
  expect(organization.members.nodes.filter(({ role }) => role === 'MEMBER')).toHaveLength(1_000);
  expect(statements.length).toBeLessThanOrEqual(4);
});

it('a MODERATOR grants on a portfolio of 500 parks with as many statements as on one of 5', async () => {
  const granting = async (size: number) => {
    const story = new Story();
    const home = story.organization('Grantors');
    const actor = story.member(home, 'MODERATOR', { name: `Grantor of ${size}` });
    const person = story.member(home, 'EXTERNAL', { name: `Grantee of ${size}` });
    const portfolio = story.portfolio(home, 'Wide');
    for (let n = 0; n < size; n++) {
      const park = story.park(portfolio, `Park ${n}`);
      // Where either differs in a park, G1 asks about that park.
      if (n % 2 === 0) story.grant(actor, park, 'TOM');
      if (n % 3 === 0) story.grant(person, park, 'VIEWER');
    }
    await story.store(gateway.database);
    const client = await gateway.signInAs(actor.uuid);
    const grant = { memberId: person.member?.id, resourceId: portfolio.id };
    const given = await statementsOf(client, documentOf('grantRole'), { input: { ...grant, role: 'TOM' } });
    // In a park where only COM would do the moderator is TOM: the verdict counts every park.
    const beyond = { input: { ...grant, role: 'COM' } };
    expect(await client.refusal(documentOf('grantRole'), beyond)).toMatchObject({ rule: 'G1' });
    gateway.takeStatements();
    return given.length;
  };
  expect(await granting(500)).toBe(await granting(5));
});
