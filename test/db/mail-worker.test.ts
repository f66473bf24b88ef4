import { eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database, Tx } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import {
  claimDueMail,
  failMail,
  type MailRow,
  type NewMail,
  queueMails,
  retryMail,
} from '../../src/db/queries/mails.ts';
import { accountLinks } from '../../src/db/schema/account-links.ts';
import { invitations } from '../../src/db/schema/invitations.ts';
import { mails } from '../../src/db/schema/mails.ts';
import { users } from '../../src/db/schema/users.ts';
import { linkSigner } from '../../src/identity/links.ts';
import { CLAIM_MS, type MailWorkerOptions, mailWorker } from '../../src/identity/mail/mail-worker.ts';
import { mailRenderer } from '../../src/identity/mail/render-mail.ts';
import { type SendMail, smtpTransport } from '../../src/identity/mail/smtp-transport.ts';
import { hashSecret, newSecret } from '../../src/identity/secret.ts';
import { makePostgresDatabase, onPostgres, openTestDatabase } from '../kit/database.ts';
import { type Mailbox, openMailbox, type ReceivedMail } from '../kit/mailbox.ts';

const START = new Date('2026-06-01T12:00:00.000Z');
const links = linkSigner('a secret of at least thirty-two characters');
const render = mailRenderer({ publicUrl: 'https://gateway.example', links });
const FROM = { name: 'Parkgate, "the gate"', address: 'no-reply@gateway.example' };

let database: Database;
let other: Database;
let mailbox: Mailbox;
let now = START;
let log: string[] = [];

beforeAll(async () => {
  if (onPostgres) {
    const made = await makePostgresDatabase();
    database = made.database;
    other = openPostgres(made.url);
  } else {
    database = await openTestDatabase();
    other = database;
  }
});
afterAll(async () => {
  if (other !== database) await other.close();
  await database.close();
});
beforeEach(async () => {
  now = START;
  log = [];
  await inTx((tx) => tx.execute(sql`delete from mails`));
  mailbox = await openMailbox();
});
afterEach(async () => {
  await mailbox.close();
  // Nobody's address, name or link belongs in the log.
  expect(log.join('\n')).not.toMatch(/@|token|Ada|gateway\.example/);
});

const inTx = <Result>(work: (tx: Tx) => PromiseLike<Result>): Promise<Result> =>
  database.transaction('command', async (tx) => work(tx));
const later = (milliseconds: number) => new Date(now.getTime() + milliseconds);

const noted = (level: string) => (details: object, message: string) => {
  log.push(JSON.stringify({ level, message, ...details }));
};
const logger = { info: noted('info'), warn: noted('warn'), error: noted('error') };

const worker = (options: Partial<MailWorkerOptions> = {}) =>
  mailWorker({
    database,
    render,
    send: smtpTransport({ smtpUrl: mailbox.url, from: FROM }),
    logger,
    clock: () => now,
    ...options,
  });

const drain = () => worker().drain();

/** A mail without a link. */
const plain = (recipient: string): NewMail => ({
  template: 'PASSWORD_CHANGED',
  language: 'EN',
  recipient,
  params: { name: 'Ada' },
});

const queue = (...queued: NewMail[]) => inTx((tx) => queueMails(tx, now, queued));

const rowsOfMails = () => inTx((tx) => tx.select().from(mails).orderBy(mails.recipient, mails.id));
const onlyRow = async (): Promise<MailRow> => {
  const rows = await rowsOfMails();
  expect(rows).toHaveLength(1);
  return rows[0] as MailRow;
};

async function newUser(): Promise<string> {
  const id = newId();
  await inTx((tx) =>
    tx.insert(users).values({ id, email: `${id}@nordwind.example`, name: 'Ada', createdAt: START }),
  );
  return id;
}

const expiresAt = new Date('2026-06-08T12:00:00.000Z');
const params = { name: 'Ada', inviterName: 'Ada', expiresAt: expiresAt.toISOString() };

