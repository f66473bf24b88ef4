/**
 * The place of a time-series store: what the gateway asks of whatever keeps the measurements. PostgreSQL is behind it
 * (queries/metrics.ts); docs/architecture.md says how another one is put in its stead.
 */
import type { Tx } from './client.ts';

export interface MetricPoint {
  readonly at: Date;
  readonly value: number;
}

/** RAW gives the points as they were recorded; the others one value for each minute, hour, day or month. */
export type MetricInterval = 'RAW' | 'MINUTE' | 'HOUR' | 'DAY' | 'MONTH';
export type MetricAggregate = 'AVG' | 'SUM' | 'MIN' | 'MAX';

/** A park whose series is asked for: its days and months are those of its time zone. */
export interface MetricScope {
  readonly parkId: string;
  readonly timeZone: string;
}

/** Which part of a series is wanted, from `from` on and before `to`, and in which form. */
export interface MetricQuery {
  readonly metric: string;
  readonly from: Date;
  readonly to: Date;
  readonly interval: MetricInterval;
  readonly aggregate: MetricAggregate;
  /** RAW: at most this many points of each series, the earliest. The others are bounded by `from` and `to`. */
  readonly limit: number;
}

/** One park of a report and its time. `n` is its place in the report. */
export interface TimedScope extends MetricScope {
  readonly n: number;
  readonly from: Date;
  readonly to: Date;
}

/** What one month of a park sums up to. */
export interface MonthlyTotal {
  /** Of the scope. */
  readonly n: number;
  /** In the park's time zone, such as 2024-03. */
  readonly month: string;
  readonly total: number;
  /** How many points it is the sum of. */
  readonly values: number;
  readonly unit: string | null;
}

/** A series as a command found or made it. */
export interface OpenedSeries {
  readonly id: string;
  readonly unitBefore: string | null;
  readonly unit: string | null;
}

/** Every method is a constant number of statements, whatever the number of parks and points. `tx` is the request's; another store may leave it alone. */
export interface MetricStore {
  /** The series of a park's metric, made if there is none; a unit is only set where there is none yet. Locked until the command ends. */
  openSeries(tx: Tx, parkId: string, metric: string, unit: string | null): Promise<OpenedSeries>;
  /** Stores points, at most one for each instant; one that exists is replaced. Answers how many were new or had another value. */
  writePoints(tx: Tx, seriesId: string, points: readonly MetricPoint[]): Promise<number>;
  /** The units of the parks' series, by park; a park without the series is not in it. */
  unitsOf(tx: Tx, metric: string, parkIds: readonly string[]): Promise<ReadonlyMap<string, string | null>>;
  /** The points of the parks' series in order of time, by park. An interval without a point has none. */
  pointsOf(
    tx: Tx,
    query: MetricQuery,
    scopes: readonly MetricScope[],
  ): Promise<ReadonlyMap<string, readonly MetricPoint[]>>;
  /** What a metric sums up to in each month, in the order of the scopes and months: at most `limit` months that follow `after`. */
  monthlyTotals(
    tx: Tx,
    metric: string,
    scopes: readonly TimedScope[],
    after: Pick<MonthlyTotal, 'n' | 'month'> | null,
    limit: number,
  ): Promise<readonly MonthlyTotal[]>;
}
