/** What somebody changes of their own account: profile and address. */
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { users } from '../../src/db/schema/users.ts';
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
  AcceptInvitationDocument,
  RequestEmailChangeDocument,
  RequestPasswordResetDocument,
  ResetPasswordDocument,
  SignInDocument,
  UpdateProfileDocument,
  VerifyEmailDocument,
  WhoAmIDocument,
} from '../kit/generated/operations.ts';
import { observe } from '../kit/observe.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

const NEW = 'a whole new password';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let anonymous: GraphQLClient;
let passwordHash: string;
beforeAll(async () => {
  world = await startWithTenants();
  anonymous = world.gateway.client();
  passwordHash = await hashPassword(PASSWORD);
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

const linkTo = async (email: string) => secretOf(await newestMail(world.gateway.database, email));
const signIn = async (email: string, password = PASSWORD) =>
  (await anonymous.send(SignInDocument, { input: { email, password } })).data?.signIn.sessionToken ?? null;
const isSignedIn = async (client: GraphQLClient) => (await client.get(WhoAmIDocument)).viewer !== null;
let people = 0;
const { recorded, refused, mailed } = observe(() => world.gateway.database);
/** A MEMBER of Acme (or somebody else, by `as`) with the password and two sessions. */
async function somebody(
  as: (name: string) => Person = (name) =>
    world.story.member(world.organizations.acme, 'MEMBER', { name, passwordHash }),
) {
  const person = as(`Changing Person ${people++}`);
  await world.story.store(world.gateway.database);
  const session = await world.gateway.signInAs(person.uuid);
  return { ...person, session, other: await world.gateway.signInAs(person.uuid) };
}
const stored = async (uuid: string) =>
  (
    await world.gateway.database.transaction('snapshot', (tx) =>
      tx.select().from(users).where(eq(users.id, uuid)),
    )
  )[0];

describe('the profile', () => {
  it('changes name and language, recorded on the own organization’s trail; the same again is nothing', async () => {
    const { session, uuid, id, name } = await somebody();
    const input = { name: ' Zoë Ångström ', language: 'PT' as const };
    const [record, ...more] = await recorded(async () => {
      const { updateProfile } = await session.get(UpdateProfileDocument, { input });
      expect(updateProfile.user).toEqual({ id, name: 'Zoë Ångström', language: 'PT' });
    });
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      ...{
        action: 'user.profile_updated',
        organizationId: world.organizations.acme.uuid,
        subjectId: id,
        actorUserId: uuid,
      },
      details: { before: { name, language: 'EN' }, after: { name: 'Zoë Ångström', language: 'PT' } },
    });
    const before = await storedState(world.gateway.database);
    await session.get(UpdateProfileDocument, { input });
    await session.get(UpdateProfileDocument, { input: {} });
    await session.get(UpdateProfileDocument, { input: { name: null, language: null } });
    expect(await storedState(world.gateway.database)).toEqual(before);
    expect(await anonymous.refusal(UpdateProfileDocument, { input })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('a new address', () => {
  const request = (client: GraphQLClient, newEmail: string, password = PASSWORD) =>
    client.get(RequestEmailChangeDocument, { input: { newEmail, password } });

  it('counts once its own link is used; then the old one’s sessions and links end, and its owner is told', async () => {
    const { session, other, uuid, id, email, name } = await somebody();
    const newEmail = newAddress('moved');
    await anonymous.get(RequestPasswordResetDocument, { email });
    const reset = await linkTo(email);
    const asked = await mailed(async () => {
      const records = await recorded(() => request(session, newEmail.toUpperCase()));
      expect(records).toMatchObject([
        {
          action: 'user.email_change_requested',
          subjectId: id,
          organizationId: world.organizations.acme.uuid,
        },
      ]);
    });
    expect(asked.map(shownMail)).toMatchObject([
      { template: 'EMAIL_CHANGE', recipient: newEmail, linkKind: 'EMAIL_CHANGE', params: { name, newEmail } },
    ]);
    expect([(await stored(uuid))?.email, (await signIn(email)) !== null, await signIn(newEmail)]).toEqual([
      email,
      true,
      null,
    ]);
    const token = secretOf(asked[0]);
    // Whoever got the mail by a slip of the pen is not the account's owner.
    const stranger = await somebody();
    for (const client of [anonymous, stranger.session])
      await refused(client, VerifyEmailDocument, { token }, { code: 'UNAUTHENTICATED' });
    const changed = await mailed(async () => {
      const records = await recorded(async () => {
        const { verifyEmail } = await session.get(VerifyEmailDocument, { token });
        expect(verifyEmail.viewer.user).toMatchObject({ id, email: newEmail });
        expect(await isSignedIn(world.gateway.client(verifyEmail.sessionToken))).toBe(true);
      });
      expect(records).toMatchObject([
        { action: 'user.email_changed', subjectId: id, details: { before: email, after: newEmail } },
      ]);
    });
    expect(changed.map(shownMail)).toEqual([
      {
        template: 'EMAIL_CHANGED',
        language: 'EN',
        recipient: email,
        params: { name, newEmail },
        linkKind: null,
        linkRotation: null,
      },
    ]);
    expect([await isSignedIn(session), await isSignedIn(other)]).toEqual([false, false]);
    expect([await signIn(email), (await signIn(newEmail)) !== null]).toEqual([null, true]);
    await refused(
      anonymous,
      ResetPasswordDocument,
      { input: { token: reset, newPassword: NEW } },
      { code: 'NOT_FOUND' },
    );
    await refused(anonymous, VerifyEmailDocument, { token }, { code: 'NOT_FOUND' });
  });

  it('is not taken without the password, nor where it is none', async () => {
    const { session, email } = await somebody();
    const input = { newEmail: newAddress(), password: PASSWORD };
    await refused(
      session,
      RequestEmailChangeDocument,
      { input: { ...input, password: NEW } },
      { code: 'BAD_USER_INPUT', field: 'password' },
    );
    await refused(
      session,
      RequestEmailChangeDocument,
      { input: { ...input, newEmail: 'nowhere' } },
      { code: 'BAD_USER_INPUT', field: 'newEmail' },
    );
    await refused(anonymous, RequestEmailChangeDocument, { input }, { code: 'UNAUTHENTICATED' });
    expect(await signIn(email)).not.toBeNull();
  });

  it('that somebody has is not taken; only its owner is told', async () => {
    const { session, uuid, email } = await somebody();
    const owner = await somebody();
    const mails = await mailed(() => request(session, owner.email));
    expect(mails.map(shownMail)).toMatchObject([
      {
        template: 'ALREADY_REGISTERED',
        recipient: owner.email,
        linkKind: null,
        params: { name: owner.name },
      },
    ]);
    expect(JSON.stringify(mails)).not.toContain(email);
    expect((await stored(uuid))?.email).toBe(email);
  });

  it('has one link at a time, of a day, and none once somebody else has the address', async () => {
    const { gateway } = world;
    const at = Date.now();
    gateway.setClock(new Date(at));
    const { session, uuid } = await somebody();
    const [first, second] = [newAddress(), newAddress()];
    await request(session, first);
    const lost = await linkTo(first);
    await request(session, second);
    const token = await linkTo(second);
    await refused(session, VerifyEmailDocument, { token: lost }, { code: 'NOT_FOUND' });
    gateway.setClock(new Date(at + 86_400_000));
    await refused(session, VerifyEmailDocument, { token }, { code: 'NOT_FOUND' });
    gateway.setClock(new Date(at + 86_399_999));
    const thief = await somebody((name) => world.story.person(name, { email: second, passwordHash }));
    await refused(session, VerifyEmailDocument, { token }, { code: 'NOT_FOUND' });
    await changeUser(gateway.database, thief.uuid, { email: newAddress() });
    await session.get(VerifyEmailDocument, { token });
    expect((await stored(uuid))?.email).toBe(second);
  });

  it('opens the invitations that are for it, and no longer those for the old one', async () => {
    const { session, email } = await somebody((name) => world.story.person(name, { passwordHash }));
    const newEmail = newAddress('moved');
    const admin = await world.as(world.ofAcme.ADMIN);
    const [toOld, toNew] = [
      await invite(admin, { organizationId: world.organizations.acme.id, email }),
      await invite(admin, { organizationId: world.organizations.acme.id, email: newEmail }),
    ];
    await refused(
      session,
      AcceptInvitationDocument,
      { input: { token: toNew.secret } },
      { code: 'FORBIDDEN', rule: 'I1' },
    );
    await request(session, newEmail);
    // Asking for it is not proving it.
    await refused(
      session,
      AcceptInvitationDocument,
      { input: { token: toNew.secret } },
      { code: 'FORBIDDEN', rule: 'I1' },
    );
    const { verifyEmail } = await session.get(VerifyEmailDocument, { token: await linkTo(newEmail) });
    const moved = world.gateway.client(verifyEmail.sessionToken);
    expect(verifyEmail.viewer.membership).toBeNull();
    await refused(
      moved,
      AcceptInvitationDocument,
      { input: { token: toOld.secret } },
      { code: 'FORBIDDEN', rule: 'I1' },
    );
    await moved.get(AcceptInvitationDocument, { input: { token: toNew.secret } });
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
