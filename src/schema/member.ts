import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { MemberStatus, OrganizationRole } from './enums.ts';
import { Node } from './node.ts';
import { Organization } from './organization.ts';
import { DateTime } from './scalars.ts';
import { User } from './user.ts';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: "A person's membership of an organization. Each nullable field says whom it is shown to.",
})
export class Member extends Node {
  @Field(() => User, { description: 'The person.' })
  user!: User;

  @Field(() => Organization, { description: 'The organization.' })
  organization!: Organization;

  @Field(() => OrganizationRole, { nullable: true, description: 'The default standing in the organization.' })
  role!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'What tells an external from others, 1 to 100 characters.',
  })
  label!: string | null;

  @Field(() => MemberStatus, { nullable: true, description: 'Whether the membership is live.' })
  status!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; null: never.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When the person joined.' })
  joinedAt!: Date | null;
}

export const MemberConnection = connectionOf('Member', 'members', () => Member);
