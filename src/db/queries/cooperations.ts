/** What accepting a cooperation reads and writes; the rest of its life is not here yet. */
import { and, eq, isNull, ne, or } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import { cooperations } from '../schema/cooperations.ts';

/** The partner that a pending cooperation waits for: a placeholder, if it was invited by address (C3). */
export async function pendingPartnerOf(tx: Tx, cooperationId: string): Promise<string | null> {
  const [row] = await tx
    .select({ partnerId: cooperations.partnerId })
    .from(cooperations)
    .where(and(eq(cooperations.id, cooperationId), isNull(cooperations.acceptedAt)));
  return row?.partnerId ?? null;
}

/** Whether two organizations have another cooperation than this one, pending or accepted (C1). */
export async function haveOtherCooperation(
  tx: Tx,
  cooperationId: string,
  one: string,
  other: string,
): Promise<boolean> {
  const rows = await tx
    .select({ id: cooperations.id })
    .from(cooperations)
    .where(
      and(
        ne(cooperations.id, cooperationId),
        or(
          and(eq(cooperations.initiatorId, one), eq(cooperations.partnerId, other)),
          and(eq(cooperations.initiatorId, other), eq(cooperations.partnerId, one)),
        ),
      ),
    );
  return rows.length > 0;
}

/** Makes a pending cooperation active between its initiator and `partnerId`. */
export async function activateCooperation(
  tx: Tx,
  cooperationId: string,
  partnerId: string,
  acceptedAt: Date,
): Promise<void> {
  await tx.update(cooperations).set({ partnerId, acceptedAt }).where(eq(cooperations.id, cooperationId));
}
