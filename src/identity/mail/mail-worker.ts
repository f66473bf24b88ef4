import type { Database } from '../../db/client.ts';
import type { Clock } from '../../db/instant.ts';
import { claimDueMail, failMail, type MailRow, markMailSent, retryMail } from '../../db/queries/mails.ts';
import { deliveryFailure } from './delivery-failure.ts';
import type { MailRenderer, RenderedMail } from './render-mail.ts';
import { SEND_LIMIT_MS, type SendMail } from './smtp-transport.ts';

export interface MailWorkerOptions {
  readonly database: Database;
  readonly render: MailRenderer;
  readonly send: SendMail;
  /** Told of a mail by its id and template alone. */
  readonly logger: MailLogger;
  /** Answers the instant in tests. */
  readonly clock?: Clock | undefined;
}

interface MailLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Sends what is queued: at least once, and in service once. */
export interface MailWorker {
  /** From now on it looks for due mails every second. */
  start(): void;
  /** Looks at once: something was queued. */
  wake(): void;
  /** Sends what is due; answers when nothing is. Rejects when the database fails. */
  drain(): Promise<void>;
  /** Takes no further mail; answers when those under way are done. */
  stop(): Promise<void>;
}

/** How many mails are sent at a time. */
const LANES = 4;
const POLL_MS = 1_000;
/**
 * For whom a mail is claimed, it is his for this long: sending has been given up by then, and its outcome noted.
 * @internal tests name it
 */
export const CLAIM_MS = SEND_LIMIT_MS + 30_000;
const BACK_OFF_MS = { first: 5_000, most: 3_600_000 };
const MAX_ATTEMPTS = 20;

export function mailWorker(options: MailWorkerOptions): MailWorker {
  const { database, logger, clock } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let draining: Promise<void> | null = null;
  /** Something may have been queued after the drain under way had found nothing more. */
  let again = false;
  let databaseFails = false;

  /** Sends the next mail that is due; false when there is none. */
  async function sendNext(): Promise<boolean> {
    if (stopped) return false;
    const mail = await database.transaction('command', (tx) => claimDueMail(tx, clock, CLAIM_MS));
    if (mail === null) return false;
    if (mail.status === 'SUPERSEDED')
      logger.info(about(mail), 'a mail was not sent: its link is no longer good');
    else await attempt(mail, options);
    return true;
  }

  async function lane(): Promise<void> {
    while (await sendNext());
  }

  async function drainAll(): Promise<void> {
    do {
      again = false;
      const outcomes = await Promise.allSettled(Array.from({ length: LANES }, lane));
      for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    } while (again);
  }

  function drain(): Promise<void> {
    again = true;
    draining ??= drainAll().finally(() => {
      draining = null;
    });
    return draining;
  }

  function wake(): void {
    if (stopped) return;
    drain().then(
      () => {
        databaseFails = false;
      },
      (error: unknown) => {
        // Once, not every second.
        if (!databaseFails) logger.error({ err: error }, 'the queue of mails can not be worked off');
        databaseFails = true;
      },
    );
  }

  return {
    start: () => {
      timer ??= setInterval(wake, POLL_MS).unref();
      wake();
    },
    wake,
    drain,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await draining?.catch(() => undefined);
    },
  };
}

const about = ({ id, template, attempts }: MailRow) => ({ mail: { id, template, attempts } });

/** Renders and sends outside any transaction, then notes what became of it. */
async function attempt(
  mail: MailRow,
  { database, render, send, logger, clock }: MailWorkerOptions,
): Promise<void> {
  let rendered: RenderedMail | null = null;
  try {
    rendered = render(mail);
    await send({ ...mail, ...rendered });
  } catch (error) {
    const { permanent, reason, code } = deliveryFailure(error, rendered?.link?.secret ?? null);
    const forGood = permanent || mail.attempts >= MAX_ATTEMPTS;
    await database.transaction('command', (tx) =>
      forGood ? failMail(tx, mail, reason) : retryMail(tx, clock, mail, backOff(mail.attempts), reason),
    );
    const details = { ...about(mail), code };
    if (forGood) logger.error(details, 'a mail could not be sent, and is given up');
    else logger.warn(details, 'a mail could not be sent, and will be tried again');
    return;
  }
  await database.transaction('command', (tx) => markMailSent(tx, clock, mail));
  logger.info(about(mail), 'a mail was sent');
}

const backOff = (attempts: number): number =>
  Math.min(BACK_OFF_MS.first * 2 ** (attempts - 1), BACK_OFF_MS.most);
