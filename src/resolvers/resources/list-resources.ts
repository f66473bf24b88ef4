import { type SQL, sql } from 'drizzle-orm';
import type { Access } from '../../authz/decide.ts';
import { requireReached } from '../../authz/permission-groups.ts';
import { isAtOrBelow, type JobRole } from '../../authz/roles.ts';
import { visibleSet } from '../../authz/visible-set.ts';
import {
  allOf,
  COMPONENT_SORT_KEYS,
  COMPONENTS,
  nameContains,
  PARK_SORT_KEYS,
  PARKS,
  PORTFOLIO_SORT_KEYS,
  PORTFOLIOS,
  visibleParks,
  visiblePortfolios,
} from '../../db/queries/resources.ts';
import type { ComponentOrder } from '../../schema/component.ts';
import type { PageArgs } from '../../schema/connection.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import type { ParkFilter, ParkOrder } from '../../schema/park.ts';
import type { PortfolioFilter, PortfolioOrder } from '../../schema/portfolio.ts';
import { loadConnection } from '../connections/connection.ts';
import type { Reading } from '../context/reading.ts';
import type { Viewer } from '../context/viewer.ts';
import { searchedText } from '../parse-input.ts';
import { ComponentModel, ParkModel, PortfolioModel } from './resource-model.ts';

/** The parent of a list that belongs to the viewer alone; no row has this id. */
export const NO_ID = '00000000-0000-0000-0000-000000000000';

/** Whose list it is: P13 lets an ADMIN see what blocks them in an organization's and a portfolio's list, not in their own. */
interface Parent<Kind = 'viewer' | 'organization' | 'portfolio'> {
  readonly kind: Kind;
  readonly id: string;
}

export const ofViewer: Parent<'viewer'> = { kind: 'viewer', id: NO_ID };
export const ofOrganization = (id: string): Parent<'organization'> => ({ kind: 'organization', id });
export const ofPortfolio = (id: string): Parent<'portfolio'> => ({ kind: 'portfolio', id });

const PARK_PARENTS: Readonly<Record<Parent['kind'], SQL>> = {
  viewer: sql`true`,
  organization: sql`p.organization_id = scope.id`,
  portfolio: sql`p.portfolio_id = scope.id`,
};

const PORTFOLIO_PARENTS = { viewer: sql`true`, organization: sql`f.organization_id = scope.id` } as const;

/** The parks below `parent` that the viewer may see. */
export function listParks(
  reading: Reading,
  parent: Parent,
  args: PageArgs,
  filter: ParkFilter | null | undefined,
  order: ParkOrder | null | undefined,
) {
  const { viewer } = reading;
  const { field, direction } = order ?? { field: 'NAME', direction: 'ASC' };
  requireReached(viewer.facts.token?.group ?? null, comparedFields(filter, order));
  const conditions = parkConditions(viewer, filter);
  return loadConnection(
    reading,
    {
      name: `${parent.kind} parks`,
      order: { name: field, key: PARK_SORT_KEYS[field], descending: direction === 'DESC' },
      filter: filter ?? {},
      query: () => ({
        source: PARKS,
        parent: PARK_PARENTS[parent.kind],
        where: allOf(visibleParks(listed(viewer, parent, filter?.minimumRole)), ...conditions),
      }),
      toItem: (row) => new ParkModel(row, viewer),
    },
    args,
    parent.id,
  );
}

/** What an order or a filter tells of (V2): a token that does not reach a field can not order or filter by it either. */
const comparedFields = (
  filter: ParkFilter | null | undefined,
  order: ParkOrder | null | undefined,
): readonly string[] => [
  ...(order ? [ORDERED_BY[order.field]] : []),
  ...(filter?.plantTypes ? ['Park.plantType'] : []),
  ...(filter?.minimumRole ? ['Park.effectiveRole'] : []),
];

const ORDERED_BY = { NAME: 'Park.name', CAPACITY: 'Park.capacityKw', CREATED_AT: 'Park.createdAt' } as const;

