import type { LoadedWorld } from './load-world.ts';

export const STATUSES = ['PENDING', 'ACTIVE', 'PAUSED', 'EXPIRED'] as const;

const LISTED = '{ totalCount @include(if: $counting) nodes { id } }';
const PAGE = `(first: 70) ${LISTED}`;
const owned = (ownership: string) => `(first: 70, filter: { ownership: ${ownership} }) { nodes { id } }`;

/** Everything that a member can be told of a world's resources, cooperations, shares and grants, in one operation. */
export const EVERYTHING = `query (
  $organizations: [ID!]!, $resources: [ID!]!, $cooperations: [ID!]!, $shares: [ID!]!, $grants: [ID!]!, $strangers: [ID!]!,
  $status: CooperationStatus!, $counting: Boolean!, $granting: Boolean!
) {
  viewer {
    organization { id name cooperations(first: 70, status: $status) ${LISTED} }
    ownParks: parks${owned('OWN')}
    ownPortfolios: portfolios${owned('OWN')}
    sharedParks: parks${owned('SHARED')}
    sharedPortfolios: portfolios${owned('SHARED')}
  }
  organizations: nodes(ids: $organizations) {
    id
    ... on Organization { name parks${PAGE} cooperations${PAGE} }
  }
  resources: nodes(ids: $resources) {
    id
    ... on Resource {
      effectiveRole
      viewerAccess { ceiling cooperation { id } trace { layer share { id } grant @include(if: $granting) { id } } }
      shares${PAGE}
      grants(first: 70) @include(if: $granting) ${LISTED}
    }
  }
  cooperations: nodes(ids: $cooperations) {
    id
    ... on Cooperation {
      status viewerIsInitiator partnerLabel expiresAt
      initiator { id name }
      partner { id name }
      shares${PAGE}
    }
  }
  shares: nodes(ids: $shares) {
    id
    ... on Share {
      role live delegableRoles expiresAt
      cooperation { id }
      owner { id name }
      recipient { id name }
      resource { id }
    }
  }
  grants: nodes(ids: $grants) @include(if: $granting) {
    id
    ... on Grant { role live effectiveRole expiresAt member { id } resource { id } cooperation { id } }
  }
  strangers: nodes(ids: $strangers) { id }
}`;

type Rows = ReadonlyMap<string, { readonly globalId: string }>;
const idsOf = (...lists: readonly Rows[]) =>
  lists.flatMap((rows) => [...rows.values()].map(({ globalId }) => globalId));

/** What some members are asked for and others not, because it takes many or expensive statements. */
export interface Whim {
  /** Of the viewer's cooperations those with this status. */
  readonly status: (typeof STATUSES)[number];
  /** The totals of lists. */
  readonly counting: boolean;
  /** Grants: each by itself, those on each resource, and which one applies. */
  readonly granting: boolean;
}

/** The operation's variables; `neighbour` is another world in the same database, of which nobody here sees anything. */
export function variablesOf(
  loaded: LoadedWorld,
  neighbour: LoadedWorld | null,
  { status, counting, granting }: Whim,
) {
  const { organizations, portfolios, parks, cooperations, shares, grants } = loaded;
  return {
    ...{ status, counting, granting },
    organizations: idsOf(organizations),
    resources: idsOf(portfolios, parks),
    cooperations: idsOf(cooperations),
    shares: idsOf(shares),
    grants: idsOf(grants),
    strangers: neighbour ? strangersOf(neighbour) : [],
  };
}

/** Of each kind of thing one. */
const strangersOf = ({ organizations, portfolios, parks, cooperations, shares, grants }: LoadedWorld) =>
  [organizations, portfolios, parks, cooperations, shares, grants].flatMap((rows) => idsOf(rows).slice(0, 1));

/** Every name of a world by its global id. */
export function namesOf(loaded: LoadedWorld): ReadonlyMap<string, string> {
  const { organizations, members, portfolios, parks, cooperations, shares, grants } = loaded;
  return new Map(
    [organizations, members, portfolios, parks, cooperations, shares, grants].flatMap((rows) =>
      [...rows].map(([name, { globalId }]) => [globalId, name] as const),
    ),
  );
}

/**
 * An answer in the world's own names: a list is the names of its nodes, and what was asked for no more than its id and name is its
 * name. What does not fit stays as it was answered: an id of somewhere else, a wrong total, a wrong name.
 */
export function inNames(told: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof told === 'string') return names.get(told) ?? told;
  if (Array.isArray(told)) return told.map((each) => inNames(each, names));
  if (typeof told !== 'object' || told === null) return told;
  const entries = Object.entries(told).map(([key, value]) => [key, inNames(value, names)] as const);
  const named: Readonly<Record<string, unknown>> = Object.fromEntries(entries);
  const { id, name = id, nodes, totalCount } = named;
  const isList = Array.isArray(nodes) && (totalCount === undefined || totalCount === nodes.length);
  if (isList) return nodes;
  const isMerelyNamed = id !== undefined && id === name && entries.every(([key]) => NAMING.includes(key));
  return isMerelyNamed ? id : named;
}

const NAMING = ['id', 'name'];
