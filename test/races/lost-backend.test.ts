import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Tx } from '../../src/db/client.ts';
import { isUnavailable } from '../../src/db/errors.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { openSnapshot } from '../../src/db/tx.ts';
import { openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';

let db: RaceDatabase;
const uncaught: unknown[] = [];
const note = (error: unknown) => void uncaught.push(error);

beforeAll(async () => {
  db = await openRaceDatabase();
  await db.other.transaction('command', async (tx) => {
    await tx.execute(sql`create table marks (trial text not null, n int not null)`);
  });
  process.on('uncaughtException', note);
});
afterAll(async () => {
  process.off('uncaughtException', note);
  await db.close();
});

const mark = (tx: Tx, trial: string, n: number) => tx.execute(sql`insert into marks values (${trial}, ${n})`);

const marksOf = async (trial: string): Promise<number[]> =>
  (await readRows<{ n: number }>(db.other, sql`select n from marks where trial = ${trial} order by n`)).map(
    ({ n }) => n,
  );

const pidOf = async (tx: Tx): Promise<number> => {
  const [row] = rowsOf<{ pid: number }>(await tx.execute(sql`select pg_backend_pid() as pid`));
  return row?.pid as number;
};

const failureOf = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => null,
    (error: unknown) => error,
  );

/** A pool of its own on the same database. */
async function onPool<Result>(poolSize: number, work: (pool: Database) => Promise<Result>): Promise<Result> {
  const pool = openPostgres(db.url, { poolSize });
  try {
    return await work(pool);
  } finally {
    await pool.close();
  }
}

interface Death {
  /** Resolves when the backend is gone. */
  readonly killed: Promise<void>;
  /** Resolves when the transaction's caller has heard of it. */
  readonly rejected: Promise<unknown>;
  readonly pool: Database;
  readonly tx: Tx;
  readonly trial: string;
}

/** What a callback may be waiting for while its backend dies; none of it is a statement but the last. */
const WAITS: Readonly<Record<string, (death: Death) => Promise<unknown>>> = {
  nothing: async () => undefined,
  'a few microtasks': async () => {
    for (let turn = 0; turn < 20; turn++) await null;
  },
  'an immediate': () => new Promise((resolve) => setImmediate(resolve)),
  'a timer': () => pause(3),
  'the end of the backend': ({ killed }) => killed,
  'the rejection of the transaction': ({ rejected }) => rejected,
  'another transaction in the place of its own': async ({ rejected, pool }) => {
    await rejected;
    await failureOf(pool.transaction('command', (tx) => pidOf(tx)));
  },
  'a statement': ({ tx }) => failureOf(tx.execute(sql`select pg_sleep(60)`)),
};

const ENDS: Readonly<Record<string, () => void>> = {
  returns: () => undefined,
  throws: () => {
    throw new Error('gave up');
  },
};

/** Two writes with a pause between, in one transaction of a bystander: both or neither are stored. */
async function bystander(pool: Database, trial: string): Promise<void> {
  const failure = await failureOf(
    pool.transaction('command', async (tx) => {
      await mark(tx, trial, 1);
      await pause(2);
      await mark(tx, trial, 2);
    }),
  );
  expect(await marksOf(trial)).toEqual(failure === null ? [1, 2] : []);
}

/** One transaction that writes on and on, catching every error, while its backend is killed after `before` writes. */
async function trialOf(
  pool: Database,
  trial: string,
  before: number,
  waitFor: string,
  end: string,
): Promise<void> {
  const heard = Promise.withResolvers<unknown>();
  const run = pool.transaction('command', async (tx) => {
    const pid = await pidOf(tx);
    for (let n = 0; n < before; n++) await mark(tx, trial, n);
    const killed = db.kill(pid);
    await WAITS[waitFor]?.({ killed, rejected: heard.promise, pool, tx, trial });
    let failures = 0;
    for (let n = 100; n < 300 && failures < 4; n++) {
      if (n % 3 === 0) await pause(1);
      if (n % 3 === 1) await new Promise((resolve) => setImmediate(resolve));
      await mark(tx, trial, n).then(
        () => undefined,
        () => failures++,
      );
    }
    // On a busy machine the writes may all be done before the backend is gone: what is tested is the end of one whose backend died.
    await killed;
    ENDS[end]?.();
  });
  const failure = await failureOf(run).finally(() => heard.resolve(undefined));
  expect(failure).toBeInstanceOf(Error);
  await bystander(pool, `${trial}, bystander`);
  expect(await marksOf(trial)).toEqual([]);
}

