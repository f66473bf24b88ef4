import fc from 'fast-check';
import type { LoadedWorld } from './load-world.ts';
import * as naive from './naive-reference.ts';
import { seesOrganization } from './sees-organization.ts';
import type { ListRequest } from './walk-lists.ts';
import { jobRoles } from './world.ts';

/** A list as it is asked for, and what it must hold: global ids in order; null where its parent is not there for the member. */
export interface RandomList {
  readonly request: ListRequest;
  readonly expected: readonly string[] | null;
  /** A page size that takes a few steps. */
  readonly size: number;
}

interface Filter {
  readonly search?: string | null;
  readonly plantTypes?: readonly string[] | null;
  readonly portfolioId?: string | null;
  readonly organizationId?: string | null;
  readonly ownership?: 'OWN' | 'SHARED' | null;
  readonly minimumRole?: (typeof jobRoles)[number] | null;
}

type Pick = <T>(...list: readonly T[]) => T;
/** What every row of a list has; a park has its type, its capacity and its portfolio too. */
type Row = NonNullable<ReturnType<LoadedWorld['portfolios']['get']>> &
  Partial<NonNullable<ReturnType<LoadedWorld['parks']['get']>>>;

const SEARCHES = ['', 'ahorn', 'ORN', '_', '%', 'ö', '🔆 s', 'nowhere', ' 2', 'SOLAR_P'];
const TYPE_LISTS = [['SOLAR'], ['WIND', 'BATTERY'], [], ['SOLAR', 'WIND', 'BATTERY', 'SOLAR']];

/** Left out more often than not, sometimes null, which is the same, else one of the values. */
function perhaps<T>(pick: Pick, ...values: readonly T[]): T | null | undefined {
  const given = pick('absent', 'absent', 'absent', 'absent', 'null', 'given');
  return given === 'given' ? pick(...values) : given === 'null' ? null : undefined;
}

function drawFilter(
  pick: Pick,
  { organizations, portfolios }: LoadedWorld,
  field: ListRequest['field'],
): Filter {
  const common = {
    search: perhaps(pick, ...SEARCHES),
    ownership: perhaps(pick, 'OWN' as const, 'SHARED' as const),
  };
  if (field === 'portfolios') return common;
  const ids = (rows: ReadonlyMap<string, { globalId: string }>) =>
    [...rows.values()].map((row) => row.globalId);
  const [foreign = ''] = ids(organizations);
  return {
    ...common,
    plantTypes: perhaps(pick, ...TYPE_LISTS),
    portfolioId: perhaps(pick, ...ids(portfolios), foreign, 'portfolio_00000000000000000000000000'),
    organizationId: perhaps(pick, ...ids(organizations), 'nonsense'),
    minimumRole: perhaps(pick, ...jobRoles),
  };
}

const ORDER_FIELDS = {
  parks: ['NAME', 'CAPACITY', 'CREATED_AT'],
  portfolios: ['NAME', 'CREATED_AT'],
} as const;

const KEYS: Readonly<Record<string, (row: Row) => string | number>> = {
  NAME: (row) => row.name.toLowerCase(),
  CAPACITY: (row) => row.capacityKw ?? 0,
  CREATED_AT: (row) => row.createdAt.getTime(),
};

/** By code point, as the collation "C" has it; JavaScript's own order is by UTF-16 unit. */
const compare = (one: string | number, other: string | number): number =>
  typeof one === 'number'
    ? one - Number(other)
    : Buffer.compare(Buffer.from(one), Buffer.from(String(other)));

/** The rows in order; equals by id, which is by age, and everything the other way round when descending. */
function inOrder(rows: readonly Row[], { field, direction }: { field: string; direction: string }): Row[] {
  const key = KEYS[field] as (row: Row) => string | number;
  const sorted = rows.toSorted((one, other) => compare(key(one), key(other)) || compare(one.id, other.id));
  return direction === 'DESC' ? sorted.reverse() : sorted;
}

interface Asker {
  readonly loaded: LoadedWorld;
  readonly memberId: string;
  readonly at: Date;
}

