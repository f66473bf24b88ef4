import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

const post = (body: string) =>
  fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
const lives = async () =>
  expect(await (await fetch(`${gateway.origin}/healthz`)).json()).toEqual({ status: 'ok' });

describe('operations that are too much', () => {
  const deep = (levels: number) =>
    `{ viewer { ${'parks { nodes { portfolio { '.repeat(levels / 3)} __typename ${'} } } '.repeat(levels / 3)} } }`;
  it.each([
    ['1,300 levels', deep(1_300)],
    ['1,300 levels in fragments', `{ ${'... { '.repeat(1_300)} __typename ${'} '.repeat(1_300)} }`],
    ['30 levels', deep(30)],
    ['2,000 aliases', `{ ${Array.from({ length: 2_000 }, (_, n) => `a${n}: __typename`).join(' ')} }`],
    ['101 aliases', `{ ${Array.from({ length: 101 }, (_, n) => `a${n}: viewer { __typename }`).join(' ')} }`],
    [
      '101 sign-ins',
      `mutation { ${Array.from({ length: 101 }, (_, n) => `a${n}: signIn(input: { email: "a@b.example", password: "x" }) { sessionToken }`).join(' ')} }`,
    ],
    [
      'pages in pages',
      '{ viewer { portfolios(first: 200) { nodes { parks(first: 200) { nodes { id } } } } } }',
    ],
    ['a circle of fragments', 'fragment a on Query { ...b } fragment b on Query { ...a } { ...a }'],
  ])('%s', async (_, query) => {
    const response = await post(JSON.stringify({ query }));
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text.length).toBeLessThan(4_000);
    await lives();
  });

  describe('an answer to an input of the wrong shape', () => {
    const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { sessionToken } }';
    const unknown = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`unknown${n}`, 1]));
    const answer = async (password: string) => {
      const input = { email: 'ada@example.org', password, ...unknown };
      const response = await post(JSON.stringify({ query, variables: { input } }));
      expect(response.status).toBe(400);
      return response.text();
    };

    it('does not repeat the password in it', async () => {
      expect(await answer('my secret password')).not.toContain('my secret password');
    });

    it('does not grow with it', async () => {
      expect((await answer('x'.repeat(900_000))).length).toBeLessThan(20_000);
    });
  });
});

it('introspection is open to everybody', async () => {
  const client = gateway.client();
  const { __schema } = await client.get<{ __schema: { types: { name: string }[] } }, object>(
    getIntrospectionQuery(),
  );
  expect(__schema.types.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Park', 'JobRole', 'CreateParkInput']),
  );
});
