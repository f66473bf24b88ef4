import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database, Tx } from '../../src/db/client.ts';
import { violatedConstraint } from '../../src/db/errors.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { auditEvents } from '../../src/db/schema/audit-events.ts';
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
import { openTestDatabase } from '../kit/database.ts';
import * as rows from '../kit/rows.ts';
import { ACCOUNT_INVARIANT_CASES } from './account-invariant-cases.ts';
import { buildInvariantWorld, INVARIANT_CASES, type InvariantWorld } from './invariant-cases.ts';
import { MEASURED_INVARIANT_CASES } from './measured-invariant-cases.ts';
import { RECORD_INVARIANT_CASES } from './record-invariant-cases.ts';

const CASES = [
  ...INVARIANT_CASES,
  ...ACCOUNT_INVARIANT_CASES,
  ...MEASURED_INVARIANT_CASES,
  ...RECORD_INVARIANT_CASES,
];

let database: Database;
let world: InvariantWorld;

beforeAll(async () => {
  database = await openTestDatabase();
  world = await buildInvariantWorld(database);
});
afterAll(() => database.close());

class RolledBack extends Error {}

/** Does `work` in a transaction that is always rolled back. */
async function trial(work: (tx: Tx) => PromiseLike<unknown>): Promise<void> {
  const run = database.transaction('command', async (tx) => {
    await work(tx);
    throw new RolledBack();
  });
  await run.catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
}

/** The constraint that `work` violates; null when it violates none. */
const violationOf = (work: (tx: Tx) => PromiseLike<unknown>): Promise<string | null> =>
  trial(work).then(
    () => null,
    (error: unknown) => {
      const constraint = violatedConstraint(error);
      if (constraint === null) throw error;
      return constraint;
    },
  );

describe.each(CASES)('$constraint: $about', ({ constraint, refused, accepted }) => {
  test('is refused', async () => {
    expect(await violationOf((tx) => refused(tx, world))).toBe(constraint);
  });
  test('has an acceptable twin', async () => {
    expect(await violationOf((tx) => accepted(tx, world))).toBeNull();
  });
});

const query = <Row>(statement: SQL): Promise<Row[]> =>
  database.transaction('snapshot', async (tx) => rowsOf<Row>(await tx.execute(statement)));

const inPublic = (column: SQL) => sql`${column} = 'public'::regnamespace`;

