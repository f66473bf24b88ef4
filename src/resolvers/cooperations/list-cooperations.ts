import { type SQL, sql } from 'drizzle-orm';
import type { CooperationStatus } from '../../authz/cooperation-rules.ts';
import { seesCooperations } from '../../authz/sight.ts';
import { COOPERATION_AGE, COOPERATIONS } from '../../db/queries/cooperations.ts';
import { allOf } from '../../db/queries/resources.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import type { OrganizationModel } from '../organizations/organization-model.ts';
import { CooperationModel } from './cooperation-model.ts';

/** The cooperations of an organization, the oldest first; null for those who see none (section 6, V3). */
export function listCooperations(
  reading: Reading,
  organization: OrganizationModel,
  args: PageArgs,
  status: CooperationStatus | null | undefined,
) {
  const { viewer } = reading;
  if (!seesCooperations(viewer.inOrganization(organization.uuid))) return null;
  return loadConnection(
    reading,
    {
      name: 'organization cooperations',
      order: { name: 'CREATED_AT', key: COOPERATION_AGE, descending: false },
      filter: status ?? null,
      query: () => ({
        source: COOPERATIONS,
        parent: sql`(c.initiator_id = scope.id or c.partner_id = scope.id)`,
        where: allOf(status ? hasStatus(status, viewer.rows.instant) : undefined),
      }),
      toItem: (row) => new CooperationModel(row, viewer),
    },
    args,
    organization.uuid,
  );
}

/** `cooperationStatus` as a condition on `cooperations c`. */
function hasStatus(status: CooperationStatus, instant: Date): SQL {
  const live = sql`(c.expires_at is null or c.expires_at > ${instant.toISOString()}::timestamptz)`;
  switch (status) {
    case 'PAUSED':
      return sql`c.paused`;
    case 'EXPIRED':
      return sql`not c.paused and not ${live}`;
    case 'PENDING':
      return sql`c.accepted_at is null and ${live}`;
    case 'ACTIVE':
      return sql`c.accepted_at is not null and not c.paused and ${live}`;
  }
}
