/** S1, C2, P6, P7 and G4 of shares read aloud. What sinks with a share is settled afterwards (S2). */
import {
  isAtOrBelow,
  isLiveAt,
  type JobRole,
  type Judge,
  otherSide,
  ownerOf,
  portfolioOf,
  put,
  Refused,
  requireFullAccount,
  requireLater,
  requireRole,
  type Share,
  type State,
  sees,
  sidesOf,
} from './state.ts';

export interface Sharing {
  readonly cooperation: string;
  readonly resource: string;
  readonly role: JobRole;
  readonly expiresAt: string | null;
  readonly raisesAccessOnExpiry: boolean;
}

/** The portfolio's share through the same cooperation, if it has not expired at an instant. */
function shareOfPortfolio(state: State, { cooperation, resource }: Sharing, at: string): Share | undefined {
  const portfolio = portfolioOf(state, resource);
  return state.shares.find(
    (share) => share.cooperation === cooperation && share.resource === portfolio && isLiveAt(share, at),
  );
}

/** S1: VIEWER, TOM or COM, or NONE on a park whose portfolio is shared; P6: never OPERATOR; P7: only what one owns. */
export const shareResource: Judge<Sharing> = (state, actor, input) => {
  const { resource, role, expiresAt } = input;
  requireFullAccount(state, actor);
  if (role === 'OPERATOR') throw new Refused('BAD_USER_INPUT', 'P6');
  const { organization } = requireRole(state, actor, ['ADMIN']);
  const cooperation = state.cooperations.find(({ id }) => id === input.cooperation);
  if (!cooperation || !sidesOf(cooperation).includes(organization)) throw new Refused('NOT_FOUND');
  if (!sees(state, actor, resource)) throw new Refused('NOT_FOUND');
  if (ownerOf(state, resource) !== organization) throw new Refused('FORBIDDEN', 'P7');
  if (!cooperation.accepted) throw new Refused('CONFLICT', 'C2');
  requireLater(expiresAt, state.now);
  if (role === 'NONE' && !shareOfPortfolio(state, input, state.now))
    throw new Refused('BAD_USER_INPUT', 'S1');
  if (!input.raisesAccessOnExpiry) requireNoRaise(state, input);
  const former = state.shares.find(
    (share) => share.cooperation === cooperation.id && share.resource === resource,
  );
  const share = { cooperation: cooperation.id, resource, role, expiresAt };
  return { ...state, shares: put(state.shares, former, share) };
};

/** G4: when a park's share lapses, the portfolio's, if there is one by then, must not be above it. */
function requireNoRaise(state: State, input: Sharing): void {
  if (input.expiresAt === null) return;
  const then = shareOfPortfolio(state, input, input.expiresAt);
  if (then && !isAtOrBelow(then.role, input.role)) throw new Refused('EXPIRY_RAISES_ACCESS', 'G4');
}

/** S1: only the owner's ADMIN revokes; what NONE takes out of a shared portfolio the recipient can't know of. */
export const revokeShare: Judge<{ readonly cooperation: string; readonly resource: string }> = (
  state,
  actor,
  input,
) => {
  requireFullAccount(state, actor);
  const { organization } = requireRole(state, actor, ['ADMIN']);
  const share = state.shares.find(
    ({ cooperation, resource }) => cooperation === input.cooperation && resource === input.resource,
  );
  const cooperation = state.cooperations.find(({ id }) => id === share?.cooperation);
  if (!share || !cooperation) throw new Refused('NOT_FOUND');
  const owner = ownerOf(state, share.resource) ?? '';
  const isRecipient = otherSide(cooperation, owner) === organization;
  if (isRecipient && share.role !== 'NONE') throw new Refused('FORBIDDEN', 'S1');
  if (owner !== organization) throw new Refused('NOT_FOUND');
  return { ...state, shares: state.shares.filter((one) => one !== share) };
};
