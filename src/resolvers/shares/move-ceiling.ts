import { type Ceiling, ceilingOf } from '../../authz/share-rules.ts';
import type { Tx } from '../../db/client.ts';
import { delegationsUnder, type Rewrite, rewriteDelegations } from '../../db/queries/delegations.ts';
import type { ShareRow } from '../../db/queries/shares.ts';

/** A share as the rules judge it. */
export const asCeiling = ({
  resource,
  role,
  expiresAt,
}: Pick<ShareRow, 'resource' | 'role' | 'expiresAt'>) => ({
  resource,
  role,
  expiresAt: expiresAt?.getTime() ?? null,
});

/** All that one owner shares through a cooperation, before and after one of the shares changes. */
export interface CeilingMove {
  readonly cooperationId: string;
  readonly changed: Pick<ShareRow, 'resource'>;
  readonly before: readonly Ceiling[];
  readonly after: readonly Ceiling[];
}

/** S2, under the locks of both sides: rewrites what was delegated under a share whose change lets a ceiling sink. */
export async function moveCeiling(
  tx: Tx,
  { cooperationId, changed, before, after }: CeilingMove,
  instant: Date,
): Promise<{ readonly rewrites: readonly Rewrite[]; readonly knownToRecipient: boolean }> {
  const at = instant.getTime();
  const delegations = await delegationsUnder(tx, cooperationId, changed.resource);
  const rewrites = await rewriteDelegations(tx, delegations, ({ resource }) => ({
    before: ceilingOf(before, resource, at),
    after: ceilingOf(after, resource, at),
  }));
  const ceilings = [before, after].map((shares) => ceilingOf(shares, changed.resource, at) ?? 'NONE');
  return { rewrites, knownToRecipient: ceilings.some((ceiling) => ceiling !== 'NONE') };
}
