import { Field, ID, InterfaceType } from 'type-graphql';

@InterfaceType({ description: 'Anything with a global id.', resolveType: (value: Node) => value.__typename })
export abstract class Node {
  __typename!: string;

  @Field(() => ID, { description: 'Global id: stable, never reused; its prefix tells the type.' })
  id!: string;
}
