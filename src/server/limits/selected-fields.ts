import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Every field that an operation selects, as `Type.field`, whatever its directives say; of an interface as a field of that
 * interface. Introspection is left out.
 */
export function selectedFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly string[] {
  const fragments = new Map(
    document.definitions
      .filter((each): each is FragmentDefinitionNode => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const fields = new Set<string>();
  const seen = new Set<string>();
  const walk = (selections: SelectionSetNode, typeName: string): void => {
    const type = schema.getType(typeName);
    if (!isCompositeType(type)) return;
    for (const selection of selections.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const name = selection.name.value;
        const fragment = fragments.get(name);
        if (!fragment || seen.has(name)) continue;
        seen.add(name);
        walk(fragment.selectionSet, fragment.typeCondition.name.value);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? typeName);
      } else if (!selection.name.value.startsWith('__')) {
        const name = selection.name.value;
        fields.add(`${typeName}.${name}`);
        const field = 'getFields' in type ? type.getFields()[name] : undefined;
        if (field && selection.selectionSet) walk(selection.selectionSet, getNamedType(field.type).name);
      }
    }
  };
  const root = schema.getRootType(operation.operation);
  if (root) walk(operation.selectionSet, root.name);
  return [...fields];
}
