import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobRole, OrganizationRole } from '../../src/authz/roles.ts';
import {
  CreateComponentDocument,
  CreateParkDocument,
  CreateParksDocument,
  DeleteComponentDocument,
  DeleteParkDocument,
  DeletePortfolioDocument,
  UpdateComponentDocument,
  UpdateParkDocument,
  UpdatePortfolioDocument,
} from '../kit/generated/operations.ts';
import type { Component, Park, ParkRecord, Person, Resource } from '../kit/story.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

type World = Awaited<ReturnType<typeof startWithTenants>>;

/** Section 2, once more. */
const DEFAULTS: Record<OrganizationRole, JobRole> = {
  ADMIN: 'OPERATOR',
  MODERATOR: 'OPERATOR',
  ASSET_MANAGER_TECHNICAL: 'TOM',
  ASSET_MANAGER_COMMERCIAL: 'COM',
  MEMBER: 'VIEWER',
  EXTERNAL: 'NONE',
};
const ROLES = Object.keys(DEFAULTS) as OrganizationRole[];
/** Section 6: `park.create`. */
const PARK_CREATORS = ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL'];

/** How somebody stands to a resource of Acme's. `job` is what the model gives; null where the resource can't be seen. */
interface Standing {
  readonly name: string;
  readonly who: (world: World) => Person;
  readonly role: OrganizationRole | null;
  readonly own: boolean;
  readonly job: JobRole | null;
  /** The rule that gave the job role. */
  readonly rule?: string;
  readonly prepare?: (world: World, resource: Resource) => void;
}

const STANDINGS: Standing[] = [
  ...ROLES.map((role) => ({
    name: `${role} by default`,
    who: (world: World) => world.ofAcme[role],
    ...{ role, own: true, rule: 'P2' },
    job: role === 'EXTERNAL' ? null : DEFAULTS[role],
  })),
  ...(['OPERATOR', 'TOM', 'COM', 'VIEWER', 'NONE'] as const).map((job) => ({
    name: `EXTERNAL by a grant of ${job}`,
    who: ({ ofAcme }: World) => ofAcme.EXTERNAL,
    ...{ role: 'EXTERNAL' as const, own: true, rule: 'P2' },
    job: job === 'NONE' ? null : job,
    prepare: ({ story, ofAcme }: World, on: Resource) => void story.grant(ofAcme.EXTERNAL, on, job),
  })),
  ...(['TOM', 'COM', 'VIEWER', 'NONE'] as const).map((job) => ({
    name: `ADMIN lowered to ${job}`,
    who: ({ ofAcme }: World) => ofAcme.ADMIN,
    ...{ role: 'ADMIN' as const, own: true, rule: 'P2', job },
    prepare: ({ story, ofAcme }: World, on: Resource) => void story.grant(ofAcme.ADMIN, on, job),
  })),
  ...(
    [
      ['TOM', 'TOM', 'TOM'],
      ['COM', 'COM', 'COM'],
      ['VIEWER', 'VIEWER', 'VIEWER'],
      ['VIEWER', 'TOM', 'VIEWER'],
      ['COM', 'TOM', 'VIEWER'],
      ['TOM', 'NONE', null],
    ] as const
  ).map(([ceiling, delegated, job]) => ({
    name: `the partner's MEMBER with ${delegated} delegated under ${ceiling}`,
    who: ({ ofBorealis }: World) => ofBorealis.MEMBER,
    ...{ role: 'MEMBER' as const, own: false, rule: 'P5', job },
    prepare: ({ story, cooperation, ofBorealis }: World, on: Resource) => {
      story.share(cooperation, on, ceiling);
      story.grant(ofBorealis.MEMBER, on, delegated, { cooperation });
    },
  })),
  ...(['TOM', 'COM', 'VIEWER'] as const).map((job) => ({
    name: `the partner's ADMIN under a ceiling of ${job}`,
    who: ({ ofBorealis }: World) => ofBorealis.ADMIN,
    ...{ role: 'ADMIN' as const, own: false, rule: 'P4', job },
    prepare: ({ story, cooperation }: World, on: Resource) => void story.share(cooperation, on, job),
  })),
  ...(['MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'EXTERNAL'] as const).map((role) => ({
    name: `the partner's ${role} without delegation`,
    who: ({ ofBorealis }: World) => ofBorealis[role],
    ...{ role, own: false, job: null },
    prepare: ({ story, cooperation }: World, on: Resource) => void story.share(cooperation, on, 'TOM'),
  })),
  {
    name: "a third organization's ADMIN",
    who: ({ ofCirrus }) => ofCirrus.ADMIN,
    role: 'ADMIN',
    own: false,
    job: null,
  },
  ...(['paused', 'expired', 'loner', 'administrator'] as const).map((name) => ({
    name: `the ${name} account`,
    who: ({ people }: World) => people[name],
    ...{ role: null, own: false, job: null },
  })),
];

