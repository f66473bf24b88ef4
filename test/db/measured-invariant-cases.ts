/** The same as invariant-cases.ts, of metrics and reports. */
import { newId } from '../../src/db/new-id.ts';
import { metricPoints, metricSeries } from '../../src/db/schema/metrics.ts';
import { reports } from '../../src/db/schema/reports.ts';
import type { InvariantCase } from './invariant-cases.ts';

type Write = InvariantCase['refused'];

const AT = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2026-02-01T00:00:00Z');

/** Stores a series of park n1 for each part. */
const series =
  (...parts: Partial<typeof metricSeries.$inferInsert>[]): Write =>
  (tx, { owner }) =>
    tx
      .insert(metricSeries)
      .values(parts.map((part) => ({ id: newId(), parkId: owner.parks.n1, metric: 'power', ...part })));

/** Stores a point of a series of its own. */
const point =
  (value: number): Write =>
  async (tx, world) => {
    const id = newId();
    await series({ id })(tx, world);
    await tx.insert(metricPoints).values({ seriesId: id, at: AT, value });
  };

const report =
  (fromAt: Date, toAt: Date): Write =>
  (tx, { owner }) =>
    tx.insert(reports).values({
      ...{ id: newId(), membershipId: owner.members.mona.membershipId, kind: 'EVENTS', createdAt: AT },
      ...{ fromAt, toAt },
    });

export const MEASURED_INVARIANT_CASES: readonly InvariantCase[] = [
  {
    constraint: 'metric_series_one_per_metric',
    about: 'a second series of one metric of a park',
    refused: series({}, {}),
    accepted: series({}, { metric: 'energy' }),
  },
  {
    constraint: 'metric_series_metric_length',
    about: 'a metric without a name',
    refused: series({ metric: '' }),
    accepted: series({ metric: 'm'.repeat(100) }),
  },
  {
    constraint: 'metric_series_metric_length',
    about: 'a metric of 101 characters',
    refused: series({ metric: 'm'.repeat(101) }),
    accepted: series({ metric: '🌞'.repeat(100) }),
  },
  {
    constraint: 'metric_series_unit_length',
    about: 'a unit of 21 characters',
    refused: series({ unit: 'u'.repeat(21) }),
    accepted: series({ unit: null }, { metric: 'energy', unit: 'u'.repeat(20) }),
  },
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => ({
    constraint: 'metric_points_finite',
    about: `a value that is ${value}`,
    refused: point(value),
    accepted: point(-Number.MAX_VALUE),
  })),
  {
    constraint: 'reports_from_before_to',
    about: 'a report about no time',
    refused: report(AT, AT),
    accepted: report(AT, LATER),
  },
];
