/** The people of the demo world. The companies are real, the people and their addresses invented. */
import type { OrganizationRole, SystemRole } from '../authz/roles.ts';

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

type Extras = Partial<Pick<Person, 'label' | 'systemRole' | 'paused' | 'expiresInDays'>>;

const person = (
  who: string,
  name: string,
  role: OrganizationRole,
  note: string,
  extras: Extras = {},
): Row => ({
  who,
  name,
  role,
  note,
  ...extras,
});

const CYPRESS_PEOPLE: readonly Row[] = [
  person('admin', 'Alba Navarro', 'ADMIN', 'OPERATOR on 185 parks, VIEWER on a wind park of a partner'),
  person('moderator', 'Milan Okafor', 'MODERATOR', 'a grant lowers Bladen Solar to VIEWER'),
  person(
    'technical',
    'Tessa Lindqvist',
    'ASSET_MANAGER_TECHNICAL',
    'TOM; a grant raises Crooked Run to OPERATOR, another blocks Buckleberry Solar',
  ),
  person(
    'commercial',
    'Carlos Weber',
    'ASSET_MANAGER_COMMERCIAL',
    'COM; OPERATOR on Palmetto Plains for three more days',
  ),
  person(
    'member',
    'Mei Tanaka',
    'MEMBER',
    'VIEWER; TOM on Innovative Solar 46; a grant on ABD Farms has expired',
  ),
  person('external', 'Eric Dubois', 'EXTERNAL', 'sees Adirondack Solar and Ajax Solar, no more', {
    label: 'Auditor',
  }),
  person('paused', 'Paula Rossi', 'MEMBER', 'membership paused: sees nothing, her OPERATOR grant waits', {
    paused: true,
  }),
  person('expired', 'Emil Novak', 'EXTERNAL', 'membership expired yesterday', {
    label: 'Installer',
    expiresInDays: -1,
  }),
  person('demo', 'Dana Demo', 'ADMIN', 'a DEMO account: ADMIN, and yet VIEWER everywhere', {
    systemRole: 'DEMO',
  }),
];

const SPOWER_PEOPLE: readonly Row[] = [
  person(
    'admin',
    'Amir Haddad',
    'ADMIN',
    'the ceiling on what Cypress Creek shares; blocked on Battleground, sees it to mend it',
  ),
  person('moderator', 'Mona Fischer', 'MODERATOR', 'blocked on the portfolio Wind, VIEWER on one park in it'),
  person(
    'technical',
    'Theo Martin',
    'ASSET_MANAGER_TECHNICAL',
    'TOM; a partner park delegated as TOM, exactly the ceiling',
  ),
  person(
    'commercial',
    'Chloe Santos',
    'ASSET_MANAGER_COMMERCIAL',
    'COM; a partner portfolio delegated as COM',
  ),
  person(
    'member',
    'Marek Jansen',
    'MEMBER',
    'OPERATOR on the portfolio Wind; a partner portfolio delegated as VIEWER',
  ),
  person('external', 'Elin Berg', 'EXTERNAL', 'TOM on Latigo Wind Park, whose portfolio is null for her', {
    label: 'Turbine service',
  }),
  person('leaving', 'Luca Moretti', 'MEMBER', 'membership ends in three days', { expiresInDays: 3 }),
];

const TESLA_PEOPLE: readonly Row[] = [
  person('admin', 'Aisha Khan', 'ADMIN', 'one cooperation paused, one ending in three days'),
  person(
    'moderator',
    'Mateo Silva',
    'MODERATOR',
    'OPERATOR on 73 parks; what partners share is for the ADMIN to delegate',
  ),
  person(
    'technical',
    'Tara Nilsen',
    'ASSET_MANAGER_TECHNICAL',
    'TOM on a partner portfolio for three more days; Crooked Run waits for the paused cooperation',
  ),
  person(
    'commercial',
    'Colin Byrne',
    'ASSET_MANAGER_COMMERCIAL',
    'COM, lowered to VIEWER on the portfolio, raised again on Intel Folsom',
  ),
  person('member', 'Maya Cohen', 'MEMBER', 'VIEWER; a partner portfolio delegated as VIEWER'),
  person('external', 'Esther Boateng', 'EXTERNAL', 'VIEWER on Division 1 for three more days', {
    label: 'Cleaning crew',
  }),
  person('paused', 'Pavel Horak', 'ASSET_MANAGER_TECHNICAL', 'membership paused', { paused: true }),
];

const of = (organization: string, rows: readonly Row[]) => rows.map((row) => ({ organization, ...row }));

export const PEOPLE: readonly (Person & Row)[] = [
  ...of(CYPRESS, CYPRESS_PEOPLE),
  ...of(SPOWER, SPOWER_PEOPLE),
  ...of(TESLA, TESLA_PEOPLE),
];
