/** Who may give and take which job role (G1, G2), and that a lapse does not raise access unawares (G4). */
import { type Access, decide } from './decide.ts';
import type { OrganizationAccess } from './decide-organization.ts';
import { type AccessFacts, foldFacts, type GrantFact, type Instant, type ResourceRef } from './facts.ts';
import { notFound, Refusal, requireOnResources } from './refusal.ts';
import {
  DELEGATING_ROLES,
  delegableRoles,
  isAtOrBelow,
  type JobRole,
  type OrganizationRole,
} from './roles.ts';
import { namedResources } from './visible-set.ts';

/** A grant to one member that is given, replaced or (`grant` null) taken away. */
export interface GrantChange {
  readonly resource: ResourceRef;
  /** The member's facts without the change. */
  readonly member: AccessFacts;
  readonly grant: GrantFact | null;
}

/**
 * Section 6: who may touch grants on a resource at all: on an own one by GRANT_MANAGE, on a shared one the receiving ADMIN.
 * @param home the actor's access to their own organization
 * @throws FORBIDDEN
 */
export function requireGranting(own: boolean, home: OrganizationAccess): void {
  if (home.role === null) throw notFound();
  if (own || DELEGATING_ROLES.includes(home.role)) {
    requireOnResources(home, 'GRANT_MANAGE');
    return;
  }
  throw new Refusal('FORBIDDEN', 'Only an ADMIN of the receiving organization delegates what is shared.', {
    layer: 'ORGANIZATION',
    rule: 'section 6',
    required: 'ADMIN',
    actual: home.role,
    allowedRoles: DELEGATING_ROLES,
  });
}

/** G2: what the receiving organization delegated to its own member is not the owner's to take; they lower the share. @throws FORBIDDEN */
export function requireOwnDelegation(actor: AccessFacts, member: { readonly organizationId: string }): void {
  const { membership } = actor;
  if (membership?.organizationId === member.organizationId) return;
  throw new Refusal(
    'FORBIDDEN',
    'Only the receiving organization changes what it delegated; lower or end the share instead.',
    {
      layer: 'ORGANIZATION',
      rule: 'G2',
      required: 'ADMIN of the receiving organization',
      actual: membership?.role ?? 'NONE',
      allowedRoles: [],
    },
  );
}

/**
 * G1, on own resources: an ADMIN may give anything to anyone; a MODERATOR only where the member's roles before and after are at
 * or below their own, on a portfolio in every park of it too, never for themselves and never for an ADMIN.
 * @throws FORBIDDEN
 */
export function requireOwnGrant(actor: AccessFacts, change: GrantChange, instant: Instant): void {
  requireOwnChange(actor, change.resource, { before: change.member, after: afterwards(change) }, instant);
}

/** The same for one resource of several that change at once: `after` is what all of them leave. */
export function requireOwnChange(
  actor: AccessFacts,
  changed: ResourceRef,
  member: { readonly before: AccessFacts; readonly after: AccessFacts },
  instant: Instant,
): void {
  const { membership } = actor;
  if (membership?.role === 'ADMIN') return;
  const holder = member.before.membership;
  if (holder?.id === membership?.id) throw beyondModerator('A MODERATOR gives themselves nothing.', 'ADMIN');
  if (holder?.role === 'ADMIN') throw beyondModerator('A MODERATOR gives an ADMIN nothing.', 'ADMIN');
  const before = inGoodStanding(member.before);
  const after = inGoodStanding(member.after);
  for (const resource of [changed, ...namedParksOf(changed, actor, before, after)]) {
    const own = decide(actor, resource, instant);
    const roles = [
      decide(before, resource, instant),
      ...instantsOf(after, resource, instant).map((at) => decide(after, resource, at)),
    ].map(({ jobRole }) => jobRole);
    const above = roles.find((role) => !isAtOrBelow(role, own.jobRole));
    if (above === undefined) continue;
    // What a moderator may not see must not be told by a refusal either (V2).
    if (!own.visible) throw beyondModerator('In this portfolio that is more than you have.', 'ADMIN');
    const where = resource === changed ? 'here' : 'in a park of this portfolio';
    const message = `The member's role before or after would be ${above}; yours ${where} is ${own.jobRole}.`;
    throw beyondModerator(message, above, own.jobRole);
  }
}

