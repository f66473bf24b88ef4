import type { Database } from '../db/client.ts';
import { readConfig } from '../server/config.ts';
import { openDatabase } from '../server/open-database.ts';

/**
 * Opens the database that the gateway uses, with all migrations applied, for the time of `work`.
 * @throws ConfigurationError, DataDirectoryInUseError while the gateway serves an embedded database
 */
export async function withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(readConfig());
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
