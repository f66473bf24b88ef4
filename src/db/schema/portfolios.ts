import { sql } from 'drizzle-orm';
import { check, index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant, primaryId, sortableText } from './columns.ts';
import { organizations } from './organizations.ts';

/** Groups of parks; each belongs to exactly one organization, for good. */
export const portfolios = pgTable(
  'portfolios',
  {
    id: primaryId(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id),
    name: text('name').notNull(),
    /** What lists order and search by. */
    nameKey: sortableText('name_key').notNull().generatedAlwaysAs(sql`lower(name)`),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    // What parks, grants and shares refer to, so that the owner they repeat is the owner.
    unique('portfolios_id_organization_key').on(table.id, table.organizationId),
    index('portfolios_by_name_idx').on(table.organizationId, table.nameKey, table.id),
    check('portfolios_name_length', sql`char_length(${table.name}) between 1 and 200`),
  ],
);
