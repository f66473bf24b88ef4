import { sql } from 'drizzle-orm';
import { type JobRole, ORGANIZATION_ROLES, type OrganizationRole } from '../../src/authz/roles.ts';
import type { Database } from '../../src/db/client.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { auditEvents } from '../../src/db/schema/audit-events.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from './client.ts';
import { startTestGateway, type TestGateway } from './gateway.ts';
import { type Component, type Organization, type Park, type Person, type Resource, Story } from './story.ts';

type Everyone = Readonly<Record<OrganizationRole, Person>>;

const everyRole = (story: Story, organization: Organization) =>
  Object.fromEntries(ORGANIZATION_ROLES.map((role) => [role, story.member(organization, role)])) as Everyone;

/**
 * Acme owns three portfolios: north is shared with Borealis as TOM but for the park Nordsee, south is not shared but for its park
 * Solling (COM), east is shared as VIEWER. Of Borealis, the technical asset manager has TOM on Nordhang, the commercial one COM on
 * Solling, the member VIEWER on north. Borealis shares west with Acme as VIEWER. Nothing leads to Cirrus. Every park of `records` has an
 * event, a ticket and a contract.
 */
function tellTenants(story = new Story()) {
  const acme = story.organization('Acme Energy', {
    contactEmail: 'office@acme.example',
    phone: '+49 30 1234567',
    address: 'Unter den Linden 1, Berlin',
    country: 'DE',
    registrationNumber: 'HRB 12345',
    taxId: 'DE123456789',
  });
  const borealis = story.organization('Borealis Grid', {
    contactEmail: 'office@borealis.example',
    taxId: 'NO987',
  });
  const cirrus = story.organization('Cirrus Power');
  const ofAcme = everyRole(story, acme);
  const ofBorealis = everyRole(story, borealis);
  const ofCirrus = { ADMIN: story.member(cirrus, 'ADMIN') };

  const north = story.portfolio(acme, 'North');
  const south = story.portfolio(acme, 'South');
  const east = story.portfolio(acme, 'East');
  const west = story.portfolio(borealis, 'West');
  const centre = story.portfolio(cirrus, 'Centre');
  const nordhang = story.park(north, 'Nordhang', { capacityKw: 3_000, plantType: 'WIND' });
  const nordsee = story.park(north, 'Nordsee', { capacityKw: 9_000, plantType: 'WIND' });
  const solling = story.park(south, 'Solling', { capacityKw: 2_000, plantType: 'SOLAR' });
  const suedfeld = story.park(south, 'Südfeld', { capacityKw: 1_000, plantType: 'SOLAR' });
  const ostwall = story.park(east, 'Ostwall', { capacityKw: 500, plantType: 'BATTERY' });
  const westkamp = story.park(west, 'Westkamp');
  const central = story.park(centre, 'Central');
  const inverter = story.component(nordhang, 'Inverter 1');
  const meter = story.component(suedfeld, 'Meter');
  const switchgear = story.component(central, 'Switchgear');
  const components = {
    inverter,
    string: story.component(nordhang, 'String 1.1', inverter),
    transformer: story.component(nordhang, 'Transformer'),
    meter,
    dial: story.component(suedfeld, 'Dial', meter),
    hidden: story.component(nordsee, 'Turbine 7'),
    foreign: switchgear,
    foreignPart: story.component(central, 'Breaker', switchgear),
    westmast: story.component(westkamp, 'Mast'),
  };
  const recordsOf = (park: Park, author: Person, component?: Component) => ({
    event: story.event(park, `In ${park.name}`, component && { component }),
    ticket: story.ticket(park, author, `For ${park.name}`),
    contract: story.contract(park, `About ${park.name}`),
  });
  const records = {
    nordhang: recordsOf(nordhang, ofAcme.ASSET_MANAGER_TECHNICAL, inverter),
    solling: recordsOf(solling, ofAcme.ADMIN),
    suedfeld: recordsOf(suedfeld, ofAcme.ADMIN, meter),
    nordsee: recordsOf(nordsee, ofAcme.ADMIN, components.hidden),
    westkamp: recordsOf(westkamp, ofBorealis.ADMIN, components.westmast),
    central: recordsOf(central, ofCirrus.ADMIN, switchgear),
  };

  const cooperation = story.cooperation(acme, borealis);
  const shared = (resource: Resource, role: JobRole) => ({
    id: globalId('share', story.share(cooperation, resource, role)),
  });
  const shares = {
    north: shared(north, 'TOM'),
    nordsee: shared(nordsee, 'NONE'),
    solling: shared(solling, 'COM'),
    east: shared(east, 'VIEWER'),
    west: shared(west, 'VIEWER'),
  };
  const granted = [
    story.grant(ofBorealis.ASSET_MANAGER_TECHNICAL, nordhang, 'TOM', { cooperation }),
    story.grant(ofBorealis.ASSET_MANAGER_COMMERCIAL, solling, 'COM', { cooperation }),
    story.grant(ofBorealis.MEMBER, north, 'VIEWER', { cooperation }),
  ];

  const people = {
    /** An ADMIN of Acme who is blocked on south and sees it only to mend it (P13). */
    blocked: story.member(acme, 'ADMIN', { name: 'Blocked Admin' }),
    demo: story.member(acme, 'ADMIN', { name: 'Demo Admin', systemRole: 'DEMO' }),
    paused: story.member(acme, 'ADMIN', { name: 'Paused Admin', active: false }),
    expired: story.member(acme, 'ADMIN', { name: 'Expired Admin', expiresAt: new Date(Date.UTC(2025, 1)) }),
    suspended: story.member(acme, 'ADMIN', {
      name: 'Suspended Admin',
      suspendedAt: new Date(Date.UTC(2025, 1)),
    }),
    loner: story.person('Loner'),
    administrator: story.person('Platform Administrator', { systemRole: 'ADMINISTRATOR' }),
  };
  granted.push(story.grant(people.blocked, south, 'NONE'));
  return {
    story,
    organizations: { acme, borealis, cirrus },
    ofAcme,
    ofBorealis,
    ofCirrus,
    people,
    portfolios: { north, south, east, west, centre },
    parks: { nordhang, nordsee, solling, suedfeld, ostwall, westkamp, central },
    components,
    records,
    cooperation: { ...cooperation, id: globalId('cooperation', cooperation.uuid) },
    shares,
    grants: granted.map((uuid) => ({ id: globalId('grant', uuid) })),
  };
}

