import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Writes texts as they come into a file that has no name: whoever opened it reads it, and it is gone when they close it. What is slow to
 * be fetched waits there, and not in a transaction.
 */
export async function spool(texts: AsyncIterable<string>): Promise<{ file: FileHandle; size: number }> {
  const file = await openNameless();
  try {
    let size = 0;
    for await (const text of texts) {
      const bytes = Buffer.from(text);
      // `write` may leave a part out; this goes on until all is there.
      await file.appendFile(bytes);
      size += bytes.length;
    }
    return { file, size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** The disk, the quota or what a file may hold is used up. */
export const hasNoRoom = (error: unknown): boolean =>
  error instanceof Error && NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '');

async function openNameless(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'parkgate-'));
  try {
    return await open(join(directory, 'spool'), 'wx+', 0o600);
  } finally {
    await rm(directory, { recursive: true });
  }
}
