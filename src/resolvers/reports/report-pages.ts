import type { Tx } from '../../db/client.ts';
import type { TimedScope } from '../../db/metric-store.ts';
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

/** A page of the file has at most so many lines. */
const LINES = 1_000;
/** So many parks are looked at for the first page, and at most for any. */
const PARKS = 25;

type Line = EventLine | TicketLine;

const fetchers: Readonly<
  Record<
    Exclude<ReportKind, 'PRODUCTION'>,
    (tx: Tx, scopes: readonly TimedScope[], after: Line | null, size: number) => Promise<Line[]>
  >
> = {
  EVENTS: (tx, ...page) => fetchLines(tx, EVENT_LINES, ...page),
  TICKETS: (tx, ...page) => fetchLines(tx, TICKET_LINES, ...page),
};

/** The first rows of these parks, in the order of the parks and of time: one statement. */
export async function readRows(
  tx: Tx,
  kind: ReportKind,
  scopes: readonly ReportScope[],
  limit: number | null,
): Promise<PlacedRow[]> {
  if (kind !== 'PRODUCTION') return placed(await fetchers[kind](tx, scopes, null, limit ?? LINES), scopes);
  const parkOf = new Map(scopes.map(({ n, park }) => [n, park]));
  const totals = await metricStore.monthlyTotals(tx, PRODUCED, scopes, limit);
  return totals.map(({ n, month, total, unit, values }) => ({
    n,
    cells: [parkOf.get(n)?.id ?? null, parkOf.get(n)?.name ?? null, month, total, unit, values],
  }));
}

/** All rows of these parks, a page at a time: what is in memory does not grow with the report. */
export async function* readPages(
  tx: Tx,
  kind: ReportKind,
  scopes: readonly ReportScope[],
): AsyncGenerator<PlacedRow[]> {
  if (kind !== 'PRODUCTION') return yield* linePages(scopes, (...page) => fetchers[kind](tx, ...page, LINES));
  for (let start = 0; start < scopes.length; start += PARKS)
    yield readRows(tx, kind, scopes.slice(start, start + PARKS), null);
}

/**
 * Each page begins where the one before ended. Of every park that is looked at, a page's worth is read: a park that fills the page is gone
 * through alone, and the next ones together with more and more others as long as they don't.
 */
async function* linePages(
  scopes: readonly ReportScope[],
  fetch: (scopes: readonly ReportScope[], after: Line | null) => Promise<Line[]>,
): AsyncGenerator<PlacedRow[]> {
  let rest = scopes;
  let after: Line | null = null;
  for (let parks = PARKS; rest.length > 0; ) {
    const some = rest.slice(0, parks);
    const lines: Line[] = await fetch(some, after);
    yield placed(lines, some);
    const last = lines.at(-1);
    if (last && lines.length === LINES) {
      // The index of the park that was left in the middle is entered where it was left.
      rest = rest.flatMap((scope) =>
        scope.n < last.n ? [] : scope.n === last.n ? { ...scope, from: last.at } : scope,
      );
      after = last;
      parks = 1;
    } else {
      rest = rest.slice(parks);
      after = null;
      parks = Math.min(PARKS, parks * 2);
    }
  }
}

function placed(lines: readonly Line[], scopes: readonly ReportScope[]): PlacedRow[] {
  const parkOf = new Map(scopes.map(({ n, park }) => [n, park]));
  return lines.map((line) => {
    const { id = null, name = null } = parkOf.get(line.n) ?? {};
    return { n: line.n, cells: [id, name, line.at.toISOString(), ...cellsOf(line)] };
  });
}

const cellsOf = (line: Line): Cell[] =>
  'severity' in line
    ? [line.severity, line.message, line.component, line.acknowledgedAt?.toISOString() ?? null]
    : [line.title, line.status, line.createdBy, line.closedAt?.toISOString() ?? null];
