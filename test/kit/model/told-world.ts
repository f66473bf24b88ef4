/** The world that every sequence begins with, told as rows and as the model knows it. */
import { newIdentifier } from '../../../src/db/new-identifier.ts';
import { globalId, type IdPrefix } from '../../../src/schema/global-id.ts';
import { type Cooperation, type Person, type Resource, Story } from '../story.ts';
import type { OrganizationRole, State } from './state.ts';

/** Nothing depends on when it is; expiries are at most some minutes away. */
export const START = '2031-01-01T00:00:00.000Z';

const PEOPLE: Readonly<Record<string, readonly (readonly [string, OrganizationRole, 'DEMO'?])[]>> = {
  acme: [
    ['anna', 'ADMIN'],
    ['arno', 'ADMIN'],
    ['mona', 'MODERATOR'],
    ['tim', 'ASSET_MANAGER_TECHNICAL'],
  ],
  borealis: [
    ['bea', 'ADMIN'],
    ['max', 'MODERATOR'],
    ['cora', 'ASSET_MANAGER_COMMERCIAL'],
    ['mia', 'MEMBER'],
  ],
  cirrus: [
    ['cleo', 'ADMIN'],
    ['dora', 'ADMIN', 'DEMO'],
    ['milo', 'MEMBER'],
    ['egon', 'EXTERNAL'],
  ],
};

const HOLDINGS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  acme: { north: ['nordhang', 'nordsee'], south: ['solling', 'suedfeld'] },
  borealis: { west: ['westkamp', 'westsee'], wood: ['tann'] },
  cirrus: { centre: ['mitte', 'markt'], coast: ['duene'] },
};

const accepted = { accepted: true, paused: false, purpose: null, expiresAt: null, invitedBy: null };

const COOPERATIONS: State['cooperations'] = [
  { id: 'acme-borealis', initiator: 'acme', partner: 'borealis', ...accepted },
  { id: 'acme-cirrus', initiator: 'cirrus', partner: 'acme', ...accepted },
];

const FIVE_MINUTES_LATER = '2031-01-01T00:05:00.000Z';

const SHARES: State['shares'] = [
  { cooperation: 'acme-borealis', resource: 'north', role: 'VIEWER', expiresAt: null },
  { cooperation: 'acme-borealis', resource: 'nordsee', role: 'TOM', expiresAt: FIVE_MINUTES_LATER },
  { cooperation: 'acme-cirrus', resource: 'centre', role: 'COM', expiresAt: null },
];

/** When its share has lapsed, what is delegated on nordsee is above the ceiling that is left. */
const GRANTS: State['grants'] = [
  {
    member: 'cora',
    resource: 'nordsee',
    role: 'TOM',
    cooperation: 'acme-borealis',
    expiresAt: null,
    grantedBy: null,
  },
  {
    member: 'tim',
    resource: 'centre',
    role: 'COM',
    cooperation: 'acme-cirrus',
    expiresAt: null,
    grantedBy: null,
  },
];

/** The rows to store, and what the model and a client call them. */
export interface ToldWorld {
  readonly story: Story;
  readonly state: State;
  /** Global ids by type and name. */
  readonly ids: readonly (readonly [IdPrefix, string, string])[];
  readonly emails: ReadonlyMap<string, string>;
  readonly identifiers: ReadonlyMap<string, string>;
}

/**
 * Three organizations with four members, two portfolios and three or four parks each; acme cooperates with both others.
 * @param world tells its addresses from those of the others in the same database
 */
export function tellWorld(world: number): ToldWorld {
  const story = new Story();
  const ids: [IdPrefix, string, string][] = [];
  const identifiers = new Map(Object.keys(PEOPLE).map((name) => [name, newIdentifier()]));
  const organizations = new Map(
    [...identifiers].map(([name, identifier]) => [name, story.organization(name, { identifier })]),
  );
  const resources = new Map<string, Resource>();
  const people = new Map<string, Person>();
  const members: State['members'][number][] = [];
  const portfolios: State['portfolios'][number][] = [];
  const parks: State['parks'][number][] = [];
  for (const [organization, row] of organizations) {
    ids.push(['organization', organization, row.id]);
    for (const [id, role, systemRole = 'USER'] of PEOPLE[organization] ?? []) {
      const person = story.member(row, role, { name: id, email: `${id}.${world}@example.org`, systemRole });
      people.set(id, person);
      ids.push(['user', id, person.id], ['member', id, person.member.id]);
      const label = role === 'EXTERNAL' ? 'A supplier' : null;
      members.push({
        id,
        organization,
        role,
        label,
        active: true,
        expiresAt: null,
        systemRole,
        suspended: false,
      });
    }
    for (const [portfolio, plants] of Object.entries(HOLDINGS[organization] ?? {})) {
      const holding = story.portfolio(row, portfolio);
      resources.set(portfolio, holding);
      portfolios.push({ id: portfolio, organization, name: portfolio });
      for (const park of plants) {
        resources.set(park, story.park(holding, park));
        parks.push({ id: park, portfolio, name: park });
      }
    }
  }
  for (const [name, { kind, id }] of resources) ids.push([kind, name, id]);
  const bonds = new Map<string, Cooperation>();
  for (const { id, initiator, partner } of COOPERATIONS) {
    bonds.set(id, story.cooperation(the(organizations, initiator), the(organizations, partner)));
    ids.push(['cooperation', id, globalId('cooperation', the(bonds, id).uuid)]);
  }
  for (const { cooperation, resource, role, expiresAt } of SHARES) {
    const until = expiresAt === null ? {} : { expiresAt: new Date(expiresAt) };
    const uuid = story.share(the(bonds, cooperation), the(resources, resource), role, until);
    ids.push(['share', `${cooperation} sharing ${resource}`, globalId('share', uuid)]);
  }
  for (const { member, resource, role, cooperation } of GRANTS) {
    const through = { cooperation: the(bonds, cooperation ?? '') };
    const uuid = story.grant(the(people, member), the(resources, resource), role, through);
    ids.push(['grant', `${member} on ${resource}`, globalId('grant', uuid)]);
  }
  const state: State = {
    now: START,
    users: members.map(({ id, systemRole }) => ({ id, systemRole })),
    organizations: [...organizations.keys()].map((name) => ({ id: name, name })),
    ...{ members, portfolios, parks },
    ...{ cooperations: COOPERATIONS, shares: SHARES, grants: GRANTS },
  };
  const emails = new Map([...people].map(([name, { email }]) => [name, email]));
  return { story, state, ids, emails, identifiers };
}

function the<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new Error(`this world has no ${name}`);
  return value;
}
