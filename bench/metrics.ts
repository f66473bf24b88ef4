import { sql } from 'drizzle-orm';
import { execute, parse } from 'graphql';
import type { Database } from '../src/db/client.ts';
import type { MetricAggregate, MetricInterval } from '../src/db/metric-store.ts';
import { newId } from '../src/db/new-id.ts';
import { sqlMetrics } from '../src/db/queries/metrics.ts';
import { rowsOf } from '../src/db/rows.ts';
import { metricSeries } from '../src/db/schema/metrics.ts';
import { parks } from '../src/db/schema/parks.ts';
import { readSnapshot } from '../src/db/tx.ts';
import { bySessionToken } from '../src/identity/authenticate.ts';
import { RequestContext } from '../src/resolvers/context/request-context.ts';
import { globalId } from '../src/schema/global-id.ts';
import { buildServedSchema } from '../src/server/build-schema.ts';
import type { Tree } from './tree.ts';

/** How many series there are, of which one is read. */
const SERIES = 20;
const FROM = new Date('2024-01-01T00:00:00Z');
/** 35,040 points later: a year of 15 minutes. */
const TO = new Date(FROM.getTime() + 365 * 86_400_000);
const METRIC = 'power';

const QUERY = parse(`query ($id: ID!, $from: DateTime!, $to: DateTime!, $interval: MetricInterval!) {
  park(id: $id) { metrics(metric: "${METRIC}", from: $from, to: $to, interval: $interval) { unit points { at value } } } }`);

/** A year of 15-minute values for each of 20 parks of Berlin; answers what is read of one of them, by contender, and how large all is. */
export async function metricContenders(database: Database, tree: Tree) {
  const parkId = await storeYears(database, tree.organizationUuid);
  const read =
    (interval: MetricInterval, aggregate: MetricAggregate = 'AVG') =>
    () =>
      readSnapshot(database, async (tx) => {
        const query = { metric: METRIC, from: FROM, to: TO, interval, aggregate, limit: 50_001 };
        return (await sqlMetrics.pointsOf(tx, query, [{ parkId, timeZone: 'Europe/Berlin' }])).get(parkId);
      });
  const schema = buildServedSchema();
  const served = (interval: MetricInterval) => async () => {
    const request = new RequestContext({
      database,
      sessionToken: tree.sessionToken,
      authenticate: bySessionToken(tree.sessionToken),
      cookie: { set: () => undefined, clear: () => undefined },
      origin: { requestId: 'bench', ipAddress: null, userAgent: null },
    });
    try {
      const variableValues = {
        id: globalId('park', parkId),
        from: FROM.toISOString(),
        to: TO.toISOString(),
        interval,
      };
      const result = await execute({ schema, document: QUERY, contextValue: { request }, variableValues });
      if (result.errors) throw result.errors[0];
      return JSON.stringify(result);
    } finally {
      await request.close();
    }
  };
  return {
    size: await sizeOf(database),
    contenders: {
      'by the hour': read('HOUR'),
      'by the day': read('DAY'),
      'by the month': read('MONTH'),
      'as recorded': read('RAW'),
      'hours, served': served('HOUR'),
      'days, served': served('DAY'),
      'plain scan': () =>
        readSnapshot(database, async (tx) =>
          rowsOf(
            await tx.execute(sql`select p.at, p.value from metric_points p join metric_series s on s.id = p.series_id
              where s.park_id = ${parkId}::uuid and s.metric = ${METRIC} order by p.at`),
          ),
        ),
      'scan in the database': () =>
        readSnapshot(database, async (tx) =>
          rowsOf(
            await tx.execute(sql`select count(*), sum(p.value) from metric_points p join metric_series s on s.id = p.series_id
              where s.park_id = ${parkId}::uuid and s.metric = ${METRIC}`),
          ),
        ),
    },
  };
}

async function storeYears(database: Database, organizationId: string): Promise<string> {
  return database.transaction('command', async (tx) => {
    const found = await tx
      .select({ id: parks.id })
      .from(parks)
      .where(sql`${parks.organizationId} = ${organizationId}::uuid`)
      .limit(SERIES);
    const series = found.map(({ id }) => ({ id: newId(), parkId: id, metric: METRIC, unit: 'kW' }));
    await tx.insert(metricSeries).values(series);
    // Time by time, as values arrive: the points of one series are not beside each other.
    await tx.execute(sql`insert into metric_points (series_id, at, value)
      select s.id, t.at, extract(epoch from t.at)::int % 997
      from generate_series(${FROM.toISOString()}::timestamptz, ${TO.toISOString()}::timestamptz - interval '1 minute', '15 minutes') as t(at)
      cross join metric_series s order by t.at, s.id`);
    return (series[7] as { parkId: string }).parkId;
  });
}

/** Points and megabytes of the table with its index. */
async function sizeOf(database: Database): Promise<string> {
  return readSnapshot(database, async (tx) => {
    const [size] = rowsOf<{ points: number; bytes: number }>(
      await tx.execute(
        sql`select count(*)::int as points, pg_total_relation_size('metric_points')::float8 as bytes from metric_points`,
      ),
    ) as [{ points: number; bytes: number }];
    return `${size.points} points, ${(size.bytes / 1e6).toFixed(0)} MB`;
  });
}