describe('nothing is left out', () => {
  const tested = new Set(CASES.map(({ constraint, trigger }) => trigger ?? constraint));

  test('every check, exclusion and trigger has a case above', async () => {
    const found = await query<{ name: string }>(sql`
      select conname as name from pg_constraint where ${inPublic(sql`connamespace`)} and contype in ('c', 'x')
      union all
      select tgname from pg_trigger join pg_class on pg_class.oid = tgrelid
      where ${inPublic(sql`relnamespace`)} and not tgisinternal`);
    expect(found.length).toBeGreaterThan(15);
    expect(found.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });

  test('every unique index has a case above, or repeats the primary key for a foreign key', async () => {
    const found = await query<{ name: string; referred: boolean; has_id: boolean }>(sql`
      select index.relname as name,
        exists (select from pg_constraint f where f.contype = 'f' and f.conindid = index.oid) as referred,
        exists (select from pg_attribute a where a.attrelid = index.oid and a.attname = 'id') as has_id
      from pg_index join pg_class index on index.oid = indexrelid
      where ${inPublic(sql`index.relnamespace`)} and indisunique and not indisprimary`);
    const repeated = found.filter(({ referred, has_id }) => referred && has_id).map(({ name }) => name);
    expect(repeated.toSorted()).toEqual([
      'components_id_park_key',
      'parks_id_organization_key',
      'portfolios_id_organization_key',
    ]);
    const others = found.map(({ name }) => name).filter((name) => !repeated.includes(name));
    expect(others.length).toBeGreaterThan(7);
    expect(others.filter((name) => !tested.has(name))).toEqual([]);
  });

  test('every constraint is in force', async () => {
    expect(
      await query(
        sql`select conname from pg_constraint where ${inPublic(sql`connamespace`)} and not convalidated`,
      ),
    ).toEqual([]);
    expect(
      await query(sql`select tgname from pg_trigger join pg_class on pg_class.oid = tgrelid
        where ${inPublic(sql`relnamespace`)} and tgenabled <> 'O'`),
    ).toEqual([]);
  });

  test('what every foreign key does when the row it refers to is deleted', async () => {
    const found = await query<{ name: string; action: string }>(sql`
      select conname as name,
        case confdeltype when 'a' then 'refused' when 'c' then 'goes along' when 'n' then 'forgets' end as action
      from pg_constraint where ${inPublic(sql`connamespace`)} and contype = 'f'`);
    expect(Object.fromEntries(found.map(({ name, action }) => [name, action]))).toEqual({
      account_links_invitation_id_invitations_id_fk: 'forgets',
      account_links_user_id_users_id_fk: 'goes along',
      api_token_scopes_park_id_parks_id_fk: 'goes along',
      api_token_scopes_portfolio_id_portfolios_id_fk: 'goes along',
      api_token_scopes_token_id_api_tokens_id_fk: 'goes along',
      api_tokens_membership_id_memberships_id_fk: 'goes along',
      components_park_id_parks_id_fk: 'goes along',
      components_parent_in_park_fk: 'goes along',
      contracts_park_id_parks_id_fk: 'goes along',
      cooperations_initiator_id_organizations_id_fk: 'refused',
      cooperations_invited_by_id_users_id_fk: 'forgets',
      cooperations_partner_id_organizations_id_fk: 'refused',
      grants_cooperation_id_cooperations_id_fk: 'goes along',
      grants_granted_by_id_users_id_fk: 'forgets',
      grants_membership_id_memberships_id_fk: 'goes along',
      grants_park_id_parks_id_fk: 'goes along',
      grants_portfolio_id_portfolios_id_fk: 'goes along',
      invitation_grants_granted_by_id_users_id_fk: 'refused',
      invitation_grants_invitation_id_invitations_id_fk: 'goes along',
      invitation_grants_park_id_parks_id_fk: 'goes along',
      invitation_grants_portfolio_id_portfolios_id_fk: 'goes along',
      invitations_accepted_by_id_users_id_fk: 'forgets',
      invitations_cooperation_id_cooperations_id_fk: 'forgets',
      invitations_invited_by_id_users_id_fk: 'refused',
      invitations_organization_id_organizations_id_fk: 'goes along',
      memberships_organization_id_organizations_id_fk: 'refused',
      memberships_user_id_users_id_fk: 'goes along',
      metric_points_series_id_metric_series_id_fk: 'goes along',
      metric_series_park_id_parks_id_fk: 'goes along',
      parks_portfolio_of_organization_fk: 'refused',
      // The component alone: the event stays.
      plant_events_component_in_park_fk: 'forgets',
      plant_events_park_id_parks_id_fk: 'goes along',
      portfolios_organization_id_organizations_id_fk: 'refused',
      // A park that is deleted keeps its place in a report.
      report_parks_park_id_parks_id_fk: 'forgets',
      report_parks_report_id_reports_id_fk: 'goes along',
      reports_membership_id_memberships_id_fk: 'goes along',
      sessions_user_id_users_id_fk: 'goes along',
      shares_cooperation_id_cooperations_id_fk: 'goes along',
      shares_park_of_owner_fk: 'goes along',
      shares_portfolio_of_owner_fk: 'goes along',
      shares_recipient_id_organizations_id_fk: 'refused',
      tickets_created_by_id_users_id_fk: 'refused',
      tickets_park_id_parks_id_fk: 'goes along',
    });
  });
});

describe('what a deletion takes with it', () => {
  /** A grant of everybody's and a share on each of two parks and two portfolios, and a tree of components in each park. */
  async function furnish(tx: Tx) {
    const { owner, partner, cooperationId } = world;
    const { n1, n2 } = owner.parks;
    const { north, empty } = owner.portfolios;
    const resources = [{ parkId: n1 }, { parkId: n2 }, { portfolioId: north }, { portfolioId: empty }];
    const membershipId = owner.members.mona.membershipId;
    const grantedById = owner.members.anna.userId;
    const delegate = { membershipId: partner.members.ben.membershipId, cooperationId };
    await tx
      .insert(grants)
      .values(
        resources.flatMap((resource) => [
          rows.grantRow({ membershipId, grantedById, ...resource }),
          rows.grantRow({ ...delegate, ...resource }),
        ]),
      );
    const sides = { cooperationId, ownerId: owner.id, recipientId: partner.id };
    await tx.insert(shares).values(resources.map((resource) => rows.shareRow({ ...sides, ...resource })));
    for (const parkId of [n1, n2]) {
      const top = rows.componentRow({ parkId });
      const child = rows.componentRow({ parkId, parentId: top.id });
      await tx.insert(components).values([top, child, rows.componentRow({ parkId, parentId: child.id })]);
    }
  }

  const count = (tx: Tx, table: PgTable, where?: SQL) => tx.$count(table, where);

  test('a park: its components, grants and shares, and nothing of another park', () =>
    trial(async (tx) => {
      await furnish(tx);
      await tx.delete(parks).where(eq(parks.id, world.owner.parks.n1));
      expect(await count(tx, components, eq(components.parkId, world.owner.parks.n1))).toBe(0);
      expect(await count(tx, components)).toBe(3);
      expect(await count(tx, grants)).toBe(6);
      expect(await count(tx, shares)).toBe(3);
      expect(await count(tx, shares, eq(shares.parkId, world.owner.parks.n2))).toBe(1);
    }));

  test('a component: its parts at every depth, and nothing beside', () =>
    trial(async (tx) => {
      await furnish(tx);
      const ofPark = eq(components.parkId, world.owner.parks.n1);
      await tx.delete(components).where(and(ofPark, sql`${components.parentId} is null`));
      expect(await count(tx, components, ofPark)).toBe(0);
      expect(await count(tx, components)).toBe(3);
    }));

  test('an empty portfolio: its grants and shares', () =>
    trial(async (tx) => {
      await furnish(tx);
      await tx.delete(portfolios).where(eq(portfolios.id, world.owner.portfolios.empty));
      expect(await count(tx, grants)).toBe(6);
      expect(await count(tx, shares)).toBe(3);
    }));

  test('a cooperation: its shares and delegated grants, and no grant of the owner', () =>
    trial(async (tx) => {
      await furnish(tx);
      await tx.delete(cooperations).where(eq(cooperations.id, world.cooperationId));
      expect(await count(tx, shares)).toBe(0);
      expect(await count(tx, grants)).toBe(4);
      expect(await count(tx, grants, sql`${grants.cooperationId} is not null`)).toBe(0);
    }));

  test('a membership: its grants (M6), and not the account', () =>
    trial(async (tx) => {
      await furnish(tx);
      await tx.delete(memberships).where(eq(memberships.id, world.owner.members.mona.membershipId));
      expect(await count(tx, grants)).toBe(4);
      expect(await count(tx, users, eq(users.id, world.owner.members.mona.userId))).toBe(1);
    }));

  test('an account: membership, sessions and grants, but not the grants it gave, nor the trail', () =>
    trial(async (tx) => {
      await furnish(tx);
      const { userId } = world.owner.members.anna;
      await tx.insert(sessions).values(rows.sessionRow({ userId }));
      await tx.insert(auditEvents).values({
        id: crypto.randomUUID(),
        organizationId: world.owner.id,
        occurredAt: new Date(),
        action: 'park.created',
        actorUserId: userId,
        actorName: 'anna',
        requestId: 'one',
        details: {},
      });
      await tx.delete(users).where(eq(users.id, userId));
      expect(await count(tx, sessions, eq(sessions.userId, userId))).toBe(0);
      expect(await count(tx, memberships, eq(memberships.userId, userId))).toBe(0);
      expect(await count(tx, grants)).toBe(8);
      expect(await count(tx, grants, eq(grants.grantedById, userId))).toBe(0);
      const [event] = await tx.select().from(auditEvents);
      expect(event).toMatchObject({ actorUserId: userId, actorName: 'anna' });
    }));

  test('an organization that holds anything cannot be deleted', async () => {
    for (const { id } of [world.owner, world.partner, world.stranger]) {
      const violated = await violationOf((tx) => tx.delete(organizations).where(eq(organizations.id, id)));
      expect(violated).toMatch(/^(portfolios|memberships|cooperations)_.*_organizations_id_fk$/);
    }
    await trial(async (tx) => {
      const bare = rows.organizationRow();
      await tx.insert(organizations).values(bare);
      await tx.delete(organizations).where(eq(organizations.id, bare.id));
      expect(await count(tx, organizations, eq(organizations.id, bare.id))).toBe(0);
    });
  });
});
