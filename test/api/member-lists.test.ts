import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Organization, type Person, Story } from '../kit/story.ts';

let gateway: TestGateway;
let organization: Organization;
/** Of one organization: the lister, who is a MEMBER, and an EXTERNAL. */
let lister: GraphQLClient;
let external: GraphQLClient;
let people: Person[];
let hanna: Person;

/** Names in an order of their own, with ties but for case, and addresses that the names don't tell. */
const PEOPLE: [name: string, email: string][] = [
  ['dana', 'one@example.org'],
  ['Émile', 'two@example.org'],
  ['Dana', 'three@example.org'],
  ['adam', 'four@beispiel.example'],
  ['DANA', 'five@example.org'],
  ['Zoë', 'six@example.org'],
  ['50% Bob', 'seven@example.org'],
  ['Bob_by', 'eight@example.org'],
  ['back\\slash', 'nine@example.org'],
  ["O'Neil", 'ten@example.org'],
  ['bobby', 'under_score@example.org'],
];

beforeAll(async () => {
  gateway = await startTestGateway();
  const story = new Story();
  organization = story.organization('Lists');
  const other = story.organization('Other lists');
  people = PEOPLE.map(([name, email]) => story.member(organization, 'MODERATOR', { name, email }));
  hanna = story.member(organization, 'EXTERNAL', { name: 'Hanna', email: 'hanna@example.org' });
  const reader = story.member(organization, 'MEMBER', { name: 'Lister', email: 'lister@example.org' });
  people.push(
    hanna,
    reader,
    story.member(organization, 'ADMIN', { name: 'Paula', email: 'paula@example.org', active: false }),
    story.member(organization, 'ADMIN', {
      ...{ name: 'Egon', email: 'egon@example.org' },
      expiresAt: new Date(Date.UTC(2025, 2)),
    }),
    story.member(organization, 'MEMBER', {
      ...{ name: 'Susi', email: 'susi@example.org' },
      suspendedAt: new Date(Date.UTC(2025, 2)),
    }),
  );
  // Nobody of another organization is ever found.
  story.member(other, 'ADMIN', { name: 'Dana', email: 'dana@other.example' });
  await story.store(gateway.database);
  lister = await gateway.signInAs(reader.uuid);
  external = await gateway.signInAs(hanna.uuid);
});
afterAll(() => gateway.close());

/** By code point of the lower-case name, then by id. */
const inOrder = () =>
  people
    .map(({ name, member }) => ({ name, id: member?.id ?? '', key: name.toLowerCase() }))
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id < b.id ? -1 : 1))
    .map(({ name, id }) => ({ id, user: { name } }));

interface Page {
  readonly first?: number;
  readonly after?: string | null;
  readonly last?: number;
  readonly before?: string | null;
  readonly search?: string | null;
}
interface Members {
  readonly totalCount: number;
  readonly edges: { cursor: string; node: { id: string; user: { name: string } } }[];
  readonly pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}
