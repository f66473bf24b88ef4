import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../../src/db/audit.ts';
import type { Database, TransactionKind, Tx } from '../../src/db/client.ts';
import { isRetriable, violatedConstraint } from '../../src/db/errors.ts';
import { TransactionSettledError } from '../../src/db/gate.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { auditEvents } from '../../src/db/schema/audit-events.ts';
import {
  type CommandSpec,
  MissingAuditError,
  NothingChanged,
  openSnapshot,
  readSnapshot,
  runCommand,
} from '../../src/db/tx.ts';
import { openTestDatabase } from '../kit/database.ts';
import { buildTenant } from '../kit/rows.ts';

let database: Database;
/** Refuses a statement by throwing. */
let onStatement: ((statement: string) => void) | null = null;

beforeAll(async () => {
  database = await openTestDatabase({ onStatement: (statement) => onStatement?.(statement) });
  await database.transaction('command', async (tx) => {
    await tx.execute(sql`create table marks (trial text not null, n int not null check (n >= 0))`);
  });
});
afterAll(() => database.close());

const mark = (tx: Tx, trial: string, n = 0) => tx.execute(sql`insert into marks values (${trial}, ${n})`);

const marksOf = (trial: string): Promise<number[]> =>
  readSnapshot(database, async (tx) => {
    const marks = await tx.execute(sql`select n from marks where trial = ${trial} order by n`);
    return rowsOf<{ n: number }>(marks).map(({ n }) => n);
  });

/** What a promise was rejected with. */
const reasonOf = (promise: PromiseLike<unknown>): Promise<Error> =>
  Promise.resolve(promise).then(
    (value) => expect.fail(`it was not rejected, but answered ${JSON.stringify(value)}`),
    (error: Error) => error,
  );

/** The error itself, or the cause below drizzle's wrapping. */
const settled = (error: Error): boolean =>
  error instanceof TransactionSettledError || (error.cause instanceof Error && settled(error.cause));

const AT = new Date('2026-06-01T12:00:00.123Z');
const RECORD: AuditRecord = { organizationId: null, action: 'test.done', subjectId: 'it', details: { n: 1 } };

const command = <Result>(
  work: CommandSpec<null, Result>['work'],
  spec: Partial<CommandSpec<null, Result>> = {},
): Promise<Result> =>
  runCommand<null, Result>(database, {
    mode: 'RESOURCES',
    organizations: async () => [],
    actor: async () => ({
      actor: null,
      instant: AT,
      audit: { userId: null, name: 'A test', requestId: 'request-1', ipAddress: '192.0.2.1' },
    }),
    work,
    ...spec,
  });

const failWith = (tx: Tx, code: string) =>
  tx.execute(sql.raw(`do $$ begin raise exception 'made up' using errcode = '${code}'; end $$`));

