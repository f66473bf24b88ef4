import { z } from 'zod';
import type { MetricPoint, MetricQuery } from '../../db/metric-store.ts';
import type { MetricArgs } from '../../schema/metric.ts';
import type { Reading } from '../context/reading.ts';
import { lineOfText, parseInput } from '../parse-input.ts';
import type { ParkModel } from '../resources/resource-model.ts';
import { MAX_POINTS, requireRange, timeFields, tooManyPoints } from './metric-range.ts';
import { metricStore } from './metric-store.ts';

/** The form of a metric's name, the same for writing and for reading. */
export const metricName = lineOfText('metric', 100);

const form = z.object({ metric: metricName, ...timeFields });

/**
 * The series of a park that the caller has found readable. Unit and points are each read when they are asked for, in one
 * statement for all parks that ask within one tick.
 * @throws BAD_USER_INPUT for a name or time that is not acceptable, and (the points) for more than 50,000 RAW ones
 */
export function loadMetrics(reading: Reading, { row }: ParkModel, args: MetricArgs) {
  const { metric, from, to } = parseInput(form, { metric: args.metric, from: args.from, to: args.to });
  const interval = args.interval ?? 'HOUR';
  const aggregate = args.aggregate ?? 'AVG';
  requireRange(from, to, interval);
  // One more tells that there are more.
  const query: MetricQuery = { metric, from, to, interval, aggregate, limit: MAX_POINTS + 1 };
  return {
    metric,
    interval,
    aggregate,
    unit: () =>
      reading
        .loader<string | null>(
          `unit ${metric}`,
          (tx, parkIds) => metricStore.unitsOf(tx, metric, parkIds),
          () => null,
        )
        .load(row.id),
    points: async () => {
      const points = await pointsOf(reading, query, row);
      if (points.length > MAX_POINTS) throw tooManyPoints('this one has more');
      return points;
    },
  };
}

/** @param park its time zone travels with its id, because a loader knows nothing but keys */
const pointsOf = (reading: Reading, query: MetricQuery, park: { id: string; timeZone: string }) =>
  reading
    .loader<readonly MetricPoint[]>(
      `points ${JSON.stringify(query)}`,
      async (tx, keys) => {
        const scopes = keys.map((key) => ({ parkId: key.slice(0, 36), timeZone: key.slice(37) }));
        const found = await metricStore.pointsOf(tx, query, scopes);
        return new Map(keys.map((key) => [key, found.get(key.slice(0, 36)) ?? []]));
      },
      () => [],
    )
    .load(`${park.id} ${park.timeZone}`);
