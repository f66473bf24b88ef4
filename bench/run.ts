import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPglite } from '../src/db/pglite.ts';
import { openPostgres } from '../src/db/postgres.ts';
import { startPostgres } from '../test/kit/postgres-server.ts';
import { microsecondsPerDecision } from './decide.ts';
import { executionContenders, sideBySide } from './execution.ts';
import { metricContenders } from './metrics.ts';
import { startProcess } from './process.ts';
import { makeTree, QUERIES, type Tree } from './tree.ts';

const ROUNDS = { rounds: 31, warmUp: 8 };
const SHAPES = { flat: [1, 10_000], nested: [100, 100] } as const;
type Shape = keyof typeof SHAPES;

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${ROUNDS.rounds} rounds in turns, medians\n`,
);

const perDecision = microsecondsPerDecision();
console.log('decide, 1,000 grants and 1,000 shares, 10,000 parks');
console.log(
  `  own parks ${perDecision.own.toFixed(2)} µs each, shared parks ${perDecision.shared.toFixed(2)} µs each\n`,
);

const server = await startPostgres();
const directory = await mkdtemp(join(tmpdir(), 'parkgate-bench-'));
try {
  for (const kind of ['PostgreSQL', 'PGlite'] as const) {
    let statements = 0;
    const onStatement = () => void statements++;
    const database =
      kind === 'PostgreSQL'
        ? openPostgres(server.url, { onStatement })
        : await openPglite(null, { onStatement });
    await database.migrate();
    for (const shape of Object.keys(SHAPES) as Shape[]) {
      const tree = await makeTree(database, SHAPES[shape][0], SHAPES[shape][1]);
      const contenders = executionContenders(database, tree, shape);
      const counts: number[] = [];
      for (const name of ['served', "partner's ADMIN", 'delegated member'] as const) {
        statements = 0;
        await contenders[name]();
        counts.push(statements);
      }
      const [own, admin, member] = counts;
      console.log(
        `${kind}, organization tree of 10,000 parks, ${shape}: ${own} statements, for a partner's ADMIN ${admin}, for a delegated member ${member}, in process`,
      );
      const times = await sideBySide(contenders, ROUNDS);
      for (const [name, time] of Object.entries(times)) {
        console.log(
          `  ${name.padEnd(18)} ${time.toFixed(0).padStart(5)} ms   served is ${(times.served / time).toFixed(2)} ×`,
        );
      }
    }
    const tree = await makeTree(database, 1, 20);
    const { contenders, size } = await metricContenders(database, tree);
    statements = 0;
    await contenders['hours, served']();
    console.log(
      `\n${kind}, a year of 15-minute values of one park (35,040 of ${size}): ${statements} statements, in process`,
    );
    const times = await sideBySide(contenders, ROUNDS);
    for (const [name, time] of Object.entries(times)) {
      const ratio = (time / times['plain scan']).toFixed(2);
      console.log(`  ${name.padEnd(20)} ${time.toFixed(1).padStart(6)} ms   ${ratio} × the plain scan`);
    }
    console.log();
    await database.close();
  }

  const database = openPostgres(server.url);
  const tree = await makeTree(database, ...SHAPES.flat);
  await database.close();
  const gateway = await startProcess({
    DATABASE_URL: server.url,
    // Nothing is mailed.
    SMTP_URL: 'smtp://127.0.0.1:1',
    APP_SECRET: 'a secret that the bench alone has',
  });
  const idle = await gateway.residentMiB();
  const megabytes = (await ask(gateway.url, tree)) / 1e6;
  const afterOne = await gateway.residentMiB();
  for (let round = 0; round < 20; round++) await ask(gateway.url, tree);
  console.log(`\nA gateway on PostgreSQL, resident memory (response of ${megabytes.toFixed(1)} MB)`);
  console.log(
    `  idle ${idle.toFixed(0)} MiB, after the 10,000-park query ${afterOne.toFixed(0)} MiB, after 20 more ${(await gateway.residentMiB()).toFixed(0)} MiB`,
  );
  await gateway.stop();

  await (await startProcess({ DATA_DIR: directory })).stop();
  const again = await startProcess({ DATA_DIR: directory });
  console.log(`\nStart with an existing PGlite directory of the demo world: ${again.seconds.toFixed(2)} s`);
  await again.stop();
} finally {
  await rm(directory, { recursive: true, force: true });
  await server.stop();
}

async function ask(url: string, tree: Tree): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tree.sessionToken}` },
    body: JSON.stringify({ query: QUERIES.flat, variables: { id: tree.organizationId } }),
  });
  const text = await response.text();
  if (text.includes('"errors"')) throw new Error(text.slice(0, 500));
  return text.length;
}
