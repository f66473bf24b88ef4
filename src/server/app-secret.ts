import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newSecret } from '../identity/secret.ts';
import { type Config, ConfigurationError } from './config.ts';

const SHORTEST = 32;

/**
 * APP_SECRET, or without it the one that is kept beside the embedded database, made at the first start. In memory it lasts as long as the
 * database does.
 */
export async function keepAppSecret({
  appSecret,
  database,
}: Pick<Config, 'appSecret' | 'database'>): Promise<string> {
  if (appSecret !== null) return appSecret;
  if (database.kind === 'postgresql') throw new Error('APP_SECRET belongs to DATABASE_URL');
  return database.directory === null ? newSecret() : keptIn(join(database.directory, 'app-secret'));
}

async function keptIn(path: string): Promise<string> {
  const kept = (await contentOf(path)) ?? (await make(path));
  if (kept.length < SHORTEST) {
    throw new ConfigurationError([
      `APP_SECRET: not given, and ${path} holds none. Delete it to have a new one made; links that were mailed before are dead then.`,
    ]);
  }
  return kept;
}

const contentOf = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (content) => content.trim(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );

/** Whole or not at all, whatever stops it; and of two at once both get the first one's. */
async function make(path: string): Promise<string> {
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${newSecret()}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(temporary, { force: true });
  }
  return (await contentOf(path)) ?? '';
}
