import { type FileHandle, mkdtemp, open, rmdir, unlink } from 'node:fs/promises';
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
    for await (const text of texts) size += (await file.write(text, null, 'utf8')).bytesWritten;
    return { file, size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openNameless(): Promise<FileHandle> {
  const directory = await mkdtemp(join(tmpdir(), 'parkgate-'));
  const path = join(directory, 'spool');
  try {
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  } finally {
    await rmdir(directory);
  }
}
