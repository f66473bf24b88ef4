import { type Ceiling, ceilingOf, sinks } from '../../authz/share-rules.ts';
import type { Tx } from '../../db/client.ts';
import { delegationsUnder, type Rewrite, rewriteDelegations } from '../../db/queries/delegations.ts';
import type { ShareRow } from '../../db/queries/shares.ts';

/** All that one owner shares through a cooperation, before and after one of the shares changes. */
export interface CeilingMove {
  readonly cooperationId: string;
  readonly changed: Pick<ShareRow, 'resource'>;
  readonly before: readonly Ceiling[];
  readonly after: readonly Ceiling[];
}

/** S2, under the locks of both sides: rewrites what was delegated under a share that sinks. */
export async function moveCeiling(
  tx: Tx,
  { cooperationId, changed: { resource }, before, after }: CeilingMove,
  instant: Date,
): Promise<readonly Rewrite[]> {
  const above = resource.kind === 'PARK' ? roleOn(after, resource.portfolioId) : null;
  if (!sinks(roleOn(before, resource.id), roleOn(after, resource.id), above)) return [];
  const delegations = await delegationsUnder(tx, cooperationId, resource);
  return rewriteDelegations(tx, delegations, (each) => ceilingOf(after, each.resource, instant.getTime()));
}

const roleOn = (shares: readonly Ceiling[], id: string) =>
  shares.find((share) => share.resource.id === id)?.role ?? null;
