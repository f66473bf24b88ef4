import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema } from 'graphql';
import type { GraphQLContext } from '../resolvers/context/request-context.ts';
import { errorLogPlugin, formatError } from './errors.ts';
import { graphqlLimits } from './limits.ts';
import { nodeLimitPlugin } from './node-limit.ts';
import { tokenFencePlugin } from './token-fence.ts';

/** Apollo Server as the gateway runs it: limited, masked, without what leaks or costs. */
export function createApollo(
  schema: GraphQLSchema,
  log: (error: unknown, requestId: string) => void,
): ApolloServer<GraphQLContext> {
  return new ApolloServer<GraphQLContext>({
    ...graphqlLimits,
    schema,
    formatError,
    includeStacktraceInErrorResponses: false,
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    plugins: [
      // The default cache-control plugin wraps every field.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      nodeLimitPlugin,
      tokenFencePlugin,
      errorLogPlugin(log),
    ],
  });
}
