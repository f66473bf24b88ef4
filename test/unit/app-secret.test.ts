import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keepAppSecret } from '../../src/server/app-secret.ts';
import { ConfigurationError } from '../../src/server/config.ts';

const root = await mkdtemp(join(tmpdir(), 'parkgate-secret-'));
afterAll(() => rm(root, { recursive: true }));

const newDirectory = () => mkdtemp(join(root, 'data-'));
const keptIn = (directory: string | null, appSecret: string | null = null) =>
  keepAppSecret({ appSecret, database: { kind: 'pglite', directory } });

it('APP_SECRET is what is given, and then none is kept', async () => {
  const directory = await newDirectory();
  expect(await keptIn(directory, 'given')).toBe('given');
  expect(await readdir(directory)).toEqual([]);
});

describe('without APP_SECRET', () => {
  it('one is made beside the database, for its owner alone, and stays', async () => {
    const directory = await newDirectory();
    const secret = await keptIn(directory);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(await keptIn(directory)).toBe(secret);
    expect(await readdir(directory)).toEqual(['app-secret']);
    expect((await stat(join(directory, 'app-secret'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(directory, 'app-secret'), 'utf8')).toBe(`${secret}\n`);
  });

  it('of many at once all get the same', async () => {
    const directory = await newDirectory();
    const secrets = await Promise.all(Array.from({ length: 20 }, () => keptIn(directory)));
    expect(new Set(secrets).size).toBe(1);
    expect(await readdir(directory)).toEqual(['app-secret']);
  });

  it('each database and each memory has its own', async () => {
    const secrets = [
      await keptIn(await newDirectory()),
      await keptIn(await newDirectory()),
      await keptIn(null),
      await keptIn(null),
    ];
    expect(new Set(secrets).size).toBe(4);
  });

  it.each(['', 'short\n'])(
    'a file that holds no secret is refused, and left as it is: %j',
    async (content) => {
      const directory = await newDirectory();
      const file = join(directory, 'app-secret');
      await writeFile(file, content);
      const refusal = await keptIn(directory).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ConfigurationError);
      expect((refusal as Error).message).toContain(file);
      expect(await readFile(file, 'utf8')).toBe(content);
    },
  );
});
