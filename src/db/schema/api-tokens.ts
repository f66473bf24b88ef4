import { sql } from 'drizzle-orm';
import { boolean, check, index, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { digest, instant, permissionGroup, primaryId } from './columns.ts';
import { memberships } from './memberships.ts';
import { parks } from './parks.ts';
import { portfolios } from './portfolios.ts';

/** API tokens, tied to a membership and ended with it (M6). Only the hash of the secret is here (T1). */
export const apiTokens = pgTable(
  'api_tokens',
  {
    id: primaryId(),
    membershipId: uuid('membership_id')
      .notNull()
      .references(() => memberships.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    permissionGroup: permissionGroup('permission_group').notNull(),
    /** Whether it reaches no more than `api_token_scopes` names, which may be nothing any more (T3). */
    scoped: boolean('scoped').notNull(),
    tokenHash: digest('token_hash').notNull().unique('api_tokens_token_hash_key'),
    /** The first characters of the secret, to recognise it by. */
    hint: text('hint').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [
    index('api_tokens_of_member_idx').on(table.membershipId, table.createdAt, table.id),
    check('api_tokens_name_length', sql`char_length(${table.name}) between 1 and 100`),
  ],
);

/** What a scoped token reaches: portfolios, with whatever parks they hold by then, and parks. What is deleted drops out. */
export const apiTokenScopes = pgTable(
  'api_token_scopes',
  {
    id: primaryId(),
    tokenId: uuid('token_id')
      .notNull()
      .references(() => apiTokens.id, { onDelete: 'cascade' }),
    portfolioId: uuid('portfolio_id').references(() => portfolios.id, { onDelete: 'cascade' }),
    parkId: uuid('park_id').references(() => parks.id, { onDelete: 'cascade' }),
  },
  (table) => [
    unique('api_token_scopes_one_per_portfolio').on(table.tokenId, table.portfolioId),
    unique('api_token_scopes_one_per_park').on(table.tokenId, table.parkId),
    index('api_token_scopes_portfolio_idx').on(table.portfolioId),
    index('api_token_scopes_park_idx').on(table.parkId),
    check('api_token_scopes_one_resource', sql`num_nonnulls(${table.portfolioId}, ${table.parkId}) = 1`),
  ],
);
