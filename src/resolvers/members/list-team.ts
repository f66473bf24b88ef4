import { type SQL, sql } from 'drizzle-orm';
import { rolesOfSeenInvitations } from '../../authz/invitation-rules.ts';
import { allOf } from '../../db/queries/resources.ts';
import { TEAM, TEAM_NAME } from '../../db/queries/team.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import { loadInvitation } from '../invitations/load-invitation.ts';
import type { OrganizationModel } from '../organizations/organization-model.ts';
import { loadMember } from './load-member.ts';

export type TeamFilterName = 'INTERNAL' | 'EXTERNAL' | 'INVITED' | 'ALL';

const FILTERS: Readonly<Record<TeamFilterName, SQL | undefined>> = {
  INTERNAL: sql`t.kind = 'MEMBER' and t.member_role <> 'EXTERNAL'`,
  EXTERNAL: sql`t.kind = 'MEMBER' and t.member_role = 'EXTERNAL'`,
  INVITED: sql`t.kind = 'INVITATION'`,
  ALL: undefined,
};

/**
 * The team of an organization, members by name among invitations by address: what `members` and `invitations` show, the latter while they
 * can still be accepted or sent again; null across the boundary (V3).
 */
export function listTeam(
  reading: Reading,
  organization: OrganizationModel,
  args: PageArgs,
  filter: TeamFilterName,
) {
  const { viewer } = reading;
  const access = viewer.inOrganization(organization.uuid);
  if (access.role === null) return null;
  const members = access.actions.includes('MEMBER_LIST')
    ? sql`t.kind = 'MEMBER'`
    : sql`t.id = ${viewer.rows.membership?.id}::uuid`;
  const roles = `{${rolesOfSeenInvitations(access).join(',')}}`;
  return loadConnection(
    reading,
    {
      name: 'organization team',
      order: { name: 'NAME', key: TEAM_NAME, descending: false },
      filter,
      query: () => ({
        source: TEAM,
        parent: sql`t.organization_id = scope.id`,
        where: allOf(
          sql`(${members} or (t.kind = 'INVITATION' and t.role = any(${roles}::organization_role[])))`,
          FILTERS[filter],
        ),
      }),
      toItem: ({ kind, id }) => (kind === 'MEMBER' ? loadMember(reading, id) : loadInvitation(reading, id)),
    },
    args,
    organization.uuid,
  );
}
