/** One type for PostgreSQL and PGlite. Everything outside this room reads and writes through a `Tx`, never through the client. */
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';

/** A transaction's handle; it refuses to work once its transaction has settled. */
export type Tx = Omit<PgDatabase<PgQueryResultHKT>, 'transaction' | '$client'>;

/**
 * `snapshot`: one consistent, read-only view (REPEATABLE READ READ ONLY). `command`: READ COMMITTED, so that what is read
 * after a lock is what the lock protects.
 */
export type TransactionKind = 'snapshot' | 'command';

export interface Database {
  readonly kind: 'postgresql' | 'pglite';
  /** Runs `work` in one transaction; commits when it resolves, rolls back when it rejects. */
  transaction<T>(kind: TransactionKind, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Applies pending migrations, one process at a time. */
  migrate(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Called with every statement before it is sent; BEGIN, COMMIT and ROLLBACK are not statements. Throwing refuses it. */
  readonly onStatement?: (sql: string) => void;
  /** Where migrations run, if not at the URL of the gateway itself: as the role that owns the tables. */
  readonly migrationUrl?: string;
  /** PostgreSQL connections; one transaction takes one. */
  readonly poolSize?: number;
}

export const TRANSACTION_MODES: Readonly<Record<TransactionKind, string>> = {
  snapshot: 'isolation level repeatable read read only',
  command: 'isolation level read committed',
};
