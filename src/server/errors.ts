import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, type ErrorCode, Refusal } from '../authz/refusal.ts';
import { isUnavailable } from '../db/errors.ts';
import type { GraphQLContext } from '../resolvers/context/request-context.ts';

/**
 * Codes of documents, variables and requests that were never executed, by the code or `validationErrorCode` that Apollo Server
 * gives: their messages speak of the request alone.
 */
const REQUEST_CODES: Readonly<Record<string, string>> = {
  GRAPHQL_PARSE_FAILED: 'GRAPHQL_PARSE_FAILED',
  GRAPHQL_VALIDATION_FAILED: 'GRAPHQL_VALIDATION_FAILED',
  OPERATION_RESOLUTION_FAILURE: 'OPERATION_RESOLUTION_FAILURE',
  BAD_REQUEST: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
  BAD_USER_INPUT: 'BAD_USER_INPUT',
  OPERATION_TOO_LARGE: 'OPERATION_TOO_LARGE',
  MAX_RECURSIVE_SELECTIONS_EXCEEDED: 'OPERATION_TOO_LARGE',
};

/** What such an error may tell beside its code. */
const REQUEST_DETAILS = ['limit', 'nodes', 'fields', 'depth', 'aliases', 'rootFields'] as const;

const MAX_MESSAGE_LENGTH = 1_000;

/** The client's own mistake, made before anything was executed; null for everything that happened in execution. */
function requestCode(
  { path, extensions }: Pick<GraphQLFormattedError, 'path' | 'extensions'>,
  error: unknown,
): string | null {
  // What graphql-js itself says of a value: written into the document, or a null variable where an argument must not be null.
  if (isAboutInput(error)) return 'BAD_USER_INPUT';
  if (path !== undefined) return null;
  const { code, validationErrorCode } = extensions ?? {};
  return REQUEST_CODES[String(validationErrorCode)] ?? REQUEST_CODES[String(code)] ?? null;
}

const isAboutInput = (error: unknown): boolean => {
  if (!(error instanceof GraphQLError)) return false;
  const kind = error.nodes?.[0]?.kind ?? '';
  return kind.endsWith('Value') || (kind === 'Variable' && error.path !== undefined && !error.originalError);
};

/** What was thrown: by a resolver, or before anything was executed. */
const causeOf = (error: unknown): unknown =>
  error instanceof GraphQLError && error.originalError ? error.originalError : unwrapResolverError(error);

/** What a client sees of an error: known refusals as they are, its own mistakes explained, everything else by its code alone. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const { locations, path, extensions = {} } = formatted;
  const at = { ...(locations && { locations }), ...(path && { path }) };
  const cause = causeOf(error);
  if (cause instanceof Refusal) {
    return { ...at, message: cause.message, extensions: { code: cause.code, ...cause.details } };
  }
  const code = requestCode(formatted, error);
  if (code !== null) {
    const field = code === 'BAD_USER_INPUT' ? fieldOf(formatted.message) : undefined;
    const details = REQUEST_DETAILS.flatMap((name) => (name in extensions ? [[name, extensions[name]]] : []));
    const message = requestMessage(formatted.message).slice(0, MAX_MESSAGE_LENGTH);
    return { ...at, message, extensions: { code, ...(field && { field }), ...Object.fromEntries(details) } };
  }
  const masked: ErrorCode = isUnavailable(cause) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR';
  return {
    ...at,
    message: ERROR_CODES[masked],
    extensions: { code: masked, requestId: extensions['requestId'] },
  };
}

/** What graphql-js says, without the value that a variable had (it may be a password) and without suggestions (they tell names). */
const requestMessage = (message: string): string =>
  message
    .replace(/^(Variable "[^"]*") got invalid value .*?( at "[^"]*")?; ([^;]*)$/s, '$1$2: $3')
    .replace(/( value): .*$/s, '$1.')
    .replace(/ ?Did you mean.+\?$/s, '');

/** graphql-js says where a variable went wrong in its message alone: `Variable "$input" got invalid value … at "input.name"; …`. */
const fieldOf = (message: string): string | undefined =>
  / at "([^"]+)"/.exec(message)?.[1] ?? /^Variable "\$([^"]+)"/.exec(message)?.[1];

/** Whether an error is a client's or a known refusal, and not a fault of the gateway. */
const isExpected = (error: GraphQLError): boolean =>
  causeOf(error) instanceof Refusal || requestCode(error, error) !== null;

/** Logs what broke under the request's id, and gives the client that id to ask about. */
export const errorLogPlugin = (
  log: (error: unknown, requestId: string) => void,
): ApolloServerPlugin<GraphQLContext> => ({
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
