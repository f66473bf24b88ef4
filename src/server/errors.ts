import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, type ErrorCode, Refusal } from '../authz/refusal.ts';
import { isUnavailable } from '../db/errors.ts';
import type { GraphQLContext } from '../resolvers/context/request-context.ts';

/** Codes that come from Apollo Server, of documents and requests that were never executed: their messages speak of the request alone. */
const REQUEST_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_REQUEST',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

const CLIENT_CODES = new Set([...REQUEST_CODES, 'BAD_USER_INPUT', 'OPERATION_TOO_LARGE']);

/** What a client sees of an error: known refusals as they are, everything else by its code alone. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path, extensions } = formatted;
  const at = { ...(locations && { locations }), ...(path && { path }) };
  const cause = unwrapResolverError(error);
  if (cause instanceof Refusal) {
    return { ...at, message: cause.message, extensions: { code: cause.code, ...cause.details } };
  }
  const code = String(extensions?.['code']);
  if (REQUEST_CODES.has(code)) return { ...at, message: formatted.message, extensions: { code } };
  if (code === 'OPERATION_TOO_LARGE') {
    const { limit, nodes, fields } = extensions ?? {};
    return { ...at, message: formatted.message, extensions: { code, limit, nodes, fields } };
  }
  if (code === 'BAD_USER_INPUT') {
    return { ...at, message: formatted.message, extensions: { code, field: fieldOf(formatted.message) } };
  }
  const masked: ErrorCode = isUnavailable(cause) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR';
  return { ...at, message: ERROR_CODES[masked], extensions: { code: masked, requestId: extensions?.['requestId'] } };
}

/** graphql-js says where a variable went wrong in its message alone: `Variable "$input" got invalid value … at "input.name"; …`. */
const fieldOf = (message: string): string | undefined =>
  / at "([^"]+)"/.exec(message)?.[1] ?? /^Variable "\$([^"]+)"/.exec(message)?.[1];

/** Whether an error is a client's or a known refusal, and not a fault of the gateway. */
const isExpected = (error: GraphQLError): boolean =>
  unwrapResolverError(error) instanceof Refusal || CLIENT_CODES.has(String(error.extensions['code']));

/** Logs what broke under the request's id, and gives the client that id to ask about. */
export const errorLogPlugin = (log: (error: unknown, requestId: string) => void): ApolloServerPlugin<GraphQLContext> => ({
  requestDidStart: async ({ contextValue }) => ({
    didEncounterErrors: async ({ errors }) => {
      for (const error of errors.filter((each) => !isExpected(each))) {
        const { requestId } = contextValue.request.origin;
        error.extensions['requestId'] = requestId;
        log(unwrapResolverError(error), requestId);
      }
    },
  }),
});
