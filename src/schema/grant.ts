import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { JobRole } from './enums.ts';
import { Member } from './member.ts';
import { Node } from './node.ts';
import { DateTime } from './scalars.ts';
import { User } from './user.ts';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description:
    'A job role given to one member on one resource: an exception from their default on an own one, a delegation on a shared one.',
})
export class Grant extends Node {
  @Field(() => Member, { description: 'Who was given it.' })
  member!: Member;

  @Field(() => JobRole, { description: 'The role given; NONE blocks.' })
  role!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it lapses; null: never.' })
  expiresAt!: Date | null;

  @Field(() => Boolean, { description: 'Whether it has not lapsed.' })
  live!: boolean;

  @Field(() => User, { nullable: true, description: 'Who gave it last; null once the account is gone.' })
  grantedBy!: User | null;

  @Field(() => DateTime, { description: 'When it was first given.' })
  createdAt!: Date;
}

export const GrantConnection = connectionOf('Grant', 'grants', () => Grant);
