import { html } from 'ghtml';
import { LANGUAGE_TAGS, type Language, translator } from '../../identity/translator.ts';
import { describeFields } from './describe-fields.ts';
import { checkField, fixedEmail, form, inputField, selectField } from './form.ts';
import type { InvitationStep } from './invitation-step.ts';
import type { InvitationView } from './invitation-view.ts';

const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  EN: 'English',
  DE: 'Deutsch',
  ES: 'Español',
  FR: 'Français',
  PT: 'Português',
  IT: 'Italiano',
};

/** The next step of an invitation, as HTML. */
export const STEP_VIEWS: Readonly<Record<InvitationStep, (view: InvitationView) => string>> = {
  register: (view) => {
    const { fault, typed, preview, language } = view;
    const translate = textsOf(view);
    const fields = [
      fixedEmail(translate('label.email'), preview.email),
      inputField({
        name: 'name',
        label: translate('label.name'),
        autocomplete: 'name',
        value: typed('name'),
        required: true,
        fault,
      }),
      inputField({
        name: 'password',
        type: 'password',
        label: translate('label.password'),
        hint: translate('hint.newPassword'),
        autocomplete: 'new-password',
        required: true,
        fault,
      }),
      selectField({
        name: 'language',
        label: translate('label.language'),
        autocomplete: 'off',
        value: typed('language') ?? language,
        choices: Object.entries(LANGUAGE_NAMES).map(([value, label]) => ({
          value,
          label,
          lang: LANGUAGE_TAGS[value as Language],
        })),
        fault,
      }),
    ];
    return section(view, 'register', stepForm(view, 'register', 'register.action', fields));
  },

  sent: (view) => {
    const translate = textsOf(view);
    const again = view.sentAgain ? html`<p role="status">${translate('sent.again')}</p>` : '';
    return html`!${again}<p>${translate('sent.text', { email: view.preview.email })}</p>
<p>${translate('sent.missing')}</p>
!${stepForm(view, 'resend', 'sent.action', [], true)}`;
  },

  signIn: (view) => {
    const translate = textsOf(view);
    const fields = [
      fixedEmail(translate('label.email'), view.preview.email),
      inputField({
        name: 'password',
        type: 'password',
        label: translate('label.password'),
        autocomplete: 'current-password',
        required: true,
        fault: view.fault,
      }),
    ];
    return section(
      view,
      'signIn',
      html`<p>${translate('signIn.text')}</p>
!${stepForm(view, 'sign-in', 'signIn.action', fields)}<p><a href="reset-password?lang=${view.language}">${translate('signIn.forgotten')}</a></p>
`,
    );
  },

  otherAddress: (view) => {
    const values = { email: view.preview.email, other: view.account?.user.email ?? '' };
    return section(
      view,
      'otherAddress',
      html`<p>${textsOf(view)('otherAddress.text', values)}</p>
!${stepForm(view, 'sign-out', 'otherAddress.action')}`,
    );
  },

  leave: (view) => {
    const translate = textsOf(view);
    const own = ownOrganization(view);
    const fields = [
      checkField({ name: 'confirm', label: translate('leave.confirm', own), fault: view.fault }),
    ];
    return section(
      view,
      'leave',
      html`<p>${translate('leave.text', own)}</p>
!${stepForm(view, 'leave', 'leave.action', fields, true)}`,
    );
  },

  askAdmin: (view) =>
    section(view, 'askAdmin', html`<p>${textsOf(view)('askAdmin.text', ownOrganization(view))}</p>`),

  describe: (view) =>
    section(
      view,
      'describe',
      html`!${signedIn(view)}<p>${textsOf(view)('describe.text')}</p>
!${stepForm(view, 'accept', 'describe.action', describeFields(view))}`,
    ),

  accept: (view) => {
    const onBehalf =
      view.preview.type === 'COOPERATION'
        ? html`<p>${textsOf(view)('accept.onBehalf', ownOrganization(view))}</p>
`
        : '';
    return section(
      view,
      'accept',
      html`!${signedIn(view)}!${onBehalf}!${stepForm(view, 'accept', 'accept.action')}`,
    );
  },
};

const textsOf = ({ language }: InvitationView) => translator(language, 'pages');

const ownOrganization = ({ account }: InvitationView) => ({
  organizationName: account?.organization?.name ?? '',
});

const signedIn = (
  view: InvitationView,
) => html`<p>${textsOf(view)('signedIn', { email: view.account?.user.email ?? '' })}</p>
`;

const section = (view: InvitationView, step: InvitationStep, content: string) => html`<section>
<h2>${textsOf(view)(`${step}.heading`)}</h2>
!${content}
</section>
`;

const stepForm = (
  view: InvitationView,
  action: string,
  button: string,
  fields: readonly string[] = [],
  quiet = false,
) =>
  form({
    page: 'invitation',
    hidden: { action, token: view.token, lang: view.language },
    fields: fields.join(''),
    action: textsOf(view)(button),
    quiet,
  });
