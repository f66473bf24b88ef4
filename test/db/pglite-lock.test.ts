import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import { afterEach, describe, expect, test } from 'vitest';
import { DataDirectoryInUseError, openPglite } from '../../src/db/pglite.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { projectRoot } from '../../src/root.ts';
import { onPostgres } from '../kit/database.ts';

const left: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const clean of left.splice(0)) await clean();
});

async function makeDirectory(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'parkgate-lock-'));
  left.push(() => rm(parent, { recursive: true, force: true }));
  return join(parent, 'data');
}

/** Opens the directory in its argument, says so, and closes it when it is told to; marks what it did in the database. */
const SCRIPT = `
  const { openPglite } = await import(${JSON.stringify(pathToFileURL(join(projectRoot, 'src/db/pglite.ts')).href)});
  const say = (what) => console.log(JSON.stringify(what));
  try {
    const database = await openPglite(process.argv[1]);
    await database.pglite.exec('create table if not exists marks (pid int); insert into marks values (' + process.pid + ')');
    say({ opened: true });
    process.stdin.once('data', async () => {
      await database.pglite.exec('insert into marks values (0)');
      await database.close();
      say({ closed: true });
      process.exit();
    });
  } catch (error) {
    say({ refused: error.name, message: error.message });
    process.exit();
  }`;

interface Said {
  readonly opened?: boolean;
  readonly closed?: boolean;
  readonly refused?: string;
  readonly message?: string;
}

/** Another process that opens the directory. */
function openElsewhere(directory: string) {
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '--eval', SCRIPT, directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  left.unshift(async () => {
    child.kill('SIGKILL');
    await gone;
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    pid: child.pid as number,
    hears: async (): Promise<Said> => {
      const { value, done } = await lines.next();
      return done ? expect.fail('the other process ended in silence') : JSON.parse(value);
    },
    close: () => child.stdin?.write('close\n'),
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

const marksIn = async (directory: string): Promise<number[]> => {
  const database = await openPglite(directory);
  try {
    return await database.transaction('snapshot', async (tx) =>
      rowsOf<{ pid: number }>(await tx.execute(sql`select pid from marks`)).map(({ pid }) => pid),
    );
  } finally {
    await database.close();
  }
};

describe.runIf(!onPostgres)('a data directory', () => {
  test('is refused to everybody else while a process has it, and is free when that has closed it', async () => {
    const directory = await makeDirectory();
    const holder = openElsewhere(directory);
    expect(await holder.hears()).toEqual({ opened: true });

    const second = openElsewhere(directory);
    const here = await openPglite(directory).catch((error: unknown) => error);
    expect(here).toBeInstanceOf(DataDirectoryInUseError);
    const refusal = await second.hears();
    expect(refusal).toEqual({ refused: 'DataDirectoryInUseError', message: (here as Error).message });
    expect(refusal.message).toContain(directory);
    expect(refusal.message).toMatch(/in use by another Parkgate process.*stop.*PostgreSQL \(DATABASE_URL\)/);

    holder.close();
    expect(await holder.hears()).toEqual({ closed: true });
    expect(await marksIn(directory)).toEqual([holder.pid, 0]);
    const third = openElsewhere(directory);
    expect(await third.hears()).toEqual({ opened: true });
  });

  test('is refused to a second opening in one process', async () => {
    const directory = await makeDirectory();
    const database = await openPglite(directory);
    const again = await openPglite(directory).catch((error: unknown) => error);
    expect(again).toBeInstanceOf(DataDirectoryInUseError);
    await database.close();
    await (await openPglite(directory)).close();
  });

  test('is free again some time after its process was killed, with all that was stored', async () => {
    const directory = await makeDirectory();
    const holder = openElsewhere(directory);
    expect(await holder.hears()).toEqual({ opened: true });
    await holder.kill();
    expect(await marksIn(directory)).toEqual([holder.pid]);
  });

  test('of another name is nobody’s business', async () => {
    const [one, two] = [await makeDirectory(), await makeDirectory()];
    const databases = await Promise.all([
      openPglite(one),
      openPglite(two),
      openPglite(null),
      openPglite(null),
    ]);
    for (const database of databases) await database.close();
  });
});
