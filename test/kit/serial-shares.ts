/** What commands on shares and delegations come to one at a time: a naive reference (P3, P4, G2, S1 to S3, C2). */
import type { SerialCommand, Step } from './explain-serially.ts';

export type Shared = 'TOM' | 'COM' | 'VIEWER' | 'NONE';
/** The portfolios of the owner, and the park that is in one of them. */
export type Place = 'north' | 'south' | 'park';
type Roles = Readonly<Partial<Record<Place, Shared>>>;

/** What olga's organization shares with anna's, and what anna has delegated to tom. */
export interface Sharing {
  readonly parkIn: 'north' | 'south';
  readonly cooperation: 'ACTIVE' | 'PAUSED' | 'gone';
  readonly shares: Roles;
  readonly delegated: Roles;
  readonly anna: 'ADMIN' | 'MEMBER' | 'paused' | 'removed';
}

type Command = SerialCommand<Sharing>;

const meet = (one: Shared, other: Shared): Shared => {
  if (one === other) return one;
  return one === 'NONE' || other === 'NONE' ? 'NONE' : 'VIEWER';
};

/** P3. */
const ceilingOf = ({ shares, parkIn }: Sharing, place: Place): Shared =>
  shares[place] ?? (place === 'park' ? shares[parkIn] : undefined) ?? 'NONE';

const without = (roles: Roles, place: Place): Roles =>
  Object.fromEntries(Object.entries(roles).filter(([each]) => each !== place));

/** S2: everything delegated is at or below its ceiling afterwards, or gone. */
function settle(sharing: Sharing): { readonly state: Sharing; readonly lowered: readonly string[] } {
  const lowered: string[] = [];
  const left = Object.entries(sharing.delegated).flatMap(([place, role]) => {
    const to = meet(ceilingOf(sharing, place as Place), role);
    if (to !== role) lowered.push(to === 'NONE' ? role : `${role}>${to}`);
    return to === 'NONE' ? [] : [[place, to] as const];
  });
  return { state: { ...sharing, delegated: Object.fromEntries(left) }, lowered };
}

const refused = (state: Sharing, answer: string): Step<Sharing> => ({ answer, state });

const whatHappened = (from: Shared | undefined, to: Shared | undefined): string => {
  if (!to) return `share.revoked ${from ?? ''}`.trim();
  return from ? `share.changed ${from}>${to}` : `share.given ${to}`;
};

/**
 * A change of what is shared on a place. To the partner a NONE is nothing there: one that comes ends what they reached, one that goes gives
 * it back (V1).
 */
function reshared(before: Sharing, changed: Sharing, place: Place): Step<Sharing> {
  const { state, lowered } = settle(changed);
  const [from, to] = [before.shares[place], changed.shares[place]];
  const [had, has] = [from, to].map((role) => (role === 'NONE' ? undefined : role));
  const reached = [before, state].some((each) => ceilingOf(each, place) !== 'NONE');
  const told = [];
  if (had || has) told.push(whatHappened(had, has));
  else if (reached && before.cooperation === 'ACTIVE') told.push(to ? 'share.revoked' : 'share.given');
  const event = (trail: string, what: string) => `${trail}: olga ${what} lowered ${lowered.length}`;
  const events = [event('owner', whatHappened(from, to)), ...told.map((what) => event('partner', what))];
  return { answer: 'OK', state, events };
}

/** S1: olga shares, or shares again as something else. */
export const shares =
  (place: Place, role: Shared): Command =>
  (state) => {
    if (state.cooperation === 'gone') return refused(state, 'NOT_FOUND');
    if (role === 'NONE' && !(place === 'park' && state.shares[state.parkIn])) {
      return refused(state, 'BAD_USER_INPUT');
    }
    if (state.shares[place] === role) return refused(state, 'OK');
    return reshared(state, { ...state, shares: { ...state.shares, [place]: role } }, place);
  };

