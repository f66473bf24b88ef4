import { z } from 'zod';
import { requireAccepted } from '../../authz/cooperation-rules.ts';
import type { ResourceRef } from '../../authz/facts.ts';
import { JOB_ROLES } from '../../authz/roles.ts';
import {
  requireNoRaiseOfCeiling,
  requireOwned,
  requireShareableRole,
  requireSomethingToTakeOut,
} from '../../authz/share-rules.ts';
import type { Tx } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { type CooperationRow, cooperationFact } from '../../db/queries/cooperations.ts';
import { asCeiling, insertShare, sharesThrough, updateShare } from '../../db/queries/shares.ts';
import { NothingChanged } from '../../db/tx.ts';
import type { ShareResourceInput } from '../../schema/share-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { cooperationOf } from '../cooperations/cooperation-rows.ts';
import { expiryInput, parseInput, requireLater } from '../parse-input.ts';
import { resourceOf } from '../resources/resource-rows.ts';
import { moveCeiling } from './move-ceiling.ts';
import { auditShare } from './share-records.ts';

const form = z.object({
  cooperationId: z.string(),
  resourceId: z.string(),
  role: z.enum(JOB_ROLES),
  expiresAt: expiryInput.transform((date) => date ?? null),
  raisesAccessOnExpiry: z.boolean().nullish(),
});

/**
 * Shares a portfolio or park with the other side of a cooperation, or replaces role and expiry of its share; needs SHARE_MANAGE and that
 * the viewer's organization owns it (S1, P7). Delegated grants whose ceiling sinks are lowered with it (S2). Answers the share's UUID.
 * @throws FORBIDDEN, NOT_FOUND, BAD_USER_INPUT (P6, S1), CONFLICT while the cooperation is pending (C2), EXPIRY_RAISES_ACCESS (G4)
 */
export async function shareResource(context: RequestContext, input: ShareResourceInput): Promise<string> {
  const { cooperationId, resourceId, role, expiresAt, raisesAccessOnExpiry } = parseInput(form, input);
  requireShareableRole(role);
  return context.command({
    mode: 'ACCESS',
    // Nobody locks what they may not change.
    organizations: async (tx, viewer) => {
      const { sides } = await shareable(tx, viewer, cooperationId, resourceId);
      return sides;
    },
    work: async (command) => {
      const { tx, actor, instant } = command;
      const { cooperation, resource, recipientId } = await shareable(tx, actor, cooperationId, resourceId);
      requireLater(expiresAt, instant);
      const stored = await sharesThrough(tx, cooperation.id, resource.organizationId);
      const former = stored.find((share) => share.resource.id === resource.id);
      const others = stored.filter((share) => share !== former).map(asCeiling);
      const ceiling = asCeiling({ resource, role, expiresAt });
      requireSomethingToTakeOut(ceiling, others, instant.getTime());
      if (raisesAccessOnExpiry !== true) requireNoRaiseOfCeiling(ceiling, others);
      if (former?.role === role && asCeiling(former).expiresAt === ceiling.expiresAt) {
        throw new NothingChanged(former.id);
      }
      const share = { id: former?.id ?? newId(), resource, role, expiresAt };
      if (former) await updateShare(tx, former.id, { role, expiresAt });
      else {
        const through = { cooperationId: cooperation.id, recipientId, createdAt: instant };
        await insertShare(tx, { ...share, ...through });
      }
      const move = {
        cooperationId: cooperation.id,
        changed: share,
        before: stored.map(asCeiling),
        after: [...others, ceiling],
      };
      auditShare(command, {
        recipientId,
        cooperation: cooperationFact(cooperation),
        before: former ?? null,
        after: share,
        move,
        rewrites: await moveCeiling(tx, move, instant),
      });
      return share.id;
    },
  });
}

interface Shareable {
  readonly cooperation: CooperationRow;
  readonly sides: readonly string[];
  readonly resource: ResourceRef;
  readonly recipientId: string;
}

/** What may be shared with whom, as far as that does not depend on the role. */
async function shareable(
  tx: Tx,
  actor: Viewer,
  cooperationId: string,
  resourceId: string,
): Promise<Shareable> {
  const { row, side, sides } = await cooperationOf(tx, actor, cooperationId, 'SHARE_MANAGE');
  const { ref: resource, access } = await resourceOf(tx, actor, resourceId);
  requireOwned(access);
  requireAccepted(cooperationFact(row));
  const recipientId = side === 'INITIATOR' ? row.partner.id : row.initiator.id;
  return { cooperation: row, sides, resource, recipientId };
}
