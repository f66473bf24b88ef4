import {
  type FieldNode,
  type GraphQLField,
  type OperationDefinitionNode,
  type SelectionNode,
  valueFromASTUntyped,
} from 'graphql';

/** Values by name, not coerced: those that don't fit their type are execution's to refuse. */
export type Values = Readonly<Record<string, unknown>>;

/** The operation's variables with their defaults. Without a prototype: `$constructor` that was not sent is not sent. */
export function variableValues({ variableDefinitions = [] }: OperationDefinitionNode, sent: Values): Values {
  const values: Record<string, unknown> = Object.assign(Object.create(null), sent);
  for (const { variable, defaultValue } of variableDefinitions) {
    const name = variable.name.value;
    if (!(name in values) && defaultValue) values[name] = valueFromASTUntyped(defaultValue);
  }
  return values;
}

/** The arguments of a field with the defaults of the schema. */
export function argumentValues(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Values,
): Values {
  return Object.fromEntries(
    field.args.map(({ name, defaultValue }) => {
      const argument = node.arguments?.find((given) => given.name.value === name);
      const value = argument && valueFromASTUntyped(argument.value, variables);
      return [name, value === undefined ? defaultValue : value];
    }),
  );
}

/** Whether `@skip` and `@include` leave a selection in. */
export function isIncluded({ directives = [] }: SelectionNode, variables: Values): boolean {
  return directives.every((directive) => {
    const condition = directive.arguments?.find((argument) => argument.name.value === 'if');
    const value = condition && valueFromASTUntyped(condition.value, variables);
    return directive.name.value === 'skip'
      ? value !== true
      : directive.name.value !== 'include' || value !== false;
  });
}
