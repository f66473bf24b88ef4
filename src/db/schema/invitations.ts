import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, text, unique, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import {
  digest,
  instant,
  invitationStatus,
  invitationType,
  jobRole,
  language,
  organizationRole,
  primaryId,
} from './columns.ts';
import { cooperations } from './cooperations.ts';
import { organizations } from './organizations.ts';
import { parks } from './parks.ts';
import { portfolios } from './portfolios.ts';
import { users } from './users.ts';

/**
 * Invitations by mail: PLATFORM makes a customer, ORGANIZATION a colleague, COOPERATION a partner. The link's secret is derived from id
 * and rotation (identity/links.ts); only its hash is here. EXPIRED is no stored status: a pending one whose time is over.
 */
export const invitations = pgTable(
  'invitations',
  {
    id: primaryId(),
    type: invitationType('type').notNull(),
    /** Canonical. */
    email: text('email').notNull(),
    status: invitationStatus('status').notNull().default('PENDING'),
    /** Who invites: the organization to join, or the initiator of a cooperation; null for PLATFORM. */
    organizationId: uuid('organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    /** Null once it is declined or revoked: nothing is left of the cooperation then (C3). */
    cooperationId: uuid('cooperation_id').references(() => cooperations.id, { onDelete: 'set null' }),
    /** The role to join with; of an ORGANIZATION invitation alone. */
    role: organizationRole('role'),
    label: text('label'),
    language: language('language').notNull(),
    invitedById: uuid('invited_by_id')
      .notNull()
      .references(() => users.id),
    /** How often it was sent again: each time the earlier link goes dead (I1). */
    rotation: integer('rotation').notNull().default(0),
    tokenHash: digest('token_hash').notNull().unique('invitations_token_hash_key'),
    createdAt: instant('created_at').notNull(),
    sentAt: instant('sent_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    /** When it was accepted, declined or revoked. */
    settledAt: instant('settled_at'),
    acceptedById: uuid('accepted_by_id').references(() => users.id, { onDelete: 'set null' }),
  },
  (table) => [
    // I3: one open invitation for each address and organization; a platform invitation has no organization.
    uniqueIndex('invitations_one_open')
      .on(
        table.type,
        sql`coalesce(${table.organizationId}, '00000000-0000-0000-0000-000000000000'::uuid)`,
        table.email,
      )
      .where(sql`${table.status} = 'PENDING'`),
    index('invitations_of_organization_idx').on(table.organizationId, table.createdAt, table.id),
    index('invitations_email_idx').on(table.email),
    index('invitations_cooperation_idx').on(table.cooperationId),
    check(
      'invitations_fit_their_type',
      sql`(${table.type} = 'PLATFORM') = (${table.organizationId} is null)
        and (${table.type} = 'ORGANIZATION') = (${table.role} is not null)
        and (${table.cooperationId} is null or ${table.type} = 'COOPERATION')
        and (${table.cooperationId} is not null or ${table.type} <> 'COOPERATION' or ${table.status} <> 'PENDING')`,
    ),
    // M5.
    check('invitations_external_has_label', sql`${table.role} <> 'EXTERNAL' or ${table.label} is not null`),
    check('invitations_label_length', sql`char_length(${table.label}) between 1 and 100`),
    check('invitations_settled', sql`(${table.status} = 'PENDING') = (${table.settledAt} is null)`),
  ],
);

/** Grants that take effect at acceptance (G5), at most one each on a resource. */
export const invitationGrants = pgTable(
  'invitation_grants',
  {
    id: primaryId(),
    invitationId: uuid('invitation_id')
      .notNull()
      .references(() => invitations.id, { onDelete: 'cascade' }),
    portfolioId: uuid('portfolio_id').references(() => portfolios.id, { onDelete: 'cascade' }),
    parkId: uuid('park_id').references(() => parks.id, { onDelete: 'cascade' }),
    role: jobRole('role').notNull(),
    expiresAt: instant('expires_at'),
    /** Whose right to give it is asked again at acceptance (G1). */
    grantedById: uuid('granted_by_id')
      .notNull()
      .references(() => users.id),
  },
  (table) => [
    unique('invitation_grants_one_per_portfolio').on(table.invitationId, table.portfolioId),
    unique('invitation_grants_one_per_park').on(table.invitationId, table.parkId),
    check('invitation_grants_one_resource', sql`num_nonnulls(${table.portfolioId}, ${table.parkId}) = 1`),
  ],
);