describe('a command', () => {
  test('stores its changes and its records together', async () => {
    const result = await command(async ({ tx, instant, audit }) => {
      await mark(tx, 'stored');
      audit({ ...RECORD, subjectId: 'stored' });
      audit({ ...RECORD, subjectId: 'stored', action: 'test.done_twice' });
      return instant;
    });
    expect(result).toEqual(AT);
    expect(await marksOf('stored')).toEqual([0]);
    const events = await readSnapshot(database, (tx) =>
      tx.select().from(auditEvents).where(eq(auditEvents.subjectId, 'stored')).orderBy(auditEvents.id),
    );
    expect(events.map(({ action }) => action)).toEqual(['test.done', 'test.done_twice']);
    expect(events[0]).toMatchObject({
      occurredAt: AT,
      actorUserId: null,
      actorName: 'A test',
      requestId: 'request-1',
      ipAddress: '192.0.2.1',
      details: { n: 1 },
    });
  });

  test('without a record commits nothing (A1)', async () => {
    const run = command(async ({ tx }) => void (await mark(tx, 'unrecorded')));
    expect(await reasonOf(run)).toBeInstanceOf(MissingAuditError);
    expect(await marksOf('unrecorded')).toEqual([]);
  });

  test('whose record cannot be stored commits nothing (A1)', async () => {
    onStatement = (statement) => {
      if (statement.includes('"audit_events"')) throw new Error('no room for the record');
    };
    const run = command(async ({ tx, audit }) => {
      await mark(tx, 'unrecordable');
      audit(RECORD);
    });
    const reason = await reasonOf(run).finally(() => {
      onStatement = null;
    });
    expect(reason.message).toContain('no room for the record');
    expect(await marksOf('unrecordable')).toEqual([]);
  });

  test('that throws commits neither change nor record', async () => {
    const refusal = new Error('refused');
    const run = command(async ({ tx, audit }) => {
      await mark(tx, 'refused');
      audit({ ...RECORD, subjectId: 'refused' });
      throw refusal;
    });
    expect(await reasonOf(run)).toBe(refusal);
    expect(await marksOf('refused')).toEqual([]);
    const events = await readSnapshot(database, (tx) =>
      tx.$count(auditEvents, eq(auditEvents.subjectId, 'refused')),
    );
    expect(events).toBe(0);
  });

  test('that finds nothing to change is rolled back, and is no error', async () => {
    const result = await command(async ({ tx, audit }): Promise<string> => {
      await mark(tx, 'unchanged');
      audit({ ...RECORD, subjectId: 'unchanged' });
      throw new NothingChanged('as it was');
    });
    expect(result).toBe('as it was');
    expect(await marksOf('unchanged')).toEqual([]);
  });

  test.each(['40001', '40P01'])('is run again after %s, from the start', async (code) => {
    let attempts = 0;
    await command(async ({ tx, audit }) => {
      attempts++;
      await mark(tx, `again ${code}`, attempts);
      audit({ ...RECORD, subjectId: `again ${code}`, details: { attempts } });
      if (attempts < 3) await failWith(tx, code);
    });
    expect(attempts).toBe(3);
    expect(await marksOf(`again ${code}`)).toEqual([3]);
    const events = await readSnapshot(database, (tx) =>
      tx
        .select()
        .from(auditEvents)
        .where(eq(auditEvents.subjectId, `again ${code}`)),
    );
    expect(events.map(({ details }) => details)).toEqual([{ attempts: 3 }]);
  });

  test('is not run again for ever', async () => {
    let attempts = 0;
    const reason = await reasonOf(
      command(async ({ tx, audit }) => {
        attempts++;
        await mark(tx, 'for ever', attempts);
        audit(RECORD);
        await failWith(tx, '40001');
      }),
    );
    expect(isRetriable(reason)).toBe(true);
    expect(attempts).toBe(4);
    expect(await marksOf('for ever')).toEqual([]);
  });

  test('is not run again after any other failure', async () => {
    let attempts = 0;
    const reason = await reasonOf(
      command(async ({ tx }) => {
        attempts++;
        await mark(tx, 'other', -1);
      }),
    );
    expect(violatedConstraint(reason)).toBe('marks_n_check');
    expect(attempts).toBe(1);
  });

  describe('and the organizations that it locks', () => {
    const organizationIds = async () =>
      Promise.all([0, 1].map(async () => (await buildTenant(database, {})).id)) as Promise<[string, string]>;

    /** Runs a command whose answers to "which organizations?" are these, the last one for ever; counts the work's runs. */
    async function locking(trial: string, answers: readonly (readonly string[])[]) {
      let asked = 0;
      let ran = 0;
      const run = command(
        async ({ tx, audit }) => {
          ran++;
          await mark(tx, trial, asked);
          audit(RECORD);
        },
        { organizations: async () => answers[Math.min(asked++, answers.length - 1)] ?? [] },
      );
      const failure = await run.then(
        () => null,
        (error: unknown) => error,
      );
      return { failure, asked, ran };
    }

    test('are asked for before and after locking', async () => {
      const [a, b] = await organizationIds();
      expect(await locking('stable', [[a, b, a]])).toEqual({ failure: null, asked: 2, ran: 1 });
    });

    test('may have become fewer meanwhile', async () => {
      const [a, b] = await organizationIds();
      expect(await locking('fewer', [[a, b], [a]])).toEqual({ failure: null, asked: 2, ran: 1 });
    });

    test('are locked anew when others are concerned by then', async () => {
      const [a, b] = await organizationIds();
      expect(await locking('others', [[a], [a, b]])).toEqual({ failure: null, asked: 4, ran: 1 });
      expect(await marksOf('others')).toEqual([4]);
    });

    test('are locked anew when there were none at first', async () => {
      const [a] = await organizationIds();
      expect(await locking('none at first', [[], [a]])).toEqual({ failure: null, asked: 4, ran: 1 });
    });

    test('may not change for ever', async () => {
      const [a, b] = await organizationIds();
      const answers = Array.from({ length: 20 }, (_, index) => [index % 2 === 0 ? a : b]);
      const { failure, ran } = await locking('restless', answers);
      expect(isRetriable(failure)).toBe(true);
      expect(ran).toBe(0);
      expect(await marksOf('restless')).toEqual([]);
    });
  });
});

