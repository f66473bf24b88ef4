import { html } from 'ghtml';
import { dateIn, translator } from '../../identity/translator.ts';
import type { InvitationPreview } from '../../resolvers/invitations/invitation-preview.ts';
import { form } from './form.ts';
import type { InvitationView } from './invitation-view.ts';
import { layout } from './layout.ts';
import { STEP_VIEWS } from './step-views.ts';

/** The page of an open invitation: what it is, the next step, and declining. */
export function invitationPage(view: InvitationView): string {
  const { preview, step, language, fault } = view;
  const translate = translator(language, 'pages');
  const title =
    step === 'sent'
      ? translate('sent.title')
      : translate(`invitation.${preview.type}.title`, namesIn(preview));
  return layout({
    language,
    title,
    fault,
    content: html`!${step === 'sent' ? '' : facts(view)}!${STEP_VIEWS[step](view)}!${decline(view)}`,
  });
}

const namesIn = ({ organizationName }: InvitationPreview) => ({ organizationName: organizationName ?? '' });

function facts({ preview, language }: InvitationView): string {
  const translate = translator(language, 'pages');
  const rows = [
    ['from', preview.organizationName ?? 'Parkgate'],
    ['to', preview.email],
    ['role', preview.role && translator(language, 'mail')(`role.${preview.role}`)],
    ['until', dateIn(language, preview.expiresAt)],
  ] as const;
  return html`<p>${translate(`invitation.${preview.type}.text`)}</p>
<dl>
!${rows.map(([name, value]) =>
    value
      ? html`<div><dt>${translate(`invitation.${name}`)}</dt><dd>${value}</dd></div>
`
      : '',
  )}</dl>
`;
}

/** Behind a summary, so that it is not the button that is pressed by mistake. */
function decline({ token, language }: InvitationView): string {
  const translate = translator(language, 'pages');
  return html`<details class="decline">
<summary>${translate('decline.summary')}</summary>
<p>${translate('decline.text')}</p>
!${form({
    page: 'invitation',
    hidden: { action: 'decline', token, lang: language },
    action: translate('decline.action'),
    quiet: true,
  })}</details>
`;
}
