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

/** Instants as one parameter. */
export const instantArray = (instants: readonly Date[]): SQL =>
  sql`${`{${instants.map((at) => at.toISOString()).join(',')}}`}::timestamptz[]`;

/** Finite numbers as one parameter. */
export const numberArray = (numbers: readonly number[]): SQL => sql`${`{${numbers.join(',')}}`}::float8[]`;

/** Texts as one parameter, whatever is in them. */
export const textArray = (texts: readonly string[]): SQL =>
  sql`${`{${texts.map((text) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`).join(',')}}`}::text[]`;
