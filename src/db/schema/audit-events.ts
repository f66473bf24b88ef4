import { index, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, primaryId } from './columns.ts';

/**
 * The trail (A1): written in the transaction of the change, one row for each organization concerned. No foreign keys:
 * a record outlives what it speaks of, and the actor stays named.
 */
export const auditEvents = pgTable(
  'audit_events',
  {
    id: primaryId(),
    /** Null for what belongs to no tenant. */
    organizationId: uuid('organization_id'),
    occurredAt: instant('occurred_at').notNull(),
    action: text('action').notNull(),
    actorUserId: uuid('actor_user_id'),
    actorName: text('actor_name'),
    /** The API token that acted for the actor. */
    apiTokenId: uuid('api_token_id'),
    cooperationId: uuid('cooperation_id'),
    /** The global id of what was changed. */
    subjectId: text('subject_id'),
    details: jsonb('details').notNull(),
    requestId: text('request_id').notNull(),
    ipAddress: text('ip_address'),
  },
  (table) => [index('audit_events_organization_idx').on(table.organizationId, table.occurredAt, table.id)],
);
