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
export async function memberOf(tx: Tx, viewer: Viewer, globalId: string): Promise<MemberRow> {
  const id = parseGlobalId('member', globalId);
  const row = id === null ? undefined : (await fetchByIds(tx, MEMBERS, [id])).get(id);
  if (!row || memberSight(viewer.facts, row, viewer.instant) === null) throw notFound();
  return row;
}
