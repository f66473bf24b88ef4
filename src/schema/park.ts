import { Field, Float, ID, InputType, ObjectType } from 'type-graphql';
import type { JobRole as JobRoleName } from '../authz/roles.ts';
import { connectionOf } from './connection.ts';
import { JobRole, OrderDirection, Ownership, ParkOrderField, PlantType } from './enums.ts';
import { Node } from './node.ts';
import { Portfolio } from './portfolio.ts';
import { Resource } from './resource.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  implements: [Node, Resource],
  description: 'A solar, wind or battery plant; belongs to one portfolio.',
})
export class Park extends Resource {
  @Field(() => PlantType, { description: 'What it generates or stores with.' })
  plantType!: string;

  @Field(() => Float, { description: 'Installed capacity in kilowatt.' })
  capacityKw!: number;

  @Field(() => Float, { nullable: true, description: 'Degrees north of the equator, WGS 84.' })
  latitude!: number | null;

  @Field(() => Float, { nullable: true, description: 'Degrees east of Greenwich, WGS 84.' })
  longitude!: number | null;

  @Field(() => String, { description: 'IANA time zone name.' })
  timeZone!: string;

  @Field(() => Portfolio, {
    nullable: true,
    description: 'Null when the viewer reaches the park but not its portfolio.',
  })
  portfolio!: Portfolio | null;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;
}

export const ParkConnection = connectionOf('Park', 'parks', () => Park);

@InputType({ description: 'Which parks a list holds; all that is given must hold.' })
export class ParkFilter {
  @Field(() => String, {
    nullable: true,
    description: 'A part of the name, ignoring case; at most 200 characters.',
  })
  search?: string | null;

  @Field(() => [PlantType], { nullable: true, description: 'Only these types.' })
  plantTypes?: ('SOLAR' | 'WIND' | 'BATTERY')[] | null;

  @Field(() => ID, { nullable: true, description: 'Only parks of this portfolio.' })
  portfolioId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only parks that this organization owns.' })
  organizationId?: string | null;

  @Field(() => Ownership, { nullable: true, description: 'Only own or only shared ones.' })
  ownership?: 'OWN' | 'SHARED' | null;

  @Field(() => JobRole, {
    nullable: true,
    description: 'Only where the effective job role is this or above it.',
  })
  minimumRole?: JobRoleName | null;
}

@InputType({ description: 'The order of a list of parks; equals are ordered by age.' })
export class ParkOrder {
  @Field(() => ParkOrderField, { description: 'What is compared.' })
  field!: 'NAME' | 'CAPACITY' | 'CREATED_AT';

  @Field(() => OrderDirection, { description: 'Which end comes first.' })
  direction!: 'ASC' | 'DESC';
}
