import { sql } from 'drizzle-orm';
import { check, foreignKey, index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant, primaryId, sortableText } from './columns.ts';
import { parks } from './parks.ts';

/** The parts of a park, as a tree. A parent is in the same park (foreign key) and never a descendant (trigger components_acyclic). */
export const components = pgTable(
  'components',
  {
    id: primaryId(),
    parkId: uuid('park_id')
      .notNull()
      .references(() => parks.id, { onDelete: 'cascade' }),
    parentId: uuid('parent_id'),
    name: text('name').notNull(),
    nameKey: sortableText('name_key').notNull().generatedAlwaysAs(sql`lower(name)`),
    kind: text('kind').notNull(),
    serialNumber: text('serial_number'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    unique('components_id_park_key').on(table.id, table.parkId),
    foreignKey({
      name: 'components_parent_in_park_fk',
      columns: [table.parentId, table.parkId],
      foreignColumns: [table.id, table.parkId],
    }).onDelete('cascade'),
    index('components_of_park_idx').on(table.parkId, table.nameKey, table.id),
    index('components_of_parent_idx').on(table.parentId, table.nameKey, table.id),
    check('components_name_length', sql`char_length(${table.name}) between 1 and 200`),
    check('components_kind_length', sql`char_length(${table.kind}) between 1 and 100`),
    check('components_serial_number_length', sql`char_length(${table.serialNumber}) between 1 and 100`),
  ],
);
