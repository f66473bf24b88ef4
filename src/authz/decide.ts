/** The one decision: the effective job role of a member on a resource at an instant, and why (section 4). */
import type { ResourceAction } from './actions.ts';
import type { AccessFacts, CooperationFact, GrantFact, Instant, ResourceRef, ShareFact } from './facts.ts';
import type { Reason } from './reasons.ts';
import { JOB_ROLE_ACTIONS, type JobRole, meet, ORGANIZATION_ROLE_ROWS, TOKEN_ACTIONS } from './roles.ts';

/** One step of the explanation: after it, the role can be at most `jobRole`; the last step's is the outcome. */
export interface AccessStep {
  readonly reason: Reason;
  readonly jobRole: JobRole;
  readonly grant?: GrantFact;
  readonly share?: ShareFact;
}

/** The outcome of the decision on one resource, and why. */
export interface Access {
  readonly jobRole: JobRole;
  readonly actions: readonly ResourceAction[];
  /** P13: above NONE, or a live ADMIN of the owning organization who is blocked here and may mend it. */
  readonly visible: boolean;
  /** The resource belongs to the member's own organization. */
  readonly own: boolean;
  /** The share's role, on a resource that reaches the member's organization through a live share (P3). */
  readonly ceiling: JobRole | null;
  readonly cooperationId: string | null;
  /** The first later instant at which `jobRole` changes through an expiry alone. */
  readonly changesAt: Instant | null;
  readonly trace: readonly AccessStep[];
}

type Outcome = Omit<Access, 'changesAt'>;

/** At the exact instant of `expiresAt` it is no longer live (section 1). */
export function isLive(fact: { readonly expiresAt: Instant | null }, instant: Instant): boolean {
  return fact.expiresAt === null || fact.expiresAt > instant;
}

/** A cooperation carries its shares while it is accepted, not paused and not expired (P3). */
function isCooperationLive(cooperation: CooperationFact, instant: Instant): boolean {
  return cooperation.accepted && !cooperation.paused && isLive(cooperation, instant);
}

const isShareLive = (share: ShareFact, instant: Instant) =>
  isLive(share, instant) && isCooperationLive(share.cooperation, instant);

const liveGrant = (facts: AccessFacts, id: string, instant: Instant) => {
  const grant = facts.grantOn.get(id);
  return grant && isLive(grant, instant) ? grant : undefined;
};

const liveShare = (facts: AccessFacts, id: string, instant: Instant) => {
  const share = facts.shareOn.get(id);
  return share && isShareLive(share, instant) ? share : undefined;
};

/**
 * The effective job role of the facts' member on `resource` at `instant` (P1 to P13), pure and synchronous.
 * Unknown resources get NONE; nothing here throws.
 */
export function decide(facts: AccessFacts, resource: ResourceRef, instant: Instant): Access {
  const outcome = evaluate(facts, resource, instant);
  return { ...outcome, changesAt: changesAt(facts, resource, instant, outcome.jobRole) };
}

function evaluate(facts: AccessFacts, resource: ResourceRef, instant: Instant): Outcome {
  const trace: AccessStep[] = [];
  const own = facts.membership?.organizationId === resource.organizationId;
  let ceiling: ShareFact | undefined;
  const outcome = (jobRole: JobRole, mayMend = false): Outcome => ({
    jobRole,
    actions: narrowed(facts, (own ? JOB_ROLE_ACTIONS.own : JOB_ROLE_ACTIONS.shared)[jobRole]),
    visible: jobRole !== 'NONE' || mayMend,
    own,
    ceiling: ceiling?.role ?? null,
    cooperationId: ceiling?.cooperation.id ?? null,
    trace,
  });
  const refuse = (reason: Reason, share?: ShareFact): Outcome => {
    trace.push({ reason, jobRole: 'NONE', ...(share && { share }) });
    return outcome('NONE');
  };

  // API layer: a token narrows its owner (P10), to its scope (T3).
  const { token, account, membership } = facts;
  if (token) {
    if (token.revoked || !isLive(token, instant)) return refuse('TOKEN_NOT_LIVE');
    if (!inScope(facts, resource)) return refuse('OUTSIDE_TOKEN_SCOPE');
    trace.push({ reason: 'TOKEN_ALLOWS', jobRole: 'OPERATOR' });
  }

  // System layer (P1, P9).
  if (account.suspended) return refuse('ACCOUNT_SUSPENDED');
  const bound: JobRole = account.systemRole === 'DEMO' ? 'VIEWER' : 'OPERATOR';
  trace.push({ reason: bound === 'VIEWER' ? 'DEMO_ACCOUNT' : 'ACCOUNT_IN_GOOD_STANDING', jobRole: bound });

  // Organization layer (P1 to P3, P6).
  if (!membership) return refuse('NO_MEMBERSHIP');
  if (!membership.active) return refuse('MEMBERSHIP_PAUSED');
  if (!isLive(membership, instant)) return refuse('MEMBERSHIP_EXPIRED');
  if (own) {
    trace.push({ reason: 'OWN_RESOURCE', jobRole: bound });
  } else {
    ceiling = liveShare(facts, resource.id, instant) ?? liveShare(facts, resource.portfolioId, instant);
    if (!ceiling) return refuse('NOT_SHARED');
    if (ceiling.role === 'OPERATOR') return refuse('OPERATOR_NEVER_SHARED', ceiling);
    const reason = ceiling.resource.id === resource.id ? 'SHARE_ON_RESOURCE' : 'SHARE_ON_PORTFOLIO';
    trace.push({ reason, jobRole: meet(bound, ceiling.role), share: ceiling });
  }

  // Job layer (P2, P4, P5).
  const upper = ceiling ? meet(bound, ceiling.role) : bound;
  const job = own ? ownRole(facts, resource, instant) : delegatedRole(facts, resource, instant);
  const jobRole = meet(upper, job.jobRole);
  trace.push({ ...job, jobRole });
  return outcome(jobRole, own && membership.role === 'ADMIN');
}

