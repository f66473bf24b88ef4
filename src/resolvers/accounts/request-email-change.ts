import { z } from 'zod';
import { requireFullAccount } from '../../authz/refusal.ts';
import { lockUserByEmail } from '../../db/queries/accounts.ts';
import type { RequestEmailChangeInput } from '../../schema/account-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { invitedEmail } from '../invitations/invitation-input.ts';
import { parseInput } from '../parse-input.ts';
import { makeAccountLink } from './account-link.ts';
import { checkOwnPassword, lockChecked } from './check-password.ts';

const form = z.object({ newEmail: invitedEmail('newEmail'), password: z.string() });

/**
 * Sends a link to a new address, which counts once verifyEmail has used it. Where the address has an account, its owner is told instead:
 * the answer is the same.
 * @throws BAD_USER_INPUT naming newEmail or password, RATE_LIMITED, CONFLICT
 */
export async function requestEmailChange(
  context: RequestContext,
  input: RequestEmailChangeInput,
): Promise<void> {
  const { newEmail, password } = parseInput(form, input);
  const checked = await checkOwnPassword(context, password, { action: 'EMAIL_CHANGE', field: 'password' });
  await context.limits.consume({ account: newEmail }, 'verificationByAddress', 'verificationByAccount');
  await context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, instant, audit, mail }) => {
      requireFullAccount(actor.facts.account, 'EMAIL_CHANGE');
      const user = await lockChecked(tx, checked);
      const owner = await lockUserByEmail(tx, newEmail);
      const made = await makeAccountLink(
        tx,
        context,
        owner ? null : user,
        { kind: 'EMAIL_CHANGE', email: newEmail },
        instant,
      );
      mail(
        made
          ? {
              template: 'EMAIL_CHANGE',
              language: user.language,
              recipient: newEmail,
              params: { name: user.name, newEmail, expiresAt: made.expiresAt.toISOString() },
              link: made.link,
            }
          : {
              template: 'ALREADY_REGISTERED',
              language: owner?.language ?? user.language,
              recipient: newEmail,
              params: { name: owner?.name ?? user.name },
            },
      );
      audit({
        organizationId: actor.rows.membership?.organizationId ?? null,
        action: 'user.email_change_requested',
        subjectId: globalId('user', user.id),
        details: { newEmail },
      });
    },
  });
}
