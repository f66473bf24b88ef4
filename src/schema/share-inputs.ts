import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { JobRole as JobRoleName } from '../authz/roles.ts';
import { JobRole } from './enums.ts';
import { DateTime } from './scalars.ts';
import { Share } from './share.ts';

@InputType({
  description:
    'A ceiling for the other organization of a cooperation on one portfolio or park, in the place of any earlier one.',
})
export class ShareResourceInput {
  @Field(() => ID, { description: 'The cooperation, whose other side gets it.' })
  cooperationId!: string;

  @Field(() => ID, { description: "What to share: a portfolio or park of the viewer's organization." })
  resourceId!: string;

  @Field(() => JobRole, {
    description:
      'The ceiling: VIEWER, TOM or COM; NONE on a park takes it out of its portfolio, which is shared. Never OPERATOR.',
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
    description:
      "True where the portfolio's share may be above a park's once that has lapsed; else such a share is refused.",
  })
  raisesAccessOnExpiry?: boolean | null;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a share.' })
export class SharePayload {
  @Field(() => Share, { nullable: true, description: 'The share as it is now.' })
  share!: Share | null;
}

@InputType({ description: 'The end of a share.' })
export class RevokeShareInput {
  @Field(() => ID, { description: 'The share.' })
  shareId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What is gone.' })
export class RevokeSharePayload {
  @Field(() => ID, { description: 'The global id of the share that was revoked.' })
  revokedShareId!: string;
}
