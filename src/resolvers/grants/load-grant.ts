import { grantSight, memberSight } from '../../authz/sight.ts';
import { GRANTS, type GrantRow } from '../../db/queries/grants.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import type { Viewer } from '../context/viewer.ts';
import { GrantModel } from './grant-model.ts';

/** The grant with this UUID if the viewer may see it, else null (V1). Batched. */
export async function loadGrant(reading: Reading, id: string): Promise<GrantModel | null> {
  const row = await loadRow(reading, 'grant', GRANTS, id);
  return row && seesGrant(reading.viewer, row) ? new GrantModel(row, reading.viewer) : null;
}

/** Section 6: a grant is seen with its member, by who sees all of that, and with its resource, as `Resource.grants` shows it. */
export function seesGrant(viewer: Viewer, { member, resource }: GrantRow): boolean {
  if (memberSight(viewer.facts, member, viewer.instant) === 'ALL') return true;
  const sight = grantSight(viewer.access(resource), viewer.home);
  const isOwn = member.organizationId === viewer.rows.membership?.organizationId;
  return sight === 'EVERYBODY' || (sight === 'OWN_MEMBERS' && isOwn);
}
