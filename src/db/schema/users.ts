import { sql } from 'drizzle-orm';
import { check, index, pgTable, text } from 'drizzle-orm/pg-core';
import { instant, language, primaryId, sortableText, systemRole } from './columns.ts';

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
    /** When the owner of the address was proved; until then nobody signs in. */
    verifiedAt: instant('verified_at'),
    /** When its owner deleted it: nothing of them is left but the id that records name. */
    deletedAt: instant('deleted_at'),
    /** What lists order and search by. */
    nameKey: sortableText('name_key').notNull().generatedAlwaysAs(sql`lower(name)`),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('users_by_name_idx').on(table.nameKey, table.id),
    check('users_name_length', sql`char_length(${table.name}) between 1 and 200`),
  ],
);
