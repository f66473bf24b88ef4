import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { accountLinkKind, digest, instant, language, primaryId } from './columns.ts';
import { invitations } from './invitations.ts';
import { users } from './users.ts';

/**
 * Links to an account's owner: to verify the address of a new account, to confirm a new address, to reset a password. Of the latter two
 * an account has one each: a newer one replaces it. Each registration has a link of its own, which brings what was registered: the link
 * that the owner of the address follows decides, and no other. Secrets as in `invitations`; a row goes when its link is used.
 */
export const accountLinks = pgTable(
  'account_links',
  {
    id: primaryId(),
    kind: accountLinkKind('kind').notNull(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The address it was sent to, canonical; of an EMAIL_CHANGE the new one. */
    email: text('email').notNull(),
    rotation: integer('rotation').notNull().default(0),
    tokenHash: digest('token_hash').notNull().unique('account_links_token_hash_key'),
    expiresAt: instant('expires_at').notNull(),
    createdAt: instant('created_at').notNull(),
    /** What was registered; of a VERIFICATION alone. */
    name: text('name'),
    passwordHash: text('password_hash'),
    language: language('language'),
    /** What a verified address accepts by itself: the invitation that the account was registered with. */
    invitationId: uuid('invitation_id').references(() => invitations.id, { onDelete: 'set null' }),
  },
  (table) => [
    uniqueIndex('account_links_one_of_each')
      .on(table.userId, table.kind)
      .where(sql`${table.kind} <> 'VERIFICATION'`),
    index('account_links_user_idx').on(table.userId),
    check(
      'account_links_registration',
      sql`num_nonnulls(${table.name}, ${table.passwordHash}, ${table.language}) = case when ${table.kind} = 'VERIFICATION' then 3 else 0 end`,
    ),
    check(
      'account_links_invitation_on_verification',
      sql`${table.invitationId} is null or ${table.kind} = 'VERIFICATION'`,
    ),
  ],
);
