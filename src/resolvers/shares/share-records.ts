import { cooperationStatus } from '../../authz/cooperation-rules.ts';
import { isLive } from '../../authz/decide.ts';
import type { CooperationFact } from '../../authz/facts.ts';
import { ceilingOf } from '../../authz/share-rules.ts';
import { NAMED_IN_AUDIT } from '../../db/audit.ts';
import type { Rewrite } from '../../db/queries/delegations.ts';
import type { ShareRow } from '../../db/queries/shares.ts';
import type { Command } from '../../db/tx.ts';
import { globalId, resourceId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';
import type { CeilingMove } from './move-ceiling.ts';

type Sharing = Pick<ShareRow, 'id' | 'resource' | 'role' | 'expiresAt'>;

/** A share before and after a change, and what it did to delegated grants. */
interface ShareRecord {
  readonly recipientId: string;
  readonly cooperation: CooperationFact;
  readonly before: Sharing | null;
  readonly after: Sharing | null;
  readonly move: CeilingMove;
  readonly rewrites: readonly Rewrite[];
}

/**
 * Records a share on the owner's trail, and on the recipient's as far as they may know of it (A1, S2): a NONE is nothing there, and what
 * takes out of a portfolio, or puts back, something that they did not reach is not told at all (V1).
 */
export function auditShare({ audit, instant }: Command<Viewer>, record: ShareRecord): void {
  const { recipientId, cooperation, before, after, move, rewrites } = record;
  const { id, resource } = (after ?? before) as Sharing;
  const details = {
    resourceId: resourceId(resource),
    grantsLowered: rewrites.length,
    grants: rewrites.slice(0, NAMED_IN_AUDIT).map((rewrite) => ({
      memberId: globalId('member', rewrite.membershipId),
      resourceId: resourceId(rewrite.resource),
      from: rewrite.from,
      to: rewrite.to,
    })),
  };
  const on = (organizationId: string, from: Sharing | null, to: Sharing | null, action: string) =>
    audit({
      organizationId,
      cooperationId: cooperation.id,
      action,
      subjectId: globalId('share', id),
      details: { ...details, before: from && shown(from), after: to && shown(to) },
    });
  on(resource.organizationId, before, after, actionOf(before, after));
  const [had, has] = [aboveNone(before), aboveNone(after)];
  const at = instant.getTime();
  const reaches =
    cooperationStatus(cooperation, at) === 'ACTIVE' &&
    [move.before, move.after].some((shares) => {
      const live = shares.filter((share) => isLive(share, at));
      return (ceilingOf(live, resource, at) ?? 'NONE') !== 'NONE';
    });
  if (had || has) on(recipientId, had, has, actionOf(had, has));
  // A NONE that comes ends what they reached, or had delegated; one that goes gives it back.
  else if (reaches || rewrites.length > 0)
    on(recipientId, null, null, after ? 'share.revoked' : 'share.given');
}

const actionOf = (before: Sharing | null, after: Sharing | null): string =>
  after ? (before ? 'share.changed' : 'share.given') : 'share.revoked';

const aboveNone = (share: Sharing | null): Sharing | null => (share?.role === 'NONE' ? null : share);

const shown = ({ role, expiresAt }: Sharing) => ({ role, expiresAt });
