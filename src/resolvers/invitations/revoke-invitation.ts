import { changePending } from '../../db/queries/invitations.ts';
import { globalId } from '../../schema/global-id.ts';
import type { InvitationIdInput } from '../../schema/invitation-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { endPendingCooperation } from './end-pending-cooperation.ts';
import { openInvitation, throughCooperation } from './invitation-rows.ts';

/**
 * Revokes an open invitation: its link goes dead, and of a cooperation nothing is left (C3). Needs what sending it needs (I3). Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, ROLE_NOT_ASSIGNABLE, CONFLICT once it is settled
 */
export function revokeInvitation(
  context: RequestContext,
  { invitationId }: InvitationIdInput,
): Promise<string> {
  return context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, instant, audit }) => {
      const row = await openInvitation(tx, actor, invitationId);
      await changePending(tx, row.id, row.rotation, { status: 'REVOKED', settledAt: instant });
      await endPendingCooperation(tx, row);
      audit({
        organizationId: row.organization?.id ?? null,
        ...throughCooperation(row),
        action: 'invitation.revoked',
        subjectId: globalId('invitation', row.id),
        details: { type: row.type, email: row.email, role: row.role },
      });
      return row.id;
    },
  });
}
