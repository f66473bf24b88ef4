import type { Tx } from '../../db/client.ts';
import { fetchByIds } from '../../db/queries/keyset.ts';
import { COMPONENTS } from '../../db/queries/resources.ts';
import { parseGlobalId } from '../../schema/global-id.ts';

/** The UUID of a component of `parkId`; null for one of another park, which is as unknown as one that does not exist (V1). */
export async function componentIn(tx: Tx, parkId: string, componentId: string): Promise<string | null> {
  const id = parseGlobalId('component', componentId);
  const row = id === null ? undefined : (await fetchByIds(tx, COMPONENTS, [id])).get(id);
  return row?.parkId === parkId ? row.id : null;
}
