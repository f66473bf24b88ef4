import { requireGranting, requireOwnDelegation, requireOwnGrant } from '../../authz/grant-rules.ts';
import { requireTokenMay } from '../../authz/member-rules.ts';
import { membershipFact } from '../../db/access-facts.ts';
import type { Tx } from '../../db/client.ts';
import { deleteGrant, type GrantRow } from '../../db/queries/grants.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RevokeGrantInput } from '../../schema/grant-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { auditGrant, factsOfMember } from './grant-records.ts';
import { grantOf } from './grant-rows.ts';

/**
 * Takes a grant away, live or lapsed; needs what giving it needs (G1), a delegated one an ADMIN of its member's organization. Answers
 * the grant's global id.
 * @throws NOT_FOUND, FORBIDDEN
 */
export function revokeGrant(context: RequestContext, { grantId }: RevokeGrantInput): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    // Nobody locks what they may not change.
    organizations: async (tx, viewer) => [(await revocable(tx, viewer, grantId)).resource.organizationId],
    work: async (command) => {
      const { tx, actor } = command;
      const { id, resource, member, cooperationId } = await revocable(tx, actor, grantId);
      const facts = await factsOfMember(tx, member);
      if (cooperationId === null) {
        requireOwnGrant(actor.facts, { resource, member: facts, grant: null }, actor.instant);
      }
      await deleteGrant(tx, id);
      auditGrant(command, { former: facts.grantOn.get(resource.id), grant: null, member, cooperationId });
      return globalId('grant', id);
    },
  });
}

async function revocable(tx: Tx, actor: Viewer, grantId: string): Promise<GrantRow> {
  const row = await grantOf(tx, actor, grantId);
  requireOwnDelegation(actor.facts, row.member);
  requireGranting(row.cooperationId === null, actor.home);
  requireTokenMay(actor.facts.token, membershipFact(row.member));
  return row;
}
