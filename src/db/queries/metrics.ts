/** Measurements in PostgreSQL: each series is read through the primary key of its points, and summed up where it is stored. */
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import type {
  MetricAggregate,
  MetricInterval,
  MetricPoint,
  MetricQuery,
  MetricScope,
  MetricStore,
  MonthlyTotal,
  OpenedSeries,
  TimedScope,
} from '../metric-store.ts';
import { newId } from '../new-id.ts';
import { instantArray, numberArray, rowsOf, textArray, uuidArray } from '../rows.ts';

const AGGREGATES: Readonly<Record<MetricAggregate, SQL>> = {
  AVG: sql`avg(p.value)`,
  SUM: sql`sum(p.value)`,
  MIN: sql`min(p.value)`,
  MAX: sql`max(p.value)`,
};

/** No point is older: date_bin counts from it. */
const FIRST = sql`timestamptz '1900-01-01 00:00:00+00'`;

type Bucket = Exclude<MetricInterval, 'RAW'>;
/** Which interval a value is in, by where it begins: days and months in the park's time zone, daylight saving time and all. */
const BUCKETS: Readonly<Record<Bucket, SQL>> = {
  MINUTE: sql`date_bin('1 minute', p.at, ${FIRST})`,
  HOUR: sql`date_bin('1 hour', p.at, ${FIRST})`,
  DAY: sql`date_trunc('day', p.at, scope.zone)`,
  MONTH: sql`date_trunc('month', p.at, scope.zone)`,
};

/** Milliseconds since 1970. */
const milliseconds = (at: SQL): SQL => sql`(date_part('epoch', ${at}) * 1000)::int8`;

export const sqlMetrics: MetricStore = { openSeries, writePoints, unitsOf, pointsOf, monthlyTotals };

async function openSeries(
  tx: Tx,
  parkId: string,
  metric: string,
  unit: string | null,
): Promise<OpenedSeries> {
  // The park's lock does not exclude another recorder: whoever comes second waits here, and finds the first one's series.
  const found = rowsOf<{ id: string; unit: string | null }>(
    await tx.execute(sql`insert into metric_series (id, park_id, metric) values (${newId()}, ${parkId}, ${metric})
      on conflict (park_id, metric) do update set metric = excluded.metric returning id, unit`),
  )[0] as { id: string; unit: string | null };
  if (unit === null || found.unit !== null) return { ...found, unitBefore: found.unit };
  await tx.execute(sql`update metric_series set unit = ${unit} where id = ${found.id}::uuid`);
  return { id: found.id, unitBefore: null, unit };
}

async function writePoints(tx: Tx, seriesId: string, points: readonly MetricPoint[]): Promise<number> {
  const at = instantArray(points.map((point) => point.at));
  const values = numberArray(points.map((point) => point.value));
  const result = await tx.execute(sql`
    with written as (
      insert into metric_points (series_id, at, value)
      select ${seriesId}::uuid, given.at, given.value from unnest(${at}, ${values}) as given(at, value)
      on conflict (series_id, at) do update set value = excluded.value
      where metric_points.value <> excluded.value
      returning 1)
    select count(*)::int as count from written`);
  return rowsOf<{ count: number }>(result)[0]?.count ?? 0;
}

async function unitsOf(tx: Tx, metric: string, parkIds: readonly string[]) {
  const result = await tx.execute(
    sql`select park_id, unit from metric_series where metric = ${metric} and park_id = any(${uuidArray(parkIds)})`,
  );
  return new Map(
    rowsOf<{ park_id: string; unit: string | null }>(result).map((row) => [row.park_id, row.unit]),
  );
}

async function pointsOf(tx: Tx, query: MetricQuery, scopes: readonly MetricScope[]) {
  const { metric, interval, aggregate, from, to, limit } = query;
  const inRange = sql`p.series_id = s.id and p.at >= ${from.toISOString()}::timestamptz and p.at < ${to.toISOString()}::timestamptz`;
  const points =
    interval === 'RAW'
      ? sql`select p.at, p.value from metric_points p where ${inRange} order by p.at limit ${limit}`
      : // Where midnight comes twice, date_trunc takes the second one: a day does not begin after its own values.
        sql`select least(${BUCKETS[interval]}, min(p.at)) as at, ${AGGREGATES[aggregate]} as value
          from metric_points p where ${inRange} group by ${BUCKETS[interval]}`;
  // One row for each series: thousands of rows cost the driver more than the database.
  const result = await tx.execute(sql`
    select scope.n::int as n, array_agg(${milliseconds(sql`point.at`)} order by point.at)::text as instants,
      array_agg(point.value order by point.at)::text as values
    from unnest(${uuidArray(scopes.map(({ parkId }) => parkId))}, ${textArray(scopes.map(({ timeZone }) => timeZone))})
      with ordinality as scope(park_id, zone, n)
    join metric_series s on s.park_id = scope.park_id and s.metric = ${metric}
    cross join lateral (${points}) point
    group by scope.n`);
  return new Map(
    rowsOf<{ n: number; instants: string; values: string }>(result).map(({ n, instants, values }) => {
      const [at, value] = [numbersOf(instants), numbersOf(values)];
      const { parkId } = scopes[n - 1] as MetricScope;
      return [parkId, at.map((instant, index) => ({ at: new Date(instant), value: value[index] as number }))];
    }),
  );
}

/** The numbers of an array as PostgreSQL writes it. */
const numbersOf = (array: string): number[] => JSON.parse(`[${array.slice(1, -1)}]`);

async function monthlyTotals(
  tx: Tx,
  metric: string,
  scopes: readonly TimedScope[],
  after: Pick<MonthlyTotal, 'n' | 'month'> | null,
  limit: number,
): Promise<readonly MonthlyTotal[]> {
  // By the local clock: where it goes back over the end of a month, values of two months lie between each other.
  const local = sql`p.at at time zone scope.zone`;
  const next = after && sql`${`${after.month}-01`}::timestamp + interval '1 month'`;
  // No clock is a day from UTC: the index of the park that was left in the middle is entered near where it was left.
  const start = after
    ? sql`greatest(scope.from_at, case scope.n when ${after.n} then (${next} - interval '1 day') at time zone 'UTC' end)`
    : sql`scope.from_at`;
  const beyond = after
    ? sql` and (scope.n > ${after.n} or scope.n = ${after.n} and ${local} >= ${next})`
    : sql``;
  const result = await tx.execute(sql`
    select scope.n, to_char(month.local, 'YYYY-MM') as month, month.total, month.values, s.unit
    from ${timedScopes(scopes)}
    join metric_series s on s.park_id = scope.park_id and s.metric = ${metric}
    cross join lateral (
      select date_trunc('month', ${local}) as local, sum(p.value) as total, count(*)::int as values
      from metric_points p where p.series_id = s.id and p.at >= ${start} and p.at < scope.to_at${beyond}
      group by 1 order by 1 limit ${limit}
    ) month
    order by scope.n, month.local
    limit ${limit}`);
  return rowsOf<MonthlyTotal>(result);
}

/** Parks with their times, as a table `scope`. */
export const timedScopes = (scopes: readonly TimedScope[]): SQL => sql`unnest(
    ${numberArray(scopes.map(({ n }) => n))}::int[], ${uuidArray(scopes.map(({ parkId }) => parkId))},
    ${textArray(scopes.map(({ timeZone }) => timeZone))},
    ${instantArray(scopes.map(({ from }) => from))}, ${instantArray(scopes.map(({ to }) => to))}
  ) as scope(n, park_id, zone, from_at, to_at)`;
