import { z } from 'zod';
import { requireAccepted, requireSide } from '../../authz/cooperation-rules.ts';
import type { Tx } from '../../db/client.ts';
import { type CooperationRow, cooperationFact, updateCooperationRow } from '../../db/queries/cooperations.ts';
import { NothingChanged } from '../../db/tx.ts';
import type { UpdateCooperationInput } from '../../schema/cooperation-inputs.ts';
import { changedFields } from '../changes.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { expiryInput, parseInput, requireLater } from '../parse-input.ts';
import { auditCooperation } from './cooperation-records.ts';
import { cooperationOf } from './cooperation-rows.ts';
import { purposeInput } from './purpose-input.ts';

const form = z.object({
  cooperationId: z.string(),
  active: z.boolean().nullish(),
  expiresAt: expiryInput,
  purpose: purposeInput,
});

type Changes = Partial<Pick<CooperationRow, 'paused' | 'expiresAt' | 'purpose'>>;

/**
 * Pauses, resumes, dates and describes a cooperation, in one; for an ADMIN of its initiator (C2). Shares and delegated grants are left as
 * they are: resuming and renewing restore exactly what was (S2). Answers its UUID.
 * @throws FORBIDDEN, NOT_FOUND, CONFLICT for `active` while it is pending, BAD_USER_INPUT
 */
export async function updateCooperation(
  context: RequestContext,
  input: UpdateCooperationInput,
): Promise<string> {
  const { cooperationId, active, expiresAt, purpose } = parseInput(form, input);
  const changes: Changes = { paused: active == null ? undefined : !active, expiresAt, purpose };
  return context.command({
    mode: 'ACCESS',
    // Nobody locks what they may not change.
    organizations: async (tx, viewer) => (await changeable(tx, viewer, cooperationId, changes)).sides,
    work: async (command) => {
      const { tx, actor, instant } = command;
      const found = await changeable(tx, actor, cooperationId, changes);
      const { row } = found;
      const { before, after, none } = changedFields<Changes>(row, changes);
      if (none) throw new NothingChanged(row.id);
      requireLater(after.expiresAt, instant);
      await updateCooperationRow(tx, row.id, after);
      auditCooperation(command, found, actionOf(after), { before, after });
      return row.id;
    },
  });
}

async function changeable(tx: Tx, actor: Viewer, cooperationId: string, { paused }: Changes) {
  const found = await cooperationOf(tx, actor, cooperationId);
  requireSide(found.side, 'INITIATOR', 'C2');
  if (paused !== undefined) requireAccepted(cooperationFact(found.row));
  return found;
}

/** The record is named by the weightiest of what changed. */
function actionOf(after: Changes): string {
  if (after.paused !== undefined) return after.paused ? 'cooperation.paused' : 'cooperation.resumed';
  return after.expiresAt === undefined ? 'cooperation.purpose_changed' : 'cooperation.expiry_changed';
}
