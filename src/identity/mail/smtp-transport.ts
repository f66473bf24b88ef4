import { createTransport } from 'nodemailer';
import type { MailRow } from '../../db/queries/mails.ts';
import { LANGUAGE_TAGS } from '../translator.ts';
import type { RenderedMail } from './render-mail.ts';

/** Whom mails are from. */
export interface Sender {
  readonly name: string;
  readonly address: string;
}

/** Hands one mail over to the server; rejects when the server did not take it, or did not say so in time. */
export type SendMail = (
  mail: Pick<MailRow, 'id' | 'recipient' | 'language'> & Omit<RenderedMail, 'link'>,
) => Promise<void>;

/** The longest that handing over one mail may take. A worker's claim lasts longer. */
export const SEND_LIMIT_MS = 60_000;

/** A server that says nothing is given up. */
const TIMEOUTS = {
  dnsTimeout: 10_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
  socketCloseTimeout: 0,
};

/**
 * Sends by SMTP, each mail on a connection of its own: a connection that is kept may have died unnoticed.
 * @param smtpUrl smtp:// (with STARTTLS if the server offers it) or smtps://; its query may set nodemailer's options
 * @param limitMs shorter in tests
 */
export function smtpTransport(
  { smtpUrl, from }: { readonly smtpUrl: string; readonly from: Sender },
  limitMs = SEND_LIMIT_MS,
): SendMail {
  const transport = createTransport({
    url: smtpUrl,
    ...TIMEOUTS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return async ({ id, recipient, language, subject, text, html }) => {
    await transport.sendMail({
      // As an object an address is taken as it is, not parsed as a list.
      from,
      to: { name: '', address: recipient },
      envelope: { from: from.address, to: [recipient] },
      subject,
      text,
      html,
      // The same however often the mail is sent, so that who gets it twice can tell.
      messageId: `<${id}@${domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': LANGUAGE_TAGS[language] },
      signal: AbortSignal.timeout(limitMs),
    });
  };
}
