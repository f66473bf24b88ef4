import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import { type DocumentNode, type FragmentDefinitionNode, GraphQLError, Kind } from 'graphql';
import { measureOperation, type OperationSize } from './limits/measure-operation.ts';

/**
 * The contract's 20,000 nodes, and what bounds the work on them: 20,000 nodes with 25 fields each. Without the second, a hundred aliases
 * of an expensive field on every node would exhaust the memory.
 */
const LIMITS: Readonly<OperationSize> = { nodes: 20_000, fields: 500_000 };

/**
 * Refuses, before anything is executed, an operation that could return more than 20,000 nodes or resolve more than 500,000 fields
 * (`measureOperation` has the rules). The error: status 400, code OPERATION_TOO_LARGE, `limit`, and the measure that exceeds it
 * as `nodes` or `fields`.
 */
export const nodeLimitPlugin: ApolloServerPlugin<BaseContext> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ schema, operation, document, request }) => {
      // None where the operation's name is wrong: that is execution's to say.
      if (operation)
        requireSmall(measureOperation(schema, operation, fragmentsOf(document), request.variables));
    },
  }),
};

const fragmentsOf = ({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );

function requireSmall(size: OperationSize): void {
  const measure = (['nodes', 'fields'] as const).find((each) => size[each] > LIMITS[each]);
  if (!measure) return;
  const limit = LIMITS[measure];
  throw new GraphQLError(
    `The operation could return ${size[measure]} ${measure}; the limit is ${limit}. Ask for smaller pages (\`first\`), and follow their cursors.`,
    { extensions: { code: 'OPERATION_TOO_LARGE', limit, [measure]: size[measure], http: { status: 400 } } },
  );
}
