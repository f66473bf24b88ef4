import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobRole } from '../../src/authz/roles.ts';
import { ORGANIZATION_ROLES } from '../../src/authz/roles.ts';
import type { Database } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import { fetchByIds } from '../../src/db/queries/keyset.ts';
import { PARKS, PORTFOLIOS, parkRef, portfolioRef } from '../../src/db/queries/resources.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { organizations } from '../../src/db/schema/organizations.ts';
import { parks } from '../../src/db/schema/parks.ts';
import { portfolios } from '../../src/db/schema/portfolios.ts';
import { readSnapshot } from '../../src/db/tx.ts';
import { DEMO_PASSWORD, describeCast, emailOf } from '../../src/demo/cast.ts';
import { COOPERATIONS, GRANTS } from '../../src/demo/cast-access.ts';
import { loadDemoWorld } from '../../src/demo/load-demo-world.ts';
import { CYPRESS, SPOWER, TESLA } from '../../src/demo/people.ts';
import { readOwners } from '../../src/demo/plants.ts';
import { byEmail } from '../../src/identity/authenticate.ts';
import { verifyPassword } from '../../src/identity/passwords.ts';
import { loadViewer } from '../../src/resolvers/context/viewer.ts';
import { openTestDatabase } from '../kit/database.ts';

const DAY_MS = 86_400_000;
const silent = () => undefined;

const select = <Row>(database: Database, statement: ReturnType<typeof sql>) =>
  readSnapshot(database, async (tx) => rowsOf<Row>(await tx.execute(statement)));

