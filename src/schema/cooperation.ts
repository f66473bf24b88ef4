import { Field, ObjectType } from 'type-graphql';
import { connectionOf } from './connection.ts';
import { CooperationStatus } from './enums.ts';
import { Node } from './node.ts';
import { Organization } from './organization.ts';
import { DateTime } from './scalars.ts';

@ObjectType({
  simpleResolvers: true,
  implements: Node,
  description:
    'A formal link between two organizations, through which each may share what it owns. Shown to the ADMINs of both.',
})
export class Cooperation extends Node {
  @Field(() => Organization, { description: 'Who invited: pause, resume and expiry are theirs.' })
  initiator!: Organization;

  @Field(() => Organization, {
    nullable: true,
    description: 'Who was invited; null until they have accepted.',
  })
  partner!: Organization | null;

  @Field(() => String, {
    description:
      "The partner's name; until it has accepted, the address (in canonical form) or the identifier that was entered.",
  })
  partnerLabel!: string;

  @Field(() => Boolean, { description: "Whether the viewer's organization is the initiator." })
  viewerIsInitiator!: boolean;

  @Field(() => CooperationStatus, { description: 'Whether it carries its shares.' })
  status!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What it is for, in the words of the initiator, 1 to 500 characters.',
  })
  purpose!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it ends by itself; null: never.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was proposed.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the partner accepted; null: not yet.' })
  acceptedAt!: Date | null;
}

export const CooperationConnection = connectionOf('Cooperation', 'cooperations', () => Cooperation);
