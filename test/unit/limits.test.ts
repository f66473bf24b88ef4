import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { buildSchema, getIntrospectionQuery } from 'graphql';
import { afterEach, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/root.ts';
import { graphqlLimits } from '../../src/server/limits.ts';

let executed = 0;
const server = new ApolloServer({
  ...graphqlLimits,
  schema: buildSchema(readFileSync(join(projectRoot, 'contract/schema.graphql'), 'utf8')),
  rootValue: { permissionModel: {} },
  introspection: true,
  includeStacktraceInErrorResponses: false,
  plugins: [
    {
      requestDidStart: async () => ({
        executionDidStart: async () => {
          executed += 1;
        },
      }),
    },
  ],
});

async function ask(query: string, variables?: Record<string, unknown>) {
  const { body, http } = await server.executeOperation({ query, variables });
  if (body.kind !== 'single') throw new Error('one result is expected');
  const { errors = [] } = body.singleResult;
  return {
    status: http.status ?? 200,
    codes: errors.map(({ extensions }) => extensions?.validationErrorCode ?? extensions?.code),
    errors,
    bytes: JSON.stringify(body.singleResult).length,
  };
}

const repeat = (count: number, part: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => part(n)).join(' ');

/** A valid query of exactly that many levels. */
const levels = (depth: number) =>
  `{ __type(name: "Park") { ${'ofType { '.repeat(depth - 2)} name ${'}'.repeat(depth)}`;

afterEach(() => {
  executed = 0;
});

describe('what clients ask for', () => {
  it.each([
    ['the introspection of graphql-js', getIntrospectionQuery()],
    [
      'the fullest introspection',
      getIntrospectionQuery({
        descriptions: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
      }),
    ],
    [
      'a deep way through the contract',
      `{ viewer { organization { portfolios { edges { node { parks { edges { node { reachableBy { edges { node {
        access { trace { grant { member { user { name } } } } } } } } } } } } } } } } }`,
    ],
  ])('passes: %s', async (_, query) => {
    expect(await ask(query)).toMatchObject({ status: 200, codes: [] });
    expect(executed).toBe(1);
  });
});

describe('depth', () => {
  it('goes to 20 levels, through fragments too', async () => {
    expect(await ask(levels(20))).toMatchObject({ codes: [] });
    expect(await ask(levels(21))).toMatchObject({
      status: 400,
      codes: ['OPERATION_TOO_LARGE'],
      errors: [
        {
          message: 'The operation has 21 levels of fields; the limit is 20.',
          extensions: { limit: 20, depth: 21 },
        },
      ],
    });
    const chain = (length: number) =>
      `{ organization(id: "x") { ...F0 } }
       ${repeat(length, (n) => `fragment F${n} on Organization { parks { nodes { organization { ...F${n + 1} } } } }`)}
       fragment F${length} on Organization { name }`;
    expect(await ask(chain(6))).toMatchObject({ codes: [] });
    expect(await ask(chain(7))).toMatchObject({ codes: ['OPERATION_TOO_LARGE'] });
    expect(executed).toBe(2);
  });

  it.each([1_300, 1_850, 100_000])('of %d levels is refused before execution', async (depth) => {
    const { status, codes } = await ask(
      `{ viewer { ${'organization {'.repeat(depth)} id ${'}'.repeat(depth)} } }`,
    );
    expect({ status, codes }).toEqual({ status: 400, codes: ['GRAPHQL_PARSE_FAILED'] });
  });

  it.each([
    ['list values', '[', ']'],
    ['object values', '{a:', '}'],
  ])('of %s is refused, without an overflow', async (_, open, close) => {
    const nested = (depth: number) => `{ park(id: ${open.repeat(depth)} 1 ${close.repeat(depth)}) { id } }`;
    expect(await ask(nested(350))).toMatchObject({ status: 400, codes: ['GRAPHQL_VALIDATION_FAILED'] });
    expect(await ask(nested(50_000))).toMatchObject({ status: 400, codes: ['GRAPHQL_PARSE_FAILED'] });
  });
});

describe('aliases', () => {
  it.each([
    ['of a field', (n: number) => `a${n}: permissionModel { __typename }`],
    ['of __typename', (n: number) => `a${n}: __typename`],
    ['of __type', (n: number) => `a${n}: __type(name: "Park") { name }`],
  ])('%s: up to 100', async (_, alias) => {
    expect((await ask(`{ ${repeat(100, alias)} }`)).codes).toEqual([]);
    expect(await ask(`{ ${repeat(101, alias)} }`)).toMatchObject({
      status: 400,
      codes: Array(2).fill('OPERATION_TOO_LARGE'),
    });
    expect(await ask(`{ ${repeat(2_000, alias)} }`)).toMatchObject({
      status: 400,
      codes: ['GRAPHQL_PARSE_FAILED'],
    });
    expect(executed).toBe(1);
  });

  it('count wherever a fragment puts them; a name that is the field’s own is no alias', async () => {
    const query = (aliases: number) => `{ viewer { a: user { ...F } b: user { ...F } user: user { ...F } } }
      fragment F on User { ${repeat(aliases, (n) => `n${n}: name`)} }`;
    expect((await ask(query(32))).codes).toEqual([]);
    expect((await ask(query(33))).errors).toMatchObject([{ extensions: { aliases: 101 } }]);
  });
});

describe('root fields', () => {
  it('up to 100 commands in one mutation, through fragments too', async () => {
    const mutation = (n: number) =>
      `mutation { signOut { ok } ...F } fragment F on Mutation { ${repeat(n, (i) => `m${i}: signOut { ok }`)} }`;
    expect((await ask(mutation(99))).codes).not.toContain('OPERATION_TOO_LARGE');
    expect((await ask(mutation(100))).errors).toMatchObject([
      { extensions: { validationErrorCode: 'OPERATION_TOO_LARGE', rootFields: 101, limit: 100 } },
    ]);
  });
});

describe('fragments', () => {
  it.each([
    ['a cycle', '{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }'],
    ['itself', '{ viewer { ...A } } fragment A on Viewer { user { id } ...A }'],
  ])('%s is refused', async (_, query) => {
    expect(await ask(query)).toMatchObject({ status: 400 });
  });

  it('that multiply to more than 2,000 selections are refused', async () => {
    const amplified = (levels: number) =>
      `{ viewer { user { ...F0 } } }
       ${repeat(levels, (n) => `fragment F${n} on User { ...F${n + 1} ...F${n + 1} ... { ...F${n + 1} } }`)}
       fragment F${levels} on User { name }`;
    expect((await ask(amplified(3))).codes).toEqual([]);
    expect(await ask(amplified(40))).toMatchObject({
      status: 400,
      codes: ['MAX_RECURSIVE_SELECTIONS_EXCEEDED'],
    });
  });

  it('1,600 inline fragments, and as many as fit with fields that must be compared', async () => {
    expect(await ask(`{ ${'... { viewer { user { id } } } '.repeat(1_600)} }`)).toMatchObject({
      status: 400,
      codes: ['GRAPHQL_PARSE_FAILED'],
    });
    expect((await ask(`{ viewer { ${'... { user { id } } '.repeat(180)} } }`)).codes).toEqual([]);
  });
});

describe('the answer to a bad document', () => {
  it.each([
    ['12,000 unknown directives', `{ viewer { user { id ${'@a '.repeat(12_000)} } } }`],
    ['as many unknown directives as fit', `{ viewer { user { id ${repeat(600, (n) => `@a${n}`)} } } }`],
    ['20 known directives on a field', `{ viewer { user { id ${'@include(if: true) '.repeat(20)} } } }`],
    ['as many unknown fields as fit', `{ ${repeat(1_400, (n) => `f${n}`)} }`],
  ])('stays small: %s', async (_, query) => {
    const { status, bytes, errors } = await ask(query);
    expect(status).toBe(400);
    expect(errors.length).toBeLessThanOrEqual(11);
    expect(bytes).toBeLessThan(16_384);
    expect(executed).toBe(0);
  });

  it('names at most ten mistakes in the variables', async () => {
    const { errors, status } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: Array(1_000).fill(null),
    });
    expect(status).toBe(400);
    expect(errors.length).toBeLessThanOrEqual(11);
  });

  it('does not suggest names of the schema', async () => {
    const { errors } = await ask('{ viewr { id } park(id: "x", fist: 1) { nam } }');
    expect(JSON.stringify(errors)).not.toContain('Did you mean');
  });
});
