import { type ASTVisitor, GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';

/** How a selection set looks with its fragments written out. */
interface Shape {
  /** Levels of fields. */
  readonly depth: number;
  /** Fields under a name that is not their own, at any level. */
  readonly aliases: number;
  /** Fields at the first level. */
  readonly rootFields: number;
}

const LIMITS: Readonly<Record<keyof Shape, { readonly limit: number; readonly what: string }>> = {
  // GraphiQL's introspection query has 15; the longest way through the contract without going in circles about 17.
  depth: { limit: 20, what: 'levels of fields' },
  // An alias repeats the work of a field, on every node of a list.
  aliases: { limit: 100, what: 'aliases' },
  // Each is a command of its own, or at least a statement.
  rootFields: { limit: 100, what: 'root fields' },
};

const EMPTY: Shape = { depth: 0, aliases: 0, rootFields: 0 };

/**
 * Refuses an operation of more than 20 levels, 100 aliases or 100 root fields. The error's extensions carry `validationErrorCode`
 * OPERATION_TOO_LARGE, `limit` and the measure (`depth`, `aliases` or `rootFields`).
 *
 * Every fragment is measured once, so that the work grows with the document and not with what its fragments multiply to. The recursion
 * is as deep as the document, which the parser's token limit bounds.
 */
export function operationSizeRule(context: ValidationContext): ASTVisitor {
  const measured = new Map<string, Shape>();

  function shapeOfFragment(name: string): Shape {
    const known = measured.get(name);
    if (known) return known;
    // A cycle ends here; NoFragmentCyclesRule is what reports it.
    measured.set(name, EMPTY);
    const fragment = context.getFragment(name);
    const shape = fragment ? shapeOf(fragment.selectionSet) : EMPTY;
    measured.set(name, shape);
    return shape;
  }

  function shapeOf({ selections }: SelectionSetNode): Shape {
    let { depth, aliases, rootFields } = EMPTY;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const below = selection.selectionSet ? shapeOf(selection.selectionSet) : EMPTY;
        depth = Math.max(depth, 1 + below.depth);
        aliases +=
          below.aliases + (selection.alias && selection.alias.value !== selection.name.value ? 1 : 0);
        rootFields += 1;
      } else {
        const part =
          selection.kind === Kind.FRAGMENT_SPREAD
            ? shapeOfFragment(selection.name.value)
            : shapeOf(selection.selectionSet);
        depth = Math.max(depth, part.depth);
        aliases += part.aliases;
        rootFields += part.rootFields;
      }
    }
    return { depth, aliases, rootFields };
  }

  return {
    OperationDefinition(operation) {
      const shape = shapeOf(operation.selectionSet);
      for (const measure of Object.keys(LIMITS) as (keyof Shape)[]) {
        const { limit, what } = LIMITS[measure];
        if (shape[measure] <= limit) continue;
        context.reportError(
          new GraphQLError(`The operation has ${shape[measure]} ${what}; the limit is ${limit}.`, {
            nodes: operation,
            extensions: { validationErrorCode: 'OPERATION_TOO_LARGE', limit, [measure]: shape[measure] },
          }),
        );
      }
    },
  };
}
