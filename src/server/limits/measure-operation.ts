import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE } from '../../resolvers/connections/connection.ts';
import { pointsAtMost } from '../../resolvers/metrics/metric-range.ts';
import { LIST_LENGTHS, SCALAR_SIZES } from './large-fields.ts';
import { argumentValues, isIncluded, type Values, variableValues } from './request-values.ts';

export interface OperationSize {
  /** Nodes that the operation can return at most. */
  readonly nodes: number;
  /** Fields that are resolved when it returns that many. A list without a size of its own counts once. */
  readonly fields: number;
}

/** What a field's arguments tell of the lists right below it. */
interface ListsBelow {
  /** In a mutation's payload: the length of its lists. */
  readonly batch?: number | undefined;
  /** In a series: how many points it has. */
  readonly points?: number | undefined;
}

const NOTHING: OperationSize = { nodes: 0, fields: 0 };

/**
 * Counts what a validated operation could return; a field below a list counts once for each node of the list.
 *
 * | field | nodes |
 * |---|---|
 * | takes `first` (every connection) | `first`, else `last`, else 50 |
 * | takes `ids` | the length of that list |
 * | list of objects directly in a mutation's payload | the longest list in the mutation's input, at least 1 |
 * | a report's `parks` | 1,000 |
 * | everything else | none of its own |
 *
 * The points of a series are no nodes: what is selected of each counts among the fields, at least once, for as many points as there can be
 * between `from` and `to`. A report's `rows` and `csv` count their cells among the fields.
 *
 * A page size that is no integer from 1 to 10,000 counts 0, and so does what lies below it: the resolver refuses it by name.
 * Fields are merged, fragments applied and `@skip` and `@include` obeyed as in execution; of an interface or union the largest type
 * counts. Each combination of a type and the selection sets that meet on it is counted once, so that fragments don't multiply the work.
 */
export function measureOperation(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  sentVariables: Values = {},
): OperationSize {
  const variables = variableValues(operation, sentVariables);
  const sizes = new Map<string, OperationSize>();
  const setNumbers = new Map<SelectionSetNode, number>();

  const numberOf = (set: SelectionSetNode): number => {
    const number = setNumbers.get(set) ?? setNumbers.size;
    setNumbers.set(set, number);
    return number;
  };

  function sizeOf(
    type: GraphQLCompositeType,
    sets: readonly SelectionSetNode[],
    lists: ListsBelow = {},
  ): OperationSize {
    const key = `${type.name} ${sets.map(numberOf)} ${lists.batch} ${lists.points}`;
    let size = sizes.get(key);
    if (!size) {
      size = isAbstractType(type)
        ? largest(schema.getPossibleTypes(type).map((possible) => sizeOf(possible, sets, lists)))
        : sizeOfObject(type, sets, lists);
      sizes.set(key, size);
    }
    return size;
  }

  function sizeOfObject(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
    lists: ListsBelow,
  ): OperationSize {
    let { nodes, fields } = NOTHING;
    for (const group of collectFields(type, sets).values()) {
      fields += 1;
      const [node] = group as [FieldNode];
      const field = type.getFields()[node.name.value];
      // `__typename`, `__schema` and `__type`: the limits of the document are theirs.
      if (!field) continue;
      const args = argumentValues(field, node, variables);
      const coordinate = `${type.name}.${field.name}`;
      const length = LIST_LENGTHS[coordinate] ?? listLength(field, args, lists.batch);
      const named = getNamedType(field.type);
      fields += SCALAR_SIZES[coordinate] ?? 0;
      if (length === 0 || !isCompositeType(named)) continue;
      const below = sizeOf(
        named,
        group.flatMap(({ selectionSet }) => selectionSet ?? []),
        listsBelow(type, field, args),
      );
      if (lists.points !== undefined && isListOfObjects(field)) {
        fields += lists.points * Math.max(1, below.fields);
        continue;
      }
      nodes += (length ?? 0) + (length ?? 1) * below.nodes;
      fields += (length ?? 1) * below.fields;
    }
    return { nodes, fields };
  }

  /** CollectFields of the specification: by response key, each fragment once. */
  function collectFields(
    type: GraphQLObjectType,
    sets: readonly SelectionSetNode[],
  ): Map<string, FieldNode[]> {
    const groups = new Map<string, FieldNode[]>();
    const entered = new Set<InlineFragmentNode | FragmentDefinitionNode>();
    const collect = ({ selections }: SelectionSetNode) => {
      for (const selection of selections) {
        if (!isIncluded(selection, variables)) continue;
        if (selection.kind === Kind.FIELD) {
          const key = (selection.alias ?? selection.name).value;
          const group = groups.get(key);
          if (group) group.push(selection);
          else groups.set(key, [selection]);
          continue;
        }
        const fragment =
          selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        if (!fragment || entered.has(fragment) || !applies(fragment, type)) continue;
        entered.add(fragment);
        collect(fragment.selectionSet);
      }
    };
    sets.forEach(collect);
    return groups;
  }

  const listsBelow = (
    type: GraphQLObjectType,
    { args: takes }: GraphQLField<unknown, unknown>,
    args: Values,
  ): ListsBelow => ({
    batch: type === schema.getMutationType() ? longestList(args) : undefined,
    points: takes.some(({ name }) => name === 'interval')
      ? pointsAtMost(args.from, args.to, args.interval)
      : undefined,
  });

  function applies(
    { typeCondition }: InlineFragmentNode | FragmentDefinitionNode,
    type: GraphQLObjectType,
  ): boolean {
    const condition = typeCondition ? schema.getType(typeCondition.name.value) : type;
    return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
  }

  const root = schema.getRootType(operation.operation);
  return root ? sizeOf(root, [operation.selectionSet]) : NOTHING;
}

/** How many objects a field returns at most; undefined for what has no size of its own. */
function listLength(field: GraphQLField<unknown, unknown>, args: Values, batch?: number) {
  const { args: takes } = field;
  if (takes.some(({ name }) => name === 'first'))
    return pageSize(args.first ?? args.last ?? DEFAULT_PAGE_SIZE);
  if (takes.some(({ name }) => name === 'ids')) return Array.isArray(args.ids) ? args.ids.length : 1;
  return isListOfObjects(field) ? batch : undefined;
}

const isListOfObjects = ({ type }: GraphQLField<unknown, unknown>): boolean =>
  isListType(getNullableType(type)) && isCompositeType(getNamedType(type));

const pageSize = (size: unknown): number =>
  Number.isInteger(size) && (size as number) > 0 && (size as number) <= MAX_PAGE_SIZE ? (size as number) : 0;

/** The length of the longest list among the fields of a mutation's `input`, at least 1. */
function longestList(args: Values): number {
  const { input } = args;
  const fields = typeof input === 'object' && input !== null ? Object.values(input) : [];
  return fields.reduce<number>(
    (longest, value) => (Array.isArray(value) ? Math.max(longest, value.length) : longest),
    1,
  );
}

const largest = (sizes: readonly OperationSize[]): OperationSize => ({
  nodes: Math.max(0, ...sizes.map(({ nodes }) => nodes)),
  fields: Math.max(0, ...sizes.map(({ fields }) => fields)),
});
