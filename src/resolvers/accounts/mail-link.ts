import { lockUserByEmail } from '../../db/queries/accounts.ts';
import type { NewMail } from '../../db/queries/mails.ts';
import type { UserRow } from '../../db/queries/sessions.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { makeAccountLink } from './account-link.ts';

interface MailedLink {
  readonly kind: 'VERIFICATION' | 'PASSWORD_RESET';
  readonly template: NewMail['template'];
  readonly action: string;
  /** Whether an account may have such a link. */
  readonly isFor: (user: UserRow) => boolean;
}

/**
 * Makes a link for the account with an address and mails it. For an address without such an account the same statements run without
 * effect, and a record without subject is written, so that neither the answer nor the work tells.
 */
export function mailLinkToAddress(
  context: RequestContext,
  address: string | null,
  { kind, template, action, isFor }: MailedLink,
): Promise<void> {
  return context.accountCommand(null, async ({ tx, instant, audit, mail }) => {
    const found = await lockUserByEmail(tx, address ?? '');
    const user = found && isFor(found) ? found : null;
    const made = await makeAccountLink(tx, context, user, { kind, email: user?.email ?? '' }, instant);
    mail(
      user && made
        ? {
            template,
            language: user.language,
            recipient: user.email,
            params: { name: user.name, expiresAt: made.expiresAt.toISOString() },
            link: made.link,
          }
        : null,
    );
    const subjectId = user && globalId('user', user.id);
    audit({ organizationId: null, action, subjectId, details: {} });
  });
}
