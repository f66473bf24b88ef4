import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { html } from 'ghtml';
import { LANGUAGE_TAGS, type Language, translator } from '../../identity/translator.ts';
import { projectRoot } from '../../root.ts';
import type { Fault } from './fault.ts';

const STYLE = readFileSync(join(projectRoot, 'assets/pages/style.css'), 'utf8').trim();

/** The headers of every page: nothing is loaded, run, framed, kept or found, and no address with a secret is told to anybody. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
} as const;

export interface PageContent {
  readonly language: Language;
  readonly title: string;
  /** What is shown first: why what was just tried did not work. */
  readonly fault?: Fault | null | undefined;
  /** HTML below the title. */
  readonly content: string;
}

/** A gate before hills, and the sun. */
const MARK = `<svg viewBox="0 0 32 32" aria-hidden="true" focusable="false"><rect width="32" height="32" rx="8" fill="#14532d"/><circle cx="16" cy="14" r="4" fill="#f6c945"/><path d="M6 25V14a10 10 0 0 1 20 0v11" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/><path d="M8.5 25c2.5-4.5 5-5.5 7.5-3s5 1.5 7.5-1v4z" fill="#86d3a3"/></svg>`;

/**
 * A whole page. A form that is sent from a page without referrer has no origin either, which is all that tells it from a foreign one
 * where browsers send no Sec-Fetch-Site (`isOwnForm`): so the page itself tells its origin, and nothing else.
 */
export function layout({ language, title, fault, content }: PageContent): string {
  const translate = translator(language, 'pages');
  return html`<!doctype html>
<html lang="${LANGUAGE_TAGS[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="strict-origin">
<title>${fault ? translate('errorTitle', { title }) : title} – Parkgate</title>
<style>!${STYLE}</style>
</head>
<body>
<header>!${MARK}<span>Parkgate</span></header>
<main>
!${fault ? summary(translate('faultHeading'), fault) : ''}<h1>${title}</h1>
!${content}
</main>
</body>
</html>
`;
}

const summary = (
  heading: string,
  { message, field }: Fault,
) => html`<div role="alert" tabindex="-1" autofocus>
<h2>${heading}</h2>
<p>!${field === null ? html`${message}` : html`<a href="#${field}">${message}</a>`}</p>
</div>
`;
