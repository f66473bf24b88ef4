import type { MetricStore } from '../../db/metric-store.ts';
import { sqlMetrics } from '../../db/queries/metrics.ts';

/** Where measurements are kept. An external time-series store goes here, as another `MetricStore`. */
export const metricStore: MetricStore = sqlMetrics;
