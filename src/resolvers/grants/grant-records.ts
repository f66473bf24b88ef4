import type { AccessFacts, GrantFact } from '../../authz/facts.ts';
import { factsSource } from '../../db/access-facts.ts';
import type { Tx } from '../../db/client.ts';
import { type MemberRow, memberFact } from '../../db/queries/members.ts';
import type { Command } from '../../db/tx.ts';
import { globalId, resourceId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

/** The facts of a member inside a command, under its locks. */
export const factsOfMember = async (tx: Tx, member: MemberRow): Promise<AccessFacts> =>
  (await factsSource(tx).factsOf([memberFact(member)]))[0] as AccessFacts;

/** A grant before and after a change, and through which cooperation it was delegated. */
interface GrantRecord {
  readonly former: GrantFact | undefined;
  readonly grant: GrantFact | null;
  readonly member: Pick<MemberRow, 'id' | 'organizationId'>;
  readonly cooperationId: string | null;
}

/** Records a grant on the member's trail, and a delegated one on the owner's too (A2). */
export function auditGrant(
  { audit }: Command<Viewer>,
  { former, grant, member, cooperationId }: GrantRecord,
): void {
  const { id, resource } = (grant ?? former) as GrantFact;
  const on = {
    memberId: globalId('member', member.id),
    resourceId: resourceId(resource),
  };
  const action = grant ? (former ? 'grant.changed' : 'grant.given') : 'grant.revoked';
  const details =
    former && grant
      ? { ...on, before: shown(former), after: shown(grant) }
      : { ...on, ...shown((grant ?? former) as GrantFact) };
  for (const organizationId of new Set([member.organizationId, resource.organizationId])) {
    audit({
      organizationId,
      action,
      subjectId: globalId('grant', id),
      details,
      ...(cooperationId !== null && { cooperationId }),
    });
  }
}

const shown = ({ role, expiresAt }: GrantFact) => ({
  role,
  expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
});
