import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import {
  DeleteAccountInput,
  ProfilePayload,
  RegisterInput,
  RegisterPayload,
  RequestEmailChangeInput,
  RequestPasswordResetInput,
  ResendVerificationInput,
  ResetPasswordInput,
  UpdateProfileInput,
  VerifyEmailInput,
} from '../../schema/account-inputs.ts';
import { OkPayload } from '../../schema/resource-inputs.ts';
import { SignInPayload } from '../../schema/session-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { UserModel } from '../members/user-model.ts';
import { ViewerModel } from '../viewer/viewer-model.ts';
import { deleteAccount } from './delete-account.ts';
import { register } from './register.ts';
import { requestEmailChange } from './request-email-change.ts';
import { requestPasswordReset } from './request-password-reset.ts';
import { resendVerification } from './resend-verification.ts';
import { resetPassword } from './reset-password.ts';
import { updateProfile } from './update-profile.ts';
import { verifyEmail } from './verify-email.ts';

@Resolver()
export class AccountResolver {
  @Mutation(() => RegisterPayload, {
    description: 'Registers an account for an invited address; a mail brings the link that verifies it.',
  })
  async register(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RegisterInput, { description: 'Who, by which invitation.' }) input: RegisterInput,
  ) {
    await register(context, input);
    return { ok: true };
  }

  @Mutation(() => SignInPayload, {
    description:
      'Proves an address by the link that was mailed to it, and signs in. An invitation into an organization is then accepted by itself.',
  })
  async verifyEmail(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => VerifyEmailInput, { description: 'The link.' }) input: VerifyEmailInput,
  ) {
    const sessionToken = await verifyEmail(context, input);
    return { viewer: new ViewerModel(await context.reading()), sessionToken };
  }

  @Mutation(() => OkPayload, {
    description: 'Sends the link that verifies a new account again; the same answer for every address.',
  })
  async resendVerification(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => ResendVerificationInput, { description: 'To whom.' })
    input: ResendVerificationInput,
  ) {
    await resendVerification(context, input);
    return { ok: true };
  }

  @Mutation(() => OkPayload, {
    description: 'Sends a link that sets a new password; the same answer for every address.',
  })
  async requestPasswordReset(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RequestPasswordResetInput, { description: 'To whom.' })
    input: RequestPasswordResetInput,
  ) {
    await requestPasswordReset(context, input);
    return { ok: true };
  }

  @Mutation(() => OkPayload, {
    description: 'Sets a new password by a link, and ends every session of the account.',
  })
  async resetPassword(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => ResetPasswordInput, { description: 'The link and the new password.' })
    input: ResetPasswordInput,
  ) {
    await resetPassword(context, input);
    return { ok: true };
  }

  @Mutation(() => ProfilePayload, { description: "Changes the viewer's name and language." })
  async updateProfile(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => UpdateProfileInput, { description: 'What to change.' }) input: UpdateProfileInput,
  ) {
    await updateProfile(context, input);
    const { viewer } = await context.reading();
    return { user: UserModel.own(viewer.rows.user) };
  }

  @Mutation(() => OkPayload, {
    description: 'Sends a link to a new address, which counts once verifyEmail has confirmed it.',
  })
  async requestEmailChange(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RequestEmailChangeInput, { description: 'Which address.' })
    input: RequestEmailChangeInput,
  ) {
    await requestEmailChange(context, input);
    return { ok: true };
  }

  @Mutation(() => OkPayload, {
    description:
      'Leaves the organization, ends sessions, and anonymises the account; the audit trail keeps its name.',
  })
  async deleteAccount(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => DeleteAccountInput, { description: 'The password.' }) input: DeleteAccountInput,
  ) {
    await deleteAccount(context, input);
    return { ok: true };
  }
}