/** An open invitation and the mail with its link. */
async function invite(recipient = 'grace@nordwind.example') {
  const link = { kind: 'INVITATION', id: newId(), rotation: 0 } as const;
  const invitedById = await newUser();
  await inTx((tx) =>
    tx.insert(invitations).values({
      id: link.id,
      type: 'PLATFORM',
      email: `${link.id}@nordwind.example`,
      language: 'EN',
      invitedById,
      tokenHash: hashSecret(links(link)),
      createdAt: now,
      sentAt: now,
      expiresAt,
    }),
  );
  const mail: NewMail = { template: 'PLATFORM_INVITATION', language: 'EN', recipient, params, link };
  await queue(mail);
  return { link, mail, address: `https://gateway.example/invitation?token=${links(link)}` };
}

/** A link of an account and its mail. */
async function sendLink() {
  const link = { kind: 'PASSWORD_RESET', id: newId(), rotation: 0 } as const;
  const userId = await newUser();
  await inTx((tx) =>
    tx.insert(accountLinks).values({
      id: link.id,
      kind: 'PASSWORD_RESET',
      userId,
      email: `${userId}@nordwind.example`,
      tokenHash: hashSecret(newSecret()),
      expiresAt,
      createdAt: now,
    }),
  );
  await queue({
    template: 'PASSWORD_RESET',
    language: 'EN',
    recipient: 'grace@nordwind.example',
    params,
    link,
  });
  return link;
}

const identity = ({ messageId, link }: ReceivedMail) => ({ messageId, link });

describe('a queued mail', () => {
  test('is delivered once, as text and HTML, with its link', async () => {
    const { address } = await invite();
    await drain();
    await drain();
    const [mail, ...more] = mailbox.received;
    expect(more).toEqual([]);
    const row = await onlyRow();
    expect(row).toMatchObject({ status: 'SENT', sentAt: now, attempts: 1, lastError: null });
    expect(mail).toMatchObject({
      from: 'no-reply@gateway.example',
      to: ['grace@nordwind.example'],
      messageId: `<${row.id}@gateway.example>`,
      subject: 'Ada invites you to Parkgate',
      link: address,
    });
    expect(mail?.html).toContain('<html lang="en-GB">');
    expect(mail?.parsed.from?.value).toEqual([
      { name: 'Parkgate, "the gate"', address: 'no-reply@gateway.example' },
    ]);
    expect(mail?.parsed.headers.get('auto-submitted')).toBe('auto-generated');
    expect(mail?.parsed.headers.get('content-language')).toBe('en-GB');
    expect(mail?.raw.split('\r\n\r\n')[0]).not.toMatch(/token|x-mailer/i);
  });

  test('is a good mail whatever the names hold', async () => {
    const inviterName = 'Zoë 👩‍🚀\r\nBcc: all@nordwind.example\r\n\r\n<script>';
    await invite();
    await inTx((tx) =>
      tx
        .update(mails)
        .set({ params: { ...params, inviterName } })
        .where(eq(mails.status, 'QUEUED')),
    );
    await drain();
    const [mail] = mailbox.received;
    expect(mail?.to).toEqual(['grace@nordwind.example']);
    expect(mail?.parsed.bcc).toBeUndefined();
    expect(mail?.subject).toBe('Zoë 👩‍🚀 Bcc: all@nordwind.example <script> invites you to Parkgate');
    expect(mail?.html).not.toContain('<script>');
    expect(mail?.raw).not.toMatch(/^Bcc:/im);
  });

  test('is one of many that all arrive', async () => {
    const recipients = Array.from(
      { length: 30 },
      (_, n) => `r${String(n).padStart(2, '0')}@nordwind.example`,
    );
    await queue(...recipients.map((recipient) => plain(recipient)));
    await drain();
    expect(mailbox.received.map(({ to }) => to[0]).sort()).toEqual(recipients);
    expect(new Set(mailbox.received.map(({ messageId }) => messageId)).size).toBe(30);
  });

  test('that can not be rendered is kept, and holds nobody up', async () => {
    const nameless: NewMail = { ...plain('ada@nordwind.example'), template: 'MEMBER_REMOVED' };
    await queue(nameless, plain('grace@nordwind.example'));
    await drain();
    const [broken, sent] = await rowsOfMails();
    expect(broken).toMatchObject({ status: 'QUEUED', lastError: expect.stringContaining('was not given') });
    expect(sent).toMatchObject({ status: 'SENT' });
  });
});

