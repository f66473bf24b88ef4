import { createHmac } from 'node:crypto';
import { inArray, lte } from 'drizzle-orm';
import { RateLimiterDrizzle, RateLimiterRes } from 'rate-limiter-flexible';
import type { Database, Tx } from '../../db/client.ts';
import { rateLimits } from '../../db/schema/rate-limits.ts';
import { clientNetwork } from './client-network.ts';
import { LIMITS, type LimitedPart, type LimitName, type LimitSubject } from './limit-table.ts';

export interface LimitsOptions {
  readonly database: Database;
  /** APP_SECRET: keys are HMACs, so that nobody can look up in the table who tried what. */
  readonly appSecret: string;
  /** Other points than those of the table, in tests. */
  readonly points?: Partial<Readonly<Record<LimitName, number>>> | undefined;
  /** Told what went wrong where no request has to fail for it. */
  readonly onFault?: ((error: unknown) => void) | undefined;
}

/** Expired rows are looked for at most this often. */
const SWEEP_EVERY_MS = 10 * 60_000;
const SWEEP_ROWS = 10_000;

/** Counts in the database what may be done so often and no more; every gateway of one database counts in the same rows. */
export class Limits {
  readonly #options: LimitsOptions;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(options: LimitsOptions) {
    this.#options = options;
  }

  /**
   * Counts one time against each limit in turn, in one transaction of its own: whatever comes of the request, it is counted.
   * What one limit refuses is not counted against those after it, so put the client's address first: otherwise one client could
   * use up the account's points, and fill the table.
   * @returns null, or after how many seconds it may be tried again
   */
  async consume<Name extends LimitName>(
    subject: LimitSubject<Name>,
    ...names: Name[]
  ): Promise<number | null> {
    const wait = await this.#options.database.transaction('command', async (tx) => {
      for (const name of names) {
        const refused = await this.#limiter(tx, name)
          .consume(this.#key(name, subject))
          .then(() => null, asRefusal);
        if (refused) return Math.max(1, Math.ceil(refused.msBeforeNext / 1_000));
      }
      return null;
    });
    await this.#sweepNowAndThen();
    return wait;
  }

  /** Gives one point back for each limit: rightful use does not run into them. A failure costs that point, and nothing else. */
  async reward<Name extends LimitName>(subject: LimitSubject<Name>, ...names: Name[]): Promise<void> {
    await this.#options.database
      .transaction('command', async (tx) => {
        for (const name of names) await this.#limiter(tx, name).reward(this.#key(name, subject));
      })
      .catch((error: unknown) => this.#options.onFault?.(error));
  }

  /** Deletes expired rows; those that somebody is counting in are left. */
  async sweep(): Promise<void> {
    await this.#options.database.transaction('command', async (tx) => {
      const expired = tx
        .select({ key: rateLimits.key })
        .from(rateLimits)
        .where(lte(rateLimits.expire, new Date()))
        .limit(SWEEP_ROWS)
        .for('update', { skipLocked: true });
      await tx.delete(rateLimits).where(inArray(rateLimits.key, expired));
    });
  }

  /** Without a timer, which would have to be stopped: by the first request that counts, and then by one in ten minutes. */
  async #sweepNowAndThen(): Promise<void> {
    const now = performance.now();
    if (now - this.#sweptAt < SWEEP_EVERY_MS) return;
    this.#sweptAt = now;
    await this.sweep().catch((error: unknown) => this.#options.onFault?.(error));
  }

  /** A limiter holds nothing but its settings: each transaction has its own, because its handle is what the limiter writes by. */
  #limiter(tx: Tx, name: LimitName): RateLimiterDrizzle {
    return new RateLimiterDrizzle({
      storeClient: tx,
      schema: rateLimits,
      keyPrefix: name,
      points: this.#options.points?.[name] ?? LIMITS[name].points,
      duration: LIMITS[name].seconds,
      // Its timer would write by a handle whose transaction has ended.
      clearExpiredByTimeout: false,
    });
  }

  #key(name: LimitName, subject: Partial<Record<LimitedPart, string>>): string {
    const parts = LIMITS[name].counts.map((part) => {
      const value = subject[part];
      if (value === undefined) throw new Error(`the limit ${name} counts by ${part}, which was not told`);
      return part === 'address' ? clientNetwork(value) : value;
    });
    return createHmac('sha256', this.#options.appSecret)
      .update(`limit ${name} ${JSON.stringify(parts)}`)
      .digest('base64url');
  }
}

/** The limiter rejects alike with a refusal and with what broke: the latter must not pass for either answer. */
function asRefusal(reason: unknown): RateLimiterRes {
  if (reason instanceof RateLimiterRes) return reason;
  throw reason;
}
