import { Refusal, requireAction } from '../../authz/refusal.ts';
import { acknowledgeEventRow } from '../../db/queries/plant-events.ts';
import { globalId } from '../../schema/global-id.ts';
import type { AcknowledgeEventInput } from '../../schema/plant-event-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditPark } from '../resources/audit-park.ts';
import { eventOf, eventToChange } from './event-rows.ts';

/**
 * Acknowledges an event, once; needs EVENT_MANAGE on its park. Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, CONFLICT when it was acknowledged already
 */
export function acknowledgeEvent(
  context: RequestContext,
  { eventId }: AcknowledgeEventInput,
): Promise<string> {
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await eventOf(tx, viewer, eventId)).row.park.organizationId],
    work: async (command) => {
      const { tx, actor, instant } = command;
      const { row, access } = await eventToChange(tx, actor, eventId);
      requireAction(access, 'EVENT_MANAGE');
      if (row.acknowledgedAt) {
        throw new Refusal('CONFLICT', 'This event was acknowledged already.', { field: 'eventId' });
      }
      await acknowledgeEventRow(tx, row.id, instant);
      auditPark(command, row.park.organizationId, access, {
        action: 'event.acknowledged',
        subjectId: globalId('event', row.id),
        details: {
          parkId: globalId('park', row.park.id),
          before: { acknowledgedAt: null },
          after: { acknowledgedAt: instant },
        },
      });
      return row.id;
    },
  });
}
