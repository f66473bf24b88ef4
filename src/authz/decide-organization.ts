/** What a member may do in an organization as a whole (section 6): live membership there, and a role in the action's row. */
import { ORGANIZATION_ACTIONS, type OrganizationAction } from './actions.ts';
import { isLive } from './decide.ts';
import type { AccessFacts, Instant } from './facts.ts';
import type { Reason } from './reasons.ts';
import { ORGANIZATION_ACTION_ROWS, type OrganizationRole } from './roles.ts';

/** The outcome for one organization: the member's live role there (null: none) and the actions it allows. */
export interface OrganizationAccess {
  readonly role: OrganizationRole | null;
  readonly actions: readonly OrganizationAction[];
  /** Why nothing is allowed, when `role` is null; or what narrows it. */
  readonly narrowedBy: Reason | null;
}

const refused = (narrowedBy: Reason): OrganizationAccess => ({ role: null, actions: [], narrowedBy });

/** P1, T3, D1 and section 6: a scoped token performs no organization-wide action, a DEMO account only reads. */
export function decideOrganization(
  facts: AccessFacts,
  organizationId: string,
  instant: Instant,
): OrganizationAccess {
  const { token, account, membership } = facts;
  if (token && (token.revoked || !isLive(token, instant))) return refused('TOKEN_NOT_LIVE');
  if (account.suspended) return refused('ACCOUNT_SUSPENDED');
  if (membership?.organizationId !== organizationId) return refused('NO_MEMBERSHIP');
  if (!membership.active) return refused('MEMBERSHIP_PAUSED');
  if (!isLive(membership, instant)) return refused('MEMBERSHIP_EXPIRED');
  const { role } = membership;
  if (token?.scope) return { role, actions: [], narrowedBy: 'OUTSIDE_TOKEN_SCOPE' };
  const demo = account.systemRole === 'DEMO';
  const actions = ORGANIZATION_ACTIONS.filter((action) => {
    const row = ORGANIZATION_ACTION_ROWS[action];
    return row.roles.includes(role) && (!demo || row.reads === true);
  });
  return { role, actions, narrowedBy: demo ? 'DEMO_ACCOUNT' : null };
}
