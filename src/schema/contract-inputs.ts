import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { Contract } from './contract.ts';
import { DateTime } from './scalars.ts';

const TITLE = 'Its name, 1 to 200 characters.';
const COUNTERPARTY = 'The other party, 1 to 200 characters.';
const STARTS_ON = 'When it begins to hold, in the year 1900 or later.';
const ENDS_ON = 'When it ends, later than it begins and before the year 10000.';
const PRICE = 'The price of a megawatt-hour, 0 or more; needs a currency.';
const CURRENCY = 'ISO 4217, such as EUR.';
const STAYS = ' Left out: stays as it is.';

@InputType({ description: 'A new contract.' })
export class CreateContractInput {
  @Field(() => ID, { description: 'The park it is about.' })
  parkId!: string;

  @Field(() => String, { description: TITLE })
  title!: string;

  @Field(() => String, { description: COUNTERPARTY })
  counterparty!: string;

  @Field(() => DateTime, { description: STARTS_ON })
  startsOn!: Date;

  @Field(() => DateTime, { nullable: true, description: `${ENDS_ON} Null or left out: never.` })
  endsOn?: Date | null;

  @Field(() => Float, { nullable: true, description: PRICE })
  pricePerMwh?: number | null;

  @Field(() => String, { nullable: true, description: CURRENCY })
  currency?: string | null;
}

@InputType({ description: 'A change of a contract.' })
export class UpdateContractInput {
  @Field(() => ID, { description: 'The contract.' })
  contractId!: string;

  @Field(() => String, { nullable: true, description: TITLE + STAYS })
  title?: string | null;

  @Field(() => String, { nullable: true, description: COUNTERPARTY + STAYS })
  counterparty?: string | null;

  @Field(() => DateTime, { nullable: true, description: STARTS_ON + STAYS })
  startsOn?: Date | null;

  @Field(() => DateTime, { nullable: true, description: `${ENDS_ON + STAYS} Null: it has no end.` })
  endsOn?: Date | null;

  @Field(() => Float, { nullable: true, description: `${PRICE + STAYS} Null clears it.` })
  pricePerMwh?: number | null;

  @Field(() => String, {
    nullable: true,
    description: `${CURRENCY + STAYS} Null clears it where there is no price.`,
  })
  currency?: string | null;
}

@InputType({ description: 'The end of the record of a contract.' })
export class DeleteContractInput {
  @Field(() => ID, { description: 'The contract.' })
  contractId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a contract.' })
export class ContractPayload {
  @Field(() => Contract, { description: 'The contract as it is now.' })
  contract!: Contract;
}
