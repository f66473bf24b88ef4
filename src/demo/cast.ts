import type { OrganizationRole, SystemRole } from '../authz/roles.ts';
import { ownerDomain } from './owner-domain.ts';
import { PEOPLE } from './people.ts';

/** What every account of the demo world signs in with. */
export const DEMO_PASSWORD = 'parkgate-demo';

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
