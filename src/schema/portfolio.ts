import { Field, InputType, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { OrderDirection, Ownership, PortfolioOrderField } from './enums.ts';
import { Node } from './node.ts';
import { Resource } from './resource.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  implements: [Node, Resource],
  description: 'A group of parks; belongs to one organization.',
})
export class Portfolio extends Resource {
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;
}

export const PortfolioConnection = connectionOf('Portfolio', 'portfolios', () => Portfolio);

@InputType({ description: 'Which portfolios a list holds; all that is given must hold.' })
export class PortfolioFilter {
  @Field(() => String, {
    nullable: true,
    description: 'A part of the name, ignoring case; at most 200 characters.',
  })
  search?: string | null;

  @Field(() => Ownership, { nullable: true, description: 'Only own or only shared ones.' })
  ownership?: 'OWN' | 'SHARED' | null;
}

@InputType({ description: 'The order of a list of portfolios; equals are ordered by age.' })
export class PortfolioOrder {
  @Field(() => PortfolioOrderField, { description: 'What is compared.' })
  field!: 'NAME' | 'CREATED_AT';

  @Field(() => OrderDirection, { description: 'Which end comes first.' })
  direction!: 'ASC' | 'DESC';
}
