import { Semaphore, withTimeout } from 'async-mutex';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { PostgresJsSession, PostgresJsTransaction } from 'drizzle-orm/postgres-js/session';
import postgres from 'postgres';
import {
  type Database,
  type DatabaseOptions,
  TRANSACTION_MODES,
  type TransactionKind,
  type Tx,
} from './client.ts';
import { isConnectionError, NoConnectionFreeError } from './errors.ts';
import { Gate, TransactionSettledError } from './gate.ts';
import { MIGRATIONS } from './migrations.ts';

/** Any number, the same in every process that migrates this schema. */
const MIGRATION_LOCK = 7_265_736;

/** How long a transaction waits for a connection before it is refused. */
const SLOT_TIMEOUT_MS = 15_000;

const SETTINGS = {
  application_name: 'parkgate',
  TimeZone: 'UTC',
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 60_000,
};

/** A place in the pool: a client with one connection of its own, and what to tell the transaction that has it. */
interface Slot {
  client: postgres.Sql;
  onLost: ((error: Error) => void) | null;
}

/** The connection is gone, and its transaction with it. */
class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';
  readonly code = 'CONNECTION_CLOSED';
}

/**
 * Opens PostgreSQL through postgres.js. No connection is made before the first transaction.
 *
 * Every slot is a client with a single connection, and transactions are begun and ended here, not by `sql.begin`: when a
 * backend dies, that one lets the callback go on and then ends whatever has taken the connection's place (porsager/postgres#1216).
 */
export function openPostgres(
  url: string,
  { onStatement, poolSize = 10, migrationUrl = url }: DatabaseOptions = {},
): Database {
  const dialect = new PgDialect();
  const logger = { logQuery: (sql: string) => onStatement?.(sql) };
  // postgres.js' own queue degrades while it never drains: waiting is done in front of it.
  const places = withTimeout(new Semaphore(poolSize), SLOT_TIMEOUT_MS, new NoConnectionFreeError());
  const slots = Array.from({ length: poolSize }, () => openSlot(url));
  const free = [...slots];

  async function inTransaction<T>(
    slot: Slot,
    kind: TransactionKind,
    work: (tx: Tx) => Promise<T>,
  ): Promise<T> {
    const { client } = slot;
    const gate = new Gate();
    const lost = Promise.withResolvers<never>();
    lost.promise.catch(() => undefined);
    slot.onLost = (error) => {
      gate.close(error);
      lost.reject(error);
    };
    const unlessLost = <Value>(value: PromiseLike<Value>) => Promise.race([value, lost.promise]);
    try {
      await unlessLost(client.unsafe(`begin ${TRANSACTION_MODES[kind]}`));
      const session = new PostgresJsSession(guarded(client, gate), dialect, undefined, { logger });
      const tx = new PostgresJsTransaction(dialect, session as never, undefined) as unknown as Tx;
      const result = await unlessLost(work(tx));
      gate.enter();
      // Closed before COMMIT is sent: what comes later must not land behind it.
      gate.close(new TransactionSettledError());
      await unlessLost(client.unsafe('commit'));
      return result;
    } catch (error) {
      const broken = isConnectionError(gate.closedBy) || isConnectionError(error);
      gate.close(new TransactionSettledError());
      // A lost connection has taken its transaction along. Its client goes too: it may hold what was never sent.
      if (broken) replaceClient(slot, url);
      else await unlessLost(client.unsafe('rollback')).catch(() => replaceClient(slot, url));
      throw isConnectionError(gate.closedBy) ? gate.closedBy : error;
    } finally {
      slot.onLost = null;
    }
  }

  return {
    kind: 'postgresql',
    transaction: (kind, work) =>
      places.runExclusive(async () => {
        const slot = free.pop() as Slot;
        try {
          return await inTransaction(slot, kind, work);
        } finally {
          free.push(slot);
        }
      }),
    migrate: () => migrateUnderLock(migrationUrl),
    close: async () => void (await Promise.all(slots.map(({ client }) => client.end({ timeout: 5 })))),
  };
}

function openSlot(url: string): Slot {
  const slot: Slot = { client: undefined as never, onLost: null };
  slot.client = openClient(slot, url);
  return slot;
}

function replaceClient(slot: Slot, url: string): void {
  slot.onLost = null;
  slot.client.end({ timeout: 0 }).catch(() => undefined);
  slot.client = openClient(slot, url);
}

function openClient(slot: Slot, url: string): postgres.Sql {
  const client = postgres(url, {
    max: 1,
    connect_timeout: 10,
    // A connection is not to end by its age in the middle of a transaction.
    max_lifetime: null,
    fetch_types: false,
    connection: SETTINGS,
    onnotice: () => undefined,
    onclose: () => {
      if (slot.client === client)
        slot.onLost?.(new ConnectionLostError('the connection to the database was lost'));
    },
  });
  // Sets the date parsers that drizzle's column types expect on this client.
  drizzle(client);
  return client;
}

/** The part of a postgres.js connection that drizzle uses, behind the gate. */
function guarded(connection: postgres.Sql, gate: Gate): postgres.Sql {
  const unsafe = (...statementAndParameters: Parameters<typeof connection.unsafe>) => {
    const statement = connection.unsafe(...statementAndParameters);
    // A statement is sent when it is awaited, in the form that drizzle asks for.
    return {
      // biome-ignore lint/suspicious/noThenProperty: it stands in for a promise
      then: (...handlers: Parameters<Promise<unknown>['then']>) => {
        gate.enter();
        return gate.watch(statement).then(...handlers);
      },
      values: () => {
        gate.enter();
        return gate.watch(statement.values());
      },
    };
  };
  return { unsafe } as unknown as postgres.Sql;
}

async function migrateUnderLock(url: string): Promise<void> {
  const client = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => undefined });
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await migrate(drizzle(client), MIGRATIONS);
  } finally {
    // Ending the connection gives the lock back.
    await client.end({ timeout: 5 });
  }
}
