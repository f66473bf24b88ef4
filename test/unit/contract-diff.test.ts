import { describe, expect, it } from 'vitest';
import { compareContract, coordinatesOf } from '../kit/contract-diff.ts';

const CONTRACT = `
scalar DateTime
scalar Address
interface Node { id: ID! }
interface Thing implements Node { id: ID! name: String! }
"A plant."
type Park implements Node & Thing { id: ID! name: String! tags: [String!] owner: Owner parks(first: Int, order: Order! = ASC, filter: Filter = { id: "a" }): [Park!]! }
type Owner implements Node { id: ID! builtAt: DateTime }
union Found = Park | Owner
enum Order { ASC DESC }
input Filter { search: String orders: [Order!] = [ASC] limit: Int = 5 id: ID! }
type Query { park(id: ID!): Park found: Found nodes(filter: Filter): [Node]! }
type Mutation { rename(id: ID!, name: String!): Park! }
`;

/** What the comparison says of the contract with some texts replaced by others, as `kind coordinate`. */
function planted(...replacements: readonly (readonly [before: string, after: string])[]): string[] {
  const emitted = replacements.reduce((sdl, [before, after]) => {
    expect(sdl.split(before), `'${before}' occurs once`).toHaveLength(2);
    return sdl.replace(before, after);
  }, CONTRACT);
  return compareContract(CONTRACT, emitted).map(({ kind, coordinate }) => `${kind} ${coordinate}`);
}

describe('missing', () => {
  it.each<[what: string, before: string, after: string, coordinates: string[]]>([
    ['a scalar', 'scalar Address', '', ['Address']],
    ['a field', 'name: String! tags', 'tags', ['Park.name']],
    ['a field with its arguments', 'park(id: ID!): Park ', '', ['Query.park', 'Query.park(id:)']],
    ['an argument', 'first: Int, ', '', ['Park.parks(first:)']],
    ['an input field', 'search: String ', '', ['Filter.search']],
    ['an enum value', ' DESC', '', ['Order.DESC']],
    ['a member of a union', ' | Owner', '', ['Found = Owner']],
    ['an interface of a type', 'Owner implements Node', 'Owner', ['Owner implements Node']],
    ['an interface of an interface', 'Thing implements Node', 'Thing', ['Thing implements Node']],
    [
      'the type of mutations',
      'type Mutation {',
      'type Other {',
      ['Mutation', 'Mutation.rename', 'Mutation.rename(id:)', 'Mutation.rename(name:)', 'schema.mutation'],
    ],
  ])('%s', (_, before, after, coordinates) => {
    expect(planted([before, after])).toEqual(coordinates.map((coordinate) => `missing ${coordinate}`));
  });

  it('a type with all that belongs to it, and what now has another type', () => {
    expect(
      planted(
        ['enum Order { ASC DESC }', 'enum Sorting { ASC DESC }'],
        ['order: Order!', 'order: Sorting!'],
        ['orders: [Order!]', 'orders: [Sorting!]'],
      ),
    ).toEqual([
      'changed Filter.orders',
      'missing Order',
      'missing Order.ASC',
      'missing Order.DESC',
      'changed Park.parks(order:)',
    ]);
  });
});

