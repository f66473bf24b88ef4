import { type SQL, sql } from 'drizzle-orm';
import type { OrganizationAccess } from '../../authz/decide-organization.ts';
import { rolesOfSeenInvitations } from '../../authz/invitation-rules.ts';
import { seesCooperations } from '../../authz/sight.ts';
import { INVITATION_AGE, INVITATIONS, LINK_END } from '../../db/queries/invitations.ts';
import { allOf } from '../../db/queries/resources.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import type { OrganizationModel } from '../organizations/organization-model.ts';
import { InvitationModel } from './invitation-model.ts';

export type InvitationStatusName = 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'REVOKED' | 'EXPIRED';

/** Which invitations of an organization a member sees (section 6), as a condition on `invitations i`. */
const seenInvitations = (access: OrganizationAccess): SQL => {
  const roles = `{${rolesOfSeenInvitations(access).join(',')}}`;
  const byRole = sql`i.role = any(${roles}::organization_role[])`;
  return seesCooperations(access) ? sql`(${byRole} or i.type = 'COOPERATION')` : byRole;
};

/** The invitations of an organization that the viewer sees, the oldest first; null for those who see none (section 6, V3). */
export function listInvitations(
  reading: Reading,
  organization: OrganizationModel,
  args: PageArgs,
  status: InvitationStatusName | null | undefined,
) {
  const { viewer } = reading;
  const access = viewer.inOrganization(organization.uuid);
  if (rolesOfSeenInvitations(access).length === 0) return null;
  return loadConnection(
    reading,
    {
      name: 'organization invitations',
      order: { name: 'CREATED_AT', key: INVITATION_AGE, descending: false },
      filter: status ?? null,
      query: () => ({
        source: INVITATIONS,
        parent: sql`i.organization_id = scope.id`,
        where: allOf(seenInvitations(access), status ? hasStatus(status, viewer.rows.instant) : undefined),
      }),
      toItem: (row) => new InvitationModel(row, viewer),
    },
    args,
    organization.uuid,
  );
}

/** EXPIRED is no stored status. */
function hasStatus(status: InvitationStatusName, instant: Date): SQL {
  const at = sql`${instant.toISOString()}::timestamptz`;
  if (status === 'PENDING') return sql`i.status = 'PENDING' and ${LINK_END} > ${at}`;
  if (status === 'EXPIRED') return sql`i.status = 'PENDING' and ${LINK_END} <= ${at}`;
  return sql`i.status = ${status}::invitation_status`;
}
