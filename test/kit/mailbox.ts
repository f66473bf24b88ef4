import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** A mail as it arrived. */
export interface ReceivedMail {
  /** The addresses of the envelope. */
  readonly from: string;
  readonly to: readonly string[];
  readonly messageId: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The address in its text that carries a secret, or null. */
  readonly link: string | null;
  readonly parsed: ParsedMail;
  /** As it came over the wire. */
  readonly raw: string;
}

/** Where the server says no. */
type Stage = 'CONNECT' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA';

interface Rejection {
  readonly at: Stage;
  readonly code: number;
  readonly message?: string;
  /** Only mails to this address; of RCPT. */
  readonly to?: string;
}

/** A real SMTP server that keeps what it gets. */
export interface Mailbox {
  /** For SMTP_URL; the same while it is down. */
  readonly url: string;
  readonly received: readonly ReceivedMail[];
  /** What came and was refused after it had been read, at DATA. */
  readonly refused: readonly ReceivedMail[];
  /** Answers when at least `count` mails have arrived. */
  waitFor(count: number): Promise<readonly ReceivedMail[]>;
  /** The mails to one address, once at least `count` are there. */
  mailsTo(address: string, count?: number): Promise<readonly ReceivedMail[]>;
  /** From now on it refuses; null ends that. */
  refuse(rejection: Rejection | null): void;
  /** From now on a mail is not acknowledged until `release`; `held` answers when `count` wait. */
  hold(): { readonly release: () => void; readonly held: (count: number) => Promise<void> };
  /** Nobody listens any more. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

export async function openMailbox(): Promise<Mailbox> {
  const received: ReceivedMail[] = [];
  const refused: ReceivedMail[] = [];
  let rejection: Rejection | null = null;
  let holding: Promise<void> | null = null;
  let waiting = 0;

  const refusal = (at: Stage, to?: string) => {
    if (rejection?.at !== at || (rejection.to !== undefined && rejection.to !== to)) return null;
    return Object.assign(new Error(rejection.message ?? 'refused'), { responseCode: rejection.code });
  };

  const open = () =>
    new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      logger: false,
      closeTimeout: 1,
      onConnect: (_session, done) => done(refusal('CONNECT')),
      onAuth: ({ username }, _session, done) => done(refusal('AUTH'), { user: username }),
      onMailFrom: (_address, _session, done) => done(refusal('MAIL')),
      onRcptTo: ({ address }, _session, done) => done(refusal('RCPT', address)),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          take(Buffer.concat(chunks), session.envelope).then(done, done);
        });
      },
    }).on('error', () => undefined);

  /** Answers why it was refused, or null. */
  async function take(raw: Buffer, envelope: Envelope): Promise<Error | null> {
    const mail = await readMail(raw, envelope);
    if (holding) {
      waiting++;
      await holding;
    }
    const reason = refusal('DATA');
    (reason ? refused : received).push(mail);
    return reason;
  }

  let server = open();
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server.server, 'listening');
  };
  await listen(0);
  const { port } = server.server.address() as AddressInfo;
  const down = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const until = async (condition: () => boolean) => {
    while (!condition()) await pause(5);
  };
  const to = (address: string) => received.filter((mail) => mail.to.includes(address));

  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    refused,
    waitFor: async (count) => {
      await until(() => received.length >= count);
      return received;
    },
    mailsTo: async (address, count = 1) => {
      await until(() => to(address).length >= count);
      return to(address);
    },
    refuse: (next) => {
      rejection = next;
    },
    hold: () => {
      const held = Promise.withResolvers<void>();
      holding = held.promise;
      waiting = 0;
      return {
        release: () => {
          holding = null;
          held.resolve();
        },
        held: (count) => until(() => waiting >= count),
      };
    },
    down,
    up: () => {
      server = open();
      return listen(port);
    },
    close: down,
  };
}

type Envelope = SMTPServerSession['envelope'];

async function readMail(raw: Buffer, { mailFrom, rcptTo }: Envelope): Promise<ReceivedMail> {
  const parsed = await simpleParser(raw);
  const text = parsed.text ?? '';
  return {
    from: mailFrom ? mailFrom.address : '',
    to: rcptTo.map(({ address }) => address),
    messageId: parsed.messageId ?? '',
    subject: parsed.subject ?? '',
    text,
    html: parsed.html || '',
    link: /\S+\?token=[\w-]+/.exec(text)?.[0] ?? null,
    parsed,
    raw: raw.toString(),
  };
}
