import type { Tx } from '../../db/client.ts';
import { accountBehind, type InvitationRow } from '../../db/queries/invitations.ts';
import type { NewMail } from '../../db/queries/mails.ts';

const TEMPLATES = {
  PLATFORM: 'PLATFORM_INVITATION',
  ORGANIZATION: 'ORGANIZATION_INVITATION',
  COOPERATION: 'COOPERATION_INVITATION',
} as const;

/** What the mail of an invitation says. */
export async function invitationText(
  tx: Tx,
  {
    type,
    email,
    organization,
    role,
    cooperation,
  }: Pick<InvitationRow, 'type' | 'email' | 'organization' | 'role' | 'cooperation'>,
  inviterName: string,
): Promise<Pick<NewMail, 'template' | 'params'>> {
  const params: Record<string, string> = { inviterName };
  if (organization) params['organizationName'] = organization.name;
  if (role) params['role'] = role;
  if (type === 'COOPERATION') {
    params['purpose'] = cooperation?.purpose ?? '';
    params['recipient'] = await recipientKind(tx, email);
  }
  return { template: TEMPLATES[type], params };
}

/** C3: what comes next depends on who has the address. Only their own mail tells; the inviter is told nothing (I2). */
async function recipientKind(tx: Tx, email: string): Promise<'NEW' | 'ACCOUNT' | 'MEMBER'> {
  const account = await accountBehind(tx, email);
  if (account?.verified !== true) return 'NEW';
  return account.member ? 'MEMBER' : 'ACCOUNT';
}
