import { sql } from 'drizzle-orm';
import { check, index, pgTable, unique, uuid } from 'drizzle-orm/pg-core';
import { instant, jobRole, primaryId } from './columns.ts';
import { cooperations } from './cooperations.ts';
import { memberships } from './memberships.ts';
import { parks } from './parks.ts';
import { portfolios } from './portfolios.ts';
import { users } from './users.ts';

/** Job roles given to one member on one resource, at most one each (G3). Delegated ones name their cooperation and end with it. */
export const grants = pgTable(
  'grants',
  {
    id: primaryId(),
    membershipId: uuid('membership_id')
      .notNull()
      .references(() => memberships.id, { onDelete: 'cascade' }),
    portfolioId: uuid('portfolio_id').references(() => portfolios.id, { onDelete: 'cascade' }),
    parkId: uuid('park_id').references(() => parks.id, { onDelete: 'cascade' }),
    role: jobRole('role').notNull(),
    expiresAt: instant('expires_at'),
    cooperationId: uuid('cooperation_id').references(() => cooperations.id, { onDelete: 'cascade' }),
    grantedById: uuid('granted_by_id').references(() => users.id, { onDelete: 'set null' }),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    unique('grants_one_per_portfolio').on(table.membershipId, table.portfolioId),
    unique('grants_one_per_park').on(table.membershipId, table.parkId),
    index('grants_portfolio_idx').on(table.portfolioId),
    index('grants_park_idx').on(table.parkId),
    index('grants_cooperation_idx').on(table.cooperationId),
    check('grants_one_resource', sql`num_nonnulls(${table.portfolioId}, ${table.parkId}) = 1`),
    check(
      'grants_delegated_never_operator',
      sql`${table.cooperationId} is null or ${table.role} <> 'OPERATOR'`,
    ),
  ],
);
