/** What the database itself refuses: one row for each constraint or trigger and way to violate it, with its positive twin. */
import { eq, sql } from 'drizzle-orm';
import type { Database, Tx } from '../../src/db/client.ts';
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
import * as rows from '../kit/rows.ts';

/** Two partners and a stranger, stored once; every case rolls back what it did. */
export async function buildInvariantWorld(database: Database) {
  const owner = await rows.buildTenant(database, {
    members: { anna: 'ADMIN', mona: 'MEMBER' },
    portfolios: { north: ['n1', 'n2'], south: ['s1'], empty: [] },
  });
  const partner = await rows.buildTenant(database, {
    members: { ben: 'ADMIN' },
    portfolios: { theirs: ['t1'], bare: [] },
  });
  const stranger = await rows.buildTenant(database, {
    members: { cleo: 'ADMIN' },
    portfolios: { far: ['f1'] },
  });
  const cooperationId = await rows.buildCooperation(database, owner.id, partner.id);
  return { owner, partner, stranger, cooperationId };
}

export type InvariantWorld = Awaited<ReturnType<typeof buildInvariantWorld>>;

type Write = (tx: Tx, world: InvariantWorld) => PromiseLike<unknown>;

export interface InvariantCase {
  readonly constraint: string;
  /** The trigger that speaks for the constraint, if it has another name. */
  readonly trigger?: string;
  readonly about: string;
  readonly refused: Write;
  readonly accepted: Write;
}

const insertUser = async (tx: Tx, row: Parameters<typeof rows.userRow>[0] = {}) => {
  const user = rows.userRow(row);
  await tx.insert(users).values(user);
  return user;
};

const north = ({ owner }: InvariantWorld) => ({
  organizationId: owner.id,
  portfolioId: owner.portfolios.north,
});

/** A share of the owner's with the partner. */
const toPartner = ({ owner, partner, cooperationId }: InvariantWorld) => ({
  cooperationId,
  ownerId: owner.id,
  recipientId: partner.id,
});

/** Components of park n1, each a part of the one before; answers their ids from the top. */
async function insertChain(tx: Tx, { owner }: InvariantWorld, length: number): Promise<string[]> {
  const ids: string[] = [];
  for (let depth = 0; depth < length; depth++) {
    const component = rows.componentRow({ parkId: owner.parks.n1, parentId: ids.at(-1) ?? null });
    await tx.insert(components).values(component);
    ids.push(component.id);
  }
  return ids;
}

const reparent = (tx: Tx, id: string | undefined, parentId: string | undefined) =>
  tx
    .update(components)
    .set({ parentId: parentId as string })
    .where(eq(components.id, id as string));

/** A cycle of `length` components, closed by moving the top below the bottom; the twin moves the bottom to the top. */
const cycleOf = (length: number): InvariantCase => ({
  constraint: 'components_acyclic',
  about: `a cycle of ${length} components`,
  refused: async (tx, world) => {
    const chain = await insertChain(tx, world, length);
    await reparent(tx, chain[0], chain.at(-1));
  },
  accepted: async (tx, world) => {
    const chain = await insertChain(tx, world, length);
    await reparent(tx, chain.at(-1), chain[0]);
  },
});

/** Text of `shortest` to `longest` characters, counted by code points. */
const lengthCases = (
  constraint: string,
  longest: number,
  store: (text: string) => Write,
): readonly InvariantCase[] => [
  { constraint, about: 'the empty text', refused: store(''), accepted: store('x') },
  {
    constraint,
    about: `${longest + 1} characters`,
    refused: store('🌞'.repeat(longest + 1)),
    accepted: store('🌞'.repeat(longest)),
  },
];

