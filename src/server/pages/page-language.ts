import { LANGUAGE_TAGS, type Language } from '../../identity/translator.ts';

/** The code of one of our languages; null for anything else. */
export function languageOf(code: string | null | undefined): Language | null {
  return code && Object.hasOwn(LANGUAGE_TAGS, code) ? (code as Language) : null;
}

/** Which of our languages a browser asks for in `Accept-Language`, the most wanted first; English if none. */
export function acceptedLanguage(header: string | undefined): Language {
  const wanted = (header ?? '').split(',').map((part) => {
    const [tag = '', quality] = part.split(/;\s*q=/i);
    return { code: tag.trim().split('-')[0]?.toUpperCase(), quality: quality ? Number(quality) : 1 };
  });
  const [first] = wanted
    .filter(({ code, quality }) => quality > 0 && languageOf(code) !== null)
    .sort((one, other) => other.quality - one.quality);
  return languageOf(first?.code) ?? 'EN';
}
