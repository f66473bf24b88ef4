import { notFound, Refusal, requireAdministrator } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { fetchByIds } from '../../db/queries/keyset.ts';
import { hasLiveAdmin, MEMBERS_BY_USER, type MemberRow, updateMembership } from '../../db/queries/members.ts';
import type { AppointAdminInput } from '../../schema/account-inputs.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';

/**
 * M3: makes a member ADMIN, active and without expiry, where an organization has no live ADMIN left. For system administrators.
 * Answers the membership's UUID.
 * @throws FORBIDDEN, also while the organization has a live ADMIN; NOT_FOUND for whoever is no member there
 */
export function appointAdmin(
  context: RequestContext,
  { organizationId, userId }: AppointAdminInput,
): Promise<string> {
  return context.command({
    mode: 'ACCESS',
    organizations: async (_, viewer) => {
      // Nobody locks what they may not change.
      requireAdministrator(viewer.facts.account);
      const id = parseGlobalId('organization', organizationId);
      return id === null ? [] : [id];
    },
    work: async ({ tx, actor, instant, audit }) => {
      requireAdministrator(actor.facts.account);
      const id = parseGlobalId('organization', organizationId);
      // Asked first, and of the organization alone: who its members are is not the platform's to know.
      if (id !== null && (await hasLiveAdmin(tx, id, instant))) throw adminLeft();
      const member = await memberOfOrganization(tx, id, userId);
      const { suspendedAt, systemRole } = member.person;
      if (suspendedAt !== null || systemRole === 'DEMO')
        throw unfit(suspendedAt === null ? 'DEMO' : 'SUSPENDED');
      const after = { role: 'ADMIN', active: true, expiresAt: null } as const;
      await updateMembership(tx, member.id, after);
      const { role, active, expiresAt } = member;
      const record = {
        action: 'member.appointed_admin',
        subjectId: globalId('member', member.id),
        details: { before: { role, active, expiresAt }, after },
      };
      audit({ ...record, organizationId: member.organizationId });
      audit({ ...record, organizationId: null });
      return member.id;
    },
  });
}

const unfit = (actual: string) =>
  new Refusal('FORBIDDEN', 'Whoever is suspended or DEMO would be no live ADMIN.', {
    layer: 'SYSTEM',
    rule: 'M3',
    required: 'an account in good standing',
    actual,
    allowedRoles: [],
  });

const adminLeft = () =>
  new Refusal('FORBIDDEN', 'The organization has a live ADMIN, who appoints others.', {
    layer: 'SYSTEM',
    rule: 'M3',
    required: 'no live ADMIN in the organization',
    actual: 'a live ADMIN',
    allowedRoles: [],
  });

async function memberOfOrganization(
  tx: Tx,
  organizationId: string | null,
  userId: string,
): Promise<MemberRow> {
  const user = parseGlobalId('user', userId);
  const row = user === null ? undefined : (await fetchByIds(tx, MEMBERS_BY_USER, [user])).get(user);
  if (!row || row.organizationId !== organizationId) throw notFound();
  return row;
}
