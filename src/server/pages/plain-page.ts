import { html } from 'ghtml';
import type { Refusal } from '../../authz/refusal.ts';
import { type Language, translator } from '../../identity/translator.ts';
import { faultOf, waitIn } from './fault.ts';
import { layout } from './layout.ts';
import type { Page } from './page.ts';

/** A page that says something and asks nothing. */
export function plainPage(
  status: number,
  language: Language,
  title: string,
  paragraphs: readonly string[],
  more = '',
): Page {
  const content = html`!${paragraphs.map(
    (text) => html`<p>${text}</p>
`,
  )}!${more}`;
  return { status, language, html: layout({ language, title, content }) };
}

const said = (status: number, name: string) => (language: Language) => {
  const translate = translator(language, 'pages');
  return plainPage(status, language, translate(`${name}.title`), [translate(`${name}.text`)]);
};

/** Of every link that is not good, for whatever reason: one answer. */
export function deadLinkPage(language: Language): Page {
  const translate = translator(language, 'pages');
  return plainPage(404, language, translate('dead.title'), [translate('dead.text'), translate('dead.next')]);
}

/** Of a form that another site has sent. */
export const foreignFormPage = said(403, 'foreign');

export const badRequestPage = said(400, 'badRequest');

export const unavailablePage = said(503, 'unavailable');

/** Of what broke here: nothing of it but the number by which the log has it. */
export function failurePage(language: Language, requestId: string): Page {
  const translate = translator(language, 'pages');
  return plainPage(500, language, translate('failed.title'), [translate('failed.text', { requestId })]);
}

/** Of a refusal where there is no form to show it in. */
export function refusalPage(refusal: Refusal, language: Language): Page {
  if (refusal.code === 'NOT_FOUND') return deadLinkPage(language);
  const translate = translator(language, 'pages');
  const { retryAfterSeconds } = refusal.details;
  if (refusal.code === 'RATE_LIMITED' && retryAfterSeconds !== undefined) {
    const wait = waitIn(language, retryAfterSeconds);
    const page = plainPage(429, language, translate('limited.title'), [translate('limited.text', { wait })]);
    return { ...page, retryAfterSeconds };
  }
  const { status, message } = faultOf(refusal, language);
  return plainPage(status, language, translate('faultHeading'), [message]);
}
