import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { JobRole } from './enums.ts';
import { Node } from './node.ts';
import { Organization } from './organization.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description:
    'A job role that the owner of a resource gives the other organization of a cooperation: the ceiling of whatever is delegated there. A share of a portfolio follows the parks that join or leave it.',
})
export class Share extends Node {
  @Field(() => Organization, { description: 'Who shares: the owner of the resource.' })
  owner!: Organization;

  @Field(() => Organization, { description: 'Whom it is shared with.' })
  recipient!: Organization;

  @Field(() => JobRole, {
    description:
      'The ceiling; never OPERATOR. NONE takes a park out of a shared portfolio, which its owner alone is shown.',
  })
  role!: string;

  @Field(() => [JobRole], {
    description:
      "What the recipient's ADMINs may delegate: VIEWER and exactly the role; nothing while the share or its cooperation is not live.",
  })
  delegableRoles!: string[];

  @Field(() => DateTime, { nullable: true, description: 'When it lapses; null: never.' })
  expiresAt!: Date | null;

  @Field(() => Boolean, {
    description: "Whether it has not lapsed; its cooperation's status tells whether it is carried.",
  })
  live!: boolean;

  @Field(() => DateTime, { description: 'When it was first given.' })
  createdAt!: Date;
}

export const ShareConnection = connectionOf('Share', 'shares', () => Share);
