import { setTimeout as pause } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { portfolios } from '../../src/db/schema/portfolios.ts';
import { type CommandSpec, type LockMode, openSnapshot, runCommand } from '../../src/db/tx.ts';
import {
  dither,
  lockOrganization,
  openRaceDatabase,
  type RaceDatabase,
  race,
  readRows,
} from '../kit/races.ts';
import { buildTenant, inOneGo } from '../kit/rows.ts';

let db: RaceDatabase;

beforeAll(async () => {
  db = await openRaceDatabase({ poolSize: 20 });
});
afterAll(() => db.close());

/** Organizations in the order of their ids. */
const organizationIds = async (count: number): Promise<string[]> => {
  const tenants = await Promise.all(
    Array.from({ length: count }, () => buildTenant(db.other, { portfolios: { north: [] } })),
  );
  return tenants.map(({ id }) => id).toSorted();
};

/** How often a command has been begun, the first time and again. */
let begun = 0;

/** A command on some organizations that does `work` and records it. */
const command = (
  database: Database,
  mode: LockMode,
  organizations: readonly string[],
  work: CommandSpec<null, void>['work'] = async () => undefined,
) =>
  runCommand<null, void>(database, {
    mode,
    organizations: async (tx) => {
      const [row] = rowsOf<{ locked: boolean }>(
        await tx.execute(sql`select exists (select from pg_locks where pid = pg_backend_pid()
          and locktype = 'relation' and relation = 'organizations'::regclass and mode = 'RowShareLock') as locked`),
      );
      if (!row?.locked) begun++;
      return organizations;
    },
    actor: async () => ({
      actor: null,
      instant: new Date(),
      audit: { userId: null, name: 'A race', requestId: 'race', ipAddress: null },
    }),
    work: async (given) => {
      await work(given);
      given.audit({ organizationId: null, action: 'race.ran', subjectId: null, details: {} });
    },
  });

/** Which of the organizations nobody has locked for a change. */
const free = async (ids: readonly string[]): Promise<string[]> => {
  const rows = await db.other.transaction('command', async (tx) =>
    tx.execute(
      sql`select id from organizations where id = any(${`{${ids.join(',')}}`}::text::uuid[])
        order by id for no key update skip locked`,
    ),
  );
  return (rows as unknown as { id: string }[]).map(({ id }) => id);
};

