import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { NoConnectionFreeError } from '../../src/db/errors.ts';
import { parks } from '../../src/db/schema/parks.ts';
import { AccessModel } from '../../src/resolvers/resources/access-model.ts';
import { ParkModel } from '../../src/resolvers/resources/resource-model.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  CreateComponentDocument,
  CreateParkDocument,
  DeleteParkDocument,
  ReadParkDocument,
  UpdateParkDocument,
} from '../kit/generated/operations.ts';
import type { Park } from '../kit/story.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
});
afterAll(() => world.gateway.close());
afterEach(() => {
  world.gateway.onStatement(null);
  vi.restoreAllMocks();
});

const SECRET = 'relation "grants" of postgres://parkgate:hunter2@10.1.2.3:5432/prod at /srv/app/secret.ts:1';
const DRIVER_CODES = { INTERNAL_SERVER_ERROR: '42P01', SERVICE_UNAVAILABLE: '57P01' } as const;
type Code = keyof typeof DRIVER_CODES;

/** Lets the n-th statement from now on fail as a driver would let it; answers how many there were. */
function failAt(n: number, code: Code): () => number {
  let count = 0;
  world.gateway.onStatement(() => {
    count += 1;
    if (count === n)
      throw Object.assign(new Error(SECRET), { code: DRIVER_CODES[code], constraint: 'secret_key' });
  });
  return () => count;
}

/** Nothing of what broke is in what came back. */
function expectMasked(answer: { errors: GraphQLAnswerErrors; headers: Headers }, code: Code) {
  const text = JSON.stringify(answer.errors);
  expect(text).not.toMatch(/hunter2|relation|secret|\.ts|select |node_modules|stack|at Object/i);
  const requestId = answer.headers.get('x-request-id');
  for (const { message, extensions } of answer.errors) {
    expect(extensions).toEqual({ code, requestId });
    expect(message).not.toBe('');
  }
  expect(world.gateway.log()).toContain(requestId);
}
type GraphQLAnswerErrors = Awaited<ReturnType<GraphQLClient['send']>>['errors'];

const QUERIES: [string, string][] = [
  ['parks of the viewer', '{ viewer { parks { totalCount nodes { name effectiveRole } } } }'],
  ['a park', 'query ($park: ID!) { park(id: $park) { name effectiveRole components { nodes { name } } } }'],
  ['nodes', 'query ($park: ID!) { nodes(ids: [$park]) { id ... on Park { name } } }'],
  [
    'a tree',
    'query ($organization: ID!) { organization(id: $organization) { name taxId portfolios { nodes { name parks { nodes { name } } } } } }',
  ],
];

describe('when a statement fails, nothing is granted', () => {
  describe.each(Object.keys(DRIVER_CODES) as Code[])('%s', (code) => {
    it.each(QUERIES)('%s, each statement in turn', async (_, query) => {
      const variables = Object.fromEntries(
        Object.entries({ park: world.parks.nordhang.id, organization: world.organizations.acme.id }).filter(
          ([name]) => query.includes(`$${name}`),
        ),
      );
      for (let n = 1, done = false; !done; n++) {
        const statements = failAt(n, code);
        const answer = await admin.send(query, variables);
        world.gateway.onStatement(null);
        done = statements() < n;
        if (done) {
          expect(answer.errors).toEqual([]);
          expect(n).toBeGreaterThan(3);
          break;
        }
        expect(answer.errors.length).toBeGreaterThan(0);
        expectMasked(answer, code);
        // The three that say who asks: without them no field has a value.
        if (n <= 3) expect(JSON.stringify(answer.data ?? null)).not.toMatch(/name|effectiveRole|id/);
        expect((await admin.send(query, variables)).errors).toEqual([]);
      }
    });
  });

  const commands: [string, (park: Park) => [document: object, variables: object], string][] = [
    [
      'updatePark',
      (park) => [UpdateParkDocument, { input: { parkId: park.id, name: 'Changed' } }],
      'park.updated',
    ],
    [
      'moving a park',
      (park) => [UpdateParkDocument, { input: { parkId: park.id, portfolioId: world.portfolios.east.id } }],
      'park.moved',
    ],
    ['deletePark', (park) => [DeleteParkDocument, { parkId: park.id }], 'park.deleted'],
    [
      'createPark',
      (park) => [
        CreateParkDocument,
        { input: { portfolioId: park.portfolio.id, name: 'New', plantType: 'WIND', capacityKw: 1 } },
      ],
      'park.created',
    ],
    [
      'createComponent',
      (park) => [CreateComponentDocument, { input: { parkId: park.id, name: 'New', kind: 'mast' } }],
      'component.created',
    ],
  ];
  it.each(commands)(
    '%s, each statement in turn: all of it with its record, or none of it',
    async (_, operation, action) => {
      const { story, gateway, portfolios } = world;
      for (let n = 1, done = false; !done; n++) {
        const park = story.park(portfolios.south, 'Subject');
        await story.store(gateway.database);
        const [before, trail] = [await storedState(gateway.database), await auditTrail(gateway.database)];
        const [document, variables] = operation(park);
        const statements = failAt(n, 'SERVICE_UNAVAILABLE');
        const answer = await admin.send(document as never, variables);
        gateway.onStatement(null);
        done = statements() < n;
        const added = (await auditTrail(gateway.database)).slice(trail.length);
        if (added.length === 0) expect(await storedState(gateway.database)).toEqual(before);
        else expect(new Set(added.map((record) => record.action))).toEqual(new Set([action]));
        if (done) expect([answer.errors, added.length > 0]).toEqual([[], true]);
        else expectMasked(answer, 'SERVICE_UNAVAILABLE');
      }
    },
  );
});

