import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import {
  buildSchema,
  type FragmentDefinitionNode,
  getIntrospectionQuery,
  Kind,
  type OperationDefinitionNode,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/root.ts';
import { measureOperation } from '../../src/server/limits/measure-operation.ts';
import { nodeLimitPlugin } from '../../src/server/node-limit.ts';

const schema = buildSchema(readFileSync(join(projectRoot, 'contract/schema.graphql'), 'utf8'));

/** The size of the only operation of a document that is valid. */
function measure(source: string, variables: Record<string, unknown> = {}) {
  const document = parse(source);
  expect(validate(schema, document, specifiedRules)).toEqual([]);
  const fragments = document.definitions.filter(
    (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
  );
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return measureOperation(
    schema,
    operation as OperationDefinitionNode,
    new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables,
  );
}

const nodes = (source: string, variables?: Record<string, unknown>) => measure(source, variables).nodes;
const parks = (args: string, below = 'id') => `viewer { parks${args} { nodes { ${below} } } }`;

describe('the size of a page', () => {
  it.each([
    ['50 by default', parks(''), 50],
    ['first', parks('(first: 7)'), 7],
    ['last', parks('(last: 8)'), 8],
    ['an explicit null is left out', parks('(first: null, last: 9)'), 9],
    ['the largest page', parks('(first: 10000)'), 10_000],
    ['zero, for the resolver to refuse', parks('(first: 0)'), 0],
    ['negative, for the resolver to refuse', parks('(first: -1)'), 0],
    ['too large, for the resolver to refuse', parks('(first: 10001)'), 0],
    ['with what is below', parks('(first: -1)', 'components { nodes { id } }'), 0],
    ['an alias does not hide it', 'v: viewer { p: parks(first: 3) { n: nodes { id } } }', 3],
    ['nothing without a page', 'viewer { user { id } sessions { id } }', 0],
  ])('%s', (_, selections, expected) => {
    expect(nodes(`{ ${selections} }`)).toBe(expected);
  });

  it('multiplies with the pages around it, and each level counts', () => {
    const query = `{ viewer { portfolios(first: 10) { edges { node { parks(first: 20) { nodes { components(first: 30) { nodes { id } } } } } } } } }`;
    expect(nodes(query)).toBe(10 + 10 * 20 + 10 * 20 * 30);
  });

  it('adds up what stands side by side', () => {
    expect(
      nodes('{ viewer { parks(first: 5) { nodes { id } } portfolios(first: 6) { nodes { id } } } }'),
    ).toBe(11);
    expect(
      nodes('{ viewer { a: parks(first: 5) { nodes { id } } b: parks(first: 6) { nodes { id } } } }'),
    ).toBe(11);
  });
});

describe('what is large without being a list of nodes', () => {
  const series = (args: string, below = 'at value') =>
    `{ park(id: "p") { metrics(metric: "power", ${args}) { points { ${below} } } } }`;
  const day = 'from: "2024-01-01T00:00:00Z", to: "2024-01-02T00:00:00Z"';
  /** `park`, `metrics` and `points` themselves. */
  const AROUND = 3;

  it.each([
    ['hours by default', day, 25],
    ['minutes', `${day}, interval: MINUTE`, 1_441],
    ['days', `${day}, interval: DAY`, 2],
    ['as many as a series may have, of what has no interval', `${day}, interval: RAW`, 50_000],
    ['no more than a series may have', 'from: "1900-01-01T00:00:00Z", to: "2024-01-02T00:00:00Z"', 50_000],
    [
      'an empty time, for the resolver to refuse',
      'from: "2024-01-01T00:00:00Z", to: "2024-01-01T00:00:00Z"',
      0,
    ],
    ['what is no time, for the resolver to refuse', 'from: "x", to: "y"', 0],
  ])('the points of a series: %s', (_, args, points) => {
    expect(measure(series(args))).toEqual({ nodes: 0, fields: AROUND + points * 2 });
  });

  it('a point counts even where all of it is left out', () => {
    expect(measure(series(day, 'at @skip(if: true)')).fields).toBe(AROUND + 25);
  });

  it('the series of a list count for each of its parks', () => {
    const query = `query ($from: DateTime!, $to: DateTime!) { viewer { ${parks('(first: 10)', 'metrics(metric: "power", from: $from, to: $to) { points { at } }').replace('viewer {', '').slice(0, -1)} } }`;
    const size = measure(query, { from: '2024-01-01T00:00:00Z', to: '2024-01-02T00:00:00Z' });
    expect(size.nodes).toBe(10);
    expect(size.fields).toBeGreaterThan(10 * 25);
    expect(size.fields).toBeLessThan(10 * 25 + 50);
  });

  it("a report's parks are nodes, its rows and its text fields", () => {
    expect(nodes('{ node(id: "r") { ... on Report { parks { id } } } }')).toBe(1_000);
    const { fields } = measure('{ node(id: "r") { ... on Report { rows csv } } }');
    expect(fields).toBe(1 + 2 * 70_001);
  });
});

describe('variables', () => {
  const query =
    'query ($n: Int = 12, $m: Int) { viewer { parks(first: $n) { nodes { components(first: $m) { nodes { id } } } } } }';

  it('take what was sent, else their default, else the default of the argument', () => {
    expect(nodes(query, { n: 3, m: 4 })).toBe(3 + 12);
    expect(nodes(query, { m: 4 })).toBe(12 + 48);
    expect(nodes(query, { n: null, m: null })).toBe(50 + 2_500);
    expect(nodes('query ($n: Int) { viewer { parks(first: $n) { nodes { id } } } }')).toBe(50);
  });

  it.each(['"3"', 3.5, true, [3], {}])(
    'that are no integer count nothing: %j is refused before execution',
    (n) => {
      expect(nodes(query, { n })).toBe(0);
    },
  );

  it('are not found on the prototype of an object', () => {
    const hidden = 'query ($constructor: Int) { viewer { parks(first: $constructor) { nodes { id } } } }';
    expect(nodes(hidden, {})).toBe(50);
    expect(nodes(hidden.replaceAll('constructor', '__proto__'), JSON.parse('{"__proto__": 7}'))).toBe(7);
  });

  it('steer @skip and @include', () => {
    const steered = (directive: string) =>
      `query ($yes: Boolean = true, $no: Boolean!) { viewer { parks(first: 9) @include(if: $yes) @skip(if: $no) { nodes { id } } ...F ${directive} } }
       fragment F on Viewer { portfolios(first: 4) { nodes { id } } }`;
    expect(nodes(steered('@skip(if: true)'), { no: false })).toBe(9);
    expect(nodes(steered('@include(if: $no)'), { no: true })).toBe(4);
    expect(nodes(steered('@include(if: $yes)'), { yes: false, no: false })).toBe(0);
    expect(nodes(steered('@skip(if: $no)'), { no: false })).toBe(13);
  });
});

describe('lists of ids', () => {
  it('count their length', () => {
    const query =
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Portfolio { parks(first: 10) { nodes { id } } } } }';
    expect(nodes(query, { ids: ['a', 'b', 'c'] })).toBe(3 + 30);
    expect(nodes(query, { ids: [] })).toBe(0);
    expect(nodes(query, { ids: 'one' })).toBe(1 + 10);
    expect(nodes(query, { ids: Array(100_000).fill('a') })).toBe(1_100_000);
    expect(nodes('query ($a: ID!) { nodes(ids: [$a, $a]) { id } }', { a: 'a' })).toBe(2);
    expect(nodes('{ nodes(ids: "one") { id } }')).toBe(1);
  });
});

