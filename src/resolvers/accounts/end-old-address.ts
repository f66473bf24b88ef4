import { deleteAccountLinks } from '../../db/queries/accounts.ts';
import { deleteSessions, type UserRow } from '../../db/queries/sessions.ts';
import type { Command } from '../../db/tx.ts';

/** After a change of address: the sessions and links of the old one end, and its owner is told. */
export async function endOldAddress(
  { tx, mail }: Command<unknown>,
  user: UserRow,
  newEmail: string,
): Promise<void> {
  await deleteSessions(tx, user.id, null);
  await deleteAccountLinks(tx, user.id);
  mail({
    template: 'EMAIL_CHANGED',
    language: user.language,
    recipient: user.email,
    params: { name: user.name, newEmail },
  });
}