describe('an exception in a resolver', () => {
  const throwing = (thrown: unknown) =>
    vi.spyOn(ParkModel.prototype, 'name', 'get').mockImplementation(() => {
      throw thrown;
    });
  const read = () => admin.send(ReadParkDocument, { id: world.parks.nordhang.id });

  it.each([
    ['an Error', new Error(SECRET)],
    ['an Error with a cause', new Error('outer', { cause: new Error(SECRET) })],
    [
      'an Error with extensions of its own',
      Object.assign(new Error(SECRET), { extensions: { secret: SECRET, code: 'SECRET' } }),
    ],
    ['a string', SECRET],
    ['an object', { message: SECRET, code: 'NOT_FOUND' }],
    ['nothing', undefined],
    [
      'an Error that is called as a refusal is',
      Object.assign(new Error(SECRET), { name: 'Refusal', code: 'FORBIDDEN' }),
    ],
  ])('that is %s shows nothing of itself', async (_, thrown) => {
    throwing(thrown);
    const answer = await read();
    expect(answer.data).toEqual({ park: null });
    expect(answer.errors).toMatchObject([{ path: ['park', 'name'] }]);
    expectMasked(answer, 'INTERNAL_SERVER_ERROR');
    vi.restoreAllMocks();
    expect((await read()).errors).toEqual([]);
  });

  it('leaves the other fields of the operation alone', async () => {
    vi.spyOn(AccessModel.prototype, 'trace', 'get').mockImplementation(() => {
      throw new Error(SECRET);
    });
    const query =
      'query ($id: ID!) { a: park(id: $id) { name } b: park(id: $id) { viewerAccess { trace { rule } } } }';
    const answer = await admin.send(query, { id: world.parks.nordhang.id });
    expect(answer.data).toEqual({ a: { name: 'Nordhang' }, b: null });
    expectMasked(answer, 'INTERNAL_SERVER_ERROR');
  });

  it('that is a value no client can be given shows nothing of itself', async () => {
    vi.spyOn(ParkModel.prototype, 'plantType', 'get').mockReturnValue(SECRET as never);
    expectMasked(await read(), 'INTERNAL_SERVER_ERROR');
  });

  it('is logged with its message and stack under the id that the client was told', async () => {
    throwing(new Error('the very reason'));
    const requestId = (await read()).headers.get('x-request-id');
    const line = world.gateway
      .log()
      .split('\n')
      .find((each) => each.includes('the very reason'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      level: 50,
      requestId,
      err: { stack: expect.stringContaining('.ts') },
    });
  });

  it.each(['development', 'production', undefined])(
    'shows no stack with NODE_ENV %s',
    async (environment) => {
      vi.stubEnv('NODE_ENV', environment);
      throwing(new Error(SECRET));
      expectMasked(await read(), 'INTERNAL_SERVER_ERROR');
      vi.unstubAllEnvs();
    },
  );
});

it.each(['40001', '40P01'])(
  'a command that lost to another (%s) is tried again, and given up in the end',
  async (code) => {
    const { gateway, portfolios } = world;
    const input = {
      portfolioId: portfolios.south.id,
      name: 'Retried',
      plantType: 'WIND',
      capacityKw: 1,
    } as const;
    const lose = (times: number) => {
      let left = times;
      gateway.onStatement((statement) => {
        if (statement.startsWith('insert into "parks"') && left-- > 0)
          throw Object.assign(new Error(SECRET), { code });
      });
    };
    const before = await storedState(gateway.database);
    lose(Number.POSITIVE_INFINITY);
    expectMasked(await admin.send(CreateParkDocument, { input }), 'SERVICE_UNAVAILABLE');
    expect(await storedState(gateway.database)).toEqual(before);
    const trail = await auditTrail(gateway.database);
    lose(2);
    expect((await admin.send(CreateParkDocument, { input })).errors).toEqual([]);
    expect(await auditTrail(gateway.database)).toHaveLength(trail.length + 1);
  },
);

it('when no connection is free, the answer is to try again later', async () => {
  world.gateway.onStatement(() => {
    throw new NoConnectionFreeError();
  });
  const answer = await admin.send('{ viewer { user { id } } }');
  world.gateway.onStatement(null);
  expectMasked(answer, 'SERVICE_UNAVAILABLE');
});

it('an error in one key of a batch is not the others’', async () => {
  const { nordhang, suedfeld, central } = world.parks;
  const query =
    'query ($a: ID!, $b: ID!, $c: ID!) { a: park(id: $a) { name } b: park(id: $b) { name } c: park(id: $c) { name } }';
  expect(await admin.get(query, { a: nordhang.id, b: central.id, c: suedfeld.id })).toEqual({
    a: { name: 'Nordhang' },
    b: null,
    c: { name: 'Südfeld' },
  });
});

it('a refusal carries no id, no name and no SQL of what it is about', async () => {
  const { gateway, as, ofAcme, parks: all } = world;
  const answer = await (await as(ofAcme.MEMBER)).send(DeleteParkDocument, { parkId: all.suedfeld.id });
  expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  expect(JSON.stringify(answer.errors)).not.toMatch(/Südfeld|park_|delete from|[0-9a-f]{8}-/);
  expect(gateway.log()).not.toContain('This needs RESOURCE_DELETE');
  const [row] = await gateway.database.transaction('snapshot', (tx) =>
    tx.select().from(parks).where(eq(parks.id, all.suedfeld.uuid)),
  );
  expect(row?.name).toBe('Südfeld');
});
