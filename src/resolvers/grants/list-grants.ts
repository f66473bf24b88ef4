import { sql } from 'drizzle-orm';
import { type GrantSight, grantSight } from '../../authz/sight.ts';
import { GRANT_AGE, GRANTS } from '../../db/queries/grants.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import type { MemberModel } from '../members/member-model.ts';
import type { ResourceModel } from '../resources/resource-model.ts';
import { GrantModel } from './grant-model.ts';

const PARENTS = {
  member: sql`g.membership_id = scope.id`,
  PORTFOLIO: sql`g.portfolio_id = scope.id`,
  PARK: sql`g.park_id = scope.id`,
} as const;

const listGrants = (
  reading: Reading,
  parent: { readonly kind: keyof typeof PARENTS; readonly id: string },
  sight: GrantSight,
  args: PageArgs,
) => {
  const { viewer } = reading;
  return loadConnection(
    reading,
    {
      name: `${parent.kind} grants`,
      order: { name: 'CREATED_AT', key: GRANT_AGE, descending: false },
      filter: sight,
      query: () => ({
        source: GRANTS,
        parent: PARENTS[parent.kind],
        where:
          sight === 'EVERYBODY'
            ? sql`true`
            : sql`m.organization_id = ${viewer.rows.membership?.organizationId}::uuid`,
      }),
      toItem: (row) => new GrantModel(row, viewer),
    },
    args,
    parent.id,
  );
};

/** The grants of a member, the oldest first; null for those who see less than all of them (section 6). */
export const listGrantsOfMember = (reading: Reading, member: MemberModel, args: PageArgs) =>
  member.sight === 'ALL'
    ? listGrants(reading, { kind: 'member', id: member.row.id }, 'EVERYBODY', args)
    : null;

/** The grants on a resource that the viewer sees, the oldest first; null for those who see none (section 6). */
export function listGrantsOnResource(reading: Reading, resource: ResourceModel, args: PageArgs) {
  const sight = grantSight(resource.access, reading.viewer.home);
  return sight && listGrants(reading, resource.ref, sight, args);
}
