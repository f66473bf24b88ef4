import { eq, like } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { isUnavailable } from '../../src/db/errors.ts';
import { rateLimits } from '../../src/db/schema/rate-limits.ts';
import { LIMITS, type LimitName } from '../../src/identity/limits/limit-table.ts';
import { Limits } from '../../src/identity/limits/limits.ts';
import { openTestDatabase } from '../kit/database.ts';

let database: Database;
let statements: string[] = [];
let onStatement: (() => void) | null = null;

beforeAll(async () => {
  database = await openTestDatabase({
    onStatement: (statement) => {
      statements.push(statement);
      onStatement?.();
    },
  });
});
afterAll(() => database.close());
beforeEach(async () => {
  onStatement = null;
  await database.transaction('command', (tx) => tx.delete(rateLimits).where(like(rateLimits.key, '%')));
});

const POINTS = { signInByAddress: 5, signInByAccountAndAddress: 3, signInByAccountUnknownDevices: 4 };

/** Like one of many gateways on the database. */
const open = (options: { appSecret?: string; onFault?: (error: unknown) => void } = {}) =>
  new Limits({ database, appSecret: 'a secret', points: POINTS, ...options });

const rows = () => database.transaction('snapshot', (tx) => tx.select().from(rateLimits));
const pointsOf = async (name: LimitName) =>
  (await rows()).filter(({ key }) => key.startsWith(`${name}:`)).map(({ points }) => points);

/** Lets the window of every bucket end, as time would. */
const endWindows = () =>
  database.transaction('command', (tx) =>
    tx
      .update(rateLimits)
      .set({ expire: new Date(Date.now() - 1) })
      .where(like(rateLimits.key, '%')),
  );

const home = { address: '203.0.113.7' };

describe('consume', () => {
  it('passes as often as there are points, then says how long to wait', async () => {
    const limits = open();
    for (let n = 0; n < 5; n++) expect(await limits.consume(home, 'signInByAddress')).toBeNull();
    const wait = await limits.consume(home, 'signInByAddress');
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(LIMITS.signInByAddress.seconds);
    expect(Number.isInteger(wait)).toBe(true);
  });

  it('counts other subjects and other limits apart', async () => {
    const limits = open();
    for (let n = 0; n < 6; n++) await limits.consume(home, 'signInByAddress');
    expect(await limits.consume({ address: '203.0.113.8' }, 'signInByAddress')).toBeNull();
    expect(await limits.consume(home, 'resetByAddress')).toBeNull();
  });

  it('does not take two parts for others of the same text', async () => {
    const limits = open();
    await limits.consume({ account: 'a","b', address: 'c' }, 'signInByAccountAndAddress');
    await limits.consume({ account: 'a', address: 'b","c' }, 'signInByAccountAndAddress');
    expect(await pointsOf('signInByAccountAndAddress')).toEqual([1, 1]);
  });

  it('counts the addresses of one IPv6 network as one', async () => {
    const limits = open();
    for (let n = 0; n < 5; n++) await limits.consume({ address: `2001:db8::${n}` }, 'signInByAddress');
    expect(await limits.consume({ address: '2001:db8::ffff:1' }, 'signInByAddress')).not.toBeNull();
    expect(await limits.consume({ address: '2001:db8:0:1::1' }, 'signInByAddress')).toBeNull();
  });

  it('counts each of 60 at once, by any number of gateways', async () => {
    const gateways = [open(), open()];
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => gateways[n % 2]?.consume(home, 'signInByAddress')),
    );
    expect(answers.filter((wait) => wait === null)).toHaveLength(5);
    expect(await pointsOf('signInByAddress')).toEqual([60]);
  });

  it('what one limit refuses is not counted against those after it', async () => {
    const limits = open();
    const names = ['signInByAddress', 'signInByAccountAndAddress', 'signInByAccountUnknownDevices'] as const;
    const answers = [];
    for (let n = 0; n < 20; n++)
      answers.push(await limits.consume({ ...home, account: 'ada@example.org' }, ...names));
    expect(answers.filter((wait) => wait === null)).toHaveLength(3);
    expect(await pointsOf('signInByAddress')).toEqual([20]);
    expect(await pointsOf('signInByAccountAndAddress')).toEqual([5]);
    expect(await pointsOf('signInByAccountUnknownDevices')).toEqual([3]);
  });

  it('takes one statement for each limit, in one transaction', async () => {
    const limits = open();
    await limits.consume(home, 'resetByAddress');
    statements = [];
    await limits.consume({ ...home, account: 'ada@example.org' }, 'resetByAddress', 'resetByAccount');
    expect(statements).toHaveLength(2);
  });

  it('begins anew when the window has ended, however often it was refused', async () => {
    const limits = open();
    for (let n = 0; n < 20; n++) await limits.consume(home, 'signInByAddress');
    await endWindows();
    for (let n = 0; n < 5; n++) expect(await limits.consume(home, 'signInByAddress')).toBeNull();
    expect(await limits.consume(home, 'signInByAddress')).not.toBeNull();
  });

  it('is no answer when the database fails', async () => {
    onStatement = () => {
      throw Object.assign(new Error('gone'), { code: '57P01' });
    };
    const fault = await open()
      .consume(home, 'signInByAddress')
      .catch((error: unknown) => error);
    expect(isUnavailable(fault)).toBe(true);
  });

  it('throws when what it counts by was not told', async () => {
    await expect(open().consume({} as never, 'signInByAddress')).rejects.toThrow(/counts by address/);
  });
});

describe('reward', () => {
  it('gives back what was consumed: 200 in a row are never refused', async () => {
    const limits = open();
    for (let n = 0; n < 200; n++) {
      expect(await limits.consume(home, 'signInByAddress')).toBeNull();
      await limits.reward(home, 'signInByAddress');
    }
    expect(await pointsOf('signInByAddress')).toEqual([0]);
  });

  it('fails nothing when the database fails, and says so', async () => {
    const faults: unknown[] = [];
    const limits = open({ onFault: (error) => faults.push(error) });
    onStatement = () => {
      throw Object.assign(new Error('gone'), { code: '57P01' });
    };
    await limits.reward(home, 'signInByAddress');
    expect(faults).toHaveLength(1);
  });
});

it('the table tells nobody what was counted, and with another secret it is another bucket', async () => {
  const subject = { account: 'ada@example.org', address: '203.0.113.7' };
  await open().consume(subject, 'signInByAccountAndAddress');
  await open({ appSecret: 'another secret' }).consume(subject, 'signInByAccountAndAddress');
  const stored = await rows();
  expect(stored).toHaveLength(2);
  for (const { key } of stored) expect(key).toMatch(/^signInByAccountAndAddress:[\w-]{43}$/);
});

describe('expired rows', () => {
  it('are deleted by a sweep, and no others', async () => {
    const limits = open();
    for (const address of ['203.0.113.1', '203.0.113.2']) await limits.consume({ address }, 'resetByAddress');
    const [first, second] = await rows();
    await database.transaction('command', (tx) =>
      tx
        .update(rateLimits)
        .set({ expire: new Date(Date.now() - 1) })
        .where(eq(rateLimits.key, first?.key ?? '')),
    );
    await limits.sweep();
    expect(await rows()).toEqual([second]);
  });

  it('are deleted by the first who counts, and not by each', async () => {
    await open().consume(home, 'resetByAddress');
    await endWindows();
    const limits = open();
    await limits.consume(home, 'signInByAddress');
    expect(await pointsOf('resetByAddress')).toEqual([]);
    statements = [];
    await limits.consume(home, 'signInByAddress');
    expect(statements).toHaveLength(1);
  });
});
