import { newId } from '../db/new-id.ts';
import type { cooperations } from '../db/schema/cooperations.ts';
import type { grants } from '../db/schema/grants.ts';
import type { shares } from '../db/schema/shares.ts';
import type { PeopleRows } from './build-people.ts';
import type { ResourceRows } from './build-resources.ts';
import { emailOf } from './cast.ts';
import { COOPERATIONS, type Cooperation, GRANTS, type NamedResource } from './cast-access.ts';
import type { TimeLine } from './time-line.ts';

/** Cooperations, shares and grants, as rows in an order in which they can be stored. */
export interface AccessRows {
  readonly cooperations: (typeof cooperations.$inferInsert)[];
  readonly shares: (typeof shares.$inferInsert)[];
  readonly grants: (typeof grants.$inferInsert)[];
}

/** Turns the names of the cast's tables into rows. Throws for a name that nothing has. */
export function buildAccess(resources: ResourceRows, people: PeopleRows, time: TimeLine): AccessRows {
  const find = lookup(resources, people);
  const createdAt = time.founded;
  const ids = new Map<Cooperation, string>(COOPERATIONS.map((cooperation) => [cooperation, newId()]));
  const between = (one: string, other: string) =>
    ids.get(
      found(
        COOPERATIONS.find(
          ({ initiator, partner }) =>
            [initiator, partner].includes(one) && [initiator, partner].includes(other),
        ),
        `a cooperation of ${one} and ${other}`,
      ),
    );
  return {
    cooperations: COOPERATIONS.map((cooperation) => ({
      id: found(ids.get(cooperation), cooperation.purpose),
      initiatorId: find.organization(cooperation.initiator),
      partnerId: find.organization(cooperation.partner),
      paused: cooperation.paused ?? false,
      purpose: cooperation.purpose,
      expiresAt: time.expiry(cooperation.expiresInDays),
      acceptedAt: createdAt,
      createdAt,
    })),
    shares: COOPERATIONS.flatMap((cooperation) =>
      cooperation.shares.map(({ owner, on, role, expiresInDays }) => ({
        id: newId(),
        cooperationId: found(ids.get(cooperation), cooperation.purpose),
        ownerId: find.organization(owner),
        recipientId: find.organization(
          owner === cooperation.initiator ? cooperation.partner : cooperation.initiator,
        ),
        ...find.resource(owner, on),
        role,
        expiresAt: time.expiry(expiresInDays),
        createdAt,
      })),
    ),
    grants: GRANTS.map(({ organization, who, owner, on, role, expiresInDays }) => ({
      id: newId(),
      membershipId: find.member(organization, who).id,
      ...find.resource(owner ?? organization, on),
      role,
      expiresAt: time.expiry(expiresInDays),
      cooperationId: owner ? between(owner, organization) : null,
      grantedById: find.member(organization, 'admin').userId,
      createdAt,
    })),
  };
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The demo world has no ${what}.`);
  return value;
}

const keyed = <Row>(rows: readonly Row[], key: (row: Row) => string) =>
  new Map(rows.map((row) => [key(row), row]));

/** Finds rows by the names that the cast's tables use. */
function lookup(resources: ResourceRows, people: PeopleRows) {
  const organizations = keyed(resources.organizations, ({ name }) => name);
  const portfolios = keyed(resources.portfolios, ({ organizationId, name }) => `${organizationId} ${name}`);
  const parks = keyed(resources.parks, ({ organizationId, name }) => `${organizationId} ${name}`);
  const users = keyed(people.users, ({ email }) => email);
  const members = keyed(people.memberships, ({ userId }) => userId);
  const organization = (name: string) => found(organizations.get(name), name).id;
  return {
    organization,
    member: (name: string, who: string) => {
      const user = found(users.get(emailOf(name, who)), `${who} in ${name}`);
      return found(members.get(user.id), `membership of ${user.email}`);
    },
    resource: (owner: string, on: NamedResource) => {
      const [kind, name] = 'park' in on ? ([parks, on.park] as const) : ([portfolios, on.portfolio] as const);
      const { id } = found(kind.get(`${organization(owner)} ${name}`), `${name} of ${owner}`);
      return 'park' in on ? { parkId: id } : { portfolioId: id };
    },
  };
}