/** Ways in which a piece of work comes to its statement a little later. */
const DELAYS: Readonly<Record<string, () => Promise<unknown>>> = {
  'at once': async () => undefined,
  'after 3 microtasks': async () => {
    for (let turn = 0; turn < 3; turn++) await null;
  },
  'after 40 microtasks': async () => {
    for (let turn = 0; turn < 40; turn++) await null;
  },
  'after a tick': () => new Promise<void>((resolve) => process.nextTick(resolve)),
  'after an immediate': () => new Promise<void>((resolve) => setImmediate(resolve)),
  'after a timer': () => new Promise<void>((resolve) => setTimeout(resolve)),
};

describe('a handle', () => {
  const uses: Readonly<Record<string, (tx: Tx) => PromiseLike<unknown>>> = {
    execute: (tx) => mark(tx, 'late'),
    select: (tx) => tx.select().from(auditEvents),
    insert: (tx) => tx.insert(auditEvents).values({ id: crypto.randomUUID() } as never),
    count: (tx) => tx.$count(auditEvents),
  };

  describe.each(['command', 'snapshot'] as const)('of a %s', (kind) => {
    const ends: Readonly<Record<string, () => Promise<Tx>>> = {
      'a commit': () => database.transaction(kind, async (tx) => tx),
      'a rollback': async () => {
        let handle: Tx | undefined;
        await reasonOf(
          database.transaction(kind, async (tx) => {
            handle = tx;
            throw new Error('rolled back');
          }),
        );
        return handle as Tx;
      },
    };
    test.each(Object.entries(ends))('refuses to work after %s', async (_end, end) => {
      const tx = await end();
      for (const [name, use] of Object.entries(uses))
        expect(settled(await reasonOf(use(tx))), name).toBe(true);
      expect(await marksOf('late')).toEqual([]);
    });
  });

  test('refuses a statement that was prepared before', async () => {
    const prepared = await database.transaction('command', async (tx) => {
      const statement = tx.select().from(auditEvents).prepare('events');
      await statement.execute();
      return statement;
    });
    expect(settled(await reasonOf(prepared.execute()))).toBe(true);
  });

  describe.each(Object.entries(DELAYS))('used %s, while its transaction is ending,', (delay, pass) => {
    test('writes nothing that a rollback does not take back', async () => {
      const trial = `straggler ${delay}`;
      for (let round = 0; round < 10; round++) {
        let straggler: Promise<unknown> = Promise.resolve();
        const run = database.transaction('command', async (tx) => {
          await mark(tx, trial, 1);
          straggler = pass().then(() => mark(tx, trial, 2));
          straggler.catch(() => undefined);
          throw new Error('rolled back');
        });
        await reasonOf(run);
        await straggler.catch(() => undefined);
        expect(await marksOf(trial)).toEqual([]);
      }
    });

    test('answers truly whether it has written', async () => {
      for (let round = 0; round < 10; round++) {
        const trial = `late ${delay} ${round}`;
        let straggler: Promise<unknown> = Promise.resolve();
        await database.transaction('command', async (tx) => {
          await mark(tx, trial, 1);
          straggler = pass().then(() => mark(tx, trial, 2));
          straggler.catch(() => undefined);
        });
        const wrote = await straggler.then(
          () => true,
          () => false,
        );
        expect(await marksOf(trial)).toEqual(wrote ? [1, 2] : [1]);
      }
    });
  });

  test('is closed by the first failed statement, with that failure', async () => {
    let reasons: Error[] = [];
    const run = database.transaction('command', async (tx) => {
      await mark(tx, 'closed');
      reasons = [await reasonOf(mark(tx, 'closed', -1)), await reasonOf(mark(tx, 'closed', 2))];
      reasons.push(await reasonOf(tx.select().from(auditEvents)));
    });
    await reasonOf(run);
    expect(reasons.map(violatedConstraint)).toEqual(['marks_n_check', 'marks_n_check', 'marks_n_check']);
    expect(await marksOf('closed')).toEqual([]);
  });

  test('whose failed statements were swallowed commits nothing', async () => {
    const run = database.transaction('command', async (tx) => {
      await mark(tx, 'swallowed');
      await Promise.allSettled([
        mark(tx, 'swallowed', -1),
        mark(tx, 'swallowed', 2),
        mark(tx, 'swallowed', 3),
      ]);
      return 'done';
    });
    await reasonOf(run);
    expect(await marksOf('swallowed')).toEqual([]);
  });
});

