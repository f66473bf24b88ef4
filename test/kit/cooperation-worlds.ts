import { expectedOf, worldFromSeed } from './random-world.ts';
import type { World } from './world.ts';

const DAY = 24 * 60 * 60 * 1000;
/** When a world is asked, in milliseconds from its `now`, around which its expiries lie. */
const OFFSETS = [0, 1, -1, 0, 30 * DAY];

/** How many worlds are asked at one instant, side by side. */
const BATCH = 20;

/** The worlds of a batch, by their seeds, all asked at the same instant. */
export const batchOf = (seed: number) => Math.floor(seed / BATCH);

/** When the world of this seed is asked. */
export const askedAt = ({ seed, now }: World): Date =>
  new Date(Date.parse(now) + (OFFSETS[batchOf(seed) % OFFSETS.length] ?? 0));

/** What a share becomes where it is lowered. */
const LOWERED = { TOM: 'VIEWER', COM: 'VIEWER', VIEWER: 'NONE', NONE: 'NONE' } as const;

/**
 * The random world of a seed. Every fourth is one that no command could have left, in which P3 and P5 have to hold all the same: half of the
 * shares have been lowered or revoked behind the back of S2, so that what was delegated stands above its ceiling, or under none; and in
 * every other of these the first cooperation is pending again, with all its shares (C2).
 */
export function cooperationWorld(seed: number): World {
  const world = worldFromSeed(seed);
  if (seed % 4 !== 3) return world;
  const shares = world.shares.flatMap((share, index): World['shares'] => {
    const role = index % 2 === 0 ? LOWERED[share.role] : share.role;
    // What takes nothing out is revoked (S1).
    const isNothing = role === 'NONE' && world.portfolios.some(({ id }) => id === share.resource);
    return isNothing ? [] : [{ ...share, role }];
  });
  const cooperations = world.cooperations.map((one, index): World['cooperations'][number] =>
    index === 0 && seed % 8 === 7 ? { ...one, status: 'pending' } : one,
  );
  const { expected: _, ...facts } = { ...world, cooperations, shares };
  return { ...facts, expected: expectedOf(facts) };
}
