import { sql } from 'drizzle-orm';
import { check, foreignKey, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { eventSeverity, instant, primaryId } from './columns.ts';
import { components } from './components.ts';
import { parks } from './parks.ts';

/** What happened in a park. The component it happened to is in the same park; when that goes, the event stays. */
export const plantEvents = pgTable(
  'plant_events',
  {
    id: primaryId(),
    parkId: uuid('park_id')
      .notNull()
      .references(() => parks.id, { onDelete: 'cascade' }),
    componentId: uuid('component_id'),
    severity: eventSeverity('severity').notNull(),
    message: text('message').notNull(),
    occurredAt: instant('occurred_at').notNull(),
    acknowledgedAt: instant('acknowledged_at'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    // The migration says SET NULL (component_id), which drizzle can't: the park stays.
    foreignKey({
      name: 'plant_events_component_in_park_fk',
      columns: [table.componentId, table.parkId],
      foreignColumns: [components.id, components.parkId],
    }).onDelete('set null'),
    index('plant_events_of_park_idx').on(table.parkId, table.occurredAt, table.id),
    index('plant_events_component_idx').on(table.componentId),
    check('plant_events_message_length', sql`char_length(${table.message}) between 1 and 2000`),
  ],
);