describe('a snapshot', () => {
  test.each<[string, (tx: Tx) => PromiseLike<unknown>]>([
    ['an insert', (tx) => mark(tx, 'read-only')],
    ['an update', (tx) => tx.execute(sql`update marks set n = 1`)],
    ['a lock', (tx) => tx.execute(sql`select * from organizations for share`)],
    ['a new table', (tx) => tx.execute(sql`create table more ()`)],
  ])('refuses %s', async (_what, write) => {
    const reason = await reasonOf(readSnapshot(database, (tx) => Promise.resolve(write(tx))));
    expect((reason.cause as { code?: string }).code).toBe('25006');
    expect(await marksOf('read-only')).toEqual([]);
  });

  test('stays open between calls until it is closed', async () => {
    const snapshot = await openSnapshot(database);
    expect(await snapshot.tx.$count(sql`marks` as never)).toBeGreaterThanOrEqual(0);
    await snapshot.close();
    await snapshot.close();
    expect(settled(await reasonOf(mark(snapshot.tx, 'late')))).toBe(true);
  });

  test('that failed can be closed, and takes no connection with it', async () => {
    for (let round = 0; round < 25; round++) {
      const snapshot = await openSnapshot(database);
      await reasonOf(failWith(snapshot.tx, '22012'));
      await snapshot.close();
    }
    expect(await marksOf('nothing')).toEqual([]);
  });
});

test.each<[TransactionKind, string, string]>([
  ['command', 'read committed', 'off'],
  ['snapshot', 'repeatable read', 'on'],
])('a %s is %s, read-only %s', async (kind, isolation, readOnly) => {
  const [settings] = await database.transaction(kind, async (tx) =>
    rowsOf<object>(
      await tx.execute(sql`select current_setting('transaction_isolation') as isolation,
        current_setting('transaction_read_only') as read_only, current_setting('timezone') as time_zone`),
    ),
  );
  expect(settings).toEqual({ isolation, read_only: readOnly, time_zone: 'UTC' });
});
