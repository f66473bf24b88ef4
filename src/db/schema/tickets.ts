import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, primaryId, ticketStatus } from './columns.ts';
import { parks } from './parks.ts';
import { users } from './users.ts';

/** Work that a park needs. */
export const tickets = pgTable(
  'tickets',
  {
    id: primaryId(),
    parkId: uuid('park_id')
      .notNull()
      .references(() => parks.id, { onDelete: 'cascade' }),
    title: text('title').notNull(),
    body: text('body').notNull(),
    status: ticketStatus('status').notNull().default('OPEN'),
    createdById: uuid('created_by_id')
      .notNull()
      .references(() => users.id),
    createdAt: instant('created_at').notNull(),
    closedAt: instant('closed_at'),
  },
  (table) => [
    index('tickets_of_park_idx').on(table.parkId, table.createdAt, table.id),
    check('tickets_title_length', sql`char_length(${table.title}) between 1 and 200`),
    check('tickets_body_length', sql`char_length(${table.body}) between 1 and 10000`),
    check('tickets_closed', sql`(${table.status} = 'CLOSED') = (${table.closedAt} is not null)`),
  ],
);
