import type { ResourceAction } from '../../authz/actions.ts';
import type { Access } from '../../authz/decide.ts';
import type { ResourceRef } from '../../authz/facts.ts';
import { notFound } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { fetchByIds, fetchToChange, type ListSource } from '../../db/queries/keyset.ts';
import { COMPONENTS, PARKS, PORTFOLIOS, parkRef, portfolioRef } from '../../db/queries/resources.ts';
import { type IdPrefix, parseGlobalId, prefixOf } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

type Fetch = <Row>(tx: Tx, source: ListSource<Row>, id: string) => Promise<Row | undefined>;

const read: Fetch = async (tx, source, id) => (await fetchByIds(tx, source, [id])).get(id);

const one =
  <Row>(
    prefix: IdPrefix,
    source: ListSource<Row>,
    refOf: (row: Row) => ResourceRef,
    isFound: (access: Access) => boolean,
    fetch: Fetch,
  ) =>
  async (tx: Tx, viewer: Viewer, globalId: string): Promise<{ row: Row; access: Access }> => {
    const id = parseGlobalId(prefix, globalId);
    const row = id === null ? undefined : await fetch(tx, source, id);
    const access = row && viewer.access(refOf(row));
    if (!row || !access || !isFound(access)) throw notFound();
    return { row, access };
  };

const isVisible = (access: Access) => access.visible;

/** A portfolio by its global id, inside a command; NOT_FOUND unless the viewer may see it (V1). */
export const portfolioOf = one('portfolio', PORTFOLIOS, portfolioRef, isVisible, read);
/** The same, locked until the command ends: what it changes, it has seen as it is. */
export const portfolioToChange = one('portfolio', PORTFOLIOS, portfolioRef, isVisible, fetchToChange);

/** A park by its global id, inside a command; NOT_FOUND unless the viewer may see it (V1). */
export const parkOf = one('park', PARKS, parkRef, isVisible, read);
/** The same, locked until the command ends. */
export const parkToChange = one('park', PARKS, parkRef, isVisible, fetchToChange);

/** A portfolio or park by its global id, inside a command, as the decision is asked about it; NOT_FOUND unless it is visible (V1). */
export async function resourceOf(
  tx: Tx,
  viewer: Viewer,
  globalId: string,
): Promise<{ ref: ResourceRef; access: Access }> {
  if (prefixOf(globalId) === 'portfolio') {
    const { row, access } = await portfolioOf(tx, viewer, globalId);
    return { ref: portfolioRef(row), access };
  }
  const { row, access } = await parkOf(tx, viewer, globalId);
  return { ref: parkRef(row), access };
}

/** Portfolios and parks by their global ids, in their order: two statements for any number; null for what is not visible (V1). */
export async function resourcesOf(
  tx: Tx,
  viewer: Viewer,
  globalIds: readonly string[],
): Promise<(ResourceRef | null)[]> {
  const idsOf = (prefix: IdPrefix) => globalIds.flatMap((id) => parseGlobalId(prefix, id) ?? []);
  const portfolios = await fetchByIds(tx, PORTFOLIOS, idsOf('portfolio'));
  const parks = await fetchByIds(tx, PARKS, idsOf('park'));
  return globalIds.map((id) => {
    const portfolio = portfolios.get(parseGlobalId('portfolio', id) ?? '');
    const park = parks.get(parseGlobalId('park', id) ?? '');
    const ref = (portfolio && portfolioRef(portfolio)) ?? (park && parkRef(park));
    return ref && viewer.access(ref).visible ? ref : null;
  });
}

/**
 * The two ways to something that a park holds by its global id, inside a command: to look at, and locked until the command ends.
 * NOT_FOUND unless the viewer may see the park (V1) and `action` there, without which nothing tells that it exists (P13).
 */
export function belowPark<Row extends { readonly park: ResourceRef }>(
  prefix: IdPrefix,
  source: ListSource<Row>,
  action: ResourceAction,
) {
  const refOf = ({ park }: Row) => park;
  const isFound = (access: Access) => access.actions.includes(action);
  return {
    toRead: one(prefix, source, refOf, isFound, read),
    toChange: one(prefix, source, refOf, isFound, fetchToChange),
  };
}

export const { toRead: componentOf, toChange: componentToChange } = belowPark(
  'component',
  COMPONENTS,
  'RESOURCE_READ',
);