function parkConditions(viewer: Viewer, filter: ParkFilter | null | undefined): (SQL | undefined)[] {
  if (!filter) return [];
  const { search, plantTypes, portfolioId, organizationId, ownership } = filter;
  return [
    search ? nameContains(sql`p.name_key`, searchedText('filter.search', search)) : undefined,
    plantTypes
      ? sql`p.plant_type = any(${`{${[...new Set(plantTypes)].join(',')}}`}::plant_type[])`
      : undefined,
    // P11: who reaches a park and not its portfolio does not learn which one it is in.
    portfolioId != null
      ? allOf(
          isId(sql`p.portfolio_id`, parseGlobalId('portfolio', portfolioId)),
          visiblePortfolios(visibleSet(viewer.facts, viewer.instant, ({ visible }) => visible)),
        )
      : undefined,
    organizationId != null
      ? isId(sql`p.organization_id`, parseGlobalId('organization', organizationId))
      : undefined,
    owned(viewer, sql`p.organization_id`, ownership),
  ];
}

/** The portfolios below `parent` that the viewer may see. */
export function listPortfolios(
  reading: Reading,
  parent: Parent<'viewer' | 'organization'>,
  args: PageArgs,
  filter: PortfolioFilter | null | undefined,
  order: PortfolioOrder | null | undefined,
) {
  const { viewer } = reading;
  const { field, direction } = order ?? { field: 'NAME', direction: 'ASC' };
  if (field !== 'NAME') requireReached(viewer.facts.token?.group ?? null, ['Portfolio.createdAt']);
  const conditions = [
    filter?.search ? nameContains(sql`f.name_key`, searchedText('filter.search', filter.search)) : undefined,
    owned(viewer, sql`f.organization_id`, filter?.ownership),
  ];
  return loadConnection(
    reading,
    {
      name: `${parent.kind} portfolios`,
      order: { name: field, key: PORTFOLIO_SORT_KEYS[field], descending: direction === 'DESC' },
      filter: filter ?? {},
      query: () => ({
        source: PORTFOLIOS,
        parent: PORTFOLIO_PARENTS[parent.kind],
        where: allOf(visiblePortfolios(listed(viewer, parent, null)), ...conditions),
      }),
      toItem: (row) => new PortfolioModel(row, viewer),
    },
    args,
    parent.id,
  );
}

/** Which components a list holds: all of a park, the top of a park's tree, or what is part of one component. */
export type ComponentList = 'ALL' | 'TOP' | 'CHILDREN';

const COMPONENT_LISTS: Readonly<Record<ComponentList, { parent: SQL; where: SQL }>> = {
  ALL: { parent: sql`c.park_id = scope.id`, where: sql`true` },
  TOP: { parent: sql`c.park_id = scope.id`, where: sql`c.parent_id is null` },
  CHILDREN: { parent: sql`c.parent_id = scope.id`, where: sql`true` },
};

/** The components below `parentId` (a park's UUID, for CHILDREN a component's), whose park the caller has found readable. */
export function listComponents(
  reading: Reading,
  list: ComponentList,
  parentId: string,
  args: PageArgs,
  order: ComponentOrder | null | undefined,
) {
  const { viewer } = reading;
  const { field, direction } = order ?? { field: 'NAME', direction: 'ASC' };
  return loadConnection(
    reading,
    {
      name: `components ${list}`,
      order: { name: field, key: COMPONENT_SORT_KEYS[field], descending: direction === 'DESC' },
      filter: null,
      query: () => ({ source: COMPONENTS, ...COMPONENT_LISTS[list] }),
      toItem: (row) => new ComponentModel(row, viewer),
    },
    args,
    parentId,
  );
}

function listed(viewer: Viewer, parent: Parent, minimumRole: JobRole | null | undefined) {
  const holds = (access: Access) => (parent.kind === 'viewer' ? access.jobRole !== 'NONE' : access.visible);
  const accept = minimumRole
    ? (access: Access) => holds(access) && isAtOrBelow(minimumRole, access.jobRole)
    : holds;
  return visibleSet(viewer.facts, viewer.instant, accept);
}

/** A malformed or foreign id matches nothing, as an absent one does (V1). */
const isId = (column: SQL, id: string | null): SQL =>
  id === null ? sql`false` : sql`${column} = ${id}::uuid`;

function owned(viewer: Viewer, column: SQL, ownership: 'OWN' | 'SHARED' | null | undefined): SQL | undefined {
  if (!ownership) return undefined;
  const home = viewer.rows.membership?.organizationId ?? NO_ID;
  return ownership === 'OWN' ? sql`${column} = ${home}::uuid` : sql`${column} <> ${home}::uuid`;
}
