import { sql } from 'drizzle-orm';
import { check, doublePrecision, foreignKey, index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { instant, plantType, primaryId, sortableText } from './columns.ts';
import { portfolios } from './portfolios.ts';

/**
 * Plants. The owner is repeated from the portfolio for the indexes' sake; the foreign key over both columns keeps it
 * true and makes moving a park to another organization's portfolio impossible.
 */
export const parks = pgTable(
  'parks',
  {
    id: primaryId(),
    organizationId: uuid('organization_id').notNull(),
    portfolioId: uuid('portfolio_id').notNull(),
    name: text('name').notNull(),
    nameKey: sortableText('name_key').notNull().generatedAlwaysAs(sql`lower(name)`),
    plantType: plantType('plant_type').notNull(),
    capacityKw: doublePrecision('capacity_kw').notNull(),
    /** Degrees, WGS 84. */
    latitude: doublePrecision('latitude'),
    longitude: doublePrecision('longitude'),
    /** IANA name. */
    timeZone: text('time_zone').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    foreignKey({
      name: 'parks_portfolio_of_organization_fk',
      columns: [table.portfolioId, table.organizationId],
      foreignColumns: [portfolios.id, portfolios.organizationId],
    }),
    unique('parks_id_organization_key').on(table.id, table.organizationId),
    index('parks_of_organization_idx').on(table.organizationId, table.nameKey, table.id),
    index('parks_of_portfolio_idx').on(table.portfolioId, table.nameKey, table.id),
    check('parks_name_length', sql`char_length(${table.name}) between 1 and 200`),
    // PostgreSQL orders NaN above every number: the upper bound refuses it, and infinity.
    check('parks_capacity_range', sql`${table.capacityKw} between 0 and 1e9`),
    check('parks_latitude_range', sql`${table.latitude} between -90 and 90`),
    check('parks_longitude_range', sql`${table.longitude} between -180 and 180`),
  ],
);
