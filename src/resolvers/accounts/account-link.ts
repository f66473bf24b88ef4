import { deadLink } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import {
  type AccountLinkRow,
  accountLinkOfToken,
  type NewAccountLink,
  nextAccountLink,
  renewRegistrationLink,
  storeLinkHash,
  useAccountLink,
} from '../../db/queries/accounts.ts';
import type { NewMail } from '../../db/queries/mails.ts';
import { lockUser, type UserRow } from '../../db/queries/sessions.ts';
import { hashSecret } from '../../identity/secret.ts';
import type { RequestContext } from '../context/request-context.ts';

const HOUR_MS = 3_600_000;

/** How long each kind of link is good. */
const LIFETIME_MS: Readonly<Record<AccountLinkRow['kind'], number>> = {
  VERIFICATION: 48 * HOUR_MS,
  EMAIL_CHANGE: 24 * HOUR_MS,
  PASSWORD_RESET: HOUR_MS,
};

/** An id that no account has: what is done for it is the same work, without effect. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** What an account is registered with, until the address is proved. */
export type Registration = Pick<UserRow, 'name' | 'language'> & { readonly passwordHash: string };

/**
 * Makes a link for an account, in the place of an earlier one of its kind, and answers what a mail needs of it. For nobody it runs the
 * same statements and answers null, so that nothing tells the two apart.
 */
export async function makeAccountLink(
  tx: Tx,
  context: RequestContext,
  user: Pick<UserRow, 'id'> | null,
  link: Pick<NewAccountLink, 'kind' | 'email'> & {
    readonly invitationId?: string | null;
    readonly registration?: Registration | null;
  },
  instant: Date,
): Promise<{ readonly link: NonNullable<NewMail['link']>; readonly expiresAt: Date } | null> {
  const { kind, email, invitationId = null, registration = null } = link;
  const expiresAt = new Date(instant.getTime() + LIFETIME_MS[kind]);
  const owner = user?.id ?? NOBODY;
  const isRenewal = kind === 'VERIFICATION' && registration === null;
  const made = isRenewal
    ? await renewRegistrationLink(tx, owner, expiresAt)
    : await nextAccountLink(tx, owner, newId(), {
        kind,
        email,
        invitationId,
        registration,
        expiresAt,
        createdAt: instant,
      });
  const ref = { kind, id: made?.id ?? NOBODY, rotation: made?.rotation ?? 0 };
  await storeLinkHash(tx, ref.id, hashSecret(context.links(ref)));
  return made && { link: ref, expiresAt };
}

interface LinkAndOwner {
  readonly link: AccountLinkRow;
  readonly user: UserRow;
}

/** The link behind a secret and its account, if it is one of `kinds`, not expired, and the account can use it; else null. */
export async function liveAccountLink(
  tx: Tx,
  token: string,
  kinds: readonly AccountLinkRow['kind'][],
  instant: Date,
): Promise<LinkAndOwner | null> {
  const found = await accountLinkOfToken(tx, hashSecret(token));
  if (!found || !kinds.includes(found.link.kind) || found.link.expiresAt <= instant) return null;
  const { suspendedAt, deletedAt, systemRole } = found.user;
  // D1: a link from before an account became DEMO changes it no more.
  return suspendedAt === null && deletedAt === null && systemRole !== 'DEMO' ? found : null;
}

/**
 * The same inside the command that uses the link up: the account is locked first, so that what is judged is what changes.
 * @throws NOT_FOUND for a link that is not good (one answer); of two at once the second finds none
 */
export async function useLink(
  tx: Tx,
  token: string,
  kinds: readonly AccountLinkRow['kind'][],
  instant: Date,
): Promise<LinkAndOwner> {
  const owner = (await accountLinkOfToken(tx, hashSecret(token)))?.user;
  if (owner) await lockUser(tx, owner.id);
  const found = await liveAccountLink(tx, token, kinds, instant);
  if (!found || !(await useAccountLink(tx, hashSecret(token)))) throw deadLink();
  return found;
}
