import fc from 'fast-check';
import { effectiveRole } from './naive-reference.ts';
import { jobRoles, organizationRoles, type World, type WorldFacts } from './world.ts';

const day = 24 * 60 * 60 * 1000;

/** Where an expiry may lie, in milliseconds from `now` (null: nowhere); two well after it, so that one may follow another. */
export const expiryOffsets = {
  never: null,
  wellBefore: -2_000 * day,
  justBefore: -1,
  exactlyAt: 0,
  justAfter: 1,
  wellAfter: 30 * day,
  longAfter: 214 * day,
} as const;

// Odds, to be picked from. Plain picks are not biased by size, and a counterexample shrinks towards the first entries.
const mostly = [true, true, false] as const;
const evenly = [false, true] as const;
const seldom = [false, false, false, true] as const;
const rarely = [false, false, false, false, false, false, false, true] as const;

type PickOne = <const T extends string | number | boolean | null>(...list: readonly T[]) => T;

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

/** What one random world is drawn with. */
class Draw {
  readonly pick: PickOne;
  readonly now: string;

  constructor(pick: PickOne, now: string) {
    this.pick = pick;
    this.now = now;
  }

  /** An expiry in any position around now, half of the time (about) none. */
  expiry(): string | null {
    const offset = this.pick(null, null, null, null, ...Object.values(expiryOffsets));
    return offset === null ? null : new Date(Date.parse(this.now) + offset).toISOString();
  }

  /** For what everything else hangs on: most of the time without expiry. */
  rareExpiry(): string | null {
    return this.pick(...seldom) ? this.expiry() : null;
  }
}

type Tree = Pick<World, 'organizations' | 'portfolios' | 'parks'>;
type People = Pick<World, 'users' | 'members'>;
type Bonds = Pick<World, 'cooperations' | 'shares'>;

function drawTree({ pick }: Draw): Tree {
  const organizations = times(pick(2, 3, 4), (o) => ({ id: `o${o}` }));
  const portfolios = organizations.flatMap(({ id }) =>
    times(pick(1, 2, 3), (f) => ({ id: `${id}f${f}`, organization: id })),
  );
  const parks = portfolios.flatMap(({ id }) =>
    times(pick(0, 1, 2, 3, 4), (p) => ({ id: `${id}p${p}`, portfolio: id })),
  );
  return { organizations, portfolios, parks };
}

/** M3: the first member of each organization is an active ADMIN without expiry, neither suspended nor DEMO. M4 by construction. */
function drawPeople(draw: Draw, { organizations }: Tree): People {
  const { pick } = draw;
  const people = organizations.flatMap(({ id: organization }) =>
    times(pick(1, 2, 3, 4, 5), (m) => {
      const id = `${organization}m${m}`;
      const user = `u-${id}`;
      const isKeeper = m === 0;
      return {
        user: {
          id: user,
          systemRole: isKeeper
            ? pick('USER', 'USER', 'USER', 'ADMINISTRATOR')
            : pick('USER', 'USER', 'USER', 'USER', 'DEMO', 'ADMINISTRATOR'),
          suspended: !isKeeper && pick(...rarely),
        },
        member: {
          id,
          user,
          organization,
          role: isKeeper ? 'ADMIN' : pick(...organizationRoles),
          active: isKeeper || !pick(...rarely),
          expiresAt: isKeeper ? null : draw.rareExpiry(),
        } satisfies World['members'][number],
      };
    }),
  );
  return { users: people.map((one) => one.user), members: people.map((one) => one.member) };
}

/**
 * C1: at most one cooperation of two organizations. S1: either side shares what it owns, NONE on parks of shared portfolios only;
 * C2: nothing while it is pending.
 */
function drawBonds(draw: Draw, { organizations, portfolios, parks }: Tree): Bonds {
  const { pick } = draw;
  const pairs = organizations.flatMap(({ id: one }, index) =>
    organizations.slice(index + 1).map(({ id: other }) => ({ one, other })),
  );
  const cooperations = pairs
    .filter(() => pick(...mostly))
    .map(({ one, other }) => ({
      id: `c-${one}-${other}`,
      ...(pick(...evenly) ? { initiator: one, partner: other } : { initiator: other, partner: one }),
      status: pick(...rarely)
        ? ('paused' as const)
        : pick(...rarely)
          ? ('pending' as const)
          : ('active' as const),
      expiresAt: draw.rareExpiry(),
    }));
  const shares: World['shares'] = [];
  for (const { id: cooperation, initiator, partner, status } of cooperations) {
    if (status === 'pending') continue;
    for (const portfolio of portfolios.filter((one) => [initiator, partner].includes(one.organization))) {
      const isShared = pick(...evenly);
      if (isShared) {
        const role = pick('VIEWER', 'COM', 'TOM');
        shares.push({ cooperation, resource: portfolio.id, role, expiresAt: draw.expiry() });
      }
      for (const park of parks.filter((one) => one.portfolio === portfolio.id && pick(...seldom))) {
        const role = isShared ? pick('VIEWER', 'COM', 'TOM', 'NONE') : pick('VIEWER', 'COM', 'TOM');
        shares.push({ cooperation, resource: park.id, role, expiresAt: draw.expiry() });
      }
    }
  }
  return { cooperations, shares };
}

