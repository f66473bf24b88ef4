import { Refusal } from '../../authz/refusal.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { newId } from '../../db/new-id.ts';
import { type InvitationRow, insertInvitation } from '../../db/queries/invitations.ts';
import type { NewMail } from '../../db/queries/mails.ts';
import type { Command } from '../../db/tx.ts';
import { hashSecret } from '../../identity/secret.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { invitationText } from './invitation-text.ts';

type NewInvitation = Pick<
  InvitationRow,
  'type' | 'email' | 'role' | 'label' | 'language' | 'cooperation' | 'organization'
>;

/** Stores an invitation and queues its mail. Answers its UUID. */
export async function sendInvitation(
  context: RequestContext,
  { tx, actor, instant, mail }: Command<Viewer>,
  { organization, cooperation, ...invitation }: NewInvitation,
): Promise<string> {
  const link = { kind: 'INVITATION', id: newId(), rotation: 0 } as const;
  const expiresAt = linkExpiry(context, cooperation, instant);
  await insertInvitation(tx, {
    ...invitation,
    organizationId: organization?.id ?? null,
    cooperationId: cooperation?.id ?? null,
    id: link.id,
    invitedById: actor.rows.user.id,
    tokenHash: hashSecret(context.links(link)),
    createdAt: instant,
    sentAt: instant,
    expiresAt,
  });
  const text = await invitationText(tx, { ...invitation, organization, cooperation }, actor.rows.user.name);
  mail(invitationMail(invitation, text, link, expiresAt));
  return link.id;
}

/** When a link that is sent at `instant` goes dead: after the usual time, or with the cooperation that it is to. */
export function linkExpiry(
  context: RequestContext,
  cooperation: InvitationRow['cooperation'],
  instant: Date,
): Date {
  const usual = context.invitationExpiry(instant);
  return cooperation?.expiresAt && cooperation.expiresAt < usual ? cooperation.expiresAt : usual;
}

/** Counts one more mail of an invitation: by whoever sends it, and by who gets it: an address, or an organization's identifier. @throws RATE_LIMITED */
export async function countInvitation(context: RequestContext, invited: string): Promise<void> {
  const { viewer } = await context.reading();
  await context.limits.consume(
    { inviter: viewer.rows.user.id, account: invited },
    'invitationByAddress',
    'invitationByInviter',
    'invitationByInvited',
  );
}

/** The mail of an invitation. */
export const invitationMail = (
  { email, language }: Pick<InvitationRow, 'email' | 'language'>,
  { template, params }: Pick<NewMail, 'template' | 'params'>,
  link: NonNullable<NewMail['link']>,
  expiresAt: Date,
): NewMail => ({
  template,
  language,
  recipient: email,
  params: { ...params, expiresAt: expiresAt.toISOString() },
  link,
});

/** I3: turns the violation of "one open invitation" into its message, for `catch`. */
export function refuseSecondInvitation(error: unknown): never {
  if (violatedConstraint(error) !== 'invitations_one_open') throw error;
  throw new Refusal('ALREADY_INVITED', 'There is an open invitation for this address already.', {
    field: 'email',
    rule: 'I3',
  });
}

/** I3. */
export const alreadyMember = () =>
  new Refusal('ALREADY_MEMBER', 'The address is that of a member already.', { field: 'email', rule: 'I3' });
