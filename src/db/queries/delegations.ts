/** What moving a park does to whoever reaches it from outside (S2, S3). */
import { eq, inArray, or, type SQL } from 'drizzle-orm';
import { type JobRole, meet } from '../../authz/roles.ts';
import type { Tx } from '../client.ts';
import { grants } from '../schema/grants.ts';
import { memberships } from '../schema/memberships.ts';
import { shares } from '../schema/shares.ts';

type ShareRow = typeof shares.$inferSelect;

/** The shares that cover a park in any of the portfolios: paused, expired and pending ones too, for they may come back. */
export const sharesCovering = (
  tx: Tx,
  parkId: string | null,
  portfolioIds: readonly string[],
): Promise<ShareRow[]> =>
  tx
    .select()
    .from(shares)
    .where(or(...conditionsOf(parkId, portfolioIds)));

const conditionsOf = (parkId: string | null, portfolioIds: readonly string[]): SQL[] => [
  inArray(shares.portfolioId, [...portfolioIds]),
  ...(parkId === null ? [] : [eq(shares.parkId, parkId)]),
];

/** A change of one delegated grant; `to` null deletes it. */
export interface Rewrite {
  readonly grantId: string;
  readonly organizationId: string;
  readonly cooperationId: string;
  readonly from: JobRole;
  readonly to: JobRole | null;
}

/** The ceiling that a recipient's shares make: the park's before the portfolio's (P3), an unexpired before an expired one (P8). */
function ceilingOf(covering: readonly ShareRow[], instant: Date): JobRole | null {
  const rank = (share: ShareRow) =>
    (share.expiresAt === null || share.expiresAt > instant ? 2 : 0) + (share.parkId === null ? 0 : 1);
  return [...covering].sort((a, b) => rank(b) - rank(a))[0]?.role ?? null;
}

/**
 * S2 for a park that moves: where the ceiling sinks, each delegated grant on the park becomes `meet(ceiling, role)`, and
 * goes where nothing covers it any more or that is NONE.
 * @returns what was changed, for the audit of each organization concerned
 */
export async function rewriteDelegationsOfMovedPark(
  tx: Tx,
  park: { readonly id: string; readonly organizationId: string },
  portfolioIds: { readonly from: string; readonly to: string },
  instant: Date,
): Promise<Rewrite[]> {
  const delegated = await tx
    .select({ grant: grants, organizationId: memberships.organizationId })
    .from(grants)
    .innerJoin(memberships, eq(memberships.id, grants.membershipId))
    .where(eq(grants.parkId, park.id));
  const covering = await sharesCovering(tx, park.id, [portfolioIds.from, portfolioIds.to]);
  const rewrites: Rewrite[] = [];
  for (const { grant, organizationId } of delegated) {
    if (organizationId === park.organizationId) continue;
    const reaching = covering.filter((share) => share.recipientId === organizationId);
    const ceilingIn = (portfolioId: string) =>
      ceilingOf(
        reaching.filter((share) => share.parkId !== null || share.portfolioId === portfolioId),
        instant,
      );
    const [before, after] = [ceilingIn(portfolioIds.from), ceilingIn(portfolioIds.to)];
    if (before === null || after === null || meet(before, after) !== before) {
      const role = after === null ? 'NONE' : meet(after, grant.role);
      if (role === grant.role) continue;
      rewrites.push({
        grantId: grant.id,
        organizationId,
        cooperationId:
          (reaching[0] as ShareRow | undefined)?.cooperationId ?? (grant.cooperationId as string),
        from: grant.role,
        to: role === 'NONE' ? null : role,
      });
    }
  }
  await applyRewrites(tx, rewrites);
  return rewrites;
}

async function applyRewrites(tx: Tx, rewrites: readonly Rewrite[]): Promise<void> {
  const roles = new Set(rewrites.map((rewrite) => rewrite.to));
  for (const role of roles) {
    const ids = rewrites.filter((rewrite) => rewrite.to === role).map((rewrite) => rewrite.grantId);
    if (role === null) await tx.delete(grants).where(inArray(grants.id, ids));
    else await tx.update(grants).set({ role }).where(inArray(grants.id, ids));
  }
}