/**
 * G2, S2: the roles that a delegated grant of `receiver` on a resource can hold: VIEWER, or a share's role from a time when that
 * share was the ceiling. So none beside a standing park share of NONE, and what a park share no longer in force left behind.
 */
function delegableRoles(now: string, bonds: Bonds, receiver: string, resource: string, portfolio?: string) {
  const joined = bonds.cooperations
    .filter((one) => [one.initiator, one.partner].includes(receiver))
    .map((one) => one.id);
  const shareOf = (id?: string) =>
    bonds.shares.find((one) => one.resource === id && joined.includes(one.cooperation));
  const onResource = shareOf(resource);
  const stands = onResource && (onResource.expiresAt === null || onResource.expiresAt > now);
  if (stands && onResource.role === 'NONE') return [];
  const ceilings = [onResource, ...(stands ? [] : [shareOf(portfolio)])].flatMap((one) => one?.role ?? []);
  if (ceilings.length === 0) return [];
  return ['VIEWER' as const, ...ceilings.filter((role) => role !== 'NONE')];
}

/** G1, G3: any role on own resources; delegated grants by G2. */
function drawGrants(draw: Draw, tree: Tree, people: People, bonds: Bonds): World['grants'] {
  const places = tree.portfolios.flatMap(({ id, organization: owner }) => [
    { id, owner, portfolio: undefined },
    ...tree.parks
      .filter((park) => park.portfolio === id)
      .map((park) => ({ id: park.id, owner, portfolio: id })),
  ]);
  return people.members.flatMap((member) =>
    places.flatMap(({ id: resource, owner, portfolio }) => {
      const isOwn = owner === member.organization;
      const roles = isOwn
        ? jobRoles
        : delegableRoles(draw.now, bonds, member.organization, resource, portfolio);
      if (roles.length === 0 || !draw.pick(...(isOwn ? seldom : evenly))) return [];
      return { member: member.id, resource, role: draw.pick(...roles), expiresAt: draw.expiry() };
    }),
  );
}

/** T3: scopes of everything, of nothing, and of any portfolios and parks, be they own, shared or out of reach. */
function drawTokens(draw: Draw, { portfolios, parks }: Tree, { members }: People): World['tokens'] {
  const { pick } = draw;
  const resources = [...portfolios, ...parks].map((one) => one.id);
  const scope = () => [...new Set(times(pick(1, 2, 3, 4, 5), () => pick(...resources)))];
  return members.flatMap((member) =>
    times(pick(0, 0, 1, 1, 2), (t) => {
      const reach = pick('everything', 'a list', 'a list', 'nothing');
      return {
        id: `t${t}-${member.id}`,
        member: member.id,
        scope: reach === 'everything' ? null : reach === 'nothing' ? [] : scope(),
        expiresAt: draw.expiry(),
      };
    }),
  );
}

function drawWorld(draw: Draw): World {
  const tree = drawTree(draw);
  const people = drawPeople(draw, tree);
  const bonds = drawBonds(draw, tree);
  const grants = drawGrants(draw, tree, people, bonds);
  const tokens = drawTokens(draw, tree, people);
  const facts: WorldFacts = { seed: 0, now: draw.now, ...tree, ...people, ...bonds, grants, tokens };
  return { ...facts, expected: expectedOf(facts) };
}

/** The verdicts of the naive reference at the world's `now`: every role above NONE of every member and token. */
export function expectedOf(world: WorldFacts): World['expected'] {
  const resources = [...world.portfolios, ...world.parks];
  return [...world.members, ...world.tokens].flatMap(({ id: subject }) =>
    resources.flatMap(({ id: resource }) => {
      const role = effectiveRole(world, subject, resource);
      return role === 'NONE' ? [] : { subject, resource, role };
    }),
  );
}

/** Any world that the permission model allows, with its verdicts; `now` (ISO 8601, UTC, milliseconds) is the instant that the expiries surround. */
export function randomWorld({ now = '2026-06-01T12:00:00.000Z' } = {}): fc.Arbitrary<World> {
  return fc.gen().map((g) => drawWorld(new Draw((...list) => g(fc.constantFrom, ...list), now)));
}

/** The same world for the same seed, always; worlds of different seeds have nothing to do with each other. */
export function worldFromSeed(seed: number): World {
  const [world] = fc.sample(randomWorld(), { seed, numRuns: 1 });
  if (!world) throw new Error('fast-check drew no world');
  return { ...world, seed };
}
