import { sql } from 'drizzle-orm';
import { allOf, nameContains } from '../../db/queries/resources.ts';
import { ORGANIZATION_NAME, ORGANIZATIONS, USER_NAME, USERS } from '../../db/queries/system-lists.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import { UserModel } from '../members/user-model.ts';
import { OrganizationModel } from '../organizations/organization-model.ts';
import { searchedText } from '../parse-input.ts';
import { NO_ID } from '../resources/list-resources.ts';

/** Every account but deleted ones, by name: for system administrators, who see name and standing. */
export function listUsers(reading: Reading, args: PageArgs, search: string | null | undefined) {
  const text = search ? searchedText('search', search) : null;
  return loadConnection(
    reading,
    {
      name: 'users',
      order: { name: 'NAME', key: USER_NAME, descending: false },
      filter: text,
      query: () => ({
        source: USERS,
        parent: sql`true`,
        where: allOf(
          sql`u.deleted_at is null`,
          text === null ? undefined : nameContains(sql`u.name_key`, text),
        ),
      }),
      toItem: (row) => UserModel.seenByPlatform(row, reading.viewer),
    },
    args,
    NO_ID,
  );
}

/** Every organization but placeholders, by name: for system administrators, who see name and identifier. */
export function listOrganizations(reading: Reading, args: PageArgs, search: string | null | undefined) {
  const text = search ? searchedText('search', search) : null;
  return loadConnection(
    reading,
    {
      name: 'organizations',
      order: { name: 'NAME', key: ORGANIZATION_NAME, descending: false },
      filter: text,
      query: () => ({
        source: ORGANIZATIONS,
        parent: sql`true`,
        where: allOf(sql`not o.placeholder`, text === null ? undefined : nameContains(sql`o.name_key`, text)),
      }),
      toItem: (row) => OrganizationModel.seenByPlatform(reading.viewer, row),
    },
    args,
    NO_ID,
  );
}
