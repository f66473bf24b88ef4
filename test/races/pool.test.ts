import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSnapshot } from '../../src/db/tx.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { startTestGateway } from '../kit/gateway.ts';
import { dither, openRaceDatabase, type RaceDatabase, readRows } from '../kit/races.ts';
import { buildTenant } from '../kit/rows.ts';

const POOL = 5;
let db: RaceDatabase;

beforeAll(async () => {
  db = await openRaceDatabase({ poolSize: POOL });
  await db.other.transaction(
    'command',
    async (tx) => void (await tx.execute(sql`create table marks (n int)`)),
  );
});
afterAll(() => db.close());

test('more transactions than connections wait for their turn, and all succeed', async () => {
  let running = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 300 }, (_, n) =>
      db.database.transaction(n % 3 === 0 ? 'snapshot' : 'command', async (tx) => {
        most = Math.max(most, ++running);
        await tx.execute(n % 3 === 0 ? sql`select n from marks` : sql`insert into marks values (${n})`);
        await dither();
        await tx.execute(sql`select 1`);
        running--;
      }),
    ),
  );
  expect(most).toBe(POOL);
  expect(await readRows(db.other, sql`select count(*)::int as stored from marks`)).toEqual([{ stored: 200 }]);
});

test('snapshots that are opened and closed, also twice, give their connections back', async () => {
  for (let round = 0; round < 3 * POOL; round++) {
    const snapshots = await Promise.all(Array.from({ length: POOL }, () => openSnapshot(db.database)));
    await Promise.all(snapshots.flatMap((snapshot) => [snapshot.close(), snapshot.close()]));
  }
  expect((await db.backends()).length).toBeGreaterThanOrEqual(POOL);
});

test('many more requests than connections are all answered, reading and writing', async () => {
  const gateway = await startTestGateway({ database: db.database });
  const { members, portfolios } = await buildTenant(db.other, {
    members: { anna: 'ADMIN' },
    portfolios: { north: [] },
  });
  const anna = await gateway.signInAs(members.anna.userId);
  const portfolioId = globalId('portfolio', portfolios.north);
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, n) =>
      n % 2 === 0
        ? anna.send(
            `{ viewer { parks(first: 200) { totalCount nodes { name portfolio { name } effectiveRole } } } }`,
          )
        : anna.send(
            `mutation ($input: CreateParkInput!) { createPark(input: $input) { park { id effectiveRole } } }`,
            { input: { portfolioId, name: `P${n}`, plantType: 'SOLAR', capacityKw: n } },
          ),
    ),
  );
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const { viewer } = await anna.get<{ viewer: { parks: { totalCount: number } } }, object>(
    '{ viewer { parks { totalCount } } }',
  );
  expect(viewer.parks.totalCount).toBe(60);
  await gateway.close();
});
