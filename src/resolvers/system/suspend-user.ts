import { z } from 'zod';
import { notFound, Refusal, requireAdministrator, unauthenticated } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { deleteAccountLinks, membershipOfUser, updateUser } from '../../db/queries/accounts.ts';
import { deleteSessions, lockUser, type UserRow } from '../../db/queries/sessions.ts';
import { type Command, LocksOutdatedError, NothingChanged } from '../../db/tx.ts';
import type { ReinstateUserInput, SuspendUserInput } from '../../schema/account-inputs.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { lineOfText, parseInput } from '../parse-input.ts';

const form = z.object({ userId: z.string(), reason: lineOfText('reason', 500) });

/**
 * Suspends an account: it reaches nothing from now on, and its sessions end. M3 does not hold it back. For system administrators.
 * Answers the account's UUID.
 * @throws FORBIDDEN, NOT_FOUND, BAD_USER_INPUT
 */
export function suspendUser(context: RequestContext, input: SuspendUserInput): Promise<string> {
  const { userId, reason } = parseInput(form, input);
  return changeStanding(context, userId, async ({ tx, actor, instant }, user) => {
    if (user.id === actor.rows.user.id) throw notOneself();
    if (user.suspendedAt !== null) return null;
    await updateUser(tx, user.id, { suspendedAt: instant });
    const sessionsEnded = await deleteSessions(tx, user.id, null);
    // They would come back with the account.
    await deleteAccountLinks(tx, user.id);
    return { action: 'user.suspended', details: { reason, sessionsEnded } };
  });
}

/** Ends a suspension; everything is as it was, but for the sessions and links. For system administrators. Answers the account's UUID. */
export function reinstateUser(context: RequestContext, { userId }: ReinstateUserInput): Promise<string> {
  return changeStanding(context, userId, async ({ tx }, user) => {
    if (user.suspendedAt === null) return null;
    await updateUser(tx, user.id, { suspendedAt: null });
    return { action: 'user.reinstated', details: {} };
  });
}

const notOneself = () =>
  new Refusal('FORBIDDEN', 'Nobody suspends their own account.', {
    layer: 'SYSTEM',
    rule: 'section 6',
    required: 'another ADMINISTRATOR',
    actual: 'ADMINISTRATOR',
    allowedRoles: ['ADMINISTRATOR'],
  });

type Change = (
  command: Command<Viewer>,
  user: UserRow,
) => Promise<{ action: string; details: Readonly<Record<string, unknown>> } | null>;

/** Changes an account's standing under the lock of the organization it is in, and records it there and on no tenant's trail. */
function changeStanding(context: RequestContext, userId: string, change: Change): Promise<string> {
  let locked: string | null = null;
  return context.command({
    mode: 'ACCESS',
    organizations: async (tx, viewer) => {
      // Nobody locks what they may not change.
      requireAdministrator(viewer.facts.account);
      const id = parseGlobalId('user', userId);
      locked = (id && (await membershipOfUser(tx, id))?.organizationId) ?? null;
      return locked === null ? [] : [locked];
    },
    work: async (command) => {
      const { tx, actor, audit } = command;
      const user = await accountOf(tx, actor.rows.user.id, userId);
      const membership = await membershipOfUser(tx, user.id);
      // They joined meanwhile: that organization is concerned, too.
      if ((membership?.organizationId ?? null) !== locked) throw new LocksOutdatedError();
      const record = await change(command, user);
      if (record === null) throw new NothingChanged(user.id);
      for (const organizationId of new Set([null, locked])) {
        audit({ ...record, organizationId, subjectId: globalId('user', user.id) });
      }
      return user.id;
    },
  });
}

/** The account, and the actor's as it is once no other suspension is under way: two who suspend each other are not both heard. */
async function accountOf(tx: Tx, actorId: string, userId: string): Promise<UserRow> {
  const id = parseGlobalId('user', userId);
  if (id === null) throw notFound();
  const rows = new Map<string, UserRow | null>();
  for (const each of [actorId, id].toSorted()) rows.set(each, await lockUser(tx, each));
  const actor = rows.get(actorId);
  if (!actor || actor.suspendedAt !== null) throw unauthenticated();
  requireAdministrator({ userId: actor.id, systemRole: actor.systemRole, suspended: false });
  const user = rows.get(id);
  if (!user || user.deletedAt !== null) throw notFound();
  return user;
}
