import type { PlantEventRow } from '../../db/queries/plant-events.ts';
import { globalId } from '../../schema/global-id.ts';

/** What a record tells of an event: records speak of global ids. */
export const eventDetails = ({
  park,
  componentId,
  severity,
  message,
  occurredAt,
}: Omit<PlantEventRow, 'id' | 'acknowledgedAt'>) => ({
  parkId: globalId('park', park.id),
  componentId: componentId && globalId('component', componentId),
  severity,
  message,
  occurredAt,
});
