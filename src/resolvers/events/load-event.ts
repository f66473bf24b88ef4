import { PLANT_EVENTS } from '../../db/queries/plant-events.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import { PlantEventModel } from './plant-event-model.ts';

/** The event with this UUID if the viewer may read its park, else null (V1, P13). Batched. */
export async function loadEvent(reading: Reading, id: string): Promise<PlantEventModel | null> {
  const row = await loadRow(reading, 'event', PLANT_EVENTS, id);
  const readable = row && reading.viewer.access(row.park).actions.includes('RESOURCE_READ');
  return readable ? new PlantEventModel(row) : null;
}
