import { decide } from '../src/authz/decide.ts';
import { type AccessFacts, foldFacts, type ResourceRef } from '../src/authz/facts.ts';

const HOME = 'home';
const PARTNER = 'partner';
const NOW = Date.now();

const park = (index: number, organizationId = HOME): ResourceRef => ({
  kind: 'PARK',
  id: `park-${organizationId}-${index}`,
  organizationId,
  portfolioId: `portfolio-${organizationId}-${index % 100}`,
});

/** A member with a thousand grants, some of which expire, and a thousand shares from a partner. */
function facts(): AccessFacts {
  return foldFacts({
    account: { userId: 'user', systemRole: 'USER', suspended: false },
    membership: { id: 'member', organizationId: HOME, role: 'ADMIN', active: true, expiresAt: null },
    token: null,
    grants: Array.from({ length: 1_000 }, (_, index) => ({
      id: `grant-${index}`,
      resource: park(index * 7),
      role: 'TOM' as const,
      expiresAt: index % 4 === 0 ? NOW + 86_400_000 : null,
    })),
    shares: Array.from({ length: 1_000 }, (_, index) => ({
      id: `share-${index}`,
      cooperation: { id: 'cooperation', accepted: true, paused: false, expiresAt: NOW + 86_400_000 },
      ownerName: 'Partner',
      resource: park(index * 7, PARTNER),
      role: 'COM' as const,
      expiresAt: null,
    })),
  });
}

/** Microseconds for one decision, over 10,000 own and 10,000 foreign parks. */
export function microsecondsPerDecision(): Record<'own' | 'shared', number> {
  const known = facts();
  const measure = (organizationId: string) => {
    const parks = Array.from({ length: 10_000 }, (_, index) => park(index, organizationId));
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 30; round++) {
      const start = performance.now();
      for (const each of parks) decide(known, each, NOW);
      best = Math.min(best, performance.now() - start);
    }
    return (best * 1_000) / parks.length;
  };
  return { own: measure(HOME), shared: measure(PARTNER) };
}
