import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { OrganizationAction, OrganizationRole } from './enums.ts';
import { Node } from './node.ts';
import { DateTime, EmailAddress } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: "A tenant. Nullable fields are null for those who may see an organization's name only.",
})
export class Organization extends Node {
  @Field(() => String, {
    nullable: true,
    description:
      'What a partner enters to invite this organization to a cooperation; at least 80 random bits.',
  })
  identifier!: string | null;

  @Field(() => String, { description: 'Its name, 1 to 200 characters.' })
  name!: string;

  @Field(() => EmailAddress, { nullable: true, description: 'Where it can be written to.' })
  contactEmail!: string | null;

  @Field(() => String, { nullable: true, description: 'Where it can be called.' })
  phone!: string | null;

  @Field(() => String, { nullable: true, description: 'Its postal address.' })
  address!: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2.' })
  country!: string | null;

  @Field(() => String, { nullable: true, description: 'Its number in the commercial register.' })
  registrationNumber!: string | null;

  @Field(() => String, { nullable: true, description: 'Its tax number.' })
  taxId!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was made.' })
  createdAt!: Date | null;

  @Field(() => OrganizationRole, {
    nullable: true,
    description: "The viewer's role in it; null without a live membership there.",
  })
  viewerRole!: string | null;

  @Field(() => [OrganizationAction], { description: 'What the viewer may do in it as a whole.' })
  viewerActions!: string[];
}

export const OrganizationConnection = connectionOf('Organization', 'organizations', () => Organization);