const rangeCases = (
  constraint: string,
  column: 'capacityKw' | 'latitude' | 'longitude',
  { outside, inside }: { outside: readonly number[]; inside: readonly number[] },
): readonly InvariantCase[] => {
  const store =
    (values: readonly number[]): Write =>
    (tx, world) =>
      tx.insert(parks).values(values.map((value) => rows.parkRow({ ...north(world), [column]: value })));
  return outside.map((value) => ({
    constraint,
    about: `${column} ${value}`,
    refused: store([value]),
    accepted: store(inside),
  }));
};

const oneResource = (
  table: 'grants' | 'shares',
  store: (resource: object) => Write,
): readonly InvariantCase[] => {
  const onBoth: Write = (tx, world) => {
    const { portfolios: own, parks: plants } = world.owner;
    return store({ portfolioId: own.north, parkId: plants.n1 })(tx, world);
  };
  const onNeither = store({});
  const onEither: Write = async (tx, world) => {
    await store({ portfolioId: world.owner.portfolios.north })(tx, world);
    await store({ parkId: world.owner.parks.n1 })(tx, world);
  };
  const constraint = `${table}_one_resource`;
  return [
    { constraint, about: 'a portfolio and a park', refused: onBoth, accepted: onEither },
    { constraint, about: 'neither portfolio nor park', refused: onNeither, accepted: onEither },
  ];
};

const PEOPLE: readonly InvariantCase[] = [
  {
    constraint: 'users_email_key',
    about: 'an address twice',
    refused: (tx, { owner }) => insertUser(tx, { email: owner.members.anna.email }),
    accepted: (tx, { owner }) => insertUser(tx, { email: `a.${owner.members.anna.email}` }),
  },
  ...lengthCases('users_name_length', 200, (name) => (tx) => insertUser(tx, { name })),
  {
    constraint: 'sessions_token_hash_key',
    about: 'a token twice',
    refused: (tx, { owner, partner }) => {
      const { tokenHash } = rows.sessionRow({ userId: owner.members.anna.userId });
      const people = [owner.members.anna.userId, partner.members.ben.userId];
      return tx.insert(sessions).values(people.map((userId) => rows.sessionRow({ userId, tokenHash })));
    },
    accepted: (tx, { owner }) => {
      const { userId } = owner.members.anna;
      return tx.insert(sessions).values([rows.sessionRow({ userId }), rows.sessionRow({ userId })]);
    },
  },
  {
    constraint: 'memberships_one_per_user',
    about: 'a second membership in another organization',
    refused: (tx, { owner, partner }) =>
      tx
        .insert(memberships)
        .values(rows.membershipRow({ userId: owner.members.anna.userId, organizationId: partner.id })),
    accepted: async (tx, { owner, partner }) => {
      await tx.delete(memberships).where(eq(memberships.id, owner.members.anna.membershipId));
      const { userId } = owner.members.anna;
      await tx.insert(memberships).values(rows.membershipRow({ userId, organizationId: partner.id }));
    },
  },
  {
    constraint: 'memberships_one_per_user',
    about: 'a second membership beside a paused and expired one',
    refused: async (tx, { owner }) => {
      const { userId, membershipId } = owner.members.anna;
      const ended = { active: false, expiresAt: new Date(0) };
      await tx.update(memberships).set(ended).where(eq(memberships.id, membershipId));
      await tx.insert(memberships).values(rows.membershipRow({ userId, organizationId: owner.id }));
    },
    accepted: async (tx, { owner }) => {
      const user = await insertUser(tx);
      await tx.insert(memberships).values(rows.membershipRow({ userId: user.id, organizationId: owner.id }));
    },
  },
  {
    constraint: 'memberships_external_has_label',
    about: 'an EXTERNAL without a label',
    refused: (tx, { owner }) =>
      tx
        .update(memberships)
        .set({ role: 'EXTERNAL' })
        .where(eq(memberships.id, owner.members.mona.membershipId)),
    accepted: (tx, { owner }) =>
      tx
        .update(memberships)
        .set({ role: 'EXTERNAL', label: 'Auditor' })
        .where(eq(memberships.id, owner.members.mona.membershipId)),
  },
  ...lengthCases(
    'memberships_label_length',
    100,
    (label) => (tx, world) =>
      tx.update(memberships).set({ label }).where(eq(memberships.id, world.owner.members.mona.membershipId)),
  ),
];

