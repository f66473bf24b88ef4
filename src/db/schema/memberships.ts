import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, organizationRole, primaryId } from './columns.ts';
import { organizations } from './organizations.ts';
import { users } from './users.ts';

/** Who is in which organization; a user is in at most one (M4). */
export const memberships = pgTable(
  'memberships',
  {
    id: primaryId(),
    userId: uuid('user_id')
      .notNull()
      .unique('memberships_one_per_user')
      .references(() => users.id, { onDelete: 'cascade' }),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id),
    role: organizationRole('role').notNull(),
    label: text('label'),
    /** False while paused. */
    active: boolean('active').notNull().default(true),
    expiresAt: instant('expires_at'),
    joinedAt: instant('joined_at').notNull(),
  },
  (table) => [
    index('memberships_organization_id_idx').on(table.organizationId),
    // M5.
    check('memberships_external_has_label', sql`${table.role} <> 'EXTERNAL' or ${table.label} is not null`),
    check('memberships_label_length', sql`char_length(${table.label}) between 1 and 100`),
  ],
);
