import type { Database } from '../src/db/client.ts';
import { newId } from '../src/db/new-id.ts';
import { insertParks } from '../src/db/queries/resource-writes.ts';
import { memberships } from '../src/db/schema/memberships.ts';
import { organizations } from '../src/db/schema/organizations.ts';
import { portfolios } from '../src/db/schema/portfolios.ts';
import { sessions } from '../src/db/schema/sessions.ts';
import { users } from '../src/db/schema/users.ts';
import { hashSecret, newSecret } from '../src/identity/secret.ts';
import { globalId } from '../src/schema/global-id.ts';

/** An organization with its tree and a signed-in MODERATOR. */
export interface Tree {
  readonly organizationId: string;
  readonly organizationUuid: string;
  readonly sessionToken: string;
}

/** Stores an organization with `portfolioCount` portfolios of `parksEach` parks. */
export async function makeTree(database: Database, portfolioCount: number, parksEach: number): Promise<Tree> {
  const [organizationId, userId] = [newId(), newId()];
  const sessionToken = newSecret();
  const at = new Date();
  await database.transaction('command', async (tx) => {
    await tx
      .insert(organizations)
      .values({ id: organizationId, identifier: newId(), name: 'Bench', createdAt: at });
    await tx
      .insert(users)
      .values({ id: userId, email: `${userId}@bench.example`, name: 'Bench', createdAt: at });
    await tx
      .insert(memberships)
      .values({ id: newId(), userId, organizationId, role: 'MODERATOR', joinedAt: at });
    await tx.insert(sessions).values({
      id: newId(),
      userId,
      tokenHash: hashSecret(sessionToken),
      createdAt: at,
      lastSeenAt: at,
      expiresAt: new Date(at.getTime() + 86_400_000),
    });
    for (let index = 0; index < portfolioCount; index++) {
      const portfolioId = newId();
      await tx
        .insert(portfolios)
        .values({ id: portfolioId, organizationId, name: `Portfolio ${index}`, createdAt: at });
      const parks = Array.from({ length: parksEach }, (_, park) => ({
        id: newId(),
        organizationId,
        portfolioId,
        name: `Park ${index}-${park}`,
        plantType: 'SOLAR' as const,
        capacityKw: 1_000 + park,
        timeZone: 'UTC',
        createdAt: at,
      }));
      await insertParks(tx, parks);
    }
  });
  return {
    organizationId: globalId('organization', organizationId),
    organizationUuid: organizationId,
    sessionToken,
  };
}

const PARK = 'id name capacityKw effectiveRole portfolio { id name }';

/** The organization tree of the dashboard, flat and by portfolio. */
export const QUERIES = {
  flat: `query ($id: ID!) { organization(id: $id) { name parks(first: 10000) { nodes { ${PARK} } } } }`,
  nested: `query ($id: ID!) { organization(id: $id) { name
    portfolios(first: 100) { nodes { id name parks(first: 100) { nodes { ${PARK} } } } } } }`,
} as const;
