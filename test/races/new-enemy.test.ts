/** Adversarial case 75: what a share, a cooperation or a place no longer gives is not seen in another process either. The same as `npm run new-enemy`. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProcess } from '../../bench/process.ts';
import { buildGateway } from '../kit/build-gateway.ts';
import { makePostgresDatabase } from '../kit/database.ts';
import { REVOCATIONS } from '../kit/new-enemy/commands.ts';
import { meetNewEnemies } from '../kit/new-enemy/run.ts';

const TRIALS = 500;

let db: Awaited<ReturnType<typeof makePostgresDatabase>>;
const gateways: Awaited<ReturnType<typeof startProcess>>[] = [];

beforeAll(async () => {
  await buildGateway();
  db = await makePostgresDatabase();
  const environment = {
    DATABASE_URL: db.url,
    // Nothing is mailed.
    SMTP_URL: 'smtp://127.0.0.1:1',
    APP_SECRET: 'a secret of this test alone, long enough to be one',
  };
  for (let started = 0; started < 2; started++) gateways.push(await startProcess(environment));
});
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  await db?.database.close();
});

test('what is written after a partner was shut out in one process, they never see in another (P5, S2)', {
  timeout: 600_000,
}, async () => {
  const [first, second] = gateways as [(typeof gateways)[number], (typeof gateways)[number]];
  const { leaks, trials, shown, caught, reads, revoked } = await meetNewEnemies({
    database: db.database,
    gateways: [first, second],
    trials: TRIALS,
    lanes: 4,
  });
  expect(leaks).toEqual([]);
  expect(trials).toBe(TRIALS);
  const names = REVOCATIONS.map(({ name }) => name);
  expect(revoked).toEqual(Object.fromEntries(names.map((name) => [name, TRIALS / names.length])));
  // Both readers saw what was shared in every trial, and read again when it no longer was.
  expect(shown).toBeGreaterThanOrEqual(2 * TRIALS);
  for (const [mode, count] of Object.entries(reads)) expect([mode, count > TRIALS / 2]).toEqual([mode, true]);
  expect(caught).toBeGreaterThan(TRIALS / 5);
});
