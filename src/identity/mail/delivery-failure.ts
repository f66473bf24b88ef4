/** What became of an attempt that failed. */
export interface DeliveryFailure {
  /** The server will not take this mail, however often it is tried. */
  readonly permanent: boolean;
  /** For the queue: what the server or the network said, without the link's secret. */
  readonly reason: string;
  /** For the log: nothing that names anybody. */
  readonly code: string;
}

/** What nodemailer adds to its errors. */
interface SmtpError {
  readonly code?: unknown;
  readonly command?: unknown;
  readonly responseCode?: unknown;
  readonly permanent?: unknown;
}

/** Where a refusal is about the mail itself. One of the sender, or of the password, is the operator's to mend, and lasts no mail's life. */
const ABOUT_THE_MAIL = new Set(['RCPT TO', 'DATA']);

/** @param secret of the link in the mail: servers quote what they refuse */
export function deliveryFailure(error: unknown, secret: string | null): DeliveryFailure {
  const { code, command, responseCode, permanent } = (error ?? {}) as SmtpError;
  const message = error instanceof Error ? error.message : 'what was thrown is no error';
  return {
    permanent: permanent === true && ABOUT_THE_MAIL.has(String(command)),
    reason: withoutSecret(message.replace(/\p{Cc}+/gu, ' '), secret)
      .slice(0, 500)
      .toWellFormed(),
    code: [code, responseCode].filter((part) => part !== undefined).join(' ') || 'unknown',
  };
}

/** A server may quote a part of it only. */
const withoutSecret = (text: string, secret: string | null): string =>
  text.replace(/[\w-]{6,}/g, (run) =>
    secret !== null && (secret.includes(run) || run.includes(secret)) ? '…' : run,
  );
