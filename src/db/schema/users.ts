import { sql } from 'drizzle-orm';
import { check, pgTable, text } from 'drizzle-orm/pg-core';
import { instant, language, primaryId, systemRole } from './columns.ts';

/** Accounts. `email` is stored in its canonical form (identity/email.ts), so that one address is one account. */
export const users = pgTable(
  'users',
  {
    id: primaryId(),
    email: text('email').notNull().unique('users_email_key'),
    name: text('name').notNull(),
    /** Argon2id, in PHC string format; null until a password is set. */
    passwordHash: text('password_hash'),
    language: language('language').notNull().default('EN'),
    systemRole: systemRole('system_role').notNull().default('USER'),
    suspendedAt: instant('suspended_at'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [check('users_name_length', sql`char_length(${table.name}) between 1 and 200`)],
);
