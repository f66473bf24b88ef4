import { z } from 'zod';
import type { Access } from '../../authz/decide.ts';
import type { AccessFacts, GrantFact, ResourceRef } from '../../authz/facts.ts';
import {
  type GrantChange,
  requireDelegable,
  requireGranting,
  requireNoRaiseOnLapse,
  requireOwnGrant,
} from '../../authz/grant-rules.ts';
import { Refusal } from '../../authz/refusal.ts';
import { JOB_ROLES } from '../../authz/roles.ts';
import type { Tx } from '../../db/client.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { newId } from '../../db/new-id.ts';
import { insertGrant, newGrantRow, updateGrant } from '../../db/queries/grants.ts';
import type { MemberRow } from '../../db/queries/members.ts';
import { NothingChanged } from '../../db/tx.ts';
import type { GrantRoleInput } from '../../schema/grant-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { grantableMember } from '../members/member-rows.ts';
import { expiryInput, parseInput, requireLater } from '../parse-input.ts';
import { resourceOf } from '../resources/resource-rows.ts';
import { auditGrant, factsOfMember } from './grant-records.ts';

const form = z.object({
  memberId: z.string(),
  resourceId: z.string(),
  role: z.enum(JOB_ROLES),
  expiresAt: expiryInput.transform((date) => date ?? null),
  raisesAccessOnExpiry: z.boolean().nullish(),
});

/**
 * Gives a member a job role on a portfolio or park, or replaces the one they were given (G3); needs GRANT_MANAGE and G1 on an own
 * resource, on a shared one an ADMIN of the receiving organization and G2. Answers the grant's UUID.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, SHARE_CAP_EXCEEDED (G2), EXPIRY_RAISES_ACCESS (G4)
 */
export async function grantRole(context: RequestContext, input: GrantRoleInput): Promise<string> {
  const { memberId, resourceId, role, expiresAt, raisesAccessOnExpiry } = parseInput(form, input);
  const work = context.command({
    mode: 'ACCESS',
    // Nobody locks what they may not change.
    organizations: async (tx, viewer) => [
      (await grantableTo(tx, viewer, memberId, resourceId)).resource.organizationId,
    ],
    work: async (command) => {
      const { tx, actor, instant } = command;
      const { member, facts, resource, access } = await grantableTo(tx, actor, memberId, resourceId);
      requireLater(expiresAt, instant);
      const former = facts.grantOn.get(resource.id);
      const grant: GrantFact = {
        id: former?.id ?? newId(),
        resource,
        role,
        expiresAt: expiresAt?.getTime() ?? null,
      };
      const change: GrantChange = { resource, member: facts, grant };
      if (access.own) requireOwnGrant(actor.facts, change, actor.instant);
      else requireDelegable(access, role);
      if (raisesAccessOnExpiry !== true) requireNoRaiseOnLapse(change);
      if (former?.role === role && former.expiresAt === grant.expiresAt) throw new NothingChanged(grant.id);
      const stored = {
        role,
        expiresAt,
        cooperationId: access.cooperationId,
        grantedById: actor.rows.user.id,
      };
      if (former) await updateGrant(tx, former.id, stored);
      else await insertGrant(tx, newGrantRow(grant.id, member.id, resource, stored, instant));
      auditGrant(command, { grant, former, member, cooperationId: access.cooperationId });
      return grant.id;
    },
  });
  return work.catch((error: unknown) => {
    if (violatedConstraint(error)?.startsWith('grants_one_per_')) {
      throw new Refusal('CONFLICT', 'The member was given a role here meanwhile.');
    }
    throw error;
  });
}

/** What may be granted to whom, as far as that does not depend on the role. */
async function grantableTo(
  tx: Tx,
  actor: Viewer,
  memberId: string,
  resourceId: string,
): Promise<{ member: MemberRow; facts: AccessFacts; resource: ResourceRef; access: Access }> {
  const { ref: resource, access } = await resourceOf(tx, actor, resourceId);
  requireGranting(access.own, actor.home);
  const member = await grantableMember(tx, actor, memberId);
  return { member, facts: await factsOfMember(tx, member), resource, access };
}
