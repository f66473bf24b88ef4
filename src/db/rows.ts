import { type SQL, sql } from 'drizzle-orm';

/** The rows of `execute`: PGlite wraps them in an object, postgres.js does not. */
export function rowsOf<Row>(result: unknown): Row[] {
  return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[];
}

/**
 * A list of ids as one parameter: the statement stays the same for any number of them. The parameter itself is the array; a
 * cast from text would be made anew for every row that is compared.
 */
export const uuidArray = (ids: readonly string[]): SQL => sql`${`{${ids.join(',')}}`}::uuid[]`;
