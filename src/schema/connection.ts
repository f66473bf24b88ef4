import { ArgsType, type ClassType, Field, Int, ObjectType } from 'type-graphql';

@ObjectType({
  simpleResolvers: true,
  description: 'Where a page lies in its list. Computed from what the viewer may see.',
})
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follows the last edge.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether more precedes the first edge.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: "The first edge's cursor; null on an empty page." })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: "The last edge's cursor; null on an empty page." })
  endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description: 'At most this many from the start, 1 to 10,000; 50 when neither first nor last is given.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what follows this cursor of the same list.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'At most this many from the end, 1 to 10,000; not with first.',
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'Only what precedes this cursor of the same list.' })
  before?: string | null;
}

/** What a list answers; edges and totalCount are made only when they are asked for. */
export interface ConnectionModel<Item> {
  readonly edges: () => readonly { readonly cursor: string; readonly node: Item }[];
  readonly nodes: readonly Item[];
  readonly pageInfo: PageInfo;
  readonly totalCount: () => Promise<number>;
}

/** The connection type of a node type, with its edge type. */
export function connectionOf<Item extends object>(name: string, plural: string, item: () => ClassType<Item>) {
  @ObjectType(`${name}Edge`, {
    simpleResolvers: true,
    description: `One of the ${plural} of a page, with its cursor.`,
  })
  class Edge {
    @Field(() => String, { description: 'Where it lies in the list; opaque, and good for this list alone.' })
    cursor!: string;

    @Field(item, { description: 'What is listed.' })
    node!: Item;
  }

  @ObjectType(`${name}Connection`, { simpleResolvers: true, description: `A page of ${plural}.` })
  class Connection {
    @Field(() => [Edge], { description: 'The page, with cursors.' })
    edges!: Edge[];

    @Field(() => [item()], { description: 'The page, without cursors.' })
    nodes!: Item[];

    @Field(() => PageInfo, { description: 'Where the page lies in its list.' })
    pageInfo!: PageInfo;

    @Field(() => Int, {
      description: 'How many the whole list holds that the viewer may see, over all pages.',
    })
    totalCount!: number;
  }
  return Connection;
}