/** Now, and each later instant at which a grant that counts here lapses: what comes to light then was given now. */
const instantsOf = (facts: AccessFacts, resource: ResourceRef, instant: Instant): Instant[] => [
  instant,
  ...[resource.id, resource.portfolioId].flatMap((id) => {
    const expiresAt = facts.grantOn.get(id)?.expiresAt ?? instant;
    return expiresAt > instant ? [expiresAt] : [];
  }),
];

const beyondModerator = (message: string, required: string, actual?: JobRole) =>
  new Refusal('FORBIDDEN', message, {
    layer: actual === undefined ? 'ORGANIZATION' : 'JOB',
    rule: 'G1',
    required,
    actual: actual ?? ('MODERATOR' satisfies OrganizationRole),
    allowedRoles: ['ADMIN'] satisfies OrganizationRole[],
  });

/**
 * The parks of a portfolio where somebody's role may differ from the one on the portfolio itself. Exact without asking for the
 * others: what no fact names has its portfolio's role (P2).
 */
function* namedParksOf(portfolio: ResourceRef, ...everybody: AccessFacts[]): Generator<ResourceRef> {
  if (portfolio.kind !== 'PORTFOLIO') return;
  for (const facts of everybody) {
    for (const resource of namedResources(facts).values()) {
      if (resource.kind === 'PARK' && resource.portfolioId === portfolio.id) yield resource;
    }
  }
}

/** G2, on a shared resource: VIEWER or exactly the ceiling's role. @throws SHARE_CAP_EXCEEDED */
export function requireDelegable(access: Access, role: JobRole): void {
  const delegable = delegableRoles(access.ceiling ?? 'NONE');
  if (delegable.includes(role)) return;
  throw new Refusal('SHARE_CAP_EXCEEDED', `Here ${delegable.join(' or ')} can be granted, not ${role}.`, {
    layer: 'ORGANIZATION',
    rule: 'G2',
    required: delegable.join(' or '),
    actual: role,
    allowedRoles: [],
  });
}

/**
 * G4: at the instant at which the grant lapses, the role without it is at or below the grant's; so it is in each park of a portfolio,
 * where a share of its own may give more.
 * @throws EXPIRY_RAISES_ACCESS
 */
export function requireNoRaiseOnLapse(change: GrantChange): void {
  const { grant, resource } = change;
  if (grant?.expiresAt == null) return;
  const after = afterwards(change);
  requireNoRaise(grant, grant.role, decide(after, resource, grant.expiresAt).jobRole);
  for (const park of namedParksOf(resource, after)) {
    const until = decide(after, park, grant.expiresAt - 1).jobRole;
    requireNoRaise(grant, until, decide(after, park, grant.expiresAt).jobRole);
  }
}

function requireNoRaise(grant: GrantFact, until: JobRole, then: JobRole): void {
  if (isAtOrBelow(then, until)) return;
  throw new Refusal(
    'EXPIRY_RAISES_ACCESS',
    `When the grant of ${grant.role} lapses, the role rises from ${until} to ${then}.`,
    {
      layer: 'JOB',
      rule: 'G4',
      field: 'raisesAccessOnExpiry',
      required: 'raisesAccessOnExpiry',
      actual: then,
    },
  );
}

/** The member's facts with the change made, as if they were in good standing. */
function afterwards({ member, grant, resource }: GrantChange): AccessFacts {
  const others = member.grants.filter((each) => each.resource.id !== resource.id);
  return inGoodStanding(foldFacts({ ...member, grants: grant ? [...others, grant] : others }));
}

/**
 * A grant to a member who is paused, expired or suspended stays blocked (G5): it is judged by what it will give once they are back,
 * and one to a DEMO account by what it gives without that bound.
 */
const inGoodStanding = (facts: AccessFacts): AccessFacts => ({
  ...facts,
  account: { ...facts.account, suspended: false, systemRole: 'USER' },
  membership: facts.membership && { ...facts.membership, active: true, expiresAt: null },
});
