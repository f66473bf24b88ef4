import type { PlantEventRow } from '../../db/queries/plant-events.ts';
import { globalId } from '../../schema/global-id.ts';

/** An event of a park where the viewer may read. */
export class PlantEventModel {
  readonly __typename = 'PlantEvent';

  constructor(readonly row: PlantEventRow) {}

  get id() {
    return globalId('event', this.row.id);
  }

  get severity() {
    return this.row.severity;
  }

  get message() {
    return this.row.message;
  }

  get occurredAt() {
    return this.row.occurredAt;
  }

  get acknowledgedAt() {
    return this.row.acknowledgedAt;
  }
}
