import { badInput, Refusal, requireFullAccount } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { lockUser, type UserRow } from '../../db/queries/sessions.ts';
import { verifyPassword } from '../../identity/passwords.ts';
import type { RequestContext } from '../context/request-context.ts';

/**
 * Checks the viewer's own password, outside any transaction; counted, so that a stolen session can not guess it.
 * @param action what it is asked for, in the refusal of a DEMO account (D1)
 * @returns the account as it was when its password was checked
 * @throws FORBIDDEN, RATE_LIMITED, BAD_USER_INPUT naming `field`
 */
export async function checkOwnPassword(
  context: RequestContext,
  password: string,
  { action, field }: { readonly action: string; readonly field: string },
): Promise<UserRow> {
  const { viewer } = await context.reading();
  requireFullAccount(viewer.facts.account, action);
  const { user } = viewer.rows;
  const limited = { account: user.email };
  await context.limits.consume(limited, 'passwordCheckByAccount');
  if (!(await verifyPassword(user.passwordHash, password)))
    throw badInput(field, 'This is not the current password.');
  await context.limits.reward(limited, 'passwordCheckByAccount');
  return user;
}

/** Locks the account inside the command that its password was checked for. @throws CONFLICT when that was changed meanwhile */
export async function lockChecked(tx: Tx, checked: UserRow): Promise<UserRow> {
  const user = await lockUser(tx, checked.id);
  if (user?.passwordHash === checked.passwordHash) return user;
  throw new Refusal('CONFLICT', 'The password has been changed meanwhile.');
}
