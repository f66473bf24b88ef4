import { sql } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import { newId } from '../new-id.ts';
import { numberArray, uuidArray } from '../rows.ts';

/** What a park's metric was in a year. */
export interface YearlyValue {
  readonly parkId: string;
  readonly year: number;
  readonly value: number;
}

/** Stores values of years for parks that have no such series yet, each as a point where the year begins in the park's zone: two statements. */
export async function insertYearlyValues(
  tx: Tx,
  metric: string,
  unit: string,
  values: readonly YearlyValue[],
): Promise<void> {
  const series = new Map(values.map(({ parkId }) => [parkId, newId()]));
  await tx.execute(sql`insert into metric_series (id, park_id, metric, unit)
    select made.id, made.park_id, ${metric}::text, ${unit}::text
    from unnest(${uuidArray([...series.values()])}, ${uuidArray([...series.keys()])}) as made(id, park_id)`);
  await tx.execute(sql`insert into metric_points (series_id, at, value)
    select s.id, make_timestamptz(given.year::int, 1, 1, 0, 0, 0, p.time_zone), given.value
    from unnest(${uuidArray(values.map(({ parkId }) => parkId))}, ${numberArray(values.map(({ year }) => year))},
      ${numberArray(values.map(({ value }) => value))}) as given(park_id, year, value)
    join parks p on p.id = given.park_id
    join metric_series s on s.park_id = p.id and s.metric = ${metric}::text`);
}
