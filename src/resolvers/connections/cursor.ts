import { z } from 'zod';
import { badInput } from '../../authz/refusal.ts';
import type { Position, SortKey } from '../../db/queries/keyset.ts';

/** Whether PostgreSQL can cast it: finite, and not so small that it would underflow. */
const isFloat8 = (key: string) =>
  Number.isFinite(Number(key)) && (Number(key) !== 0 || !/[1-9]/.test(key.split('e')[0] ?? ''));

/** The text forms that the keys' casts accept: a forged cursor must not make a statement fail. */
const KEY_FORMS: Readonly<Record<SortKey['type'], z.ZodType<string>>> = {
  text: z.string().refine((key) => key.isWellFormed() && !key.includes('\0')),
  float8: z
    .string()
    .regex(/^-?\d{1,20}(\.\d{1,20})?(e[+-]?\d{1,3})?$/)
    .refine(isFloat8),
  timestamptz: z
    .string()
    .regex(/^[1-9]\d{3}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,3})?\+00$/)
    .refine((key) => isInstant(key)),
};

/** Whether the calendar has it: Date would let 31 February roll over. */
const isInstant = (key: string) => {
  const [day = '', time = ''] = key.split(' ');
  const date = new Date(`${day}T${time.replace('+00', 'Z')}`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
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
