/** Operations made from the schema: the least that selects one field, whatever the field is. */
import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  print,
} from 'graphql';

/** How a type is reached from a root: by these fields, around this selection. */
interface Way {
  readonly fields: readonly string[];
  readonly around: (selection: string) => string;
}

/** An operation that selects a field, with every field on its way. */
export interface FieldDocument {
  readonly coordinate: string;
  readonly operation: 'query' | 'mutation';
  readonly fields: readonly string[];
  readonly query: string;
}

/** The least valid value: required parts alone, with values that nothing has. */
function leastValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return leastValue(type.ofType);
  if (isListType(type)) return [leastValue(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.value;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, leastValue(field.type)]));
  }
  const least: Record<string, unknown> = {
    Float: 1,
    Int: 1,
    Boolean: true,
    EmailAddress: 'nobody@example.org',
    DateTime: new Date('2030-01-01T00:00:00Z'),
  };
  return least[type.name] ?? 'nothing';
}

const argumentsOf = (args: readonly GraphQLArgument[]): string => {
  const given = args
    .filter(isRequiredArgument)
    .map(({ name, type }) => `${name}: ${print(astFromValue(leastValue(type), type) as never)}`);
  return given.length > 0 ? `(${given.join(', ')})` : '';
};

/** The shortest way to every object type. */
function waysOf(schema: GraphQLSchema): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>([
    ['Query', { fields: [], around: (selection) => `query { ${selection} }` }],
    ['Mutation', { fields: [], around: (selection) => `mutation { ${selection} }` }],
  ]);
  for (const [name, { fields, around }] of ways) {
    for (const field of Object.values((schema.getType(name) as GraphQLObjectType).getFields())) {
      const type = getNamedType(field.type);
      if (!isCompositeType(type)) continue;
      const through = `${field.name}${argumentsOf(field.args)}`;
      for (const target of isAbstractType(type) ? schema.getPossibleTypes(type) : [type]) {
        if (ways.has(target.name)) continue;
        const inside = isAbstractType(type)
          ? (selection: string) => `... on ${target.name} { ${selection} }`
          : (selection: string) => selection;
        ways.set(target.name, {
          fields: [...fields, `${name}.${field.name}`],
          around: (selection) => around(`${through} { ${inside(selection)} }`),
        });
      }
    }
  }
  return ways;
}

/** For every field of every object type that can be reached, the least operation that selects it. */
export function fieldDocuments(schema: GraphQLSchema): FieldDocument[] {
  return [...waysOf(schema)].flatMap(([name, { fields, around }]) => {
    const type = schema.getType(name);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).map((field) => {
      const coordinate = `${name}.${field.name}`;
      const below = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
      const query = around(`${field.name}${argumentsOf(field.args)}${below}`);
      const operation = query.startsWith('mutation') ? ('mutation' as const) : ('query' as const);
      return { coordinate, operation, fields: [...fields, coordinate], query };
    });
  });
}
