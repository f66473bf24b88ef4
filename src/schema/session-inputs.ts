import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { EmailAddress } from './scalars.ts';
import { Viewer } from './viewer.ts';

@InputType({ description: 'A sign-in.' })
export class SignInInput {
  @Field(() => EmailAddress, { description: 'The address of the account.' })
  email!: string;

  @Field(() => String, { description: 'The password.' })
  password!: string;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'The session is set as an HttpOnly cookie; sessionToken serves clients that send it as a bearer token instead.',
})
export class SignInPayload {
  @Field(() => Viewer, { description: 'Who is signed in now.' })
  viewer!: Viewer;

  @Field(() => String, {
    description: 'The secret of the session, for the Authorization header. It is shown only here.',
  })
  sessionToken!: string;
}

@InputType({ description: 'The end of a session.' })
export class RevokeSessionInput {
  @Field(() => ID, { description: "One of the viewer's sessions." })
  sessionId!: string;
}

@InputType({ description: 'A new password.' })
export class ChangePasswordInput {
  @Field(() => String, { description: 'The password until now.' })
  currentPassword!: string;

  @Field(() => String, { description: 'The new one: 12 characters to 1,024 bytes.' })
  newPassword!: string;
}