const RESOURCES: readonly InvariantCase[] = [
  {
    constraint: 'organizations_identifier_key',
    about: 'an identifier twice',
    refused: (tx) => {
      const identifier = newIdentifier();
      const twins = [rows.organizationRow({ identifier }), rows.organizationRow({ identifier })];
      return tx.insert(organizations).values(twins);
    },
    accepted: (tx) => tx.insert(organizations).values([rows.organizationRow(), rows.organizationRow()]),
  },
  ...lengthCases(
    'organizations_name_length',
    200,
    (name) => (tx) => tx.insert(organizations).values(rows.organizationRow({ name })),
  ),
  // A placeholder is labelled with an address, which may be longer (C3).
  ...lengthCases(
    'organizations_name_length',
    254,
    (name) => (tx) => tx.insert(organizations).values(rows.organizationRow({ name, placeholder: true })),
  ),
  ...lengthCases(
    'portfolios_name_length',
    200,
    (name) => (tx, world) =>
      tx.insert(portfolios).values(rows.portfolioRow({ organizationId: world.owner.id, name })),
  ),
  ...lengthCases(
    'parks_name_length',
    200,
    (name) => (tx, world) => tx.insert(parks).values(rows.parkRow({ ...north(world), name })),
  ),
  {
    constraint: 'parks_portfolio_of_organization_fk',
    about: "a new park in another organization's portfolio",
    refused: (tx, { owner, partner }) =>
      tx
        .insert(parks)
        .values(rows.parkRow({ organizationId: owner.id, portfolioId: partner.portfolios.theirs })),
    accepted: (tx, world) => tx.insert(parks).values(rows.parkRow(north(world))),
  },
  {
    constraint: 'parks_portfolio_of_organization_fk',
    about: "moving a park to another organization's portfolio",
    refused: (tx, { owner, partner }) =>
      tx.update(parks).set({ portfolioId: partner.portfolios.theirs }).where(eq(parks.id, owner.parks.n1)),
    accepted: (tx, { owner }) =>
      tx.update(parks).set({ portfolioId: owner.portfolios.empty }).where(eq(parks.id, owner.parks.n1)),
  },
  {
    constraint: 'parks_portfolio_of_organization_fk',
    about: 'giving a portfolio with parks to another organization',
    refused: (tx, { owner, partner }) =>
      tx
        .update(portfolios)
        .set({ organizationId: partner.id })
        .where(eq(portfolios.id, owner.portfolios.north)),
    accepted: (tx, { owner }) =>
      tx.update(portfolios).set({ name: 'Renamed' }).where(eq(portfolios.id, owner.portfolios.north)),
  },
  {
    constraint: 'parks_portfolio_of_organization_fk',
    about: 'deleting a portfolio with parks',
    refused: (tx, { owner }) => tx.delete(portfolios).where(eq(portfolios.id, owner.portfolios.north)),
    accepted: (tx, { owner }) => tx.delete(portfolios).where(eq(portfolios.id, owner.portfolios.empty)),
  },
  ...rangeCases('parks_capacity_range', 'capacityKw', {
    outside: [Number.NaN, -1, -5e-324, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1e9 + 1],
    inside: [0, 5e-324, 0.1 + 0.2, 1e9],
  }),
  ...rangeCases('parks_latitude_range', 'latitude', {
    outside: [Number.NaN, -90.000001, 90.000001, Number.POSITIVE_INFINITY],
    inside: [-90, 0, 90],
  }),
  ...rangeCases('parks_longitude_range', 'longitude', {
    outside: [Number.NaN, -180.000001, 180.000001, Number.NEGATIVE_INFINITY],
    inside: [-180, 0, 180],
  }),
];