describe('a refusal', () => {
  test('for now is tried again later, with the same Message-ID and link', async () => {
    const { address } = await invite();
    mailbox.refuse({ at: 'DATA', code: 451, message: 'greylisted' });
    await drain();
    expect(await onlyRow()).toMatchObject({
      status: 'QUEUED',
      attempts: 1,
      dueAt: later(5_000),
      lastError: expect.stringContaining('greylisted'),
    });
    mailbox.refuse(null);
    await drain();
    expect(mailbox.received).toEqual([]);
    now = later(5_000);
    await drain();
    expect(mailbox.received.map(identity)).toEqual(mailbox.refused.map(identity));
    expect(mailbox.received[0]?.link).toBe(address);
    expect(await onlyRow()).toMatchObject({ status: 'SENT', attempts: 2, sentAt: now });
  });

  test('that lasts is tried ever more rarely, and given up after twenty attempts', async () => {
    await queue(plain('grace@nordwind.example'));
    mailbox.refuse({ at: 'RCPT', code: 451 });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 20; attempt++) {
      await drain();
      const { dueAt, attempts } = await onlyRow();
      expect(attempts).toBe(attempt);
      waits.push((dueAt.getTime() - now.getTime()) / 1_000);
      now = dueAt;
    }
    expect(waits.slice(0, 19)).toEqual([
      ...[5, 10, 20, 40, 80, 160, 320, 640, 1_280, 2_560],
      ...Array<number>(9).fill(3_600),
    ]);
    expect(await onlyRow()).toMatchObject({ status: 'FAILED', lastError: expect.stringContaining('451') });
  });

  test('for good ends it, is told, and holds nobody up', async () => {
    await queue(plain('ada@nordwind.example'), plain('grace@nordwind.example'));
    mailbox.refuse({ at: 'RCPT', code: 550, message: 'no such mailbox', to: 'ada@nordwind.example' });
    await drain();
    now = later(86_400_000);
    mailbox.refuse(null);
    await drain();
    const [refused, sent] = await rowsOfMails();
    expect(refused).toMatchObject({
      status: 'FAILED',
      attempts: 1,
      lastError: expect.stringContaining('no such mailbox'),
    });
    expect(sent).toMatchObject({ status: 'SENT' });
    expect(mailbox.received.map(({ to }) => to)).toEqual([['grace@nordwind.example']]);
    expect(log.filter((line) => line.includes('given up'))).toEqual([
      expect.stringContaining('"code":"EENVELOPE 550"'),
    ]);
  });

  test('that quotes the link is stored without its secret', async () => {
    const { address, link } = await invite();
    mailbox.refuse({ at: 'DATA', code: 554, message: `spam: ${address}` });
    await drain();
    const { lastError, status } = await onlyRow();
    expect(status).toBe('FAILED');
    expect(lastError).toContain('spam: https://gateway.example/invitation?token=…');
    expect(lastError).not.toContain(links(link).slice(0, 10));
  });

  test.each([
    ['CONNECT', 554],
    ['AUTH', 535],
    ['MAIL', 550],
  ] as const)('at %s is the operator’s to mend, and costs no mail', async (at, code) => {
    await queue(plain('grace@nordwind.example'));
    const smtpUrl = mailbox.url.replace('//', '//gate:hunter2@');
    const authenticated = worker({ send: smtpTransport({ smtpUrl, from: FROM }) });
    mailbox.refuse({ at, code });
    await authenticated.drain();
    const row = await onlyRow();
    expect(row).toMatchObject({ status: 'QUEUED', lastError: expect.stringContaining(`${code}`) });
    expect(row.lastError).not.toContain('hunter2');
    mailbox.refuse(null);
    now = row.dueAt;
    await authenticated.drain();
    expect(mailbox.received).toHaveLength(1);
  });
});

