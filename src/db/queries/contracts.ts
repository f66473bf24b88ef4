/** The rows of contracts, and what creating, changing and deleting one writes. */
import { eq, sql } from 'drizzle-orm';
import type { ResourceRef } from '../../authz/facts.ts';
import type { Tx } from '../client.ts';
import { contracts } from '../schema/contracts.ts';
import { dateOf, type ListSource, type SortKey, textOf } from './keyset.ts';
import { PARK_OF_RECORD_COLUMNS, parkOfRecord } from './resources.ts';

type Stored = typeof contracts.$inferSelect;

/** What a contract says. */
export type ContractTerms = Readonly<
  Pick<Stored, 'title' | 'counterparty' | 'startsOn' | 'endsOn' | 'pricePerMwh' | 'currency'>
>;

export interface ContractRow extends ContractTerms {
  readonly id: string;
  /** The park it is about, for the decision. */
  readonly park: ResourceRef;
}

export const CONTRACTS: ListSource<ContractRow> = {
  columns: sql`k.id, k.park_id, k.title, k.counterparty, k.starts_on, k.ends_on, k.price_per_mwh, k.currency, ${PARK_OF_RECORD_COLUMNS}`,
  from: sql`contracts k join parks p on p.id = k.park_id`,
  id: sql`k.id`,
  alias: 'k',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    title: textOf(raw['title']),
    counterparty: textOf(raw['counterparty']),
    startsOn: dateOf(raw['starts_on']) as Date,
    endsOn: dateOf(raw['ends_on']),
    pricePerMwh: raw['price_per_mwh'] as number | null,
    currency: raw['currency'] as string | null,
    park: parkOfRecord(raw),
  }),
};

export const CONTRACT_START: SortKey = { expression: sql`k.starts_on`, type: 'timestamptz' };

export async function insertContract(tx: Tx, row: typeof contracts.$inferInsert): Promise<void> {
  await tx.insert(contracts).values(row);
}

export async function updateContractRow(tx: Tx, id: string, changes: Partial<ContractTerms>): Promise<void> {
  await tx.update(contracts).set(changes).where(eq(contracts.id, id));
}

export async function deleteContractRow(tx: Tx, id: string): Promise<void> {
  await tx.delete(contracts).where(eq(contracts.id, id));
}