/** Whose list: the viewer's, or that of an organization or portfolio, more often than not one that is there for the member. */
function drawParent(pick: Pick, { loaded, memberId, at }: Asker, field: ListRequest['field']) {
  const { world, organizations, portfolios } = loaded;
  const kinds = [
    'viewer',
    'viewer',
    'organization',
    field === 'parks' ? 'portfolio' : 'organization',
  ] as const;
  const kind = pick(...kinds);
  if (kind === 'viewer') return { kind, id: undefined, globalId: undefined, isThere: true };
  const all = [...(kind === 'organization' ? organizations : portfolios)].map(([id, { globalId }]) => ({
    kind,
    id,
    globalId,
    isThere:
      kind === 'organization'
        ? seesOrganization(world, memberId, id, at)
        : naive.isVisible(world, memberId, id, at),
  }));
  const there = all.filter(({ isThere }) => isThere);
  return pick(...(there.length > 0 ? pick(there, there, there, all) : all));
}

/** P13, from the naive reference: what the list of a parent, or the viewer's own, holds before any filter. */
function listed(
  { loaded: { world }, memberId, at }: Asker,
  field: ListRequest['field'],
  parent?: string,
): string[] {
  if (parent === undefined) {
    return field === 'parks'
      ? naive.viewerParks(world, memberId, at)
      : naive.viewerPortfolios(world, memberId, at);
  }
  return field === 'parks'
    ? naive.visibleParks(world, memberId, at, parent)
    : naive.visiblePortfolios(world, memberId, at, parent);
}

/** Whether a portfolio or park with this row passes every condition of the filter; null is none. */
function passes({ loaded, memberId, at }: Asker, filter: Filter, id: string, row: Row): boolean {
  const { search, plantTypes, portfolioId, organizationId, ownership, minimumRole } = filter;
  const { world, members, portfolios, organizations } = loaded;
  const isCalled = (
    list: ReadonlyMap<string, { id: string; globalId: string }>,
    globalId: string,
    uuid = '',
  ) => [...list.values()].some((one) => one.globalId === globalId && one.id === uuid);
  const seesPortfolio = (uuid = '') =>
    [...portfolios].some(([name, one]) => one.id === uuid && naive.isVisible(world, memberId, name, at));
  const isOwn = row.organizationId === members.get(memberId)?.organizationId;
  const role = naive.effectiveRole(world, memberId, id, at);
  return [
    search == null || row.name.toLowerCase().includes(search.toLowerCase()),
    plantTypes == null || plantTypes.includes(row.plantType ?? ''),
    // P11: a portfolio that the member does not see matches nothing.
    portfolioId == null ||
      (isCalled(portfolios, portfolioId, row.portfolioId) && seesPortfolio(row.portfolioId)),
    organizationId == null || isCalled(organizations, organizationId, row.organizationId),
    ownership == null || (ownership === 'OWN') === isOwn,
    minimumRole == null || naive.meet(role, minimumRole) === minimumRole,
  ].every(Boolean);
}

/** Draws a list for a member, and reads from the naive reference what it holds. */
function drawList(pick: Pick, asker: Asker): RandomList {
  const { loaded } = asker;
  const field = pick('parks', 'parks', 'parks', 'portfolios');
  const parent = drawParent(pick, asker, field);
  const filter = pick(undefined, drawFilter(pick, loaded, field), drawFilter(pick, loaded, field));
  const order = { field: pick(...ORDER_FIELDS[field]), direction: pick('ASC', 'DESC') };
  const orderBy = pick(undefined, null, order, order, order, order);
  const rows: ReadonlyMap<string, Row> = { parks: loaded.parks, portfolios: loaded.portfolios }[field];
  const held = listed(asker, field, parent.id).flatMap((id) => {
    const row = rows.get(id);
    return row && passes(asker, filter ?? {}, id, row) ? [row] : [];
  });
  const expected = inOrder(held, orderBy ?? { field: 'NAME', direction: 'ASC' }).map(
    ({ globalId }) => globalId,
  );
  return {
    request: { parent: { field: parent.kind, id: parent.globalId }, field, filter, orderBy },
    expected: parent.isThere ? expected : null,
    size: pick(1, 2, 3) + Math.floor(expected.length / 5),
  };
}

/** `count` lists of a member, the same for the same world and member: any list of the schema, with any filter and order. */
export function randomLists(loaded: LoadedWorld, memberId: string, at: Date, count: number): RandomList[] {
  const { world } = loaded;
  const index = world.members.findIndex(({ id }) => id === memberId);
  const draw = fc.gen().map((g) => {
    const pick: Pick = (...list) => g(fc.constantFrom, ...list);
    return Array.from({ length: count }, () => drawList(pick, { loaded, memberId, at }));
  });
  return fc.sample(draw, { seed: world.seed * 31 + index, numRuns: 1 })[0] ?? [];
}
