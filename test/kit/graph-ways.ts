/** Every way through the graph, taken from the schema: a field that is added is walked without anybody's doing. */
import {
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { buildServedSchema } from '../../src/server/build-schema.ts';

/** A way through the graph: the fields from a type to another, where a connection and its nodes are one step. */
type Way = readonly string[];
type Walked = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

/** How far a walk goes. */
interface Extent {
  /** What is given to required arguments, by their name; a field that requires another one is left out. */
  readonly given?: Readonly<Record<string, string>>;
  /** Whether it goes on at what an interface has. */
  readonly interfaces?: boolean;
}

const schema = buildServedSchema();
export const objectTypeOf = (name: string) => schema.getType(name) as GraphQLObjectType;

const isConnection = ({ name }: Walked) => name.endsWith('Connection');
const isWalked = (type: unknown, { interfaces }: Extent): type is Walked =>
  isObjectType(type) || (interfaces === true && isInterfaceType(type));
const requiredArguments = ({ args }: Field) => args.filter(({ type }) => isNonNullType(type));
const isAskable = (field: Field, { given = {} }: Extent) =>
  requiredArguments(field).every(({ name }) => name in given);
/** A field with its required arguments. */
function asked(field: Field, { given = {} }: Extent): string {
  const args = requiredArguments(field).map(({ name }) => `${name}: ${given[name]}`);
  return args.length > 0 ? `${field.name}(${args.join(', ')})` : field.name;
}

interface Step {
  readonly selection: string;
  readonly to: Walked;
  readonly listed: boolean;
}

/** The object fields that can be followed, with the type they lead to. */
export function steps(type: Walked, extent: Extent = {}): Step[] {
  return Object.values(type.getFields()).flatMap((field): Step[] => {
    const to = getNamedType(field.type);
    if (!isWalked(to, extent) || !isAskable(field, extent)) return [];
    if (!isConnection(to)) return [{ selection: asked(field, extent), to, listed: false }];
    const node = getNamedType(to.getFields()['nodes']?.type);
    // A union has no field of its own: its members are reached by their own lists.
    return isWalked(node, extent) ? [{ selection: field.name, to: node, listed: true }] : [];
  });
}

/** Every way of at most `length` steps from a type, but for those that a longer one goes on from: that shows all of theirs. */
export function ways(type: Walked, length: number): Way[] {
  const further = length === 0 ? [] : steps(type);
  if (further.length === 0) return [[]];
  return further.flatMap(({ selection, to }) => ways(to, length - 1).map((way) => [selection, ...way]));
}

/** What can be read at a type without going on. */
const leaves = (type: Walked, extent: Extent) =>
  Object.values(type.getFields())
    .filter((field) => isAskable(field, extent) && isLeafType(getNamedType(field.type)))
    .map((field) => asked(field, extent))
    .join(' ');

/** One step, with what is selected behind it. */
const stepping = ({ selection, listed }: Step, below: string) =>
  listed
    ? `${selection}(first: 7) { totalCount pageInfo { startCursor endCursor } nodes { ${below} } edges { cursor node { id } } }`
    : `${selection} { ${below} }`;

/** The selection along a way, with everything that can be read at each step. */
export function along(type: Walked, [first, ...rest]: Way): string {
  const here = `__typename ${leaves(type, {})}`;
  const step = steps(type).find(({ selection }) => selection === first);
  return step ? `${here} ${stepping(step, along(step.to, rest))}` : here;
}

/** The selection along all ways of at most `length` steps at once. */
export function below(type: Walked, length: number, extent: Extent): string {
  const further = length === 0 ? [] : steps(type, extent);
  const here = `__typename ${leaves(type, extent)}`;
  return [here, ...further.map((step) => stepping(step, below(step.to, length - 1, extent)))].join(' ');
}

/** The same, a selection for each of the first steps: one alone may be too large. */
export const belowEachStep = (type: Walked, length: number, extent: Extent): string[] =>
  steps(type, extent).map(
    (step) => `__typename ${leaves(type, extent)} ${stepping(step, below(step.to, length - 1, extent))}`,
  );

/** Some selections as operations of a few of them each, so that they stay below the limits. */
export function inOperations(selections: readonly string[], each: number): string[] {
  const operations: string[] = [];
  for (let start = 0; start < selections.length; start += each) {
    const some = selections.slice(start, start + each);
    operations.push(`{ ${some.map((selection, index) => `w${index}: ${selection}`).join('\n')} }`);
  }
  return operations;
}

export type Seen = { readonly __typename?: string; readonly id?: string } & Readonly<Record<string, unknown>>;

/** Every object in an answer. */
export function* objectsIn(value: unknown): Generator<Seen> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value as Seen;
  for (const each of Object.values(value)) yield* objectsIn(each);
}