/** S1: olga takes a share back. */
export const revokes =
  (place: Place): Command =>
  (state) => {
    if (!state.shares[place]) return refused(state, 'NOT_FOUND');
    return reshared(state, { ...state, shares: without(state.shares, place) }, place);
  };

/** C2: olga pauses; what is delegated stays, and is blocked. */
export const pauses: Command = (state) => {
  if (state.cooperation !== 'ACTIVE')
    return refused(state, state.cooperation === 'gone' ? 'NOT_FOUND' : 'OK');
  const events = ['owner', 'partner'].map((trail) => `${trail}: olga cooperation.paused`);
  const reads = ({ cooperation }: Sharing) => (cooperation === 'gone' ? 'NOT_FOUND' : 'OK');
  return { answer: 'OK', state: { ...state, cooperation: 'PAUSED' }, events, reads };
};

/** S2: somebody of the owner ends the cooperation. */
export const ends =
  (who: string): Command =>
  (state) => {
    if (state.cooperation === 'gone') return refused(state, 'NOT_FOUND');
    const [shared, delegated] = [Object.values(state.shares), Object.keys(state.delegated)];
    const counts = (known: readonly Shared[]) => `shares ${known.length} ended ${delegated.length}`;
    const event = `${who} cooperation.removed`;
    return {
      answer: 'OK',
      state: { ...state, cooperation: 'gone', shares: {}, delegated: {} },
      events: [
        `owner: ${event} ${counts(shared)}`,
        `partner: ${event} ${counts(shared.filter((role) => role !== 'NONE'))}`,
      ],
    };
  };

/** S3: olga moves the park. */
export const moves =
  (to: Sharing['parkIn']): Command =>
  (state) => {
    if (state.parkIn === to) return refused(state, 'OK');
    const { state: after, lowered } = settle({ ...state, parkIn: to });
    const known = state.shares.park !== 'NONE';
    const reaches = known ? [state.shares[state.parkIn], state.shares[to]].filter((role) => role) : [];
    return {
      answer: 'OK',
      state: after,
      events: [
        `owner: olga park.moved lowered ${lowered.length}`,
        ...reaches.map(() => 'partner: olga park.moved'),
        ...lowered.map(
          (change) => `partner: olga grant.lowered ${change.includes('>') ? change : `${change}>`}`,
        ),
      ],
    };
  };

/** G2: anna delegates to tom. */
export const delegates =
  (place: Place, role: Shared): Command =>
  (state) => {
    if (state.anna === 'removed') return refused(state, 'UNAUTHENTICATED');
    const ceiling = ceilingOf(state, place);
    const reached = state.cooperation === 'ACTIVE' && ceiling !== 'NONE' && state.anna === 'ADMIN';
    if (!reached) return refused(state, 'NOT_FOUND');
    if (role !== 'VIEWER' && role !== ceiling) return refused(state, 'SHARE_CAP_EXCEEDED');
    const former = state.delegated[place];
    if (former === role) return refused(state, 'OK');
    const event = `anna ${former ? `grant.changed ${former}>${role}` : `grant.given ${role}`}`;
    return {
      answer: 'OK',
      state: { ...state, delegated: { ...state.delegated, [place]: role } },
      events: [`partner: ${event}`, `owner: ${event}`],
      reads: ({ anna }) => (anna === 'removed' ? 'UNAUTHENTICATED' : 'OK'),
    };
  };

const DEMOTIONS = {
  MEMBER: 'member.role_changed ADMIN>MEMBER',
  paused: 'member.paused',
  removed: 'member.removed ADMIN ended 0',
} as const;

/** M2, M6: aron takes from anna what she delegates with; what she has delegated stays. */
export const demotes =
  (to: keyof typeof DEMOTIONS): Command =>
  (state) => ({
    answer: 'OK',
    state: { ...state, anna: to },
    events: [`partner: aron ${DEMOTIONS[to]}`],
  });
