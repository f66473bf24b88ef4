import type { Viewer } from '../../resolvers/context/viewer.ts';
import type { InvitationPreview } from '../../resolvers/invitations/invitation-preview.ts';

/**
 * What comes next for whoever holds the link of an open invitation: `describe` is accepting with the details of a new organization,
 * `askAdmin` what a member without COOPERATION_MANAGE is told (C3).
 */
export type InvitationStep =
  | 'register'
  | 'sent'
  | 'signIn'
  | 'otherAddress'
  | 'leave'
  | 'askAdmin'
  | 'describe'
  | 'accept';

/** @param sent whether this browser has just registered, and waits for the mail that verifies the address */
export function stepOf(preview: InvitationPreview, viewer: Viewer | null, sent: boolean): InvitationStep {
  if (!viewer) {
    if (!preview.needsAccount) return 'signIn';
    return sent ? 'sent' : 'register';
  }
  const { user, membership } = viewer.rows;
  if (user.email !== preview.email) return 'otherAddress';
  if (membership && preview.type !== 'COOPERATION') return 'leave';
  // A member of the initiator is told so when they try: no ADMIN of theirs could accept.
  if (membership && membership.organizationId === preview.organizationId) return 'accept';
  if (membership) return viewer.home.actions.includes('COOPERATION_MANAGE') ? 'accept' : 'askAdmin';
  return preview.needsOrganization ? 'describe' : 'accept';
}
