/** What each side of a cooperation may do to it, and when (C1 to C4). */
import { isLive } from './decide.ts';
import type { CooperationFact, Instant, TokenFact } from './facts.ts';
import { Refusal } from './refusal.ts';

export const COOPERATION_STATUSES = ['PENDING', 'ACTIVE', 'PAUSED', 'EXPIRED'] as const;
/** Whether a cooperation carries its shares: only while it is ACTIVE (P3). */
export type CooperationStatus = (typeof COOPERATION_STATUSES)[number];

/** A paused one is PAUSED whether or not it has expired too, as a membership is; a pending one that has expired is EXPIRED. */
export function cooperationStatus(
  cooperation: Pick<CooperationFact, 'accepted' | 'paused' | 'expiresAt'>,
  instant: Instant,
): CooperationStatus {
  if (cooperation.paused) return 'PAUSED';
  if (!isLive(cooperation, instant)) return 'EXPIRED';
  return cooperation.accepted ? 'ACTIVE' : 'PENDING';
}

/** Which side of a cooperation somebody's organization is. */
export type Side = 'INITIATOR' | 'PARTNER';

const SIDES: Readonly<Record<Side, string>> = {
  INITIATOR: 'ADMIN of the initiator',
  PARTNER: 'ADMIN of the invited organization',
};

/** C2: pause, resume, expiry and purpose are the initiator's; accepting and declining are the partner's. @throws FORBIDDEN */
export function requireSide(side: Side, required: Side, rule: 'C1' | 'C2'): void {
  if (side === required) return;
  throw new Refusal('FORBIDDEN', `This is for an ${SIDES[required]} alone.`, {
    layer: 'ORGANIZATION',
    rule,
    required: SIDES[required],
    actual: SIDES[side],
    allowedRoles: [],
  });
}

/** C1: what is pending, and has not expired meanwhile, can be accepted, once. @throws CONFLICT */
export function requireAcceptable(status: CooperationStatus): void {
  if (status !== 'PENDING') throw inState('C1', 'PENDING', status);
}

/** C2: the partner may decline while it is pending, expired or not. @throws CONFLICT */
export function requirePending(accepted: boolean, status: CooperationStatus): void {
  if (accepted) throw inState('C2', 'PENDING', status);
}

/** C2: while it is pending nothing can be shared, paused or resumed. @throws CONFLICT */
export function requireAccepted(cooperation: Pick<CooperationFact, 'accepted'>): void {
  if (!cooperation.accepted) throw inState('C2', 'an accepted cooperation', 'PENDING');
}

/** C3: a link to a cooperation that has expired would be dead at once. */
export const cooperationExpired = () => inState('C3', 'PENDING', 'EXPIRED');

const inState = (rule: string, required: string, actual: string) =>
  new Refusal('CONFLICT', `This cooperation is ${actual}.`, {
    layer: 'ORGANIZATION',
    rule,
    required,
    actual,
  });

/** I3: whoever invited to the cooperation is no longer a live ADMIN of the initiator. */
export const inviterLeft = () =>
  new Refusal('FORBIDDEN', 'Whoever invited to this cooperation may not any more: ask for a new one.', {
    layer: 'ORGANIZATION',
    rule: 'I3',
    required: SIDES.INITIATOR,
    // What they are by now is another organization's to know (V3).
    actual: 'no ADMIN of the initiator',
    allowedRoles: [],
  });

/** C3: said of a member who is no live ADMIN of their organization. */
export const needsAdmin = (actual: string) =>
  new Refusal(
    'FORBIDDEN',
    'Have an ADMIN of your organization accept: only they take part in cooperations.',
    {
      layer: 'ORGANIZATION',
      rule: 'C3',
      required: 'ADMIN',
      actual,
      allowedRoles: ['ADMIN'],
    },
  );

/** C4, C3. @param field the input that names the own organization, if one does */
export const selfCooperation = (field?: string) =>
  new Refusal('SELF_COOPERATION', 'An organization can not cooperate with itself.', {
    layer: 'ORGANIZATION',
    rule: field === undefined ? 'C3' : 'C4',
    required: 'another organization',
    actual: "the initiator's own",
    ...(field !== undefined && { field }),
  });

/** C1: one cooperation of two organizations at most, pending or accepted. */
export const cooperationExists = () =>
  new Refusal('COOPERATION_EXISTS', 'The two organizations cooperate already, or an invitation is open.', {
    layer: 'ORGANIZATION',
    rule: 'C1',
    required: 'no cooperation',
    actual: 'a cooperation',
  });

/** T1: an API token invites, accepts and declines nothing, and neither edits nor withdraws what is still an invitation. @throws FORBIDDEN */
export function requireNoInvitation(token: TokenFact | null, accepted: boolean): void {
  if (!token || accepted) return;
  throw new Refusal('FORBIDDEN', 'What is still an invitation is not for API tokens.', {
    layer: 'API',
    rule: 'T1',
    required: 'SESSION',
    actual: token.group,
    allowedRoles: [],
  });
}
