/** What mails and pages say, in six languages, from `assets/locales`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInstance, type i18n } from 'i18next';
import type { MailRow } from '../db/queries/mails.ts';
import { projectRoot } from '../root.ts';

export type Language = MailRow['language'];

/** The language of a text, as the attribute `lang` and `Intl` name it. */
export const LANGUAGE_TAGS: Readonly<Record<Language, string>> = {
  EN: 'en-GB',
  DE: 'de',
  ES: 'es',
  FR: 'fr',
  PT: 'pt-PT',
  IT: 'it',
};

/** An instant as people write it in the language, to the minute, in UTC and saying so. */
export const dateIn = (language: Language, date: Date): string =>
  new Intl.DateTimeFormat(LANGUAGE_TAGS[language], {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'UTC',
    timeZoneName: 'short',
  }).format(date);

/**
 * Answers the text of a key. Values are put in as they are: escaping is for whoever makes HTML of the text.
 * @throws when there is no such text, or a value that it needs was not given
 */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/** As i18next and the files name it. */
const codeOf = (language: Language) => language.toLowerCase();

let catalogues: i18n | undefined;

/** @param namespace the part of the catalogue: one for mails, one for the pages of links */
export function translator(language: Language, namespace: 'mail' | 'pages'): Translate {
  catalogues ??= loadCatalogues();
  const translate = catalogues.getFixedT(codeOf(language), namespace);
  return (key, values = {}) => String(translate(key, { ...values }));
}

function loadCatalogues(): i18n {
  const languages = (Object.keys(LANGUAGE_TAGS) as Language[]).map(codeOf);
  const read = (language: string) =>
    JSON.parse(readFileSync(join(projectRoot, 'assets/locales', `${language}.json`), 'utf8'));
  const instance = createInstance({
    resources: Object.fromEntries(languages.map((language) => [language, read(language)])),
    supportedLngs: languages,
    fallbackLng: false,
    initAsync: false,
    // What a name holds is neither looked up nor filled in (`skipOnVariables` is the default, and meant).
    interpolation: { escapeValue: false, skipOnVariables: true },
    parseMissingKeyHandler: (key) => fail(`there is no text for ${key}`),
    missingInterpolationHandler: (text, [variable]) => fail(`${variable} of "${text}" was not given`),
    returnedObjectHandler: (key) => fail(`${key} is no text`),
  });
  instance.init().catch(fail);
  return instance;
}

function fail(reason: string): never {
  throw new Error(reason);
}
