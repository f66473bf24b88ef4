import type { ApolloServerOptions, BaseContext } from '@apollo/server';
import { operationSizeRule } from './limits/operation-size-rule.ts';

/**
 * What a GraphQL document may cost before its operation is executed; options to spread into ApolloServer.
 *
 * They build on one another: the token limit bounds everything that walks the document (parser, graphql-js' own rules, ours),
 * and Apollo runs `validationRules` only on documents that passed the standard rules and `maxRecursiveSelections`.
 * Directives need no limit of their own: the standard rules allow each known one once per field.
 */
export const graphqlLimits = {
  // The introspection query of GraphiQL has 184. Nesting 500 levels takes 1,500.
  parseOptions: { maxTokens: 1_500 },
  // Fields and spreads with all fragments written out; the whole introspection has 240.
  maxRecursiveSelections: 2_000,
  // Each error quotes the document or its variables: the answer to a bad one must stay small.
  validationOptions: { maxErrors: 10 },
  executionOptions: { maxCoercionErrors: 10 },
  hideSchemaDetailsFromClientErrors: true,
  validationRules: [operationSizeRule],
} satisfies Partial<ApolloServerOptions<BaseContext>>;
