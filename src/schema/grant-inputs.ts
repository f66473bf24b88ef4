import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { JobRole as JobRoleName } from '../authz/roles.ts';
import { JobRole } from './enums.ts';
import { Grant } from './grant.ts';
import { DateTime } from './scalars.ts';

@InputType({
  description: 'A job role for one member on one portfolio or park, in the place of any earlier one.',
})
export class GrantRoleInput {
  @Field(() => ID, { description: "Who gets it: a member of the viewer's organization." })
  memberId!: string;

  @Field(() => ID, { description: 'Where: a portfolio or a park.' })
  resourceId!: string;

  @Field(() => JobRole, {
    description: 'The role; NONE blocks. On a shared resource VIEWER or exactly the role of the share.',
  })
  role!: JobRoleName;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it lapses, later than now and before the year 10000. Null or left out: never.',
  })
  expiresAt?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'True where the role after the lapse may be above this one; else such a grant is refused.',
  })
  raisesAccessOnExpiry?: boolean | null;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a grant.' })
export class GrantPayload {
  @Field(() => Grant, { nullable: true, description: 'The grant as it is now.' })
  grant!: Grant | null;
}

@InputType({ description: 'The end of a grant.' })
export class RevokeGrantInput {
  @Field(() => ID, { description: 'The grant.' })
  grantId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What is gone.' })
export class RevokeGrantPayload {
  @Field(() => ID, { description: 'The global id of the grant that was taken away.' })
  revokedGrantId!: string;
}
