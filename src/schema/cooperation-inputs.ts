import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Cooperation } from './cooperation.ts';
import { Language } from './enums.ts';
import { DateTime, EmailAddress } from './scalars.ts';

const PURPOSE = 'What it is for, 1 to 500 characters; shown to the partner.';

@InputType({
  description: 'Whom to invite to a cooperation: exactly one of organizationIdentifier and email.',
})
export class InviteCooperationInput {
  @Field(() => String, {
    nullable: true,
    description:
      "The other organization's identifier, as its ADMINs tell it. Each who is live gets a mail, and any one accepts.",
  })
  organizationIdentifier?: string | null;

  @Field(() => EmailAddress, {
    nullable: true,
    description:
      'The address of somebody who will accept for the organization that they administer, or for a new one.',
  })
  email?: string | null;

  @Field(() => String, { nullable: true, description: PURPOSE })
  purpose?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When the cooperation ends by itself, later than now and before the year 10000. Null or left out: never.',
  })
  expiresAt?: Date | null;

  @Field(() => Language, {
    nullable: true,
    defaultValue: 'EN',
    description: 'The language of the mail to an address and of its page.',
  })
  language?: string | null;
}

@InputType({ description: 'One cooperation.' })
export class CooperationIdInput {
  @Field(() => ID, { description: 'The cooperation.' })
  cooperationId!: string;
}

@InputType({ description: 'A change of a cooperation, by its initiator. A field left out stays as it is.' })
export class UpdateCooperationInput {
  @Field(() => ID, { description: 'The cooperation.' })
  cooperationId!: string;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'False pauses: whatever is reached through it is blocked at once. True resumes, exactly as it was.',
  })
  active?: boolean | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it ends by itself, later than now and before the year 10000. Null clears it.',
  })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: `${PURPOSE} Null clears it.` })
  purpose?: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'What became of a cooperation.' })
export class CooperationPayload {
  @Field(() => Cooperation, { description: 'The cooperation as it is now.' })
  cooperation!: Cooperation;
}

@InputType({
  description: 'The end of a cooperation, with everything that is shared and delegated through it.',
})
export class RemoveCooperationInput {
  @Field(() => ID, { description: 'The cooperation, pending or not.' })
  cooperationId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What is gone.' })
export class RemoveCooperationPayload {
  @Field(() => ID, { description: 'The global id of the cooperation that was ended.' })
  removedCooperationId!: string;
}