describe('a server', () => {
  test('that is down loses nothing', async () => {
    const { address } = await invite();
    await mailbox.down();
    await drain();
    expect(await onlyRow()).toMatchObject({ status: 'QUEUED', attempts: 1 });
    expect((await onlyRow()).lastError).toBeTruthy();
    await mailbox.up();
    now = later(5_000);
    await drain();
    expect(mailbox.received.map(({ link }) => link)).toEqual([address]);
  });

  test('that does not answer in time is given up for now', async () => {
    await invite();
    const hold = mailbox.hold();
    await worker({ send: smtpTransport({ smtpUrl: mailbox.url, from: FROM }, 300) }).drain();
    expect(await onlyRow()).toMatchObject({ status: 'QUEUED', attempts: 1 });
    hold.release();
    now = later(5_000);
    await drain();
    expect(await onlyRow()).toMatchObject({ status: 'SENT', attempts: 2 });
    // It may have taken the first one too: nobody was there to hear.
    expect(new Set(mailbox.received.map((mail) => JSON.stringify(identity(mail)))).size).toBe(1);
  });
});

describe('workers', () => {
  test('on one database send each mail once', async () => {
    const recipients = Array.from({ length: 60 }, (_, n) => `r${n}@nordwind.example`);
    await queue(...recipients.map((recipient) => plain(recipient)));
    const workers = [worker(), worker({ database: other }), worker({ database: other })];
    await Promise.all(workers.map((each) => each.drain()));
    expect(mailbox.received.map(({ to }) => to[0]).sort()).toEqual([...recipients].sort());
    expect((await rowsOfMails()).every(({ status, attempts }) => status === 'SENT' && attempts === 1)).toBe(
      true,
    );
  });

  test('take over what a dead one had claimed, when its time is over', async () => {
    const { address } = await invite();
    const claim = await inTx((tx) => claimDueMail(tx, () => now, CLAIM_MS));
    expect(claim).toMatchObject({ attempts: 1, dueAt: later(CLAIM_MS) });
    now = later(CLAIM_MS - 1);
    await drain();
    expect(mailbox.received).toEqual([]);
    now = later(1);
    await drain();
    expect(mailbox.received.map(({ link }) => link)).toEqual([address]);
    expect(await onlyRow()).toMatchObject({ status: 'SENT', attempts: 2 });
  });

  test('send twice the same, where one died between sending and noting it', async () => {
    await invite();
    const send: SendMail = async (mail) => {
      await smtpTransport({ smtpUrl: mailbox.url, from: FROM })(mail);
      throw new Error('dies here');
    };
    const dying = { ...database, transaction: diesAfterClaiming(database) };
    await worker({ database: dying, send })
      .drain()
      .catch(() => undefined);
    expect(await onlyRow()).toMatchObject({ status: 'QUEUED', attempts: 1 });
    now = later(CLAIM_MS);
    await drain();
    const [first, second, ...more] = mailbox.received.map(identity);
    expect(more).toEqual([]);
    expect(second).toEqual(first);
  });

  test('that come too late change nothing any more', async () => {
    await queue(plain('grace@nordwind.example'));
    const late = (await inTx((tx) => claimDueMail(tx, () => now, CLAIM_MS))) as MailRow;
    now = later(CLAIM_MS);
    const current = await inTx((tx) => claimDueMail(tx, () => now, CLAIM_MS));
    const before = await onlyRow();
    await inTx((tx) => failMail(tx, late, 'too late'));
    await inTx((tx) => retryMail(tx, () => now, late, 0, 'too late'));
    expect(await onlyRow()).toEqual(before);
    expect(before.attempts).toBe(current?.attempts);
  });
});

/** The database of a process that is killed after its first transaction. */
function diesAfterClaiming(alive: Database): Database['transaction'] {
  let transactions = 0;
  return (kind, work) =>
    ++transactions > 1 ? Promise.reject(new Error('dead')) : alive.transaction(kind, work);
}

