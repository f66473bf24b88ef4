/** What a limit counts by: the client's address, an account (its canonical address), a device that signed in before, or an inviter. */
export type LimitedPart = 'address' | 'account' | 'device' | 'inviter';

interface LimitRow {
  /** How often, ... */
  readonly points: number;
  /** ... in how many seconds, which begin with the first time. */
  readonly seconds: number;
  readonly counts: readonly LimitedPart[];
}

const MINUTES = 60;
const HOURS = 3_600;

/** Every limit that is counted in the database: the only place of their numbers. */
export const LIMITS = {
  signInByAddress: { points: 100, seconds: 15 * MINUTES, counts: ['address'] },
  signInByAccountAndAddress: { points: 10, seconds: 15 * MINUTES, counts: ['account', 'address'] },
  /** Over all devices that never signed in to the account, wherever they are. */
  signInByAccountUnknownDevices: { points: 100, seconds: 24 * HOURS, counts: ['account'] },
  /** In place of the two above, so that nobody can lock a known device out. */
  signInByDevice: { points: 10, seconds: 15 * MINUTES, counts: ['account', 'device'] },
  passwordCheckByAccount: { points: 10, seconds: 15 * MINUTES, counts: ['account'] },
  resetByAddress: { points: 30, seconds: HOURS, counts: ['address'] },
  resetByAccount: { points: 5, seconds: HOURS, counts: ['account'] },
  verificationByAddress: { points: 30, seconds: HOURS, counts: ['address'] },
  verificationByAccount: { points: 5, seconds: HOURS, counts: ['account'] },
  registerByAddress: { points: 30, seconds: HOURS, counts: ['address'] },
  /** Look-ups of links by their secrets. */
  linkByAddress: { points: 300, seconds: 15 * MINUTES, counts: ['address'] },
  invitationByAddress: { points: 300, seconds: HOURS, counts: ['address'] },
  /** Over all who invite: nobody's mailbox is filled through us. */
  invitationByInvited: { points: 20, seconds: 24 * HOURS, counts: ['account'] },
  invitationByInviter: { points: 200, seconds: HOURS, counts: ['inviter'] },
} as const satisfies Readonly<Record<string, LimitRow>>;

export type LimitName = keyof typeof LIMITS;

/** What has to be told to count against the limits called `Name`. */
export type LimitSubject<Name extends LimitName> = {
  readonly [Part in (typeof LIMITS)[Name]['counts'][number]]: string;
};
