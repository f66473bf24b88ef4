import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { openPostgres } from '../../src/db/postgres.ts';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A server on which databases can be made, and the migrated database to copy. */
    postgres: { url: string; template: string };
  }
}

/** Before the suites on PostgreSQL: a server (one of our own, or TEST_DATABASE_URL) with a migrated template database. */
export async function setup({ provide }: TestProject) {
  const given = process.env['TEST_DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startPostgres();
  const template = `parkgate_template_${process.pid}`;
  const admin = postgres(server.url, { max: 1, onnotice: () => undefined });
  await admin.unsafe(`create database ${template}`);
  const database = openPostgres(Object.assign(new URL(server.url), { pathname: `/${template}` }).href);
  await database.migrate();
  await database.close();
  provide('postgres', { url: server.url, template });
  return async () => {
    await admin.unsafe(`drop database if exists ${template} with (force)`);
    await admin.end();
    await server.stop();
  };
}
