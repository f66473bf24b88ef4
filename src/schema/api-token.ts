import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { ApiTokenStatus, PermissionGroup } from './enums.ts';
import { Member } from './member.ts';
import { Node } from './node.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description:
    'A key for automation, which can only narrow what its owner may do. Its secret was shown once. Shown to its owner and to the ADMINs of the organization.',
})
export class ApiToken extends Node {
  @Field(() => String, { description: 'What its owner calls it, 1 to 100 characters.' })
  name!: string;

  @Field(() => PermissionGroup, { description: 'What it reaches.' })
  permissionGroup!: string;

  @Field(() => String, { description: 'The first characters of the secret, to recognise it by.' })
  hint!: string;

  @Field(() => Member, { description: 'Whose it is: it ends with the membership.' })
  owner!: Member;

  @Field(() => ApiTokenStatus, { description: 'Whether it works.' })
  status!: string;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it stops working by itself; null: never.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was used last, to the minute; null: not yet.',
  })
  lastUsedAt!: Date | null;
}

export const ApiTokenConnection = connectionOf('ApiToken', 'API tokens', () => ApiToken);
