import { Refusal, requireAction } from '../../authz/refusal.ts';
import { setTicketClosed } from '../../db/queries/tickets.ts';
import { globalId } from '../../schema/global-id.ts';
import type { TicketIdInput } from '../../schema/ticket-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditPark } from '../resources/audit-park.ts';
import { ticketOf, ticketToChange } from './ticket-rows.ts';

/**
 * Opens a closed ticket again; needs TICKET_REOPEN on its park. Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, CONFLICT when it is open
 */
export function reopenTicket(context: RequestContext, { ticketId }: TicketIdInput): Promise<string> {
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await ticketOf(tx, viewer, ticketId)).row.park.organizationId],
    work: async (command) => {
      const { row, access } = await ticketToChange(command.tx, command.actor, ticketId);
      requireAction(access, 'TICKET_REOPEN');
      if (row.status === 'OPEN') {
        throw new Refusal('CONFLICT', 'This ticket is OPEN.', { field: 'ticketId' });
      }
      await setTicketClosed(command.tx, row.id, null);
      auditPark(command, row.park.organizationId, access, {
        action: 'ticket.reopened',
        subjectId: globalId('ticket', row.id),
        details: {
          parkId: globalId('park', row.park.id),
          before: { status: 'CLOSED', closedAt: row.closedAt },
          after: { status: 'OPEN', closedAt: null },
        },
      });
      return row.id;
    },
  });
}
