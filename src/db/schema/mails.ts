import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';
import { instant, language, linkKind, mailStatus, mailTemplate, primaryId } from './columns.ts';

/**
 * The queue: filled in the transaction of the command, drained by the worker (identity/mail). It holds template and parameters, never a
 * secret: the link is derived from kind, id and rotation when the mail is made.
 */
export const mails = pgTable(
  'mails',
  {
    id: primaryId(),
    template: mailTemplate('template').notNull(),
    language: language('language').notNull(),
    recipient: text('recipient').notNull(),
    params: jsonb('params').$type<Readonly<Record<string, string>>>().notNull(),
    linkKind: linkKind('link_kind'),
    linkId: uuid('link_id'),
    linkRotation: integer('link_rotation'),
    status: mailStatus('status').notNull().default('QUEUED'),
    attempts: integer('attempts').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    /** When it may be tried next; while it is being sent, when another worker may take it over. */
    dueAt: instant('due_at').notNull(),
    sentAt: instant('sent_at'),
    /** What the last attempt that failed was told, cut. */
    lastError: text('last_error'),
  },
  (table) => [
    index('mails_due_idx').on(table.dueAt, table.id).where(sql`${table.status} = 'QUEUED'`),
    check(
      'mails_link_complete',
      sql`num_nonnulls(${table.linkKind}, ${table.linkId}, ${table.linkRotation}) in (0, 3)`,
    ),
    check('mails_sent', sql`(${table.status} = 'SENT') = (${table.sentAt} is not null)`),
  ],
);
