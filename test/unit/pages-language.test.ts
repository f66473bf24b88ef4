import { describe, expect, it } from 'vitest';
import { LANGUAGE_TAGS, type Language } from '../../src/identity/translator.ts';
import { countriesIn } from '../../src/server/pages/countries.ts';
import { acceptedLanguage, languageOf } from '../../src/server/pages/page-language.ts';

describe('the language that a browser asks for', () => {
  it.each([
    [undefined, 'EN'],
    ['', 'EN'],
    ['*', 'EN'],
    ['nl', 'EN'],
    ['de', 'DE'],
    ['DE-at', 'DE'],
    ['pt-BR,pt;q=0.9,en;q=0.8', 'PT'],
    ['nl, fr;q=0.5, es;q=0.7', 'ES'],
    ['en;q=0.1, it; q=0.2', 'IT'],
    ['de;q=0, fr', 'FR'],
    ['de;q=0', 'EN'],
    ['de;q=x, it;q=0.1', 'IT'],
    ['constructor, __proto__', 'EN'],
    [',;=-,;q=1', 'EN'],
    ['de'.repeat(8_000), 'EN'],
    [`${'nl,'.repeat(5_000)}fr`, 'FR'],
  ])('%s', (header, language) => {
    expect(acceptedLanguage(header)).toBe(language);
  });

  it('is one of ours by its code alone', () => {
    for (const code of ['de', 'XX', '', 'constructor', null, undefined]) expect(languageOf(code)).toBeNull();
    expect(languageOf('DE')).toBe('DE');
  });
});

describe('the countries', () => {
  it.each(Object.keys(LANGUAGE_TAGS) as Language[])('have a name each, in order: %s', (language) => {
    const countries = countriesIn(language);
    expect(countries.length).toBeGreaterThan(240);
    const names = countries.map(({ name }) => name);
    expect(names).toEqual(names.toSorted(new Intl.Collator(LANGUAGE_TAGS[language]).compare));
    expect(countries.filter(({ code, name }) => code === name)).toEqual([]);
  });

  it('are called as people there call them', () => {
    const nameOf = (code: string, language: Language) =>
      countriesIn(language).find((country) => country.code === code)?.name;
    expect(nameOf('ES', 'ES')).toBe('España');
    expect(nameOf('AT', 'DE')).toBe('Österreich');
  });
});
