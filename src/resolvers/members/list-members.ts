import { type SQL, sql } from 'drizzle-orm';
import { MEMBER_NAME, MEMBERS } from '../../db/queries/members.ts';
import { allOf, nameContains } from '../../db/queries/resources.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import type { OrganizationModel } from '../organizations/organization-model.ts';
import { searchedText } from '../parse-input.ts';
import { MemberModel } from './member-model.ts';

/**
 * The members of an organization that the viewer sees, by name: everybody for those with MEMBER_LIST, oneself for an EXTERNAL, none
 * (null) across the boundary (section 6, V3).
 * @throws BAD_USER_INPUT naming search
 */
export function listMembers(
  reading: Reading,
  organization: OrganizationModel,
  args: PageArgs,
  search: string | null | undefined,
) {
  const { viewer } = reading;
  const { role, actions } = viewer.inOrganization(organization.uuid);
  if (role === null) return null;
  const everybody = actions.includes('MEMBER_LIST');
  const text = search ? searchedText('search', search) : null;
  return loadConnection(
    reading,
    {
      name: 'organization members',
      order: { name: 'NAME', key: MEMBER_NAME, descending: false },
      filter: { everybody, text },
      query: () => ({
        source: MEMBERS,
        parent: sql`m.organization_id = scope.id`,
        where: allOf(
          everybody ? undefined : sql`m.id = ${viewer.rows.membership?.id}::uuid`,
          text === null ? undefined : nameOrAddressContains(text),
        ),
      }),
      toItem: (row) => MemberModel.occurring(viewer, row),
    },
    args,
    organization.uuid,
  );
}

const nameOrAddressContains = (text: string): SQL =>
  sql`(${nameContains(sql`u.name_key`, text)} or ${nameContains(sql`u.email`, text)})`;
