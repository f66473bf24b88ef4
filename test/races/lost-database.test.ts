import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openPostgres } from '../../src/db/postgres.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { openRaceDatabase, type RaceDatabase, readRows } from '../kit/races.ts';
import { buildTenant, type Tenant } from '../kit/rows.ts';

const PARKS = /* GraphQL */ `query Parks { viewer { parks(first: 1000) { nodes { name effectiveRole } } } }`;
const CREATE = /* GraphQL */ `
  mutation Create($input: CreateParkInput!) { createPark(input: $input) { park { id } } }`;

/** What must never reach a client. */
const INTERNAL =
  /select|insert|begin|commit|57P0|terminat|ECONN|CONNECT|127\.0\.0\.1|postgres|administrator command/i;

/** A way to the server that can be cut and mended. */
async function openWire(url: string) {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    const server = createConnection(Number(target.port), target.hostname);
    for (const [from, to] of [
      [socket, server],
      [server, socket],
    ] as const) {
      sockets.add(from);
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.on('error', () => undefined);
      from.pipe(to);
    }
  };
  let server: Server | null = null;
  let port = 0;
  const mend = async () => {
    server = createServer(accept).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as { port: number }).port;
  };
  const cut = async () => {
    const closing = server;
    server = null;
    for (const socket of sockets) socket.resetAndDestroy();
    if (closing) await new Promise((resolve) => closing.close(resolve));
  };
  await mend();
  return { url: Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href, mend, cut };
}

let db: RaceDatabase;
let gateway: TestGateway;
let tenant: Tenant<'anna', 'north', string>;
let anna: GraphQLClient;
const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);

beforeAll(async () => {
  process.on('uncaughtException', note);
  db = await openRaceDatabase({ poolSize: 5 });
  gateway = await startTestGateway({ database: db.database });
  tenant = await buildTenant(db.other, { members: { anna: 'ADMIN' }, portfolios: { north: ['n1', 'n2'] } });
  anna = await gateway.signInAs(tenant.members.anna.userId);
});
beforeEach(() => uncaught.splice(0));
afterAll(async () => {
  process.off('uncaughtException', note);
  await gateway.close();
  await db.close();
});

const create = (name: string) =>
  anna.send<{ createPark: unknown }, object>(CREATE, {
    input: {
      portfolioId: globalId('portfolio', tenant.portfolios.north),
      name,
      plantType: 'WIND',
      capacityKw: 1,
    },
  });

type Answer = Awaited<ReturnType<GraphQLClient['send']>>;

