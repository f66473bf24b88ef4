import formbody from '@fastify/formbody';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../authz/refusal.ts';
import { isUnavailable } from '../../db/errors.ts';
import { LANGUAGE_TAGS } from '../../identity/translator.ts';
import { type ContextOptions, inContext, isSecure } from '../in-context.ts';
import { answerInvitation, showInvitation } from './invitation.ts';
import { invitationCookie } from './invitation-cookie.ts';
import { PAGE_HEADERS } from './layout.ts';
import { isOwnForm } from './own-form.ts';
import { type PageAnswer, type PageRequest, sentIn } from './page.ts';
import { acceptedLanguage } from './page-language.ts';
import { badRequestPage, failurePage, foreignFormPage, refusalPage, unavailablePage } from './plain-page.ts';
import { answerReset, showReset } from './reset-password.ts';
import { answerVerification, showVerification } from './verify.ts';

type Handler = (page: PageRequest) => Promise<PageAnswer>;

const PAGES: readonly { readonly url: string; readonly show: Handler; readonly answer: Handler }[] = [
  { url: '/invitation', show: showInvitation, answer: answerInvitation },
  { url: '/verify', show: showVerification, answer: answerVerification },
  { url: '/reset-password', show: showReset, answer: answerReset },
];

/** The longest acceptable texts of every field fit in. */
const BODY_LIMIT = 16_384;

interface LinkPagesOptions {
  readonly contexts: ContextOptions;
  readonly publicUrl: string;
}

/**
 * The pages that the links in mails lead to: HTML without scripts, whose forms do what the API does, by the same commands. A GET changes
 * nothing, because scanners of mail follow links.
 */
export const linkPages: FastifyPluginAsync<LinkPagesOptions> = async (app, { contexts, publicUrl }) => {
  app.removeAllContentTypeParsers();
  await app.register(formbody, { bodyLimit: BODY_LIMIT });
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST' || isOwnForm(request, publicUrl)) return;
    return send(reply, foreignFormPage(languageOf(request)));
  });
  app.setErrorHandler((error, request, reply) => send(reply, errorPage(error, request)));
  const handled = (handler: Handler) => async (request: FastifyRequest, reply: FastifyReply) => {
    const answer = await inContext(request, reply, contexts, 'SESSION', (context) =>
      handler({
        context,
        query: sentIn(request.query),
        form: sentIn(request.body),
        acceptedLanguage: languageOf(request),
        kept: invitationCookie(request, reply, isSecure(request, contexts)),
      }),
    );
    return send(reply, answer);
  };
  for (const { url, show, answer } of PAGES) {
    app.get(url, handled(show));
    app.post(url, handled(answer));
  }
};

const languageOf = ({ headers }: FastifyRequest) => acceptedLanguage(headers['accept-language']);

function send(reply: FastifyReply, answer: PageAnswer): FastifyReply {
  if ('location' in answer) {
    return reply
      .headers({ ...PAGE_HEADERS, location: answer.location })
      .status(303)
      .send('');
  }
  const { status, language, html, retryAfterSeconds } = answer;
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return reply
    .headers({ ...PAGE_HEADERS, 'content-language': LANGUAGE_TAGS[language] })
    .status(status)
    .send(html);
}

/** What is shown when no page could be made. */
function errorPage(error: unknown, request: FastifyRequest) {
  const language = languageOf(request);
  if (error instanceof Refusal) return refusalPage(error, language);
  const { statusCode = 500 } = error as { statusCode?: number };
  if (statusCode < 500) return { ...badRequestPage(language), status: statusCode };
  request.log.error({ err: error, requestId: request.id }, 'a request failed');
  return isUnavailable(error) ? unavailablePage(language) : failurePage(language, request.id);
}
