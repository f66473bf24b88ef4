import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import type { SystemRole } from '../authz/roles.ts';
import { accountFact, membershipFact } from '../db/access-facts.ts';
import type { AuditActor } from '../db/audit.ts';
import type { Database, Tx } from '../db/client.ts';
import { deleteAccountLinks } from '../db/queries/accounts.ts';
import { isLastAdmin } from '../db/queries/members.ts';
import {
  accountOfEmail,
  lockUser,
  type MembershipRow,
  readInstant,
  type UserRow,
} from '../db/queries/sessions.ts';
import { users } from '../db/schema/users.ts';
import { runCommand } from '../db/tx.ts';
import { canonicalEmail } from '../identity/email.ts';
import { globalId } from '../schema/global-id.ts';
import { OperatorError } from './operator-error.ts';
import { printable } from './printable.ts';

/** Ends the transaction of a command that has nothing to change, and so nothing to record. */
class Unchanged extends Error {}

/**
 * Sets the standing of an account on the platform (D1; one column, so DEMO and ADMINISTRATOR exclude each other), and records it
 * on the trail of the account's organization, or on no tenant's. To set what is already set changes and records nothing.
 * @returns the standing it had
 * @throws OperatorError for an unknown address, and where DEMO would take an organization's last ADMIN (M3)
 */
export async function setSystemRole(
  database: Database,
  address: string,
  role: SystemRole,
): Promise<SystemRole> {
  const email = canonicalEmail(address);
  if (email === null) throw new OperatorError(`${printable(address)} is no e-mail address.`);
  const account = async (tx: Tx) => {
    const found = await accountOfEmail(tx, undefined, email);
    if (!found) throw new OperatorError(`No account has the address ${printable(address)}.`);
    return found;
  };
  const work = runCommand<null, SystemRole>(database, {
    mode: 'ACCESS',
    organizations: async (tx) => {
      const { membership } = await account(tx);
      return membership ? [membership.organizationId] : [];
    },
    actor: async (tx) => ({ actor: null, instant: await readInstant(tx, undefined), audit: commandLine() }),
    work: async ({ tx, audit }) => {
      // Read again once it is locked: two of these at once would both tell the same `from`.
      await lockUser(tx, (await account(tx)).user.id);
      const { user, membership } = await account(tx);
      const from = user.systemRole;
      if (from === role) throw new Unchanged();
      if (role === 'DEMO' && membership) await requireAnotherAdmin(tx, user, membership);
      await tx.update(users).set({ systemRole: role }).where(eq(users.id, user.id));
      // D1: a link from before would change what a DEMO account may not.
      if (role === 'DEMO') await deleteAccountLinks(tx, user.id);
      audit({
        organizationId: membership?.organizationId ?? null,
        action: 'user.system_role_changed',
        subjectId: globalId('user', user.id),
        details: { from, to: role },
      });
      return from;
    },
  });
  return work.catch((error: unknown) => {
    if (error instanceof Unchanged) return role;
    throw error;
  });
}

const commandLine = (): AuditActor => ({
  userId: null,
  name: 'command line',
  requestId: randomUUID(),
  ipAddress: null,
});

/** M3, under the organization's lock: passes when the member is no lasting ADMIN, or not the only one. */
async function requireAnotherAdmin(tx: Tx, user: UserRow, membership: MembershipRow): Promise<void> {
  if (!(await isLastAdmin(tx, membershipFact(membership), accountFact(user)))) return;
  throw new OperatorError(
    'LAST_ADMIN: this account is the last ADMIN of its organization, and a DEMO account can administer nothing. Appoint another ADMIN first.',
  );
}
