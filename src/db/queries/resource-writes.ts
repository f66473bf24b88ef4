/** The writes of portfolios, parks and components; each is called inside a command's transaction. */
import { eq } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import { components } from '../schema/components.ts';
import { parks } from '../schema/parks.ts';
import { portfolios } from '../schema/portfolios.ts';

type Changes<Table extends { $inferInsert: object }> = Partial<Omit<Table['$inferInsert'], 'id'>>;

export async function insertPortfolio(tx: Tx, row: typeof portfolios.$inferInsert): Promise<void> {
  await tx.insert(portfolios).values(row);
}

export async function updatePortfolioRow(
  tx: Tx,
  id: string,
  changes: Changes<typeof portfolios>,
): Promise<void> {
  await tx.update(portfolios).set(changes).where(eq(portfolios.id, id));
}

/** Fails on the foreign key of parks while the portfolio holds one. */
export async function deletePortfolioRow(tx: Tx, id: string): Promise<void> {
  await tx.delete(portfolios).where(eq(portfolios.id, id));
}

/** Rows a statement, so that its parameters stay below PostgreSQL's 65,535. */
const CHUNK = 2_000;

/** Inserts parks, telling `onProgress` how many are stored so far. */
export async function insertParks(
  tx: Tx,
  rows: readonly (typeof parks.$inferInsert)[],
  onProgress?: (stored: number) => void,
): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK) {
    const chunk = rows.slice(start, start + CHUNK);
    await tx.insert(parks).values(chunk);
    onProgress?.(start + chunk.length);
  }
}

export async function updateParkRow(tx: Tx, id: string, changes: Changes<typeof parks>): Promise<void> {
  await tx.update(parks).set(changes).where(eq(parks.id, id));
}

export async function deleteParkRow(tx: Tx, id: string): Promise<void> {
  await tx.delete(parks).where(eq(parks.id, id));
}

export async function insertComponent(tx: Tx, row: typeof components.$inferInsert): Promise<void> {
  await tx.insert(components).values(row);
}

export async function updateComponentRow(
  tx: Tx,
  id: string,
  changes: Changes<typeof components>,
): Promise<void> {
  await tx.update(components).set(changes).where(eq(components.id, id));
}

/** Its descendants go with it. */
export async function deleteComponentRow(tx: Tx, id: string): Promise<void> {
  await tx.delete(components).where(eq(components.id, id));
}
