import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { requireReached } from '../authz/permission-groups.ts';
import { Refusal } from '../authz/refusal.ts';
import type { GraphQLContext } from '../resolvers/context/request-context.ts';
import { selectedFields } from './limits/selected-fields.ts';

/**
 * T2: an operation that selects anything outside the group of the API token behind it is refused whole, before anything is executed. The
 * fence of each root field stands behind this (authz/rules.ts).
 */
export const tokenFencePlugin: ApolloServerPlugin<GraphQLContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ schema, document, operation, contextValue }) => {
      // None where the operation's name is wrong: that is execution's to say.
      if (!operation) return;
      try {
        const group = await contextValue.request.permissionGroup();
        if (group !== null) requireReached(group, selectedFields(schema, document, operation));
      } catch (error) {
        throw error instanceof Refusal ? beforeExecution(error) : error;
      }
    },
  }),
};

/** Nothing is executed: the answer has no data, and the status says so. */
const beforeExecution = (refusal: Refusal) =>
  new GraphQLError(refusal.message, {
    originalError: refusal,
    extensions: { http: { status: refusal.code === 'UNAUTHENTICATED' ? 401 : 403 } },
  });
