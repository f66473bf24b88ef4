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
import type { World } from './world.ts';

/** Stored rows by the world's own ids, each with its UUID as `id` and its global id. */
type Loaded<Row = object> = ReadonlyMap<string, Row & { readonly id: string; readonly globalId: string }>;
type Owned = { readonly organizationId: string };

/** A world in a database. Names, types, capacities and instants repeat, so that orders have ties to break. */
export interface LoadedWorld {
  readonly world: World;
  readonly users: Loaded;
  readonly organizations: Loaded;
  readonly members: Loaded<Owned>;
  readonly portfolios: Loaded<Owned & PortfolioTraits>;
  readonly parks: Loaded<Owned & { readonly portfolioId: string } & ParkTraits>;
  /** The secrets of the API tokens, all of FULL_ACCESS. */
  readonly secrets: ReadonlyMap<string, string>;
}

const date = (expiresAt: string | null) => (expiresAt === null ? null : new Date(expiresAt));
const createdAt = new Date(BEGINNING);

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

/** Cooperations, all accepted, with the shares that they carry and every grant. */
function bondsOf({ world, organizations, members, portfolios, parks }: LoadedWorld) {
  const bonds = new Map(
    world.cooperations.map(({ id, initiator, partner, status, expiresAt }) => [
      id,
      {
        id: newId(),
        initiatorId: get(organizations, initiator).id,
        partnerId: get(organizations, partner).id,
        paused: status === 'paused',
        expiresAt: date(expiresAt),
        acceptedAt: createdAt,
        createdAt,
      },
    ]),
  );
  const on = (resource: string) => ({
    portfolioId: portfolios.get(resource)?.id ?? null,
    parkId: parks.get(resource)?.id ?? null,
  });
  const ownerOf = (resource: string) => get(organizations, refOfWorld(world, resource).organizationId).id;
  const shared = world.shares.map(({ cooperation, resource, role, expiresAt }) => {
    const { id: cooperationId, initiatorId, partnerId } = get(bonds, cooperation);
    const ownerId = ownerOf(resource);
    const recipientId = ownerId === initiatorId ? partnerId : initiatorId;
    const rest = { ...on(resource), role, expiresAt: date(expiresAt), createdAt };
    return { id: newId(), cooperationId, ownerId, recipientId, ...rest };
  });
  const granted = world.grants.map(({ member, resource, role, expiresAt }) => {
    const { id: membershipId, organizationId } = get(members, member);
    const sides = [organizationId, ownerOf(resource)];
    const isOwn = sides[0] === sides[1];
    const bond = [...bonds.values()].find(
      (one) => sides.includes(one.initiatorId) && sides.includes(one.partnerId),
    );
    if (!isOwn && !bond) throw new Error(`${member} has a grant on ${resource} without a cooperation`);
    const rest = { ...on(resource), role, expiresAt: date(expiresAt), createdAt };
    return { id: newId(), membershipId, cooperationId: isOwn ? null : bond?.id, ...rest };
  });
  return { bonds: [...bonds.values()], shared, granted };
}

/**
 * Inserts a world in one transaction, one statement a table. Ids are new and addresses unique, so that any number of worlds lie
 * side by side in one database.
 * @throws Error for a delegated grant between organizations that do not cooperate, which no command could have stored
 */
export async function loadWorld(database: Database, world: World): Promise<LoadedWorld> {
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
  const members = rowsOf('member', world.members, ({ user, organization, role, active, expiresAt }) => ({
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
  const loaded = {
    world,
    users: accounts,
    organizations: tenants,
    members,
    portfolios: groups,
    parks: plants,
    secrets: new Map(world.tokens.map(({ id }) => [id, newApiSecret()])),
  };
  const { bonds, shared, granted } = bondsOf(loaded);
  await database.transaction('command', async (tx) => {
    await tx.insert(organizations).values([...tenants.values()]);
    if (accounts.size > 0) await tx.insert(users).values([...accounts.values()]);
    if (members.size > 0) await tx.insert(memberships).values([...members.values()]);
    if (groups.size > 0) await tx.insert(portfolios).values([...groups.values()]);
    // The other way round: what lies first on disk is not what was made first.
    if (plants.size > 0) await tx.insert(parks).values([...plants.values()].reverse());
    if (bonds.length > 0) await tx.insert(cooperations).values(bonds);
    if (shared.length > 0) await tx.insert(shares).values(shared);
    if (granted.length > 0) await tx.insert(grants).values(granted);
    await insertTokens(tx, loaded);
  });
  return loaded;
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