/** A gateway of its own with the tenants in its database, and everybody signed in. */
export async function startWithTenants() {
  const gateway = await startTestGateway();
  const tenants = tellTenants();
  await tenants.story.store(gateway.database);
  const as = signIns(gateway);
  const { ofAcme, ofBorealis, ofCirrus, people } = tenants;
  for (const person of [ofAcme, ofBorealis, ofCirrus, people].flatMap((group) => Object.values(group)))
    await as(person);
  return { gateway, ...tenants, as };
}

/** Signs each person in once. */
function signIns(gateway: TestGateway): (person: Person) => Promise<GraphQLClient> {
  const clients = new Map<string, Promise<GraphQLClient>>();
  return (person) => {
    const client = clients.get(person.uuid) ?? gateway.signInAs(person.uuid);
    clients.set(person.uuid, client);
    return client;
  };
}

const TABLES = [
  ...['users', 'sessions', 'organizations', 'memberships', 'portfolios', 'parks', 'components'],
  ...['plant_events', 'tickets', 'contracts'],
  ...['cooperations', 'shares', 'grants', 'audit_events'],
  ...['invitations', 'invitation_grants', 'account_links', 'mails', 'api_tokens', 'api_token_scopes'],
  ...['metric_series', 'metric_points', 'reports', 'report_parks'],
];

/** A digest of every row of every table, but for when a session or token was last used: equal exactly if nothing was stored between. */
export async function storedState(database: Database): Promise<unknown> {
  const digests = TABLES.map(
    (table) => sql`select ${table}::text as name, count(*)::int as rows,
      md5(string_agg(line, '|' order by line)) as digest
      from (select (to_jsonb(t) - 'last_seen_at' - 'last_used_at')::text as line from ${sql.identifier(table)} t) t`,
  );
  return database.transaction('snapshot', async (tx) =>
    rowsOf(await tx.execute(sql`${sql.join(digests, sql` union all `)} order by name`)),
  );
}

export type AuditRow = typeof auditEvents.$inferSelect;

/** What was recorded, the oldest first: ids ascend in the order of their making, whatever a test's clock says. */
export const auditTrail = (database: Database): Promise<AuditRow[]> =>
  database.transaction('snapshot', (tx) => tx.select().from(auditEvents).orderBy(auditEvents.id));
