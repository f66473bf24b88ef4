import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import {
  claimDueMail,
  failMail,
  type MailRow,
  type NewMail,
  queueMails,
} from '../../src/db/queries/mails.ts';
import { accountLinks } from '../../src/db/schema/account-links.ts';
import { mails } from '../../src/db/schema/mails.ts';
import { users } from '../../src/db/schema/users.ts';
import { linkSigner } from '../../src/identity/links.ts';
import { mailRenderer } from '../../src/identity/mail/render-mail.ts';
import { hashSecret, newSecret } from '../../src/identity/secret.ts';
import { showsMails } from '../../src/server/development-mail.ts';
import { createGateway } from '../../src/server/gateway.ts';
import { openTestDatabase } from '../kit/database.ts';

const APP_SECRET = 'a secret of at least thirty-two characters';
const links = linkSigner(APP_SECRET);
const render = mailRenderer({ publicUrl: 'http://127.0.0.1:4000', links });
const START = new Date('2026-06-01T12:00:00.000Z');
const config = {
  host: '127.0.0.1',
  publicUrl: 'http://127.0.0.1:4000',
  trustedProxies: [],
  logLevel: 'silent',
  metricsToken: null,
} as const;

let database: Database;
let app: FastifyInstance;
beforeAll(async () => {
  database = await openTestDatabase();
  app = await createGateway({ config, database, appSecret: APP_SECRET, developmentMail: render });
});
afterAll(async () => {
  await app.close();
  await database.close();
});
beforeEach(() =>
  database.transaction('command', async (tx) => {
    // biome-ignore lint/nursery/noDrizzleDeleteWithoutWhere: all of them
    await tx.delete(mails);
  }),
);

const queue = (queued: readonly NewMail[], instant = START) =>
  database.transaction('command', (tx) => queueMails(tx, instant, queued));

const mail = (name: string, changes: Partial<NewMail> = {}): NewMail => ({
  template: 'PASSWORD_CHANGED',
  language: 'DE',
  recipient: 'ada@nordwind.example',
  params: { name },
  ...changes,
});

const page = async () => (await app.inject('/dev/mail')).body;

const unescaped = (html: string) => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

/** A link of an account and its mail. */
async function queueLink(rotation: number) {
  const link = { kind: 'PASSWORD_RESET', id: newId(), rotation: 0 } as const;
  const userId = newId();
  const email = `${userId}@nordwind.example`;
  await database.transaction('command', async (tx) => {
    await tx.insert(users).values({ id: userId, email, name: 'Ada', createdAt: START });
    await tx.insert(accountLinks).values({
      id: link.id,
      kind: link.kind,
      userId,
      email,
      rotation,
      tokenHash: hashSecret(newSecret()),
      expiresAt: START,
      createdAt: START,
    });
  });
  const params = { name: 'Ada', expiresAt: START.toISOString() };
  await queue([mail('Ada', { template: 'PASSWORD_RESET', params, link })]);
  return `http://127.0.0.1:4000/reset-password?token=${links(link)}`;
}

