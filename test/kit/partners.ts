import { ORGANIZATION_ROLES, type OrganizationRole } from '../../src/authz/roles.ts';
import type { GraphQLClient } from './client.ts';
import { partnerActions } from './cooperation-operations.ts';
import { startTestGateway } from './gateway.ts';
import { type Organization, type Park, type Person, type Resource, Story } from './story.ts';

/** The instant of every request, unless a test sets another. */
export const NOW = '2030-06-01T12:00:00.000Z';
export const LATER = '2030-06-01T18:00:00.000Z';
export const MUCH_LATER = '2030-07-01T00:00:00.000Z';
export const EARLIER = '2030-06-01T06:00:00.000Z';

/** The instants around one: a millisecond before it, itself, and a millisecond after. */
export const around = (instant: string) =>
  ({
    before: new Date(Date.parse(instant) - 1),
    at: new Date(instant),
    after: new Date(Date.parse(instant) + 1),
  }) as const;

export const NOT_FOUND = { code: 'NOT_FOUND', message: 'Not found.' };
export const DEMO_REFUSED = { code: 'FORBIDDEN', layer: 'SYSTEM', rule: 'D1', actual: 'DEMO' };
/** Said to a member who is no ADMIN, whatever they name (section 6). */
export const adminsOnly = (required: 'COOPERATION_MANAGE' | 'SHARE_MANAGE', actual: OrganizationRole) => ({
  ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'section 6' },
  ...{ required, actual, allowedRoles: ['ADMIN'] },
});

type Everyone = Readonly<Record<OrganizationRole | 'DEMO', Person>>;

export interface Tenant {
  readonly organization: Organization;
  /** Somebody of every role, and a DEMO account that is ADMIN. */
  readonly people: Everyone;
}

/** A gateway whose clock stands still at NOW, with an owner, a receiver and a third organization that know nothing of each other yet. */
export async function startPartners() {
  const gateway = await startTestGateway();
  gateway.setClock(NOW);
  const story = new Story();
  let made = 0;
  const tenant = (name: string): Tenant => {
    const organization = story.organization(name);
    const roles = ORGANIZATION_ROLES.map((role) => [role, story.member(organization, role)] as const);
    const DEMO = story.member(organization, 'ADMIN', { name: `${name} DEMO`, systemRole: 'DEMO' });
    return { organization, people: { ...Object.fromEntries(roles), DEMO } as Everyone };
  };
  const [owner, receiver, third] = [tenant('Owner'), tenant('Receiver'), tenant('Third')];
  const outsiders = {
    paused: story.member(receiver.organization, 'ADMIN', { name: 'Paused', active: false }),
    expired: story.member(receiver.organization, 'ADMIN', { name: 'Expired', expiresAt: new Date(NOW) }),
    loner: story.person('Loner'),
    administrator: story.person('Administrator', { systemRole: 'ADMINISTRATOR' }),
  };
  const stored = () => story.store(gateway.database);
  await stored();
  const clients = new Map<string, Promise<GraphQLClient>>();
  return {
    gateway,
    story,
    ...{ owner, receiver, third, outsiders },
    ...partnerActions(gateway),
    stored,
    /** Signs each person in once. */
    as: (person: Person): Promise<GraphQLClient> => {
      const client = clients.get(person.uuid) ?? gateway.signInAs(person.uuid);
      clients.set(person.uuid, client);
      return client;
    },
    /** Another tenant, with one person of each role; told, not stored. */
    tenant: (name = 'Another') => tenant(`${name} ${made++}`),
    portfolio: (of: Organization = owner.organization): Resource =>
      story.portfolio(of, `Portfolio ${made++}`),
    park: (portfolio: Resource): Park => story.park(portfolio, `Park ${made++}`),
  };
}

export type Partners = Awaited<ReturnType<typeof startPartners>>;
