import { html } from 'ghtml';
import { Refusal } from '../../authz/refusal.ts';
import { type Language, translator } from '../../identity/translator.ts';
import { verifyEmail } from '../../resolvers/accounts/verify-email.ts';
import { previewInvitation } from '../../resolvers/invitations/invitation-preview.ts';
import { signIn } from '../../resolvers/sessions/sign-in.ts';
import { accountLinkBehind } from './account-link.ts';
import { continueLink } from './continue-link.ts';
import { type Fault, faultOf } from './fault.ts';
import { form, inputField } from './form.ts';
import { layout } from './layout.ts';
import { addressOf, type Page, type PageAnswer, type PageRequest } from './page.ts';
import { deadLinkPage, plainPage } from './plain-page.ts';

const KINDS = ['VERIFICATION', 'EMAIL_CHANGE'] as const;

type Found = NonNullable<Awaited<ReturnType<typeof accountLinkBehind>>>;

/** GET /verify: one button; or, once it was pressed, where it led. Changes nothing. */
export async function showVerification(page: PageRequest): Promise<PageAnswer> {
  const done = page.query('done');
  if (done !== null) return outcomePage(page, done);
  const token = page.query('token') ?? '';
  const found = await accountLinkBehind(page, token, KINDS);
  return found ? askPage(page, found, token, null) : deadLinkPage(page.acceptedLanguage);
}

/** POST /verify: uses the link, and goes on to the invitation that this browser registered with if it is still open. */
export async function answerVerification(page: PageRequest): Promise<PageAnswer> {
  const { context, form: sent, kept, acceptedLanguage } = page;
  const token = sent('token') ?? '';
  const found = await accountLinkBehind(page, token, KINDS);
  if (!found) return deadLinkPage(acceptedLanguage);
  try {
    const password = sent('password');
    if (password !== null) await signIn(context, { email: sent('email') ?? '', password });
    await verifyEmail(context, { token });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code === 'NOT_FOUND') throw error;
    return askPage(page, found, token, faultHere(error, languageOf(found)));
  }
  if (found.link.kind === 'EMAIL_CHANGE') return { location: addressOf('verify', { done: 'changed' }) };
  const invitation = await keptInvitation(page, found.link.email);
  if (invitation !== null) return { location: addressOf('invitation', { token: invitation }) };
  kept.clear();
  return { location: addressOf('verify', { done: 'verified' }) };
}

/** That of what was registered with this link; the account has it once it is verified. */
const languageOf = ({ link, user }: Found): Language => link.language ?? user.language;

function faultHere(refusal: Refusal, language: Language): Fault {
  const fault = faultOf(refusal, language);
  if (refusal.code !== 'UNAUTHENTICATED') return fault;
  const text = refusal.details.required === 'CREDENTIALS' ? 'fault.signIn' : 'fault.otherAccount';
  return { ...fault, message: translator(language, 'pages')(text), field: 'email' };
}

/** A new address is confirmed by the account that asked for it alone; whoever else has got the mail learns nothing of that account. */
async function askPage(
  { context, form: sent }: PageRequest,
  found: Found,
  token: string,
  fault: Fault | null,
): Promise<Page> {
  const { link, user } = found;
  const viewer = (await context.reading()).viewerOrNobody;
  const isConfirmed = link.kind === 'VERIFICATION' || viewer?.rows.user.id === user.id;
  const language = languageOf(found);
  const translate = translator(language, 'pages');
  const text = isConfirmed ? 'verify' : 'confirmChange';
  const fields = [
    inputField({
      name: 'email',
      type: 'email',
      label: translate('label.presentEmail'),
      autocomplete: 'username',
      value: sent('email'),
      required: true,
      fault,
    }),
    inputField({
      name: 'password',
      type: 'password',
      label: translate('label.password'),
      autocomplete: 'current-password',
      required: true,
      fault,
    }),
  ];
  const content = html`<p>${translate(`${text}.text`, { email: link.email })}</p>
!${form({
    page: 'verify',
    hidden: { token },
    fields: isConfirmed ? '' : fields.join(''),
    action: translate(`${text}.action`),
  })}`;
  return {
    status: fault?.status ?? 200,
    language,
    html: layout({ language, title: translate('verify.title'), fault, content }),
    retryAfterSeconds: fault?.retryAfterSeconds,
  };
}

/** The secret of the invitation that this browser registered with, while it is open and for the address of whoever is in nothing yet. */
async function keptInvitation({ context, kept }: PageRequest, email: string): Promise<string | null> {
  const { membership } = (await context.reading()).viewer.rows;
  if (membership || kept.token === null) return null;
  const preview = await previewInvitation(context, kept.token);
  return preview?.email === email ? kept.token : null;
}

async function outcomePage({ context, acceptedLanguage }: PageRequest, done: string): Promise<Page> {
  const rows = (await context.reading()).viewerOrNobody?.rows;
  const language = rows?.user.language ?? acceptedLanguage;
  const translate = translator(language, 'pages');
  const signedIn = rows ? [translate('signedIn', { email: rows.user.email })] : [];
  const organizationName = rows?.organization?.name;
  if (done === 'changed') {
    const texts = [translate('changed.text'), ...signedIn];
    return plainPage(200, language, translate('changed.title'), texts, rows ? continueLink(translate) : '');
  }
  const title = translate('verified.title');
  if (!organizationName) return plainPage(200, language, title, [translate('verified.openAgain')]);
  const texts = [translate('accepted.member', { organizationName }), ...signedIn];
  return plainPage(200, language, title, texts, continueLink(translate));
}
