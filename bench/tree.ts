import type { OrganizationRole } from '../src/authz/roles.ts';
import type { Database, Tx } from '../src/db/client.ts';
import { newId } from '../src/db/new-id.ts';
import { insertParks } from '../src/db/queries/resource-writes.ts';
import { cooperations } from '../src/db/schema/cooperations.ts';
import { grants } from '../src/db/schema/grants.ts';
import { memberships } from '../src/db/schema/memberships.ts';
import { organizations } from '../src/db/schema/organizations.ts';
import { portfolios } from '../src/db/schema/portfolios.ts';
import { sessions } from '../src/db/schema/sessions.ts';
import { shares } from '../src/db/schema/shares.ts';
import { users } from '../src/db/schema/users.ts';
import { hashSecret, newSecret } from '../src/identity/secret.ts';
import { globalId } from '../src/schema/global-id.ts';

/** An organization with its tree, and who is signed in to see it. */
export interface Tree {
  readonly organizationId: string;
  readonly organizationUuid: string;
  /** Of a MODERATOR. */
  readonly sessionToken: string;
  /** The partner that every portfolio is shared with. */
  readonly partner: {
    /** Of an ADMIN, who has the ceiling. */
    readonly adminToken: string;
    /** Of a MEMBER, to whom every portfolio is delegated. */
    readonly memberToken: string;
  };
}

const at = new Date();

async function insertTenant(tx: Tx, name: string): Promise<string> {
  const id = newId();
  await tx.insert(organizations).values({ id, identifier: newId(), name, createdAt: at });
  return id;
}

async function insertSignedIn(tx: Tx, organizationId: string, role: OrganizationRole) {
  const [userId, membershipId, token] = [newId(), newId(), newSecret()];
  await tx
    .insert(users)
    .values({ id: userId, email: `${userId}@bench.example`, name: 'Bench', createdAt: at });
  await tx.insert(memberships).values({ id: membershipId, userId, organizationId, role, joinedAt: at });
  await tx.insert(sessions).values({
    id: newId(),
    userId,
    tokenHash: hashSecret(token),
    createdAt: at,
    lastSeenAt: at,
    expiresAt: new Date(at.getTime() + 86_400_000),
  });
  return { membershipId, token };
}

/** Stores an organization with `portfolioCount` portfolios of `parksEach` parks, each shared with a partner as TOM. */
export async function makeTree(database: Database, portfolioCount: number, parksEach: number): Promise<Tree> {
  return database.transaction('command', async (tx) => {
    const [organizationId, partnerId] = [await insertTenant(tx, 'Bench'), await insertTenant(tx, 'Partner')];
    const moderator = await insertSignedIn(tx, organizationId, 'MODERATOR');
    const admin = await insertSignedIn(tx, partnerId, 'ADMIN');
    const member = await insertSignedIn(tx, partnerId, 'MEMBER');
    const cooperationId = newId();
    await tx.insert(cooperations).values({
      id: cooperationId,
      initiatorId: organizationId,
      partnerId,
      acceptedAt: at,
      createdAt: at,
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
      await tx.insert(shares).values({
        id: newId(),
        cooperationId,
        ownerId: organizationId,
        recipientId: partnerId,
        portfolioId,
        role: 'TOM',
        createdAt: at,
      });
      await tx.insert(grants).values({
        id: newId(),
        membershipId: member.membershipId,
        cooperationId,
        portfolioId,
        role: 'VIEWER',
        createdAt: at,
      });
    }
    return {
      organizationId: globalId('organization', organizationId),
      organizationUuid: organizationId,
      sessionToken: moderator.token,
      partner: { adminToken: admin.token, memberToken: member.token },
    };
  });
}

const PARK = 'id name capacityKw effectiveRole portfolio { id name }';

/** The organization tree of the dashboard, flat and by portfolio. */
export const QUERIES = {
  flat: `query ($id: ID!) { organization(id: $id) { name parks(first: 10000) { nodes { ${PARK} } } } }`,
  nested: `query ($id: ID!) { organization(id: $id) { name
    portfolios(first: 100) { nodes { id name parks(first: 100) { nodes { ${PARK} } } } } } }`,
} as const;
