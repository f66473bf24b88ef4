import { Refusal, requireAction } from '../../authz/refusal.ts';
import { setTicketClosed } from '../../db/queries/tickets.ts';
import { globalId } from '../../schema/global-id.ts';
import type { TicketIdInput } from '../../schema/ticket-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditPark } from '../resources/audit-park.ts';
import { ticketOf, ticketToChange } from './ticket-rows.ts';

/**
 * Closes a ticket that is open; needs TICKET_CLOSE on its park. Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, CONFLICT when it is closed already
 */
export function closeTicket(context: RequestContext, { ticketId }: TicketIdInput): Promise<string> {
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await ticketOf(tx, viewer, ticketId)).row.park.organizationId],
    work: async (command) => {
      const { tx, actor, instant } = command;
      const { row, access } = await ticketToChange(tx, actor, ticketId);
      requireAction(access, 'TICKET_CLOSE');
      if (row.status === 'CLOSED') {
        throw new Refusal('CONFLICT', 'This ticket is CLOSED already.', { field: 'ticketId' });
      }
      await setTicketClosed(tx, row.id, instant);
      auditPark(command, row.park.organizationId, access, {
        action: 'ticket.closed',
        subjectId: globalId('ticket', row.id),
        details: {
          parkId: globalId('park', row.park.id),
          before: { status: 'OPEN', closedAt: null },
          after: { status: 'CLOSED', closedAt: instant },
        },
      });
      return row.id;
    },
  });
}
