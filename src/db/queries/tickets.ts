/** The rows of tickets with their authors, and what creating, closing, reopening and deleting one writes. */
import { eq, type SQL, sql } from 'drizzle-orm';
import type { ResourceRef } from '../../authz/facts.ts';
import type { Tx } from '../client.ts';
import { tickets } from '../schema/tickets.ts';
import { DOER_COLUMNS, type DoerRow, doerJoins, toDoer } from './doers.ts';
import { dateOf, type ListSource, type SortKey, textOf } from './keyset.ts';
import { PARK_OF_RECORD_COLUMNS, parkOfRecord } from './resources.ts';

type Stored = typeof tickets.$inferSelect;

export interface TicketRow
  extends Readonly<Pick<Stored, 'id' | 'title' | 'body' | 'status' | 'createdAt' | 'closedAt'>> {
  readonly createdBy: DoerRow;
  /** The park that needs the work, for the decision. */
  readonly park: ResourceRef;
}

export const TICKETS: ListSource<TicketRow> = {
  columns: sql`t.id, t.park_id, t.title, t.body, t.status, t.created_at, t.closed_at, ${DOER_COLUMNS}, ${PARK_OF_RECORD_COLUMNS}`,
  from: sql`tickets t join parks p on p.id = t.park_id ${doerJoins(sql`t.created_by_id`)}`,
  id: sql`t.id`,
  alias: 't',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    title: textOf(raw['title']),
    body: textOf(raw['body']),
    status: raw['status'] as Stored['status'],
    createdAt: dateOf(raw['created_at']) as Date,
    closedAt: dateOf(raw['closed_at']),
    createdBy: toDoer(raw),
    park: parkOfRecord(raw),
  }),
};

export const TICKET_AGE: SortKey = { expression: sql`t.created_at`, type: 'timestamptz' };

/** A condition on `tickets t`. */
export const hasStatus = (status: Stored['status']): SQL => sql`t.status = ${status}::ticket_status`;

export async function insertTicket(tx: Tx, row: typeof tickets.$inferInsert): Promise<void> {
  await tx.insert(tickets).values(row);
}

/** Closes it at an instant, or opens it again with null. */
export async function setTicketClosed(tx: Tx, id: string, closedAt: Date | null): Promise<void> {
  await tx
    .update(tickets)
    .set({ status: closedAt ? 'CLOSED' : 'OPEN', closedAt })
    .where(eq(tickets.id, id));
}

export async function deleteTicketRow(tx: Tx, id: string): Promise<void> {
  await tx.delete(tickets).where(eq(tickets.id, id));
}
