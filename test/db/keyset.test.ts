import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database, Tx } from '../../src/db/client.ts';
import {
  countRows,
  fetchByIds,
  fetchPages,
  type ListQuery,
  type Order,
  type Page,
  type PageRequest,
  type Position,
} from '../../src/db/queries/keyset.ts';
import { PARK_SORT_KEYS, PARKS, type ParkRow } from '../../src/db/queries/resources.ts';
import { parks } from '../../src/db/schema/parks.ts';
import { readSnapshot } from '../../src/db/tx.ts';
import { openTestDatabase } from '../kit/database.ts';
import { buildTenant, inOneGo, parkRow } from '../kit/rows.ts';

/** Upper and lower case, marks, several scripts, LIKE's and SQL's special characters, and both sides of the surrogates. */
const NAMES = [
  ...'Zephyr zephyr ZEPHYR Ähre ähre AHRE Straße STRASSE İstanbul ıstanbul é 100% a_b a\\b "quoted" o\'neil'.split(
    ' ',
  ),
  ...['🌞 Sonne', '🌝 Mond', '𝔘nland', '漢字', 'אור', ' indented'],
  ...['e\u0301', '\uE000private', '\uFFFDlast', '\u202Etrebor', 'Zephyr', 'zephyr'],
];

/** What binary fractions, subnormal numbers and both zeros look like, with ties. */
const CAPACITIES = [
  0.1 + 0.2,
  0.3,
  1e-7,
  5e-324,
  0,
  -0,
  1e9,
  1 / 3,
  123_456.789,
  0.3,
  1e8 + 0.1,
  2.5,
  2.5,
  2.5,
];

/** Three instants a millisecond apart, each for many rows. */
const createdAt = (index: number) => new Date(Date.UTC(2026, 0, 1) + (index % 3));

let database: Database;
let statements = 0;
/** Portfolios: many parks, a dozen, none. */
let parents: { many: string; dozen: string; none: string };

beforeAll(async () => {
  database = await openTestDatabase({ onStatement: () => void statements++ });
  const { id: organizationId, portfolios } = await buildTenant(database, {
    portfolios: { many: [], dozen: [], none: [] },
  });
  parents = portfolios;
  const rows = NAMES.map((name, index) => {
    const capacityKw = CAPACITIES[index % CAPACITIES.length] as number;
    return parkRow({
      organizationId,
      portfolioId: portfolios.many,
      name,
      capacityKw,
      createdAt: createdAt(index),
    });
  });
  const dozen = rows
    .slice(0, 12)
    .map((row) => parkRow({ ...row, id: crypto.randomUUID(), portfolioId: portfolios.dozen }));
  await inOneGo(database, (tx) => tx.insert(parks).values([...rows, ...dozen]));
});
afterAll(() => database.close());
beforeEach(() => {
  statements = 0;
});

const LIST: ListQuery<ParkRow> = { source: PARKS, parent: sql`p.portfolio_id = scope.id`, where: sql`true` };

const ORDERS: readonly Order[] = (['NAME', 'CAPACITY', 'CREATED_AT'] as const).flatMap((name) =>
  [false, true].map((descending) => ({ name, key: PARK_SORT_KEYS[name], descending })),
);
const titled = ORDERS.map((order) => [`${order.name} ${order.descending ? 'DESC' : 'ASC'}`, order] as const);

const FIRST: PageRequest = { size: 10_000, backward: false, after: null, before: null };

const pageOf = async (tx: Tx, order: Order, request: PageRequest, parentId: string): Promise<Page<ParkRow>> =>
  (await fetchPages(tx, LIST, order, request, [parentId])).get(parentId) as Page<ParkRow>;

const idsOf = (page: Page<ParkRow>) => page.rows.map(({ row }) => row.id);

/** The whole list in its order, sorted here: text by code point, ties by id. */
async function sorted(order: Order, portfolioId: string): Promise<string[]> {
  const rows = await readSnapshot(database, (tx) =>
    tx.select().from(parks).where(eq(parks.portfolioId, portfolioId)),
  );
  type Row = (typeof rows)[number];
  const compare: Readonly<Record<string, (a: Row, b: Row) => number>> = {
    NAME: (a, b) => Buffer.compare(Buffer.from(a.nameKey), Buffer.from(b.nameKey)),
    CAPACITY: (a, b) => a.capacityKw - b.capacityKw,
    CREATED_AT: (a, b) => a.createdAt.getTime() - b.createdAt.getTime(),
  };
  const ascending = rows.toSorted((a, b) => compare[order.name]?.(a, b) || (a.id < b.id ? -1 : 1));
  return (order.descending ? ascending.toReversed() : ascending).map(({ id }) => id);
}

/** Turns the pages of a list from one end to the other, by their cursors alone. */
async function walk(
  tx: Tx,
  order: Order,
  size: number,
  backward: boolean,
  parentId: string,
): Promise<string[]> {
  const ids: string[] = [];
  let at: Position | null = null;
  for (let turns = 0; turns <= NAMES.length + 1; turns++) {
    const page: Page<ParkRow> = await pageOf(
      tx,
      order,
      { size, backward, after: backward ? null : at, before: backward ? at : null },
      parentId,
    );
    expect(page.rows.length).toBe(page.hasMore ? size : Math.min(size, page.rows.length));
    if (backward) ids.unshift(...idsOf(page));
    else ids.push(...idsOf(page));
    at = page.rows.at(backward ? 0 : -1)?.position ?? null;
    if (!page.hasMore) return ids;
  }
  return expect.fail('the pages never end');
}

