/** What a race needs: a database with several ways in, many trials, and a look at who waits. PostgreSQL only. */
import { setTimeout as pause } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import postgres from 'postgres';
import type { Database, DatabaseOptions, Tx } from '../../src/db/client.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { makePostgresDatabase } from './database.ts';

/** One database, as the process under test, another process and its operator have it. */
export interface RaceDatabase {
  readonly url: string;
  readonly database: Database;
  /** Another process of the gateway, with connections of its own. */
  readonly other: Database;
  /** Ends backends; answers when they are gone. */
  kill(...pids: number[]): Promise<void>;
  /** The backends of the gateway's processes. */
  backends(): Promise<number[]>;
  /** The backends that wait for a lock; answers when there are `count`. */
  waiting(count: number): Promise<number[]>;
  close(): Promise<void>;
}

export async function openRaceDatabase(options: DatabaseOptions = {}): Promise<RaceDatabase> {
  const { database, url } = await makePostgresDatabase(options);
  const other = openPostgres(url, { poolSize: 30 });
  const operator = postgres(url, { max: 5, onnotice: () => undefined });
  const pidsOf = async (rows: PromiseLike<readonly { pid?: number }[]>) =>
    (await rows).map(({ pid }) => pid as number);
  return {
    url,
    database,
    other,
    kill: async (...pids) => {
      await operator`select pg_terminate_backend(pid, 10000) from unnest(${pids}::int[]) as pid`;
    },
    backends: () =>
      pidsOf(operator`select pid from pg_stat_activity
        where datname = current_database() and application_name = 'parkgate'`),
    waiting: async (count) => {
      for (;;) {
        const pids = await pidsOf(operator`select pid from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`);
        if (pids.length >= count) return pids;
        await pause(2);
      }
    },
    close: async () => {
      await operator.end();
      await other.close();
      await database.close();
    },
  };
}

/** Runs `trials` trials, `lanes` of them at a time; the first that fails ends its lane, and then the race. */
export async function race(
  { trials, lanes }: { readonly trials: number; readonly lanes: number },
  run: (trial: number, lane: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failed = false;
  const inLane = async (lane: number) => {
    while (next < trials && !failed) await run(next++, lane);
  };
  const attempts = Array.from({ length: lanes }, (_, lane) =>
    inLane(lane).catch((error: unknown) => {
      failed = true;
      throw error;
    }),
  );
  const outcomes = await Promise.allSettled(attempts);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Reads rows in a transaction of their own. */
export const readRows = <Row>(database: Database, statement: SQL): Promise<Row[]> =>
  database.transaction('snapshot', async (tx) => rowsOf<Row>(await tx.execute(statement)));

/** Locks an organization as a change of access does. */
export const lockOrganization = (tx: Tx, id: string) =>
  tx.execute(sql`select from organizations where id = ${id} for no key update`);

/** A little while, another one each time: none, a tick, an immediate, or up to a few milliseconds. */
export const dither = async (random = Math.random()): Promise<void> => {
  if (random < 0.2) return;
  if (random < 0.4) return new Promise((resolve) => process.nextTick(resolve));
  if (random < 0.6) return new Promise((resolve) => setImmediate(resolve));
  await pause(random * 5);
};
