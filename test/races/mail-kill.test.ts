import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sessions } from '../../src/db/schema/sessions.ts';
import { linkSigner } from '../../src/identity/links.ts';
import { hashSecret, newSecret } from '../../src/identity/secret.ts';
import { projectRoot } from '../../src/root.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { buildGateway } from '../kit/build-gateway.ts';
import { GraphQLClient } from '../kit/client.ts';
import { makePostgresDatabase } from '../kit/database.ts';
import { type Mailbox, openMailbox } from '../kit/mailbox.ts';
import { readRows } from '../kit/races.ts';
import { buildTenant, inOneGo, sessionRow } from '../kit/rows.ts';

const ROUNDS = 20;
const INVITED = 6;
const APP_SECRET = 'a secret of this test alone, long enough to be one';

let mailbox: Mailbox;
let db: Awaited<ReturnType<typeof makePostgresDatabase>>;
let gateway: ChildProcess | null = null;

beforeAll(async () => {
  // The process is the real one, as `npm start` runs it.
  await buildGateway();
  mailbox = await openMailbox();
  db = await makePostgresDatabase();
});
afterAll(async () => {
  await kill();
  await mailbox?.close();
  await db?.database.close();
});

/** Starts the gateway and answers where it listens. */
async function start(): Promise<string> {
  gateway = spawn(process.execPath, [join(projectRoot, 'dist/src/main.js')], {
    cwd: projectRoot,
    env: {
      PATH: process.env['PATH'],
      DATABASE_URL: db.url,
      SMTP_URL: mailbox.url,
      PUBLIC_URL: 'https://parkgate.example',
      LOG_LEVEL: 'silent',
      PORT: '0',
      APP_SECRET,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: gateway.stdout as NodeJS.ReadableStream })) {
    const url = /ready: (\S+)/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error('the gateway did not start');
}

async function kill(): Promise<void> {
  if (gateway?.exitCode !== null || gateway.signalCode !== null) return;
  const gone = once(gateway, 'exit');
  gateway.kill('SIGKILL');
  await gone;
}

const INVITE = 'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { invitation { id } } }';

test('killed between commit and sending, 20 times: every mail arrives, none twice with another link', {
  timeout: 600_000,
}, async () => {
  const { id, members } = await buildTenant(db.database, { members: { admin: 'ADMIN' } });
  const token = newSecret();
  await inOneGo(db.database, (tx) =>
    tx.insert(sessions).values(sessionRow({ userId: members.admin.userId, tokenHash: hashSecret(token) })),
  );
  const organizationId = globalId('organization', id);
  for (let round = 0; round < ROUNDS; round++) {
    const client = new GraphQLClient(await start(), token);
    // Half of the rounds nobody answers the gateway's mails until it is dead: they are all under way or queued.
    const held = round % 2 === 0 ? mailbox.hold() : null;
    const sent = Array.from({ length: INVITED }, (_, n) =>
      client
        .send(INVITE, {
          input: { organizationId, role: 'MEMBER', email: `invited.${round}.${n}@example.net` },
        })
        .catch(() => null),
    );
    // At the first, second, … answer, or a little later: what was answered is committed, the rest may be or not.
    await Promise.race([sent[round % INVITED], pause(5_000)]);
    await pause(Math.random() * 20);
    await kill();
    await Promise.all(sent);
    held?.release();
  }
  // Whatever the dead had claimed is taken over when its time is over: the clock is turned forward for them.
  await inOneGo(db.database, (tx) =>
    tx.execute(sql`update mails set due_at = created_at where status = 'QUEUED'`),
  );
  const committed = await readRows<{ id: string; email: string; rotation: number }>(
    db.database,
    sql`select id, email, rotation from invitations order by id`,
  );
  expect(committed.length).toBeGreaterThan(ROUNDS);
  await start();
  for (const { email } of committed) await mailbox.mailsTo(email);
  await kill();

  const sign = linkSigner(APP_SECRET);
  for (const { id: invitationId, email, rotation } of committed) {
    const arrived = mailbox.received.filter(({ to }) => to.includes(email));
    const secret = sign({ kind: 'INVITATION', id: invitationId, rotation });
    expect(new Set(arrived.map(({ link }) => link))).toEqual(
      new Set([`https://parkgate.example/invitation?token=${secret}`]),
    );
    expect(new Set(arrived.map(({ messageId }) => messageId)).size).toBe(1);
  }
  // Nobody was invited by what was never committed.
  const invited = new Set(committed.map(({ email }) => email));
  expect(mailbox.received.flatMap(({ to }) => to).filter((address) => !invited.has(address))).toEqual([]);
});
