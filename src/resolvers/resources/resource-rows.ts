import type { Access } from '../../authz/decide.ts';
import { notFound } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { fetchByIds, type ListSource } from '../../db/queries/keyset.ts';
import { COMPONENTS, PARKS, PORTFOLIOS, parkRef, portfolioRef } from '../../db/queries/resources.ts';
import { type IdPrefix, parseGlobalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

const one =
  <Row>(prefix: IdPrefix, source: ListSource<Row>, accessTo: (viewer: Viewer, row: Row) => Access) =>
  async (tx: Tx, viewer: Viewer, globalId: string): Promise<{ row: Row; access: Access }> => {
    const id = parseGlobalId(prefix, globalId);
    const row = id === null ? undefined : (await fetchByIds(tx, source, [id])).get(id);
    const access = row && accessTo(viewer, row);
    if (!row || !access?.visible) throw notFound();
    return { row, access };
  };

/** A portfolio by its global id, inside a command; NOT_FOUND unless the viewer may see it (V1). */
export const portfolioOf = one('portfolio', PORTFOLIOS, (viewer, row) => viewer.access(portfolioRef(row)));

/** A park by its global id, inside a command; NOT_FOUND unless the viewer may see it (V1). */
export const parkOf = one('park', PARKS, (viewer, row) => viewer.access(parkRef(row)));

/** A component by its global id, inside a command; NOT_FOUND unless the viewer may see its park (V1) and read there (P13). */
export const componentOf = one('component', COMPONENTS, (viewer, row) => {
  const access = viewer.access(row.park);
  return { ...access, visible: access.actions.includes('RESOURCE_READ') };
});
