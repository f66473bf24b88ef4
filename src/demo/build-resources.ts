import { newId } from '../db/new-id.ts';
import { newIdentifier } from '../db/new-identifier.ts';
import type { YearlyValue } from '../db/queries/yearly-values.ts';
import type { components } from '../db/schema/components.ts';
import type { organizations } from '../db/schema/organizations.ts';
import type { parks } from '../db/schema/parks.ts';
import type { portfolios } from '../db/schema/portfolios.ts';
import { COMPONENT_TREES, type ComponentTree } from './component-trees.ts';
import { ownerDomain } from './owner-domain.ts';
import type { Owner, Plant } from './plants.ts';

/** What the organizations own, as rows in an order in which they can be stored. */
export interface ResourceRows {
  readonly organizations: (typeof organizations.$inferInsert)[];
  readonly portfolios: (typeof portfolios.$inferInsert)[];
  readonly parks: (typeof parks.$inferInsert)[];
  readonly components: (typeof components.$inferInsert)[];
  /** What the parks generated, in MWh. */
  readonly energy: YearlyValue[];
}

const PORTFOLIO_NAMES: Readonly<Record<Plant['plantType'], string>> = {
  SOLAR: 'Solar',
  WIND: 'Wind',
  BATTERY: 'Battery storage',
};

/** How many parks of a portfolio have components, in the organizations that have any. */
const EQUIPPED_PARKS = 10;

/** Every owner as an organization with a portfolio for each plant type; the `equipped` ones with components in some parks. */
export function buildResources(
  owners: readonly Owner[],
  equipped: readonly string[],
  createdAt: Date,
): ResourceRows {
  const rows: ResourceRows = { organizations: [], portfolios: [], parks: [], components: [], energy: [] };
  for (const owner of owners) {
    const organizationId = newId();
    const contactEmail = `contact@${ownerDomain(owner.name)}`;
    const identifier = newIdentifier();
    rows.organizations.push({
      id: organizationId,
      identifier,
      name: owner.name,
      contactEmail,
      country: 'US',
      createdAt,
    });
    for (const [plantType, plants] of Map.groupBy(owner.plants, (plant) => plant.plantType)) {
      const portfolioId = newId();
      rows.portfolios.push({ id: portfolioId, organizationId, name: PORTFOLIO_NAMES[plantType], createdAt });
      plants.forEach(({ generation, ...plant }, index) => {
        const id = newId();
        for (const { year, megawattHours } of generation) {
          rows.energy.push({ parkId: id, year, value: megawattHours });
        }
        rows.parks.push({ ...plant, id, organizationId, portfolioId, createdAt });
        if (equipped.includes(owner.name) && index < EQUIPPED_PARKS) {
          rows.components.push(...planted(COMPONENT_TREES[plantType], id, createdAt));
        }
      });
    }
  }
  return rows;
}

/** A tree's rows, parents before their parts. */
function planted(
  trees: readonly ComponentTree[],
  parkId: string,
  createdAt: Date,
  parentId: string | null = null,
): ResourceRows['components'] {
  return trees.flatMap(({ name, kind, parts = [] }) => {
    const id = newId();
    return [{ id, parkId, parentId, name, kind, createdAt }, ...planted(parts, parkId, createdAt, id)];
  });
}
