import { sql } from 'drizzle-orm';
import { check, foreignKey, index, pgTable, unique, uuid } from 'drizzle-orm/pg-core';
import { instant, jobRole, primaryId } from './columns.ts';
import { cooperations } from './cooperations.ts';
import { organizations } from './organizations.ts';
import { parks } from './parks.ts';
import { portfolios } from './portfolios.ts';

/**
 * Ceilings: what the owner of a resource gives the other side of a cooperation. The foreign keys over resource and owner
 * make sharing what one does not own impossible (S1, P7); the trigger shares_between_partners holds both to the cooperation.
 */
export const shares = pgTable(
  'shares',
  {
    id: primaryId(),
    cooperationId: uuid('cooperation_id')
      .notNull()
      .references(() => cooperations.id, { onDelete: 'cascade' }),
    ownerId: uuid('owner_id').notNull(),
    recipientId: uuid('recipient_id')
      .notNull()
      .references(() => organizations.id),
    portfolioId: uuid('portfolio_id'),
    parkId: uuid('park_id'),
    role: jobRole('role').notNull(),
    expiresAt: instant('expires_at'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    foreignKey({
      name: 'shares_portfolio_of_owner_fk',
      columns: [table.portfolioId, table.ownerId],
      foreignColumns: [portfolios.id, portfolios.organizationId],
    }).onDelete('cascade'),
    foreignKey({
      name: 'shares_park_of_owner_fk',
      columns: [table.parkId, table.ownerId],
      foreignColumns: [parks.id, parks.organizationId],
    }).onDelete('cascade'),
    unique('shares_one_per_portfolio').on(table.cooperationId, table.portfolioId),
    unique('shares_one_per_park').on(table.cooperationId, table.parkId),
    index('shares_recipient_idx').on(table.recipientId),
    index('shares_portfolio_idx').on(table.portfolioId),
    index('shares_park_idx').on(table.parkId),
    check('shares_one_resource', sql`num_nonnulls(${table.portfolioId}, ${table.parkId}) = 1`),
    check('shares_never_operator', sql`${table.role} in ('VIEWER', 'TOM', 'COM', 'NONE')`),
    check('shares_none_only_on_park', sql`${table.role} <> 'NONE' or ${table.parkId} is not null`),
  ],
);
