/** The queue of mails: filled by commands, drained by the worker. */
import { and, desc, eq, lte, ne, type SQL, sql } from 'drizzle-orm';
import type { Tx } from '../client.ts';
import { type Clock, instantSql } from '../instant.ts';
import { newId } from '../new-id.ts';
import { rowsOf } from '../rows.ts';
import { mails } from '../schema/mails.ts';

export type MailRow = typeof mails.$inferSelect;

/** A mail to be sent: what it says is a template with parameters, none of them a secret. */
export interface NewMail {
  readonly template: MailRow['template'];
  readonly language: MailRow['language'];
  readonly recipient: string;
  readonly params: Readonly<Record<string, string>>;
  /** The link it carries, as it was when the mail was queued. */
  readonly link?: {
    readonly kind: NonNullable<MailRow['linkKind']>;
    readonly id: string;
    readonly rotation: number;
  };
}

/** Queues mails in the transaction of the command that sends them. */
export async function queueMails(tx: Tx, instant: Date, queued: readonly NewMail[]): Promise<void> {
  if (queued.length === 0) return;
  await tx.insert(mails).values(
    queued.map(({ link, ...mail }) => ({
      ...mail,
      id: newId(),
      linkKind: link?.kind ?? null,
      linkId: link?.id ?? null,
      linkRotation: link?.rotation ?? null,
      createdAt: instant,
      dueAt: instant,
    })),
  );
}

/** The statement of queueing a mail, without a mail: what is done for an address without account is the same work. */
export async function queueNoMail(tx: Tx): Promise<void> {
  await tx.execute(sql`insert into mails (id, template, language, recipient, params, created_at, due_at)
    select gen_random_uuid(), 'PASSWORD_RESET', 'EN', '', '{}', now(), now() where false`);
}

/** Whether the link of a mail is still good: a later one, an answer or its use ends it. Without a link there is nothing to end. */
const IS_LIVE: SQL<boolean> = sql<boolean>`case
  when mails.link_kind is null then true
  when mails.link_kind = 'INVITATION' then exists (
    select from invitations i where i.id = mails.link_id and i.rotation = mails.link_rotation and i.status = 'PENDING')
  else exists (
    select from account_links l
    where l.id = mails.link_id and l.rotation = mails.link_rotation and l.kind::text = mails.link_kind::text)
  end`;

const after = (clock: Clock | undefined, milliseconds: number): SQL<Date> =>
  sql<Date>`${instantSql(clock)} + ${milliseconds} * interval '1 millisecond'`;

/**
 * Claims the mail that is due for longest: for `holdMs` nobody else gets it, unless its outcome is noted before. One whose link is no
 * longer good is SUPERSEDED instead, and answered as such.
 * @returns null when nothing is due
 */
export async function claimDueMail(
  tx: Tx,
  clock: Clock | undefined,
  holdMs: number,
): Promise<MailRow | null> {
  const [due] = await tx
    .select({ id: mails.id })
    .from(mails)
    .where(and(eq(mails.status, 'QUEUED'), lte(mails.dueAt, instantSql(clock))))
    .orderBy(mails.dueAt, mails.id)
    .limit(1)
    .for('update', { skipLocked: true });
  if (!due) return null;
  const [claimed] = await tx
    .update(mails)
    .set({
      status: sql`case when ${IS_LIVE} then mails.status else 'SUPERSEDED' end`,
      attempts: sql`mails.attempts + case when ${IS_LIVE} then 1 else 0 end`,
      dueAt: after(clock, holdMs),
    })
    .where(eq(mails.id, due.id))
    .returning();
  return claimed ?? null;
}

/** A mail as it was claimed. */
type Claim = Pick<MailRow, 'id' | 'attempts'>;

/** The row is still this claim's: nobody took the mail over after its time. */
const stillClaimed = ({ id, attempts }: Claim) =>
  and(eq(mails.id, id), eq(mails.attempts, attempts), eq(mails.status, 'QUEUED'));

/** Notes that a mail was sent, whoever has it by now. */
export async function markMailSent(tx: Tx, clock: Clock | undefined, { id }: Claim): Promise<void> {
  await tx
    .update(mails)
    .set({ status: 'SENT', sentAt: instantSql(clock) })
    .where(and(eq(mails.id, id), ne(mails.status, 'SENT')));
}

/** Puts a mail back, to be tried again after `delayMs`. */
export async function retryMail(
  tx: Tx,
  clock: Clock | undefined,
  claim: Claim,
  delayMs: number,
  lastError: string,
): Promise<void> {
  await tx
    .update(mails)
    .set({ dueAt: after(clock, delayMs), lastError })
    .where(stillClaimed(claim));
}

/** Gives a mail up. */
export async function failMail(tx: Tx, claim: Claim, lastError: string): Promise<void> {
  await tx.update(mails).set({ status: 'FAILED', lastError }).where(stillClaimed(claim));
}

/** The newest mails that are queued, and whether the link of each is still good. */
export async function newestQueuedMails(
  tx: Tx,
  limit: number,
): Promise<readonly { readonly mail: MailRow; readonly live: boolean }[]> {
  return tx
    .select({ mail: mails, live: IS_LIVE })
    .from(mails)
    .where(eq(mails.status, 'QUEUED'))
    .orderBy(desc(mails.createdAt), desc(mails.id))
    .limit(limit);
}

/** How many mails wait, and how many were given up. */
export async function countMails(tx: Tx): Promise<{ readonly queued: number; readonly failed: number }> {
  const result = await tx.execute(sql`
    select count(*) filter (where status = 'QUEUED')::int as queued, count(*) filter (where status = 'FAILED')::int as failed
    from mails where status in ('QUEUED', 'FAILED')`);
  return rowsOf<{ queued: number; failed: number }>(result)[0] ?? { queued: 0, failed: 0 };
}
