import { html } from 'ghtml';
import type { MailRow } from '../../db/queries/mails.ts';
import { type LinkSigner, linkHtml, linkUrl } from '../links.ts';
import { dateIn, LANGUAGE_TAGS, type Translate, translator } from '../translator.ts';

/** What of a queued mail says what is in it. */
export type MailContent = Pick<
  MailRow,
  'template' | 'language' | 'params' | 'linkKind' | 'linkId' | 'linkRotation'
>;

export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Where its link leads, and the secret in it. */
  readonly link: { readonly address: string; readonly secret: string } | null;
}

/** Makes the mail from its template; the link's secret is made here, and nowhere stored. */
export type MailRenderer = (mail: MailContent) => RenderedMail;

type Part = 'text' | 'purpose' | 'recipient' | 'link' | 'note' | 'unexpected';

/** What each template consists of, in order, between greeting and footer. `text` and `note` are its own. */
const TEMPLATES: Readonly<Record<MailRow['template'], readonly Part[]>> = {
  PLATFORM_INVITATION: ['text', 'link', 'unexpected'],
  ORGANIZATION_INVITATION: ['text', 'link', 'unexpected'],
  COOPERATION_INVITATION: ['text', 'purpose', 'recipient', 'link', 'unexpected'],
  VERIFICATION: ['text', 'link', 'note'],
  ALREADY_REGISTERED: ['text', 'note'],
  EMAIL_CHANGE: ['text', 'link', 'note'],
  EMAIL_CHANGED: ['text', 'note'],
  PASSWORD_RESET: ['text', 'link', 'note'],
  PASSWORD_CHANGED: ['text', 'note'],
  MEMBER_REMOVED: ['text', 'note'],
  COOPERATION_REQUESTED: ['text', 'purpose', 'note'],
};

/** @param publicUrl where the links lead to, without a slash at its end */
export function mailRenderer({
  publicUrl,
  links,
}: {
  readonly publicUrl: string;
  readonly links: LinkSigner;
}): MailRenderer {
  return (mail) => {
    const translate = translator(mail.language, 'mail');
    const values = valuesOf(mail, translate);
    const link = linkOf(mail, publicUrl, links);
    const own = (key: string) => translate(`${mail.template}.${key}`, values);
    const linkBlock = (address: string): Block => ({
      address,
      action: own('action'),
      copyLink: translate('copyLink'),
      expires: translate('expires', values),
    });
    const blocksOf = (part: Part): readonly Block[] => {
      if (part === 'link') return link ? [linkBlock(link.address)] : fail(mail);
      if (part === 'purpose') return values['purpose'] ? [translate(part, values)] : [];
      // What comes next for whoever has the address; older mails in the queue do not say.
      if (part === 'recipient') return values['recipient'] ? [own(`recipient.${values['recipient']}`)] : [];
      return [part === 'unexpected' ? translate(part) : own(part)];
    };
    const blocks = [
      values['name'] ? translate('greetingByName', values) : translate('greeting'),
      ...TEMPLATES[mail.template].flatMap(blocksOf),
    ];
    const subject = own('subject');
    const footer = translate('footer', { site: publicUrl });
    return {
      subject,
      text: `${blocks.map(asText).join('\n\n')}\n\n-- \n${footer}\n`,
      html: asHtml(LANGUAGE_TAGS[mail.language], subject, blocks, footer),
      link,
    };
  };
}

function fail({ template }: MailContent): never {
  throw new Error(`the mail ${template} needs a link`);
}

/** A paragraph, or a link. */
type Block =
  | string
  | {
      readonly address: string;
      readonly action: string;
      readonly copyLink: string;
      readonly expires: string;
    };

function linkOf({ linkKind, linkId, linkRotation }: MailContent, publicUrl: string, links: LinkSigner) {
  if (linkKind === null || linkId === null || linkRotation === null) return null;
  const secret = links({ kind: linkKind, id: linkId, rotation: linkRotation });
  return { address: linkUrl(publicUrl, linkKind, secret), secret };
}

/** The parameters as a reader wants them: names on one line, roles in words, an instant as a date. */
function valuesOf({ params, language }: MailContent, translate: Translate) {
  const { role, expiresAt, ...others } = params;
  return {
    ...Object.fromEntries(Object.entries(others).map(([name, value]) => [name, onOneLine(value)])),
    ...(role !== undefined && { role: translate(`role.${role}`) }),
    ...(expiresAt !== undefined && { until: dateIn(language, new Date(expiresAt)) }),
  } as Readonly<Record<string, string>>;
}

/** What people typed must not make lines of its own, in a header least of all, nor turn the direction of what follows. */
const onOneLine = (value: string): string =>
  value
    .toWellFormed()
    .replace(/\p{Bidi_C}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();

const asText = (block: Block): string =>
  typeof block === 'string' ? block : `${block.action}:\n${block.address}\n\n${block.expires}`;

const FONT = 'font-family: system-ui, sans-serif; font-size: 16px; line-height: 1.5;';

/** Clients of mail know no style sheets; black on white, and no image. */
function asHtml(lang: string, subject: string, blocks: readonly Block[], footer: string): string {
  const body = blocks.map((block) =>
    typeof block === 'string'
      ? html`<p>${block}</p>
`
      : html`<p><a href="!${linkHtml(block.address)}" style="display: inline-block; padding: 10px 20px; border-radius: 4px; background: #14532d; color: #ffffff; font-weight: bold;">${block.action}</a></p>
<p>${block.copyLink}<br><a href="!${linkHtml(block.address)}" style="color: #14532d; word-break: break-all;">!${linkHtml(block.address)}</a></p>
<p>${block.expires}</p>
`,
  );
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${subject}</title>
</head>
<body style="margin: 0; padding: 24px; background: #ffffff; color: #111111;">
<div style="max-width: 600px; margin: 0 auto; ${FONT}">
!${body}<p style="padding-top: 16px; border-top: 1px solid #767676; font-size: 14px; color: #555555;">${footer}</p>
</div>
</body>
</html>
`;
}
