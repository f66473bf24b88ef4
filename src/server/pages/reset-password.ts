import { html } from 'ghtml';
import { Refusal } from '../../authz/refusal.ts';
import { type Language, translator } from '../../identity/translator.ts';
import { requestPasswordReset } from '../../resolvers/accounts/request-password-reset.ts';
import { resetPassword } from '../../resolvers/accounts/reset-password.ts';
import { accountLinkBehind } from './account-link.ts';
import { type Fault, faultOf } from './fault.ts';
import { fixedEmail, form, inputField } from './form.ts';
import { layout } from './layout.ts';
import { addressOf, type Page, type PageAnswer, type PageRequest } from './page.ts';
import { languageOf } from './page-language.ts';
import { deadLinkPage, plainPage } from './plain-page.ts';

type Found = NonNullable<Awaited<ReturnType<typeof accountLinkBehind>>>;

/** GET /reset-password: asks for the new password, or without a link for the address to send one to. Changes nothing. */
export async function showReset(page: PageRequest): Promise<PageAnswer> {
  const { query, acceptedLanguage } = page;
  const language = languageOf(query('lang')) ?? acceptedLanguage;
  const done = query('done');
  if (done !== null) return outcomePage(language, done);
  const token = query('token');
  if (token === null) return requestPage(language, null, '');
  const found = await accountLinkBehind(page, token, ['PASSWORD_RESET']);
  return found ? passwordPage(found, token, null) : deadLinkPage(acceptedLanguage);
}

/** POST /reset-password: sets the new password, or sends a link. */
export async function answerReset(page: PageRequest): Promise<PageAnswer> {
  const { form: sent } = page;
  const token = sent('token');
  return token === null ? request(page) : reset(page, token);
}

async function reset(page: PageRequest, token: string): Promise<PageAnswer> {
  const { context, form: sent, acceptedLanguage } = page;
  const found = await accountLinkBehind(page, token, ['PASSWORD_RESET']);
  if (!found) return deadLinkPage(acceptedLanguage);
  const { language } = found.user;
  try {
    await resetPassword(context, { token, newPassword: sent('newPassword') ?? '' });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'NOT_FOUND') throw error;
    return passwordPage(found, token, faultOf(error, language));
  }
  return { location: addressOf('reset-password', { done: 'changed', lang: language }) };
}

async function request({ context, form: sent, acceptedLanguage }: PageRequest): Promise<PageAnswer> {
  const language = languageOf(sent('lang')) ?? acceptedLanguage;
  const email = sent('email') ?? '';
  try {
    await requestPasswordReset(context, { email });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return requestPage(language, faultOf(error, language), email);
  }
  return { location: addressOf('reset-password', { done: 'sent', lang: language }) };
}

function passwordPage({ user, link }: Found, token: string, fault: Fault | null): Page {
  const { language } = user;
  const translate = translator(language, 'pages');
  const fields = html`!${fixedEmail(translate('label.email'), link.email)}!${inputField({
    name: 'newPassword',
    type: 'password',
    label: translate('label.newPassword'),
    hint: translate('hint.newPassword'),
    autocomplete: 'new-password',
    required: true,
    fault,
  })}`;
  const content = html`<p>${translate('reset.text')}</p>
!${form({ page: 'reset-password', hidden: { token }, fields, action: translate('reset.action') })}`;
  return formPage(language, translate('reset.title'), fault, content);
}

function requestPage(language: Language, fault: Fault | null, typed: string): Page {
  const translate = translator(language, 'pages');
  const fields = inputField({
    name: 'email',
    type: 'email',
    label: translate('label.email'),
    autocomplete: 'username',
    value: typed,
    required: true,
    fault,
  });
  const content = html`<p>${translate('resetRequest.text')}</p>
!${form({
    page: 'reset-password',
    hidden: { lang: language },
    fields,
    action: translate('resetRequest.action'),
  })}`;
  return formPage(language, translate('resetRequest.title'), fault, content);
}

const formPage = (language: Language, title: string, fault: Fault | null, content: string): Page => ({
  status: fault?.status ?? 200,
  language,
  html: layout({ language, title, fault, content }),
  retryAfterSeconds: fault?.retryAfterSeconds,
});

function outcomePage(language: Language, done: string): Page {
  const translate = translator(language, 'pages');
  const [title, text] =
    done === 'changed' ? ['resetDone.title', 'resetDone.text'] : ['sent.title', 'resetSent.text'];
  return plainPage(200, language, translate(title), [translate(text)]);
}
