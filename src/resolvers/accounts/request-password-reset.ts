import { canonicalEmail } from '../../identity/email.ts';
import type { RequestPasswordResetInput } from '../../schema/account-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { mailLinkToAddress } from './mail-link.ts';

/**
 * Sends a link to set a new password; an earlier one goes dead. The answer and the work are the same for every address.
 * @throws RATE_LIMITED
 */
export async function requestPasswordReset(
  context: RequestContext,
  { email }: RequestPasswordResetInput,
): Promise<void> {
  const address = canonicalEmail(email);
  await context.limits.consume({ account: address ?? email }, 'resetByAddress', 'resetByAccount');
  await mailLinkToAddress(context, address, {
    kind: 'PASSWORD_RESET',
    template: 'PASSWORD_RESET',
    action: 'user.password_reset_requested',
    // D1: a demo account keeps its password. Whose address was never verified registers again.
    isFor: (user) => user.verifiedAt !== null && user.suspendedAt === null && user.systemRole !== 'DEMO',
  });
}
