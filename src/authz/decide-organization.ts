/** What a member may do in an organization as a whole (section 6): live membership there, and a role in the action's row. */
import { ORGANIZATION_ACTIONS, type OrganizationAction } from './actions.ts';
import { isLive } from './decide.ts';
import type { AccessFacts, Instant, TokenFact } from './facts.ts';
import type { Reason } from './reasons.ts';
import {
  ACTIONS_ON_RESOURCES,
  ORGANIZATION_ACTION_ROWS,
  type OrganizationRole,
  SESSION_ONLY_ACTIONS,
} from './roles.ts';

/** The outcome for one organization: the member's live role there (null: none) and the actions it allows. */
export interface OrganizationAccess {
  readonly role: OrganizationRole | null;
  readonly actions: readonly OrganizationAction[];
  /** T3: those of them that are about resources, which a scoped token keeps on resources in its scope. */
  readonly onResources: readonly OrganizationAction[];
  /** Why nothing is allowed, when `role` is null; or what narrows it. */
  readonly narrowedBy: Reason | null;
}

const refused = (narrowedBy: Reason): OrganizationAccess => ({
  role: null,
  actions: [],
  onResources: [],
  narrowedBy,
});

/** P1, T1 to T3, D1 and section 6: a DEMO account only reads, a scoped token acts on nothing but resources. */
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
  const demo = account.systemRole === 'DEMO';
  const allowed = ORGANIZATION_ACTIONS.filter((action) => {
    const row = ORGANIZATION_ACTION_ROWS[action];
    return row.roles.includes(role) && (!demo || row.reads === true) && tokenKeeps(token, action);
  });
  return {
    role,
    actions: token?.scope ? [] : allowed,
    onResources: allowed.filter((action) => ACTIONS_ON_RESOURCES.includes(action)),
    narrowedBy: token ? narrowingOf(token) : demo ? 'DEMO_ACCOUNT' : null,
  };
}

/** T1, T2: which organization-wide actions an API token can have of its owner's. */
const tokenKeeps = (token: TokenFact | null, action: OrganizationAction): boolean =>
  !token || (token.group === 'FULL_ACCESS' && !SESSION_ONLY_ACTIONS.includes(action));

const narrowingOf = ({ group, scope }: TokenFact): Reason =>
  group === 'FULL_ACCESS' && scope ? 'OUTSIDE_TOKEN_SCOPE' : 'TOKEN_NARROWS';