describe('the demo world', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
    await loadDemoWorld(database, silent);
  });
  afterAll(() => database.close());

  test('holds at least 40 real owners with exactly their plants, in a portfolio for each type', async () => {
    const stored = await readSnapshot(database, (tx) =>
      tx
        .select({ owner: organizations.name, portfolio: portfolios.name, park: parks })
        .from(parks)
        .innerJoin(portfolios, eq(portfolios.id, parks.portfolioId))
        .innerJoin(organizations, eq(organizations.id, parks.organizationId)),
    );
    const byOwner = Map.groupBy(stored, ({ owner }) => owner);
    const owners = (await readOwners()).slice(0, byOwner.size);
    expect(byOwner.size).toBeGreaterThanOrEqual(40);
    const text = (name: string, type: string, kw: number, lat: number | null, lon: number | null) =>
      [name, type, kw, lat, lon].join();
    for (const { name, plants } of owners) {
      const kept = (byOwner.get(name) ?? []).map(({ park }) =>
        text(park.name, park.plantType, park.capacityKw, park.latitude, park.longitude),
      );
      const real = plants.map((plant) =>
        text(plant.name, plant.plantType, plant.capacityKw, plant.latitude, plant.longitude),
      );
      expect(kept.sort(), name).toEqual(real.sort());
    }
    const types = new Set(stored.map(({ portfolio, park }) => `${portfolio}: ${park.plantType}`));
    expect([...types].sort()).toEqual(['Battery storage: BATTERY', 'Solar: SOLAR', 'Wind: WIND']);
  });

  test("has what each plant generated, as its metric energy where the year begins in the plant's zone", async () => {
    const stored = await select<{ name: string; unit: string; local: string; value: number }>(
      database,
      sql`select p.name, s.metric, s.unit, to_char(m.at at time zone p.time_zone, 'YYYY-MM-DD HH24:MI:SS') as local, m.value
        from metric_points m join metric_series s on s.id = m.series_id join parks p on p.id = s.park_id`,
    );
    const owners = (await readOwners()).filter(({ plants }) => plants.length >= 13);
    const real = owners.flatMap(({ plants }) =>
      plants.flatMap(({ name, generation }) =>
        generation.map(({ megawattHours }) => `${name} ${megawattHours}`),
      ),
    );
    expect(stored.length).toBeGreaterThan(1_000);
    expect(stored.map(({ name, value }) => `${name} ${value}`).sort()).toEqual(real.sort());
    expect(new Set(stored.map(({ unit, local }) => `${unit} ${local}`))).toEqual(
      new Set(['MWh 2019-01-01 00:00:00']),
    );
    // 9.631 GWh in the file.
    expect(stored).toContainEqual(expect.objectContaining({ name: 'ABD Farms', value: 9_631 }));
  });

  test('gives the largest three every organization role, and every organization a lasting ADMIN', async () => {
    const owners = await readOwners();
    expect(owners.slice(0, 3).map(({ name }) => name)).toEqual([CYPRESS, SPOWER, TESLA]);
    for (const organization of [CYPRESS, SPOWER, TESLA]) {
      const roles = describeCast().filter((row) => row.organization === organization);
      expect(new Set(roles.map(({ role }) => role))).toEqual(new Set(ORGANIZATION_ROLES));
    }
    const withoutAdmin = await select(
      database,
      sql`select name from organizations o where not exists (
        select 1 from memberships m join users u on u.id = m.user_id where m.organization_id = o.id and m.role = 'ADMIN'
          and m.active and m.expires_at is null and u.suspended_at is null and u.system_role <> 'DEMO')`,
    );
    expect(withoutAdmin).toEqual([]);
  });

  test('has every account that it describes, all with the one password', async () => {
    const accounts = await select<{ email: string; organization: string | null; password_hash: string }>(
      database,
      sql`select u.email, u.system_role, u.password_hash, m.role, o.name as organization from users u
        left join memberships m on m.user_id = u.id left join organizations o on o.id = m.organization_id`,
    );
    for (const { email, organization, role, systemRole } of describeCast()) {
      const account = accounts.find((one) => one.email === email);
      expect(account, email).toMatchObject({ organization, role, system_role: systemRole });
    }
    const hashes = new Set(accounts.map((account) => account.password_hash));
    expect(hashes.size).toBe(1);
    expect(await verifyPassword([...hashes][0] ?? null, DEMO_PASSWORD)).toBe(true);
    expect(accounts.every(({ email }) => email.endsWith('.example'))).toBe(true);
  });

  test('has identifiers that nobody guesses (C4), and a record in every trail (A1)', async () => {
    const rows = await select<{ identifier: string; actions: string }>(
      database,
      sql`select identifier, (select string_agg(action, ',') from audit_events e where e.organization_id = o.id) as actions
        from organizations o`,
    );
    expect(new Set(rows.map(({ identifier }) => identifier)).size).toBe(rows.length);
    for (const { identifier, actions } of rows) {
      expect(identifier).toMatch(/^[0-9a-f]{20,}$/);
      expect(actions).toBe('demo.loaded');
    }
    const noTenants = await select(
      database,
      sql`select action from audit_events where organization_id is null`,
    );
    expect(noTenants).toEqual([{ action: 'demo.loaded' }]);
  });

  test('has a live, a paused and a soon-ending cooperation, and component trees', async () => {
    const rows = await select(
      database,
      sql`select paused, round(extract(epoch from expires_at - clock_timestamp()) / 86400)::int as days from cooperations order by purpose`,
    );
    expect(rows).toEqual([
      { paused: true, days: null },
      { paused: false, days: 3 },
      { paused: false, days: null },
    ]);
    const trees = await select<{ roots: number; children: number }>(
      database,
      sql`select count(*) filter (where parent_id is null)::int as roots, count(parent_id)::int as children from components`,
    );
    expect(trees).toMatchObject([{ roots: expect.any(Number), children: expect.any(Number) }]);
    expect(trees[0]?.roots).toBeGreaterThan(0);
    expect(trees[0]?.children).toBeGreaterThan(trees[0]?.roots as number);
  });

  test('delegates nothing but VIEWER or the ceiling (G2)', () => {
    const shares = COOPERATIONS.flatMap((cooperation) => cooperation.shares);
    for (const grant of GRANTS.filter(({ owner }) => owner)) {
      const ceiling = shares.find(
        ({ owner, on }) => owner === grant.owner && JSON.stringify(on) === JSON.stringify(grant.on),
      );
      expect(['VIEWER', ceiling?.role], JSON.stringify(grant)).toContain(grant.role);
      expect(ceiling?.role).not.toBe('NONE');
    }
  });

  /** Organization and person, owner and resource, effective role now, and in four days when that is another. */
  const TOUR: [string, string, string, string, JobRole, JobRole?][] = [
    [CYPRESS, 'admin', CYPRESS, 'Bladen Solar', 'OPERATOR'],
    [CYPRESS, 'admin', SPOWER, 'Latigo Wind Park', 'VIEWER'],
    [CYPRESS, 'admin', SPOWER, 'Pioneer Wind Park  LLC', 'NONE'],
    [CYPRESS, 'admin', TESLA, 'Wye Mills VNEM CSG', 'NONE'],
    [CYPRESS, 'moderator', CYPRESS, 'Bladen Solar', 'VIEWER'],
    [CYPRESS, 'moderator', CYPRESS, 'Crooked Run', 'OPERATOR'],
    [CYPRESS, 'technical', CYPRESS, 'Solar', 'TOM'],
    [CYPRESS, 'technical', CYPRESS, 'Crooked Run', 'OPERATOR'],
    [CYPRESS, 'technical', CYPRESS, 'Buckleberry Solar', 'NONE'],
    [CYPRESS, 'technical', SPOWER, 'Latigo Wind Park', 'VIEWER'],
    [CYPRESS, 'commercial', CYPRESS, 'Palmetto Plains', 'OPERATOR', 'COM'],
    [CYPRESS, 'member', CYPRESS, 'Innovative Solar 46', 'TOM'],
    [CYPRESS, 'member', CYPRESS, 'ABD Farms', 'VIEWER'],
    [CYPRESS, 'external', CYPRESS, 'Adirondack Solar', 'VIEWER'],
    [CYPRESS, 'external', CYPRESS, 'Ajax Solar', 'COM'],
    [CYPRESS, 'external', CYPRESS, 'Solar', 'NONE'],
    [CYPRESS, 'paused', CYPRESS, 'ABD Farms', 'NONE'],
    [CYPRESS, 'expired', CYPRESS, 'ABD Farms', 'NONE'],
    [CYPRESS, 'demo', CYPRESS, 'ABD Farms', 'VIEWER'],
    [SPOWER, 'admin', CYPRESS, 'Solar', 'COM'],
    [SPOWER, 'admin', CYPRESS, 'Innovative Solar 46', 'TOM'],
    [SPOWER, 'admin', CYPRESS, 'Palmetto Plains', 'NONE'],
    [SPOWER, 'admin', CYPRESS, 'Bladen Solar', 'COM'],
    [SPOWER, 'admin', SPOWER, 'Battleground', 'NONE'],
    [SPOWER, 'moderator', SPOWER, 'Wind', 'NONE'],
    [SPOWER, 'moderator', SPOWER, 'Latigo Wind Park', 'VIEWER'],
    [SPOWER, 'technical', CYPRESS, 'Innovative Solar 46', 'TOM'],
    [SPOWER, 'technical', CYPRESS, 'Solar', 'NONE'],
    [SPOWER, 'commercial', CYPRESS, 'ABD Farms', 'COM'],
    [SPOWER, 'commercial', CYPRESS, 'Innovative Solar 46', 'VIEWER'],
    [SPOWER, 'member', CYPRESS, 'ABD Farms', 'VIEWER'],
    [SPOWER, 'member', SPOWER, 'Latigo Wind Park', 'OPERATOR'],
    [SPOWER, 'external', SPOWER, 'Latigo Wind Park', 'TOM'],
    [SPOWER, 'external', SPOWER, 'Wind', 'NONE'],
    [SPOWER, 'leaving', SPOWER, 'Battleground', 'VIEWER', 'NONE'],
    [TESLA, 'admin', SPOWER, 'Wind', 'TOM', 'NONE'],
    [TESLA, 'admin', CYPRESS, 'Crooked Run', 'NONE'],
    [TESLA, 'moderator', TESLA, 'Intel Folsom', 'OPERATOR'],
    [TESLA, 'technical', SPOWER, 'Latigo Wind Park', 'TOM', 'NONE'],
    [TESLA, 'technical', CYPRESS, 'Crooked Run', 'NONE'],
    [TESLA, 'commercial', TESLA, 'Solar', 'VIEWER'],
    [TESLA, 'commercial', TESLA, 'Intel Folsom', 'OPERATOR'],
    [TESLA, 'member', SPOWER, 'Wind', 'VIEWER', 'NONE'],
    [TESLA, 'external', TESLA, 'Division 1', 'VIEWER', 'NONE'],
    [TESLA, 'paused', TESLA, 'Division 1', 'NONE'],
  ];

  test.each(TOUR)('%s, %s on %s %s: %s', async (organization, who, owner, name, now, later = now) => {
    expect(await roleOf(emailOf(organization, who), owner, name, 0)).toBe(now);
    expect(await roleOf(emailOf(organization, who), owner, name, 4)).toBe(later);
  });

  async function roleOf(email: string, owner: string, name: string, inDays: number): Promise<JobRole> {
    const clock = () => new Date(Date.now() + inDays * DAY_MS);
    return readSnapshot(database, async (tx) => {
      const account = await byEmail(email)(tx, clock);
      if (!account) throw new Error(`there is no ${email}`);
      const viewer = await loadViewer(tx, account);
      const named = (table: 'parks' | 'portfolios') =>
        sql`select r.id from ${sql.identifier(table)} r join organizations o on o.id = r.organization_id
          where o.name = ${owner} and r.name = ${name}`;
      const [park] = rowsOf<{ id: string }>(await tx.execute(named('parks')));
      const [portfolio] = rowsOf<{ id: string }>(await tx.execute(named('portfolios')));
      const parkRow = park && (await fetchByIds(tx, PARKS, [park.id])).get(park.id);
      const portfolioRow = portfolio && (await fetchByIds(tx, PORTFOLIOS, [portfolio.id])).get(portfolio.id);
      const ref = parkRow ? parkRef(parkRow) : portfolioRow && portfolioRef(portfolioRow);
      if (!ref) throw new Error(`${owner} has no ${name}`);
      return viewer.access(ref).jobRole;
    });
  }
});

describe('loading', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test('happens once, for whoever comes first', async () => {
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const loads = await Promise.all([loadDemoWorld(database, log), loadDemoWorld(database, log)]);
    expect(loads.filter((world) => world !== null)).toHaveLength(1);
    expect(lines).toHaveLength(1);
    const [count] = await select(database, sql`select count(*)::int as organizations from organizations`);
    expect(count).toEqual({ organizations: loads.find((world) => world !== null)?.organizations });
  });

  test('leaves a database alone that has an organization', async () => {
    const used = await openTestDatabase();
    try {
      await used.transaction('command', (tx) =>
        tx
          .insert(organizations)
          .values({ id: newId(), identifier: 'mine', name: 'Mine', createdAt: new Date() }),
      );
      expect(await loadDemoWorld(used, silent)).toBeNull();
      expect(await select(used, sql`select name from organizations`)).toEqual([{ name: 'Mine' }]);
      expect(await select(used, sql`select id from users`)).toEqual([]);
    } finally {
      await used.close();
    }
  });
});
