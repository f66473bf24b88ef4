import type { ResourceRef } from '../../src/authz/facts.ts';
import type { Database, Tx } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import { newIdentifier } from '../../src/db/new-identifier.ts';
import { insertApiToken } from '../../src/db/queries/api-tokens.ts';
import { cooperations } from '../../src/db/schema/cooperations.ts';
import { grants } from '../../src/db/schema/grants.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { organizations } from '../../src/db/schema/organizations.ts';
import { parks } from '../../src/db/schema/parks.ts';
import { portfolios } from '../../src/db/schema/portfolios.ts';
import { shares } from '../../src/db/schema/shares.ts';
import { users } from '../../src/db/schema/users.ts';
import { hintOf, newApiSecret } from '../../src/identity/api-tokens.ts';
import { hashSecret } from '../../src/identity/secret.ts';
import { globalId, type IdPrefix } from '../../src/schema/global-id.ts';
import { refOfWorld } from './facts-of-world.ts';
import {
  BEGINNING,
  type ParkTraits,
  type PortfolioTraits,
  parkTraits,
  portfolioTraits,
} from './resource-traits.ts';
import { grantName, shareName, type World } from './world.ts';

/** Stored rows by the world's own ids, each with its UUID as `id` and its global id. */
type Loaded<Row = object> = ReadonlyMap<string, Row & { readonly id: string; readonly globalId: string }>;
type Owned = { readonly organizationId: string };
type Aged = { readonly createdAt: Date };

/** A world in a database. Names, types, capacities and instants repeat, so that orders have ties to break. */
export interface LoadedWorld {
  readonly world: World;
  readonly users: Loaded;
  readonly organizations: Loaded<{ readonly identifier: string }>;
  readonly members: Loaded<Owned>;
  readonly portfolios: Loaded<Owned & PortfolioTraits>;
  readonly parks: Loaded<Owned & { readonly portfolioId: string } & ParkTraits>;
  readonly cooperations: Loaded<Aged>;
  /** By `shareName`. */
  readonly shares: Loaded<Aged>;
  /** By `grantName`. */
  readonly grants: Loaded<Aged>;
  /** The secrets of the API tokens, all of FULL_ACCESS. */
  readonly secrets: ReadonlyMap<string, string>;
}

const date = (expiresAt: string | null) => (expiresAt === null ? null : new Date(expiresAt));
const createdAt = new Date(BEGINNING);
/** Neither in the order of ids nor without ties. */
const age = (index: number) => new Date(BEGINNING + ((index * 3) % 4) * 130);

function get<Value>(map: ReadonlyMap<string, Value>, id: string): Value {
  const value = map.get(id);
  if (value === undefined) throw new Error(`this world holds no ${id}`);
  return value;
}

/** Gives each of a list its UUID, its global id and what else its row holds. */
const rowsOf = <One extends { id: string }, Row>(
  prefix: IdPrefix,
  list: readonly One[],
  row: (one: One, index: number) => Row,
): Loaded<Row> =>
  new Map(
    list.map((one, index) => {
      const id = newId();
      return [one.id, { ...row(one, index), id, globalId: globalId(prefix, id) }];
    }),
  );

type Resources = Pick<LoadedWorld, 'world' | 'organizations' | 'members' | 'portfolios' | 'parks'>;

/** Cooperations with the shares that they carry, and every grant. */
function bondsOf({ world, organizations, members, portfolios, parks }: Resources) {
  const bonds = rowsOf(
    'cooperation',
    world.cooperations,
    ({ initiator, partner, status, expiresAt }, index) => ({
      initiatorId: get(organizations, initiator).id,
      partnerId: get(organizations, partner).id,
      paused: status === 'paused',
      expiresAt: date(expiresAt),
      acceptedAt: status === 'pending' ? null : createdAt,
      createdAt: age(index),
    }),
  );
  const on = (resource: string) => ({
    portfolioId: portfolios.get(resource)?.id ?? null,
    parkId: parks.get(resource)?.id ?? null,
  });
  const ownerOf = (resource: string) => get(organizations, refOfWorld(world, resource).organizationId).id;
  const called = <One>(list: readonly One[], name: (one: One) => string) =>
    list.map((one) => ({ ...one, id: name(one) }));
  const shared = rowsOf(
    'share',
    called(world.shares, shareName),
    ({ cooperation, resource, role, expiresAt }, index) => {
      const { id: cooperationId, initiatorId, partnerId } = get(bonds, cooperation);
      const ownerId = ownerOf(resource);
      const recipientId = ownerId === initiatorId ? partnerId : initiatorId;
      const rest = { ...on(resource), role, expiresAt: date(expiresAt), createdAt: age(index) };
      return { cooperationId, ownerId, recipientId, ...rest };
    },
  );
  const granted = rowsOf(
    'grant',
    called(world.grants, grantName),
    ({ member, resource, role, expiresAt }, index) => {
      const { id: membershipId, organizationId } = get(members, member);
      const sides = [organizationId, ownerOf(resource)];
      const isOwn = sides[0] === sides[1];
      const bond = [...bonds.values()].find(
        (one) => sides.includes(one.initiatorId) && sides.includes(one.partnerId),
      );
      if (!isOwn && !bond) throw new Error(`${member} has a grant on ${resource} without a cooperation`);
      const rest = { ...on(resource), role, expiresAt: date(expiresAt), createdAt: age(index) };
      return { membershipId, cooperationId: isOwn ? null : bond?.id, ...rest };
    },
  );
  return { cooperations: bonds, shares: shared, grants: granted };
}