const LIST = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String, $search: String) {
  organization(id: $id) { members(first: $first, after: $after, last: $last, before: $before, search: $search) {
    totalCount edges { cursor node { id user { name } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
async function page(args: Page = {}, client = lister): Promise<Members> {
  const { organization: found } = await client.get<{ organization: { members: Members } }, object>(LIST, {
    id: organization.id,
    ...args,
  });
  return found.members;
}
const nodesOf = ({ edges }: Members) => edges.map(({ node }) => node);
const refusal = (args: Page) => lister.refusal(LIST, { id: organization.id, ...args });

describe('the team list', () => {
  it('holds everybody, paused, expired and suspended ones too, by name ignoring case, then by id', async () => {
    const list = await page();
    expect(nodesOf(list)).toEqual(inOrder());
    expect(list.totalCount).toBe(people.length);
  });

  it('of an EXTERNAL holds and counts themselves alone (V2)', async () => {
    const list = await page({}, external);
    expect(nodesOf(list)).toEqual([{ id: hanna.member?.id, user: { name: 'Hanna' } }]);
    expect(list).toMatchObject({ totalCount: 1, pageInfo: { hasNextPage: false, hasPreviousPage: false } });
  });

  it.each([1, 2, 5, 15, 16, 17])(
    'in pages of %i, forward and backward, is the same list, with nothing twice',
    async (size) => {
      const forward: object[] = [];
      let after: string | null = null;
      for (let more = true; more; ) {
        const list: Members = await page({ first: size, after });
        expect(list.totalCount).toBe(people.length);
        expect(list.pageInfo.hasPreviousPage).toBe(after !== null);
        expect([list.pageInfo.startCursor, list.pageInfo.endCursor]).toEqual([
          list.edges[0]?.cursor,
          list.edges.at(-1)?.cursor,
        ]);
        forward.push(...nodesOf(list));
        ({ hasNextPage: more, endCursor: after } = list.pageInfo);
      }
      expect(forward).toEqual(inOrder());
      const backward: object[] = [];
      let before: string | null = null;
      for (let more = true; more; ) {
        const list: Members = await page({ last: size, before });
        expect(list.pageInfo.hasNextPage).toBe(before !== null);
        backward.unshift(...nodesOf(list));
        ({ hasPreviousPage: more, startCursor: before } = list.pageInfo);
      }
      expect(backward).toEqual(forward);
    },
  );

  it('between two cursors holds what lies between them', async () => {
    const { edges } = await page();
    const between = { after: edges[2]?.cursor ?? '', before: edges[9]?.cursor ?? '' };
    expect(nodesOf(await page(between))).toEqual(inOrder().slice(3, 9));
    expect(nodesOf(await page({ ...between, last: 2 }))).toEqual(inOrder().slice(7, 9));
  });

  it('of an EXTERNAL ends after them, whatever the cursor of somebody else says', async () => {
    const { edges } = await page();
    for (const { cursor } of edges) {
      const rest = nodesOf(await page({ after: cursor }, external)).length;
      expect(rest + nodesOf(await page({ before: cursor }, external)).length).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    [{ first: 0 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ first: 10_001 }, 'first'],
    [{ last: 0 }, 'last'],
    [{ first: 2, last: 2 }, 'last'],
    [{ after: 'garbage' }, 'after'],
    [{ before: 'W10' }, 'before'],
  ])('%o is refused', async (args, field) => {
    expect(await refusal(args)).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  it('takes no cursor of another list', async () => {
    const { edges } = await page();
    const query = 'query ($after: String) { viewer { parks(after: $after) { nodes { id } } } }';
    expect(await lister.refusal(query, { after: edges[0]?.cursor })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'after',
    });
  });
});

describe('search', () => {
  const found = async (search: string | null, client = lister) => {
    const list = await page({ search }, client);
    expect(list.totalCount).toBe(list.edges.length);
    return nodesOf(list).map(({ user }) => user.name);
  };

  it.each([
    ['a part of the name', 'bb', ['bobby']],
    ['another case', 'DaNa', ['dana', 'Dana', 'DANA']],
    ['another case beyond ASCII', 'zOË', ['Zoë']],
    ['an accent', 'éMI', ['Émile']],
    ['a part of the address', 'BEISPIEL', ['adam']],
    ['a whole address', 'seven@example.org', ['50% Bob']],
    ['a per cent sign, as such', '%', ['50% Bob']],
    ['an underscore, as such, in name and address', '_', ['Bob_by', 'bobby']],
    ['a backslash, as such', '\\', ['back\\slash']],
    ['an apostrophe', "o'n", ["O'Neil"]],
    ['a would-be pattern', 'b%y', []],
    ['an underscore as such, where it would be a pattern', 'b_b', ['Bob_by']],
    ['what nobody is called', 'nobody', []],
    ['a label, which is not searched', 'supplier', []],
    ['a role, which is not searched', 'moderator', []],
    ['an address of somebody elsewhere', 'other.example', []],
    ['200 characters', 'x'.repeat(200), []],
  ])('finds %s', async (_, search, names) => {
    expect(await found(search)).toEqual(names);
  });

  it('null is none', async () => {
    expect(await found(null)).toHaveLength(people.length);
  });

  it('pages through what it found', async () => {
    const first = await page({ search: 'dana', first: 2 });
    expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    const rest = await page({ search: 'dana', first: 2, after: first.pageInfo.endCursor });
    expect([...nodesOf(first), ...nodesOf(rest)]).toEqual(
      inOrder().filter(({ user }) => user.name.toLowerCase() === 'dana'),
    );
    expect(rest.pageInfo.hasNextPage).toBe(false);
  });

  it('tells an EXTERNAL of nobody but themselves (V2)', async () => {
    expect(await found('hanna', external)).toEqual(['Hanna']);
    for (const [name, email] of PEOPLE) {
      expect(await found(name, external)).toEqual([]);
      expect(await found(email, external)).toEqual([]);
    }
  });

  it.each([
    ['201 characters', 'x'.repeat(201)],
    ['a NUL', 'a\0'],
    ['a lone surrogate', '\ud83c'],
  ])('of %s is refused', async (_, search) => {
    expect(await refusal({ search })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'search' });
  });
});