describe('a transaction whose backend dies', () => {
  const plans = Object.keys(WAITS).flatMap((waitFor) =>
    Object.keys(ENDS).flatMap((end) => [0, 1, 3].map((before) => ({ waitFor, end, before }))),
  );

  test('leaves nothing behind, wherever it was and whatever it does afterwards', async () => {
    const rounds = 6;
    expect(plans.length * rounds).toBeGreaterThanOrEqual(200);
    const pools = Array.from({ length: 6 }, () => openPostgres(db.url, { poolSize: 2 }));
    try {
      await race({ trials: plans.length * rounds, lanes: pools.length }, async (index, lane) => {
        const { waitFor, end, before } = plans[index % plans.length] as (typeof plans)[number];
        const trial = `trial ${index}: ${before} writes, then ${waitFor}, ${end}`;
        const pool = pools[lane] as Database;
        await Promise.all([trialOf(pool, trial, before, waitFor, end), bystander(pool, `${trial}, beside`)]);
      });
    } finally {
      await Promise.all(pools.map((pool) => pool.close()));
    }
    expect(uncaught).toEqual([]);
  });

  test.each(Object.keys(ENDS))(
    'does not end the one that took its place when its callback %s',
    async (end) => {
      await onPool(1, async (pool) => {
        for (let round = 0; round < 5; round++) {
          const trial = `in place of one that ${end}, round ${round}`;
          const inPlace = Promise.withResolvers<void>();
          let pid = 0;
          const dead = pool.transaction('command', async (tx) => {
            pid = await pidOf(tx);
            await db.kill(pid);
            await inPlace.promise;
            ENDS[end]?.();
          });
          expect(isUnavailable(await failureOf(dead))).toBe(true);
          const stored = pool.transaction('command', async (tx) => {
            await mark(tx, trial, 1);
            inPlace.resolve();
            await pause(20);
            await mark(tx, trial, 2);
          });
          expect(await failureOf(stored)).toBeNull();
          expect(await marksOf(trial)).toEqual([1, 2]);
        }
      });
    },
  );

  test('keeps its place in the pool usable', async () => {
    await onPool(2, async (pool) => {
      for (let round = 0; round < 5; round++) {
        let pid = 0;
        const dead = pool.transaction('command', async (tx) => {
          pid = await pidOf(tx);
          void db.kill(pid);
          await tx.execute(sql`select pg_sleep(60)`);
        });
        expect(isUnavailable(await failureOf(dead))).toBe(true);
        // Each connection may have to find out by itself; none may stay unusable.
        const failures: unknown[] = [];
        for (let next = 0; next < 6; next++)
          failures.push(await failureOf(pool.transaction('command', pidOf)));
        expect(failures.filter((failure) => failure !== null).length).toBeLessThanOrEqual(2);
        expect(failures.slice(-3)).toEqual([null, null, null]);
      }
    });
    expect(uncaught).toEqual([]);
  });

  test('says of a snapshot that the database is unavailable', async () => {
    await onPool(2, async (pool) => {
      const snapshot = await openSnapshot(pool);
      await db.kill(await pidOf(snapshot.tx));
      const first = await failureOf(pidOf(snapshot.tx));
      await pause(20);
      const second = await failureOf(pidOf(snapshot.tx));
      await snapshot.close();
      expect([isUnavailable(first), isUnavailable(second)]).toEqual([true, true]);
    });
    expect(uncaught).toEqual([]);
  });
});

test('plain postgres.js loses this, which is why the gate exists', async () => {
  const client = postgres(db.url, { max: 1, onnotice: () => undefined });
  const trial = 'plain';
  const heard = Promise.withResolvers<unknown>();
  let late: Promise<unknown> = Promise.resolve();
  const run = client.begin(async (transaction) => {
    const [row] = await transaction<{ pid: number }[]>`select pg_backend_pid() as pid`;
    await transaction`insert into marks values (${trial}, 1)`;
    await db.kill(row?.pid as number);
    await heard.promise;
    await client`select 1`;
    late = transaction`insert into marks values (${trial}, 2)`;
    await late;
  });
  const failure = await failureOf(run);
  heard.resolve(undefined);
  expect(failure).toMatchObject({ code: 'CONNECTION_CLOSED' });
  while ((await marksOf(trial)).length === 0) await pause(5);
  await late;
  expect(await marksOf(trial)).toEqual([2]);
  await client.end();
});
