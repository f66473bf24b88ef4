import { deadLink } from '../../authz/refusal.ts';
import { changePending, invitationOfToken } from '../../db/queries/invitations.ts';
import { hashSecret } from '../../identity/secret.ts';
import { globalId } from '../../schema/global-id.ts';
import type { DeclineInvitationInput } from '../../schema/invitation-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { isOpen, organizationsOfAcceptance } from './accept.ts';
import { endPendingCooperation } from './end-pending-cooperation.ts';
import { throughCooperation } from './invitation-rows.ts';

/**
 * Declines an invitation: whoever holds its link may, with or without an account. Of a cooperation nothing is left (C3).
 * @throws NOT_FOUND for a link that is not good (one answer), RATE_LIMITED
 */
export async function declineInvitation(
  context: RequestContext,
  { token }: DeclineInvitationInput,
): Promise<void> {
  await context.limits.consume({}, 'linkByAddress');
  const tokenHash = hashSecret(token);
  await context.accountCommand(
    null,
    async (command) => {
      const { tx, instant } = command;
      const invitation = await invitationOfToken(tx, tokenHash);
      if (!invitation || !isOpen(invitation, instant)) throw deadLink();
      const declined = { status: 'DECLINED', settledAt: instant } as const;
      if (!(await changePending(tx, invitation.id, invitation.rotation, declined))) throw deadLink();
      command.audit({
        organizationId: invitation.organization?.id ?? null,
        ...throughCooperation(invitation),
        action: 'invitation.declined',
        subjectId: globalId('invitation', invitation.id),
        details: { type: invitation.type, email: invitation.email },
      });
      await endPendingCooperation(tx, invitation);
    },
    async (tx) => organizationsOfAcceptance(await invitationOfToken(tx, tokenHash)),
  );
}
