import { sql } from 'drizzle-orm';
import { hasStatus, TICKET_AGE, TICKETS } from '../../db/queries/tickets.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import { TicketModel } from './ticket-model.ts';

/** The tickets of a park (its UUID), which the caller has found readable, the newest first; of one status if it is given. */
export function listTickets(
  reading: Reading,
  parkId: string,
  args: PageArgs,
  status: 'OPEN' | 'CLOSED' | null | undefined,
) {
  return loadConnection(
    reading,
    {
      name: 'tickets',
      order: { name: 'CREATED_AT', key: TICKET_AGE, descending: true },
      filter: status ?? null,
      query: () => ({
        source: TICKETS,
        parent: sql`t.park_id = scope.id`,
        where: status ? hasStatus(status) : sql`true`,
      }),
      toItem: (row) => new TicketModel(row, reading.viewer),
    },
    args,
    parkId,
  );
}
