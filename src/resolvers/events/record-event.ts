import { z } from 'zod';
import { badInput, requireAction } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { newId } from '../../db/new-id.ts';
import { insertEvent } from '../../db/queries/plant-events.ts';
import { parkRef } from '../../db/queries/resources.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RecordEventInput } from '../../schema/plant-event-inputs.ts';
import { componentIn } from '../components/component-in.ts';
import type { RequestContext } from '../context/request-context.ts';
import { instantInput, linesOfText, parseInput } from '../parse-input.ts';
import { auditPark } from '../resources/audit-park.ts';
import { parkOf } from '../resources/resource-rows.ts';
import { eventDetails } from './event-records.ts';

const form = z.object({
  parkId: z.string(),
  componentId: z.string().nullish(),
  severity: z.enum(['INFO', 'WARNING', 'ERROR']),
  message: linesOfText('message', 2_000),
  occurredAt: instantInput('occurredAt').nullish(),
});

/** The clocks of devices, and what they take for their time zone, may be ahead. */
const AHEAD_MS = 86_400_000;

/**
 * Records an event; needs EVENT_MANAGE on the park. Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT for a component of another park, or an instant more than a day ahead
 */
export async function recordEvent(context: RequestContext, input: RecordEventInput): Promise<string> {
  const given = parseInput(form, input);
  const id = newId();
  const work = context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await parkOf(tx, viewer, given.parkId)).row.organizationId],
    work: async (command) => {
      const { tx, actor, instant } = command;
      const { row: park, access } = await parkOf(tx, actor, given.parkId);
      requireAction(access, 'EVENT_MANAGE');
      const { severity, message, occurredAt = null } = given;
      if (occurredAt && occurredAt.getTime() > instant.getTime() + AHEAD_MS) {
        throw badInput('occurredAt', 'occurredAt lies no more than a day ahead.');
      }
      const event = {
        componentId: await componentOfEvent(tx, park.id, given.componentId),
        severity,
        message,
        occurredAt: occurredAt ?? instant,
      };
      await insertEvent(tx, { id, parkId: park.id, createdAt: instant, ...event });
      auditPark(command, park.organizationId, access, {
        action: 'event.recorded',
        subjectId: globalId('event', id),
        details: eventDetails({ ...event, park: parkRef(park) }),
      });
      return id;
    },
  });
  return work.catch(refuseComponent);
}

async function componentOfEvent(tx: Tx, parkId: string, given: string | null | undefined) {
  if (given == null) return null;
  const id = await componentIn(tx, parkId, given);
  if (id === null) throw noSuchComponent();
  return id;
}

/** It was deleted meanwhile. */
function refuseComponent(error: unknown): never {
  throw violatedConstraint(error) === 'plant_events_component_in_park_fk' ? noSuchComponent() : error;
}

const noSuchComponent = () => badInput('componentId', 'The park has no such component.');
