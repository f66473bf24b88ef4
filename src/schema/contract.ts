import { Field, Float, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { Node } from './node.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'A commercial contract of a park; without CONTRACT_READ nothing tells that it exists.',
})
export class Contract extends Node {
  @Field(() => String, { description: 'Its name, 1 to 200 characters.' })
  title!: string;

  @Field(() => String, { description: 'The other party, 1 to 200 characters.' })
  counterparty!: string;

  @Field(() => DateTime, { description: 'When it begins to hold.' })
  startsOn!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it ends, later than it begins; null: it has no end.',
  })
  endsOn!: Date | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The price of a megawatt-hour in `currency`; null: none is fixed.',
  })
  pricePerMwh!: number | null;

  @Field(() => String, { nullable: true, description: 'ISO 4217; never null where there is a price.' })
  currency!: string | null;
}

export const ContractConnection = connectionOf('Contract', 'contracts', () => Contract);
