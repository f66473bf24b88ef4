import { type Access, decide } from '../../authz/decide.ts';
import { decideOrganization, type OrganizationAccess } from '../../authz/decide-organization.ts';
import type { AccessFacts, Instant, Member, ResourceRef, TokenFact } from '../../authz/facts.ts';
import { factsLoader } from '../../authz/loaders.ts';
import { namedResources } from '../../authz/visible-set.ts';
import { accountFact, factsSource, membershipFact } from '../../db/access-facts.ts';
import type { Tx } from '../../db/client.ts';
import { scopesOfTokens } from '../../db/queries/api-tokens.ts';
import type { AccountRows, StoredToken } from '../../db/queries/sessions.ts';

/** Whoever makes the request, with the facts of this transaction: every verdict about them is asked here. */
export class Viewer {
  readonly instant: Instant;
  readonly #decided = new Map<string, Access>();
  #sharing: ReadonlyMap<string, string> | undefined;

  constructor(
    readonly rows: AccountRows,
    readonly facts: AccessFacts,
  ) {
    this.instant = rows.instant.getTime();
  }

  /** The decision on one resource; decided once for each resource. */
  access(resource: ResourceRef): Access {
    const known = this.#decided.get(resource.id);
    if (known) return known;
    const access = decide(this.facts, resource, this.instant);
    this.#decided.set(resource.id, access);
    return access;
  }

  /**
   * The names of the other organizations that something reaches the viewer from, by id (V3). Every such resource is named by a
   * fact, so this needs no statement.
   */
  get sharingOrganizations(): ReadonlyMap<string, string> {
    this.#sharing ??= sharingOrganizations(this);
    return this.#sharing;
  }

  /** The access to the viewer's own organization, if there is one. */
  get home(): OrganizationAccess {
    return this.inOrganization(this.rows.membership?.organizationId ?? '');
  }

  /** The decision on organization-wide actions. */
  inOrganization(organizationId: string): OrganizationAccess {
    return decideOrganization(this.facts, organizationId, this.instant);
  }
}

function sharingOrganizations(viewer: Viewer): ReadonlyMap<string, string> {
  const names = new Map(
    viewer.facts.shares.map(({ resource, ownerName }) => [resource.organizationId, ownerName]),
  );
  const reaching = new Map<string, string>();
  for (const resource of namedResources(viewer.facts).values()) {
    const name = names.get(resource.organizationId);
    if (name !== undefined && viewer.access(resource).visible) reaching.set(resource.organizationId, name);
  }
  return reaching;
}

/** Loads the facts of an authenticated account: two statements, and one for the scope of an API token. A failure to load throws, and so denies. */
export async function loadViewer(tx: Tx, rows: AccountRows): Promise<Viewer> {
  const member: Member = {
    account: accountFact(rows.user),
    membership: rows.membership && membershipFact(rows.membership),
    token: rows.apiToken && (await tokenFact(tx, rows.apiToken)),
  };
  return new Viewer(rows, await factsLoader(factsSource(tx)).load(member));
}

async function tokenFact(tx: Tx, token: StoredToken): Promise<TokenFact> {
  const scope = token.scoped ? ((await scopesOfTokens(tx, [token.id])).get(token.id) ?? []) : null;
  return {
    id: token.id,
    group: token.permissionGroup,
    expiresAt: token.expiresAt?.getTime() ?? null,
    revoked: token.revokedAt !== null,
    scope,
  };
}
