/** Writes the trail (A1): one row for each organization concerned, in the transaction of the change. */
import type { Tx } from './client.ts';
import { newId } from './new-id.ts';
import { auditEvents } from './schema/audit-events.ts';

/** Who did it and from where; a command line has no address. */
export interface AuditActor {
  readonly userId: string | null;
  readonly name: string | null;
  /** The API token that acted for them. */
  readonly apiTokenId?: string | null;
  readonly requestId: string;
  readonly ipAddress: string | null;
}

/** What happened, in one organization's trail (null: no tenant's). `details` never holds a secret. */
export interface AuditRecord {
  readonly organizationId: string | null;
  /** A past-tense name such as `park.created`. */
  readonly action: string;
  /** The global id of what was changed. */
  readonly subjectId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly cooperationId?: string;
}

/** How many things one record names; their count is always there. */
export const NAMED_IN_AUDIT = 1_000;

/** Inserts `records` in one statement. */
export async function writeAudit(
  tx: Tx,
  actor: AuditActor,
  occurredAt: Date,
  records: readonly AuditRecord[],
): Promise<void> {
  await tx.insert(auditEvents).values(
    records.map((record) => ({
      ...record,
      id: newId(),
      occurredAt,
      actorUserId: actor.userId,
      actorName: actor.name,
      apiTokenId: actor.apiTokenId ?? null,
      requestId: actor.requestId,
      ipAddress: actor.ipAddress,
    })),
  );
}
