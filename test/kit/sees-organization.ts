import { visibleParks, visiblePortfolios } from './naive-reference.ts';
import type { WorldFacts } from './world.ts';

/**
 * V1, V3, read aloud: a member sees the own organization while the membership is live, and another one while something that it
 * owns is visible. For accounts that are not suspended.
 */
export function seesOrganization(
  world: WorldFacts,
  memberId: string,
  organization: string,
  at: Date,
): boolean {
  const isHome = world.members.some(
    ({ id, organization: home, active, expiresAt }) =>
      id === memberId &&
      home === organization &&
      active &&
      (expiresAt === null || Date.parse(expiresAt) > at.getTime()),
  );
  const seen = [
    ...visibleParks(world, memberId, at, organization),
    ...visiblePortfolios(world, memberId, at, organization),
  ];
  return isHome || seen.length > 0;
}
