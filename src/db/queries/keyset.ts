/** Lists by keyset: the pages of many parents in one statement, each page found through an index, never by offset. */
import { type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import { rowsOf, uuidArray } from '../rows.ts';

/** A place in a list: the value ordered by, as text, and the id that breaks ties. */
export interface Position {
  readonly key: string;
  readonly id: string;
}

/** Which part of each parent's list is wanted. */
export interface PageRequest {
  readonly size: number;
  /** From the end of the list. */
  readonly backward: boolean;
  readonly after: Position | null;
  readonly before: Position | null;
}

/** What a list is ordered by: an expression, and the type that its text form is cast to. */
export interface SortKey {
  readonly expression: SQL;
  readonly type: 'text' | 'float8' | 'timestamptz';
}

export interface Order {
  /** Names the key in cursors. */
  readonly name: string;
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Where a list's rows come from. */
export interface ListSource<Row> {
  readonly columns: SQL;
  readonly from: SQL;
  readonly id: SQL;
  /** The alias of the table whose rows they are. */
  readonly alias: string;
  readonly toRow: (raw: RawRow) => Row;
}

/** A row as both drivers give it: numbers as numbers, instants as text. */
export type RawRow = Readonly<Record<string, unknown>>;

export const textOf = (value: unknown): string => value as string;

/** An instant of a raw row. */
export const dateOf = (value: unknown): Date | null => (value === null ? null : new Date(value as string));

export interface Page<Row> {
  readonly rows: readonly { readonly row: Row; readonly position: Position }[];
  /** Whether more lies beyond, in the direction of reading. */
  readonly hasMore: boolean;
}

/** What one list of each parent holds: `parent` refers to `scope.id`, the parent's id. */
export interface ListQuery<Row> {
  readonly source: ListSource<Row>;
  readonly parent: SQL;
  readonly where: SQL;
}

const beyond = (id: SQL, key: SortKey, operator: '<' | '>', position: Position | null): SQL => {
  if (!position) return sql``;
  const value = sql`${position.key}::text::${sql.raw(key.type)}`;
  return sql` and (${key.expression}, ${id}) ${sql.raw(operator)} (${value}, ${position.id}::uuid)`;
};

/** The wanted page of every parent's list, by parent id: one statement for all of them. */
export async function fetchPages<Row>(
  tx: Tx,
  { source, parent, where }: ListQuery<Row>,
  { key, descending }: Order,
  page: PageRequest,
  parentIds: readonly string[],
): Promise<ReadonlyMap<string, Page<Row>>> {
  const [ahead, behind] = descending ? (['<', '>'] as const) : (['>', '<'] as const);
  const direction = sql.raw(descending === page.backward ? 'asc' : 'desc');
  const result = await tx.execute(sql`
    select scope.id as scope_id, page.*
    from unnest(${uuidArray(parentIds)}) as scope(id)
    cross join lateral (
      select ${source.columns}, (${key.expression})::text as sort_text, ${key.expression} as sort_key, ${source.id} as sort_id
      from ${source.from}
      where ${parent} and ${where}${beyond(source.id, key, ahead, page.after)}${beyond(source.id, key, behind, page.before)}
      order by ${key.expression} ${direction}, ${source.id} ${direction}
      limit ${page.size + 1}
    ) page
    order by page.sort_key ${direction}, page.sort_id ${direction}`);
  const pages = new Map<string, { row: Row; position: Position }[]>(parentIds.map((id) => [id, []]));
  for (const raw of rowsOf<RawRow>(result)) {
    const position = { key: raw['sort_text'] as string, id: raw['sort_id'] as string };
    pages.get(raw['scope_id'] as string)?.push({ row: source.toRow(raw), position });
  }
  return new Map(
    [...pages].map(([id, rows]) => {
      const hasMore = rows.length > page.size;
      if (hasMore) rows.pop();
      return [id, { rows: page.backward ? rows.reverse() : rows, hasMore }];
    }),
  );
}

/** How many rows every parent's list holds, by parent id: one statement for all of them. */
export async function countRows(
  tx: Tx,
  { source, parent, where }: ListQuery<unknown>,
  parentIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const result = await tx.execute(sql`
    select scope.id as scope_id,
      (select count(*)::int from ${source.from} where ${parent} and ${where}) as total
    from unnest(${uuidArray(parentIds)}) as scope(id)`);
  return new Map(rowsOf<{ scope_id: string; total: number }>(result).map((row) => [row.scope_id, row.total]));
}

/** The row with this id as it is once no other transaction changes it; locked until this one ends. */
export async function fetchToChange<Row>(
  tx: Tx,
  source: ListSource<Row>,
  id: string,
): Promise<Row | undefined> {
  const lock = sql` for no key update of ${sql.identifier(source.alias)}`;
  const result = await tx.execute(
    sql`select ${source.columns} from ${source.from} where ${source.id} = ${id}::uuid${lock}`,
  );
  const [raw] = rowsOf<RawRow>(result);
  return raw && source.toRow(raw);
}

/** The rows with these ids, by id: one statement. */
export async function fetchByIds<Row>(
  tx: Tx,
  source: ListSource<Row>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Row>> {
  const result = await tx.execute(
    sql`select ${source.columns}, ${source.id} as row_id from ${source.from} where ${source.id} = any(${uuidArray(ids)})`,
  );
  return new Map(rowsOf<RawRow>(result).map((raw) => [raw['row_id'] as string, source.toRow(raw)]));
}
