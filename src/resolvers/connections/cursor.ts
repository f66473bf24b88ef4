import { z } from 'zod';
import { badInput } from '../../authz/refusal.ts';
import type { Position, SortKey } from '../../db/queries/keyset.ts';

const KEY_FORMS: Readonly<Record<SortKey['type'], z.ZodType<string>>> = {
  text: z.string().refine((key) => key.isWellFormed() && !key.includes('\0')),
  float8: z.string().regex(/^-?\d+(\.\d+)?(e[+-]?\d{1,3})?$/),
  timestamptz: z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?\+00$/),
};

const cursorForm = (type: SortKey['type']) => z.tuple([z.string(), KEY_FORMS[type], z.uuid()]);

/** An opaque cursor: the list it belongs to and the place in it, of a row that its holder has seen (V2). */
export const encodeCursor = (list: string, { key, id }: Position): string =>
  Buffer.from(JSON.stringify([list, key, id])).toString('base64url');

/** @throws BAD_USER_INPUT for what is no cursor, or another list's */
export function decodeCursor(
  field: 'after' | 'before',
  cursor: string | null | undefined,
  list: string,
  type: SortKey['type'],
): Position | null {
  if (cursor == null) return null;
  const parsed = cursorForm(type).safeParse(parseJson(cursor));
  if (!parsed.success) throw badInput(field, 'This is not a cursor of this list.');
  const [ofList, key, id] = parsed.data;
  if (ofList !== list) throw badInput(field, 'This is a cursor of another list.');
  return { key, id };
}

function parseJson(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return null;
  }
}
