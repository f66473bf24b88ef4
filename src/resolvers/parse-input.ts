import { z } from 'zod';
import { badInput } from '../authz/refusal.ts';

/** Characters that reorder the text around them: a name must not make another one unreadable. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/;

/** A one-line text, as people type names: trimmed, with something to see and without control characters. */
export const lineOfText = (label: string, maximum: number) =>
  z
    .string()
    .refine(
      (text) => text.isWellFormed() && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) && !REORDERING.test(text),
      `${label} has no control characters.`,
    )
    .transform((text) => text.trim())
    .refine((text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text.replaceAll('\u3164', '')), `${label} is not empty.`)
    .refine((text) => [...text].length <= maximum, `${label} has at most ${maximum} characters.`);

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
