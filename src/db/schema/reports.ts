import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey, uuid } from 'drizzle-orm/pg-core';
import { instant, primaryId, reportKind } from './columns.ts';
import { memberships } from './memberships.ts';
import { parks } from './parks.ts';

/** What a report is about; its rows are made when it is read, by what its member may read then. Ends with the membership. */
export const reports = pgTable(
  'reports',
  {
    id: primaryId(),
    membershipId: uuid('membership_id')
      .notNull()
      .references(() => memberships.id, { onDelete: 'cascade' }),
    kind: reportKind('kind').notNull(),
    fromAt: instant('from_at').notNull(),
    toAt: instant('to_at').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('reports_of_member_idx').on(table.membershipId, table.createdAt, table.id),
    check('reports_from_before_to', sql`${table.fromAt} < ${table.toAt}`),
  ],
);

/** The parks of a report, in its order. A park that is deleted keeps its place: it reads like one that is hidden (V1). */
export const reportParks = pgTable(
  'report_parks',
  {
    reportId: uuid('report_id')
      .notNull()
      .references(() => reports.id, { onDelete: 'cascade' }),
    position: integer('position').notNull(),
    parkId: uuid('park_id').references(() => parks.id, { onDelete: 'set null' }),
  },
  (table) => [
    primaryKey({ name: 'report_parks_pkey', columns: [table.reportId, table.position] }),
    index('report_parks_park_idx').on(table.parkId),
  ],
);
