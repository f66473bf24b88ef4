import { DrizzleQueryError } from 'drizzle-orm/errors';
import fastify from 'fastify';
import { expect, it } from 'vitest';
import { logging } from '../../src/server/logging.ts';

/** An app that logs into `lines`. */
function logged() {
  const lines: string[] = [];
  const app = fastify(logging('trace', { write: (line) => lines.push(line) }));
  return { app, lines, entries: () => lines.map((line) => JSON.parse(line)) };
}

it('a request is logged by method, path and address, without query and headers', async () => {
  const { app, lines, entries } = logged();
  app.get('/graphql', async () => 'ok');
  await app.inject({
    url: '/graphql?query=hunter2%0aforged',
    headers: { authorization: 'Bearer hunter2', cookie: 'session=hunter2', 'x-note': 'a\tb' },
  });
  expect(lines.join('')).not.toContain('hunter2');
  expect(entries().find(({ req }) => req)?.req).toEqual({ method: 'GET', path: '/graphql', ip: '127.0.0.1' });
  expect(entries().find(({ res }) => res)?.res).toEqual({ statusCode: 200 });
});

it('an id is random, whatever the client sends', async () => {
  const { app } = logged();
  app.get('/', async ({ id }) => id);
  const ids = await Promise.all(
    [1, 2].map(
      async () =>
        (await app.inject({ url: '/', headers: { 'request-id': 'mine', 'x-request-id': 'mine' } })).body,
    ),
  );
  expect(new Set(ids).size).toBe(2);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
});

it('an error is one line, with its causes and without the values of its statement', () => {
  const { app, lines, entries } = logged();
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(hunter2) already exists.',
  });
  const query = new DrizzleQueryError(
    'insert into users values ($1)',
    ['hunter2\n{"forged":1}', '$&'],
    cause,
  );
  app.log.error({ err: new Error('outer\nline', { cause: query }) }, 'broken\r\n{"forged":2}');
  expect(lines).toHaveLength(1);
  expect(lines[0]?.trimEnd()).not.toMatch(/[\r\n]/);
  expect(lines[0]).not.toContain('hunter2');
  expect(entries()[0]).toMatchObject({
    msg: 'broken\r\n{"forged":2}',
    err: {
      type: 'Error',
      message: 'outer\nline',
      stack: expect.stringContaining('logging.test.ts'),
      cause: {
        type: 'DrizzleQueryError',
        message: 'Failed query: insert into users values ($1)',
        stack: expect.stringContaining('logging.test.ts'),
        cause: { type: 'Error', message: 'duplicate key', code: '23505' },
      },
    },
  });
});

it('what is no error, and an error that causes itself, are logged too', () => {
  const { app, entries } = logged();
  const circular = new Error('circular');
  circular.cause = circular;
  app.log.error({ err: circular });
  app.log.error({ err: Object.create(null) });
  expect(entries().map(({ err }) => err.message)).toEqual(['circular', 'What was thrown is no Error.']);
});

it('the level is obeyed', () => {
  const lines: string[] = [];
  const { loggerInstance } = logging('silent', { write: (line) => lines.push(line) });
  loggerInstance.fatal('nothing');
  expect(lines).toEqual([]);
});
