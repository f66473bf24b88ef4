import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { instant, primaryId } from './columns.ts';
import { organizations } from './organizations.ts';
import { users } from './users.ts';

/** Links between exactly two organizations, at most one for each pair (C1). Pending until `accepted_at`. */
export const cooperations = pgTable(
  'cooperations',
  {
    id: primaryId(),
    initiatorId: uuid('initiator_id')
      .notNull()
      .references(() => organizations.id),
    partnerId: uuid('partner_id')
      .notNull()
      .references(() => organizations.id),
    /** Who invited by identifier, and is asked again at acceptance (I3); of one by address its invitation tells. */
    invitedById: uuid('invited_by_id').references(() => users.id, { onDelete: 'set null' }),
    paused: boolean('paused').notNull().default(false),
    purpose: text('purpose'),
    expiresAt: instant('expires_at'),
    acceptedAt: instant('accepted_at'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('cooperations_one_per_pair').on(
      sql`least(${table.initiatorId}, ${table.partnerId})`,
      sql`greatest(${table.initiatorId}, ${table.partnerId})`,
    ),
    index('cooperations_initiator_idx').on(table.initiatorId),
    index('cooperations_partner_idx').on(table.partnerId),
    check('cooperations_not_with_oneself', sql`${table.initiatorId} <> ${table.partnerId}`),
    check('cooperations_purpose_length', sql`char_length(${table.purpose}) between 1 and 500`),
    // While it is pending nothing can be paused (C2).
    check('cooperations_pending_not_paused', sql`${table.acceptedAt} is not null or not ${table.paused}`),
  ],
);
