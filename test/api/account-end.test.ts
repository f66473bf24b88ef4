/** The end of an account or a membership, and what a DEMO account may not change. */
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLES } from '../../src/authz/roles.ts';
import { accountLinks } from '../../src/db/schema/account-links.ts';
import { users } from '../../src/db/schema/users.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import {
  changeUser,
  invite,
  membershipsOf,
  newAddress,
  newestMail,
  PASSWORD,
  secretOf,
  shownMail,
  storeInvitation,
} from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  AcceptInvitationDocument,
  ChangePasswordDocument,
  DeclineInvitationDocument,
  DeleteAccountDocument,
  InviteMemberDocument,
  RequestEmailChangeDocument,
  RequestPasswordResetDocument,
  ResendInvitationDocument,
  ResetPasswordDocument,
  RevokeInvitationDocument,
  SignInDocument,
  UpdateInvitationDocument,
  UpdateProfileDocument,
  WhoAmIDocument,
} from '../kit/generated/operations.ts';
import { observe } from '../kit/observe.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

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

describe('the end of an account', () => {
  it('ends membership, grants, sessions and links, and leaves nothing of the person but what records tell', async () => {
    const { story, gateway, organizations, portfolios } = world;
    const { session, other, uuid, id, email, name, ...person } = await somebody();
    story.grant({ uuid, id, email, name, ...person }, portfolios.south, 'TOM');
    await story.store(gateway.database);
    await anonymous.get(RequestPasswordResetDocument, { email });
    const reset = await linkTo(email);
    await refused(
      session,
      DeleteAccountDocument,
      { password: NEW },
      { code: 'BAD_USER_INPUT', field: 'password' },
    );
    const records = await recorded(() => session.get(DeleteAccountDocument, { password: PASSWORD }));
    expect(
      records.map(({ action, organizationId, actorName }) => [action, organizationId, actorName]),
    ).toEqual(
      expect.arrayContaining([
        ['member.left', organizations.acme.uuid, name],
        ['user.deleted', null, name],
      ]),
    );
    expect([await isSignedIn(session), await isSignedIn(other), await signIn(email)]).toEqual([
      false,
      false,
      null,
    ]);
    await refused(
      anonymous,
      ResetPasswordDocument,
      { input: { token: reset, newPassword: NEW } },
      { code: 'NOT_FOUND' },
    );
    expect(await membershipsOf(gateway.database, uuid)).toEqual([]);
    const links = await gateway.database.transaction('snapshot', (tx) =>
      tx.select().from(accountLinks).where(eq(accountLinks.userId, uuid)),
    );
    expect(links).toEqual([]);
    const row = await stored(uuid);
    expect(row).toMatchObject({ passwordHash: null, verifiedAt: null, deletedAt: expect.any(Date) });
    expect(JSON.stringify(row)).not.toMatch(new RegExp(`${email}|${name}`));
    expect(await mailed(() => anonymous.get(RequestPasswordResetDocument, { email }))).toEqual([]);
    // The address is free for a new account.
    const sent = await invite(await world.as(world.ofAcme.ADMIN), {
      organizationId: organizations.acme.id,
      email,
    });
    expect(sent.status).toBe('PENDING');
  });

  it('is refused to the last ADMIN of an organization (M3), until there is another', async () => {
    const { story, gateway } = world;
    const lonely = story.organization('Lonely Energy');
    const { session, uuid } = await somebody((name) => story.member(lonely, 'ADMIN', { name, passwordHash }));
    await refused(session, DeleteAccountDocument, { password: PASSWORD }, { code: 'LAST_ADMIN' });
    for (const useless of [
      { active: false },
      { expiresAt: new Date('2099-01-01') },
      { suspendedAt: new Date(0) },
      { systemRole: 'DEMO' as const },
    ])
      story.member(lonely, 'ADMIN', { name: `Useless ${Object.keys(useless)[0]}`, ...useless });
    await story.store(gateway.database);
    await refused(session, DeleteAccountDocument, { password: PASSWORD }, { code: 'LAST_ADMIN' });
    await refused(
      session,
      'mutation { leaveOrganization { leftOrganizationId } }',
      {},
      { code: 'LAST_ADMIN' },
    );
    // An ADMIN who is only invited is none yet.
    await invite(session, { organizationId: lonely.id, role: 'ADMIN' });
    await refused(session, DeleteAccountDocument, { password: PASSWORD }, { code: 'LAST_ADMIN' });
    story.member(lonely, 'ADMIN', { name: 'Other ADMIN' });
    await story.store(gateway.database);
    await session.get(DeleteAccountDocument, { password: PASSWORD });
    expect(await membershipsOf(gateway.database, uuid)).toEqual([]);
  });

  it('takes the standing of what its owner sent', async () => {
    const { session } = await somebody((name) =>
      world.story.member(world.organizations.acme, 'ADMIN', { name, passwordHash }),
    );
    const sent = await invite(session, { organizationId: world.organizations.acme.id });
    const holder = await somebody((name) => world.story.person(name, { email: sent.email }));
    await session.get(DeleteAccountDocument, { password: PASSWORD });
    await refused(
      holder.session,
      AcceptInvitationDocument,
      { input: { token: sent.secret } },
      { code: 'FORBIDDEN', rule: 'I1' },
    );
    const query = 'query ($id: ID!) { node(id: $id) { ... on Invitation { invitedBy { name email } } } }';
    expect(await (await world.as(world.ofAcme.ADMIN)).get(query, { id: sent.id })).toEqual({
      node: { invitedBy: { name: 'Deleted account', email: null } },
    });
  });
});

