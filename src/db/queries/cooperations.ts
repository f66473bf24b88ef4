/** The rows of cooperations with their sides, and what their life writes. */
import { and, eq, isNull, sql } from 'drizzle-orm';
import type { CooperationFact } from '../../authz/facts.ts';
import type { Tx } from '../client.ts';
import { rowsOf } from '../rows.ts';
import { cooperations } from '../schema/cooperations.ts';
import { invitations } from '../schema/invitations.ts';
import { organizations } from '../schema/organizations.ts';
import { dateOf, type ListSource, type SortKey, textOf } from './keyset.ts';

/** A cooperation with the names of its sides: one join spares every list two statements. */
export interface CooperationRow {
  readonly id: string;
  readonly initiator: { readonly id: string; readonly name: string };
  readonly partner: {
    readonly id: string;
    readonly name: string;
    readonly identifier: string;
    /** Invited by address: nobody is in it, and its name is that address (C3). */
    readonly placeholder: boolean;
  };
  /** Who invited by identifier. */
  readonly invitedById: string | null;
  readonly paused: boolean;
  readonly purpose: string | null;
  readonly expiresAt: Date | null;
  readonly createdAt: Date;
  readonly acceptedAt: Date | null;
}

export const COOPERATIONS: ListSource<CooperationRow> = {
  columns: sql`c.id, c.invited_by_id, c.paused, c.purpose, c.expires_at, c.created_at, c.accepted_at,
    a.id as initiator_id, a.name as initiator_name, b.id as partner_id, b.name as partner_name,
    b.identifier as partner_identifier, b.placeholder as partner_placeholder`,
  from: sql`cooperations c join organizations a on a.id = c.initiator_id join organizations b on b.id = c.partner_id`,
  id: sql`c.id`,
  alias: 'c',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    initiator: { id: textOf(raw['initiator_id']), name: textOf(raw['initiator_name']) },
    partner: {
      id: textOf(raw['partner_id']),
      name: textOf(raw['partner_name']),
      identifier: textOf(raw['partner_identifier']),
      placeholder: raw['partner_placeholder'] as boolean,
    },
    invitedById: raw['invited_by_id'] as string | null,
    paused: raw['paused'] as boolean,
    purpose: raw['purpose'] as string | null,
    expiresAt: dateOf(raw['expires_at']),
    createdAt: dateOf(raw['created_at']) as Date,
    acceptedAt: dateOf(raw['accepted_at']),
  }),
};

export const COOPERATION_AGE: SortKey = { expression: sql`c.created_at`, type: 'timestamptz' };

/** A cooperation's row as the kernel knows it. */
export const cooperationFact = (
  row: Pick<CooperationRow, 'id' | 'acceptedAt' | 'paused' | 'expiresAt'>,
): CooperationFact => ({
  id: row.id,
  accepted: row.acceptedAt !== null,
  paused: row.paused,
  expiresAt: row.expiresAt?.getTime() ?? null,
});

/** The organization that a partner calls by its identifier (C4); placeholders are not found. */
export async function organizationByIdentifier(tx: Tx, identifier: string): Promise<string | null> {
  const [row] = await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(and(eq(organizations.identifier, identifier), eq(organizations.placeholder, false)));
  return row?.id ?? null;
}

export async function insertCooperation(tx: Tx, row: typeof cooperations.$inferInsert): Promise<void> {
  await tx.insert(cooperations).values(row);
}

export async function updateCooperationRow(
  tx: Tx,
  id: string,
  changes: Partial<Pick<typeof cooperations.$inferInsert, 'paused' | 'purpose' | 'expiresAt'>>,
): Promise<void> {
  await tx.update(cooperations).set(changes).where(eq(cooperations.id, id));
}

/** Takes the invitation to a pending cooperation back. */
export async function revokeInvitationTo(tx: Tx, cooperationId: string, settledAt: Date): Promise<void> {
  await tx
    .update(invitations)
    .set({ status: 'REVOKED', settledAt })
    .where(and(eq(invitations.cooperationId, cooperationId), eq(invitations.status, 'PENDING')));
}

/** The partner that a pending cooperation waits for: a placeholder, if it was invited by address (C3). */
export async function pendingPartnerOf(tx: Tx, cooperationId: string): Promise<string | null> {
  const [row] = await tx
    .select({ partnerId: cooperations.partnerId })
    .from(cooperations)
    .where(and(eq(cooperations.id, cooperationId), isNull(cooperations.acceptedAt)));
  return row?.partnerId ?? null;
}

/** Whether two organizations have a cooperation, pending or accepted (C1), other than this one. */
export async function haveCooperation(
  tx: Tx,
  one: string,
  other: string,
  exceptId: string | null = null,
): Promise<boolean> {
  const result = await tx.execute(sql`
    select 1 from cooperations c
    where least(c.initiator_id, c.partner_id) = least(${one}::uuid, ${other}::uuid)
      and greatest(c.initiator_id, c.partner_id) = greatest(${one}::uuid, ${other}::uuid)
      and c.id is distinct from ${exceptId}::uuid`);
  return rowsOf(result).length > 0;
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
