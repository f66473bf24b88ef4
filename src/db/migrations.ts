import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { projectRoot } from '../root.ts';
import type { Database } from './client.ts';
import { rowsOf } from './rows.ts';

/** Where the generated migrations are, and where the database remembers them (drizzle's defaults). */
export const MIGRATIONS = { migrationsFolder: join(projectRoot, 'drizzle') };

/**
 * Whether every migration of this version has been applied, and perhaps a later version's: in a rolling upgrade the old
 * processes go on. Throws when the database does not answer.
 */
export async function areMigrationsCurrent(database: Database): Promise<boolean> {
  const latest = readMigrationFiles(MIGRATIONS).at(-1);
  const applied = await database.transaction('snapshot', async (tx) =>
    rowsOf<{ hash: string }>(
      await tx.execute(sql`select hash from drizzle.__drizzle_migrations where hash = ${latest?.hash}`),
    ),
  );
  return applied.length > 0;
}
