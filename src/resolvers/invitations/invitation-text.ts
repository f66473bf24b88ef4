import type { InvitationRow } from '../../db/queries/invitations.ts';
import type { NewMail } from '../../db/queries/mails.ts';

const TEMPLATES = {
  PLATFORM: 'PLATFORM_INVITATION',
  ORGANIZATION: 'ORGANIZATION_INVITATION',
  COOPERATION: 'COOPERATION_INVITATION',
} as const;

/** What the mail of an invitation says. */
export function invitationText(
  { type, organization, role }: Pick<InvitationRow, 'type' | 'organization' | 'role'>,
  inviterName: string,
): Pick<NewMail, 'template' | 'params'> {
  const params: Record<string, string> = { inviterName };
  if (organization) params['organizationName'] = organization.name;
  if (role) params['role'] = role;
  if (type === 'COOPERATION') params['purpose'] = '';
  return { template: TEMPLATES[type], params };
}
