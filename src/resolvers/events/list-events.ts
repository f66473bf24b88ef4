import { type SQL, sql } from 'drizzle-orm';
import { badInput } from '../../authz/refusal.ts';
import { EVENTS_WHERE, OCCURRENCE, PLANT_EVENTS } from '../../db/queries/plant-events.ts';
import { allOf } from '../../db/queries/resources.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import type { PlantEventFilter } from '../../schema/plant-event.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import { PlantEventModel } from './plant-event-model.ts';

/**
 * The events of a park (its UUID), which the caller has found readable, the newest first.
 * @throws BAD_USER_INPUT for a filter whose end is not after its beginning
 */
export async function listEvents(
  reading: Reading,
  parkId: string,
  args: PageArgs,
  filter: PlantEventFilter | null | undefined,
) {
  const conditions = eventConditions(filter ?? {});
  return loadConnection(
    reading,
    {
      name: 'events',
      order: { name: 'OCCURRED_AT', key: OCCURRENCE, descending: true },
      filter: filter ?? {},
      query: () => ({
        source: PLANT_EVENTS,
        parent: sql`e.park_id = scope.id`,
        where: allOf(...conditions),
      }),
      toItem: (row) => new PlantEventModel(row),
    },
    args,
    parkId,
  );
}

function eventConditions({ severities, acknowledged, componentId, from, to }: PlantEventFilter): SQL[] {
  if (from && to && from >= to) throw badInput('filter.to', 'to is later than from.');
  return [
    severities && EVENTS_WHERE.severityIn(severities),
    acknowledged != null && EVENTS_WHERE.acknowledged(acknowledged),
    componentId != null && EVENTS_WHERE.ofComponent(parseGlobalId('component', componentId)),
    from && EVENTS_WHERE.since(from),
    to && EVENTS_WHERE.before(to),
  ].filter((condition) => condition != null && condition !== false);
}
