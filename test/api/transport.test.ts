import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { SignInDocument } from '../kit/generated/operations.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
let mutation: string;

beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
  mutation = `mutation { updatePortfolio(input: { portfolioId: "${world.portfolios.south.id}", name: "By accident" }) { portfolio { id } } }`;
});
afterAll(() => world.gateway.close());

const VIEWER = '{ viewer { user { email } } }';
type Init = Parameters<typeof fetch>[1];
/** Sends anything, as the ADMIN of Acme by cookie: what a browser would add by itself. */
const send = (path: string, init: Init & { headers?: Record<string, string> } = {}) =>
  fetch(`${world.gateway.origin}${path}`, {
    ...init,
    headers: { cookie: `parkgate=${admin.token}`, ...init.headers },
  });
const post = (
  body: string | Uint8Array,
  headers: Record<string, string> = { 'content-type': 'application/json' },
) => send('/graphql', { method: 'POST', headers, body: body as never });

/** Every refusal on the way is JSON with one error, and shows nothing of the machine. */
async function expectRefusal(response: Response, status: number, code?: string) {
  const text = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^application\/(graphql-response\+)?json/);
  expect(text).not.toMatch(/node_modules|\/src\/|\.ts\b|stack|Fastify|FST_/i);
  const { errors } = JSON.parse(text) as { errors: { message: string; extensions: { code: string } }[] };
  expect([response.status, errors.length]).toEqual([status, 1]);
  if (code) expect(errors[0]?.extensions.code).toBe(code);
  return errors[0];
}

const lives = async () => expect(await (await send('/healthz')).json()).toEqual({ status: 'ok' });

