import { index, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { digest, instant, primaryId } from './columns.ts';
import { users } from './users.ts';

/** Sign-ins. Only the SHA-256 of the token is stored: a dump of the database signs nobody in. */
export const sessions = pgTable(
  'sessions',
  {
    id: primaryId(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: digest('token_hash').notNull().unique('sessions_token_hash_key'),
    createdAt: instant('created_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
  },
  (table) => [index('sessions_user_id_idx').on(table.userId)],
);
