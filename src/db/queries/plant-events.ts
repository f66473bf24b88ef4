/** The rows of events, which of them a list holds, and what recording, acknowledging and deleting one writes. */
import { eq, type SQL, sql } from 'drizzle-orm';
import type { ResourceRef } from '../../authz/facts.ts';
import type { Tx } from '../client.ts';
import { plantEvents } from '../schema/plant-events.ts';
import { dateOf, type ListSource, type SortKey, textOf } from './keyset.ts';
import { PARK_OF_RECORD_COLUMNS, parkOfRecord } from './resources.ts';

type Stored = typeof plantEvents.$inferSelect;

export interface PlantEventRow
  extends Readonly<Pick<Stored, 'id' | 'componentId' | 'severity' | 'message' | 'occurredAt'>> {
  readonly acknowledgedAt: Date | null;
  /** The park it happened in, for the decision. */
  readonly park: ResourceRef;
}

export const PLANT_EVENTS: ListSource<PlantEventRow> = {
  columns: sql`e.id, e.park_id, e.component_id, e.severity, e.message, e.occurred_at, e.acknowledged_at, ${PARK_OF_RECORD_COLUMNS}`,
  from: sql`plant_events e join parks p on p.id = e.park_id`,
  id: sql`e.id`,
  alias: 'e',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    componentId: raw['component_id'] as string | null,
    severity: raw['severity'] as Stored['severity'],
    message: textOf(raw['message']),
    occurredAt: dateOf(raw['occurred_at']) as Date,
    acknowledgedAt: dateOf(raw['acknowledged_at']),
    park: parkOfRecord(raw),
  }),
};

export const OCCURRENCE: SortKey = { expression: sql`e.occurred_at`, type: 'timestamptz' };

/** Conditions on `plant_events e`. */
export const EVENTS_WHERE = {
  severityIn: (severities: readonly Stored['severity'][]): SQL =>
    sql`e.severity = any(${`{${[...new Set(severities)].join(',')}}`}::event_severity[])`,
  acknowledged: (acknowledged: boolean): SQL =>
    acknowledged ? sql`e.acknowledged_at is not null` : sql`e.acknowledged_at is null`,
  /** A malformed or foreign id matches nothing, as an absent one does (V1). */
  ofComponent: (id: string | null): SQL => (id === null ? sql`false` : sql`e.component_id = ${id}::uuid`),
  since: (from: Date): SQL => sql`e.occurred_at >= ${from.toISOString()}::timestamptz`,
  before: (to: Date): SQL => sql`e.occurred_at < ${to.toISOString()}::timestamptz`,
} as const;

export async function insertEvent(tx: Tx, row: typeof plantEvents.$inferInsert): Promise<void> {
  await tx.insert(plantEvents).values(row);
}

export async function acknowledgeEventRow(tx: Tx, id: string, acknowledgedAt: Date): Promise<void> {
  await tx.update(plantEvents).set({ acknowledgedAt }).where(eq(plantEvents.id, id));
}

export async function deleteEventRow(tx: Tx, id: string): Promise<void> {
  await tx.delete(plantEvents).where(eq(plantEvents.id, id));
}
