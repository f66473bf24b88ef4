/** The events and tickets of a report, page by page: each park's through its index, never by offset. */
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import type { TimedScope } from '../metric-store.ts';
import { rowsOf } from '../rows.ts';
import { dateOf, type RawRow, textOf } from './keyset.ts';
import { timedScopes } from './metrics.ts';

/** What happened in a park at one instant. `n` is the park's place in the report. */
interface Happened {
  readonly n: number;
  readonly id: string;
  readonly at: Date;
}

export interface EventLine extends Happened {
  readonly severity: string;
  readonly message: string;
  readonly component: string | null;
  readonly acknowledgedAt: Date | null;
}

export interface TicketLine extends Happened {
  readonly title: string;
  readonly status: string;
  readonly createdBy: string;
  readonly closedAt: Date | null;
}

/** Where the lines of a kind come from: a table `x` with the park and the instant that its index is on. */
interface LineSource<Line> {
  readonly table: SQL;
  readonly column: SQL;
  /** Of the rows of a page, after it was cut. */
  readonly columns: SQL;
  readonly joins: SQL;
  readonly toLine: (raw: RawRow, happened: Happened) => Line;
}

export const EVENT_LINES: LineSource<EventLine> = {
  table: sql`plant_events`,
  column: sql`occurred_at`,
  columns: sql`x.severity, x.message, x.acknowledged_at, c.name as component`,
  joins: sql`left join components c on c.id = x.component_id`,
  toLine: (raw, happened) => ({
    ...happened,
    severity: textOf(raw['severity']),
    message: textOf(raw['message']),
    component: raw['component'] as string | null,
    acknowledgedAt: dateOf(raw['acknowledged_at']),
  }),
};

export const TICKET_LINES: LineSource<TicketLine> = {
  table: sql`tickets`,
  column: sql`created_at`,
  columns: sql`x.title, x.status, x.closed_at, u.name as created_by`,
  joins: sql`join users u on u.id = x.created_by_id`,
  toLine: (raw, happened) => ({
    ...happened,
    title: textOf(raw['title']),
    status: textOf(raw['status']),
    createdBy: textOf(raw['created_by']),
    closedAt: dateOf(raw['closed_at']),
  }),
};

/** At most `size` lines of these parks that follow `after`, in the order of the parks, of time and of ids. */
export async function fetchLines<Line>(
  tx: Tx,
  { table, column, columns, joins, toLine }: LineSource<Line>,
  scopes: readonly TimedScope[],
  after: Happened | null,
  size: number,
): Promise<Line[]> {
  const beyond = after
    ? sql` and (scope.n > ${after.n} or (x.${column}, x.id) > (${after.at.toISOString()}::timestamptz, ${after.id}::uuid))`
    : sql``;
  // Cut first, then joined: what a page does not show is never looked up.
  const result = await tx.execute(sql`
    select x.n, x.${column} as happened_at, x.id, ${columns}
    from (
      select scope.n, found.* from ${timedScopes(scopes)}
      cross join lateral (
        select x.* from ${table} x
        where x.park_id = scope.park_id and x.${column} >= scope.from_at and x.${column} < scope.to_at${beyond}
        order by x.${column}, x.id limit ${size}
      ) found
      order by scope.n, found.${column}, found.id limit ${size}
    ) x ${joins}
    order by x.n, x.${column}, x.id`);
  return rowsOf<RawRow>(result).map((raw) =>
    toLine(raw, {
      n: raw['n'] as number,
      id: textOf(raw['id']),
      at: dateOf(raw['happened_at']) as Date,
    }),
  );
}
