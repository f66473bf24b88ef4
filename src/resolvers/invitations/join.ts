import { decide } from '../../authz/decide.ts';
import { decideOrganization } from '../../authz/decide-organization.ts';
import { type AccessFacts, foldFacts, type GrantFact, type Instant } from '../../authz/facts.ts';
import { requireGranting, requireOwnGrant } from '../../authz/grant-rules.ts';
import { Refusal } from '../../authz/refusal.ts';
import { isAtOrBelow } from '../../authz/roles.ts';
import { accountFact, membershipFact } from '../../db/access-facts.ts';
import { newId } from '../../db/new-id.ts';
import { insertMembership } from '../../db/queries/accounts.ts';
import { insertGrants, newGrantRow } from '../../db/queries/grants.ts';
import {
  grantsOfInvitations,
  type InvitationGrantRow,
  type InvitationRow,
} from '../../db/queries/invitations.ts';
import type { UserRow } from '../../db/queries/sessions.ts';
import type { Command } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import { factsOfAccounts } from './facts-of-accounts.ts';
import { shownGrants } from './invitation-input.ts';

/** Makes the member, and the grants that those who gave them may still give (G1). */
export async function join(
  { tx, instant, audit }: Command<unknown>,
  invitation: InvitationRow,
  user: UserRow,
): Promise<void> {
  const organizationId = invitation.organization?.id as string;
  const role = invitation.role as NonNullable<InvitationRow['role']>;
  const membership = {
    id: newId(),
    userId: user.id,
    organizationId,
    role,
    label: invitation.label,
    active: true,
    expiresAt: null,
  };
  await insertMembership(tx, { ...membership, joinedAt: instant });
  const carried = (await grantsOfInvitations(tx, [invitation.id])).get(invitation.id) ?? [];
  const live = carried.filter(({ expiresAt }) => expiresAt === null || expiresAt > instant);
  const grantors = await factsOfAccounts(tx, [...new Set(live.map(({ grantedById }) => grantedById))]);
  const base = foldFacts({
    account: accountFact(user),
    membership: membershipFact(membership),
    grants: [],
    shares: [],
    token: null,
  });
  const given = takingEffect(live, base, grantors, instant.getTime());
  await insertGrants(
    tx,
    given.map(({ resource, role: jobRole, expiresAt, grantedById }) =>
      newGrantRow(
        newId(),
        membership.id,
        resource,
        { role: jobRole, expiresAt, cooperationId: null, grantedById },
        instant,
      ),
    ),
  );
  audit({
    organizationId,
    action: 'invitation.accepted',
    subjectId: globalId('invitation', invitation.id),
    details: {
      memberId: globalId('member', membership.id),
      userId: globalId('user', user.id),
      name: user.name,
      role,
      label: invitation.label,
      grants: shownGrants(given),
      grantsNotGiven: shownGrants(carried.filter((grant) => !given.includes(grant))),
    },
  });
}

/**
 * G1, asked again of whoever gave each: what they may not give any more is left out. Not so what blocks or lowers a role that the newcomer
 * has without it: leaving that out would give them more than they were invited with.
 */
function takingEffect(
  carried: readonly InvitationGrantRow[],
  newcomer: AccessFacts,
  grantors: ReadonlyMap<string, AccessFacts>,
  instant: Instant,
): readonly InvitationGrantRow[] {
  const withGrants = (rows: readonly InvitationGrantRow[]) =>
    foldFacts({ ...newcomer, grants: rows.map(grantFact) });
  const all = withGrants(carried);
  const taken = carried.filter((row) => mayGive(grantors.get(row.grantedById), all, grantFact(row), instant));
  // A portfolio's before a park's: what lowers is judged beside what takes effect above it.
  const rest = carried.filter((row) => !taken.includes(row)).toSorted(portfoliosFirst);
  for (const row of rest) {
    const { jobRole } = decide(withGrants(taken), row.resource, instant);
    if (isAtOrBelow(row.role, jobRole)) taken.push(row);
  }
  return carried.filter((row) => taken.includes(row));
}

const portfoliosFirst = (a: InvitationGrantRow, b: InvitationGrantRow) =>
  Number(a.resource.kind === 'PARK') - Number(b.resource.kind === 'PARK');

const grantFact = ({ id, resource, role, expiresAt }: InvitationGrantRow): GrantFact => ({
  ...{ id, resource, role },
  expiresAt: expiresAt?.getTime() ?? null,
});

function mayGive(
  grantor: AccessFacts | undefined,
  member: AccessFacts,
  grant: GrantFact,
  instant: Instant,
): boolean {
  if (!grantor) return false;
  const { resource } = grant;
  try {
    requireGranting(true, decideOrganization(grantor, resource.organizationId, instant));
    requireOwnGrant(grantor, { resource, member, grant }, instant);
    return true;
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}