describe('GET', () => {
  const get = (query: string, headers = {}) =>
    send(`/graphql?query=${encodeURIComponent(query)}`, { headers });

  it('answers a query to who says that no other site has sent it', async () => {
    const response = await get(VIEWER, { 'apollo-require-preflight': '1' });
    expect([response.status, await response.json()]).toEqual([
      200,
      { data: { viewer: { user: { email: world.ofAcme.ADMIN.email } } } },
    ]);
  });

  it.each([
    ['without saying so', {}],
    ['with a content type that other sites may send', { 'content-type': 'text/plain' }],
    ['with content type message/rfc822', { 'content-type': 'message/rfc822' }],
  ])('refuses one %s', async (_, headers) => {
    const response = await get(VIEWER, headers);
    expect(await response.text()).not.toContain(world.ofAcme.ADMIN.email);
    expect([400, 415]).toContain(response.status);
  });

  it('never runs a mutation', async () => {
    const before = await storedState(world.gateway.database);
    const headers = { 'apollo-require-preflight': '1' };
    await expectRefusal(await get(mutation, headers), 405);
    const url = `/graphql?query=${encodeURIComponent(mutation)}`;
    for (const method of ['HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const { status } = await send(url, { method, headers });
      expect(status, method).toBeGreaterThanOrEqual(400);
    }
    expect(await storedState(world.gateway.database)).toEqual(before);
  });
});

describe('what another site could send with the cookie is refused', () => {
  const json = () => JSON.stringify({ query: mutation });
  it.each([
    ['plain text', 'text/plain', 400],
    ['plain text that says it is JSON', 'text/plain; application/json', 400],
    ['a form', 'application/x-www-form-urlencoded', 415],
    ['a form with parts', 'multipart/form-data; boundary=x', 415],
    ['JSON by another name', 'application/vnd.api+json', 415],
    ['no type at all', '', 415],
  ])('%s', async (_, type, status) => {
    const before = await storedState(world.gateway.database);
    const response = await post(new TextEncoder().encode(json()), type ? { 'content-type': type } : {});
    expect([400, 415, status]).toContain(response.status);
    await expectRefusal(response, response.status);
    expect(await storedState(world.gateway.database)).toEqual(before);
  });

  it.each(['https://evil.example', 'null', 'http://127.0.0.1.evil.example'])(
    'origin %s is given no leave',
    async (origin) => {
      const preflight = await send('/graphql', {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      });
      const answered = await post(JSON.stringify({ query: VIEWER }), {
        'content-type': 'application/json',
        origin,
      });
      for (const { headers } of [preflight, answered]) {
        expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    },
  );
});

describe('bodies', () => {
  const body = JSON.stringify({ query: VIEWER });
  it.each([
    ['broken JSON', '{"query": "{ viewer', 400],
    ['no JSON', 'viewer', 400],
    ['empty', '', 400],
    ['null', 'null', 400],
    ['a number', '5', 400],
    ['a list: no batches', `[${body},${body}]`, 400],
    ['an object without query', '{}', 400],
    ['a query that is no text', '{"query": {"viewer": 1}}', 400],
    ['variables that are a list', '{"query": "{ viewer { __typename } }", "variables": []}', 400],
    ['a key __proto__', '{"query": "{ viewer { __typename } }", "__proto__": {"isAdmin": true}}', 400],
    [
      'a key __proto__ in the variables',
      '{"query": "{ viewer { __typename } }", "variables": {"__proto__": {"a": 1}}}',
      400,
    ],
    ['a constructor with a prototype', '{"query": "x", "constructor": {"prototype": {"a": 1}}}', 400],
    ['a query that does not parse', '{"query": "{ viewer "}', 400],
    ['an unknown field', '{"query": "{ viever { user { id } } }"}', 400],
    [
      'an unknown operation name',
      '{"query": "query A { viewer { __typename } }", "operationName": "B"}',
      400,
    ],
    ['a persisted query', '{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "aa"}}}', 200],
    ['more than a mebibyte', JSON.stringify({ query: VIEWER, variables: { a: 'x'.repeat(1_048_576) } }), 413],
  ])('%s', async (_, text, status) => {
    const error = await expectRefusal(await post(text), status);
    // No help for who guesses names.
    expect(error?.message).not.toMatch(/did you mean|viewer"/i);
    expect({}).not.toHaveProperty('isAdmin');
    await lives();
  });

  it('just below a mebibyte is read', async () => {
    const text = JSON.stringify({
      query: '{ viewer { __typename } }',
      variables: { unused: 'x'.repeat(1_048_000) },
    });
    expect((await post(text)).status).toBe(200);
  });

  it.each(['utf-16', 'utf-16le', 'UTF-32', 'latin1', 'nonsense'])(
    'charset %s is not read',
    async (charset) => {
      await expectRefusal(await post(body, { 'content-type': `application/json; charset=${charset}` }), 415);
    },
  );

  it.each(['utf-8', 'UTF-8', '"utf-8"'])('charset %s is', async (charset) => {
    expect((await post(body, { 'content-type': `application/json; charset=${charset}` })).status).toBe(200);
  });

  it('bytes that are no UTF-8, a byte order mark and a compressed body do no harm', async () => {
    for (const bytes of [
      [0xff, 0xfe, 0x7b, 0x00],
      [0xef, 0xbb, 0xbf, ...Buffer.from(body)],
    ]) {
      expect((await post(new Uint8Array(bytes))).status).toBeLessThan(500);
    }
    const gzip = await post('x', { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect(gzip.status).toBeGreaterThanOrEqual(400);
    expect(gzip.status).toBeLessThan(500);
    await lives();
  });

  it('ten thousand headers, or one of a mebibyte, are refused before they are looked at', async () => {
    const status = (headers: Record<string, string>) =>
      new Promise((resolve) => {
        const sent = httpRequest(world.gateway.url, { method: 'POST', headers }, (response) =>
          resolve(response.statusCode),
        );
        sent.on('error', () => resolve('closed'));
        sent.end('{}');
      });
    const many = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`x-header-${index}`, 'x'.repeat(10)]),
    );
    expect([431, 'closed']).toContain(await status(many));
    expect([431, 'closed']).toContain(await status({ 'x-long': 'x'.repeat(1_048_576) }));
    await lives();
  });
});

describe('beside GraphQL', () => {
  it.each([
    '/',
    '/unknown',
    '/graphql/x',
    '/graphiql',
    '/healthz/x',
    '/..%2f..%2fetc/passwd',
    '/graphiql/..%2f..%2fpackage.json',
    '/%00',
    '/reports/%zz.csv',
    `/reports/${'x'.repeat(101)}.csv`,
    '/%c3%28',
  ])('%s is not there', async (path) => {
    const response = await send(path);
    const text = await response.text();
    expect(response.status).toBe(404);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': expect.stringMatching(/^application\/json/),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(JSON.parse(text)).toEqual({
      errors: [{ message: 'Not found.', extensions: { code: 'NOT_FOUND' } }],
    });
    expect(text).not.toMatch(/node_modules|\/src\/|root:/);
  });

  it('/healthz and /readyz say how it is', async () => {
    expect(await (await send('/healthz')).json()).toEqual({ status: 'ok' });
    const ready = await send('/readyz');
    expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
    world.gateway.onStatement(() => {
      throw new Error('connect ECONNREFUSED 10.1.2.3:5432');
    });
    const unready = await send('/readyz');
    expect([unready.status, (await send('/healthz')).status]).toEqual([503, 200]);
    expect(await unready.text()).not.toContain('10.1.2.3');
    world.gateway.onStatement(null);
    expect((await send('/readyz')).status).toBe(200);
  });
});

it('no answer may be kept, sniffed or framed, and each has an id of its own', async () => {
  const [one, other] = [
    await post(JSON.stringify({ query: VIEWER }), {
      'content-type': 'application/json',
      'x-request-id': 'chosen',
    }),
    await post(JSON.stringify({ query: VIEWER })),
  ];
  for (const { headers } of [one, other]) {
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  }
  expect(one.headers.get('x-request-id')).not.toBe('chosen');
  expect(one.headers.get('x-request-id')).not.toBe(other.headers.get('x-request-id'));
});

it('the log holds paths without queries, and never a token, a password or a header', async () => {
  const { gateway } = world;
  await send(`/graphql?query=${encodeURIComponent('{ viewer { user { name } } }')}&token=in-the-query`, {
    headers: { 'apollo-require-preflight': '1', 'x-secret': 'in-a-header' },
  });
  await gateway
    .client()
    .send(SignInDocument, { input: { email: 'logged@example.org', password: 'in-the-body-12' } });
  await post('{"password": "in-broken-json');
  const log = gateway.log();
  expect(log).toContain('"path":"/graphql"');
  for (const secret of [
    admin.token as string,
    'in-the-query',
    'in-a-header',
    'in-the-body-12',
    'in-broken-json',
    'logged@example.org',
  ]) {
    expect(log).not.toContain(secret);
  }
  for (const line of log.split('\n').filter(Boolean)) expect(() => JSON.parse(line) as unknown).not.toThrow();
});
