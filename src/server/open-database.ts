import type { Database, DatabaseOptions } from '../db/client.ts';
import { openPglite } from '../db/pglite.ts';
import { openPostgres } from '../db/postgres.ts';
import type { Config } from './config.ts';

/** Opens the configured database and applies pending migrations. */
export async function openDatabase(
  { database: config }: Config,
  options: DatabaseOptions = {},
): Promise<Database> {
  const database =
    config.kind === 'postgresql'
      ? openPostgres(config.url, { ...options, migrationUrl: config.migrationUrl })
      : await openPglite(config.directory, options);
  try {
    await database.migrate();
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}
