/** How the tests get at links: by the mails that were queued, never by an answer. */
import { eq } from 'drizzle-orm';
import type { Database } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import { invitationGrants, invitations } from '../../src/db/schema/invitations.ts';
import { mails } from '../../src/db/schema/mails.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { users } from '../../src/db/schema/users.ts';
import { linkSigner } from '../../src/identity/links.ts';
import { hashSecret } from '../../src/identity/secret.ts';
import { globalId, parseGlobalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from './client.ts';
import { TEST_APP_SECRET, type TestGateway } from './gateway.ts';
import {
  InviteMemberDocument,
  type InviteMemberInput,
  RegisterDocument,
  VerifyEmailDocument,
} from './generated/operations.ts';
import { inOneGo } from './rows.ts';

export const PASSWORD = 'correct horse battery staple';

export type QueuedMail = typeof mails.$inferSelect;
export type StoredInvitation = typeof invitations.$inferSelect;

const sign = linkSigner(TEST_APP_SECRET);

/** Every mail that was queued, the oldest first. */
export const mailQueue = (database: Database): Promise<QueuedMail[]> =>
  database.transaction('snapshot', (tx) => tx.select().from(mails).orderBy(mails.id));

/** What a test compares of mails: whom they went to, and what they say. */
export const shownMail = ({ template, language, recipient, params, linkKind, linkRotation }: QueuedMail) => ({
  template,
  language,
  recipient,
  params,
  linkKind,
  linkRotation,
});

/** The mails that `work` queues. */
export async function mailsOf(database: Database, work: () => Promise<unknown>): Promise<QueuedMail[]> {
  const before = new Set((await mailQueue(database)).map(({ id }) => id));
  await work();
  return (await mailQueue(database)).filter(({ id }) => !before.has(id));
}

/** The secret of the link in a mail. */
export function secretOf(mail: QueuedMail | undefined): string {
  const { linkKind: kind, linkId: id, linkRotation: rotation } = mail ?? {};
  if (!kind || !id || rotation == null) throw new Error('this mail has no link');
  return sign({ kind, id, rotation });
}

/** The secret of an invitation's link, by its global id. */
export const invitationSecret = (id: string, rotation = 0): string =>
  sign({ kind: 'INVITATION', id: parseGlobalId('invitation', id) ?? '', rotation });

/** The newest mail to an address. */
export const newestMail = async (database: Database, recipient: string): Promise<QueuedMail | undefined> =>
  (await mailQueue(database)).findLast((mail) => mail.recipient === recipient);

let addresses = 0;
/** An address that nobody has yet. */
export const newAddress = (prefix = 'newcomer'): string => `${prefix}.${addresses++}@example.net`;

/** An invitation into an organization, sent by `client`: its id and its link's secret. */
export async function invite(
  client: GraphQLClient,
  input: Partial<InviteMemberInput> & Pick<InviteMemberInput, 'organizationId'>,
) {
  const role = input.role ?? 'MEMBER';
  const label = role === 'EXTERNAL' ? 'A supplier' : null;
  const { inviteMember } = await client.get(InviteMemberDocument, {
    input: { email: newAddress(), role, label, ...input },
  });
  const { invitation } = inviteMember;
  return { ...invitation, secret: invitationSecret(invitation.id) };
}

/** Registers by an invitation and follows the mail; answers a client of the account, signed in. */
export async function join(
  gateway: TestGateway,
  invitation: { readonly email: string; readonly secret: string },
  name = 'Newcomer',
) {
  const client = gateway.client();
  await client.get(RegisterDocument, {
    input: { invitationToken: invitation.secret, name, password: PASSWORD },
  });
  const token = secretOf(await newestMail(gateway.database, invitation.email));
  const { verifyEmail } = await client.get(VerifyEmailDocument, { token });
  return { client: gateway.client(verifyEmail.sessionToken), ...verifyEmail };
}

/** Stores an invitation as if it had been sent just now; answers it with its secret. */
export async function storeInvitation(
  database: Database,
  row: Partial<StoredInvitation> & Pick<StoredInvitation, 'invitedById'>,
) {
  const id = newId();
  const now = new Date();
  const stored = {
    id,
    type: 'ORGANIZATION',
    email: newAddress(),
    language: 'EN',
    rotation: 0,
    tokenHash: hashSecret(sign({ kind: 'INVITATION', id, rotation: row.rotation ?? 0 })),
    createdAt: now,
    sentAt: now,
    expiresAt: new Date(now.getTime() + 7 * 86_400_000),
    ...row,
  } as const;
  await inOneGo(database, (tx) => tx.insert(invitations).values(stored));
  return {
    ...stored,
    uuid: id,
    id: globalId('invitation', id),
    secret: sign({ kind: 'INVITATION', id, rotation: stored.rotation }),
  };
}

export const storedInvitations = (database: Database): Promise<StoredInvitation[]> =>
  database.transaction('snapshot', (tx) => tx.select().from(invitations).orderBy(invitations.id));

export const storedInvitationGrants = (database: Database) =>
  database.transaction('snapshot', (tx) => tx.select().from(invitationGrants));

/** Changes a membership behind the gateway's back. */
export const changeMember = (
  database: Database,
  userUuid: string,
  changes: Partial<typeof memberships.$inferInsert>,
): Promise<void> =>
  inOneGo(database, (tx) => tx.update(memberships).set(changes).where(eq(memberships.userId, userUuid)));

/** Ends a membership behind the gateway's back. */
export const endMember = (database: Database, userUuid: string): Promise<void> =>
  inOneGo(database, (tx) => tx.delete(memberships).where(eq(memberships.userId, userUuid)));

/** Changes an account behind the gateway's back. */
export const changeUser = (
  database: Database,
  userUuid: string,
  changes: Partial<typeof users.$inferInsert>,
): Promise<void> => inOneGo(database, (tx) => tx.update(users).set(changes).where(eq(users.id, userUuid)));

export const membershipsOf = (database: Database, userUuid: string) =>
  database.transaction('snapshot', (tx) =>
    tx.select().from(memberships).where(eq(memberships.userId, userUuid)),
  );
