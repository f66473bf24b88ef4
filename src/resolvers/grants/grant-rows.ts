import { inScope } from '../../authz/decide.ts';
import { notFound } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { GRANTS, type GrantRow } from '../../db/queries/grants.ts';
import { fetchByIds } from '../../db/queries/keyset.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import { seesGrant } from './load-grant.ts';

/** A grant by its global id, inside a command; NOT_FOUND unless the viewer may see it (V1). */
export async function grantOf(tx: Tx, viewer: Viewer, globalId: string): Promise<GrantRow> {
  const id = parseGlobalId('grant', globalId);
  const row = id === null ? undefined : (await fetchByIds(tx, GRANTS, [id])).get(id);
  // T3: outside its scope a token finds nothing.
  if (!row || !seesGrant(viewer, row) || !inScope(viewer.facts, row.resource)) throw notFound();
  return row;
}
