import type { ApolloServer } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { GraphQLContext, RequestContext } from '../resolvers/context/request-context.ts';
import { wantsGraphiql } from './graphiql.ts';
import { type ContextOptions, inContext } from './in-context.ts';

export interface GraphqlRouteOptions {
  readonly apollo: ApolloServer<GraphQLContext>;
  readonly contexts: ContextOptions;
}

/** GraphQL over HTTP at /graphql, by GET (queries) and POST. */
export function graphqlRoute(app: FastifyInstance, { apollo, contexts }: GraphqlRouteOptions): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/graphql',
    handler: async (request, reply) => {
      if (request.method === 'GET' && wantsGraphiql(request)) return reply.graphiql();
      // The snapshot's connection goes back before the response leaves.
      await inContext(request, reply, contexts, 'SESSION_OR_API_TOKEN', (context) =>
        answer(request, reply, apollo, context),
      );
      return reply;
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
  reply.header('cache-control', 'no-store').status(response.status ?? 200);
  if (response.body.kind !== 'complete') throw new Error('the schema has no incremental delivery');
  await context.close();
  reply.send(response.body.string);
}
