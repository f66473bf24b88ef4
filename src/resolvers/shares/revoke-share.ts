import { inScope } from '../../authz/decide.ts';
import { notFound, requireOnResources } from '../../authz/refusal.ts';
import { notTheOwner } from '../../authz/share-rules.ts';
import type { Tx } from '../../db/client.ts';
import { fetchByIds } from '../../db/queries/keyset.ts';
import { asCeiling, deleteShare, SHARES, type ShareRow, sharesThrough } from '../../db/queries/shares.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { RevokeShareInput } from '../../schema/share-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { isSeen } from './load-share.ts';
import { moveCeiling } from './move-ceiling.ts';
import { auditShare } from './share-records.ts';

/**
 * Revokes a share, live or lapsed; needs SHARE_MANAGE in the organization that owns the resource (S1). Delegated grants that nothing
 * covers any more end with it (S2). Answers its global id.
 * @throws FORBIDDEN, NOT_FOUND
 */
export function revokeShare(context: RequestContext, { shareId }: RevokeShareInput): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    // Nobody locks what they may not change.
    organizations: async (tx, viewer) => {
      const { owner, recipient } = await revocable(tx, viewer, shareId);
      return [owner.id, recipient.id];
    },
    work: async (command) => {
      const { tx, actor, instant } = command;
      const share = await revocable(tx, actor, shareId);
      const { owner, recipient, cooperation } = share;
      const stored = await sharesThrough(tx, cooperation.id, owner.id);
      await deleteShare(tx, share.id);
      const move = {
        cooperationId: cooperation.id,
        changed: share,
        before: stored.map(asCeiling),
        after: stored.filter((each) => each.id !== share.id).map(asCeiling),
      };
      auditShare(command, {
        recipientId: recipient.id,
        cooperation,
        before: share,
        after: null,
        move,
        rewrites: await moveCeiling(tx, move, instant),
      });
      return globalId('share', share.id);
    },
  });
}

/** Shares change under the locks of both sides alone, so under them the row needs none of its own. */
async function revocable(tx: Tx, actor: Viewer, shareId: string): Promise<ShareRow> {
  requireOnResources(actor.home, 'SHARE_MANAGE');
  const id = parseGlobalId('share', shareId);
  const row = id === null ? undefined : (await fetchByIds(tx, SHARES, [id])).get(id);
  const home = actor.rows.membership?.organizationId;
  // T3: outside its scope a token finds nothing.
  if (!row || !inScope(actor.facts, row.resource)) throw notFound();
  if (row.owner.id === home) return row;
  throw isSeen(actor, row) ? notTheOwner() : notFound();
}