it('a DEMO account changes nothing of itself or of an invitation (D1)', async () => {
  const { people: cast, ofAcme, organizations, gateway } = world;
  await changeUser(gateway.database, cast.demo.uuid, { passwordHash });
  const demo = await world.as(cast.demo);
  const { id: invitationId, secret } = await storeInvitation(gateway.database, {
    ...{
      invitedById: ofAcme.ADMIN.uuid,
      organizationId: organizations.acme.uuid,
      role: 'MEMBER',
      email: cast.demo.email,
    },
  });
  const forbidden = { code: 'FORBIDDEN', layer: 'SYSTEM', rule: 'D1' };
  const attempts: [unknown, object][] = [
    [UpdateProfileDocument, { input: { name: 'Mine' } }],
    [ChangePasswordDocument, { input: { currentPassword: PASSWORD, newPassword: NEW } }],
    [RequestEmailChangeDocument, { input: { newEmail: newAddress(), password: PASSWORD } }],
    [DeleteAccountDocument, { password: PASSWORD }],
    [
      InviteMemberDocument,
      { input: { organizationId: organizations.acme.id, email: newAddress(), role: 'MEMBER' } },
    ],
    [UpdateInvitationDocument, { input: { invitationId, role: 'EXTERNAL', label: 'X' } }],
    [ResendInvitationDocument, { invitationId }],
    [RevokeInvitationDocument, { invitationId }],
    [AcceptInvitationDocument, { input: { token: secret } }],
  ];
  for (const [document, variables] of attempts) await refused(demo, document, variables, forbidden);
  expect(await signIn(cast.demo.email)).not.toBeNull();
  await anonymous.get(DeclineInvitationDocument, { token: secret });
});

it.each(ORGANIZATION_ROLES)(
  'a removed %s is told by mail, and has no session at the very next request',
  async (role) => {
    const { gateway, organizations, as, ofAcme } = world;
    const { session, other, member, email, name } = await somebody((called) =>
      world.story.member(organizations.acme, role, { name: called, passwordHash }),
    );
    expect(await isSignedIn(session)).toBe(true);
    const mails = await mailed(async () =>
      (await as(ofAcme.ADMIN)).get(
        'mutation ($memberId: ID!) { removeMember(input: { memberId: $memberId }) { removedMemberId } }',
        {
          memberId: member?.id,
        },
      ),
    );
    expect(mails.map(shownMail)).toEqual([
      {
        ...{
          template: 'MEMBER_REMOVED',
          language: 'EN',
          recipient: email,
          linkKind: null,
          linkRotation: null,
        },
        params: { name, organizationName: organizations.acme.name },
      },
    ]);
    expect([await isSignedIn(session), await isSignedIn(other)]).toEqual([false, false]);
    expect((await gateway.client(await signIn(email)).get(WhoAmIDocument)).viewer?.membership).toBeNull();
  },
);

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
