/** The rows of portfolios, parks and components, and which of them a list holds. */
import { and, type SQL, sql } from 'drizzle-orm';
import type { ResourceRef } from '../../authz/facts.ts';
import type { Exceptions, VisibleSet } from '../../authz/visible-set.ts';
import { uuidArray } from '../rows.ts';
import { dateOf, type ListSource, type RawRow, type SortKey, textOf } from './keyset.ts';

export interface PortfolioRow {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** A park with its portfolio: one join spares every list a statement. */
export interface ParkRow {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly plantType: 'SOLAR' | 'WIND' | 'BATTERY';
  readonly capacityKw: number;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly timeZone: string;
  readonly createdAt: Date;
  readonly portfolio: PortfolioRow;
}

export interface ComponentRow {
  readonly id: string;
  readonly parkId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: string;
  readonly serialNumber: string | null;
  readonly createdAt: Date;
  /** The park it is in, for the decision. */
  readonly park: ResourceRef;
}

export const PORTFOLIOS: ListSource<PortfolioRow> = {
  columns: sql`f.id, f.organization_id, f.name, f.created_at`,
  from: sql`portfolios f`,
  id: sql`f.id`,
  alias: 'f',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    organizationId: textOf(raw['organization_id']),
    name: textOf(raw['name']),
    createdAt: dateOf(raw['created_at']) as Date,
  }),
};

export const PARKS: ListSource<ParkRow> = {
  columns: sql`p.id, p.organization_id, p.name, p.plant_type, p.capacity_kw, p.latitude, p.longitude, p.time_zone,
    p.created_at, p.portfolio_id, f.name as portfolio_name, f.created_at as portfolio_created_at`,
  from: sql`parks p join portfolios f on f.id = p.portfolio_id`,
  id: sql`p.id`,
  alias: 'p',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    organizationId: textOf(raw['organization_id']),
    name: textOf(raw['name']),
    plantType: raw['plant_type'] as ParkRow['plantType'],
    capacityKw: raw['capacity_kw'] as number,
    latitude: raw['latitude'] as number | null,
    longitude: raw['longitude'] as number | null,
    timeZone: textOf(raw['time_zone']),
    createdAt: dateOf(raw['created_at']) as Date,
    portfolio: {
      id: textOf(raw['portfolio_id']),
      organizationId: textOf(raw['organization_id']),
      name: textOf(raw['portfolio_name']),
      createdAt: dateOf(raw['portfolio_created_at']) as Date,
    },
  }),
};

/** The columns of `parks p` that `parkOfRecord` reads of something that a park holds, beside its own `park_id`. */
export const PARK_OF_RECORD_COLUMNS = sql`p.organization_id, p.portfolio_id`;

/** The park that holds it, for the decision. */
export const parkOfRecord = (raw: RawRow): ResourceRef => ({
  kind: 'PARK',
  id: textOf(raw['park_id']),
  organizationId: textOf(raw['organization_id']),
  portfolioId: textOf(raw['portfolio_id']),
});

export const COMPONENTS: ListSource<ComponentRow> = {
  columns: sql`c.id, c.park_id, c.parent_id, c.name, c.kind, c.serial_number, c.created_at, ${PARK_OF_RECORD_COLUMNS}`,
  from: sql`components c join parks p on p.id = c.park_id`,
  id: sql`c.id`,
  alias: 'c',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    parkId: textOf(raw['park_id']),
    parentId: raw['parent_id'] as string | null,
    name: textOf(raw['name']),
    kind: textOf(raw['kind']),
    serialNumber: raw['serial_number'] as string | null,
    createdAt: dateOf(raw['created_at']) as Date,
    park: parkOfRecord(raw),
  }),
};

/** What the decision on a portfolio is asked with. */
export const portfolioRef = (row: PortfolioRow): ResourceRef => ({
  kind: 'PORTFOLIO',
  id: row.id,
  organizationId: row.organizationId,
  portfolioId: row.id,
});

/** What the decision on a park is asked with. */
export const parkRef = (row: ParkRow): ResourceRef => ({
  kind: 'PARK',
  id: row.id,
  organizationId: row.organizationId,
  portfolioId: row.portfolio.id,
});

export const PORTFOLIO_SORT_KEYS: Readonly<Record<'NAME' | 'CREATED_AT', SortKey>> = {
  NAME: { expression: sql`f.name_key`, type: 'text' },
  CREATED_AT: { expression: sql`f.created_at`, type: 'timestamptz' },
};

export const PARK_SORT_KEYS: Readonly<Record<'NAME' | 'CAPACITY' | 'CREATED_AT', SortKey>> = {
  NAME: { expression: sql`p.name_key`, type: 'text' },
  CAPACITY: { expression: sql`p.capacity_kw`, type: 'float8' },
  CREATED_AT: { expression: sql`p.created_at`, type: 'timestamptz' },
};

export const COMPONENT_SORT_KEYS: Readonly<Record<'NAME' | 'CREATED_AT', SortKey>> = {
  NAME: { expression: sql`c.name_key`, type: 'text' },
  CREATED_AT: { expression: sql`c.created_at`, type: 'timestamptz' },
};

/** Rows that fall under a rule of the whole, but for the exceptions that hide them, or under an exception that shows them. */
const under = (id: SQL, { shown, hidden }: Exceptions, rest: SQL | null): SQL => {
  const byRest = rest && (hidden.length > 0 ? sql`(${rest} and ${id} <> all(${uuidArray(hidden)}))` : rest);
  const byName = shown.length > 0 ? sql`${id} = any(${uuidArray(shown)})` : null;
  if (byRest && byName) return sql`(${byName} or ${byRest})`;
  return byRest ?? byName ?? sql`false`;
};

const ofOrganization = (column: SQL, id: string | null) =>
  id === null ? null : sql`${column} = ${id}::uuid`;

/** `VisibleSet` as a condition on `portfolios f`. */
export const visiblePortfolios = (set: VisibleSet): SQL =>
  under(sql`f.id`, set.portfolios, ofOrganization(sql`f.organization_id`, set.everyPortfolioOf));

/** `VisibleSet` as a condition on `parks p`. */
export const visibleParks = (set: VisibleSet): SQL =>
  under(
    sql`p.id`,
    set.parks,
    under(sql`p.portfolio_id`, set.parksIn, ofOrganization(sql`p.organization_id`, set.everyParkOf)),
  );

/** All conditions together; none at all is true. */
export const allOf = (...conditions: (SQL | undefined)[]): SQL => and(...conditions) ?? sql`true`;

/** A part of a name, ignoring case, without wildcards. */
export const nameContains = (nameKey: SQL, search: string): SQL =>
  sql`strpos(${nameKey}, lower(${search}::text)) > 0`;
