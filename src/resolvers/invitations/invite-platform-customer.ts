import { z } from 'zod';
import { requireAdministrator } from '../../authz/refusal.ts';
import { globalId } from '../../schema/global-id.ts';
import type { InvitePlatformCustomerInput } from '../../schema/invitation-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { parseInput } from '../parse-input.ts';
import { invitedEmail } from './invitation-input.ts';
import { languageInput } from './language-input.ts';
import { countInvitation, refuseSecondInvitation, sendInvitation } from './send-invitation.ts';

const form = z.object({ email: invitedEmail(), language: languageInput });

/**
 * Invites a new customer: whoever accepts gets an organization with its first portfolio, and is its ADMIN. For system administrators.
 * Answers the invitation's UUID.
 * @throws FORBIDDEN, ALREADY_INVITED, RATE_LIMITED, BAD_USER_INPUT
 */
export async function invitePlatformCustomer(
  context: RequestContext,
  input: InvitePlatformCustomerInput,
): Promise<string> {
  const { email, language } = parseInput(form, input);
  await countInvitation(context, email);
  const work = context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async (command) => {
      const { actor, audit } = command;
      requireAdministrator(actor.facts.account);
      const id = await sendInvitation(context, command, {
        type: 'PLATFORM',
        email,
        language,
        role: null,
        label: null,
        organization: null,
        cooperation: null,
      });
      const subjectId = globalId('invitation', id);
      audit({
        organizationId: null,
        action: 'invitation.sent',
        subjectId,
        details: { type: 'PLATFORM', email },
      });
      return id;
    },
  });
  return work.catch(refuseSecondInvitation);
}
