import { Refusal } from '../../authz/refusal.ts';
import { type Language, translator } from '../../identity/translator.ts';
import { type InvitationPreview, previewInvitation } from '../../resolvers/invitations/invitation-preview.ts';
import { continueLink } from './continue-link.ts';
import { faultOf } from './fault.ts';
import { INVITATION_ACTIONS } from './invitation-actions.ts';
import { invitationPage } from './invitation-page.ts';
import { stepOf } from './invitation-step.ts';
import type { Page, PageAnswer, PageRequest } from './page.ts';
import { languageOf } from './page-language.ts';
import { badRequestPage, deadLinkPage, plainPage } from './plain-page.ts';

/** GET /invitation: shows an open invitation, or what became of it by an action; changes nothing. */
export async function showInvitation(page: PageRequest): Promise<PageAnswer> {
  const { context, query, acceptedLanguage } = page;
  const done = query('done');
  if (done !== null) return outcomePage(page, done);
  const token = query('token') ?? '';
  const preview = await previewInvitation(context, token);
  if (!preview) return deadLinkPage(acceptedLanguage);
  return openPage(page, token, preview, languageOf(query('lang')), null);
}

/** POST /invitation: does what a button says. */
export async function answerInvitation(page: PageRequest): Promise<PageAnswer> {
  const { context, form, acceptedLanguage } = page;
  const action = INVITATION_ACTIONS.get(form('action') ?? '');
  if (!action) return badRequestPage(acceptedLanguage);
  const token = form('token') ?? '';
  const preview = await previewInvitation(context, token);
  if (!preview) return deadLinkPage(acceptedLanguage);
  try {
    return { location: await action(page, token, preview) };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'NOT_FOUND') throw error;
    return openPage(page, token, preview, languageOf(form('lang')), error);
  }
}

async function openPage(
  { context, query, form }: PageRequest,
  token: string,
  preview: InvitationPreview,
  chosen: Language | null,
  refusal: Refusal | null,
): Promise<Page> {
  const viewer = (await context.reading()).viewerOrNobody;
  const language = chosen ?? languageOf(preview.language) ?? 'EN';
  const fault = refusal && faultOf(refusal, language);
  // Sending the mail again failed where it is asked for: after registering.
  const sent = query('sent') ?? (form('action') === 'resend' ? 'yes' : null);
  const view = {
    token,
    preview,
    language,
    fault,
    step: stepOf(preview, viewer, sent !== null),
    account: viewer?.rows ?? null,
    typed: form,
    sentAgain: sent === 'again',
  };
  const { status = 200, retryAfterSeconds } = fault ?? {};
  return { status, language, html: invitationPage(view), retryAfterSeconds };
}

/** What became of an invitation whose link is no longer good. */
async function outcomePage({ context, query, acceptedLanguage }: PageRequest, done: string): Promise<Page> {
  const rows = (await context.reading()).viewerOrNobody?.rows;
  const language = languageOf(query('lang')) ?? rows?.user.language ?? acceptedLanguage;
  const translate = translator(language, 'pages');
  if (done === 'declined') {
    return plainPage(200, language, translate('declined.title'), [translate('declined.text')]);
  }
  const organizationName = rows?.organization?.name;
  const text = done === 'cooperation' ? 'accepted.cooperation' : 'accepted.member';
  return plainPage(
    200,
    language,
    translate('accepted.title'),
    rows && organizationName
      ? [translate(text, { organizationName }), translate('signedIn', { email: rows.user.email })]
      : [translate('accepted.text')],
    rows ? continueLink(translate) : '',
  );
}
