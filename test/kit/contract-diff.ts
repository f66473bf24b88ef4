import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql';

/**
 * One thing that the contract demands and the emitted schema lacks (`missing`), has otherwise (`changed`: another type,
 * nullability or default), or adds where clients can't bear it (`extra`: an input that must be given, an enum value, a
 * member of a union). The coordinate is `Type`, `Type.field`, `Type.field(arg:)`, `Enum.VALUE`, `Input.field`,
 * `Type implements Interface`, `Union = Member` or `schema.query`.
 */
export interface Difference {
  readonly kind: 'missing' | 'changed' | 'extra';
  readonly coordinate: string;
  readonly message: string;
}

interface Part {
  readonly signature: string;
  /** Clients would break if their owner, which the contract has, had this without the contract. */
  readonly breaksWhenAdded: boolean;
  /** The coordinate that this one belongs to. */
  readonly owner: string | null;
}

/**
 * Every difference between two schemas in the schema language that a client of the contract could notice, by coordinate.
 * The emitted schema may add types, fields, interfaces, and arguments and input fields that may be left out.
 * Descriptions and directives don't count, but for @oneOf.
 */
export function compareContract(contractSDL: string, emittedSDL: string): Difference[] {
  const contract = partsOf(buildSchema(contractSDL));
  const emitted = partsOf(buildSchema(emittedSDL));
  const demanded = [...contract].flatMap(([coordinate, { signature }]): Difference[] => {
    const found = emitted.get(coordinate)?.signature;
    if (found === signature) return [];
    return found === undefined
      ? [{ kind: 'missing', coordinate, message: `${coordinate} (${signature}) is missing` }]
      : [
          {
            kind: 'changed',
            coordinate,
            message: `${coordinate} is ${found}; the contract has ${signature}`,
          },
        ];
  });
  const added = [...emitted].flatMap(([coordinate, { signature, breaksWhenAdded, owner }]): Difference[] =>
    breaksWhenAdded && owner !== null && contract.has(owner) && !contract.has(coordinate)
      ? [
          {
            kind: 'extra',
            coordinate,
            message: `${coordinate} (${signature}) is not in the contract of ${owner}`,
          },
        ]
      : [],
  );
  return [...demanded, ...added].sort((a, b) => (a.coordinate < b.coordinate ? -1 : 1));
}

/** Every coordinate of a schema. */
export function coordinatesOf(sdl: string): ReadonlySet<string> {
  return new Set(partsOf(buildSchema(sdl)).keys());
}

function partsOf(schema: GraphQLSchema): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  const add = (coordinate: string, signature: string, owner: string | null = null, breaksWhenAdded = false) =>
    parts.set(coordinate, { signature, owner, breaksWhenAdded });

  add('schema.query', String(schema.getQueryType()));
  if (schema.getMutationType()) add('schema.mutation', String(schema.getMutationType()));
  if (schema.getSubscriptionType()) add('schema.subscription', String(schema.getSubscriptionType()));

  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    const { name } = type;
    add(name, `${type.constructor.name}${isInputObjectType(type) && type.isOneOf ? ' @oneOf' : ''}`);
    if (isEnumType(type))
      for (const value of type.getValues()) add(`${name}.${value.name}`, 'value', name, true);
    if (isUnionType(type))
      for (const member of type.getTypes()) add(`${name} = ${member.name}`, 'member', name, true);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        add(`${name}.${field.name}`, inputSignature(field), name, isRequiredInputField(field));
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const parent of type.getInterfaces()) add(`${name} implements ${parent.name}`, 'interface', name);
      for (const field of Object.values(type.getFields())) {
        const coordinate = `${name}.${field.name}`;
        add(coordinate, String(field.type), name);
        for (const arg of field.args)
          add(`${coordinate}(${arg.name}:)`, inputSignature(arg), coordinate, isRequiredArgument(arg));
      }
    }
  }
  return parts;
}

const inputSignature = ({ type, astNode }: GraphQLArgument | GraphQLInputField) =>
  astNode?.defaultValue ? `${type} = ${print(astNode.defaultValue)}` : String(type);
