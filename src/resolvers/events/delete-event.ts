import { requireAction } from '../../authz/refusal.ts';
import { deleteEventRow } from '../../db/queries/plant-events.ts';
import { globalId } from '../../schema/global-id.ts';
import type { DeleteEventInput } from '../../schema/plant-event-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditPark } from '../resources/audit-park.ts';
import { eventDetails } from './event-records.ts';
import { eventOf, eventToChange } from './event-rows.ts';

/** Deletes an event; needs EVENT_DELETE on its park. @throws NOT_FOUND, FORBIDDEN */
export function deleteEvent(context: RequestContext, { eventId }: DeleteEventInput): Promise<void> {
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await eventOf(tx, viewer, eventId)).row.park.organizationId],
    work: async (command) => {
      const { row, access } = await eventToChange(command.tx, command.actor, eventId);
      requireAction(access, 'EVENT_DELETE');
      await deleteEventRow(command.tx, row.id);
      auditPark(command, row.park.organizationId, access, {
        action: 'event.deleted',
        subjectId: globalId('event', row.id),
        details: { ...eventDetails(row), acknowledgedAt: row.acknowledgedAt },
      });
    },
  });
}