describe('mutations', () => {
  it('a list in the payload is as long as the longest list of the input', () => {
    const query = `mutation ($input: CreateParksInput!) { createParks(input: $input) { parks { components(first: 5) { nodes { id } } } } }`;
    const park = { name: 'P', plantType: 'WIND', capacityKw: 1 };
    expect(nodes(query, { input: { portfolioId: 'p', parks: [park, park, park] } })).toBe(3 + 15);
    expect(nodes(query, { input: { portfolioId: 'p', parks: park } })).toBe(1 + 5);
    expect(nodes(query, { input: 'x'.repeat(1_000) })).toBe(1 + 5);
    expect(nodes(query, {})).toBe(1 + 5);
    const inline = `mutation ($parks: [NewParkInput!]!) { createParks(input: { portfolioId: "p", parks: $parks }) { parks { id } } }`;
    expect(nodes(inline, { parks: [park, park] })).toBe(2);
  });

  it('access changes count as a page with a default of its own', () => {
    const query = (args: string) =>
      `mutation { deletePark(input: { parkId: "p" }) { accessChanges${args} { before } } }`;
    expect(nodes(query(''))).toBe(100);
    expect(nodes(query('(first: 7)'))).toBe(7);
  });
});

describe('fragments', () => {
  it('are merged as in execution', () => {
    const query = `{ viewer { ...A ...B ...A parks(first: 5) { nodes { id } } ... { parks(first: 5) { nodes { ...C } } } } }
      fragment A on Viewer { parks(first: 5) { nodes { name components(first: 2) { nodes { id } } } } }
      fragment B on Viewer { parks(first: 5) { edges { node { id components(first: 2) { nodes { name } } } } } }
      fragment C on Park { components(first: 2) { nodes { kind } } }`;
    // nodes and edges are two ways to the same parks, and both are walked.
    expect(nodes(query)).toBe(5 + 5 * 2 + 5 * 2);
  });

  it('count where their type applies: of a node, the largest type', () => {
    const query = `{ node(id: "x") {
      ... on Organization { parks(first: 30) { nodes { id } } }
      ... on Portfolio { parks(first: 20) { nodes { id } } grants(first: 15) { nodes { id } } }
      ... on Park { components(first: 25) { nodes { id } } }
      ... on Resource { shares(first: 7) { nodes { id } } } } }`;
    expect(nodes(query)).toBe(20 + 15 + 7);
    expect(nodes('{ park(id: "x") { ... on Resource { grants(first: 3) { nodes { id } } } } }')).toBe(3);
  });

  it('that multiply are counted without walking every copy', () => {
    const levels = 60;
    const link = (level: number) =>
      `fragment F${level} on Organization {
        a: parks(first: 1) { nodes { organization { ...F${level + 1} } } }
        b: parks(first: 1) { nodes { organization { ...F${level + 1} } } }
      }`;
    const chain = Array.from({ length: levels }, (_, level) => link(level)).join('\n');
    const size = measure(
      `{ organization(id: "x") { ...F0 } } ${chain} fragment F${levels} on Organization { name }`,
    );
    // 2 + 4 + … + 2^60
    expect(size.nodes).toBe(2 ** (levels + 1) - 2);
    expect(size.fields).toBeGreaterThan(2 ** levels);
  });

  it('that are spread twice in one place are entered once', () => {
    const links = Array.from(
      { length: 60 },
      (_, n) => `fragment F${n} on Viewer { ...F${n + 1} ...F${n + 1} }`,
    );
    const leaf = 'fragment F60 on Viewer { parks(first: 3) { nodes { id } } }';
    expect(nodes(`{ viewer { ...F0 } } ${links.join(' ')} ${leaf}`)).toBe(3);
  });
});

