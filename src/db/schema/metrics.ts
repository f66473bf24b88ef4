import { sql } from 'drizzle-orm';
import { check, doublePrecision, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant, primaryId } from './columns.ts';
import { parks } from './parks.ts';

/** The series of a park: one for each metric, with its unit. */
export const metricSeries = pgTable(
  'metric_series',
  {
    id: primaryId(),
    parkId: uuid('park_id')
      .notNull()
      .references(() => parks.id, { onDelete: 'cascade' }),
    metric: text('metric').notNull(),
    unit: text('unit'),
  },
  (table) => [
    unique('metric_series_one_per_metric').on(table.parkId, table.metric),
    check('metric_series_metric_length', sql`char_length(${table.metric}) between 1 and 100`),
    check('metric_series_unit_length', sql`char_length(${table.unit}) between 1 and 20`),
  ],
);

/** One value at one instant; the primary key is the index that a range is read through. */
export const metricPoints = pgTable(
  'metric_points',
  {
    seriesId: uuid('series_id')
      .notNull()
      .references(() => metricSeries.id, { onDelete: 'cascade' }),
    at: instant('at').notNull(),
    value: doublePrecision('value').notNull(),
  },
  (table) => [
    primaryKey({ name: 'metric_points_pkey', columns: [table.seriesId, table.at] }),
    // Neither NaN nor infinite: NaN is above every number here.
    check('metric_points_finite', sql`${table.value} > '-Infinity' and ${table.value} < 'Infinity'`),
  ],
);
