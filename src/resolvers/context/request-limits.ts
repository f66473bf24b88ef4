import { rateLimited } from '../../authz/refusal.ts';
import type { LimitName, LimitSubject } from '../../identity/limits/limit-table.ts';
import type { Limits } from '../../identity/limits/limits.ts';

/** What a limit counts by, but for the client's address, which the request knows. */
type Subject<Name extends LimitName> = Omit<LimitSubject<Name>, 'address'>;

/** The limits as one request meets them. */
export interface RequestLimits {
  /**
   * Counts one time against each limit in turn; see `Limits.consume` for their order.
   * @throws RATE_LIMITED
   */
  consume<Name extends LimitName>(subject: Subject<Name>, ...names: Name[]): Promise<void>;
  /** Gives the points back after what turned out to be rightful. */
  reward<Name extends LimitName>(subject: Subject<Name>, ...names: Name[]): Promise<void>;
}

/** @param release gives the request's connection back: at most one is held at a time */
export function requestLimits(limits: Limits, address: string, release: () => Promise<void>): RequestLimits {
  const complete = <Name extends LimitName>(subject: Subject<Name>) =>
    ({ ...subject, address }) as unknown as LimitSubject<Name>;
  return {
    consume: async (subject, ...names) => {
      await release();
      const wait = await limits.consume(complete(subject), ...names);
      if (wait !== null) throw rateLimited(wait);
    },
    reward: async (subject, ...names) => {
      await release();
      await limits.reward(complete(subject), ...names);
    },
  };
}
