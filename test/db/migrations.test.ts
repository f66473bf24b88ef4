import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import postgres from 'postgres';
import { afterAll, afterEach, describe, expect, inject, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { areMigrationsCurrent, MIGRATIONS } from '../../src/db/migrations.ts';
import { openPglite } from '../../src/db/pglite.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { projectRoot } from '../../src/root.ts';
import { onPostgres, openTestDatabase } from '../kit/database.ts';
import { startTestGateway } from '../kit/gateway.ts';
import { inOneGo } from '../kit/rows.ts';

const MIGRATION_COUNT = readMigrationFiles(MIGRATIONS).length;

const left: (() => Promise<unknown>)[] = [];
const leave = (clean: () => Promise<unknown>) => left.unshift(clean);
afterEach(async () => {
  for (const clean of left.splice(0)) await clean();
});

const made: string[] = [];
const admin = () => postgres(inject('postgres').url, { max: 1, onnotice: () => undefined });

/** The URL of an empty database. */
async function makeEmpty(): Promise<string> {
  const name = `parkgate_empty_${process.pid}_${made.length}`;
  made.push(name);
  const client = admin();
  await client.unsafe(`create database ${name}`);
  await client.end();
  return Object.assign(new URL(inject('postgres').url), { pathname: `/${name}` }).href;
}

afterAll(async () => {
  if (made.length === 0) return;
  const client = admin();
  for (const name of made) await client.unsafe(`drop database if exists ${name} with (force)`);
  await client.end();
});

async function openEmpty(): Promise<Database> {
  const database = onPostgres ? openPostgres(await makeEmpty()) : await openPglite(null);
  leave(() => database.close());
  return database;
}

const applied = (database: Database): Promise<string[]> =>
  database.transaction('snapshot', async (tx) =>
    rowsOf<{ hash: string }>(
      await tx.execute(sql`select hash from drizzle.__drizzle_migrations order by id`),
    ).map(({ hash }) => hash),
  );

test('an empty database is not current; a migrated one is', async () => {
  const database = await openEmpty();
  expect(await areMigrationsCurrent(database)).toBe(false);
  await database.migrate();
  expect(await areMigrationsCurrent(database)).toBe(true);
  expect(await applied(database)).toHaveLength(MIGRATION_COUNT);
});

test('migrating again changes nothing', async () => {
  const database = await openTestDatabase();
  leave(() => database.close());
  const before = await applied(database);
  await database.migrate();
  expect(await applied(database)).toEqual(before);
});

describe('/readyz', () => {
  const startGateway = async (database: Database) => {
    const gateway = await startTestGateway({ database });
    leave(() => gateway.close());
    const statusOf = async (path: string) => {
      const answer = await fetch(`${gateway.origin}${path}`);
      const body = await answer.text();
      expect(body).not.toMatch(/select|relation|drizzle|127\.0\.0\.1|postgres/i);
      return answer.status;
    };
    return async () => ({ live: await statusOf('/healthz'), ready: await statusOf('/readyz') });
  };

  test('follows the migrations', async () => {
    const database = await openEmpty();
    const health = await startGateway(database);
    expect(await health()).toEqual({ live: 200, ready: 503 });
    await database.migrate();
    expect(await health()).toEqual({ live: 200, ready: 200 });
    const latest = (await applied(database)).at(-1) as string;
    await inOneGo(database, (tx) =>
      tx.execute(sql`update drizzle.__drizzle_migrations set hash = 'another' where hash = ${latest}`),
    );
    expect(await areMigrationsCurrent(database)).toBe(false);
    expect(await health()).toEqual({ live: 200, ready: 503 });
    await inOneGo(database, (tx) =>
      tx.execute(sql`update drizzle.__drizzle_migrations set hash = ${latest} where hash = 'another'`),
    );
    expect(await health()).toEqual({ live: 200, ready: 200 });
  });

  test('stays ready when a later version has migrated on', async () => {
    const database = await openTestDatabase();
    leave(() => database.close());
    const health = await startGateway(database);
    await inOneGo(database, (tx) =>
      tx.execute(
        sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 9999999999999)`,
      ),
    );
    expect(await health()).toEqual({ live: 200, ready: 200 });
  });

  test('says so when the database is gone', async () => {
    const database = await openTestDatabase();
    const health = await startGateway(database);
    expect(await health()).toEqual({ live: 200, ready: 200 });
    await database.close();
    expect(await health()).toEqual({ live: 200, ready: 503 });
  });
});

describe.runIf(onPostgres)('an empty PostgreSQL database migrated by several at once', () => {
  const check = async (url: string) => {
    const database = openPostgres(url);
    leave(() => database.close());
    expect(await areMigrationsCurrent(database)).toBe(true);
    expect(await applied(database)).toHaveLength(MIGRATION_COUNT);
  };

  test('is migrated once, by any number of connections', async () => {
    for (let round = 0; round < 20; round++) {
      const url = await makeEmpty();
      const databases = Array.from({ length: 3 }, () => openPostgres(url));
      await Promise.all(databases.map((database) => database.migrate()));
      await check(url);
      await Promise.all(databases.map((database) => database.close()));
    }
  });

  test('is migrated once, by two processes', async () => {
    const source = pathToFileURL(join(projectRoot, 'src/db/postgres.ts')).href;
    const script = `
      const { openPostgres } = await import(${JSON.stringify(source)});
      const database = openPostgres(process.argv[1]);
      await database.migrate();
      await database.close();`;
    for (let round = 0; round < 3; round++) {
      const url = await makeEmpty();
      const processes = [0, 1].map(() =>
        spawn(process.execPath, ['--input-type=module', '--eval', script, url], { stdio: 'inherit' }),
      );
      const exits = await Promise.all(processes.map((each) => once(each, 'exit')));
      expect(exits.map(([code]) => code)).toEqual([0, 0]);
      await check(url);
    }
  });
});
