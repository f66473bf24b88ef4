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
  /** Of the rows of a page, after it was cut: until then an id and an instant are all that is read. */
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
  const at = after && sql`${after.at.toISOString()}::timestamptz`;
  // The index of the park that was left in the middle is entered where it was left.
  const start = after
    ? sql`greatest(scope.from_at, case scope.n when ${after.n} then ${at} end)`
    : sql`scope.from_at`;
  const beyond = after
    ? sql` and (scope.n > ${after.n} or scope.n = ${after.n} and (x.${column}, x.id) > (${at}, ${after.id}::uuid))`
    : sql``;
  // Cut first, then joined: what a page does not show is never looked up.
  const result = await tx.execute(sql`
    select cut.n, cut.happened_at, cut.id, ${columns}
    from (
      select scope.n, found.* from ${timedScopes(scopes)}
      cross join lateral (
        select x.${column} as happened_at, x.id from ${table} x
        where x.park_id = scope.park_id and x.${column} >= ${start} and x.${column} < scope.to_at${beyond}
        order by x.${column}, x.id limit ${size}
      ) found
      order by scope.n, found.happened_at, found.id limit ${size}
    ) cut
    join ${table} x on x.id = cut.id ${joins}
    order by cut.n, cut.happened_at, cut.id`);
  return rowsOf<RawRow>(result).map((raw) =>
    toLine(raw, {
      n: raw['n'] as number,
      id: textOf(raw['id']),
      at: dateOf(raw['happened_at']) as Date,
    }),
  );
}
