import { createHash } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../src/db/rows.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { MySessionsDocument, SignInDocument, WhoAmIDocument } from '../kit/generated/operations.ts';
import { type Person, Story } from '../kit/story.ts';
import { storedState } from '../kit/tenant.ts';

const PASSWORD = 'correct horse battery staple';

let gateway: TestGateway;
let secure: TestGateway;
const story = new Story();
let ada: Person;
let suspended: Person;

beforeAll(async () => {
  gateway = await startTestGateway();
  secure = await startTestGateway({ database: gateway.database, publicUrl: 'https://gate.example' });
  const passwordHash = await hashPassword(PASSWORD);
  const organization = story.organization('Acme Energy');
  ada = story.member(organization, 'ADMIN', { name: 'Ada', passwordHash });
  suspended = story.member(organization, 'ADMIN', { passwordHash, name: 'Sus', suspendedAt: new Date() });
  story.person('No Password');
  await story.store(gateway.database);
});

afterAll(async () => {
  await secure.close();
  await gateway.close();
});

const signIn = (email: string, password = PASSWORD, client = gateway.client()) =>
  client.send(SignInDocument, { input: { email, password } });

/** Signs in for real: a client by bearer token, and what the cookie would be. */
async function session(client = gateway.client()) {
  const { data, headers } = await signIn(ada.email, PASSWORD, client);
  const token = data?.signIn.sessionToken ?? '';
  return { token, cookie: headers.getSetCookie()[0] ?? '', client: gateway.client(token) };
}

const whoIs = async (client: GraphQLClient, headers: Record<string, string> = {}) =>
  (await client.send(WhoAmIDocument, {}, headers)).data?.viewer?.user.email ?? null;

describe('signing in', () => {
  it('sets a cookie that scripts cannot read and other sites cannot send', async () => {
    const { token, cookie } = await session();
    const [pair, ...attributes] = cookie.split('; ');
    expect(pair).toBe(`parkgate=${token}`);
    expect(attributes.map((each) => each.split('=')[0]).sort()).toEqual([
      'Expires',
      'HttpOnly',
      'Path',
      'SameSite',
    ]);
    expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'SameSite=Lax']));
  });

  it('behind https the cookie is Secure and bound to its host', async () => {
    const { cookie, token } = await session(secure.client());
    expect(cookie).toMatch(/^__Host-parkgate=/);
    expect(cookie.split('; ')).toEqual(
      expect.arrayContaining(['Secure', 'HttpOnly', 'Path=/', 'SameSite=Lax']),
    );
    expect(cookie).not.toMatch(/domain/i);
    expect(await whoIs(secure.client(), { cookie: `__Host-parkgate=${token}` })).toBe(ada.email);
    expect(await whoIs(secure.client(), { cookie: `parkgate=${token}` })).toBeNull();
  });

  it('works by cookie and by bearer token, and by nothing else', async () => {
    const { token } = await session();
    expect(await whoIs(gateway.client(token))).toBe(ada.email);
    expect(await whoIs(gateway.client(), { cookie: `other=1; parkgate=${token}` })).toBe(ada.email);
    for (const [name, value] of [
      ['authorization', `Basic ${token}`],
      ['authorization', `Bearer ${token}x`],
      ['cookie', `session=${token}`],
      ['x-session-token', token],
    ] as const) {
      expect(await whoIs(gateway.client(), { [name]: value })).toBeNull();
    }
  });

  it('says the same of an unknown address, a wrong password, a suspended account and one without password', async () => {
    const before = await storedState(gateway.database);
    const attempts = [
      await signIn('nobody@example.org'),
      await signIn(ada.email, 'wrong password 123'),
      await signIn(ada.email, 'x'.repeat(1_025)),
      await signIn(ada.email, `${PASSWORD}\0`),
      await signIn(ada.email, '\ud800'),
      await signIn(ada.email, ''),
      await signIn(suspended.email),
      await signIn(suspended.email, 'wrong password 123'),
      await signIn('no.password@example.org'),
      await signIn('no.password@example.org', ''),
      await signIn('no address at all'),
      await signIn(''),
      await signIn('ada@example.org\0'),
      await signIn('\ud800@example.org'),
      await signIn("' or 1=1 --@example.org"),
    ].map(({ status, data, errors, headers }) => ({ status, data, errors, cookies: headers.getSetCookie() }));
    expect(attempts[0]?.errors[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED', layer: 'SYSTEM' });
    expect(attempts[0]?.cookies).toEqual([]);
    for (const attempt of attempts) expect(attempt).toEqual(attempts[0]);
    expect(await storedState(gateway.database)).toEqual(before);
  });

  it('takes an address in any case', async () => {
    const { data } = await signIn('ADA@Example.ORG');
    expect(data?.signIn.viewer.user.id).toBe(ada.id);
  });

  it.each([
    ['full-width letters', 'ａｄａ@example.org'],
    ['full-width throughout', 'ＡＤＡ＠ｅｘａｍｐｌｅ．ｏｒｇ'],
    ['blanks around it', ' ada@example.org '],
  ])('takes an address in %s as the same one', async (_, email) => {
    const { data, errors } = await signIn(email);
    expect(errors).toEqual([]);
    expect(data?.signIn.viewer.user.id).toBe(ada.id);
  });

  it('never adopts a session that the client chose, and ends the one that it came with', async () => {
    const chosen = 'A'.repeat(43);
    const first = await session(gateway.client(chosen));
    expect(first.token).not.toBe(chosen);
    expect(await whoIs(gateway.client(chosen))).toBeNull();
    const second = await session(first.client);
    expect(second.token).not.toBe(first.token);
    expect(await whoIs(first.client)).toBeNull();
    const { data } = await gateway
      .client()
      .send(
        SignInDocument,
        { input: { email: ada.email, password: PASSWORD } },
        { cookie: `parkgate=${second.token}` },
      );
    expect(await whoIs(second.client)).toBeNull();
    expect(await whoIs(gateway.client(data?.signIn.sessionToken))).toBe(ada.email);
  });

  it('leaves the session alone that a failed sign-in came with', async () => {
    const { client } = await session();
    await signIn(ada.email, 'wrong password 123', client);
    expect(await whoIs(client)).toBe(ada.email);
  });

  it('stores no token but its SHA-256, and tells no secret to log or trail', async () => {
    const { token } = await session();
    await signIn(ada.email, 'my mistyped secret');
    const stored = await gateway.database.transaction('snapshot', async (tx) => {
      const of = (table: string) => tx.execute(sql`select t::text as row from ${sql.identifier(table)} t`);
      return JSON.stringify([
        rowsOf(await of('sessions')),
        rowsOf(await of('audit_events')),
        rowsOf(await of('users')),
      ]);
    });
    expect(stored).toContain(createHash('sha256').update(token).digest('hex'));
    for (const secret of [token, PASSWORD, 'my mistyped secret']) {
      expect(stored).not.toContain(secret);
      expect(gateway.log()).not.toContain(secret);
    }
  });
});

it('the address of a session is the connection’s, whatever a header says of it', async () => {
  const { data, headers } = await gateway.client().send(
    SignInDocument,
    { input: { email: ada.email, password: PASSWORD } },
    {
      'x-forwarded-for': '203.0.113.7',
      'x-forwarded-proto': 'https',
      forwarded: 'for=203.0.113.7;proto=https',
    },
  );
  expect(headers.getSetCookie()[0]).toMatch(/^parkgate=/);
  const { viewer } = await gateway.client(data?.signIn.sessionToken).get(MySessionsDocument);
  expect(viewer?.sessions.find(({ current }) => current)?.ipAddress).toBe('127.0.0.1');
});