/** T3: a scoped portfolio covers its present and later parks; a token without scope covers everything. */
export const inScope = ({ scopeIds }: AccessFacts, resource: ResourceRef): boolean =>
  !scopeIds || scopeIds.has(resource.id) || scopeIds.has(resource.portfolioId);

/** T2: of what the job role allows, an API token keeps what its group reaches. */
function narrowed({ token }: AccessFacts, actions: readonly ResourceAction[]): readonly ResourceAction[] {
  const kept = token && TOKEN_ACTIONS[token.group];
  return kept ? actions.filter((action) => kept.includes(action)) : actions;
}

/** P2: the grant on the resource, else the one on its portfolio, else the organization role's default. */
function ownRole(facts: AccessFacts, resource: ResourceRef, instant: Instant): AccessStep {
  const direct = liveGrant(facts, resource.id, instant);
  if (direct) return { reason: 'GRANT_ON_RESOURCE', jobRole: direct.role, grant: direct };
  const inherited = liveGrant(facts, resource.portfolioId, instant);
  if (inherited) return { reason: 'GRANT_ON_PORTFOLIO', jobRole: inherited.role, grant: inherited };
  const role = facts.membership?.role ?? 'EXTERNAL';
  return { reason: 'DEFAULT_OF_ROLE', jobRole: ORGANIZATION_ROLE_ROWS[role].defaultJobRole };
}

/** P4: a live delegation, the portfolio's only while the portfolio itself is shared; else ADMIN has the ceiling, others NONE. */
function delegatedRole(facts: AccessFacts, resource: ResourceRef, instant: Instant): AccessStep {
  const direct = liveGrant(facts, resource.id, instant);
  if (direct) return { reason: 'DELEGATED_ON_RESOURCE', jobRole: direct.role, grant: direct };
  const inherited = liveGrant(facts, resource.portfolioId, instant);
  if (inherited && liveShare(facts, resource.portfolioId, instant)) {
    return { reason: 'DELEGATED_ON_PORTFOLIO', jobRole: inherited.role, grant: inherited };
  }
  return facts.membership?.role === 'ADMIN'
    ? { reason: 'ADMIN_HAS_CEILING', jobRole: 'OPERATOR' }
    : { reason: 'NOT_DELEGATED', jobRole: 'NONE' };
}

/** Only an expiry that concerns this resource can change the outcome by itself: each is tried, in order. */
function changesAt(
  facts: AccessFacts,
  resource: ResourceRef,
  instant: Instant,
  jobRole: JobRole,
): Instant | null {
  let candidates: Instant[] | undefined;
  const consider = (fact: { readonly expiresAt: Instant | null } | null | undefined) => {
    if (fact?.expiresAt != null && fact.expiresAt > instant)
      candidates = [...(candidates ?? []), fact.expiresAt];
  };
  consider(facts.token);
  consider(facts.membership);
  for (const id of resource.kind === 'PARK' ? [resource.id, resource.portfolioId] : [resource.id]) {
    consider(facts.grantOn.get(id));
    const share = facts.shareOn.get(id);
    consider(share);
    consider(share?.cooperation);
  }
  if (!candidates) return null;
  candidates.sort((a, b) => a - b);
  return candidates.find((at) => evaluate(facts, resource, at).jobRole !== jobRole) ?? null;
}
