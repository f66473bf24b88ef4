import { requireAction } from '../../authz/refusal.ts';
import { deleteTicketRow } from '../../db/queries/tickets.ts';
import { globalId } from '../../schema/global-id.ts';
import type { TicketIdInput } from '../../schema/ticket-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditPark } from '../resources/audit-park.ts';
import { ticketOf, ticketToChange } from './ticket-rows.ts';

/** Deletes a ticket, open or closed; needs TICKET_DELETE on its park. @throws NOT_FOUND, FORBIDDEN */
export function deleteTicket(context: RequestContext, { ticketId }: TicketIdInput): Promise<void> {
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await ticketOf(tx, viewer, ticketId)).row.park.organizationId],
    work: async (command) => {
      const { row, access } = await ticketToChange(command.tx, command.actor, ticketId);
      requireAction(access, 'TICKET_DELETE');
      await deleteTicketRow(command.tx, row.id);
      auditPark(command, row.park.organizationId, access, {
        action: 'ticket.deleted',
        subjectId: globalId('ticket', row.id),
        details: {
          parkId: globalId('park', row.park.id),
          title: row.title,
          status: row.status,
          createdBy: globalId('user', row.createdBy.id),
          createdAt: row.createdAt,
        },
      });
    },
  });
}
