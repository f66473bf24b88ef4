/** What can be shared, by whom and as what (S1, P6, P7, G4), and what becomes of delegations whose ceiling sinks (S2). */
import { type Access, isLive } from './decide.ts';
import type { Instant, ResourceRef } from './facts.ts';
import { Refusal } from './refusal.ts';
import { isAtOrBelow, JOB_ROLE_ROWS, JOB_ROLES, type JobRole, meet } from './roles.ts';

/** A ceiling as far as it is judged here. */
export interface Ceiling {
  readonly resource: Pick<ResourceRef, 'id'>;
  readonly role: JobRole;
  readonly expiresAt: Instant | null;
}

/** A share that is about to be given. */
type NewCeiling = Ceiling & { readonly resource: ResourceRef };

/** S1, P7: only what the own organization owns can be shared, not what has reached it. @throws FORBIDDEN */
export function requireOwned(access: Access): void {
  if (access.own) return;
  throw new Refusal('FORBIDDEN', 'What arrived through a cooperation can not be shared onward.', {
    layer: 'ORGANIZATION',
    rule: 'P7',
    required: 'ADMIN of the owner',
    actual: access.jobRole,
    allowedRoles: [],
  });
}

/** S1: only the owner changes and revokes a share. */
export const notTheOwner = () =>
  new Refusal('FORBIDDEN', 'Only an ADMIN of the owner changes or revokes a share.', {
    layer: 'ORGANIZATION',
    rule: 'S1',
    required: 'ADMIN of the owner',
    actual: 'ADMIN of the receiving organization',
    allowedRoles: [],
  });

/** P6: OPERATOR never crosses an organization boundary. @throws BAD_USER_INPUT */
export function requireShareableRole(role: JobRole): void {
  if (JOB_ROLE_ROWS[role].shareable) return;
  const shareable = JOB_ROLES.filter((each) => JOB_ROLE_ROWS[each].shareable);
  throw unshareable('P6', `${role} is never shared.`, shareable.join(', '), role);
}

/** S1: NONE takes a park out of its portfolio, which is shared live; it is nothing else. @throws BAD_USER_INPUT */
export function requireSomethingToTakeOut(
  share: NewCeiling,
  others: readonly Ceiling[],
  instant: Instant,
): void {
  if (share.role !== 'NONE' || liveOnPortfolio(share, others, instant)) return;
  throw unshareable(
    'S1',
    'NONE is for a park whose portfolio is shared with the same organization.',
    'VIEWER, TOM or COM',
    'NONE',
  );
}

const unshareable = (rule: string, message: string, required: string, actual: JobRole) =>
  new Refusal('BAD_USER_INPUT', message, { layer: 'ORGANIZATION', rule, field: 'role', required, actual });

/** The live share of the portfolio that holds the shared park. */
const liveOnPortfolio = ({ resource }: NewCeiling, others: readonly Ceiling[], instant: Instant) =>
  resource.kind === 'PARK'
    ? others.find((each) => each.resource.id === resource.portfolioId && isLive(each, instant))
    : undefined;

/** G4: when a share of a park lapses, the portfolio's share, if it is live by then, is not above it. @throws EXPIRY_RAISES_ACCESS */
export function requireNoRaiseOfCeiling(share: NewCeiling, others: readonly Ceiling[]): void {
  if (share.expiresAt === null) return;
  const then = liveOnPortfolio(share, others, share.expiresAt);
  if (!then || isAtOrBelow(then.role, share.role)) return;
  throw new Refusal(
    'EXPIRY_RAISES_ACCESS',
    `When the share of ${share.role} lapses, the portfolio's share of ${then.role} applies.`,
    {
      layer: 'ORGANIZATION',
      rule: 'G4',
      field: 'raisesAccessOnExpiry',
      required: 'raisesAccessOnExpiry',
      actual: then.role,
    },
  );
}

/**
 * The ceiling that one recipient's shares make for a resource: the one on it before its portfolio's (P3), one that has not expired
 * before one that has (P8), for an expired one covers it still (S2); null where nothing covers it.
 */
export function ceilingOf(
  shares: readonly Ceiling[],
  resource: ResourceRef,
  instant: Instant,
): JobRole | null {
  const on = (id: string) => shares.filter((share) => share.resource.id === id);
  const covering = [...on(resource.id), ...(resource.kind === 'PARK' ? on(resource.portfolioId) : [])];
  return (covering.find((share) => isLive(share, instant)) ?? covering[0])?.role ?? null;
}

/**
 * S2: whether a command takes something away from what a share covers: the share sinks or goes, or a park's comes to lie under a
 * portfolio's that is not at or below it. What has lapsed counts as it was: it may be renewed.
 */
export function sinks(former: JobRole | null, now: JobRole | null, above: JobRole | null): boolean {
  if (now === null) return former !== null;
  return [former, above].some((role) => role !== null && !isAtOrBelow(role, now));
}

/** S2: what a delegated role becomes under a ceiling that sinks; null is deleted. */
export function underCeiling(role: JobRole, ceiling: JobRole | null): JobRole | null {
  const left = meet(ceiling ?? 'NONE', role);
  return left === 'NONE' ? null : left;
}
