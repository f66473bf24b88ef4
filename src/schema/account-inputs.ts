import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Language } from './enums.ts';
import type { LanguageName } from './invitation-inputs.ts';
import { EmailAddress } from './scalars.ts';
import { User } from './user.ts';

const NEW_PASSWORD = 'At least 12 characters in at most 1,024 bytes, and no common one.';

@InputType({ description: 'A new account for an invited address.' })
export class RegisterInput {
  @Field(() => String, { description: "The secret of the invitation's link." })
  invitationToken!: string;

  @Field(() => String, { description: 'The name of the person, 1 to 200 characters.' })
  name!: string;

  @Field(() => String, { description: NEW_PASSWORD })
  password!: string;

  @Field(() => Language, {
    nullable: true,
    description: "The language of mails and pages; the invitation's if left out.",
  })
  language?: LanguageName | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'The same answer whether or not the address has an account; the mail tells.',
})
export class RegisterPayload {
  @Field(() => Boolean, { description: 'Always true: everything else is an error.' })
  ok!: boolean;
}

@InputType({ description: 'The proof of an address.' })
export class VerifyEmailInput {
  @Field(() => String, { description: "The secret of the mail's link." })
  token!: string;
}

@InputType({ description: 'A request for the link that verifies a new account.' })
export class ResendVerificationInput {
  @Field(() => EmailAddress, { description: 'The address that was registered.' })
  email!: string;
}

@InputType({ description: 'A request for a link that sets a new password.' })
export class RequestPasswordResetInput {
  @Field(() => EmailAddress, { description: 'The address of the account.' })
  email!: string;
}

@InputType({ description: 'A new password by a link.' })
export class ResetPasswordInput {
  @Field(() => String, { description: "The secret of the mail's link." })
  token!: string;

  @Field(() => String, { description: NEW_PASSWORD })
  newPassword!: string;
}

@InputType({ description: "A change of the viewer's account." })
export class UpdateProfileInput {
  @Field(() => String, {
    nullable: true,
    description: 'The name, 1 to 200 characters. Left out or null: stays as it is.',
  })
  name?: string | null;

  @Field(() => Language, {
    nullable: true,
    description: 'The language of mails and pages. Left out or null: stays as it is.',
  })
  language?: LanguageName | null;
}

@ObjectType({ simpleResolvers: true, description: "What became of the viewer's account." })
export class ProfilePayload {
  @Field(() => User, { description: 'The account as it is now.' })
  user!: User;
}

@InputType({ description: 'A request for another address.' })
export class RequestEmailChangeInput {
  @Field(() => EmailAddress, { description: 'The new address.' })
  newEmail!: string;

  @Field(() => String, { description: 'The present password.' })
  password!: string;
}

@InputType({ description: "The end of the viewer's account." })
export class DeleteAccountInput {
  @Field(() => String, { description: 'The present password.' })
  password!: string;
}

@InputType({ description: 'A suspension of an account.' })
export class SuspendUserInput {
  @Field(() => ID, { description: 'The account.' })
  userId!: string;

  @Field(() => String, { description: 'Why, 1 to 500 characters; it is recorded.' })
  reason!: string;
}

@InputType({ description: 'The end of a suspension.' })
export class ReinstateUserInput {
  @Field(() => ID, { description: 'The account.' })
  userId!: string;
}

@ObjectType({ simpleResolvers: true, description: 'What became of an account.' })
export class UserPayload {
  @Field(() => User, { description: 'The account as it is now.' })
  user!: User;
}

@InputType({ description: 'A new ADMIN for an organization that has no live one left.' })
export class AppointAdminInput {
  @Field(() => ID, { description: 'The organization.' })
  organizationId!: string;

  @Field(() => ID, { description: 'The account of one of its members.' })
  userId!: string;
}