describe('a link that is no longer good is not sent', () => {
  const expectSuperseded = async () => {
    await drain();
    expect(mailbox.received).toEqual([]);
    expect(await onlyRow()).toMatchObject({ status: 'SUPERSEDED', attempts: 0, sentAt: null });
  };

  test('when the invitation was sent again, whose mail is', async () => {
    const { link, mail } = await invite();
    await inTx((tx) => tx.update(invitations).set({ rotation: 1 }).where(eq(invitations.id, link.id)));
    await queue({ ...mail, link: { ...link, rotation: 1 } });
    await drain();
    expect((await rowsOfMails()).map(({ status }) => status)).toEqual(['SUPERSEDED', 'SENT']);
    expect(mailbox.received.map((each) => each.link)).toEqual([
      `https://gateway.example/invitation?token=${links({ ...link, rotation: 1 })}`,
    ]);
  });

  test.each(['ACCEPTED', 'DECLINED', 'REVOKED'] as const)('when the invitation is %s', async (status) => {
    const { link } = await invite();
    await inTx((tx) =>
      tx.update(invitations).set({ status, settledAt: now }).where(eq(invitations.id, link.id)),
    );
    await expectSuperseded();
  });

  test('when the invitation is gone', async () => {
    const { link } = await invite();
    await inTx((tx) => tx.delete(invitations).where(eq(invitations.id, link.id)));
    await expectSuperseded();
  });

  test('when the link of an account was used, or sent again; it is as long as neither is so', async () => {
    const used = await sendLink();
    await inTx((tx) => tx.delete(accountLinks).where(eq(accountLinks.id, used.id)));
    await expectSuperseded();
    await inTx((tx) => tx.execute(sql`delete from mails`));
    const rotated = await sendLink();
    await inTx((tx) => tx.update(accountLinks).set({ rotation: 1 }).where(eq(accountLinks.id, rotated.id)));
    await expectSuperseded();
    await inTx((tx) => tx.execute(sql`delete from mails`));
    const good = await sendLink();
    await drain();
    expect(mailbox.received.map(({ link }) => link)).toEqual([
      `https://gateway.example/reset-password?token=${links(good)}`,
    ]);
  });
});

describe('the worker', () => {
  test('looks for mails by itself once it was started', async () => {
    const started = worker();
    started.start();
    await queue(plain('grace@nordwind.example'));
    await mailbox.mailsTo('grace@nordwind.example');
    await started.stop();
  });

  test('woken while it sends, sends what was queued meanwhile', async () => {
    const awake = worker();
    const hold = mailbox.hold();
    await queue(plain('ada@nordwind.example'));
    awake.wake();
    await hold.held(1);
    await queue(plain('grace@nordwind.example'));
    awake.wake();
    hold.release();
    await mailbox.waitFor(2);
    await awake.stop();
  });

  test('that is stopped finishes the mail under way, and takes no other', async () => {
    const stopped = worker();
    const hold = mailbox.hold();
    await queue(plain('ada@nordwind.example'));
    stopped.start();
    await hold.held(1);
    await queue(plain('grace@nordwind.example'));
    let over = false;
    const stopping = stopped.stop().then(() => {
      over = true;
    });
    stopped.wake();
    await inTx((tx) => tx.execute(sql`select 1`));
    expect(over).toBe(false);
    hold.release();
    await stopping;
    stopped.wake();
    await stopped.drain();
    expect((await rowsOfMails()).map(({ status }) => status)).toEqual(['SENT', 'QUEUED']);
  });

  test('without a database says so once, and goes on when there is one', async () => {
    let down = true;
    const transaction: Database['transaction'] = (kind, work) =>
      down ? Promise.reject(new Error('no database')) : database.transaction(kind, work);
    const waiting = worker({ database: { ...database, transaction } });
    const look = async () => {
      waiting.wake();
      await waiting.drain().catch(() => undefined);
    };
    await queue(plain('grace@nordwind.example'));
    await look();
    await look();
    expect(log).toHaveLength(1);
    down = false;
    await look();
    expect(mailbox.received).toHaveLength(1);
    down = true;
    await look();
    expect(log.filter((line) => line.includes('worked off'))).toHaveLength(2);
  });
});
