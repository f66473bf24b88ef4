import type { ApolloServer } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../db/client.ts';
import type { Clock } from '../db/instant.ts';
import { touchSession } from '../db/queries/sessions.ts';
import { asNobody, bySessionToken } from '../identity/authenticate.ts';
import { type GraphQLContext, RequestContext } from '../resolvers/context/request-context.ts';
import { wantsGraphiql } from './graphiql.ts';
import { sessionCookie, sessionTokenOf } from './session-cookie.ts';

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<GraphQLContext>;
  readonly database: Database;
  /** The clock of the next request. */
  readonly clockOf: () => Clock | undefined;
  /** Whether clients reach the gateway by https. */
  readonly secure: boolean;
}

/** GraphQL over HTTP at /graphql, by GET (queries) and POST. */
export function graphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      if (request.method === 'GET' && wantsGraphiql(request)) return reply.graphiql();
      const context = contextOf(request, reply, options);
      try {
        await answer(request, reply, options.apollo, context);
      } finally {
        // The snapshot's connection goes back before the response leaves.
        await context.close();
      }
      noteSession(context, options.database, request);
      return reply;
    },
  });
}

function contextOf(
  request: FastifyRequest,
  reply: FastifyReply,
  options: GraphqlRouteOptions,
): RequestContext {
  const secure = options.secure || request.protocol === 'https';
  const sessionToken = sessionTokenOf(request, secure);
  return new RequestContext({
    database: options.database,
    clock: options.clockOf(),
    sessionToken,
    authenticate: sessionToken === null ? asNobody : bySessionToken(sessionToken),
    cookie: sessionCookie(reply, secure),
    origin: {
      requestId: request.id,
      ipAddress: request.ip,
      userAgent: request.headers['user-agent'] ?? null,
    },
  });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  apollo: ApolloServer<GraphQLContext>,
  context: RequestContext,
): Promise<void> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const response = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers,
      body: request.body,
      search: new URL(request.url, 'http://localhost').search,
    },
    context: async () => ({ request: context }),
  });
  for (const [name, value] of response.headers) reply.header(name, value);
  reply
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .status(response.status ?? 200);
  if (response.body.kind !== 'complete') throw new Error('the schema has no incremental delivery');
  await context.close();
  reply.send(response.body.string);
}

/** At most once a minute, and never in the way of a request. */
function noteSession({ staleSession }: RequestContext, database: Database, request: FastifyRequest): void {
  if (!staleSession) return;
  database
    .transaction('command', (tx) => touchSession(tx, staleSession.id, staleSession.instant))
    .catch((error: unknown) => request.log.warn({ err: error }, 'the use of a session was not noted'));
}
