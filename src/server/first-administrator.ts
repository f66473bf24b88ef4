import { eq, sql } from 'drizzle-orm';
import type { Database } from '../db/client.ts';
import { violatedConstraint } from '../db/errors.ts';
import { newId } from '../db/new-id.ts';
import { readInstant } from '../db/queries/sessions.ts';
import { users } from '../db/schema/users.ts';
import { NothingChanged, runCommand } from '../db/tx.ts';
import { hashPassword } from '../identity/passwords.ts';
import { globalId } from '../schema/global-id.ts';

/**
 * Creates the first system administrator if there is none; does nothing otherwise.
 * @returns whether the account was created
 * @throws when the address belongs to an account that is no administrator: its standing is the command line's to change
 */
export async function createFirstAdministrator(
  database: Database,
  { email, password }: { readonly email: string; readonly password: string },
): Promise<boolean> {
  const passwordHash = await hashPassword(password);
  const work = runCommand<null, boolean>(database, {
    mode: 'RESOURCES',
    organizations: async () => [],
    actor: async (tx) => ({
      actor: null,
      instant: await readInstant(tx, undefined),
      audit: { userId: null, name: 'start', requestId: crypto.randomUUID(), ipAddress: null },
    }),
    work: async ({ tx, instant, audit }) => {
      // Two gateways may start at once: the second one finds what the first one made.
      await tx.execute(sql`lock table ${users} in share row exclusive mode`);
      const [existing] = await tx.select().from(users).where(eq(users.systemRole, 'ADMINISTRATOR')).limit(1);
      if (existing) throw new NothingChanged(false);
      const id = newId();
      await tx.insert(users).values({
        id,
        email,
        name: 'Administrator',
        passwordHash,
        systemRole: 'ADMINISTRATOR',
        verifiedAt: instant,
        createdAt: instant,
      });
      const subjectId = globalId('user', id);
      audit({
        organizationId: null,
        action: 'user.created',
        subjectId,
        details: { systemRole: 'ADMINISTRATOR' },
      });
      return true;
    },
  });
  return work.catch((error: unknown) => {
    if (violatedConstraint(error) !== 'users_email_key') throw error;
    throw new Error(
      'ADMIN_EMAIL is the address of an account that is no administrator. Use `npm run admin -- set-role` instead.',
    );
  });
}