/** Gives everything in a world its row. */
function drawUp(world: World) {
  const seed = Math.abs(world.seed);
  const accounts = rowsOf('user', world.users, ({ id, systemRole, suspended }) => ({
    email: `${newId()}@example.org`,
    name: id,
    systemRole,
    suspendedAt: suspended ? createdAt : null,
    verifiedAt: createdAt,
    createdAt,
  }));
  const tenants = rowsOf('organization', world.organizations, ({ id }) => ({
    identifier: newIdentifier(),
    name: id,
    createdAt,
  }));
  const people = rowsOf('member', world.members, ({ user, organization, role, active, expiresAt }) => ({
    userId: get(accounts, user).id,
    organizationId: get(tenants, organization).id,
    role,
    label: role === 'EXTERNAL' ? 'Service partner' : null,
    active,
    expiresAt: date(expiresAt),
    joinedAt: createdAt,
  }));
  const groups = rowsOf('portfolio', world.portfolios, ({ organization }, index) => ({
    ...portfolioTraits(seed + index),
    organizationId: get(tenants, organization).id,
  }));
  const plants = rowsOf('park', world.parks, ({ portfolio }, index) => {
    const { id: portfolioId, organizationId } = get(groups, portfolio);
    return { ...parkTraits(seed + index), timeZone: 'UTC', portfolioId, organizationId };
  });
  const resources = { world, organizations: tenants, members: people, portfolios: groups, parks: plants };
  const secrets = new Map(world.tokens.map(({ id }) => [id, newApiSecret()]));
  return { ...resources, users: accounts, secrets, ...bondsOf(resources) };
}

/**
 * Inserts worlds in one transaction, one statement a table. Ids are new and addresses unique, so that any number of worlds lie
 * side by side in one database.
 * @throws Error for a delegated grant between organizations that do not cooperate, which no command could have stored
 */
export async function loadWorlds(database: Database, worlds: readonly World[]): Promise<LoadedWorld[]> {
  const drawn = worlds.map(drawUp);
  const all = <Row>(map: (one: (typeof drawn)[number]) => ReadonlyMap<string, Row>) =>
    drawn.flatMap((one) => [...map(one).values()]);
  await database.transaction('command', async (tx) => {
    const insert = async <Row>(rows: Row[], store: (rows: Row[]) => Promise<unknown>) => {
      if (rows.length > 0) await store(rows);
    };
    await insert(
      all((one) => one.organizations),
      (rows) => tx.insert(organizations).values(rows),
    );
    await insert(
      all((one) => one.users),
      (rows) => tx.insert(users).values(rows),
    );
    await insert(
      all((one) => one.members),
      (rows) => tx.insert(memberships).values(rows),
    );
    await insert(
      all((one) => one.portfolios),
      (rows) => tx.insert(portfolios).values(rows),
    );
    // The other way round: what lies first on disk is not what was made first.
    await insert(all((one) => one.parks).reverse(), (rows) => tx.insert(parks).values(rows));
    await insert(all((one) => one.cooperations).reverse(), (rows) => tx.insert(cooperations).values(rows));
    await insert(all((one) => one.shares).reverse(), (rows) => tx.insert(shares).values(rows));
    await insert(all((one) => one.grants).reverse(), (rows) => tx.insert(grants).values(rows));
    for (const one of drawn) await insertTokens(tx, one);
  });
  return drawn;
}

/** The same for one world. */
export async function loadWorld(database: Database, world: World): Promise<LoadedWorld> {
  const [loaded] = await loadWorlds(database, [world]);
  return loaded as LoadedWorld;
}

async function insertTokens(
  tx: Tx,
  { world, members, portfolios, parks, secrets }: LoadedWorld,
): Promise<void> {
  const refOf = (id: string): ResourceRef => {
    const ref = refOfWorld(world, id);
    return { ...ref, id: (ref.kind === 'PARK' ? get(parks, id) : get(portfolios, id)).id };
  };
  for (const { id, member, scope, expiresAt } of world.tokens) {
    const secret = get(secrets, id);
    const row = {
      id: newId(),
      membershipId: get(members, member).id,
      name: id,
      permissionGroup: 'FULL_ACCESS' as const,
      tokenHash: hashSecret(secret),
      hint: hintOf(secret),
      createdAt,
      expiresAt: date(expiresAt),
    };
    // A world may name a resource twice.
    await insertApiToken(tx, row, scope && [...new Set(scope)].map(refOf));
  }
}
