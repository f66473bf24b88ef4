/** M1 to M6 and I3 as commands on a state; who may change whom is what naive-members.ts says. */
import * as naive from '../naive-members.ts';
import {
  type Judge,
  memberOf,
  type OrganizationRole,
  put,
  Refused,
  requireFullAccount,
  requireLater,
  requireRole,
  type State,
} from './state.ts';

const EVERY_ROLE = Object.keys(naive.mayInvite) as OrganizationRole[];

function afterVerdict(state: State, verdict: naive.Verdict): State {
  if (verdict.code !== 'OK') throw new Refused(verdict.code, verdict.rule);
  return { ...state, members: verdict.team };
}

export interface MemberUpdate {
  readonly member: string;
  readonly change: naive.MemberChange;
}

/** M2, M3, M5. */
export const updateMember: Judge<MemberUpdate> = (state, actor, { member, change }) => {
  requireFullAccount(state, actor);
  const before = memberOf(state, member);
  if (!before || !memberOf(state, actor)) throw new Refused('NOT_FOUND');
  const verdict = naive.updateMember(state.members, actor, member, change, new Date(state.now));
  // Whoever may change it at all is told of an instant that has come, before what the change would break.
  const mayChange = ['OK', 'LABEL_REQUIRED', 'LAST_ADMIN'].includes(verdict.code);
  if (mayChange && change.expiresAt !== before.expiresAt) requireLater(change.expiresAt, state.now);
  return afterVerdict(state, verdict);
};

/** M2, M3, M6. */
export const removeMember: Judge<{ readonly member: string }> = (state, actor, { member }) => {
  requireFullAccount(state, actor);
  if (!memberOf(state, actor) || !memberOf(state, member)) throw new Refused('NOT_FOUND');
  return afterVerdict(state, naive.removeMember(state.members, actor, member, new Date(state.now)));
};

/** M6: any member may leave, a paused or expired one too, M3 apart. */
export const leaveOrganization: Judge<object> = (state, actor) => {
  requireFullAccount(state, actor);
  if (!memberOf(state, actor)) throw new Refused('NOT_FOUND');
  return afterVerdict(state, naive.leaveOrganization(state.members, actor));
};

export interface Hiring {
  readonly organization: string;
  /** Who is invited, and accepts: nobody's member, or one of that organization already. */
  readonly person: string;
  readonly role: OrganizationRole;
  readonly label: string | null;
}

/** M1, M5, I1, I3: an invitation that is accepted at once, by whoever was invited. */
export const hire: Judge<Hiring> = (state, actor, { organization, person, role, label }) => {
  requireFullAccount(state, actor);
  const inviter = requireRole(state, actor, EVERY_ROLE);
  if (inviter.organization !== organization) throw new Refused('NOT_FOUND');
  requireRole(state, actor, ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL']);
  if (!naive.mayInvite[inviter.role].includes(role)) throw new Refused('ROLE_NOT_ASSIGNABLE', 'M1');
  if (role === 'EXTERNAL' && label === null) throw new Refused('LABEL_REQUIRED', 'M5');
  if (memberOf(state, person)?.organization === organization) throw new Refused('ALREADY_MEMBER', 'I3');
  const account = { systemRole: 'USER', suspended: false } as const;
  const member = { id: person, organization, role, label, active: true, expiresAt: null, ...account };
  return { ...state, members: [...state.members, member] };
};

/** Section 6: the ADMIN's. */
export const updateOrganization: Judge<{ readonly organization: string; readonly name: string }> = (
  state,
  actor,
  { organization, name },
) => {
  requireFullAccount(state, actor);
  const member = requireRole(state, actor, EVERY_ROLE);
  if (member.organization !== organization) throw new Refused('NOT_FOUND');
  requireRole(state, actor, ['ADMIN']);
  const former = state.organizations.find(({ id }) => id === organization);
  return { ...state, organizations: put(state.organizations, former, { id: organization, name }) };
};
