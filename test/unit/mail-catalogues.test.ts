import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { language, mailTemplate, organizationRole } from '../../src/db/schema/columns.ts';
import { LANGUAGE_TAGS, translator } from '../../src/identity/translator.ts';
import { projectRoot } from '../../src/root.ts';

const LANGUAGES = language.enumValues;

/** Every text of a language by its path, of all namespaces. */
function textsOf(of: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const walk = (path: string, value: unknown) => {
    if (typeof value === 'string') texts.set(path, value);
    else
      for (const [key, below] of Object.entries(value as object)) walk(path ? `${path}.${key}` : key, below);
  };
  const file = join(projectRoot, 'assets/locales', `${of.toLowerCase()}.json`);
  walk('', JSON.parse(readFileSync(file, 'utf8')));
  return texts;
}

const variablesIn = (text: string | undefined) =>
  [...(text ?? '').matchAll(/\{\{(.*?)\}\}/g)].map(([, name]) => name).sort();

const english = textsOf('EN');

/** Whole words by which one speaks to friends; in Italian also "your" that is not written with a capital, as all others are. */
const words = (list: string) => new RegExp(`(?<!\\p{L})(?:${list})(?!\\p{L})`, 'u');
const FAMILIAR: Readonly<Partial<Record<string, RegExp>>> = {
  DE: words(
    '[Dd]u|[Dd]ich|[Dd]ir|[Dd]eine?[mnrs]?|[Ee]uch|[Ee]u(?:er|re[mnrs]?)|ihre? Organisation|ihr Konto',
  ),
  ES: words('[Tt]ú|[Tt]us?|[Tt]e|[Tt]i|[Tt]uy[oa]s?|vosotr[oa]s|[Vv]uestr[oa]s?'),
  FR: words('[Tt]u|[Tt]e|[Tt]oi|[Tt]on|[Tt]a|[Tt]es|[Tt]’\\p{L}+'),
  PT: words('[Tt]u|[Tt]e|[Tt]i|[Tt]eus?|[Tt]uas?|[Vv]ocês?'),
  IT: words('[Tt]u|[Tt]e|[Tt]i|[Tt]uoi?|[Tt]u[ae]|vostr[oaie]|sua organizzazione|suo (?:account|indirizzo)'),
};

describe.each(LANGUAGES)('the catalogue of %s', (of) => {
  const texts = textsOf(of);

  it('has the keys of the English one', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('has the variables of the English one in each text', () => {
    const variables = (catalogue: ReadonlyMap<string, string>) =>
      Object.fromEntries([...english.keys()].map((key) => [key, variablesIn(catalogue.get(key))]));
    expect(variables(texts)).toEqual(variables(english));
  });

  it('has no text that is empty, padded, or markup, nor one that looks another up', () => {
    for (const [key, text] of texts) {
      expect([key, text]).toEqual([key, text.trim()]);
      expect([key, text]).toEqual([key, expect.stringMatching(/^[^<>&\n]+$/)]);
      expect(text).not.toContain('$t(');
    }
  });

  it('names every template and every role', () => {
    const keys = [...texts.keys()];
    for (const template of mailTemplate.enumValues) expect(keys).toContain(`mail.${template}.subject`);
    for (const role of organizationRole.enumValues) expect(keys).toContain(`mail.role.${role}`);
  });

  it('tells whoever is invited to cooperate what comes next, each something else (C3)', () => {
    const keys = ['NEW', 'ACCOUNT', 'MEMBER'].map((kind) => `mail.COOPERATION_INVITATION.recipient.${kind}`);
    expect([...texts.keys()].filter((key) => key.includes('.recipient.'))).toEqual(keys);
    expect(new Set(keys.map((key) => texts.get(key))).size).toBe(keys.length);
  });

  it('addresses its reader formally', () => {
    const familiar = FAMILIAR[of];
    const found = [...texts].filter(([, text]) => familiar?.test(text));
    expect(found).toEqual([]);
  });

  it('is not the English one', () => {
    if (of === 'EN') return;
    const same = [...texts].filter(([key, text]) => key.startsWith('mail.') && text === english.get(key));
    expect(same).toEqual([]);
  });

  it('names its language as Intl does', () => {
    expect(Intl.getCanonicalLocales(LANGUAGE_TAGS[of])).toEqual([LANGUAGE_TAGS[of]]);
  });
});

describe('a translator', () => {
  const translate = translator('DE', 'mail');

  it('refuses a key without text, a group of texts, and a value that is missing', () => {
    expect(() => translate('nothing')).toThrow('nothing');
    expect(() => translate('role')).toThrow('role');
    expect(() => translate('greetingByName')).toThrow('{{name}}');
  });

  it.each(['{{purpose}}', '$t(greeting)', '$&', "$'", '$1', '<b>&amp;"', '{{- purpose}}', '__proto__'])(
    'puts %s in as it is',
    (name) => {
      expect(translate('greetingByName', { name, purpose: 'hunter2' })).toBe(`Guten Tag ${name},`);
    },
  );
});