const COMPONENTS: readonly InvariantCase[] = [
  ...(['name', 'kind', 'serialNumber'] as const).flatMap((column) =>
    lengthCases(
      {
        name: 'components_name_length',
        kind: 'components_kind_length',
        serialNumber: 'components_serial_number_length',
      }[column],
      column === 'name' ? 200 : 100,
      (text) => (tx, world) =>
        tx.insert(components).values(rows.componentRow({ parkId: world.owner.parks.n1, [column]: text })),
    ),
  ),
  {
    constraint: 'components_parent_in_park_fk',
    about: 'a parent in another park',
    refused: async (tx, world) => {
      const [parentId] = await insertChain(tx, world, 1);
      await tx
        .insert(components)
        .values(rows.componentRow({ parkId: world.owner.parks.n2, parentId: parentId ?? null }));
    },
    accepted: (tx, world) => insertChain(tx, world, 2),
  },
  {
    constraint: 'components_parent_in_park_fk',
    about: 'moving the parent to another park, without its parts',
    refused: async (tx, world) => {
      const [top] = await insertChain(tx, world, 2);
      await tx
        .update(components)
        .set({ parkId: world.owner.parks.n2 })
        .where(eq(components.id, top as string));
    },
    accepted: async (tx, world) => {
      await insertChain(tx, world, 2);
      const ofPark = eq(components.parkId, world.owner.parks.n1);
      await tx.update(components).set({ parkId: world.owner.parks.n2 }).where(ofPark);
    },
  },
  {
    constraint: 'components_acyclic',
    about: 'a new component that is its own parent',
    refused: (tx, world) => {
      const component = rows.componentRow({ parkId: world.owner.parks.n1 });
      return tx.insert(components).values({ ...component, parentId: component.id });
    },
    accepted: (tx, world) => insertChain(tx, world, 1),
  },
  {
    constraint: 'components_acyclic',
    about: 'making a component its own parent',
    refused: async (tx, world) => {
      const [top] = await insertChain(tx, world, 1);
      await reparent(tx, top, top);
    },
    accepted: async (tx, world) => {
      const chain = await insertChain(tx, world, 2);
      await reparent(tx, chain[1], chain[0]);
    },
  },
  cycleOf(2),
  cycleOf(5),
  {
    constraint: 'components_acyclic',
    about: 'two components made parts of one another by one statement',
    refused: async (tx, world) => {
      const [a] = await insertChain(tx, world, 1);
      const [b] = await insertChain(tx, world, 1);
      const swapped = sql`case id when ${a}::uuid then ${b}::uuid else ${a}::uuid end`;
      await tx
        .update(components)
        .set({ parentId: swapped })
        .where(eq(components.parkId, world.owner.parks.n1));
    },
    accepted: async (tx, world) => {
      const [a] = await insertChain(tx, world, 1);
      const [b] = await insertChain(tx, world, 1);
      const below = sql`case id when ${a}::uuid then ${b}::uuid end`;
      await tx.update(components).set({ parentId: below }).where(eq(components.parkId, world.owner.parks.n1));
    },
  },
  {
    constraint: 'components_acyclic',
    about: 'two new components, each a part of the other',
    refused: (tx, world) => {
      const [a, b] = [0, 1].map(() => rows.componentRow({ parkId: world.owner.parks.n1 }));
      const pair = [
        { ...a, parentId: b?.id },
        { ...b, parentId: a?.id },
      ];
      return tx.insert(components).values(pair as (typeof components.$inferInsert)[]);
    },
    accepted: (tx, world) => {
      const [a, b] = [0, 1].map(() => rows.componentRow({ parkId: world.owner.parks.n1 }));
      const pair = [{ ...a, parentId: b?.id }, b];
      return tx.insert(components).values(pair as (typeof components.$inferInsert)[]);
    },
  },
];

