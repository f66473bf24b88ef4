import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import { PgDialect } from 'drizzle-orm/pg-core';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import { PgliteSession, PgliteTransaction } from 'drizzle-orm/pglite/session';
import lockfile from 'proper-lockfile';
import { type Database, type DatabaseOptions, TRANSACTION_MODES, type Tx } from './client.ts';
import { Gate, TransactionSettledError } from './gate.ts';
import { MIGRATIONS } from './migrations.ts';

/** Another process works in the data directory. */
export class DataDirectoryInUseError extends Error {
  override readonly name = 'DataDirectoryInUseError';
  constructor(directory: string) {
    super(
      `The data directory ${directory} is in use by another Parkgate process. ` +
        'The embedded database serves one process: stop the other one, or use PostgreSQL (DATABASE_URL).',
    );
  }
}

/** A lock that its owner did not renew for this long is a dead process's. */
const LOCK_STALE_MS = 10_000;
const LOCK_RENEWED_MS = LOCK_STALE_MS / 4;

/**
 * Opens the embedded database in `directory`, or in memory for null. PGlite does not lock its directory itself.
 * @param snapshot a dumped data directory to start from, in memory only
 * @throws DataDirectoryInUseError when another process has it
 */
export async function openPglite(
  directory: string | null,
  { onStatement }: DatabaseOptions = {},
  snapshot?: Blob,
): Promise<Database & { readonly pglite: PGlite }> {
  const release = directory === null ? undefined : await lock(directory);
  const pglite = await PGlite.create({
    ...(directory !== null && { dataDir: join(directory, 'pglite') }),
    ...(snapshot && { loadDataDir: snapshot }),
  });
  await pglite.exec("set timezone = 'UTC'");
  const dialect = new PgDialect();
  const logger = { logQuery: (sql: string) => onStatement?.(sql) };

  return {
    kind: 'pglite',
    pglite,
    transaction: (kind, work) =>
      pglite.transaction(async (connection) => {
        const gate = new Gate();
        try {
          await connection.exec(`set transaction ${TRANSACTION_MODES[kind]}`);
          const session = new PgliteSession(guarded(connection, gate), dialect, undefined, { logger });
          return await work(new PgliteTransaction(dialect, session, undefined) as unknown as Tx);
        } finally {
          gate.close(new TransactionSettledError());
        }
      }),
    migrate: () => migrate(drizzle(pglite), MIGRATIONS),
    close: async () => {
      await pglite.close();
      await release?.();
    },
  };
}

function guarded(connection: Transaction, gate: Gate): PGlite {
  const query: Transaction['query'] = (sql, parameters, options) => {
    gate.enter();
    return gate.watch(connection.query(sql, parameters, options));
  };
  return { query } as unknown as PGlite;
}

async function lock(directory: string): Promise<() => Promise<void>> {
  await mkdir(directory, { recursive: true });
  const lockfilePath = join(directory, 'gateway.lock');
  const take = (retries: lockfile.LockOptions['retries']) =>
    lockfile.lock(directory, { lockfilePath, stale: LOCK_STALE_MS, update: LOCK_RENEWED_MS, retries });
  try {
    return await take(0).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ELOCKED' || (await isRenewed(lockfilePath))) throw error;
      // Nobody renews the lock of a process that was killed: it goes stale.
      return take({ retries: Math.ceil(LOCK_STALE_MS / 1_000), factor: 1, minTimeout: 1_000 });
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') throw new DataDirectoryInUseError(directory);
    throw error;
  }
}

/** Whether a living process holds the lock: it renews it within the time that it promised. */
async function isRenewed(lockfilePath: string): Promise<boolean> {
  const renewedAt = () =>
    stat(lockfilePath).then(
      (lock) => lock.mtimeMs,
      () => null,
    );
  const before = await renewedAt();
  await setTimeout(LOCK_RENEWED_MS * 1.2);
  const after = await renewedAt();
  return after !== null && after !== before;
}
