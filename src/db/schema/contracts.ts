import { sql } from 'drizzle-orm';
import { check, doublePrecision, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, primaryId } from './columns.ts';
import { parks } from './parks.ts';

/** The commercial contracts of a park. */
export const contracts = pgTable(
  'contracts',
  {
    id: primaryId(),
    parkId: uuid('park_id')
      .notNull()
      .references(() => parks.id, { onDelete: 'cascade' }),
    title: text('title').notNull(),
    counterparty: text('counterparty').notNull(),
    startsOn: instant('starts_on').notNull(),
    endsOn: instant('ends_on'),
    pricePerMwh: doublePrecision('price_per_mwh'),
    /** ISO 4217. */
    currency: text('currency'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('contracts_of_park_idx').on(table.parkId, table.startsOn, table.id),
    check('contracts_title_length', sql`char_length(${table.title}) between 1 and 200`),
    check('contracts_counterparty_length', sql`char_length(${table.counterparty}) between 1 and 200`),
    check('contracts_ends_after_it_starts', sql`${table.endsOn} > ${table.startsOn}`),
    check('contracts_currency', sql`${table.currency} ~ '^[A-Z]{3}$'`),
    check('contracts_price_has_currency', sql`${table.pricePerMwh} is null or ${table.currency} is not null`),
  ],
);
