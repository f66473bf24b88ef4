import { openAsBlob } from 'node:fs';
import postgres from 'postgres';
import { inject } from 'vitest';
import type { Database, DatabaseOptions } from '../../src/db/client.ts';
import { openPglite } from '../../src/db/pglite.ts';
import { openPostgres } from '../../src/db/postgres.ts';

/** The database that this run of the suite is on. */
export const onPostgres = process.env['TEST_DATABASE'] === 'postgres';

let made = 0;

/** A migrated, empty database of its own; closing it drops it. */
export async function openTestDatabase(options: DatabaseOptions = {}): Promise<Database> {
  return onPostgres ? (await makePostgresDatabase(options)).database : openMemory(options);
}

async function openMemory(options: DatabaseOptions): Promise<Database> {
  return openPglite(null, options, await openAsBlob(inject('pglite')));
}

/** A database of its own on the suite's PostgreSQL, and its URL for more connections or processes. */
export async function makePostgresDatabase(
  options: DatabaseOptions = {},
): Promise<{ database: Database; url: string }> {
  const { url: serverUrl, template } = inject('postgres');
  const name = `parkgate_test_${process.pid}_${made++}`;
  const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  await admin.unsafe(`create database ${name} template ${template}`);
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href;
  const database = openPostgres(url, options);
  const drop = async () => {
    await database.close();
    await admin.unsafe(`drop database if exists ${name} with (force)`);
    await admin.end();
  };
  return { url, database: { ...database, close: drop } };
}
