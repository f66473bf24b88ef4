import { newId } from '../db/new-id.ts';
import type { memberships } from '../db/schema/memberships.ts';
import type { users } from '../db/schema/users.ts';
import { emailOf, PLATFORM_ADMINISTRATOR } from './cast.ts';
import { PEOPLE, type Person } from './people.ts';
import type { TimeLine } from './time-line.ts';

/** Accounts and memberships, as rows in an order in which they can be stored. */
export interface PeopleRows {
  readonly users: (typeof users.$inferInsert)[];
  readonly memberships: (typeof memberships.$inferInsert)[];
}

const FIRST_NAMES = [
  'Robin',
  'Sasha',
  'Kim',
  'Noor',
  'Jules',
  'Andrea',
  'Toni',
  'Alex',
  'Yuri',
  'Sam',
  'Nika',
];
const LAST_NAMES = ['Adler', 'Brandt', 'Castillo', 'Dahl', 'Evans', 'Ferrari', 'Gruber'];

/** The cast, an ADMIN for every other organization, and the platform's administrator; all with one password. */
export function buildPeople(
  organizations: readonly { readonly id: string; readonly name: string }[],
  passwordHash: string,
  time: TimeLine,
): PeopleRows {
  const rows: PeopleRows = { users: [], memberships: [] };
  const add = (email: string, person: Pick<Person, 'name' | 'systemRole'>): string => {
    const id = newId();
    const { name, systemRole = 'USER' } = person;
    rows.users.push({
      id,
      email,
      name,
      systemRole,
      passwordHash,
      verifiedAt: time.founded,
      createdAt: time.founded,
    });
    return id;
  };
  organizations.forEach((organization, index) => {
    const cast: readonly Person[] = PEOPLE.filter((person) => person.organization === organization.name);
    for (const person of cast.length > 0 ? cast : [loneAdmin(organization.name, index)]) {
      rows.memberships.push({
        id: newId(),
        userId: add(emailOf(person.organization, person.who), person),
        organizationId: organization.id,
        role: person.role,
        label: person.label ?? null,
        active: !person.paused,
        expiresAt: time.expiry(person.expiresInDays),
        joinedAt: time.founded,
      });
    }
  });
  add(PLATFORM_ADMINISTRATOR.email, { ...PLATFORM_ADMINISTRATOR, systemRole: 'ADMINISTRATOR' });
  return rows;
}

/** Both lists are walked at once; their lengths have no common divisor, so that no name comes twice. */
const loneAdmin = (organization: string, index: number): Person => ({
  organization,
  who: 'admin',
  name: `${FIRST_NAMES[index % FIRST_NAMES.length]} ${LAST_NAMES[index % LAST_NAMES.length]}`,
  role: 'ADMIN',
});
