import { lastAdmin } from '../../authz/member-rules.ts';
import { accountFact, membershipFact } from '../../db/access-facts.ts';
import { NAMED_IN_AUDIT } from '../../db/audit.ts';
import type { Tx } from '../../db/client.ts';
import { countTokensOf } from '../../db/queries/api-tokens.ts';
import {
  deleteMembership,
  grantsOfMember,
  isLastAdmin,
  type MemberGrant,
  type MemberRow,
} from '../../db/queries/members.ts';
import type { Command } from '../../db/tx.ts';
import { globalId, resourceId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

/** The owners of what a member has grants on: of what is delegated to them, the partners. */
export const ownersConcerned = async (tx: Tx, membershipId: string): Promise<string[]> =>
  (await grantsOfMember(tx, membershipId)).map(({ resource }) => resource.organizationId);

/**
 * M6, under the locks of the organization and the owners concerned: ends a membership with its grants and API tokens, and records it on every
 * trail concerned.
 * @throws LAST_ADMIN (M3)
 */
export async function endMembership(
  { tx, audit }: Command<Viewer>,
  member: MemberRow,
  action: 'member.removed' | 'member.left',
  moreDetails: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { id, organizationId, role, label } = member;
  if (await isLastAdmin(tx, membershipFact(member), accountFact(member.person))) throw lastAdmin();
  const grants = await grantsOfMember(tx, id);
  const tokensEnded = await countTokensOf(tx, id);
  await deleteMembership(tx, id);
  const subjectId = globalId('member', id);
  const { name, id: userId } = member.person;
  const who = { userId: globalId('user', userId), name, role, label };
  audit({
    organizationId,
    action,
    subjectId,
    details: { ...who, ...ended(grants), tokensEnded, ...moreDetails },
  });
  // The other side of each cooperation owns what was delegated through it.
  for (const [cooperationId, delegated] of Map.groupBy(grants, (grant) => grant.cooperationId)) {
    if (cooperationId === null) continue;
    audit({
      organizationId: (delegated[0] as MemberGrant).resource.organizationId,
      cooperationId,
      action: 'member.grants_ended',
      subjectId,
      details: { because: action === 'member.left' ? 'left' : 'removed', ...ended(delegated) },
    });
  }
}

const ended = (grants: readonly MemberGrant[]) => ({
  grantsEnded: grants.length,
  grants: grants.slice(0, NAMED_IN_AUDIT).map(({ resource, role, expiresAt }) => ({
    resourceId: resourceId(resource),
    role,
    expiresAt,
  })),
});
