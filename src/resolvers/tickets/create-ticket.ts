import { z } from 'zod';
import { requireAction } from '../../authz/refusal.ts';
import { newId } from '../../db/new-id.ts';
import { insertTicket } from '../../db/queries/tickets.ts';
import { globalId } from '../../schema/global-id.ts';
import type { CreateTicketInput } from '../../schema/ticket-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { lineOfText, linesOfText, parseInput } from '../parse-input.ts';
import { auditPark } from '../resources/audit-park.ts';
import { parkOf } from '../resources/resource-rows.ts';

const form = z.object({
  parkId: z.string(),
  title: lineOfText('title', 200),
  body: linesOfText('body', 10_000),
});

/** Opens a ticket in the viewer's name; needs TICKET_CREATE on the park. Answers its UUID. @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT */
export async function createTicket(context: RequestContext, input: CreateTicketInput): Promise<string> {
  const { parkId, title, body } = parseInput(form, input);
  const id = newId();
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await parkOf(tx, viewer, parkId)).row.organizationId],
    work: async (command) => {
      const { tx, actor, instant } = command;
      const { row: park, access } = await parkOf(tx, actor, parkId);
      requireAction(access, 'TICKET_CREATE');
      await insertTicket(tx, {
        ...{ id, parkId: park.id, title, body },
        createdById: actor.rows.user.id,
        createdAt: instant,
      });
      auditPark(command, park.organizationId, access, {
        action: 'ticket.created',
        subjectId: globalId('ticket', id),
        details: { parkId: globalId('park', park.id), title },
      });
      return id;
    },
  });
}
