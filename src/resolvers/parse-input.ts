import { z } from 'zod';
import { badInput } from '../authz/refusal.ts';

/** Characters that reorder the text around them: a name must not make another one unreadable. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/;

const isReadable = (text: string) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replaceAll('\u3164', ''));

const readable = (label: string, maximum: number, control: RegExp, message: string) =>
  z
    .string()
    .refine((text) => text.isWellFormed() && !control.test(text) && !REORDERING.test(text), message)
    .transform((text) => text.trim())
    .refine(isReadable, `${label} is not empty.`)
    .refine((text) => [...text].length <= maximum, `${label} has at most ${maximum} characters.`);

/** A one-line text, as people type names: trimmed, with something to see and without control characters. */
export const lineOfText = (label: string, maximum: number) =>
  readable(label, maximum, /[\p{Cc}\p{Zl}\p{Zp}]/u, `${label} has no control characters.`);

/** A text of several lines, as people type addresses. */
export const linesOfText = (label: string, maximum: number) =>
  z
    .string()
    .transform((text) => text.replaceAll('\r\n', '\n'))
    .pipe(readable(label, maximum, /[^\P{Cc}\n]/u, `${label} has no control characters but line breaks.`));

/** A text that a list is searched for. @throws BAD_USER_INPUT naming `field` */
export function searchedText(field: string, search: string): string {
  if (search.length > 200) throw badInput(field, 'search has at most 200 characters.');
  if (search.includes('\0') || !search.isWellFormed()) throw badInput(field, 'search is well-formed text.');
  return search;
}

/** The last instant that has a form in RFC 3339. */
const END_OF_TIME = new Date('9999-12-31T23:59:59.999Z');

/** Before it, no park generated and nobody sold; the cursors of lists need four digits of a year. */
const BEGINNING_OF_TIME = new Date('1900-01-01T00:00:00.000Z');

/** When something was or will be: an instant that a list can be ordered by. */
export const instantInput = (label: string) =>
  z
    .date()
    .min(BEGINNING_OF_TIME, `${label} lies in the year 1900 or later.`)
    .max(END_OF_TIME, `${label} lies before the year 10000.`);

/** When something ends by itself: an instant before the year 10000; null is never. */
export const expiryInput = z.date().max(END_OF_TIME, 'expiresAt lies before the year 10000.').nullish();

/** @throws BAD_USER_INPUT for an expiry that has come already: at its exact instant a thing is no longer live */
export function requireLater(expiresAt: Date | null | undefined, instant: Date): void {
  if (expiresAt == null || expiresAt > instant) return;
  throw badInput('expiresAt', 'expiresAt lies in the future.');
}

/**
 * Checks an input against its form.
 * @throws BAD_USER_INPUT for the first fault, naming its field by path, such as `parks.3.name`
 */
export function parseInput<Form extends z.ZodType>(form: Form, input: unknown): z.output<Form> {
  const parsed = form.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw badInput(issue?.path.join('.') ?? '', issue?.message ?? 'The input is not acceptable.');
}
