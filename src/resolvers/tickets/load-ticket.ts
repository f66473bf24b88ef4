import { TICKETS } from '../../db/queries/tickets.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import { TicketModel } from './ticket-model.ts';

/** The ticket with this UUID if the viewer may read its park, else null (V1, P13). Batched. */
export async function loadTicket(reading: Reading, id: string): Promise<TicketModel | null> {
  const row = await loadRow(reading, 'ticket', TICKETS, id);
  const readable = row && reading.viewer.access(row.park).actions.includes('RESOURCE_READ');
  return readable ? new TicketModel(row, reading.viewer) : null;
}