interface Target {
  readonly portfolio: Resource;
  readonly park: Park;
  readonly component: Component;
  readonly event: ParkRecord;
  readonly ticket: ParkRecord;
  readonly closedTicket: ParkRecord;
  readonly contract: ParkRecord;
}

const operation = (
  name: string,
  selection: string,
  type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`,
) => `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`;

const newPark = { name: 'Newly made', plantType: 'SOLAR', capacityKw: 1 } as const;

/** Each mutation of a resource: what it is asked with, the resource that decides, and who may by section 5. */
const MUTATIONS = {
  updatePortfolio: {
    on: 'portfolio',
    action: 'RESOURCE_CONFIGURE',
    operation: UpdatePortfolioDocument,
    variables: ({ portfolio }: Target) => ({ input: { portfolioId: portfolio.id, name: 'Renamed' } }),
  },
  deletePortfolio: {
    on: 'empty portfolio',
    action: 'RESOURCE_DELETE',
    operation: DeletePortfolioDocument,
    variables: ({ portfolio }: Target) => ({ portfolioId: portfolio.id }),
  },
  createPark: {
    on: 'portfolio',
    action: 'RESOURCE_CONFIGURE',
    operation: CreateParkDocument,
    variables: ({ portfolio }: Target) => ({ input: { portfolioId: portfolio.id, ...newPark } }),
  },
  createParks: {
    on: 'portfolio',
    action: 'RESOURCE_CONFIGURE',
    operation: CreateParksDocument,
    variables: ({ portfolio }: Target) => ({
      input: { portfolioId: portfolio.id, parks: [newPark, newPark] },
    }),
  },
  updatePark: {
    on: 'park',
    action: 'RESOURCE_CONFIGURE',
    operation: UpdateParkDocument,
    variables: ({ park }: Target) => ({ input: { parkId: park.id, capacityKw: 77 } }),
  },
  deletePark: {
    on: 'park',
    action: 'RESOURCE_DELETE',
    operation: DeleteParkDocument,
    variables: ({ park }: Target) => ({ parkId: park.id }),
  },
  createComponent: {
    on: 'park',
    action: 'COMPONENT_MANAGE',
    operation: CreateComponentDocument,
    variables: ({ park }: Target) => ({ input: { parkId: park.id, name: 'Mast', kind: 'mast' } }),
  },
  recordMetrics: {
    on: 'park',
    action: 'METRICS_WRITE',
    operation: 'mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { recorded } }',
    variables: ({ park }: Target) => ({
      input: { parkId: park.id, metric: 'power', points: [{ at: '2024-03-01T00:00:00Z', value: 1 }] },
    }),
  },
  generateReport: {
    on: 'park',
    action: 'REPORT_GENERATE',
    operation: 'mutation ($input: GenerateReportInput!) { generateReport(input: $input) { report { id } } }',
    variables: ({ park }: Target) => ({
      input: { kind: 'EVENTS', parkIds: [park.id], from: '2024-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' },
    }),
  },
  updateComponent: {
    on: 'component',
    action: 'COMPONENT_MANAGE',
    operation: UpdateComponentDocument,
    variables: ({ component }: Target) => ({ input: { componentId: component.id, name: 'Renamed' } }),
  },
  deleteComponent: {
    on: 'component',
    action: 'COMPONENT_DELETE',
    operation: DeleteComponentDocument,
    variables: ({ component }: Target) => ({ componentId: component.id }),
  },
  recordEvent: {
    on: 'park',
    action: 'EVENT_MANAGE',
    operation: operation('recordEvent', 'event { id }'),
    variables: ({ park, component }: Target) => ({
      input: { parkId: park.id, componentId: component.id, severity: 'ERROR', message: 'Tripped' },
    }),
  },
  acknowledgeEvent: {
    on: 'event',
    action: 'EVENT_MANAGE',
    operation: operation('acknowledgeEvent', 'event { id }'),
    variables: ({ event }: Target) => ({ input: { eventId: event.id } }),
  },
  deleteEvent: {
    on: 'event',
    action: 'EVENT_DELETE',
    operation: operation('deleteEvent', 'ok'),
    variables: ({ event }: Target) => ({ input: { eventId: event.id } }),
  },
  createTicket: {
    on: 'park',
    action: 'TICKET_CREATE',
    operation: operation('createTicket', 'ticket { id }'),
    variables: ({ park }: Target) => ({ input: { parkId: park.id, title: 'Oil', body: 'Change it' } }),
  },
  closeTicket: {
    on: 'ticket',
    action: 'TICKET_CLOSE',
    operation: operation('closeTicket', 'ticket { id }', 'TicketIdInput'),
    variables: ({ ticket }: Target) => ({ input: { ticketId: ticket.id } }),
  },
  reopenTicket: {
    on: 'ticket',
    action: 'TICKET_REOPEN',
    operation: operation('reopenTicket', 'ticket { id }', 'TicketIdInput'),
    variables: ({ closedTicket }: Target) => ({ input: { ticketId: closedTicket.id } }),
  },
  deleteTicket: {
    on: 'ticket',
    action: 'TICKET_DELETE',
    operation: operation('deleteTicket', 'ok', 'TicketIdInput'),
    variables: ({ ticket }: Target) => ({ input: { ticketId: ticket.id } }),
  },
  createContract: {
    on: 'park',
    action: 'CONTRACT_MANAGE',
    operation: operation('createContract', 'contract { id }'),
    variables: ({ park }: Target) => ({
      input: { parkId: park.id, title: 'PPA', counterparty: 'A buyer', startsOn: '2026-01-01T00:00:00Z' },
    }),
  },
  updateContract: {
    on: 'contract',
    action: 'CONTRACT_MANAGE',
    operation: operation('updateContract', 'contract { id }'),
    variables: ({ contract }: Target) => ({ input: { contractId: contract.id, title: 'Renamed' } }),
  },
  deleteContract: {
    on: 'contract',
    action: 'CONTRACT_MANAGE',
    operation: operation('deleteContract', 'ok'),
    variables: ({ contract }: Target) => ({ input: { contractId: contract.id } }),
  },
} as const;

type MutationName = keyof typeof MUTATIONS;

/** What lies below a park, and who knows of it there. */
const BELOW: Partial<Record<string, readonly JobRole[]>> = {
  component: ['OPERATOR', 'TOM', 'COM', 'VIEWER'],
  event: ['OPERATOR', 'TOM', 'COM', 'VIEWER'],
  ticket: ['OPERATOR', 'TOM', 'COM', 'VIEWER'],
  contract: ['OPERATOR', 'COM'],
};

/** Section 5, once more. */
const ALLOWED = {
  RESOURCE_CONFIGURE: { jobs: ['OPERATOR', 'TOM', 'COM'], crossing: false },
  RESOURCE_DELETE: { jobs: ['OPERATOR'], crossing: false },
  METRICS_WRITE: { jobs: ['OPERATOR', 'TOM'], crossing: false },
  REPORT_GENERATE: { jobs: ['OPERATOR', 'TOM', 'COM', 'VIEWER'], crossing: true },
  COMPONENT_MANAGE: { jobs: ['OPERATOR', 'TOM'], crossing: true },
  COMPONENT_DELETE: { jobs: ['OPERATOR', 'TOM'], crossing: true },
  EVENT_MANAGE: { jobs: ['OPERATOR', 'TOM'], crossing: true },
  EVENT_DELETE: { jobs: ['OPERATOR', 'TOM'], crossing: true },
  TICKET_CREATE: { jobs: ['OPERATOR', 'TOM', 'COM'], crossing: true },
  TICKET_CLOSE: { jobs: ['OPERATOR', 'TOM'], crossing: true },
  TICKET_REOPEN: { jobs: ['OPERATOR', 'TOM'], crossing: true },
  TICKET_DELETE: { jobs: ['OPERATOR', 'TOM'], crossing: true },
  CONTRACT_MANAGE: { jobs: ['OPERATOR', 'COM'], crossing: true },
} as const;

/** What the model says: null for yes, else the refusal. The layers are asked in their order (section 3). */
function expected(
  mutation: MutationName,
  { job, own, role, rule }: Standing,
): Record<string, unknown> | null {
  const { action, on } = MUTATIONS[mutation];
  // P13: what lies below a resource is null even for the ADMIN who sees it to mend it.
  if (job === null || BELOW[on]?.includes(job) === false) return { code: 'NOT_FOUND' };
  const { jobs, crossing } = ALLOWED[action];
  if (!own && !crossing) {
    return { code: 'FORBIDDEN', layer: 'ORGANIZATION', required: action, actual: job, allowedRoles: [] };
  }
  if (mutation.startsWith('createPark') && !PARK_CREATORS.includes(role as string)) {
    return {
      code: 'FORBIDDEN',
      layer: 'ORGANIZATION',
      required: 'PARK_CREATE',
      actual: role,
      rule: 'section 6',
    };
  }
  if ((jobs as readonly string[]).includes(job)) return null;
  const allowedRoles = expect.toSatisfy(
    (roles) => jobs.length === roles.length && jobs.every((each) => roles.includes(each)),
  );
  return { code: 'FORBIDDEN', layer: 'JOB', rule, required: action, actual: job, allowedRoles };
}

let world: World;
const targets = new Map<string, Target>();

beforeAll(async () => {
  world = await startWithTenants();
  const { story, organizations } = world;
  for (const standing of STANDINGS) {
    for (const [mutation, { on }] of Object.entries(MUTATIONS)) {
      const name = `${mutation} ${standing.name}`;
      const portfolio = story.portfolio(organizations.acme, name);
      // An empty portfolio is the only one that can be deleted.
      const park = story.park(on === 'empty portfolio' ? world.portfolios.south : portfolio, name);
      const component = story.component(park, 'Inverter');
      standing.prepare?.(world, on.endsWith('portfolio') ? portfolio : park);
      const author = world.ofAcme.ADMIN;
      const closed = { status: 'CLOSED', closedAt: new Date() } as const;
      targets.set(name, {
        ...{ portfolio, park, component },
        event: story.event(park, 'Tripped'),
        ticket: story.ticket(park, author, 'Oil'),
        closedTicket: story.ticket(park, author, 'Grease', closed),
        contract: story.contract(park, 'PPA'),
      });
    }
  }
  await story.store(world.gateway.database);
});

afterAll(() => world.gateway.close());

describe.each(Object.keys(MUTATIONS) as MutationName[])('%s', (mutation) => {
  it.each(STANDINGS)('by $name', async (standing) => {
    const { gateway, as, organizations } = world;
    const { operation, variables } = MUTATIONS[mutation];
    const person = standing.who(world);
    const client = await as(person);
    const target = targets.get(`${mutation} ${standing.name}`) as Target;
    const refusal = expected(mutation, standing);
    if (refusal) {
      const before = await storedState(gateway.database);
      expect(await client.refusal(operation as string, variables(target))).toMatchObject(refusal);
      expect(await storedState(gateway.database)).toEqual(before);
      return;
    }
    const start = (await auditTrail(gateway.database)).length;
    const { errors } = await client.send(operation as never, variables(target));
    expect(errors).toEqual([]);
    const added = (await auditTrail(gateway.database)).slice(start);
    const { acme, borealis } = organizations;
    const concerned = standing.own ? [acme.uuid] : [acme.uuid, borealis.uuid];
    expect(added.map(({ organizationId }) => organizationId).sort()).toEqual(concerned.sort());
    for (const record of added) {
      expect(record).toMatchObject({
        actorUserId: person.uuid,
        actorName: person.name,
        ipAddress: '127.0.0.1',
      });
      // A2: through which cooperation.
      expect(record.cooperationId).toBe(standing.own ? null : world.cooperation.uuid);
    }
  });
});
