import type { Language } from '../../identity/translator.ts';
import type { RequestContext } from '../../resolvers/context/request-context.ts';
import type { InvitationCookie } from './invitation-cookie.ts';

/** What a client sent, by name; null for what it did not, or sent more than once. */
export type Sent = (name: string) => string | null;

/** A request for one of the pages. */
export interface PageRequest {
  readonly context: RequestContext;
  /** The parameters of the address. */
  readonly query: Sent;
  /** The fields of the form. */
  readonly form: Sent;
  /** What the browser asks for. */
  readonly acceptedLanguage: Language;
  /** The invitation that this browser registered with. */
  readonly kept: InvitationCookie;
}

/** What is shown. */
export interface Page {
  readonly status: number;
  readonly language: Language;
  readonly html: string;
  readonly retryAfterSeconds?: number | undefined;
}

/** Where a browser goes on after a form: relative to the page, so that a path before ours stays. */
export interface Redirect {
  readonly location: string;
}

export type PageAnswer = Page | Redirect;

/** The address of one of the pages, relative to any of them. */
export function addressOf(page: string, parameters: Readonly<Record<string, string | null>>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== null) given.set(name, value);
  return `${page}?${given}`;
}

/** Reads single values from what a parser answers. */
export const sentIn =
  (values: unknown): Sent =>
  (name) => {
    const sent = values as Readonly<Record<string, unknown>> | null | undefined;
    const value = sent && Object.hasOwn(sent, name) ? sent[name] : null;
    return typeof value === 'string' ? value : null;
  };
