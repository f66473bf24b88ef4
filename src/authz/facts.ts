/** The port of the kernel: the facts that `decide` needs, and who can load them. Nothing here knows SQL. */
import type { JobRole, OrganizationRole, PermissionGroup, SystemRole } from './roles.ts';

/** Milliseconds since the epoch; the instant of a request is the database's. */
export type Instant = number;

/** The resource a question is about. Ids are the database's UUIDs; `id` may be absent from every fact. */
export interface ResourceRef {
  readonly kind: 'PORTFOLIO' | 'PARK';
  readonly id: string;
  readonly organizationId: string;
  /** The portfolio of a park; for a portfolio its own id. */
  readonly portfolioId: string;
}

/** The account behind the request. */
export interface AccountFact {
  readonly userId: string;
  readonly systemRole: SystemRole;
  readonly suspended: boolean;
}

export interface MembershipFact {
  readonly id: string;
  readonly organizationId: string;
  readonly role: OrganizationRole;
  /** False while paused. */
  readonly active: boolean;
  readonly expiresAt: Instant | null;
}

/** A grant to the member: on an own resource it is an exception (P2), on a shared one a delegation (P4). */
export interface GrantFact {
  readonly id: string;
  readonly resource: ResourceRef;
  readonly role: JobRole;
  readonly expiresAt: Instant | null;
}

export interface CooperationFact {
  readonly id: string;
  readonly accepted: boolean;
  readonly paused: boolean;
  readonly expiresAt: Instant | null;
}

/** A share whose recipient is the member's organization; the owner's name is what a partner may see of the owner (V3). */
export interface ShareFact {
  readonly id: string;
  readonly cooperation: CooperationFact;
  readonly ownerName: string;
  readonly resource: ResourceRef;
  readonly role: JobRole;
  readonly expiresAt: Instant | null;
}

/** The API token of the request (P10, T3); `scope` null reaches everything its owner reaches. */
export interface TokenFact {
  readonly id: string;
  /** What it reaches of what its owner does (T2). */
  readonly group: PermissionGroup;
  readonly expiresAt: Instant | null;
  readonly revoked: boolean;
  readonly scope: readonly ResourceRef[] | null;
}

/** Everything `decide` may know about one member, as flat rows. */
export interface AccessRows {
  readonly account: AccountFact;
  readonly membership: MembershipFact | null;
  readonly grants: readonly GrantFact[];
  readonly shares: readonly ShareFact[];
  readonly token: TokenFact | null;
}

/** The same rows, folded for look-up by resource id. */
export interface AccessFacts extends AccessRows {
  readonly grantOn: ReadonlyMap<string, GrantFact>;
  readonly shareOn: ReadonlyMap<string, ShareFact>;
  readonly scopeIds: ReadonlySet<string> | null;
}

const byResource = <Fact extends { readonly resource: ResourceRef }>(facts: readonly Fact[]) =>
  new Map(facts.map((fact) => [fact.resource.id, fact]));

/** Folds shares for look-up by resource id: once for all members of an organization. */
export const foldShares = (shares: readonly ShareFact[]): ReadonlyMap<string, ShareFact> =>
  byResource(shares);

/** Folds flat rows for `decide`. One grant per member and resource (G3) and one share per resource and recipient (C1) hold in the database. */
export function foldFacts(rows: AccessRows, shareOn = foldShares(rows.shares)): AccessFacts {
  return {
    ...rows,
    grantOn: byResource(rows.grants),
    shareOn,
    scopeIds: rows.token?.scope ? new Set(rows.token.scope.map((resource) => resource.id)) : null,
  };
}

/** Who the facts are asked about: what identifies a member is known before, from authentication or from a list. */
export type Member = Pick<AccessRows, 'account' | 'membership' | 'token'>;

/** Loads facts in bulk, in the order of `members`. A failure to load must throw: it denies. */
export interface FactsSource {
  factsOf(members: readonly Member[]): Promise<readonly AccessFacts[]>;
}
