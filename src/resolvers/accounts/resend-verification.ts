import { canonicalEmail } from '../../identity/email.ts';
import type { ResendVerificationInput } from '../../schema/account-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { mailLinkToAddress } from './mail-link.ts';

/**
 * Sends the link that verifies a new account again; the earlier one goes dead. The answer and the work are the same for every address.
 * @throws RATE_LIMITED
 */
export async function resendVerification(
  context: RequestContext,
  { email }: ResendVerificationInput,
): Promise<void> {
  const address = canonicalEmail(email);
  await context.limits.consume(
    { account: address ?? email },
    'verificationByAddress',
    'verificationByAccount',
  );
  await mailLinkToAddress(context, address, {
    kind: 'VERIFICATION',
    template: 'VERIFICATION',
    action: 'user.verification_resent',
    // Only an account that waits for it.
    isFor: (user) => user.verifiedAt === null && user.deletedAt === null,
  });
}
