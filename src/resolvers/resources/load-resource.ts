import type { ResourceRef } from '../../authz/facts.ts';
import { notFound } from '../../authz/refusal.ts';
import { COMPONENTS, PARKS, PORTFOLIOS } from '../../db/queries/resources.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import { ComponentModel, ParkModel, PortfolioModel, type ResourceModel } from './resource-model.ts';

/** The portfolio with this UUID if the viewer may see it, else null (V1). Batched. */
export async function loadPortfolio(reading: Reading, id: string): Promise<PortfolioModel | null> {
  const row = await loadRow(reading, 'portfolio', PORTFOLIOS, id);
  const portfolio = row && new PortfolioModel(row, reading.viewer);
  return portfolio?.access.visible ? portfolio : null;
}

/** The park with this UUID if the viewer may see it, else null (V1). Batched. */
export async function loadPark(reading: Reading, id: string): Promise<ParkModel | null> {
  const row = await loadRow(reading, 'park', PARKS, id);
  const park = row && new ParkModel(row, reading.viewer);
  return park?.access.visible ? park : null;
}

/** The component with this UUID if the viewer may read its park, else null (V1, P13). Batched. */
export async function loadComponent(reading: Reading, id: string): Promise<ComponentModel | null> {
  const row = await loadRow(reading, 'component', COMPONENTS, id);
  const readable = row && reading.viewer.access(row.park).actions.includes('RESOURCE_READ');
  return readable ? new ComponentModel(row, reading.viewer) : null;
}

/** The portfolio or park with this global id if the viewer may see it, else null (V1). Batched. */
export async function loadResource(reading: Reading, id: string): Promise<ResourceModel | null> {
  const portfolio = parseGlobalId('portfolio', id);
  if (portfolio !== null) return loadPortfolio(reading, portfolio);
  const park = parseGlobalId('park', id);
  return park === null ? null : loadPark(reading, park);
}

/** The same by what the decision is asked with. */
export const loadResourceOf = (reading: Reading, { kind, id }: ResourceRef): Promise<ResourceModel | null> =>
  kind === 'PARK' ? loadPark(reading, id) : loadPortfolio(reading, id);

/** @throws NOT_FOUND for null: what a payload shows is authorized as a query's answer is */
export function found<Item>(item: Item | null): Item {
  if (item === null) throw notFound();
  return item;
}
