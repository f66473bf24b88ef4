/** What becomes of a cooperation that two organizations are about to have, one command at a time: a naive reference (C1 to C4, I1, I3). */
import type { SerialCommand, Step } from './explain-serially.ts';

/** Between olga's organization, which invites, and anna's, which is invited. */
export interface Courtship {
  readonly cooperation: 'pending' | 'active' | 'gone';
  /** The one by address; null of one by identifier. */
  readonly invitation: {
    readonly status: 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'REVOKED';
    /** How often it was sent again. */
    readonly rotation: number;
  } | null;
  /** Whether olga, who invited, is still an ADMIN. */
  readonly inviterStands: boolean;
}
type Command = SerialCommand<Courtship>;

const refused = (state: Courtship, answer: string): Step<Courtship> => ({ answer, state });

const gone = (state: Courtship): Courtship => ({ ...state, cooperation: 'gone' });

/** The trails of a cooperation's sides: a placeholder has none (C3). */
const both = ({ cooperation, invitation }: Courtship, event: string): string[] => [
  `initiator: ${event}`,
  ...(invitation && cooperation === 'pending' ? [] : [`partner: ${event}`]),
];

const whetherThere = ({ cooperation }: Courtship) => (cooperation === 'gone' ? 'NOT_FOUND' : 'OK');

/** C1, I3: an ADMIN of the invited accepts. */
export const accepts =
  (who: string): Command =>
  (state) => {
    if (state.cooperation === 'gone') return refused(state, 'NOT_FOUND');
    if (state.cooperation === 'active') return refused(state, 'CONFLICT');
    if (!state.inviterStands) return refused(state, 'FORBIDDEN');
    return {
      answer: 'OK',
      state: { ...state, cooperation: 'active' },
      events: both(state, `${who} cooperation.accepted`),
      reads: whetherThere,
    };
  };

/** C2: an ADMIN of the invited declines. */
export const declines =
  (who: string): Command =>
  (state) => {
    if (state.cooperation === 'gone') return refused(state, 'NOT_FOUND');
    if (state.cooperation === 'active') return refused(state, 'CONFLICT');
    return { answer: 'OK', state: gone(state), events: both(state, `${who} cooperation.declined`) };
  };

/** C2, C3: an ADMIN of either side ends it, with the invitation that is open. */
export const removes =
  (who: string): Command =>
  (state) => {
    const { cooperation, invitation } = state;
    if (cooperation === 'gone') return refused(state, 'NOT_FOUND');
    const revoked =
      invitation?.status === 'PENDING' ? { ...invitation, status: 'REVOKED' as const } : invitation;
    return {
      answer: 'OK',
      state: { ...gone(state), invitation: revoked },
      events: both(state, `${who} cooperation.removed shares 0 ended 0`),
    };
  };

/** I3: whoever invited is an ADMIN no longer. */
export const demotes: Command = (state) => ({
  answer: 'OK',
  state: { ...state, inviterStands: false },
  events: ['initiator: otto member.role_changed ADMIN>MEMBER'],
});

/** C3, I1: the invited accept with the link that was sent first. */
export const follows =
  (who: string, makes: readonly string[] = []): Command =>
  (state) => {
    const { invitation } = state;
    if (invitation?.status !== 'PENDING' || invitation.rotation > 0) return refused(state, 'NOT_FOUND');
    if (!state.inviterStands) return refused(state, 'FORBIDDEN');
    const event = `${who} cooperation.accepted`;
    return {
      answer: 'OK',
      state: { ...state, cooperation: 'active', invitation: { ...invitation, status: 'ACCEPTED' } },
      events: [...makes, `initiator: ${event}`, `partner: ${event}`],
    };
  };

/** C3: whoever holds the link that was sent first declines. */
export const rejects: Command = (state) => {
  const { invitation } = state;
  if (invitation?.status !== 'PENDING' || invitation.rotation > 0) return refused(state, 'NOT_FOUND');
  return {
    answer: 'OK',
    state: { ...gone(state), invitation: { ...invitation, status: 'DECLINED' } },
    events: ['initiator: somebody invitation.declined'],
  };
};

/** I3: an ADMIN of the initiator takes the invitation back. */
export const retracts =
  (who: string): Command =>
  (state) => {
    const { invitation } = state;
    if (invitation?.status !== 'PENDING') return refused(state, 'CONFLICT');
    return {
      answer: 'OK',
      state: { ...gone(state), invitation: { ...invitation, status: 'REVOKED' } },
      events: [`initiator: ${who} invitation.revoked`],
    };
  };

/** I1: an ADMIN of the initiator sends it again, so that the link sent before is dead. */
export const resends =
  (who: string): Command =>
  (state) => {
    const { invitation } = state;
    if (invitation?.status !== 'PENDING') return refused(state, 'CONFLICT');
    return {
      answer: 'OK',
      state: { ...state, invitation: { ...invitation, rotation: invitation.rotation + 1 } },
      events: [`initiator: ${who} invitation.resent`],
    };
  };
