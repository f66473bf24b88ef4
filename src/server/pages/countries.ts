import { LANGUAGE_TAGS, type Language } from '../../identity/translator.ts';
import { organizationFields } from '../../resolvers/organizations/organization-input.ts';

const LETTERS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

/** The codes that a command takes. */
const CODES = LETTERS.flatMap((one) => LETTERS.map((other) => one + other)).filter(
  (code) => organizationFields.country.safeParse(code).success,
);

export interface Country {
  readonly code: string;
  readonly name: string;
}

const lists = new Map<Language, readonly Country[]>();

/** Every country by its name in a language, in that language's order. */
export function countriesIn(language: Language): readonly Country[] {
  const known = lists.get(language);
  if (known) return known;
  const tag = LANGUAGE_TAGS[language];
  const names = new Intl.DisplayNames(tag, { type: 'region' });
  const { compare } = new Intl.Collator(tag);
  const list = CODES.map((code) => ({ code, name: names.of(code) ?? code })).sort((one, other) =>
    compare(one.name, other.name),
  );
  lists.set(language, list);
  return list;
}
