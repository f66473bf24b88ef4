import type { Whim } from './everything-told.ts';
import type { LoadedWorld } from './load-world.ts';
import * as bonds from './naive-cooperations.ts';
import * as naive from './naive-reference.ts';
import { seesOrganization } from './sees-organization.ts';

/** A member, live or not, whose account is not suspended, of a world in a database, who is asked in some way. */
export interface LoadedAsker extends bonds.Asker, Whim {
  readonly loaded: LoadedWorld;
}

type Aged = ReadonlyMap<string, { readonly id: string; readonly createdAt: Date }>;

/** The oldest first, and of one age by id. */
function inAge<Names extends readonly string[] | null>(rows: Aged, names: Names): Names {
  const ageOf = (name: string) => rows.get(name)?.createdAt.getTime() ?? 0;
  const idOf = (name: string) => rows.get(name)?.id ?? '';
  return (names?.toSorted((one, other) => ageOf(one) - ageOf(other) || (idOf(one) < idOf(other) ? -1 : 1)) ??
    null) as Names;
}

/** What the naive reference foresees as the answer to EVERYTHING, in the world's own names. */
export function foreseen(asker: LoadedAsker) {
  const { world, memberId, at, granting } = asker;
  const { grants, shares } = world;
  const resources = [...world.portfolios, ...world.parks];
  return {
    viewer: foreseenViewer(asker),
    organizations: world.organizations.map(({ id }) => foreseenOrganization(asker, id)),
    resources: resources.map(({ id }) =>
      naive.isVisible(world, memberId, id, at) ? foreseenResource(asker, id) : null,
    ),
    cooperations: world.cooperations.map(({ id }) => foreseenCooperation(asker, id)),
    shares: shares.map((share) => bonds.seenShare(asker, share)),
    ...(granting && { grants: grants.map((grant) => bonds.seenGrant(asker, grant)) }),
  };
}

function foreseenViewer(asker: LoadedAsker) {
  const { world, memberId, at, loaded, status } = asker;
  const member = naive.named(world.members, memberId);
  const { organization } = member;
  const own = bonds.reached(asker, 'OWN');
  const shared = bonds.reached(asker, 'SHARED');
  const cooperations = bonds.cooperationsOf(asker, organization, status);
  return {
    organization: naive.hasStanding(world, member, at)
      ? { id: organization, name: organization, cooperations: inAge(loaded.cooperations, cooperations) }
      : null,
    ownParks: own.parks.toSorted(),
    ownPortfolios: own.portfolios.toSorted(),
    sharedParks: shared.parks.toSorted(),
    sharedPortfolios: shared.portfolios.toSorted(),
  };
}

function foreseenOrganization(asker: LoadedAsker, id: string) {
  const { world, memberId, at, loaded } = asker;
  if (!seesOrganization(world, memberId, id, at)) return null;
  return {
    id,
    name: id,
    parks: naive.visibleParks(world, memberId, at, id).toSorted(),
    cooperations: inAge(loaded.cooperations, bonds.cooperationsOf(asker, id)),
  };
}

function foreseenResource(asker: LoadedAsker, id: string) {
  const { world, memberId, at, loaded, granting } = asker;
  return {
    id,
    effectiveRole: naive.effectiveRole(world, memberId, id, at),
    viewerAccess: foreseenAccess(asker, id),
    shares: inAge(loaded.shares, bonds.sharesOn(asker, id)),
    ...(granting && { grants: inAge(loaded.grants, bonds.grantsOn(asker, id)) }),
  };
}

function foreseenAccess(asker: LoadedAsker, id: string) {
  const { trace, ...rest } = bonds.seenWay(asker, id);
  return { ...rest, trace: asker.granting ? trace : trace.map(({ grant: _, ...step }) => step) };
}

function foreseenCooperation(asker: LoadedAsker, id: string) {
  const { loaded } = asker;
  const seen = bonds.seenCooperation(asker, id);
  if (!seen) return null;
  const { partner } = naive.named(loaded.world.cooperations, id);
  // The partner's name, or until it has accepted what was entered to invite it.
  const partnerLabel = seen.partner ?? loaded.organizations.get(partner)?.identifier;
  return { ...seen, partnerLabel, shares: inAge(loaded.shares, seen.shares) };
}
