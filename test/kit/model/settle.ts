/** What a command takes with it: what hangs on something that is gone (M6, C2, C3), and delegated grants whose ceiling sinks (S2, S3). */
import { meet } from '../naive-reference.ts';
import {
  type Grant,
  isAtOrBelow,
  isLiveAt,
  type JobRole,
  memberOf,
  ownerOf,
  portfolioOf,
  type Share,
  type State,
} from './state.ts';

/** What S2 did to delegated grants. */
export interface Settled {
  readonly state: State;
  readonly lowered: number;
  readonly ended: number;
  /** Of these, what one share covers that has lapsed and another that has not. */
  readonly besideLapsed: number;
}

/** What a command leaves, from what it did itself. */
export function settle(before: State, did: State): Settled {
  const after = withoutLooseEnds(did);
  const fates = after.grants.map((grant) => ({ grant, role: afterSinking(before, after, grant) }));
  const grants = fates.flatMap(({ grant, role }) => (role === null ? [] : [{ ...grant, role }]));
  const rewritten = fates.filter(({ grant, role }) => role !== grant.role);
  return {
    state: { ...after, grants },
    lowered: rewritten.filter(({ role }) => role !== null).length,
    ended: after.grants.length - grants.length,
    besideLapsed: rewritten.filter(({ grant }) => isHalfLapsed(after, grant)).length,
  };
}

/** M6, and a cooperation's or resource's end: shares and grants hang on what they name. */
function withoutLooseEnds(state: State): State {
  const cooperates = (id: string) => state.cooperations.some((one) => one.id === id);
  const isThere = (resource: string) => ownerOf(state, resource) !== undefined;
  return {
    ...state,
    shares: state.shares.filter(({ cooperation, resource }) => cooperates(cooperation) && isThere(resource)),
    grants: state.grants.filter(
      ({ member, resource, cooperation }) =>
        memberOf(state, member) !== undefined &&
        isThere(resource) &&
        (cooperation === null || cooperates(cooperation)),
    ),
  };
}

/** S2: where something was taken away, the role becomes `meet(ceiling, role)`; null where that is NONE. Own grants have no ceiling. */
function afterSinking(before: State, after: State, grant: Grant): JobRole | null {
  if (grant.cooperation === null || !takesAway(before, after, grant)) return grant.role;
  const left = meet(ceilingOf(after, grant) ?? 'NONE', grant.role);
  return left === 'NONE' ? null : left;
}

/**
 * S2: whether a command takes something away from what is delegated: a share that covers it was lowered or revoked, its park was moved away
 * from one that gave more, or a park's share was given below its portfolio's. Shares are compared as they are stored: an expiry only blocks,
 * and what is taken away meanwhile does not come back with a renewal (decision 0016).
 */
function takesAway(before: State, after: State, grant: Grant): boolean {
  const then = covering(before, grant);
  const now = covering(after, grant);
  const isGiven = then.own?.role !== now.own?.role || then.own?.expiresAt !== now.own?.expiresAt;
  return (
    sank(then.own, now.own) ||
    sank(then.ofPortfolio, now.ofPortfolio) ||
    (now.own !== undefined && isGiven && sank(now.ofPortfolio, now.own))
  );
}

const sank = (former: Share | undefined, now: Share | undefined) =>
  former !== undefined && (now === undefined || !isAtOrBelow(former.role, now.role));

/** S2: a share covers a resource if it is on it or on its portfolio. */
function covering(state: State, { resource, cooperation }: Grant) {
  const on = (id: string | undefined) =>
    state.shares.find((share) => share.cooperation === cooperation && share.resource === id);
  return { own: on(resource), ofPortfolio: on(portfolioOf(state, resource)) };
}

/** The park's before the portfolio's (P3), but one that has lapsed covers where no other does. */
function ceilingOf(state: State, grant: Grant): JobRole | null {
  const { own, ofPortfolio } = covering(state, grant);
  const shares = [own, ofPortfolio].filter((share) => share !== undefined);
  return (shares.find((share) => isLiveAt(share, state.now)) ?? shares[0])?.role ?? null;
}

function isHalfLapsed(state: State, grant: Grant): boolean {
  const shares = Object.values(covering(state, grant)).filter((share) => share !== undefined);
  return new Set(shares.map((share) => isLiveAt(share, state.now))).size === 2;
}

/** The delegated grants that are stored above the ceiling that covers them. */
export const aboveCeiling = (state: State): readonly Grant[] =>
  state.grants.filter(
    (grant) => grant.cooperation !== null && !isAtOrBelow(grant.role, ceilingOf(state, grant) ?? 'NONE'),
  );

/** S2: whether only an expiry has put a grant above its ceiling: a share that has lapsed gave as much, and may be renewed. */
export const isLeftByExpiry = (state: State, grant: Grant): boolean =>
  Object.values(covering(state, grant)).some(
    (share) => share !== undefined && !isLiveAt(share, state.now) && isAtOrBelow(grant.role, share.role),
  );
