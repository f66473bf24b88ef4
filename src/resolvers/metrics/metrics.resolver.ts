import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { MetricArgs, MetricSeries, RecordMetricsInput, RecordMetricsPayload } from '../../schema/metric.ts';
import { Park } from '../../schema/park.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { ParkModel } from '../resources/resource-model.ts';
import { loadMetrics } from './load-metrics.ts';
import { recordMetrics } from './record-metrics.ts';

@Resolver(() => Park)
export class MetricsResolver {
  @FieldResolver(() => MetricSeries, {
    nullable: true,
    description:
      'The values of a metric between two instants; of one that was never recorded, a series without points. Null for an ADMIN who is blocked here.',
  })
  metrics(
    @Ctx('request') context: RequestContext,
    @Root() park: ParkModel,
    @Args(() => MetricArgs) args: MetricArgs,
  ) {
    // P13: what lies below a resource is null for an ADMIN who is blocked there.
    if (!park.access.actions.includes('METRICS_READ')) return null;
    return loadMetrics(context.current, park, args);
  }

  @Mutation(() => RecordMetricsPayload, {
    description: 'Records up to 10,000 points of one metric, all or none; a point that exists is replaced.',
  })
  async recordMetrics(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RecordMetricsInput, { description: 'What to record.' }) input: RecordMetricsInput,
  ) {
    return { recorded: await recordMetrics(context, input) };
  }
}
