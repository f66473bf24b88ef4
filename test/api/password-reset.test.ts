/** A forgotten password: which links work, which sessions end, and what is mailed to whom. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import {
  changeUser,
  invite,
  newAddress,
  newestMail,
  PASSWORD,
  secretOf,
  shownMail,
} from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  ChangePasswordDocument,
  RegisterDocument,
  RequestEmailChangeDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  SignInDocument,
  VerifyEmailDocument,
  WhoAmIDocument,
} from '../kit/generated/operations.ts';
import { observe } from '../kit/observe.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

const NEW = 'a whole new password';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
let anonymous: GraphQLClient;
let passwordHash: string;
const { recorded, mailed } = observe(() => world.gateway.database);
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
  anonymous = world.gateway.client();
  passwordHash = await hashPassword(PASSWORD);
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

const send = (input = {}) => invite(admin, { organizationId: world.organizations.acme.id, ...input });
const linkTo = async (email: string) => secretOf(await newestMail(world.gateway.database, email));
const register = ({ secret: invitationToken }: { secret: string }, input: object = {}) =>
  anonymous.get(RegisterDocument, {
    input: { invitationToken, name: 'Newcomer', password: PASSWORD, ...input },
  });
const signIn = async (email: string, password = PASSWORD) =>
  (await anonymous.send(SignInDocument, { input: { email, password } })).data?.signIn.sessionToken ?? null;
const isSignedIn = async (client: GraphQLClient) => (await client.get(WhoAmIDocument)).viewer !== null;
async function dead(work: () => Promise<unknown>) {
  const before = await storedState(world.gateway.database);
  expect(await work()).toEqual({ code: 'NOT_FOUND', message: expect.any(String) });
  expect(await storedState(world.gateway.database)).toEqual(before);
}
const verifyIsDead = (token: string) => dead(() => anonymous.refusal(VerifyEmailDocument, { token }));
const resetIsDead = (token: string) =>
  dead(() => anonymous.refusal(ResetPasswordDocument, { input: { token, newPassword: NEW } }));
/** A verified account with the password and two sessions. */
async function somebody(account: { systemRole?: 'DEMO' } = {}) {
  const person = world.story.person(`Somebody ${newAddress('x')}`, { passwordHash, ...account });
  await world.story.store(world.gateway.database);
  const sessions = [await world.gateway.signInAs(person.uuid), await world.gateway.signInAs(person.uuid)];
  return { ...person, sessions };
}

describe('a forgotten password', () => {
  const request = (email: string) => anonymous.get(RequestPasswordResetDocument, { email });

  it('is replaced by a mailed link, which ends every session', async () => {
    const person = await somebody();
    const bystander = await somebody();
    const requested = await mailed(async () => {
      const records = await recorded(() => request(` ${person.email.toUpperCase()}`));
      expect(records).toMatchObject([
        { action: 'user.password_reset_requested', organizationId: null, subjectId: person.id },
      ]);
    });
    expect(requested.map(shownMail)).toMatchObject([
      {
        template: 'PASSWORD_RESET',
        recipient: person.email,
        linkKind: 'PASSWORD_RESET',
        params: { name: person.name },
      },
    ]);
    for (const session of person.sessions) expect(await isSignedIn(session)).toBe(true);
    const token = secretOf(requested[0]);
    // It proves no address.
    await verifyIsDead(token);
    const changed = await mailed(async () => {
      const records = await recorded(() =>
        anonymous.get(ResetPasswordDocument, { input: { token, newPassword: NEW } }),
      );
      expect(records).toMatchObject([
        { action: 'user.password_reset', subjectId: person.id, details: { sessionsEnded: 2 } },
      ]);
    });
    expect(changed.map(shownMail)).toEqual([
      {
        ...{
          template: 'PASSWORD_CHANGED',
          language: 'EN',
          recipient: person.email,
          linkKind: null,
          linkRotation: null,
        },
        params: { name: person.name },
      },
    ]);
    for (const session of person.sessions) expect(await isSignedIn(session)).toBe(false);
    for (const session of bystander.sessions) expect(await isSignedIn(session)).toBe(true);
    expect([await signIn(person.email), (await signIn(person.email, NEW)) !== null]).toEqual([null, true]);
    await resetIsDead(token);
    await verifyIsDead(token);
  });

  it('ends the other links of the account too', async () => {
    const person = await somebody();
    const [session] = person.sessions as [GraphQLClient];
    const newEmail = newAddress('moved');
    await session.get(RequestEmailChangeDocument, { input: { newEmail, password: PASSWORD } });
    const move = await linkTo(newEmail);
    await request(person.email);
    const token = await linkTo(person.email);
    await anonymous.get(ResetPasswordDocument, { input: { token, newPassword: NEW } });
    const client = world.gateway.client(await signIn(person.email, NEW));
    await dead(() => client.refusal(VerifyEmailDocument, { token: move }));
  });

  it('has no link any more once the password was changed', async () => {
    const person = await somebody();
    await request(person.email);
    const token = await linkTo(person.email);
    const input = { currentPassword: PASSWORD, newPassword: NEW };
    await (person.sessions[0] as GraphQLClient).get(ChangePasswordDocument, { input });
    await resetIsDead(token);
    expect(await signIn(person.email, NEW)).not.toBeNull();
  });

  it('has one link at a time, of one hour', async () => {
    const { gateway } = world;
    const person = await somebody();
    const at = Date.now();
    gateway.setClock(new Date(at));
    await request(person.email);
    const first = await linkTo(person.email);
    await request(person.email);
    const second = await linkTo(person.email);
    await resetIsDead(first);
    gateway.setClock(new Date(at + 3_600_000));
    await resetIsDead(second);
    gateway.setClock(new Date(at + 3_599_999));
    await anonymous.get(ResetPasswordDocument, { input: { token: second, newPassword: NEW } });
  });

  it('is no way into an account that is suspended, DEMO, or not verified; nobody is told', async () => {
    const { database } = world.gateway;
    const suspended = await somebody();
    await request(suspended.email);
    const token = await linkTo(suspended.email);
    await changeUser(database, suspended.uuid, { suspendedAt: new Date() });
    await resetIsDead(token);
    const waiting = await send();
    await register(waiting);
    const demo = await somebody({ systemRole: 'DEMO' });
    for (const email of [suspended.email, demo.email, waiting.email, newAddress(), 'no address', ''])
      expect(await mailed(() => request(email))).toEqual([]);
    await changeUser(database, suspended.uuid, { suspendedAt: null });
    expect(await mailed(() => request(suspended.email))).toHaveLength(1);
  });

  it('without acceptable new password leaves the link good', async () => {
    const person = await somebody();
    await request(person.email);
    const token = await linkTo(person.email);
    const before = await storedState(world.gateway.database);
    for (const newPassword of ['short', 'password1234', '\0'.repeat(12)])
      expect(await anonymous.refusal(ResetPasswordDocument, { input: { token, newPassword } })).toMatchObject(
        {
          ...{ code: 'BAD_USER_INPUT', field: 'newPassword' },
        },
      );
    expect(await storedState(world.gateway.database)).toEqual(before);
    await anonymous.get(ResetPasswordDocument, { input: { token, newPassword: NEW } });
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