test('organizations are locked in the order of their ids, however they are named', async () => {
  const [a, b, c] = (await organizationIds(3)) as [string, string, string];
  const release = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const holder = inOneGo(db.other, async (tx) => {
    await lockOrganization(tx, b);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  const run = command(db.database, 'ACCESS', [c, b, a, c]);
  await db.waiting(1);
  expect(await free([a, c])).toEqual([c]);
  release.resolve();
  await Promise.all([holder, run]);
  expect(await free([a, b, c])).toEqual([a, b, c]);
});

test.each<[LockMode, LockMode, boolean]>([
  ['RESOURCES', 'RESOURCES', true],
  ['RESOURCES', 'ACCESS', false],
  ['ACCESS', 'RESOURCES', false],
  ['ACCESS', 'ACCESS', false],
])('%s beside %s in one organization: at once is %s', async (first, second, together) => {
  const ids = await organizationIds(1);
  const events: string[] = [];
  const inside = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const running = command(db.database, first, ids, async () => {
    inside.resolve();
    await release.promise;
    events.push('first');
  });
  await inside.promise;
  const beside = command(db.database, second, ids, async () => void events.push('second'));
  if (together) await beside;
  else await db.waiting(1);
  release.resolve();
  await Promise.all([running, beside]);
  expect(events).toEqual(together ? ['second', 'first'] : ['first', 'second']);
});

test('commands of other organizations, and reads of this one, do not wait', async () => {
  const [a, b] = (await organizationIds(2)) as [string, string];
  await command(db.database, 'ACCESS', [a], async () => {
    await command(db.other, 'ACCESS', [b]);
    expect(await readRows(db.other, sql`select name from organizations where id = ${a}`)).toHaveLength(1);
  });
});

test('two commands that name the same organizations in opposite order never meet in a deadlock', async () => {
  begun = 0;
  await race({ trials: 200, lanes: 4 }, async (trial) => {
    const [a, b] = (await organizationIds(2)) as [string, string];
    const run = async (ids: string[], mode: LockMode) => {
      if (trial % 2 === 0) await dither();
      await command(db.database, mode, ids, async ({ tx }) => {
        for (const id of ids) {
          await tx
            .update(portfolios)
            .set({ name: `by ${trial}` })
            .where(eq(portfolios.organizationId, id));
        }
      });
    };
    await Promise.all([run([a, b], 'ACCESS'), run([b, a], trial % 4 < 2 ? 'ACCESS' : 'RESOURCES')]);
  });
  expect(begun).toBe(400);
});

test('commands that get in one another’s way below their locks are run again, and none fails', async () => {
  const [a, b] = (await organizationIds(2)) as [string, string];
  let ran = 0;
  await race({ trials: 12, lanes: 2 }, async (trial) => {
    const pair = trial % 2 === 0 ? [a, b] : [b, a];
    await command(db.database, 'RESOURCES', [], async ({ tx }) => {
      ran++;
      for (const id of pair) {
        await tx
          .update(portfolios)
          .set({ name: `by ${trial}` })
          .where(eq(portfolios.organizationId, id));
        await pause(5);
      }
    });
  });
  expect(ran).toBeGreaterThan(12);
});

test('a command whose organizations change while it waits for their locks is run on the new ones', async () => {
  const [a, b] = (await organizationIds(2)) as [string, string];
  const release = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const holder = inOneGo(db.other, async (tx) => {
    await lockOrganization(tx, a);
    await tx.execute(sql`update organizations set contact_email = ${b} where id = ${a}`);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  let locked: string[] = [];
  const run = runCommand<null, void>(db.database, {
    mode: 'ACCESS',
    organizations: async (tx) => {
      const rows = await tx.execute(
        sql`select coalesce(contact_email, id::text) as id from organizations where id = ${a}`,
      );
      return [a, ...(rows as unknown as { id: string }[]).map(({ id }) => id)];
    },
    actor: async () => ({
      actor: null,
      instant: new Date(),
      audit: { userId: null, name: 'A race', requestId: 'race', ipAddress: null },
    }),
    work: async ({ audit }) => {
      const unlocked = await free([a, b]);
      locked = [a, b].filter((id) => !unlocked.includes(id));
      audit({ organizationId: null, action: 'race.ran', subjectId: null, details: {} });
    },
  });
  await db.waiting(1);
  release.resolve();
  await Promise.all([holder, run]);
  expect(locked).toEqual([a, b]);
});

test('a snapshot shows what was there when it was opened, whatever is committed meanwhile', async () => {
  for (let round = 0; round < 50; round++) {
    const { portfolios: own } = await buildTenant(db.other, { portfolios: { before: [] } });
    const nameOf = async (snapshot: { tx: Parameters<Parameters<Database['transaction']>[1]>[0] }) => {
      const [row] = await snapshot.tx.select().from(portfolios).where(eq(portfolios.id, own.before));
      return row?.name;
    };
    const snapshot = await openSnapshot(db.database);
    expect(await nameOf(snapshot)).toBe('before');
    await inOneGo(db.other, (tx) =>
      tx.update(portfolios).set({ name: 'after' }).where(eq(portfolios.id, own.before)),
    );
    await buildTenant(db.other, { name: 'New since', portfolios: { more: [] } });
    expect(await nameOf(snapshot)).toBe('before');
    const [since] = (await snapshot.tx.execute(
      sql`select count(*)::int as n from organizations where name = 'New since'`,
    )) as unknown as { n: number }[];
    expect(since?.n).toBe(round);
    await snapshot.close();
    const later = await openSnapshot(db.database);
    expect(await nameOf(later)).toBe('after');
    await later.close();
  }
});
