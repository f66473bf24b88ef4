/** `npm run new-enemy`: two gateways on one PostgreSQL, and a partner who must not see what was written after they were shut out. */
import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import postgres from 'postgres';
import { OperatorError } from '../src/cli/operator-error.ts';
import { showProgress } from '../src/cli/progress.ts';
import { runProgram } from '../src/cli/run-program.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { type EnemyReport, meetNewEnemies } from '../test/kit/new-enemy/run.ts';
import { startPostgres } from '../test/kit/postgres-server.ts';
import { startProcess } from './process.ts';

const HELP = `
A trial: the owner of a park takes it back from a partner (share revoked, cooperation paused or removed, park shared as NONE, park moved
away) in one process, and then writes a secret into it. The partner's ADMIN and a member with a delegated role read in the other process,
after that, or all the time, or frozen in the middle of it. Before, they see what the owner writes.

DATABASE_URL names a PostgreSQL server on which a database is made for it, and dropped; without it, one is started for the run.
Exit codes: 0 nobody saw a secret, 1 somebody did (it is said who, and how), or the trials could not be run, 2 wrong usage.`;

interface Options {
  readonly trials: number;
  readonly lanes: number;
}

const count = (value: string): number => {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('Give a whole number from 1 on.');
  return number;
};

const program = new Command('new-enemy')
  .description('Looks for a secret that a partner sees after their access has ended.')
  .option('--trials <n>', 'how many', count, 10_000)
  .option('--lanes <n>', 'how many at a time', count, 4)
  .addHelpText('after', HELP)
  .exitOverride()
  .action(run);

async function run({ trials, lanes }: Options): Promise<void> {
  const given = process.env['DATABASE_URL'];
  const server = given ? { url: given, stop: async () => undefined } : await startPostgres();
  try {
    await onDatabaseOf(server.url, async (url) =>
      report(await onTwoGateways(url, { trials, lanes }), trials),
    );
  } finally {
    await server.stop();
  }
}

/** Does `work` with a database of its own. */
async function onDatabaseOf(serverUrl: string, work: (url: string) => Promise<void>): Promise<void> {
  const name = `parkgate_new_enemy_${process.pid}`;
  const admin = postgres(serverUrl, { max: 1, onnotice: () => undefined });
  await admin`create database ${admin(name)}`;
  try {
    await work(Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href);
  } finally {
    await admin`drop database ${admin(name)} with (force)`;
    await admin.end();
  }
}

async function onTwoGateways(url: string, { trials, lanes }: Options): Promise<EnemyReport> {
  const database = openPostgres(url, { poolSize: lanes });
  await database.migrate();
  const environment = {
    DATABASE_URL: url,
    // Nothing is mailed.
    SMTP_URL: 'smtp://127.0.0.1:1',
    APP_SECRET: 'a secret that this program alone has',
  };
  const gateways = [await startProcess(environment), await startProcess(environment)] as const;
  const progress = showProgress(process.stderr, trials, 'trials');
  const step = process.stderr.isTTY ? 1 : Math.ceil(trials / 20);
  // Whoever interrupts it is told of what was done, and nothing is left behind.
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    return await meetNewEnemies({
      database,
      gateways,
      trials,
      lanes,
      onTrial: (done) => {
        if (done % step === 0) progress.update(done);
      },
      signal: interrupted.signal,
    });
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    progress.stop();
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await database.close();
  }
}

function report({ trials, leaks, shown, caught, reads, revoked }: EnemyReport, wanted: number): void {
  const lines = [
    `${trials} trials, ${leaks.length} leaks`,
    ...Object.entries(revoked).map(([name, times]) => `  ${times} with ${name}`),
    `  ${reads.AFTER} answers read after the secret was written, ${reads.MEANWHILE} while it was, ${reads.FROZEN} around a freeze of their process, which was in the middle of ${caught}; none may hold it`,
    `  ${shown} answers showed the partner what was theirs to see`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  for (const { answer, operation, ...leak } of leaks.slice(0, 10)) {
    process.stdout.write(`LEAK ${JSON.stringify(leak)}\n  ${operation}\n  ${answer}\n`);
  }
  if (leaks.length > 0)
    throw new OperatorError(`A partner saw what was written after their access had ended.`);
  if (trials < wanted) throw new OperatorError(`Interrupted after ${trials} of ${wanted} trials.`);
}

await runProgram(program, process.argv);
