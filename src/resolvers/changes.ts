/** The fields of `changes` whose value differs from the row's, as before and after; what is undefined stays. */
export function changedFields<Row extends object>(row: Row, changes: Partial<Row>) {
  const before: Partial<Row> = {};
  const after: Partial<Row> = {};
  for (const key of Object.keys(changes) as (keyof Row)[]) {
    if (changes[key] === undefined || isSame(changes[key], row[key])) continue;
    before[key] = row[key];
    after[key] = changes[key] as Row[keyof Row];
  }
  return { before, after, none: Object.keys(after).length === 0 };
}

/** Instants are the same by their time. */
const isSame = (a: unknown, b: unknown): boolean =>
  a === b || (a instanceof Date && b instanceof Date && a.getTime() === b.getTime());
