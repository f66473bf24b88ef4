import { z } from 'zod';
import {
  isLastingAdmin,
  lastAdmin,
  requireLabel,
  requireMemberUpdate,
  requireTokenMay,
} from '../../authz/member-rules.ts';
import { ORGANIZATION_ROLES } from '../../authz/roles.ts';
import { accountFact, membershipFact } from '../../db/access-facts.ts';
import type { Tx } from '../../db/client.ts';
import {
  hasOtherLiveAdmin,
  isLastAdmin,
  type MemberRow,
  updateMembership,
} from '../../db/queries/members.ts';
import { type Command, NothingChanged } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import type { UpdateMemberInput } from '../../schema/member-inputs.ts';
import { changedFields } from '../changes.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { expiryInput, lineOfText, parseInput, requireLater } from '../parse-input.ts';
import { memberOf } from './member-rows.ts';

const form = z.object({
  memberId: z.string(),
  role: z.enum(ORGANIZATION_ROLES).nullish(),
  label: lineOfText('label', 100).nullish(),
  active: z.boolean().nullish(),
  expiresAt: expiryInput,
});

type Changes = Partial<Pick<MemberRow, 'role' | 'label' | 'active' | 'expiresAt'>>;

/**
 * Changes role, label, pause and expiry of a member in one; needs MEMBER_UPDATE and M2. Answers the membership's UUID.
 * @throws NOT_FOUND, FORBIDDEN, ROLE_NOT_ASSIGNABLE, BAD_USER_INPUT, LABEL_REQUIRED (M5), LAST_ADMIN (M3)
 */
export async function updateMember(context: RequestContext, input: UpdateMemberInput): Promise<string> {
  const { memberId, label, expiresAt, ...given } = parseInput(form, input);
  const changes = { role: given.role ?? undefined, label, active: given.active ?? undefined, expiresAt };
  return context.command({
    mode: 'ACCESS',
    organizations: async (tx, viewer) => {
      // Nobody locks what they may not change.
      await changeOf(tx, viewer, memberId, changes);
      return [];
    },
    work: async (command) => {
      const { tx, actor, instant, audit } = command;
      const { row, before, after, none } = await changeOf(tx, actor, memberId, changes);
      if (none) throw new NothingChanged(row.id);
      requireLater(after.expiresAt, instant);
      const changed = { ...row, ...after };
      requireLabel(changed.role, changed.label);
      await requireAdminLeft(command, row, changed);
      await updateMembership(tx, row.id, after);
      audit({
        organizationId: row.organizationId,
        action: actionOf(after),
        subjectId: globalId('member', row.id),
        details: { before, after },
      });
      return row.id;
    },
  });
}

async function changeOf(tx: Tx, actor: Viewer, memberId: string, changes: Changes) {
  const row = await memberOf(tx, actor, memberId);
  const { before, after, none } = changedFields<Changes>(row, changes);
  const access = actor.inOrganization(row.organizationId);
  requireMemberUpdate(access, actor.rows.membership?.id, membershipFact(row), after);
  requireTokenMay(actor.facts.token, membershipFact(row), after.role);
  return { row, before, after, none };
}

/**
 * M3: the last ADMIN who lasts stays one; M2: an ADMIN steps down while another is live. Under the organization's lock.
 * @throws LAST_ADMIN
 */
async function requireAdminLeft({ tx, actor, instant }: Command<Viewer>, row: MemberRow, changed: MemberRow) {
  const before = membershipFact(row);
  const account = accountFact(row.person);
  const stepsDown = row.id === actor.rows.membership?.id && row.role === 'ADMIN' && changed.role !== 'ADMIN';
  const leavesNone =
    (!isLastingAdmin(membershipFact(changed), account) && (await isLastAdmin(tx, before, account))) ||
    (stepsDown && !(await hasOtherLiveAdmin(tx, before, instant)));
  if (leavesNone) throw lastAdmin();
}

/** The record is named by the weightiest of what changed. */
function actionOf(after: Changes): string {
  if (after.role !== undefined) return 'member.role_changed';
  if (after.active !== undefined) return after.active ? 'member.resumed' : 'member.paused';
  return after.expiresAt === undefined ? 'member.label_changed' : 'member.expiry_changed';
}
