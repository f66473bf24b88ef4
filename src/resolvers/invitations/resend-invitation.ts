import { cooperationExpired } from '../../authz/cooperation-rules.ts';
import { notFound } from '../../authz/refusal.ts';
import { changePending, isMemberByEmail } from '../../db/queries/invitations.ts';
import { hashSecret } from '../../identity/secret.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { InvitationIdInput } from '../../schema/invitation-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { openInvitation, throughCooperation } from './invitation-rows.ts';
import { invitationText } from './invitation-text.ts';
import { loadInvitation } from './load-invitation.ts';
import { alreadyMember, countInvitation, invitationMail, linkExpiry } from './send-invitation.ts';

/**
 * Sends an open invitation again, an expired one too: the earlier link goes dead, the time starts anew, and whoever sends it vouches for
 * it from now on (I1, I3). Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, ROLE_NOT_ASSIGNABLE, CONFLICT, ALREADY_MEMBER, RATE_LIMITED
 */
export async function resendInvitation(
  context: RequestContext,
  { invitationId }: InvitationIdInput,
): Promise<string> {
  await countInvitation(context, await addressOf(context, invitationId));
  return context.command({
    mode: 'RESOURCES',
    organizations: async () => [],
    work: async ({ tx, actor, instant, audit, mail }) => {
      const row = await openInvitation(tx, actor, invitationId);
      const { organization } = row;
      if (organization && row.role && (await isMemberByEmail(tx, organization.id, row.email))) {
        throw alreadyMember();
      }
      const link = { kind: 'INVITATION', id: row.id, rotation: row.rotation + 1 } as const;
      const expiresAt = linkExpiry(context, row.cooperation, instant);
      if (expiresAt <= instant) throw cooperationExpired();
      await changePending(tx, row.id, row.rotation, {
        rotation: link.rotation,
        tokenHash: hashSecret(context.links(link)),
        sentAt: instant,
        expiresAt,
        invitedById: actor.rows.user.id,
      });
      const text = await invitationText(tx, row, actor.rows.user.name);
      mail(invitationMail(row, text, link, expiresAt));
      audit({
        organizationId: row.organization?.id ?? null,
        ...throughCooperation(row),
        action: 'invitation.resent',
        subjectId: globalId('invitation', row.id),
        details: {
          type: row.type,
          email: row.email,
          sendCount: link.rotation + 1,
          // Whoever sends it vouches for it from now on.
          before: { invitedBy: globalId('user', row.invitedBy.id) },
        },
      });
      return row.id;
    },
  });
}

/** The invited address, for one who sees the invitation; of any other nothing is counted by address. */
async function addressOf(context: RequestContext, invitationId: string): Promise<string> {
  const id = parseGlobalId('invitation', invitationId);
  const invitation = id === null ? null : await loadInvitation(await context.reading(), id);
  if (!invitation) throw notFound();
  return invitation.email;
}