const GRANTS: readonly InvariantCase[] = [
  {
    constraint: 'grants_one_per_portfolio',
    about: 'two grants of a member on a portfolio',
    refused: (tx, { owner }) => {
      const grant = { membershipId: owner.members.mona.membershipId, portfolioId: owner.portfolios.north };
      return tx.insert(grants).values([rows.grantRow(grant), rows.grantRow({ ...grant, role: 'TOM' })]);
    },
    accepted: (tx, { owner }) => {
      const { mona, anna } = owner.members;
      const { north: portfolioId, south } = owner.portfolios;
      return tx
        .insert(grants)
        .values([
          rows.grantRow({ membershipId: mona.membershipId, portfolioId }),
          rows.grantRow({ membershipId: mona.membershipId, portfolioId: south }),
          rows.grantRow({ membershipId: anna.membershipId, portfolioId }),
        ]);
    },
  },
  {
    constraint: 'grants_one_per_park',
    about: 'two grants of a member on a park, one of them expired',
    refused: (tx, { owner }) => {
      const grant = { membershipId: owner.members.mona.membershipId, parkId: owner.parks.n1 };
      return tx
        .insert(grants)
        .values([rows.grantRow(grant), rows.grantRow({ ...grant, expiresAt: new Date(0) })]);
    },
    accepted: (tx, { owner }) => {
      const { membershipId } = owner.members.mona;
      const { n1, n2 } = owner.parks;
      return tx
        .insert(grants)
        .values([
          rows.grantRow({ membershipId, parkId: n1 }),
          rows.grantRow({ membershipId, parkId: n2 }),
          rows.grantRow({ membershipId, portfolioId: owner.portfolios.north }),
        ]);
    },
  },
  ...oneResource(
    'grants',
    (resource) => (tx, world) =>
      tx
        .insert(grants)
        .values(rows.grantRow({ membershipId: world.owner.members.mona.membershipId, ...resource })),
  ),
  {
    constraint: 'grants_delegated_never_operator',
    about: 'a delegated grant of OPERATOR',
    refused: (tx, { owner, partner, cooperationId }) => {
      const { membershipId } = partner.members.ben;
      const grant = rows.grantRow({ membershipId, parkId: owner.parks.n1, cooperationId, role: 'OPERATOR' });
      return tx.insert(grants).values(grant);
    },
    accepted: (tx, { owner, partner, cooperationId }) => {
      const { membershipId } = partner.members.ben;
      const delegated = rows.grantRow({ membershipId, parkId: owner.parks.n1, cooperationId, role: 'TOM' });
      const own = rows.grantRow({ membershipId, parkId: partner.parks.t1, role: 'OPERATOR' });
      return tx.insert(grants).values([delegated, own]);
    },
  },
];

const cooperate =
  (initiator: keyof InvariantWorld & ('owner' | 'partner' | 'stranger'), partner: typeof initiator): Write =>
  (tx, world) =>
    tx
      .insert(cooperations)
      .values(rows.cooperationRow({ initiatorId: world[initiator].id, partnerId: world[partner].id }));

const COOPERATIONS: readonly InvariantCase[] = [
  {
    constraint: 'cooperations_one_per_pair',
    about: 'a second cooperation in the same direction',
    refused: cooperate('owner', 'partner'),
    accepted: cooperate('owner', 'stranger'),
  },
  {
    constraint: 'cooperations_one_per_pair',
    about: 'a second cooperation in the other direction',
    refused: cooperate('partner', 'owner'),
    accepted: cooperate('partner', 'stranger'),
  },
  {
    constraint: 'cooperations_one_per_pair',
    about: 'turning a cooperation into another one',
    refused: async (tx, world) => {
      await cooperate('stranger', 'partner')(tx, world);
      const toOwner = { initiatorId: world.owner.id };
      await tx.update(cooperations).set(toOwner).where(eq(cooperations.initiatorId, world.stranger.id));
    },
    accepted: cooperate('stranger', 'partner'),
  },
  {
    constraint: 'cooperations_not_with_oneself',
    about: 'a cooperation with oneself',
    refused: cooperate('owner', 'owner'),
    accepted: cooperate('owner', 'stranger'),
  },
  {
    constraint: 'cooperations_pending_not_paused',
    about: 'a cooperation paused while it is pending',
    refused: (tx, { cooperationId }) =>
      tx
        .update(cooperations)
        .set({ acceptedAt: null, paused: true })
        .where(eq(cooperations.id, cooperationId)),
    accepted: (tx, { cooperationId }) =>
      tx.update(cooperations).set({ paused: true }).where(eq(cooperations.id, cooperationId)),
  },
  ...lengthCases(
    'cooperations_purpose_length',
    500,
    (purpose) =>
      (tx, { cooperationId }) =>
        tx.update(cooperations).set({ purpose }).where(eq(cooperations.id, cooperationId)),
  ),
];

