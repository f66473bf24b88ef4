import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Organization } from './organization.ts';
import { EmailAddress } from './scalars.ts';

const STAYS_OR_CLEARS = ' Left out: stays as it is. Null clears it.';

@InputType({ description: "A change of an organization's own data." })
export class UpdateOrganizationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Its name, 1 to 200 characters. Left out or null: stays as it is.',
  })
  name?: string | null;

  @Field(() => EmailAddress, {
    nullable: true,
    description: `Where it can be written to.${STAYS_OR_CLEARS}`,
  })
  contactEmail?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Where it can be called, at most 50 characters.${STAYS_OR_CLEARS}`,
  })
  phone?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Its postal address, at most 500 characters in lines.${STAYS_OR_CLEARS}`,
  })
  address?: string | null;

  @Field(() => String, { nullable: true, description: `ISO 3166-1 alpha-2.${STAYS_OR_CLEARS}` })
  country?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Its number in the commercial register, at most 100 characters.${STAYS_OR_CLEARS}`,
  })
  registrationNumber?: string | null;

  @Field(() => String, {
    nullable: true,
    description: `Its tax number, at most 100 characters.${STAYS_OR_CLEARS}`,
  })
  taxId?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What became of an organization.' })
export class OrganizationPayload {
  @Field(() => Organization, { description: 'The organization as it is now.' })
  organization!: Organization;
}

@InputType({ description: 'The end of an organization that owns nothing and has no other member.' })
export class DeleteOrganizationInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId!: string;
}
