import { inviterLeft, requireAcceptable, requireSide } from '../../authz/cooperation-rules.ts';
import { decideOrganization } from '../../authz/decide-organization.ts';
import { mayStillInvite } from '../../authz/invitation-rules.ts';
import type { Tx } from '../../db/client.ts';
import { activateCooperation, type CooperationRow } from '../../db/queries/cooperations.ts';
import type { CooperationIdInput } from '../../schema/cooperation-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { factsOfAccounts } from '../invitations/facts-of-accounts.ts';
import { auditCooperation } from './cooperation-records.ts';
import { cooperationOf } from './cooperation-rows.ts';

/**
 * Accepts a cooperation that the viewer's organization was invited to by its identifier (C1); one by address is accepted with its link.
 * Answers its UUID.
 * @throws FORBIDDEN, NOT_FOUND, CONFLICT once it is accepted or has expired
 */
export function acceptCooperation(
  context: RequestContext,
  { cooperationId }: CooperationIdInput,
): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    // Nobody locks what they may not change.
    organizations: async (tx, viewer) => {
      const { side, sides } = await cooperationOf(tx, viewer, cooperationId);
      requireSide(side, 'PARTNER', 'C1');
      return sides;
    },
    work: async (command) => {
      const { tx, actor, instant } = command;
      const found = await cooperationOf(tx, actor, cooperationId);
      requireSide(found.side, 'PARTNER', 'C1');
      requireAcceptable(found.status);
      await requireInviter(tx, found.row, instant);
      await activateCooperation(tx, found.row.id, found.row.partner.id, instant);
      auditCooperation(command, found, 'cooperation.accepted', {});
      return found.row.id;
    },
  });
}

/** I3: a cooperation invitation is accepted only while its sender is still ADMIN. @throws FORBIDDEN */
async function requireInviter(tx: Tx, { invitedById, initiator }: CooperationRow, instant: Date) {
  const facts =
    invitedById === null ? undefined : (await factsOfAccounts(tx, [invitedById])).get(invitedById);
  const access = facts && decideOrganization(facts, initiator.id, instant.getTime());
  const sent = { type: 'COOPERATION', role: null };
  if (!access || !mayStillInvite(sent, { account: facts.account, access })) throw inviterLeft();
}
