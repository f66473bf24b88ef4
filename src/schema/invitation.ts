import { createUnionType, Field, Int, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { InvitationStatus, InvitationType, JobRole, Language, OrganizationRole } from './enums.ts';
import { Member } from './member.ts';
import { Node } from './node.ts';
import { Organization } from './organization.ts';
import { DateTime, EmailAddress } from './scalars.ts';
import { User } from './user.ts';

@ObjectType({
  simpleResolvers: true,
  description:
    'A grant that takes effect when its invitation is accepted, if the inviter may still give it then.',
})
export class InvitationGrant {
  @Field(() => JobRole, { description: 'The role it will give.' })
  role!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it lapses; null: never.' })
  expiresAt!: Date | null;
}

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: 'An invitation that left by mail. The secret of its link is in that mail alone.',
})
export class Invitation extends Node {
  @Field(() => InvitationType, { description: 'What accepting it makes.' })
  type!: string;

  @Field(() => EmailAddress, { description: 'The invited address, in canonical form.' })
  email!: string;

  @Field(() => InvitationStatus, { description: 'What became of it.' })
  status!: string;

  @Field(() => Organization, { nullable: true, description: 'Who invites; null where the platform does.' })
  organization!: Organization | null;

  @Field(() => OrganizationRole, {
    nullable: true,
    description: 'The role to join with; null unless it is into an organization.',
  })
  role!: string | null;

  @Field(() => String, { nullable: true, description: 'The label to join with, 1 to 100 characters.' })
  label!: string | null;

  @Field(() => Language, { description: 'The language of its mail and page.' })
  language!: string;

  @Field(() => User, { description: 'Who sent it last, and vouches for it.' })
  invitedBy!: User;

  @Field(() => DateTime, { description: 'When it was sent last.' })
  sentAt!: Date;

  @Field(() => Int, { description: 'How often it was sent: 1, and one more each time it was sent again.' })
  sendCount!: number;

  @Field(() => DateTime, { description: 'Until when its link is good.' })
  expiresAt!: Date;
}

export const InvitationConnection = connectionOf('Invitation', 'invitations', () => Invitation);

const TeamEntry = createUnionType({
  name: 'TeamEntry',
  description: 'A member, or somebody who is invited.',
  types: () => [Member, Invitation] as const,
  resolveType: (value: { __typename: string }) => value.__typename,
});

export const TeamEntryConnection = connectionOf('TeamEntry', 'entries of the team', () => TeamEntry as never);

@ObjectType({
  simpleResolvers: true,
  description: 'What the holder of an invitation link is shown before they register.',
})
export class InvitationPreview {
  @Field(() => InvitationType, { description: 'What accepting it makes.' })
  type!: string;

  @Field(() => EmailAddress, { description: 'The invited address: only its account can accept.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'Who invites; null where the platform does.' })
  organizationName!: string | null;

  @Field(() => OrganizationRole, {
    nullable: true,
    description: 'The role to join with; null unless it is into an organization.',
  })
  role!: string | null;

  @Field(() => Language, { description: 'The language of its page.' })
  language!: string;

  @Field(() => DateTime, { description: 'Until when the link is good.' })
  expiresAt!: Date;

  @Field(() => Boolean, { description: 'Whether the address has to register first.' })
  needsAccount!: boolean;

  @Field(() => Boolean, {
    description: 'Whether acceptInvitation asks for the details of a new organization.',
  })
  needsOrganization!: boolean;
}
