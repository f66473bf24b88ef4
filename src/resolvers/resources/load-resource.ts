import { notFound } from '../../authz/refusal.ts';
import { fetchByIds, type ListSource } from '../../db/queries/keyset.ts';
import { COMPONENTS, PARKS, PORTFOLIOS } from '../../db/queries/resources.ts';
import type { Reading } from '../context/reading.ts';
import { ComponentModel, ParkModel, PortfolioModel } from './resource-model.ts';

const byId = <Row>(
  reading: Reading,
  name: string,
  source: ListSource<Row>,
  id: string,
): Promise<Row | null> =>
  reading
    .loader<Row | null>(
      `${name} by id`,
      (tx, ids) => fetchByIds(tx, source, ids),
      () => null,
    )
    .load(id);

/** The portfolio with this UUID if the viewer may see it, else null (V1). Batched. */
export async function loadPortfolio(reading: Reading, id: string): Promise<PortfolioModel | null> {
  const row = await byId(reading, 'portfolio', PORTFOLIOS, id);
  const portfolio = row && new PortfolioModel(row, reading.viewer);
  return portfolio?.access.visible ? portfolio : null;
}

/** The park with this UUID if the viewer may see it, else null (V1). Batched. */
export async function loadPark(reading: Reading, id: string): Promise<ParkModel | null> {
  const row = await byId(reading, 'park', PARKS, id);
  const park = row && new ParkModel(row, reading.viewer);
  return park?.access.visible ? park : null;
}

/** The component with this UUID if the viewer may read its park, else null (V1, P13). Batched. */
export async function loadComponent(reading: Reading, id: string): Promise<ComponentModel | null> {
  const row = await byId(reading, 'component', COMPONENTS, id);
  const readable = row && reading.viewer.access(row.park).actions.includes('RESOURCE_READ');
  return readable ? new ComponentModel(row, reading.viewer) : null;
}

/** @throws NOT_FOUND for null: what a payload shows is authorized as a query's answer is */
export function found<Item>(item: Item | null): Item {
  if (item === null) throw notFound();
  return item;
}
