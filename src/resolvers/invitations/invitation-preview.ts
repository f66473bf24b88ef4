import { accountBehind, invitationOfToken } from '../../db/queries/invitations.ts';
import { hashSecret } from '../../identity/secret.ts';
import type { RequestContext } from '../context/request-context.ts';
import { isOpen } from './accept.ts';

/** What the holder of a link is shown before they register. */
export interface InvitationPreview {
  readonly type: 'PLATFORM' | 'ORGANIZATION' | 'COOPERATION';
  readonly email: string;
  /** Of whoever invites; no field of the schema shows it. */
  readonly organizationId: string | null;
  readonly organizationName: string | null;
  readonly role: string | null;
  readonly language: string;
  readonly expiresAt: Date;
  readonly needsAccount: boolean;
  readonly needsOrganization: boolean;
}

/**
 * The preview of an open invitation; null for a link that is unknown, used, revoked, sent again or expired. Not counted: the fields of a
 * query share one snapshot, beside which nothing is written, and nobody guesses 256 random bits.
 */
export async function previewInvitation(
  context: RequestContext,
  token: string,
): Promise<InvitationPreview | null> {
  const reading = await context.reading();
  const invitation = await invitationOfToken(reading.tx, hashSecret(token));
  if (!invitation || !isOpen(invitation, await reading.instant())) return null;
  const account = await accountBehind(reading.tx, invitation.email);
  const { type, email, role, language, expiresAt } = invitation;
  return {
    type,
    email,
    organizationId: invitation.organization?.id ?? null,
    organizationName: invitation.organization?.name ?? null,
    role,
    language,
    expiresAt,
    needsAccount: account?.verified !== true,
    needsOrganization: type === 'PLATFORM' || (type === 'COOPERATION' && account?.member !== true),
  };
}
