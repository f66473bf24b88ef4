import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_CODES } from '../authz/refusal.ts';

/** JSON may only come as UTF-8; what another charset decodes to differs between parsers. */
const isUtf8 = (contentType: string) =>
  /charset="?utf-?8"?/i.test(contentType) || !/charset/i.test(contentType);

/** Every answer has these. */
const marked = (request: FastifyRequest, reply: FastifyReply): FastifyReply =>
  reply
    .header('x-content-type-options', 'nosniff')
    .header('referrer-policy', 'no-referrer')
    .header('x-request-id', request.id);

const nothingThere = (reply: FastifyReply): FastifyReply =>
  reply.status(404).send(errorBody('NOT_FOUND', 'Not found.'));

/** Paths that Fastify can't decode, or with a name that it finds too long: no hook and no handler sees them. */
export const frameworkErrors = (_error: FastifyError, request: FastifyRequest, reply: FastifyReply) =>
  nothingThere(marked(request, reply));

/** What is answered when a request never reaches GraphQL: JSON of the same form, and nothing internal. */
export function httpErrors(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    marked(request, reply);
    if (!isUtf8(request.headers['content-type'] ?? '')) {
      await reply.status(415).send(errorBody('BAD_REQUEST', 'The body is JSON in UTF-8.'));
    }
  });
  app.setNotFoundHandler((_request, reply) => nothingThere(reply));
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500)
      return reply.status(status).send(errorBody('BAD_REQUEST', MESSAGES[status] ?? MESSAGES[400]));
    request.log.error({ err: error }, 'a request failed');
    return reply
      .status(500)
      .send(errorBody('INTERNAL_SERVER_ERROR', ERROR_CODES.INTERNAL_SERVER_ERROR, { requestId: request.id }));
  });
}

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'The request is not well-formed.',
  408: 'The request took too long to arrive.',
  413: 'The body is larger than 1 MiB.',
  415: 'The body is JSON: send content-type application/json.',
};

/** One error, in the form that an error of GraphQL has. */
export const errorBody = (code: string, message: string | undefined, details: object = {}) => ({
  errors: [{ message, extensions: { code, ...details } }],
});
