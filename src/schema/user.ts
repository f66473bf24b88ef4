import { Field, ID, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { Language, SystemRole } from './enums.ts';
import { Node } from './node.ts';
import { DateTime, EmailAddress } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description: "A person's account. Each nullable field says whom it is shown to.",
})
export class User extends Node {
  @Field(() => String, { description: 'The name, 1 to 200 characters.' })
  name!: string;

  @Field(() => EmailAddress, { nullable: true, description: 'The address, in canonical form.' })
  email!: string | null;

  @Field(() => Language, { nullable: true, description: 'The language of mails and pages.' })
  language!: string | null;

  @Field(() => SystemRole, { nullable: true, description: "The account's standing on the platform." })
  systemRole!: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether the platform has suspended the account.' })
  suspended!: boolean | null;

  @Field(() => DateTime, { nullable: true, description: 'When the account was made.' })
  createdAt!: Date | null;
}

@ObjectType({ simpleResolvers: true, description: 'A sign-in of the viewer.' })
export class Session {
  @Field(() => ID, { description: 'Global id.' })
  id!: string;

  @Field(() => DateTime, { description: 'When it was signed in.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it was last used, to the minute.' })
  lastSeenAt!: Date;

  @Field(() => DateTime, { description: 'When it ends by itself.' })
  expiresAt!: Date;

  @Field(() => String, { nullable: true, description: 'The address that signed in.' })
  ipAddress!: string | null;

  @Field(() => String, { nullable: true, description: 'The program that signed in, as it called itself.' })
  userAgent!: string | null;

  @Field(() => Boolean, { description: 'Whether it is the session of this request.' })
  current!: boolean;
}

export const UserConnection = connectionOf('User', 'accounts', () => User);
