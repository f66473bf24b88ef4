import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { memberships } from '../../src/db/schema/memberships.ts';
import { users } from '../../src/db/schema/users.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import {
  MySessionsDocument,
  RevokeSessionDocument,
  SignInDocument,
  SignOutDocument,
  WhoAmIDocument,
} from '../kit/generated/operations.ts';
import { type Person, Story } from '../kit/story.ts';
import { auditTrail, storedState } from '../kit/tenant.ts';

const PASSWORD = 'correct horse battery staple';

let gateway: TestGateway;
const story = new Story();
let ada: Person;

beforeAll(async () => {
  gateway = await startTestGateway();
  const passwordHash = await hashPassword(PASSWORD);
  const organization = story.organization('Acme Energy');
  ada = story.member(organization, 'ADMIN', { name: 'Ada', passwordHash });
  await story.store(gateway.database);
});

afterAll(() => gateway.close());

/** Signs in for real: a client by bearer token. */
async function session(headers: Record<string, string> = {}) {
  const input = { email: ada.email, password: PASSWORD };
  const { data } = await gateway.client().send(SignInDocument, { input }, headers);
  const token = data?.signIn.sessionToken ?? '';
  return { token, client: gateway.client(token) };
}

const whoIs = async (client: GraphQLClient) =>
  (await client.send(WhoAmIDocument)).data?.viewer?.user.email ?? null;

describe('a session', () => {
  it('is shown to its owner alone, the current one marked, without its secret', async () => {
    gateway.setClock('2031-01-01T00:00:00Z');
    const { client, token } = await session();
    const other = await session({ 'user-agent': 'u'.repeat(400) });
    const { viewer } = await client.get(MySessionsDocument);
    const [newest, current] = viewer?.sessions ?? [];
    expect(viewer?.sessions).toHaveLength(2);
    expect(newest).toMatchObject({ current: false, userAgent: 'u'.repeat(300) });
    expect(current).toMatchObject({
      current: true,
      createdAt: '2031-01-01T00:00:00.000Z',
      expiresAt: '2031-01-31T00:00:00.000Z',
      ipAddress: '127.0.0.1',
    });
    for (const secret of [token, other.token]) expect(JSON.stringify(viewer)).not.toContain(secret);
    gateway.setClock(null);
  });

  it('notes its use, once a minute', async () => {
    gateway.setClock('2033-01-01T00:00:00Z');
    const { client } = await session();
    const lastSeen = async () =>
      (await client.get(MySessionsDocument)).viewer?.sessions.find(({ current }) => current)?.lastSeenAt;
    gateway.setClock('2033-01-01T00:00:59.999Z');
    gateway.takeStatements();
    expect([await lastSeen(), await lastSeen()]).toEqual(Array(2).fill('2033-01-01T00:00:00.000Z'));
    expect(gateway.takeStatements().filter((statement) => statement.startsWith('update'))).toEqual([]);
    gateway.setClock('2033-01-01T00:01:00.000Z');
    await vi.waitFor(async () => expect(await lastSeen()).toBe('2033-01-01T00:01:00.000Z'));
    gateway.setClock(null);
  });

  it('ends at the exact instant of its expiry', async () => {
    gateway.setClock('2032-01-01T00:00:00Z');
    const { client } = await session();
    gateway.setClock('2032-01-30T23:59:59.999Z');
    expect(await whoIs(client)).toBe(ada.email);
    gateway.setClock('2032-01-31T00:00:00.000Z');
    expect(await whoIs(client)).toBeNull();
    expect(await client.refusal(SignOutDocument)).toMatchObject({ code: 'UNAUTHENTICATED' });
    gateway.setClock(null);
  });

  it('dies with the suspension of its account, and gives nothing while the membership is paused', async () => {
    const { client } = await session();
    const suspend = (suspendedAt: Date | null) =>
      gateway.database.transaction('command', async (tx) => {
        await tx.update(users).set({ suspendedAt }).where(eq(users.id, ada.uuid));
      });
    const setActive = (active: boolean) =>
      gateway.database.transaction('command', async (tx) => {
        await tx.update(memberships).set({ active }).where(eq(memberships.userId, ada.uuid));
      });
    await suspend(new Date());
    expect(await whoIs(client)).toBeNull();
    await suspend(null);
    await setActive(false);
    expect(await client.get(WhoAmIDocument)).toMatchObject({
      viewer: { user: { id: ada.id }, membership: { status: 'PAUSED' }, organization: null },
    });
    await setActive(true);
    expect((await client.get(WhoAmIDocument)).viewer?.organization?.name).toBe('Acme Energy');
  });
});

describe('ending sessions', () => {
  it('signing out ends this session and takes its cookie, not the others', async () => {
    const [here, there] = [await session(), await session()];
    const { data, headers } = await here.client.send(SignOutDocument);
    expect(data).toEqual({ signOut: { ok: true } });
    expect(headers.getSetCookie()[0]).toMatch(/^parkgate=; .*Expires=Thu, 01 Jan 1970/);
    expect(await whoIs(here.client)).toBeNull();
    expect(await here.client.refusal(SignOutDocument)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await whoIs(there.client)).toBe(ada.email);
  });

  it('revoking ends one of the own sessions at its next request', async () => {
    const [here, there] = [await session(), await session()];
    const { viewer } = await there.client.get(MySessionsDocument);
    const sessionId = viewer?.sessions.find(({ current }) => current)?.id ?? '';
    expect(await here.client.get(RevokeSessionDocument, { sessionId })).toEqual({
      revokeSession: { ok: true },
    });
    expect(await whoIs(there.client)).toBeNull();
    expect(await whoIs(here.client)).toBe(ada.email);
    expect((await auditTrail(gateway.database)).at(-1)).toMatchObject({
      action: 'session.revoked',
      subjectId: sessionId,
      actorUserId: ada.uuid,
    });
    expect(await here.client.refusal(RevokeSessionDocument, { sessionId })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('foreign, absent and malformed sessions are not found, by one answer', async () => {
    const bob = story.person('Bob');
    await story.store(gateway.database);
    const theirs = await gateway.signInAs(bob.uuid);
    const foreign = (await theirs.get(MySessionsDocument)).viewer?.sessions[0]?.id ?? '';
    const { client } = await session();
    const before = await storedState(gateway.database);
    const absent = globalId('session', crypto.randomUUID());
    const answers: unknown[] = [];
    for (const sessionId of [
      foreign,
      absent,
      'session_',
      'x',
      '',
      bob.id,
      foreign.replace('session', 'user'),
    ]) {
      const { data, errors, status } = await client.send(RevokeSessionDocument, { sessionId });
      answers.push({ data, errors, status });
    }
    expect(answers[0]).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await storedState(gateway.database)).toEqual(before);
    expect(await whoIs(theirs)).toBe(bob.email);
  });
});
