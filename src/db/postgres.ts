import { Semaphore, withTimeout } from 'async-mutex';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { PostgresJsSession, PostgresJsTransaction } from 'drizzle-orm/postgres-js/session';
import postgres from 'postgres';
import { type Database, type DatabaseOptions, TRANSACTION_MODES, type Tx } from './client.ts';
import { NoConnectionFreeError } from './errors.ts';
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

/** Opens PostgreSQL through postgres.js. No connection is made before the first transaction. */
export function openPostgres(
  url: string,
  { onStatement, poolSize = 10, migrationUrl = url }: DatabaseOptions = {},
): Database {
  const client = postgres(url, {
    max: poolSize,
    connect_timeout: 10,
    connection: SETTINGS,
    onnotice: () => undefined,
  });
  // Sets the date parsers that drizzle's column types expect on this client.
  drizzle(client);
  const dialect = new PgDialect();
  const logger = { logQuery: (sql: string) => onStatement?.(sql) };
  // postgres.js' own queue degrades while it never drains: waiting is done in front of it.
  const slots = withTimeout(new Semaphore(poolSize), SLOT_TIMEOUT_MS, new NoConnectionFreeError());

  return {
    kind: 'postgresql',
    transaction: (kind, work) =>
      slots.runExclusive(async () => {
        const gate = new Gate();
        try {
          return (await client.begin(TRANSACTION_MODES[kind], (connection) => {
            const session = new PostgresJsSession(guarded(connection, gate), dialect, undefined, { logger });
            const tx = new PostgresJsTransaction(dialect, session as never, undefined) as unknown as Tx;
            // Closed before COMMIT or ROLLBACK is sent: what comes later must not land behind it.
            return work(tx).finally(() => gate.close(new TransactionSettledError()));
          })) as Awaited<ReturnType<typeof work>>;
        } finally {
          gate.close(new TransactionSettledError());
        }
      }),
    migrate: () => migrateUnderLock(migrationUrl),
    close: () => client.end({ timeout: 5 }),
  };
}

/** The part of a postgres.js connection that drizzle uses, behind the gate. */
function guarded(connection: postgres.TransactionSql, gate: Gate): postgres.Sql {
  const unsafe = (...statementAndParameters: Parameters<typeof connection.unsafe>) => {
    gate.enter();
    const statement = connection.unsafe(...statementAndParameters);
    // A statement is sent when it is awaited, in the form that drizzle asks for.
    return {
      // biome-ignore lint/suspicious/noThenProperty: it stands in for a promise
      then: (...handlers: Parameters<Promise<unknown>['then']>) => gate.watch(statement).then(...handlers),
      values: () => gate.watch(statement.values()),
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
