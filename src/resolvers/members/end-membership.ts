import { isLastingAdmin, lastAdmin } from '../../authz/member-rules.ts';
import { accountFact, membershipFact } from '../../db/access-facts.ts';
import type { Tx } from '../../db/client.ts';
import {
  countGrants,
  type DelegatedGrant,
  delegatedGrantsOf,
  deleteMembership,
  hasOtherLastingAdmin,
  type MemberRow,
} from '../../db/queries/members.ts';
import type { Command } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

/** How many resources one record names; the count is always there. */
const NAMED_IN_AUDIT = 1_000;

/** The owners of what is delegated to a member: their resources lose someone with the membership. */
export const ownersConcerned = async (tx: Tx, membershipId: string): Promise<string[]> =>
  (await delegatedGrantsOf(tx, membershipId)).map(({ ownerId }) => ownerId);

/**
 * M6, under the locks of the organization and the owners concerned: ends a membership with its grants, and records it on every
 * trail concerned.
 * @throws LAST_ADMIN (M3)
 */
export async function endMembership(
  { tx, audit }: Command<Viewer>,
  member: MemberRow,
  action: 'member.removed' | 'member.left',
  moreDetails: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { id, organizationId } = member;
  const lasts = isLastingAdmin(membershipFact(member), accountFact(member.person));
  if (lasts && !(await hasOtherLastingAdmin(tx, organizationId, id))) throw lastAdmin();
  const grantsEnded = await countGrants(tx, id);
  const delegated = await delegatedGrantsOf(tx, id);
  await deleteMembership(tx, id);
  const subjectId = globalId('member', id);
  const { name, id: userId } = member.person;
  const { role, label } = member;
  const details = { userId: globalId('user', userId), name, role, label, grantsEnded, ...moreDetails };
  audit({ organizationId, action, subjectId, details });
  for (const [cooperationId, ended] of byCooperation(delegated)) {
    audit({
      organizationId: (ended[0] as DelegatedGrant).ownerId,
      cooperationId,
      action: 'grant.revoked',
      subjectId,
      details: {
        memberId: subjectId,
        because: action === 'member.left' ? 'the member left' : 'the member was removed',
        count: ended.length,
        resourceIds: ended.slice(0, NAMED_IN_AUDIT).map(({ resource }) => resourceId(resource)),
      },
    });
  }
}

const resourceId = ({ kind, id }: DelegatedGrant['resource']) =>
  globalId(kind === 'PARK' ? 'park' : 'portfolio', id);

/** A member's resources in one cooperation have one owner: the other side of it. */
const byCooperation = (delegated: readonly DelegatedGrant[]): Map<string, DelegatedGrant[]> =>
  Map.groupBy(delegated, ({ cooperationId }) => cooperationId);
