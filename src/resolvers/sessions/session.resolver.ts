import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { OkPayload } from '../../schema/resource-inputs.ts';
import {
  ChangePasswordInput,
  RevokeSessionInput,
  SignInInput,
  SignInPayload,
} from '../../schema/session-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { ViewerModel } from '../viewer/viewer-model.ts';
import { changePassword } from './change-password.ts';
import { revokeSession, signOut } from './end-session.ts';
import { signIn } from './sign-in.ts';

@Resolver()
export class SessionResolver {
  @Mutation(() => SignInPayload, {
    description: 'Signs in: sets the session cookie, and answers its secret.',
  })
  async signIn(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => SignInInput, { description: 'Who signs in.' }) input: SignInInput,
  ) {
    const sessionToken = await signIn(context, input);
    return { viewer: new ViewerModel(await context.reading()), sessionToken };
  }

  @Mutation(() => OkPayload, { description: 'Ends the session of this request.' })
  async signOut(@Ctx('request') context: RequestContext) {
    await signOut(context);
    return { ok: true };
  }

  @Mutation(() => OkPayload, { description: "Ends one of the viewer's sessions." })
  async revokeSession(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RevokeSessionInput, { description: 'Which one.' }) input: RevokeSessionInput,
  ) {
    await revokeSession(context, input);
    return { ok: true };
  }

  @Mutation(() => OkPayload, { description: "Changes the viewer's password and ends their other sessions." })
  async changePassword(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => ChangePasswordInput, { description: 'The old and the new one.' })
    input: ChangePasswordInput,
  ) {
    await changePassword(context, input);
    return { ok: true };
  }
}
