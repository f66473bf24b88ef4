/** C1 to C4 and I3 read aloud, one small function for each command. */
import {
  type Cooperation,
  isLiveAt,
  type Judge,
  liveMember,
  memberOf,
  pairOf,
  Refused,
  requireFullAccount,
  requireLater,
  requireRole,
  type State,
  sidesOf,
} from './state.ts';

/**
 * C1, section 6: a cooperation as an ADMIN of one of its sides acts on it. Who is no ADMIN is told so whichever cooperation they name; one
 * of neither side can't know of it (V1).
 */
function ofAdmin(state: State, actor: string, id: string) {
  const admin = requireRole(state, actor, ['ADMIN']);
  const cooperation = state.cooperations.find((one) => one.id === id);
  if (!cooperation || !sidesOf(cooperation).includes(admin.organization)) throw new Refused('NOT_FOUND');
  return { cooperation, isInitiator: cooperation.initiator === admin.organization };
}

const without = (state: State, gone: Cooperation): State => ({
  ...state,
  cooperations: state.cooperations.filter((one) => one !== gone),
});

const withChanged = (state: State, former: Cooperation, next: Cooperation): State => ({
  ...state,
  cooperations: state.cooperations.map((one) => (one === former ? next : one)),
});

export interface Invitation {
  /** Whose identifier is given; `nobody` is one that no organization has. */
  readonly partner: string | null;
  /** Whose address is given; of the own organization, for others make a placeholder, which is not of this world. */
  readonly email: string | null;
  readonly purpose: string | null;
  readonly expiresAt: string | null;
}

/** C1, C4. */
export const inviteCooperation: Judge<Invitation> = (
  state,
  actor,
  { partner, email, purpose, expiresAt },
) => {
  requireFullAccount(state, actor);
  if ((partner === null) === (email === null)) throw new Refused('BAD_USER_INPUT');
  const { organization } = requireRole(state, actor, ['ADMIN']);
  const invited = partner ?? memberOf(state, email ?? '')?.organization;
  if (!state.organizations.some(({ id }) => id === invited) || invited === undefined)
    throw new Refused('NOT_FOUND');
  requireLater(expiresAt, state.now);
  if (invited === organization) throw new Refused('SELF_COOPERATION', 'C4');
  const id = pairOf(organization, invited);
  if (state.cooperations.some((one) => one.id === id)) throw new Refused('COOPERATION_EXISTS', 'C1');
  const pending = { accepted: false, paused: false, purpose, expiresAt, invitedBy: actor };
  return {
    ...state,
    cooperations: [...state.cooperations, { id, initiator: organization, partner: invited, ...pending }],
  };
};

/** C1: once, while it is pending and has not expired; I3: while whoever invited is still a live ADMIN of the initiator. */
export const acceptCooperation: Judge<{ readonly cooperation: string }> = (state, actor, input) => {
  requireFullAccount(state, actor);
  const { cooperation, isInitiator } = ofAdmin(state, actor, input.cooperation);
  if (isInitiator) throw new Refused('FORBIDDEN', 'C1');
  if (cooperation.accepted || !isLiveAt(cooperation, state.now)) throw new Refused('CONFLICT', 'C1');
  const inviter = liveMember(state, cooperation.invitedBy ?? '');
  if (inviter?.organization !== cooperation.initiator || inviter.role !== 'ADMIN')
    throw new Refused('FORBIDDEN', 'I3');
  return withChanged(state, cooperation, { ...cooperation, accepted: true });
};

/** C2: the partner may decline while it is pending, expired or not. */
export const declineCooperation: Judge<{ readonly cooperation: string }> = (state, actor, input) => {
  requireFullAccount(state, actor);
  const { cooperation, isInitiator } = ofAdmin(state, actor, input.cooperation);
  if (isInitiator) throw new Refused('FORBIDDEN', 'C2');
  if (cooperation.accepted) throw new Refused('CONFLICT', 'C2');
  return without(state, cooperation);
};

export interface CooperationChange {
  readonly cooperation: string;
  /** What is not there stays. */
  readonly change: {
    readonly active?: boolean;
    readonly expiresAt?: string | null;
    readonly purpose?: string | null;
  };
}

/** C2: pause, resume and expiry belong to the initiator; while it is pending nothing is paused or resumed. */
export const updateCooperation: Judge<CooperationChange> = (state, actor, input) => {
  requireFullAccount(state, actor);
  const { cooperation, isInitiator } = ofAdmin(state, actor, input.cooperation);
  if (!isInitiator) throw new Refused('FORBIDDEN', 'C2');
  const { active, ...change } = input.change;
  if (active !== undefined && !cooperation.accepted) throw new Refused('CONFLICT', 'C2');
  if (change.expiresAt !== cooperation.expiresAt) requireLater(change.expiresAt, state.now);
  const paused = active === undefined ? cooperation.paused : !active;
  return withChanged(state, cooperation, { ...cooperation, ...change, paused });
};

/** C2: either side may end it, pending or not. */
export const removeCooperation: Judge<{ readonly cooperation: string }> = (state, actor, input) => {
  requireFullAccount(state, actor);
  return without(state, ofAdmin(state, actor, input.cooperation).cooperation);
};
