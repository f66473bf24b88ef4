/** The people of the demo world. The companies are real, the people and their addresses invented. */
import type { OrganizationRole, SystemRole } from '../authz/roles.ts';
import { ownerDomain } from './owner-domain.ts';

/** What every account of the demo world signs in with. */
export const DEMO_PASSWORD = 'parkgate-demo';

/** The three owners with the most plants; their names are those of the file. */
export const CYPRESS = 'Cypress Creek Renewables';
export const SPOWER = 'Sustainable Power Group LLC';
export const TESLA = 'Tesla Inc.';

/** Someone with an account; `who` is the address before the @, unique in the organization. */
export interface Person {
  readonly organization: string;
  readonly who: string;
  readonly name: string;
  readonly role: OrganizationRole;
  readonly label?: string;
  readonly systemRole?: SystemRole;
  readonly paused?: true;
  /** When the membership ends, in days from the loading; below zero it has ended. */
  readonly expiresInDays?: number;
}

interface Row extends Omit<Person, 'organization'> {
  /** What signing in as this person shows. */
  readonly note: string;
}

const CYPRESS_PEOPLE: readonly Row[] = [
  { who: 'admin', name: 'Alba Navarro', role: 'ADMIN', note: 'OPERATOR on 185 parks, VIEWER on a wind park of a partner' },
  { who: 'moderator', name: 'Milan Okafor', role: 'MODERATOR', note: 'a grant lowers Bladen Solar to VIEWER' },
  {
    who: 'technical',
    name: 'Tessa Lindqvist',
    role: 'ASSET_MANAGER_TECHNICAL',
    note: 'TOM; a grant raises Crooked Run to OPERATOR, another blocks Buckleberry Solar',
  },
  {
    who: 'commercial',
    name: 'Carlos Weber',
    role: 'ASSET_MANAGER_COMMERCIAL',
    note: 'COM; OPERATOR on Palmetto Plains for three more days',
  },
  { who: 'member', name: 'Mei Tanaka', role: 'MEMBER', note: 'VIEWER; TOM on Innovative Solar 46; a grant on ABD Farms has expired' },
  { who: 'external', name: 'Eric Dubois', role: 'EXTERNAL', label: 'Auditor', note: 'sees Adirondack Solar and Ajax Solar, no more' },
  { who: 'paused', name: 'Paula Rossi', role: 'MEMBER', paused: true, note: 'membership paused: sees nothing, her OPERATOR grant waits' },
  { who: 'expired', name: 'Emil Novak', role: 'EXTERNAL', label: 'Installer', expiresInDays: -1, note: 'membership expired yesterday' },
  { who: 'demo', name: 'Dana Demo', role: 'ADMIN', systemRole: 'DEMO', note: 'a DEMO account: ADMIN, and yet VIEWER everywhere' },
];

const SPOWER_PEOPLE: readonly Row[] = [
  { who: 'admin', name: 'Amir Haddad', role: 'ADMIN', note: 'the ceiling on what Cypress Creek shares; blocked on Battleground, sees it to mend it' },
  { who: 'moderator', name: 'Mona Fischer', role: 'MODERATOR', note: 'blocked on the portfolio Wind, VIEWER on one park in it' },
  { who: 'technical', name: 'Theo Martin', role: 'ASSET_MANAGER_TECHNICAL', note: 'TOM; a partner park delegated as TOM, exactly the ceiling' },
  { who: 'commercial', name: 'Chloe Santos', role: 'ASSET_MANAGER_COMMERCIAL', note: 'COM; a partner portfolio delegated as COM' },
  { who: 'member', name: 'Marek Jansen', role: 'MEMBER', note: 'OPERATOR on the portfolio Wind; a partner portfolio delegated as VIEWER' },
  { who: 'external', name: 'Elin Berg', role: 'EXTERNAL', label: 'Turbine service', note: 'TOM on Latigo Wind Park, whose portfolio is null for her' },
  { who: 'leaving', name: 'Luca Moretti', role: 'MEMBER', expiresInDays: 3, note: 'membership ends in three days' },
];

const TESLA_PEOPLE: readonly Row[] = [
  { who: 'admin', name: 'Aisha Khan', role: 'ADMIN', note: 'one cooperation paused, one ending in three days' },
  { who: 'moderator', name: 'Mateo Silva', role: 'MODERATOR', note: 'OPERATOR on 73 parks; what partners share is for the ADMIN to delegate' },
  { who: 'technical', name: 'Tara Nilsen', role: 'ASSET_MANAGER_TECHNICAL', note: 'TOM on a partner portfolio for three more days; Crooked Run waits for the paused cooperation' },
  { who: 'commercial', name: 'Colin Byrne', role: 'ASSET_MANAGER_COMMERCIAL', note: 'COM, lowered to VIEWER on the portfolio, raised again on Intel Folsom' },
  { who: 'member', name: 'Maya Cohen', role: 'MEMBER', note: 'VIEWER; a partner portfolio delegated as VIEWER' },
  { who: 'external', name: 'Esther Boateng', role: 'EXTERNAL', label: 'Cleaning crew', note: 'VIEWER on Division 1 for three more days' },
  { who: 'paused', name: 'Pavel Horak', role: 'ASSET_MANAGER_TECHNICAL', paused: true, note: 'membership paused' },
];

const of = (organization: string, rows: readonly Row[]) => rows.map((row) => ({ organization, ...row }));

export const PEOPLE: readonly (Person & Row)[] = [
  ...of(CYPRESS, CYPRESS_PEOPLE),
  ...of(SPOWER, SPOWER_PEOPLE),
  ...of(TESLA, TESLA_PEOPLE),
];

/** The one account that is in no organization. */
export const PLATFORM_ADMINISTRATOR = {
  email: 'administrator@parkgate.example',
  name: 'Ada Platform',
  note: 'runs the platform; no way into any organization',
} as const;

/** The address of a person of the cast; every other organization has an `admin`. */
export const emailOf = (organization: string, who: string): string => `${who}@${ownerDomain(organization)}`;

/** One account to sign in with. */
export interface CastRow {
  readonly email: string;
  readonly organization: string | null;
  readonly role: OrganizationRole | null;
  readonly systemRole: SystemRole;
  readonly note: string;
}

/** The accounts worth signing in with; the password of all is `DEMO_PASSWORD`. */
export function describeCast(): CastRow[] {
  const people = PEOPLE.map(({ organization, who, role, systemRole = 'USER', note }): CastRow => {
    return { email: emailOf(organization, who), organization, role, systemRole, note };
  });
  const { email, note } = PLATFORM_ADMINISTRATOR;
  return [...people, { email, organization: null, role: null, systemRole: 'ADMINISTRATOR', note }];
}
