/** Registering and verifying: which links work, and what is mailed to whom. */
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accountLinks } from '../../src/db/schema/account-links.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import {
  changeMember,
  invite,
  join,
  mailQueue,
  newAddress,
  newestMail,
  PASSWORD,
  secretOf,
  shownMail,
} from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  AcceptInvitationDocument,
  RegisterDocument,
  ResendVerificationDocument,
  ResetPasswordDocument,
  RevokeInvitationDocument,
  SignInDocument,
  VerifyEmailDocument,
  WhoAmIDocument,
} from '../kit/generated/operations.ts';
import { observe } from '../kit/observe.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

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

describe('registering', () => {
  it('makes an account that nobody signs in to until the mailed link has proved its address', async () => {
    const { gateway, organizations } = world;
    gateway.setClock('2031-06-01T00:00:00Z');
    const sender = await gateway.signInAs(world.ofAcme.ADMIN.uuid);
    const sent = await invite(sender, {
      organizationId: organizations.acme.id,
      role: 'MODERATOR',
      label: 'Night',
      language: 'IT',
    });
    const mails = await mailed(async () => {
      const records = await recorded(() => register(sent, { name: ' Ada Lovelace ' }));
      expect(records).toMatchObject([{ action: 'user.registered', organizationId: null, actorUserId: null }]);
    });
    expect(mails.map(shownMail)).toEqual([
      {
        ...{
          template: 'VERIFICATION',
          language: 'IT',
          recipient: sent.email,
          linkKind: 'VERIFICATION',
          linkRotation: 0,
        },
        params: { name: 'Ada Lovelace', expiresAt: '2031-06-03T00:00:00.000Z' },
      },
    ]);
    expect(await signIn(sent.email)).toBeNull();
    const token = secretOf(mails[0]);
    let session = '';
    const records = await recorded(async () => {
      const { verifyEmail } = await anonymous.get(VerifyEmailDocument, { token });
      session = verifyEmail.sessionToken;
      // An invitation into an organization is accepted by itself.
      expect(verifyEmail.viewer).toMatchObject({
        user: { email: sent.email, language: 'IT' },
        membership: { role: 'MODERATOR', label: 'Night' },
        organization: { id: organizations.acme.id },
      });
    });
    expect(records.map(({ action }) => action).toSorted()).toEqual(['invitation.accepted', 'user.verified']);
    for (const record of records)
      expect(record).toMatchObject({ organizationId: organizations.acme.uuid, actorName: 'Ada Lovelace' });
    expect(await isSignedIn(gateway.client(session))).toBe(true);
    expect(await signIn(sent.email)).not.toBeNull();
    await verifyIsDead(token);
  });

  it('needs an open invitation, and takes the address from it alone', async () => {
    const { id, secret, email } = await send();
    await register({ secret }, { language: 'ES' });
    expect(await newestMail(world.gateway.database, email)).toMatchObject({
      template: 'VERIFICATION',
      language: 'ES',
    });
    const withAddress = `mutation { register(input: { invitationToken: "${secret}", name: "X", password: "${PASSWORD}", email: "other@example.net" }) { ok } }`;
    expect(await anonymous.refusal(withAddress)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    const withRole = `mutation { register(input: { invitationToken: "${secret}", name: "X", password: "${PASSWORD}", systemRole: ADMINISTRATOR }) { ok } }`;
    expect(await anonymous.refusal(withRole)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
    await admin.get(RevokeInvitationDocument, { invitationId: id });
    await dead(() =>
      anonymous.refusal(RegisterDocument, {
        input: { invitationToken: secret, name: 'X', password: PASSWORD },
      }),
    );
    // The account is there all the same; verified, it is in no organization.
    const { verifyEmail } = await anonymous.get(VerifyEmailDocument, { token: await linkTo(email) });
    expect(verifyEmail.viewer).toMatchObject({ user: { email }, membership: null, organization: null });
  });

  it('again before verifying leaves the choice to the owner of the mailbox: the link that is followed decides', async () => {
    const sent = await send();
    await register(sent, { name: 'Impostor', password: NEW });
    const impostors = await linkTo(sent.email);
    await register(sent, { name: 'Rightful' });
    const own = await linkTo(sent.email);
    expect([await signIn(sent.email, NEW), await signIn(sent.email)]).toEqual([null, null]);
    const { verifyEmail } = await anonymous.get(VerifyEmailDocument, { token: own });
    const name = '{ viewer { user { name } } }';
    expect(await world.gateway.client(verifyEmail.sessionToken).get(name)).toEqual({
      viewer: { user: { name: 'Rightful' } },
    });
    await verifyIsDead(impostors);
    const links = await world.gateway.database.transaction('snapshot', (tx) =>
      tx.select().from(accountLinks).where(eq(accountLinks.email, sent.email)),
    );
    expect(links).toEqual([]);
    expect([await signIn(sent.email, NEW), (await signIn(sent.email)) !== null]).toEqual([null, true]);
  });

  it('with an address that has an account changes nothing of it, and tells its owner', async () => {
    const owner = await somebody();
    const sent = await send({ email: owner.email });
    const mails = await mailed(() => register(sent, { password: NEW, name: 'Impostor' }));
    expect(mails.map(shownMail)).toEqual([
      {
        ...{
          template: 'ALREADY_REGISTERED',
          language: 'EN',
          recipient: owner.email,
          linkKind: null,
          linkRotation: null,
        },
        params: { name: owner.name },
      },
    ]);
    expect([await signIn(owner.email, NEW), (await signIn(owner.email)) !== null]).toEqual([null, true]);
    for (const session of owner.sessions) expect(await isSignedIn(session)).toBe(true);
    const { errors } = await (owner.sessions[0] as GraphQLClient).send(AcceptInvitationDocument, {
      input: { token: sent.secret },
    });
    expect(errors).toEqual([]);
  });

  it('verified after the sender lost their standing, or with the invitation gone, signs in without organization', async () => {
    const { story, organizations, gateway } = world;
    const sender = story.member(organizations.acme, 'ADMIN', { name: 'Sender for a while' });
    await story.store(gateway.database);
    const sent = await invite(await gateway.signInAs(sender.uuid), { organizationId: organizations.acme.id });
    await register(sent);
    await changeMember(gateway.database, sender.uuid, { role: 'MEMBER' });
    const { verifyEmail } = await anonymous.get(VerifyEmailDocument, { token: await linkTo(sent.email) });
    expect(verifyEmail.viewer).toMatchObject({
      user: { email: sent.email },
      membership: null,
      organization: null,
    });
    await changeMember(gateway.database, sender.uuid, { role: 'ADMIN' });
    const accepted = await gateway
      .client(verifyEmail.sessionToken)
      .send(AcceptInvitationDocument, { input: { token: sent.secret } });
    expect(accepted.errors).toEqual([]);
  });
});

describe('the verification link', () => {
  it('is sent again to an account that waits for it, and to no other', async () => {
    const sent = await send();
    await register(sent);
    const first = await linkTo(sent.email);
    const mails = await mailed(async () => {
      const records = await recorded(() =>
        anonymous.get(ResendVerificationDocument, { email: sent.email.toUpperCase() }),
      );
      expect(records).toMatchObject([{ action: 'user.verification_resent', organizationId: null }]);
    });
    expect(mails.map(shownMail)).toMatchObject([
      { template: 'VERIFICATION', recipient: sent.email, linkKind: 'VERIFICATION', linkRotation: 1 },
    ]);
    await verifyIsDead(first);
    const { verifyEmail } = await anonymous.get(VerifyEmailDocument, { token: secretOf(mails[0]) });
    // The invitation is still accepted by itself.
    expect(verifyEmail.viewer.organization?.id).toBe(world.organizations.acme.id);
    for (const email of [sent.email, newAddress(), 'no address'])
      expect(await mailed(() => anonymous.get(ResendVerificationDocument, { email }))).toEqual([]);
  });

  it('is good for 48 hours, to the exact instant', async () => {
    const { gateway } = world;
    const at = Date.now();
    const sent = await send();
    gateway.setClock(new Date(at));
    await register(sent);
    const token = await linkTo(sent.email);
    gateway.setClock(new Date(at + 48 * 3_600_000));
    await verifyIsDead(token);
    gateway.setClock(new Date(at + 48 * 3_600_000 - 1));
    await anonymous.get(VerifyEmailDocument, { token });
  });

  it('opens nothing else, nor does another secret open it', async () => {
    const sent = await send();
    await register(sent);
    const token = await linkTo(sent.email);
    await resetIsDead(token);
    for (const wrong of [
      '',
      token.slice(1),
      `${token}A`,
      sent.secret,
      'A'.repeat(43),
      '\0',
      '\ud800',
      'x'.repeat(100_000),
    ])
      await verifyIsDead(wrong);
    const client = await world.gateway.signInAs(world.people.loner.uuid);
    await dead(() => client.refusal(AcceptInvitationDocument, { input: { token } }));
    expect((await world.gateway.client(token).get(WhoAmIDocument)).viewer).toBeNull();
    await anonymous.get(VerifyEmailDocument, { token });
  });

  it('is dead while the account is suspended', async () => {
    const sent = await send();
    await register(sent);
    const token = await linkTo(sent.email);
    const { database } = world.gateway;
    const userId =
      (await auditTrail(database)).findLast(({ action }) => action === 'user.registered')?.subjectId ?? '';
    await (await world.as(world.people.administrator)).get(
      'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { user { id } } }',
      { input: { userId, reason: 'Spam' } },
    );
    await verifyIsDead(token);
    expect(await signIn(sent.email)).toBeNull();
  });
});

it('of a whole way in, every mail and its reader', async () => {
  const sent = await send();
  const start = (await mailQueue(world.gateway.database)).length;
  const { client } = await join(world.gateway, sent, 'Wanda');
  expect(await isSignedIn(client)).toBe(true);
  const mails = (await mailQueue(world.gateway.database)).slice(start);
  expect(mails.map(({ template, recipient }) => [template, recipient])).toEqual([
    ['VERIFICATION', sent.email],
  ]);
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
