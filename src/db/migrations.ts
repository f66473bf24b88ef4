import { join } from 'node:path';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { projectRoot } from '../root.ts';
import type { Database } from './client.ts';
import { rowsOf } from './rows.ts';

/** Where the generated migrations are, and where the database remembers them (drizzle's defaults). */
export const MIGRATIONS = { migrationsFolder: join(projectRoot, 'drizzle') };

/** The hash of this version's last migration; the files do not change while the process runs. */
let latest: string | undefined;

/**
 * Whether every migration of this version has been applied, and perhaps a later version's: in a rolling upgrade the old
 * processes go on. Throws when the database does not answer.
 */
export async function areMigrationsCurrent(database: Database): Promise<boolean> {
  latest ??= readMigrationFiles(MIGRATIONS).at(-1)?.hash;
  return database.transaction('snapshot', async (tx) => {
    const remembered = await tx.execute(
      sql`select to_regclass('drizzle.__drizzle_migrations') is not null as exists`,
    );
    if (rowsOf<{ exists: boolean }>(remembered)[0]?.exists !== true) return false;
    const applied = await tx.execute(sql`select 1 from drizzle.__drizzle_migrations where hash = ${latest}`);
    return rowsOf(applied).length > 0;
  });
}
