import { z } from 'zod';
import { badInput, requireAction } from '../../authz/refusal.ts';
import type { MetricPoint } from '../../db/metric-store.ts';
import { NothingChanged } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RecordMetricsInput } from '../../schema/metric.ts';
import type { RequestContext } from '../context/request-context.ts';
import { lineOfText, parseInput } from '../parse-input.ts';
import { auditPark } from '../resources/audit-park.ts';
import { parkOf } from '../resources/resource-rows.ts';
import { metricName } from './load-metrics.ts';
import { instantOf } from './metric-range.ts';
import { metricStore } from './metric-store.ts';

/** How many points one request may record. */
const MAX_RECORDED = 10_000;

/** No measurement comes near; squares and sums of as many as there can be stay numbers. */
const LARGEST = 1e100;
const VALUE = 'value is a number from -1e100 to 1e100.';

const form = z.object({
  parkId: z.string(),
  metric: metricName,
  unit: lineOfText('unit', 20).nullish(),
  points: z.array(
    z.object({ at: instantOf('at'), value: z.number(VALUE).min(-LARGEST, VALUE).max(LARGEST, VALUE) }),
  ),
});

/**
 * Records points of one metric of a park, all or none; needs METRICS_WRITE there, on own resources only. A point that exists is
 * replaced; the same points again change nothing, and leave no record. Answers how many were recorded.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT also for another unit than the series has
 */
export function recordMetrics(context: RequestContext, input: RecordMetricsInput): Promise<number> {
  const count = input.points.length;
  if (count < 1 || count > MAX_RECORDED)
    throw badInput('points', `points holds 1 to ${MAX_RECORDED} points, not ${count}.`);
  const { parkId, metric, unit = null, points: given } = parseInput(form, input);
  const points = oneForEachInstant(given);
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await parkOf(tx, viewer, parkId)).row.organizationId],
    work: async (command) => {
      const { tx, actor } = command;
      const { row: park, access } = await parkOf(tx, actor, parkId);
      requireAction(access, 'METRICS_WRITE');
      const series = await metricStore.openSeries(tx, park.id, metric, unit);
      if (unit !== null && series.unit !== unit)
        throw badInput('unit', `The values of this metric are in ${series.unit}.`);
      const changed = await metricStore.writePoints(tx, series.id, points);
      const unitChanged = series.unit !== series.unitBefore;
      if (changed === 0 && !unitChanged) throw new NothingChanged(points.length);
      auditPark(command, park.organizationId, access, {
        action: 'metrics.recorded',
        subjectId: globalId('park', park.id),
        details: {
          metric,
          points: points.length,
          changed,
          ...rangeOf(points),
          ...(unitChanged && { before: { unit: series.unitBefore }, after: { unit: series.unit } }),
        },
      });
      return points.length;
    },
  });
}

/** Of two points at one instant the later one in the list counts. */
const oneForEachInstant = (points: readonly MetricPoint[]): MetricPoint[] => [
  ...new Map(points.map((point) => [point.at.getTime(), point])).values(),
];

const rangeOf = (points: readonly MetricPoint[]) => {
  const instants = points.map(({ at }) => at.getTime());
  const at = (instant: number) => new Date(instant).toISOString();
  return { from: at(Math.min(...instants)), to: at(Math.max(...instants)) };
};