describe.each(titled)('a list by %s', (_title, order) => {
  test('comes in its order', async () => {
    const page = await readSnapshot(database, (tx) => pageOf(tx, order, FIRST, parents.many));
    expect(idsOf(page)).toEqual(await sorted(order, parents.many));
    expect(page.hasMore).toBe(false);
  });

  test.each(['forward', 'backward'])('is the same, whatever the size of its pages, %s', async (way) => {
    const expected = await sorted(order, parents.many);
    await readSnapshot(database, async (tx) => {
      for (let size = 1; size <= expected.length + 1; size++) {
        expect(await walk(tx, order, size, way === 'backward', parents.many)).toEqual(expected);
      }
    });
  });

  test('between any two of its places, from either end', async () => {
    const expected = await sorted(order, parents.dozen);
    await readSnapshot(database, async (tx) => {
      const places = (await pageOf(tx, order, FIRST, parents.dozen)).rows.map(({ position }) => position);
      for (let after = -1; after < places.length; after++) {
        for (let before = 0; before <= places.length; before++) {
          const between = expected.slice(after + 1, Math.max(before, after + 1));
          for (const backward of [false, true]) {
            const size = 1 + ((after + before) % 5);
            const request = { size, backward, after: places[after] ?? null, before: places[before] ?? null };
            const page = await pageOf(tx, order, request, parents.dozen);
            expect(idsOf(page)).toEqual(backward ? between.slice(-size) : between.slice(0, size));
            expect(page.hasMore).toBe(between.length > size);
          }
        }
      }
    });
  });

  test('goes on behind a place whose row is gone, or has moved', async () => {
    const expected = await sorted(order, parents.dozen);
    class RolledBack extends Error {}
    const run = database.transaction('command', async (tx) => {
      const { rows } = await pageOf(tx, order, FIRST, parents.dozen);
      await tx.delete(parks).where(eq(parks.id, expected[4] as string));
      const request = { ...FIRST, after: rows[4]?.position ?? null };
      expect(idsOf(await pageOf(tx, order, request, parents.dozen))).toEqual(expected.slice(5));
      throw new RolledBack();
    });
    await expect(run).rejects.toBeInstanceOf(RolledBack);
  });
});

test('a row is the park as it is stored, in the name that it was given', async () => {
  const byName = ORDERS[0] as Order;
  const page = await readSnapshot(database, (tx) => pageOf(tx, byName, FIRST, parents.many));
  expect(page.rows.map(({ row }) => row.name).toSorted()).toEqual(NAMES.toSorted());
  const sun = page.rows.find(({ row }) => row.name === '🌞 Sonne')?.row;
  expect(sun).toMatchObject({
    portfolio: { id: parents.many, name: 'many' },
    createdAt: createdAt(NAMES.indexOf('🌞 Sonne')),
    timeZone: 'UTC',
  });
  expect(new Set(page.rows.map(({ row }) => row.capacityKw))).toEqual(
    new Set(CAPACITIES.map((kw) => kw + 0)),
  );
});

describe('the lists of many parents', () => {
  const unknown = '00000000-0000-7000-8000-000000000000';
  const all = () => [parents.dozen, parents.none, unknown, parents.many];

  test.each(titled)('by %s come in one statement, each by itself', async (_title, order) => {
    const pages = await readSnapshot(database, (tx) =>
      fetchPages(tx, LIST, order, { ...FIRST, size: 5 }, all()),
    );
    expect(statements).toBe(1);
    expect([...pages.keys()].toSorted()).toEqual(all().toSorted());
    for (const id of all()) {
      const expected = await sorted(order, id);
      expect(idsOf(pages.get(id) as Page<ParkRow>)).toEqual(expected.slice(0, 5));
      expect(pages.get(id)?.hasMore).toBe(expected.length > 5);
    }
  });

  test('are counted in one statement', async () => {
    const totals = await readSnapshot(database, (tx) => countRows(tx, LIST, all()));
    expect(statements).toBe(1);
    expect(all().map((id) => totals.get(id))).toEqual([12, 0, 0, NAMES.length]);
  });

  test('are counted as they are filtered', async () => {
    const solar = { ...LIST, where: sql`p.capacity_kw > ${0.3}` };
    const totals = await readSnapshot(database, (tx) => countRows(tx, solar, all()));
    const expected = CAPACITIES.slice(0, 12).filter((kw) => kw > 0.3).length;
    expect(totals.get(parents.dozen)).toBe(expected);
  });

  test('of a thousand parents are one statement still', async () => {
    const strangers = Array.from({ length: 1_000 }, () => crypto.randomUUID());
    const order = ORDERS[0] as Order;
    const pages = await readSnapshot(database, (tx) =>
      fetchPages(tx, LIST, order, FIRST, [...strangers, parents.dozen]),
    );
    expect(statements).toBe(1);
    expect(pages.size).toBe(1_001);
    expect(pages.get(parents.dozen)?.rows).toHaveLength(12);
  });

  test('of no parent are none', async () => {
    const order = ORDERS[0] as Order;
    expect((await readSnapshot(database, (tx) => fetchPages(tx, LIST, order, FIRST, []))).size).toBe(0);
    expect((await readSnapshot(database, (tx) => countRows(tx, LIST, []))).size).toBe(0);
  });
});

test('rows by id come in one statement; unknown ones are missing', async () => {
  const ids = await sorted(ORDERS[0] as Order, parents.many);
  statements = 0;
  const rows = await readSnapshot(database, (tx) => fetchByIds(tx, PARKS, [...ids, crypto.randomUUID()]));
  expect(statements).toBe(1);
  expect([...rows.keys()].toSorted()).toEqual(ids.toSorted());
  for (const id of ids) expect(rows.get(id)?.id).toBe(id);
  expect((await readSnapshot(database, (tx) => fetchByIds(tx, PARKS, []))).size).toBe(0);
});