describe('the page of queued mails', () => {
  it('says so when there is none', async () => {
    expect(await page()).toContain('There is none.');
  });

  it('shows whom a mail is for, its text, its HTML, and its link to follow', async () => {
    const address = await queueLink(0);
    const html = await page();
    expect(html).toContain('<dd>ada@nordwind.example</dd>');
    expect(html).toMatch(/<h2 id="subject-[\w-]+" lang="de">Passwort zurücksetzen<\/h2>/);
    expect(html).toContain('<pre lang="de">Guten Tag Ada,');
    const [, link] = /<dt>Link<\/dt><dd><a href="([^"]+)">/.exec(html) ?? [];
    expect(unescaped(link ?? '')).toBe(address);
    const [, body] = /<iframe sandbox srcdoc="([^"]+)" title=/.exec(html) ?? [];
    expect(unescaped(body ?? '')).toMatch(/^<!doctype html>\n<html lang="de">/);
  });

  it('shows no link that is no longer good', async () => {
    await queueLink(1);
    const html = await page();
    expect(html).toContain('<dt>Link</dt><dd>no longer good</dd>');
    expect(html).not.toContain('<a href="http');
  });

  it('shows the newest hundred, the latest first, and none that is not queued', async () => {
    await queue(Array.from({ length: 101 }, (_, n) => mail(`N${n}.`)));
    await queue([mail('Latest.')], new Date(START.getTime() + 1));
    await queue([mail('Given up.')], new Date(0));
    await database.transaction('command', async (tx) => {
      const claimed = await claimDueMail(tx, () => START, 0);
      await failMail(tx, claimed as MailRow, 'refused');
    });
    const names = [...(await page()).matchAll(/Guten Tag ([\w ]+)\.,\n/g)].map(([, name]) => name);
    expect(names).toHaveLength(100);
    expect(names.slice(0, 2)).toEqual(['Latest', 'N100']);
    expect(names).not.toContain('N1');
    expect(names).not.toContain('Given up');
  });

  it('escapes whatever people typed', async () => {
    const name = `</pre></iframe>"'><script>alert(1)</script>`;
    await queue([
      mail(name, {
        template: 'PLATFORM_INVITATION',
        params: { inviterName: name, expiresAt: START.toISOString() },
      }),
      mail(name, { template: 'MEMBER_REMOVED', params: { name, organizationName: name } }),
    ]);
    const html = await page();
    expect(html).not.toContain('<script');
    expect(html.match(/<\/iframe>/g)).toHaveLength(1);
  });

  it('shows why a mail can not be rendered, and the others', async () => {
    await queue([mail('Ada', { template: 'MEMBER_REMOVED' }), mail('Grace')]);
    const html = await page();
    expect(html).toContain('organizationName');
    expect(html).toContain('Guten Tag Grace,');
  });

  it('may run nothing, load nothing, be framed by nobody, and is kept nowhere', async () => {
    const { headers } = await app.inject('/dev/mail');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('no-referrer');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src|\*/);
  });

  test.each([
    ['127.0.0.1:4000', 200],
    ['localhost', 200],
    ['LOCALHOST:4000', 200],
    ['[::1]:4000', 200],
    ['gateway.example', 404],
    ['127.0.0.1.gateway.example:4000', 404],
    ['localhost.gateway.example', 404],
    ['127.0.0.1@gateway.example', 404],
    ['gateway.example#127.0.0.1', 404],
    ['0.0.0.0:4000', 404],
  ])('asked for at %s answers %i', async (host, status) => {
    await queue([mail('Ada')]);
    const { statusCode, body } = await app.inject({ url: '/dev/mail', headers: { host } });
    expect(statusCode).toBe(status);
    expect(body.includes('ada@')).toBe(status === 200);
  });
});

it('there is no such page where mails are sent', async () => {
  const other = await createGateway({ config, database, appSecret: APP_SECRET });
  const absent = await other.inject('/nowhere');
  const answer = await other.inject('/dev/mail');
  expect([answer.statusCode, answer.body]).toEqual([404, absent.body]);
  await other.close();
});

test.each([
  [{ demoData: true, host: '127.0.0.1', smtpUrl: null }, true],
  [{ demoData: true, host: 'localhost', smtpUrl: null }, true],
  [{ demoData: false, host: '127.0.0.1', smtpUrl: null }, false],
  [{ demoData: true, host: '0.0.0.0', smtpUrl: null }, false],
  [{ demoData: true, host: '127.0.0.1', smtpUrl: 'smtp://mail.example' }, false],
])('with %o mails are shown: %s', (given, shown) => {
  expect(showsMails(given)).toBe(shown);
});

it('/metrics counts what is queued and what was given up', async () => {
  await queue([mail('Ada'), mail('Grace'), mail('Edith')]);
  await database.transaction('command', async (tx) => {
    const claimed = await claimDueMail(tx, () => START, 60_000);
    await failMail(tx, claimed as MailRow, 'refused');
  });
  const { body } = await app.inject('/metrics');
  expect(body).toContain('parkgate_mails{status="queued"} 2');
  expect(body).toContain('parkgate_mails{status="failed"} 1');
});
