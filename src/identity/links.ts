/** The secrets of the links in mails: derived, so that neither the database nor the queue of mails holds one. */
import { createHmac } from 'node:crypto';

/** What a link leads to; with its id and rotation it is one link. */
export type LinkKind = 'INVITATION' | 'VERIFICATION' | 'EMAIL_CHANGE' | 'PASSWORD_RESET';

/** A link without its secret. */
export interface LinkRef {
  readonly kind: LinkKind;
  readonly id: string;
  /** How often it has been sent again: each time the earlier secret goes dead. */
  readonly rotation: number;
}

/** Where the pages of the links are. */
const LINK_PATHS: Readonly<Record<LinkKind, string>> = {
  INVITATION: '/invitation',
  VERIFICATION: '/verify',
  EMAIL_CHANGE: '/verify',
  PASSWORD_RESET: '/reset-password',
};

/** Answers the secret of a link: HMAC-SHA-256 over kind, id and rotation, 256 bits as base64url. */
export type LinkSigner = (link: LinkRef) => string;

/** @param appSecret APP_SECRET: whoever has it can make every link */
export const linkSigner =
  (appSecret: string): LinkSigner =>
  ({ kind, id, rotation }) =>
    createHmac('sha256', appSecret).update(`link ${kind} ${id} ${rotation}`).digest('base64url');

/** The address of a link as a mail shows it. */
export const linkUrl = (publicUrl: string, kind: LinkKind, secret: string): string =>
  `${publicUrl}${LINK_PATHS[kind]}?token=${secret}`;

/**
 * Such an address in HTML. Quotes and angle brackets are percent-encoded in it already; `?token=` stays readable for programs that look
 * for it without reading HTML.
 */
export const linkHtml = (address: string): string =>
  address.replaceAll('&', '&amp;').replaceAll("'", '&#39;');
