import { eq } from 'drizzle-orm';
import type { Database } from '../../src/db/client.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { organizations } from '../../src/db/schema/organizations.ts';
import { users } from '../../src/db/schema/users.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { TeamMember } from './naive-members.ts';

/** Every stored membership as the naive reference takes it, in the order of their ids; organizations by name. */
export async function readTeam(database: Database): Promise<TeamMember[]> {
  const rows = await database.transaction('snapshot', (tx) =>
    tx
      .select()
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
      .orderBy(memberships.id),
  );
  return rows.map(
    ({ memberships: { id, role, label, active, expiresAt }, users: account, organizations }) => ({
      id: globalId('member', id),
      organization: organizations.name,
      ...{ role, label, active },
      expiresAt: expiresAt?.toISOString() ?? null,
      systemRole: account.systemRole,
      suspended: account.suspendedAt !== null,
    }),
  );
}
