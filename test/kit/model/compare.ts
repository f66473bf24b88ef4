/** What is stored and what everybody reaches, read from the server and compared with the model. */
import { inArray } from 'drizzle-orm';
import { expect } from 'vitest';
import { cooperations } from '../../../src/db/schema/cooperations.ts';
import { grants } from '../../../src/db/schema/grants.ts';
import { memberships } from '../../../src/db/schema/memberships.ts';
import { organizations } from '../../../src/db/schema/organizations.ts';
import { parks } from '../../../src/db/schema/parks.ts';
import { portfolios } from '../../../src/db/schema/portfolios.ts';
import { shares } from '../../../src/db/schema/shares.ts';
import { globalId, type IdPrefix, resourceId } from '../../../src/schema/global-id.ts';
import { ceiling } from '../naive-reference.ts';
import type { Server } from './server.ts';
import { asWorld, isAtOrBelow, type JobRole, memberOf, ownerOf, roleOn, type State, sees } from './state.ts';

type Stored = Pick<
  State,
  'organizations' | 'members' | 'portfolios' | 'parks' | 'cooperations' | 'shares' | 'grants'
>;

const iso = (instant: Date | null) => instant?.toISOString() ?? null;

/** Everything stored of this world, in the model's names. */
async function storedState({ gateway, nameOf, uuidOf }: Server, { users, ...known }: State): Promise<Stored> {
  const name = (prefix: IdPrefix, uuid: string) => nameOf(globalId(prefix, uuid));
  const resource = ({ portfolioId, parkId }: { portfolioId: string | null; parkId: string | null }) =>
    nameOf(resourceId({ kind: parkId ? 'PARK' : 'PORTFOLIO', id: parkId ?? portfolioId ?? '' }));
  const ids = known.organizations.map(({ id }) => uuidOf('organization', id));
  const rows = await gateway.database.transaction('snapshot', async (tx) => {
    const members = await tx.select().from(memberships).where(inArray(memberships.organizationId, ids));
    const membershipIds = members.map(({ id }) => id);
    return {
      members,
      organizations: await tx.select().from(organizations).where(inArray(organizations.id, ids)),
      portfolios: await tx.select().from(portfolios).where(inArray(portfolios.organizationId, ids)),
      parks: await tx.select().from(parks).where(inArray(parks.organizationId, ids)),
      cooperations: await tx.select().from(cooperations).where(inArray(cooperations.initiatorId, ids)),
      shares: await tx.select().from(shares).where(inArray(shares.ownerId, ids)),
      grants: await tx.select().from(grants).where(inArray(grants.membershipId, membershipIds)),
    };
  });
  return {
    organizations: rows.organizations.map((row) => ({ id: name('organization', row.id), name: row.name })),
    members: rows.members.map((row) => {
      const id = name('user', row.userId);
      // M6: the id of somebody who came back is another.
      if (name('member', row.id) !== id)
        throw new Error(`the membership of ${id} has an id of somebody else's`);
      const { systemRole = 'USER' } = users.find((user) => user.id === id) ?? {};
      const { role, label, active, expiresAt } = row;
      const standing = { role, label, active, expiresAt: iso(expiresAt) };
      const organization = name('organization', row.organizationId);
      return { id, organization, ...standing, systemRole, suspended: false };
    }),
    portfolios: rows.portfolios.map((row) => ({
      id: name('portfolio', row.id),
      organization: name('organization', row.organizationId),
      name: row.name,
    })),
    parks: rows.parks.map((row) => ({
      id: name('park', row.id),
      portfolio: name('portfolio', row.portfolioId),
      name: row.name,
    })),
    cooperations: rows.cooperations.map((row) => ({
      id: name('cooperation', row.id),
      initiator: name('organization', row.initiatorId),
      partner: name('organization', row.partnerId),
      accepted: row.acceptedAt !== null,
      ...{ paused: row.paused, purpose: row.purpose, expiresAt: iso(row.expiresAt) },
      invitedBy: row.invitedById && name('user', row.invitedById),
    })),
    shares: rows.shares.map((row) => ({
      cooperation: name('cooperation', row.cooperationId),
      resource: resource(row),
      ...{ role: row.role, expiresAt: iso(row.expiresAt) },
    })),
    grants: rows.grants.map((row) => ({
      member: name('member', row.membershipId),
      resource: resource(row),
      ...{ role: row.role, expiresAt: iso(row.expiresAt) },
      cooperation: row.cooperationId && name('cooperation', row.cooperationId),
      grantedBy: row.grantedById && name('user', row.grantedById),
    })),
  };
}

/** In one order, whatever the rows'. */
const sorted = (stored: Stored): Stored =>
  Object.fromEntries(
    Object.entries(stored).map(([table, rows]) => [
      table,
      rows.toSorted((one, other) => (JSON.stringify(key(one)) < JSON.stringify(key(other)) ? -1 : 1)),
    ]),
  ) as unknown as Stored;

const key = (row: object) => {
  const { id, cooperation, member, resource } = row as Record<string, unknown>;
  return [id, member, resource, cooperation];
};

/** Memberships, portfolios, parks, cooperations, shares and grants are what the model says. */
export async function compareStored(server: Server, state: State): Promise<void> {
  const { now: _now, users: _users, ...expected } = state;
  expect(sorted(await storedState(server, state))).toEqual(sorted(expected));
}

interface Seen {
  readonly id: string;
  readonly organization: { readonly id: string };
  readonly effectiveRole: JobRole;
  readonly viewerAccess: { readonly jobRole: JobRole; readonly ceiling: JobRole | null };
}

const ROLES = `query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Resource {
  organization { id } effectiveRole viewerAccess { jobRole ceiling } } } }`;

/**
 * Everybody's effective role on every resource, asked by themselves, is the naive reference's; and whatever that says, across the boundary
 * it is never above the ceiling and never OPERATOR (P5, P6).
 */
export async function compareRoles(server: Server, state: State): Promise<void> {
  const resources = [...state.portfolios, ...state.parks].map(({ id }) => id);
  const ids = resources.map(server.resourceIdOf);
  const home = (user: string) => memberOf(state, user)?.organization ?? '';
  const world = asWorld(state);
  const answers = await Promise.all(
    state.users.map(async ({ id: user }) => {
      const client = await server.client(user);
      const { nodes } = await client.get<{ nodes: (Seen | null)[] }, object>(ROLES, { ids });
      return { user, nodes };
    }),
  );
  for (const { user, nodes } of answers) {
    const expected = resources.map((resource) => {
      if (!sees(state, user, resource)) return null;
      const role = roleOn(state, user, resource);
      const owner = server.idOf('organization', ownerOf(state, resource) ?? '');
      const access = { jobRole: role, ceiling: ceiling(world, user, resource) };
      const id = server.resourceIdOf(resource);
      return { id, organization: { id: owner }, effectiveRole: role, viewerAccess: access };
    });
    expect(nodes, `what ${user} reaches at ${state.now}`).toEqual(expected);
    for (const seen of nodes) {
      if (!seen || server.nameOf(seen.organization.id) === home(user)) continue;
      const { effectiveRole, viewerAccess } = seen;
      expect(effectiveRole).not.toBe('OPERATOR');
      expect(isAtOrBelow(effectiveRole, viewerAccess.ceiling ?? 'NONE'), `${user} on ${seen.id}`).toBe(true);
    }
  }
}
