/** What system administrators list: every account and every organization, by name. */
import { sql } from 'drizzle-orm';
import { dateOf, type ListSource, type SortKey, textOf } from './keyset.ts';
import type { PersonRow } from './members.ts';

export const USERS: ListSource<PersonRow> = {
  columns: sql`u.id, u.name, u.email, u.language, u.system_role, u.suspended_at, u.created_at`,
  from: sql`users u`,
  id: sql`u.id`,
  alias: 'u',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    name: textOf(raw['name']),
    email: textOf(raw['email']),
    language: raw['language'] as PersonRow['language'],
    systemRole: raw['system_role'] as PersonRow['systemRole'],
    suspendedAt: dateOf(raw['suspended_at']),
    createdAt: dateOf(raw['created_at']) as Date,
  }),
};

export const USER_NAME: SortKey = { expression: sql`u.name_key`, type: 'text' };

/** What is told of an organization to those who run the platform. */
export interface ListedOrganizationRow {
  readonly id: string;
  readonly identifier: string;
  readonly name: string;
}

export const ORGANIZATIONS: ListSource<ListedOrganizationRow> = {
  columns: sql`o.id, o.identifier, o.name`,
  from: sql`organizations o`,
  id: sql`o.id`,
  alias: 'o',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    identifier: textOf(raw['identifier']),
    name: textOf(raw['name']),
  }),
};

export const ORGANIZATION_NAME: SortKey = { expression: sql`o.name_key`, type: 'text' };
