import type { Tx } from '../../db/client.ts';
import type { MonthlyTotal, TimedScope } from '../../db/metric-store.ts';
import {
  EVENT_LINES,
  type EventLine,
  fetchLines,
  TICKET_LINES,
  type TicketLine,
} from '../../db/queries/report-rows.ts';
import type { ReportKind } from '../../db/queries/reports.ts';
import { metricStore } from '../metrics/metric-store.ts';

/** A park of a report where the reader may REPORT_GENERATE, with the time of the report. */
export interface ReportScope extends TimedScope {
  /** Global id and name. */
  readonly park: { readonly id: string; readonly name: string };
}

/** A number stays one until it is written down: only texts can be formulas. */
export type Cell = string | number | null;

/** A row, and the place of its park. */
export interface PlacedRow {
  readonly n: number;
  readonly cells: readonly Cell[];
}

export const COLUMNS: Readonly<Record<ReportKind, readonly string[]>> = {
  PRODUCTION: ['park id', 'park', 'month', 'energy', 'unit', 'values'],
  EVENTS: ['park id', 'park', 'occurred at', 'severity', 'message', 'component', 'acknowledged at'],
  TICKETS: ['park id', 'park', 'created at', 'title', 'status', 'created by', 'closed at'],
};

/** The metric that a PRODUCTION report sums up. */
const PRODUCED = 'energy';

/** A page of the file has at most so many rows. */
const ROWS = 1_000;
/** So many parks are looked at for the first page, and at most for any. */
const PARKS = 25;

interface RowSource {
  /** The first rows of these parks, in the order of the parks and of time: one statement. */
  first(tx: Tx, scopes: readonly ReportScope[], limit: number): Promise<PlacedRow[]>;
  /** All of them, a page at a time: what is in memory does not grow with the report. */
  pages(tx: Tx, scopes: readonly ReportScope[]): AsyncGenerator<PlacedRow[]>;
}

const SOURCES: Readonly<Record<ReportKind, RowSource>> = {
  PRODUCTION: rowsFrom<MonthlyTotal>(
    (tx, ...page) => metricStore.monthlyTotals(tx, PRODUCED, ...page),
    ({ month, total, unit, values }) => [month, total, unit, values],
  ),
  EVENTS: rowsFrom<EventLine>(
    (tx, ...page) => fetchLines(tx, EVENT_LINES, ...page),
    ({ at, severity, message, component, acknowledgedAt }) => [
      ...[at.toISOString(), severity, message, component],
      acknowledgedAt?.toISOString() ?? null,
    ],
  ),
  TICKETS: rowsFrom<TicketLine>(
    (tx, ...page) => fetchLines(tx, TICKET_LINES, ...page),
    ({ at, title, status, createdBy, closedAt }) => [
      ...[at.toISOString(), title, status, createdBy],
      closedAt?.toISOString() ?? null,
    ],
  ),
};

export const readRows = (tx: Tx, kind: ReportKind, scopes: readonly ReportScope[], limit: number) =>
  SOURCES[kind].first(tx, scopes, limit);

export const readPages = (tx: Tx, kind: ReportKind, scopes: readonly ReportScope[]) =>
  SOURCES[kind].pages(tx, scopes);

/** @param fetch answers at most `limit` items of these parks, in their order and that of time: those that follow `after` */
function rowsFrom<Item extends { readonly n: number }>(
  fetch: (
    tx: Tx,
    scopes: readonly TimedScope[],
    after: Item | null,
    limit: number,
  ) => Promise<readonly Item[]>,
  cellsOf: (item: Item) => Cell[],
): RowSource {
  const placed = (items: readonly Item[], scopes: readonly ReportScope[]): PlacedRow[] => {
    const parkOf = new Map(scopes.map(({ n, park }) => [n, park]));
    return items.map((item) => {
      const { id = null, name = null } = parkOf.get(item.n) ?? {};
      return { n: item.n, cells: [id, name, ...cellsOf(item)] };
    });
  };
  return {
    first: async (tx, scopes, limit) => placed(await fetch(tx, scopes, null, limit), scopes),
    /**
     * Each page begins where the one before ended. Of every park that is looked at, a page's worth is read: a park that fills the page is
     * gone through alone, and the next ones together with more and more others as long as they don't.
     */
    async *pages(tx, scopes) {
      let rest = scopes;
      let after: Item | null = null;
      for (let parks = PARKS; rest.length > 0; ) {
        const some = rest.slice(0, parks);
        const items: readonly Item[] = await fetch(tx, some, after, ROWS);
        yield placed(items, some);
        const last = items.at(-1);
        if (last && items.length === ROWS) {
          rest = rest.filter(({ n }) => n >= last.n);
          after = last;
          parks = 1;
        } else {
          rest = rest.slice(parks);
          after = null;
          parks = Math.min(PARKS, parks * 2);
        }
      }
    },
  };
}