describe('changed', () => {
  it.each([
    ['the kind of a type', 'scalar Address', 'type Address { home: String }', 'Address'],
    ['the type of a field', 'tags: [String!]', 'tags: [ID!]', 'Park.tags'],
    [
      'a field that may be null',
      'rename(id: ID!, name: String!): Park!',
      'rename(id: ID!, name: String!): Park',
      'Mutation.rename',
    ],
    ['a field that may not be null', 'builtAt: DateTime', 'builtAt: DateTime!', 'Owner.builtAt'],
    [
      'the nullability in a list',
      'nodes(filter: Filter): [Node]!',
      'nodes(filter: Filter): [Node!]!',
      'Query.nodes',
    ],
    ['a list', '[Park!]!', 'Park!', 'Park.parks'],
    ['the type of an argument', 'first: Int', 'first: Float', 'Park.parks(first:)'],
    ['an argument that must be given', 'first: Int', 'first: Int!', 'Park.parks(first:)'],
    ['an argument that may be null', 'park(id: ID!)', 'park(id: ID)', 'Query.park(id:)'],
    ['the default of an argument', 'Order! = ASC', 'Order! = DESC', 'Park.parks(order:)'],
    ['no default of an argument', 'Order! = ASC', 'Order!', 'Park.parks(order:)'],
    ['a default where there was none', 'first: Int', 'first: Int = 50', 'Park.parks(first:)'],
    ['a default of null where there was none', 'first: Int', 'first: Int = null', 'Park.parks(first:)'],
    ['a default that is an object', 'id: "a"', 'id: "b"', 'Park.parks(filter:)'],
    ['the type of an input field', 'search: String', 'search: ID', 'Filter.search'],
    ['an input field that must be given', 'search: String', 'search: String!', 'Filter.search'],
    ['an input field that may be null', '= 5 id: ID!', '= 5 id: ID', 'Filter.id'],
    ['the default of an input field', 'limit: Int = 5', 'limit: Int = 6', 'Filter.limit'],
    ['the default of a list', '= [ASC]', '= [DESC]', 'Filter.orders'],
  ])('%s', (_, before, after, coordinate) => {
    expect(planted([before, after])).toEqual([`changed ${coordinate}`]);
  });

  it('an input of which exactly one field must be given', () => {
    const contract = 'input One { a: Int b: Int } type Query { one(one: One): Int }';
    expect(compareContract(contract, contract.replace('One {', 'One @oneOf {'))).toMatchObject([
      { kind: 'changed', coordinate: 'One' },
    ]);
  });

  it('the type of queries', () => {
    const contract = 'type Query { a: Int }';
    expect(
      compareContract(contract, `schema { query: Root } ${contract} type Root { a: Int }`),
    ).toMatchObject([{ kind: 'changed', coordinate: 'schema.query' }]);
  });
});

describe('extra', () => {
  it.each([
    ['an argument that must be given', 'first: Int', 'first: Int, last: Int!', 'Park.parks(last:)'],
    ['an input field that must be given', 'search: String', 'search: String text: String!', 'Filter.text'],
    ['an enum value', 'ASC DESC', 'ASC DESC NONE', 'Order.NONE'],
    ['a member of a union', 'Park | Owner', 'Park | Owner | Query', 'Found = Query'],
  ])('%s', (_, before, after, coordinate) => {
    expect(planted([before, after])).toEqual([`extra ${coordinate}`]);
  });
});

describe('allowed', () => {
  it.each([
    [
      'a type of every kind',
      'scalar Address',
      'scalar Address scalar S enum E { A } input I { a: Int! } union U = Owner interface N { a: Int } type T { a(b: Int!): Int }',
    ],
    ['a field, with arguments of any kind', 'tags: [String!]', 'tags: [String!] near(km: Float!): [Park!]'],
    ['an argument that may be left out', 'first: Int', 'first: Int, last: Int, size: Int! = 3'],
    ['an input field that may be left out', 'search: String', 'search: String text: String size: Int! = 3'],
    [
      'an interface',
      'scalar Address',
      'scalar Address interface Named { name: String! } extend type Park implements Named',
    ],
    ['another description', '"A plant."', '"Another." '],
    ['a deprecation', 'tags: [String!]', 'tags: [String!] @deprecated'],
    ['another order', 'ASC DESC', 'DESC ASC'],
  ])('%s', (_, before, after) => {
    expect(planted([before, after])).toEqual([]);
  });
});

it('a difference says what was found and what was expected', () => {
  const contract = 'type Query { a(b: Int = 1): Int c: Int }';
  const emitted = 'type Query { a(b: Int = 2, d: Int!): Int }';
  expect(compareContract(contract, emitted).map(({ message }) => message)).toEqual([
    'Query.a(b:) is Int = 2; the contract has Int = 1',
    'Query.a(d:) (Int!) is not in the contract of Query.a',
    'Query.c (Int) is missing',
  ]);
});

it('coordinates name every part once', () => {
  expect([
    ...coordinatesOf('interface N { a: Int } type Query implements N { a(b: E): Int } enum E { X }'),
  ]).toEqual([
    'schema.query',
    'N',
    'N.a',
    'Query',
    'Query implements N',
    'Query.a',
    'Query.a(b:)',
    'E',
    'E.X',
  ]);
});
