import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { type FileHandle, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { projectRoot } from '../../src/root.ts';
import { hasNoRoom, spool } from '../../src/server/spool.ts';

const opened = vi.hoisted(() => [] as FileHandle[]);
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const open = async (...args: Parameters<typeof real.open>) => {
    const file = await real.open(...args);
    opened.push(file);
    return file;
  };
  return { ...real, open };
});

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spool-test-'));
  vi.stubEnv('TMPDIR', directory);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  opened.splice(0);
  await rm(directory, { recursive: true });
});

async function* texts(...of: string[]) {
  yield* of;
}

it('keeps every byte, and leaves nothing behind under a name', async () => {
  const { file, size } = await spool(texts('grün ', '', '🌞'.repeat(1_000)));
  expect(readdirSync(directory)).toEqual([]);
  const text = (await file.read({ buffer: Buffer.alloc(size + 1), position: 0 })).buffer.toString();
  expect(text).toBe(`grün ${'🌞'.repeat(1_000)}\0`);
  await file.close();
});

it('closes the file of a text that fails', async () => {
  async function* failing() {
    yield 'begun';
    throw new Error('the database is gone');
  }
  await expect(spool(failing())).rejects.toThrow('the database is gone');
  expect(opened.map(({ fd }) => fd)).toEqual([-1]);
});

it('a file that may not grow is a failure, and not a shorter file', () => {
  const script = `
    import { hasNoRoom, spool } from './src/server/spool.ts';
    async function* texts() { yield 'x'.repeat(4_000); }
    console.log(await spool(texts()).then(({ size }) => size, (error) => error.code + ' ' + hasNoRoom(error)));`;
  const node = [process.execPath, '--no-warnings', '--input-type=module', '--eval', script];
  // One block is 512 or 1,024 bytes: less than the text, so that a part of it is written.
  const { stdout, stderr } = spawnSync('sh', ['-c', 'ulimit -f 1; exec "$@"', 'sh', ...node], {
    cwd: projectRoot,
    encoding: 'utf8',
  });
  expect([stdout, stderr]).toEqual(['EFBIG true\n', '']);
});

it.each(['ENOSPC', 'EDQUOT', 'EFBIG'])('%s is no room', (code) => {
  expect(hasNoRoom(Object.assign(new Error('write'), { code }))).toBe(true);
});

it('other failures are not', () => {
  for (const error of [
    new Error('write'),
    Object.assign(new Error('write'), { code: 'EIO' }),
    'ENOSPC',
    null,
  ])
    expect(hasNoRoom(error)).toBe(false);
});
