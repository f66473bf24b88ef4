/** Rows with everything filled in that a test does not care about, and small tenants made of them. */
import type { Database, Tx } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import { newIdentifier } from '../../src/db/new-identifier.ts';
import { components } from '../../src/db/schema/components.ts';
import { cooperations } from '../../src/db/schema/cooperations.ts';
import { grants } from '../../src/db/schema/grants.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { organizations } from '../../src/db/schema/organizations.ts';
import { parks } from '../../src/db/schema/parks.ts';
import { portfolios } from '../../src/db/schema/portfolios.ts';
import { sessions } from '../../src/db/schema/sessions.ts';
import { shares } from '../../src/db/schema/shares.ts';
import { users } from '../../src/db/schema/users.ts';

const CREATED = new Date('2026-01-01T00:00:00Z');

type New<Table extends { $inferInsert: object }> = Table['$inferInsert'];
/** A row, of which a test names only what it is about. */
type Part<Row extends object, Required extends keyof Row = never> = Partial<Row> & Pick<Row, Required>;

export function userRow(row: Part<New<typeof users>> = {}): New<typeof users> {
  const id = newId();
  return {
    id,
    name: 'Somebody',
    email: `${id}@example.org`,
    verifiedAt: CREATED,
    createdAt: CREATED,
    ...row,
  };
}

export const organizationRow = (row: Part<New<typeof organizations>> = {}): New<typeof organizations> => ({
  id: newId(),
  identifier: newIdentifier(),
  name: 'Some organization',
  createdAt: CREATED,
  ...row,
});

export const membershipRow = (
  row: Part<New<typeof memberships>, 'userId' | 'organizationId'>,
): New<typeof memberships> => ({
  id: newId(),
  role: 'MEMBER',
  label: row.role === 'EXTERNAL' ? 'A guest' : null,
  joinedAt: CREATED,
  ...row,
});

export const portfolioRow = (
  row: Part<New<typeof portfolios>, 'organizationId'>,
): New<typeof portfolios> => ({
  id: newId(),
  name: 'Some portfolio',
  createdAt: CREATED,
  ...row,
});

export const parkRow = (
  row: Part<New<typeof parks>, 'organizationId' | 'portfolioId'>,
): New<typeof parks> => ({
  id: newId(),
  name: 'Some park',
  plantType: 'SOLAR',
  capacityKw: 1_000,
  timeZone: 'UTC',
  createdAt: CREATED,
  ...row,
});

export const componentRow = (row: Part<New<typeof components>, 'parkId'>): New<typeof components> => ({
  id: newId(),
  name: 'Some component',
  kind: 'INVERTER',
  createdAt: CREATED,
  ...row,
});

export const grantRow = (row: Part<New<typeof grants>, 'membershipId'>): New<typeof grants> => ({
  id: newId(),
  role: 'VIEWER',
  createdAt: CREATED,
  ...row,
});

/** An accepted one. */
export const cooperationRow = (
  row: Part<New<typeof cooperations>, 'initiatorId' | 'partnerId'>,
): New<typeof cooperations> => ({ id: newId(), acceptedAt: CREATED, createdAt: CREATED, ...row });

export const shareRow = (
  row: Part<New<typeof shares>, 'cooperationId' | 'ownerId' | 'recipientId'>,
): New<typeof shares> => ({ id: newId(), role: 'VIEWER', createdAt: CREATED, ...row });

export const sessionRow = (row: Part<New<typeof sessions>, 'userId'>): New<typeof sessions> => ({
  id: newId(),
  tokenHash: crypto.getRandomValues(new Uint8Array(32)),
  createdAt: CREATED,
  lastSeenAt: CREATED,
  expiresAt: new Date(Date.now() + 86_400_000),
  ...row,
});

type Role = (typeof memberships.$inferSelect)['role'];

/** Members by role; parks by portfolio. Every name is its own key. */
export interface TenantStory<Member extends string, Portfolio extends string, Park extends string> {
  readonly name?: string;
  readonly members?: Readonly<Record<Member, Role>>;
  readonly portfolios?: Readonly<Record<Portfolio, readonly Park[]>>;
}

export interface TenantMember {
  readonly userId: string;
  readonly membershipId: string;
  readonly email: string;
}

/** The UUIDs of a tenant's rows, by the names of its story. */
export interface Tenant<Member extends string, Portfolio extends string, Park extends string> {
  readonly id: string;
  readonly members: Readonly<Record<Member, TenantMember>>;
  readonly portfolios: Readonly<Record<Portfolio, string>>;
  readonly parks: Readonly<Record<Park, string>>;
}

/** Stores an organization with its members, portfolios and parks. */
export async function buildTenant<
  Member extends string = never,
  Portfolio extends string = never,
  Park extends string = never,
>(database: Database, story: TenantStory<Member, Portfolio, Park>): Promise<Tenant<Member, Portfolio, Park>> {
  const organization = organizationRow(story.name === undefined ? {} : { name: story.name });
  const organizationId = organization.id;
  const people = Object.entries<Role>(story.members ?? {}).map(([name, role]) => {
    const user = userRow({ name });
    return { name, user, membership: membershipRow({ userId: user.id, organizationId, role }) };
  });
  const holdings = Object.entries<readonly Park[]>(story.portfolios ?? {}).map(([name, parkNames]) => {
    const portfolio = portfolioRow({ organizationId, name });
    const portfolioId = portfolio.id;
    return {
      portfolio,
      parks: parkNames.map((park) => parkRow({ organizationId, portfolioId, name: park })),
    };
  });
  const stored = holdings.flatMap((holding) => holding.parks);
  await inOneGo(database, async (tx) => {
    await tx.insert(organizations).values(organization);
    if (people.length > 0) await tx.insert(users).values(people.map(({ user }) => user));
    if (people.length > 0) await tx.insert(memberships).values(people.map(({ membership }) => membership));
    if (holdings.length > 0) await tx.insert(portfolios).values(holdings.map(({ portfolio }) => portfolio));
    if (stored.length > 0) await tx.insert(parks).values(stored);
  });
  const members = people.map(({ name, user, membership }) => [
    name,
    { userId: user.id, membershipId: membership.id, email: user.email },
  ]);
  const byName = (rows: readonly { name: string; id: string }[]) =>
    Object.fromEntries(rows.map(({ name, id }) => [name, id]));
  return {
    id: organizationId,
    members: Object.fromEntries(members),
    portfolios: byName(holdings.map(({ portfolio }) => portfolio)),
    parks: byName(stored),
  } as Tenant<Member, Portfolio, Park>;
}

/** Stores an accepted cooperation between two organizations; answers its UUID. */
export async function buildCooperation(
  database: Database,
  initiatorId: string,
  partnerId: string,
): Promise<string> {
  const cooperation = cooperationRow({ initiatorId, partnerId });
  await inOneGo(database, (tx) => tx.insert(cooperations).values(cooperation));
  return cooperation.id;
}

/** Runs some writes in a transaction of their own. */
export const inOneGo = (database: Database, work: (tx: Tx) => PromiseLike<unknown>): Promise<void> =>
  database.transaction('command', async (tx) => void (await work(tx)));
