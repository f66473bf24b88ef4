import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import { PlantType } from './enums.ts';
import { Park } from './park.ts';
import { Portfolio } from './portfolio.ts';

const NAME = 'Its name, 1 to 200 characters.';
const CAPACITY = 'Installed capacity in kilowatt, 0 to 1,000,000,000.';
const LATITUDE = 'Degrees north of the equator, -90 to 90, WGS 84.';
const LONGITUDE = 'Degrees east of Greenwich, -180 to 180, WGS 84.';
const TIME_ZONE = 'IANA time zone name.';
const STAYS = ' Left out: stays as it is.';

type PlantTypeName = 'SOLAR' | 'WIND' | 'BATTERY';

@InputType({ description: 'A new portfolio.' })
export class CreatePortfolioInput {
  @Field(() => ID, { description: 'The organization that will own it.' })
  organizationId!: string;

  @Field(() => String, { description: NAME })
  name!: string;
}

@InputType({ description: 'A change of a portfolio.' })
export class UpdatePortfolioInput {
  @Field(() => ID, { description: 'The portfolio.' })
  portfolioId!: string;

  @Field(() => String, { nullable: true, description: NAME + STAYS })
  name?: string | null;
}

@InputType({ description: 'The end of a portfolio, which must be empty.' })
export class DeletePortfolioInput {
  @Field(() => ID, { description: 'The portfolio.' })
  portfolioId!: string;
}

@InputType({ description: 'A new park, among others in the same portfolio.' })
export class NewParkInput {
  @Field(() => String, { description: NAME })
  name!: string;

  @Field(() => PlantType, { description: 'What it generates or stores with.' })
  plantType!: PlantTypeName;

  @Field(() => Float, { description: CAPACITY })
  capacityKw!: number;

  @Field(() => Float, { nullable: true, description: LATITUDE })
  latitude?: number | null;

  @Field(() => Float, { nullable: true, description: LONGITUDE })
  longitude?: number | null;

  @Field(() => String, { nullable: true, defaultValue: 'UTC', description: TIME_ZONE })
  timeZone?: string | null;
}

@InputType({ description: 'A new park.' })
export class CreateParkInput extends NewParkInput {
  @Field(() => ID, { description: 'The portfolio that will hold it.' })
  portfolioId!: string;
}

@InputType({ description: 'New parks of one portfolio, all or none.' })
export class CreateParksInput {
  @Field(() => ID, { description: 'The portfolio that will hold them.' })
  portfolioId!: string;

  @Field(() => [NewParkInput], { description: '1 to 1,000 parks.' })
  parks!: NewParkInput[];
}

@InputType({
  description: 'A change of a park; with portfolioId it moves to another portfolio of the same organization.',
})
export class UpdateParkInput {
  @Field(() => ID, { description: 'The park.' })
  parkId!: string;

  @Field(() => String, { nullable: true, description: NAME + STAYS })
  name?: string | null;

  @Field(() => PlantType, { nullable: true, description: `What it generates or stores with.${STAYS}` })
  plantType?: PlantTypeName | null;

  @Field(() => Float, { nullable: true, description: CAPACITY + STAYS })
  capacityKw?: number | null;

  @Field(() => Float, { nullable: true, description: `${LATITUDE + STAYS} Null clears it.` })
  latitude?: number | null;

  @Field(() => Float, { nullable: true, description: `${LONGITUDE + STAYS} Null clears it.` })
  longitude?: number | null;

  @Field(() => String, { nullable: true, description: TIME_ZONE + STAYS })
  timeZone?: string | null;

  @Field(() => ID, { nullable: true, description: `The portfolio to move it to.${STAYS}` })
  portfolioId?: string | null;
}

@InputType({ description: 'The end of a park, with its components.' })
export class DeleteParkInput {
  @Field(() => ID, { description: 'The park.' })
  parkId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a portfolio.' })
export class PortfolioPayload {
  @Field(() => Portfolio, { description: 'The portfolio as it is now.' })
  portfolio!: Portfolio;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a park.' })
export class ParkPayload {
  @Field(() => Park, { description: 'The park as it is now.' })
  park!: Park;
}

@ObjectType({ simpleResolvers: true, description: 'The new parks.' })
export class ParksPayload {
  @Field(() => [Park], { description: 'The parks, in the order of the input.' })
  parks!: Park[];
}

@ObjectType({ simpleResolvers: true, description: 'What became of a park.' })
export class UpdateParkPayload {
  @Field(() => Park, { description: 'The park as it is now.' })
  park!: Park;
}

@ObjectType({ simpleResolvers: true, description: 'What is gone.' })
export class DeleteResourcePayload {
  @Field(() => ID, { description: 'The global id of what was deleted.' })
  deletedId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'Done.' })
export class OkPayload {
  @Field(() => Boolean, { description: 'Always true: everything else is an error.' })
  ok!: boolean;
}