const share =
  (resource: (world: InvariantWorld) => object): Write =>
  (tx, world) =>
    tx.insert(shares).values(rows.shareRow({ ...toPartner(world), ...resource(world) }));

const SHARES: readonly InvariantCase[] = [
  ...(['portfolio', 'park'] as const).map((kind): InvariantCase => {
    const resource = (world: InvariantWorld) =>
      kind === 'portfolio' ? { portfolioId: world.owner.portfolios.north } : { parkId: world.owner.parks.n1 };
    return {
      constraint: `shares_one_per_${kind}`,
      about: `a ${kind} shared twice with one partner`,
      refused: async (tx, world) => {
        await share(resource)(tx, world);
        await share(() => ({ ...resource(world), role: 'TOM' }))(tx, world);
      },
      accepted: async (tx, world) => {
        await share(resource)(tx, world);
        const toStranger = rows.cooperationRow({ initiatorId: world.owner.id, partnerId: world.stranger.id });
        await tx.insert(cooperations).values(toStranger);
        const other = {
          cooperationId: toStranger.id,
          ownerId: world.owner.id,
          recipientId: world.stranger.id,
        };
        await tx.insert(shares).values(rows.shareRow({ ...other, ...resource(world) }));
      },
    };
  }),
  ...oneResource('shares', (resource) => share(() => resource)),
  {
    constraint: 'shares_never_operator',
    about: 'a share of OPERATOR',
    refused: share(({ owner }) => ({ parkId: owner.parks.n1, role: 'OPERATOR' })),
    accepted: share(({ owner }) => ({ parkId: owner.parks.n1, role: 'COM' })),
  },
  {
    constraint: 'shares_never_operator',
    about: 'a share raised to OPERATOR',
    refused: async (tx, world) => {
      await share(({ owner }) => ({ portfolioId: owner.portfolios.north }))(tx, world);
      const ofOwner = eq(shares.ownerId, world.owner.id);
      await tx.update(shares).set({ role: 'OPERATOR' }).where(ofOwner);
    },
    accepted: async (tx, world) => {
      await share(({ owner }) => ({ portfolioId: owner.portfolios.north }))(tx, world);
      await tx.update(shares).set({ role: 'TOM' }).where(eq(shares.ownerId, world.owner.id));
    },
  },
  {
    constraint: 'shares_none_only_on_park',
    about: 'a portfolio shared as NONE',
    refused: share(({ owner }) => ({ portfolioId: owner.portfolios.north, role: 'NONE' })),
    accepted: share(({ owner }) => ({ parkId: owner.parks.n1, role: 'NONE' })),
  },
  ...(['partner', 'stranger'] as const).flatMap((other): InvariantCase[] => [
    {
      constraint: 'shares_portfolio_of_owner_fk',
      about: `a portfolio of the ${other}'s shared by the owner`,
      refused: share((world) => ({
        portfolioId: other === 'partner' ? world.partner.portfolios.theirs : world.stranger.portfolios.far,
      })),
      accepted: share(({ owner }) => ({ portfolioId: owner.portfolios.north })),
    },
    {
      constraint: 'shares_park_of_owner_fk',
      about: `a park of the ${other}'s shared by the owner`,
      refused: share((world) => ({
        parkId: other === 'partner' ? world.partner.parks.t1 : world.stranger.parks.f1,
      })),
      accepted: share(({ owner }) => ({ parkId: owner.parks.n1 })),
    },
  ]),
  {
    constraint: 'shares_portfolio_of_owner_fk',
    about: 'giving a shared portfolio to another organization',
    refused: async (tx, world) => {
      await share(({ owner }) => ({ portfolioId: owner.portfolios.empty }))(tx, world);
      const given = { organizationId: world.stranger.id };
      await tx.update(portfolios).set(given).where(eq(portfolios.id, world.owner.portfolios.empty));
    },
    accepted: share(({ owner }) => ({ portfolioId: owner.portfolios.empty })),
  },
  {
    constraint: 'shares_between_partners',
    about: 'a share with somebody outside the cooperation',
    refused: share((world) => ({ parkId: world.owner.parks.n1, recipientId: world.stranger.id })),
    accepted: share((world) => ({ parkId: world.owner.parks.n1 })),
  },
  {
    constraint: 'shares_between_partners',
    about: 'a share of a stranger through the cooperation of others',
    refused: share((world) => ({ parkId: world.stranger.parks.f1, ownerId: world.stranger.id })),
    accepted: share(({ partner, owner }) => ({
      parkId: partner.parks.t1,
      ownerId: partner.id,
      recipientId: owner.id,
    })),
  },
  {
    constraint: 'shares_between_partners',
    about: 'a share with oneself',
    refused: share((world) => ({ parkId: world.owner.parks.n1, recipientId: world.owner.id })),
    accepted: share((world) => ({ parkId: world.owner.parks.n1 })),
  },
  {
    constraint: 'shares_between_partners',
    about: 'a share passed on to somebody else (P7)',
    refused: async (tx, world) => {
      await share(({ owner }) => ({ parkId: owner.parks.n1 }))(tx, world);
      const onward = { recipientId: world.stranger.id };
      await tx.update(shares).set(onward).where(eq(shares.ownerId, world.owner.id));
    },
    accepted: async (tx, world) => {
      await share(({ owner }) => ({ parkId: owner.parks.n1 }))(tx, world);
      await tx.update(shares).set({ role: 'TOM' }).where(eq(shares.ownerId, world.owner.id));
    },
  },
  {
    constraint: 'shares_between_partners',
    about: 'a share hung on another cooperation',
    refused: async (tx, world) => {
      await share(({ owner }) => ({ parkId: owner.parks.n1 }))(tx, world);
      const other = rows.cooperationRow({ initiatorId: world.owner.id, partnerId: world.stranger.id });
      await tx.insert(cooperations).values(other);
      await tx.update(shares).set({ cooperationId: other.id }).where(eq(shares.ownerId, world.owner.id));
    },
    accepted: share(({ owner }) => ({ parkId: owner.parks.n1 })),
  },
  {
    constraint: 'shares_between_partners',
    trigger: 'cooperations_keep_partners',
    about: 'a cooperation that gets another partner while something is shared through it',
    refused: async (tx, world) => {
      await share(({ owner }) => ({ parkId: owner.parks.n1 }))(tx, world);
      const other = { partnerId: world.stranger.id };
      await tx.update(cooperations).set(other).where(eq(cooperations.id, world.cooperationId));
    },
    accepted: (tx, world) =>
      tx
        .update(cooperations)
        .set({ partnerId: world.stranger.id })
        .where(eq(cooperations.id, world.cooperationId)),
  },
];

export const INVARIANT_CASES: readonly InvariantCase[] = [
  ...PEOPLE,
  ...RESOURCES,
  ...COMPONENTS,
  ...GRANTS,
  ...COOPERATIONS,
  ...SHARES,
];
