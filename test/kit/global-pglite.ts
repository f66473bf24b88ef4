import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openPglite } from '../../src/db/pglite.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The file of a migrated, empty data directory. */
    pglite: string;
  }
}

/** Before the suites on PGlite: what each of their databases starts from, which is much quicker than migrating. */
export async function setup({ provide }: TestProject) {
  const directory = await mkdtemp(join(tmpdir(), 'parkgate-pglite-'));
  const database = await openPglite(null);
  await database.migrate();
  const dump = await database.pglite.dumpDataDir('none');
  await database.close();
  const file = join(directory, 'migrated.tar');
  await writeFile(file, Buffer.from(await dump.arrayBuffer()));
  provide('pglite', file);
  return () => rm(directory, { recursive: true });
}