describe('fields', () => {
  it('count once for each node of the list around them', () => {
    // viewer, parks, then nodes with two fields for each of seven
    expect(measure(`{ ${parks('(first: 7)', 'id name')} }`).fields).toBe(2 + 7 * 3);
    expect(measure(`{ ${parks('(first: 7)', 'id id ... { id }')} }`).fields).toBe(2 + 7 * 2);
    expect(measure('{ __typename }').fields).toBe(1);
  });

  it('of the introspection are not walked', () => {
    expect(measure(getIntrospectionQuery())).toEqual({ nodes: 0, fields: 1 });
  });
});

describe('the limit', () => {
  const server = new ApolloServer({ schema, plugins: [nodeLimitPlugin], rootValue: { viewer: null } });
  async function ask(query: string, variables?: Record<string, unknown>) {
    const { body, http } = await server.executeOperation({ query, variables });
    if (body.kind !== 'single') throw new Error('one result is expected');
    return { status: http.status ?? 200, ...body.singleResult };
  }

  const tree = (first: number) =>
    `{ viewer { portfolios(first: 100) { nodes { parks(first: ${first}) { nodes { id } } } } } }`;

  it('is 20,000 nodes', async () => {
    expect(await ask(tree(199))).toEqual({ status: 200, data: { viewer: null } });
    const { status, data, errors } = await ask(tree(200));
    expect({ status, data }).toEqual({ status: 400, data: undefined });
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('20100 nodes; the limit is 20000'),
        extensions: { code: 'OPERATION_TOO_LARGE', limit: 20_000, nodes: 20_100 },
      },
    ]);
  });

  it('is 500,000 fields', async () => {
    const wide = (aliases: number) =>
      `{ ${parks('(first: 10000)', Array.from({ length: aliases }, (_, n) => `a${n}: name`).join(' '))} }`;
    expect((await ask(wide(48))).errors).toBeUndefined();
    expect((await ask(wide(50))).errors).toMatchObject([
      { extensions: { code: 'OPERATION_TOO_LARGE', limit: 500_000, fields: 510_002 } },
    ]);
  });

  it('leaves an unknown operation name to execution', async () => {
    const { body } = await server.executeOperation({ query: '{ __typename }', operationName: 'Other' });
    expect(JSON.stringify(body)).toContain('Unknown operation named');
  });
});
