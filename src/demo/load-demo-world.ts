import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { writeAudit } from '../db/audit.ts';
import type { Database, Tx } from '../db/client.ts';
import { readInstant } from '../db/queries/sessions.ts';
import { insertYearlyValues } from '../db/queries/yearly-values.ts';
import { rowsOf } from '../db/rows.ts';
import { auditEvents } from '../db/schema/audit-events.ts';
import { components } from '../db/schema/components.ts';
import { cooperations } from '../db/schema/cooperations.ts';
import { grants } from '../db/schema/grants.ts';
import { memberships } from '../db/schema/memberships.ts';
import { organizations } from '../db/schema/organizations.ts';
import { parks } from '../db/schema/parks.ts';
import { portfolios } from '../db/schema/portfolios.ts';
import { shares } from '../db/schema/shares.ts';
import { users } from '../db/schema/users.ts';
import { readSnapshot } from '../db/tx.ts';
import { hashPassword } from '../identity/passwords.ts';
import { globalId } from '../schema/global-id.ts';
import { buildAccess } from './build-access.ts';
import { buildPeople } from './build-people.ts';
import { buildResources } from './build-resources.ts';
import { DEMO_PASSWORD } from './cast.ts';
import { CYPRESS, SPOWER, TESLA } from './people.ts';
import { readOwners } from './plants.ts';
import { TimeLine } from './time-line.ts';

/** How much was loaded. */
export interface DemoWorld {
  readonly organizations: number;
  readonly portfolios: number;
  readonly parks: number;
  readonly users: number;
}

/** Owners of fewer plants are left out. */
const MIN_PLANTS = 13;

/** Rows a statement: PostgreSQL takes 65,535 parameters, and no table here has 20 columns. */
const CHUNK = 2_000;

/**
 * Fills an empty database with the owners of the most plants, their real parks and the cast, in one transaction; does nothing
 * and answers null when there is an organization already. Instants that expire count from the loading.
 */
export async function loadDemoWorld(
  database: Database,
  log: (line: string) => void,
): Promise<DemoWorld | null> {
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  const owners = (await readOwners()).filter(({ plants }) => plants.length >= MIN_PLANTS);
  const loaded = await database.transaction('command', async (tx) => {
    if (!(await isEmptyAndLocked(tx))) return null;
    const time = new TimeLine(await readInstant(tx, undefined));
    const resources = buildResources(owners, [CYPRESS, SPOWER, TESLA], time.founded);
    const people = buildPeople(resources.organizations, passwordHash, time);
    const access = buildAccess(resources, people, time);
    await insert(tx, organizations, resources.organizations);
    await insert(tx, portfolios, resources.portfolios);
    await insert(tx, parks, resources.parks);
    await insert(tx, components, resources.components);
    await insertYearlyValues(tx, 'energy', 'MWh', resources.energy);
    await insert(tx, users, people.users);
    await insert(tx, memberships, people.memberships);
    await insert(tx, cooperations, access.cooperations);
    await insert(tx, shares, access.shares);
    await insert(tx, grants, access.grants);
    await recordLoading(tx, time.instant, resources.organizations);
    return {
      organizations: resources.organizations.length,
      portfolios: resources.portfolios.length,
      parks: resources.parks.length,
      users: people.users.length,
    };
  });
  if (loaded)
    log(`Loaded the demo world: ${loaded.parks} real parks of ${loaded.organizations} organizations.`);
  return loaded;
}

/** Two gateways that start on one database load it once: the second waits for the first. */
async function isEmptyAndLocked(tx: Tx): Promise<boolean> {
  await tx.execute(sql`lock table organizations in share row exclusive mode`);
  return rowsOf(await tx.execute(sql`select 1 from organizations limit 1`)).length === 0;
}

async function insert<Table extends PgTable>(
  tx: Tx,
  table: Table,
  rows: Table['$inferInsert'][],
): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK) {
    await tx.insert(table).values(rows.slice(start, start + CHUNK));
  }
}

/** A1: on every organization's trail, and on no tenant's for the account that is in none. */
async function recordLoading(tx: Tx, instant: Date, loaded: readonly { id: string }[]): Promise<void> {
  const actor = { userId: null, name: 'demo world', requestId: randomUUID(), ipAddress: null };
  const events = [...loaded.map(({ id }) => id), null].map((organizationId) => ({
    organizationId,
    action: 'demo.loaded',
    subjectId: organizationId && globalId('organization', organizationId),
    details: {},
  }));
  await writeAudit(tx, actor, instant, events);
}

/** Whether the demo world has been loaded into this database, by whichever start. */
export async function holdsDemoWorld(database: Database): Promise<boolean> {
  const found = await readSnapshot(database, (tx) =>
    tx.select({ id: auditEvents.id }).from(auditEvents).where(eq(auditEvents.action, 'demo.loaded')).limit(1),
  );
  return found.length > 0;
}
