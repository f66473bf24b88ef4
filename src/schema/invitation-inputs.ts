import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { JobRole as JobRoleName, OrganizationRole as OrganizationRoleName } from '../authz/roles.ts';
import { Cooperation } from './cooperation.ts';
import { JobRole, Language, OrganizationRole } from './enums.ts';
import { Invitation } from './invitation.ts';
import { Organization } from './organization.ts';
import { DateTime, EmailAddress } from './scalars.ts';
import { Viewer } from './viewer.ts';

export type LanguageName = 'EN' | 'DE' | 'ES' | 'FR' | 'PT' | 'IT';

const EMAIL = 'The address to invite.';
const LANGUAGE = 'The language of the mail and its page.';

@InputType({ description: 'An invitation of a new customer.' })
export class InvitePlatformCustomerInput {
  @Field(() => EmailAddress, { description: EMAIL })
  email!: string;

  @Field(() => Language, { nullable: true, defaultValue: 'EN', description: LANGUAGE })
  language?: LanguageName | null;
}

@InputType({
  description: 'A grant that an invitation carries, on a resource of the organization that invites.',
})
export class InvitationGrantInput {
  @Field(() => ID, { description: 'Where: a portfolio or a park.' })
  resourceId!: string;

  @Field(() => JobRole, { description: 'The role; NONE blocks.' })
  role!: JobRoleName;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it lapses, later than now and before the year 10000. Null or left out: never.',
  })
  expiresAt?: Date | null;
}

@InputType({ description: 'An invitation into an organization.' })
export class InviteMemberInput {
  @Field(() => ID, { description: 'The organization to join.' })
  organizationId!: string;

  @Field(() => EmailAddress, { description: EMAIL })
  email!: string;

  @Field(() => OrganizationRole, { description: 'The role to join with.' })
  role!: OrganizationRoleName;

  @Field(() => String, { nullable: true, description: '1 to 100 characters; an EXTERNAL needs one.' })
  label?: string | null;

  @Field(() => Language, { nullable: true, defaultValue: 'EN', description: LANGUAGE })
  language?: LanguageName | null;

  @Field(() => [InvitationGrantInput], {
    nullable: true,
    description: 'At most 100 grants that take effect at acceptance.',
  })
  grants?: InvitationGrantInput[] | null;
}

@InputType({ description: 'A change of an open invitation into an organization; its link stays.' })
export class UpdateInvitationInput {
  @Field(() => ID, { description: 'The invitation.' })
  invitationId!: string;

  @Field(() => OrganizationRole, {
    nullable: true,
    description: 'The role to join with. Left out or null: stays as it is.',
  })
  role?: OrganizationRoleName | null;

  @Field(() => String, {
    nullable: true,
    description: '1 to 100 characters; an EXTERNAL needs one. Left out: stays as it is. Null clears it.',
  })
  label?: string | null;

  @Field(() => [InvitationGrantInput], {
    nullable: true,
    description: 'At most 100 grants, in place of those that it carries. Left out: they stay. Null: none.',
  })
  grants?: InvitationGrantInput[] | null;
}

@InputType({ description: 'One invitation.' })
export class InvitationIdInput {
  @Field(() => ID, { description: 'The invitation.' })
  invitationId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of an invitation.' })
export class InvitationPayload {
  @Field(() => Invitation, { description: 'The invitation as it is now.' })
  invitation!: Invitation;
}

@InputType({ description: 'What describes a new organization.' })
export class NewOrganizationInput {
  @Field(() => String, { description: 'Its name, 1 to 200 characters.' })
  name!: string;

  @Field(() => EmailAddress, { nullable: true, description: 'Where it can be written to.' })
  contactEmail?: string | null;

  @Field(() => String, { nullable: true, description: 'Where it can be called, at most 50 characters.' })
  phone?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its postal address, at most 500 characters in lines.',
  })
  address?: string | null;

  @Field(() => String, { nullable: true, description: 'ISO 3166-1 alpha-2.' })
  country?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Its number in the commercial register, at most 100 characters.',
  })
  registrationNumber?: string | null;

  @Field(() => String, { nullable: true, description: 'Its tax number, at most 100 characters.' })
  taxId?: string | null;
}

@InputType({ description: 'The acceptance of an invitation by the account that it is for.' })
export class AcceptInvitationInput {
  @Field(() => String, { description: "The secret of the invitation's link." })
  token!: string;

  @Field(() => NewOrganizationInput, {
    nullable: true,
    description: 'The new organization; required when the preview says needsOrganization.',
  })
  organization?: NewOrganizationInput | null;

  @Field(() => String, {
    nullable: true,
    description: "The name of its first portfolio, 1 to 200 characters; the organization's if left out.",
  })
  portfolioName?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'Where an acceptance led.' })
export class AcceptInvitationPayload {
  @Field(() => Viewer, { description: 'Whoever accepted, as they are now.' })
  viewer!: Viewer;

  @Field(() => Organization, { description: 'The organization that they are in now.' })
  organization!: Organization;

  @Field(() => Cooperation, {
    nullable: true,
    description: 'The cooperation that was accepted, if it was one.',
  })
  cooperation!: Cooperation | null;
}

@InputType({ description: 'The refusal of an invitation.' })
export class DeclineInvitationInput {
  @Field(() => String, { description: "The secret of the invitation's link." })
  token!: string;
}
