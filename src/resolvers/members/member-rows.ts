import { notFound } from '../../authz/refusal.ts';
import { memberSight } from '../../authz/sight.ts';
import type { Tx } from '../../db/client.ts';
import { fetchByIds } from '../../db/queries/keyset.ts';
import { MEMBERS, type MemberRow } from '../../db/queries/members.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

/**
 * A member by their global id, inside a command; NOT_FOUND unless the viewer sees them where members are listed (V1). Memberships
 * change under their organization's lock alone, so under it the row needs none of its own.
 */
export const memberOf = (tx: Tx, viewer: Viewer, globalId: string): Promise<MemberRow> =>
  memberWhere(tx, globalId, (row) => memberSight(viewer.facts, row, viewer.instant) !== null);

/** The same of whoever may be granted something: a scoped token lists nobody, and grants on its resources to members that it is told of (T3). */
export const grantableMember = (tx: Tx, viewer: Viewer, globalId: string): Promise<MemberRow> =>
  memberWhere(
    tx,
    globalId,
    (row) =>
      memberSight(viewer.facts, row, viewer.instant) !== null ||
      viewer.inOrganization(row.organizationId).onResources.includes('GRANT_MANAGE'),
  );

async function memberWhere(
  tx: Tx,
  globalId: string,
  isFound: (row: MemberRow) => boolean,
): Promise<MemberRow> {
  const id = parseGlobalId('member', globalId);
  const row = id === null ? undefined : (await fetchByIds(tx, MEMBERS, [id])).get(id);
  if (!row || !isFound(row)) throw notFound();
  return row;
}
