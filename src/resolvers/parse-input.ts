import { z } from 'zod';
import { badInput } from '../authz/refusal.ts';

/** A one-line text, as people type names: trimmed, without control characters. */
export const lineOfText = (label: string, maximum: number) =>
  z
    .string()
    .refine((text) => text.isWellFormed() && !/\p{Cc}/u.test(text), `${label} has no control characters.`)
    .transform((text) => text.trim())
    .refine((text) => text.length > 0, `${label} is not empty.`)
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