/** OK, or the one way to say that the database does not answer. */
function outcomeOf({ status, data, errors }: Answer): 'OK' | 'UNAVAILABLE' {
  if (errors.length === 0) {
    expect({ status, data }).toMatchObject({ status: 200, data: expect.anything() });
    return 'OK';
  }
  for (const error of errors) {
    expect(error.extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(JSON.stringify(error)).not.toMatch(INTERNAL);
  }
  return 'UNAVAILABLE';
}

/** Asks until the gateway answers as it did before; how long that takes does not matter. */
async function recovered(): Promise<void> {
  for (let good = 0; good < 10; ) {
    const outcome = outcomeOf(await anna.send(PARKS));
    good = outcome === 'OK' ? good + 1 : 0;
    if (outcome !== 'OK') await pause(20);
  }
}

const stored = (name: string) =>
  readRows<{ parks: number; events: number }>(
    db.other,
    sql`select (select count(*)::int from parks where name = ${name}) as parks,
      (select count(*)::int from audit_events where details -> 'parks' -> 0 ->> 'name' = ${name}) as events`,
  );

/** Does `work` while the whole table is locked, so that a request for it is in the middle of a statement. */
const whileLocked = (table: string, work: () => Promise<void>) =>
  db.other.transaction('command', async (tx) => {
    await tx.execute(sql`lock table ${sql.identifier(table)} in access exclusive mode`);
    await work();
  });

describe('a connection lost', () => {
  test.each(['users', 'grants', 'parks'])('in the middle of a query, reading %s', async (table) => {
    await whileLocked(table, async () => {
      const answer = anna.send(PARKS);
      await db.kill(...(await db.waiting(1)));
      expect(outcomeOf(await answer)).toBe('UNAVAILABLE');
    });
    await recovered();
    expect(uncaught).toEqual([]);
  });

  test.each(['organizations', 'parks', 'audit_events'])(
    'in the middle of a mutation, at %s',
    async (table) => {
      const name = `lost at ${table}`;
      await whileLocked(table, async () => {
        const answer = create(name);
        await db.kill(...(await db.waiting(1)));
        expect(outcomeOf(await answer)).toBe('UNAVAILABLE');
      });
      await recovered();
      expect(await stored(name)).toEqual([{ parks: 0, events: 0 }]);
      expect(outcomeOf(await create(name))).toBe('OK');
      expect(await stored(name)).toEqual([{ parks: 1, events: 1 }]);
      expect(uncaught).toEqual([]);
    },
  );

  test('while it was idle', async () => {
    for (let round = 0; round < 5; round++) {
      await recovered();
      await db.kill(...(await db.backends()));
      outcomeOf(await anna.send(PARKS));
    }
    await recovered();
    expect(uncaught).toEqual([]);
  });

  test('again and again, under load: every change with its record or not at all', async () => {
    let stormy = true;
    const storm = (async () => {
      for (let kills = 0; kills < 40; kills++) {
        await pause(kills % 7);
        await db.kill(...(await db.backends()));
      }
    })().finally(() => {
      stormy = false;
    });
    const created: { name: string; outcome: string }[] = [];
    const writing = async (lane: number) => {
      for (let round = 0; stormy; round++) {
        const name = `storm ${lane} ${round}`;
        created.push({ name, outcome: outcomeOf(await create(name)) });
      }
    };
    const reading = async () => {
      while (stormy) outcomeOf(await anna.send(PARKS));
    };
    await Promise.all([
      storm,
      writing(0),
      writing(1),
      writing(2),
      writing(3),
      reading(),
      reading(),
      reading(),
    ]);
    await recovered();
    expect(created.length).toBeGreaterThan(20);
    for (const { name, outcome } of created) {
      const [{ parks, events } = { parks: -1, events: -1 }] = await stored(name);
      expect({ name, parks }).toEqual({ name, parks: events });
      if (outcome === 'OK') expect({ name, parks }).toEqual({ name, parks: 1 });
    }
    expect(uncaught).toEqual([]);
  });
});

test('a connection that is reset swallows no transaction, and lets none run on without its beginning', async () => {
  await db.other.transaction(
    'command',
    async (tx) => void (await tx.execute(sql`create table marks (n int)`)),
  );
  const wire = await openWire(db.url);
  const database = openPostgres(wire.url, { poolSize: 3 });
  const rolledBack = async () =>
    database
      .transaction('command', async (tx) => {
        await tx.execute(sql`insert into marks values (1)`);
        await tx.execute(sql`insert into marks values (2)`);
        throw new Error('rolled back');
      })
      .catch((error: unknown) => error);
  try {
    for (let round = 0; round < 10; round++) {
      const early = Array.from({ length: 6 }, rolledBack);
      await pause(round);
      const cut = wire.cut();
      const late = Array.from({ length: 6 }, rolledBack);
      await cut;
      for (const outcome of await Promise.all([...early, ...late])) expect(outcome).toBeInstanceOf(Error);
      await wire.mend();
      while (((await rolledBack()) as Error).message !== 'rolled back') await pause(20);
      expect(await readRows(db.other, sql`select n from marks`)).toEqual([]);
    }
    expect(uncaught).toEqual([]);
  } finally {
    await database.close();
    await wire.cut();
  }
});

test('a database that is gone is said to be unavailable, until it is back', async () => {
  const wire = await openWire(db.url);
  const database = openPostgres(wire.url, { poolSize: 3 });
  const beyond = await startTestGateway({ database });
  const health = async () =>
    Promise.all(['/healthz', '/readyz'].map(async (path) => (await fetch(`${beyond.origin}${path}`)).status));
  const ask = () => beyond.client(anna.token).send(PARKS);
  try {
    for (let round = 0; round < 3; round++) {
      while (outcomeOf(await ask()) !== 'OK') await pause(20);
      expect(await Promise.all([ask(), ask(), ask()].map(async (answer) => outcomeOf(await answer)))).toEqual(
        ['OK', 'OK', 'OK'],
      );
      while ((await health())[1] !== 200) await pause(20);
      await wire.cut();
      expect(outcomeOf(await ask())).toBe('UNAVAILABLE');
      expect(await health()).toEqual([200, 503]);
      expect(outcomeOf(await ask())).toBe('UNAVAILABLE');
      await wire.mend();
    }
    expect(uncaught).toEqual([]);
  } finally {
    await beyond.close();
    await database.close();
    await wire.cut();
  }
});
