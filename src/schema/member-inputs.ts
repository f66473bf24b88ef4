import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { OrganizationRole as OrganizationRoleName } from '../authz/roles.ts';
import { OrganizationRole } from './enums.ts';
import { Member } from './member.ts';
import { DateTime } from './scalars.ts';

@InputType({ description: 'A change of a member, all or nothing.' })
export class UpdateMemberInput {
  @Field(() => ID, { description: 'The member.' })
  memberId!: string;

  @Field(() => OrganizationRole, {
    nullable: true,
    description: 'The new organization role. Left out or null: stays as it is.',
  })
  role?: OrganizationRoleName | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What tells an external from others, 1 to 100 characters; an EXTERNAL needs one. Left out: stays as it is. Null clears it.',
  })
  label?: string | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'False pauses the membership, true resumes it. Left out or null: stays as it is.',
  })
  active?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the membership ends by itself, later than now and before the year 10000. Left out: stays as it is. Null clears it.',
  })
  expiresAt?: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a member.' })
export class MemberPayload {
  @Field(() => Member, { description: 'The member as they are now.' })
  member!: Member;
}

@InputType({ description: 'The end of a membership.' })
export class RemoveMemberInput {
  @Field(() => ID, { description: 'The member.' })
  memberId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'Who is gone.' })
export class RemoveMemberPayload {
  @Field(() => ID, { description: 'The global id of the membership that ended.' })
  removedMemberId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What was left.' })
export class LeaveOrganizationPayload {
  @Field(() => ID, { description: 'The global id of the organization that was left.' })
  leftOrganizationId!: string;
}
