/** Section 6, M3: what system administrators do, and nobody else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import {
  changeMember,
  changeUser,
  membershipsOf,
  newAddress,
  PASSWORD,
  storeInvitation,
} from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  AppointAdminDocument,
  InvitePlatformCustomerDocument,
  OrganizationsDocument,
  ReinstateUserDocument,
  SignInDocument,
  SuspendUserDocument,
  UsersDocument,
  WhoAmIDocument,
} from '../kit/generated/operations.ts';
import { observe } from '../kit/observe.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let administrator: GraphQLClient;
let passwordHash: string;
beforeAll(async () => {
  world = await startWithTenants();
  administrator = await world.as(world.people.administrator);
  passwordHash = await hashPassword(PASSWORD);
  const { ofAcme, organizations, gateway } = world;
  await storeInvitation(gateway.database, {
    invitedById: ofAcme.ADMIN.uuid,
    organizationId: organizations.acme.uuid,
    role: 'MEMBER',
  });
});
afterAll(() => world.gateway.close());

let made = 0;
const { recorded, refused, unchanged } = observe(() => world.gateway.database);
async function member(
  organization = world.organizations.acme,
  role: Parameters<typeof world.story.member>[1] = 'MEMBER',
) {
  const person = world.story.member(organization, role, { name: `Made ${made++}`, passwordHash });
  await world.story.store(world.gateway.database);
  return person;
}
const isSignedIn = async (client: GraphQLClient) => (await client.get(WhoAmIDocument)).viewer !== null;

/** Every operation of this standing. */
const OPERATIONS = (): [string, unknown, object][] => {
  const { ofBorealis, organizations } = world;
  const userId = ofBorealis.MEMBER.id;
  return [
    ['users', UsersDocument, {}],
    ['organizations', OrganizationsDocument, {}],
    ['suspendUser', SuspendUserDocument, { input: { userId, reason: 'Spam' } }],
    ['reinstateUser', ReinstateUserDocument, { userId }],
    ['appointAdmin', AppointAdminDocument, { input: { organizationId: organizations.borealis.id, userId } }],
    ['invitePlatformCustomer', InvitePlatformCustomerDocument, { input: { email: newAddress() } }],
  ];
};

describe('whoever is no ADMINISTRATOR', () => {
  it.each([
    ...(
      [
        'ADMIN',
        'MODERATOR',
        'ASSET_MANAGER_TECHNICAL',
        'ASSET_MANAGER_COMMERCIAL',
        'MEMBER',
        'EXTERNAL',
      ] as const
    ).map((role) => [role, () => world.ofAcme[role]] as [string, () => Person]),
    ['a DEMO account', () => world.people.demo],
    ['somebody in no organization', () => world.people.loner],
  ] as [string, () => Person][])('%s reaches none of it', async (_, who) => {
    const client = await world.as(who());
    for (const [, document, variables] of OPERATIONS())
      await refused(client, document, variables, { code: 'FORBIDDEN', layer: 'SYSTEM' });
  });

  it('nor does anybody without a session, or whose standing has just ended', async () => {
    const { story, gateway } = world;
    for (const [, document, variables] of OPERATIONS())
      await refused(gateway.client(), document, variables, { code: 'UNAUTHENTICATED' });
    const former = story.person('Former Administrator', { systemRole: 'ADMINISTRATOR' });
    await story.store(gateway.database);
    const client = await gateway.signInAs(former.uuid);
    expect((await client.get(UsersDocument)).users.totalCount).toBeGreaterThan(0);
    await changeUser(gateway.database, former.uuid, { systemRole: 'USER' });
    for (const [, document, variables] of OPERATIONS())
      await refused(client, document, variables, { code: 'FORBIDDEN' });
    await changeUser(gateway.database, former.uuid, { systemRole: 'ADMINISTRATOR', suspendedAt: new Date() });
    for (const [, document, variables] of OPERATIONS())
      await refused(client, document, variables, { code: 'UNAUTHENTICATED' });
  });
});

describe('a suspension', () => {
  it('ends every session at the very next request, and is recorded with its reason', async () => {
    const { gateway, organizations, people } = world;
    const person = await member();
    const sessions = [await gateway.signInAs(person.uuid), await gateway.signInAs(person.uuid)];
    for (const session of sessions) expect(await isSignedIn(session)).toBe(true);
    const input = { userId: person.id, reason: 'Password for sale' };
    const records = await recorded(async () => {
      const { suspendUser } = await administrator.get(SuspendUserDocument, { input });
      expect(suspendUser.user).toEqual({ id: person.id, name: person.name, suspended: true });
    });
    expect(records.map(({ organizationId }) => organizationId)).toEqual(
      expect.arrayContaining([null, organizations.acme.uuid]),
    );
    for (const record of records)
      expect(record).toMatchObject({
        action: 'user.suspended',
        subjectId: person.id,
        actorUserId: people.administrator.uuid,
        details: { reason: input.reason },
      });
    for (const session of sessions) {
      expect(await isSignedIn(session)).toBe(false);
      expect(await session.refusal('{ node(id: "x") { id } }')).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    const signIn = { input: { email: person.email, password: PASSWORD } };
    expect(await gateway.client().refusal(SignInDocument, signIn)).toMatchObject({ code: 'UNAUTHENTICATED' });
    await unchanged(administrator, SuspendUserDocument, { input });
    const reinstated = await recorded(() => administrator.get(ReinstateUserDocument, { userId: person.id }));
    expect(reinstated.map(({ action }) => action)).toContain('user.reinstated');
    await unchanged(administrator, ReinstateUserDocument, { userId: person.id });
    // Membership and role are as they were; the sessions are not.
    for (const session of sessions) expect(await isSignedIn(session)).toBe(false);
    const { data } = await gateway.client().send(SignInDocument, signIn);
    expect(
      (await gateway.client(data?.signIn.sessionToken).get(WhoAmIDocument)).viewer?.membership?.role,
    ).toBe('MEMBER');
  });

  it('is exempt from M3, and not for oneself; what is no account is not found', async () => {
    const { story, gateway, people } = world;
    const lonely = story.organization('Alone Energy');
    const last = await member(lonely, 'ADMIN');
    await administrator.get(SuspendUserDocument, { input: { userId: last.id, reason: 'Fraud' } });
    const own = { input: { userId: people.administrator.id, reason: 'Holiday' } };
    await refused(administrator, SuspendUserDocument, own, { code: 'FORBIDDEN' });
    for (const userId of ['', 'x', 'user_', lonely.id, last.id.replace(/.{4}$/, '0000')]) {
      await refused(
        administrator,
        SuspendUserDocument,
        { input: { userId, reason: 'Fraud' } },
        { code: 'NOT_FOUND' },
      );
      await refused(administrator, ReinstateUserDocument, { userId }, { code: 'NOT_FOUND' });
    }
    expect(await membershipsOf(gateway.database, last.uuid)).toHaveLength(1);
  });

  it.each(['', ' ', 'x'.repeat(501), 'a\nb', '\ud800'])('with the reason %j is refused', async (reason) => {
    const { id: userId } = await member();
    await refused(
      administrator,
      SuspendUserDocument,
      { input: { userId, reason } },
      { code: 'BAD_USER_INPUT', field: 'reason' },
    );
  });
});

describe('appointing an ADMIN', () => {
  const appoint = (organizationId: string, userId: string) => ({ input: { organizationId, userId } });

  it.each<[string, Parameters<typeof changeMember>[2], Parameters<typeof changeUser>[2]]>([
    ['demoted', { role: 'MODERATOR' }, {}],
    ['paused', { active: false }, {}],
    ['expired', { expiresAt: new Date(0) }, {}],
    ['suspended', { role: 'ADMIN' }, { suspendedAt: new Date() }],
    ['a DEMO account', { role: 'ADMIN' }, { systemRole: 'DEMO' }],
  ])('works exactly once the last ADMIN is %s', async (_, membership, user) => {
    const { story, gateway } = world;
    const organization = story.organization(`Orphan ${made++}`);
    const [last, heir, stranger] = [
      await member(organization, 'ADMIN'),
      await member(organization, 'EXTERNAL'),
      await member(),
    ];
    await changeMember(gateway.database, heir.uuid, { active: false, expiresAt: new Date(0) });
    for (const person of [last, heir])
      await refused(administrator, AppointAdminDocument, appoint(organization.id, person.id), {
        code: 'FORBIDDEN',
        rule: 'M3',
      });
    await changeMember(gateway.database, last.uuid, membership);
    await changeUser(gateway.database, last.uuid, { ...user, language: 'EN' });
    await refused(administrator, AppointAdminDocument, appoint(organization.id, stranger.id), {
      code: 'NOT_FOUND',
    });
    await refused(administrator, AppointAdminDocument, appoint('organization_', heir.id), {
      code: 'NOT_FOUND',
    });
    await refused(administrator, AppointAdminDocument, appoint(organization.id, world.people.loner.id), {
      code: 'NOT_FOUND',
    });
    const records = await recorded(() =>
      administrator.get(AppointAdminDocument, appoint(organization.id, heir.id)),
    );
    expect(records.map(({ organizationId }) => organizationId)).toEqual(
      expect.arrayContaining([null, organization.uuid]),
    );
    for (const record of records)
      expect(record).toMatchObject({ action: 'member.appointed_admin', subjectId: heir.member.id });
    expect(await membershipsOf(gateway.database, heir.uuid)).toMatchObject([
      { role: 'ADMIN', active: true, expiresAt: null },
    ]);
    await refused(administrator, AppointAdminDocument, appoint(organization.id, last.id), {
      code: 'FORBIDDEN',
      rule: 'M3',
    });
  });

  it('of somebody suspended or DEMO is refused: they would be no live ADMIN', async () => {
    const { story, gateway } = world;
    const organization = story.organization(`Orphan ${made++}`);
    const heir = await member(organization, 'MODERATOR');
    for (const unfit of [{ suspendedAt: new Date() }, { systemRole: 'DEMO' as const }]) {
      await changeUser(gateway.database, heir.uuid, { suspendedAt: null, systemRole: 'USER', ...unfit });
      await refused(administrator, AppointAdminDocument, appoint(organization.id, heir.id), {
        code: 'FORBIDDEN',
        rule: 'M3',
      });
    }
    await changeUser(gateway.database, heir.uuid, { suspendedAt: null, systemRole: 'USER' });
    await administrator.get(AppointAdminDocument, appoint(organization.id, heir.id));
  });

  it('shows the administrator nothing of the member but the name', async () => {
    const { story, gateway } = world;
    const organization = story.organization(`Orphan ${made++}`);
    const heir = await member(organization, 'MEMBER');
    const query = `mutation ($input: AppointAdminInput!) { appointAdmin(input: $input) { member {
      id role label status expiresAt joinedAt user { name email language } organization { name identifier members { totalCount } } grants { totalCount } } } }`;
    const { appointAdmin } = await administrator.get<{ appointAdmin: { member: object } }, object>(
      query,
      appoint(organization.id, heir.id),
    );
    expect(appointAdmin.member).toMatchObject({
      ...{
        id: heir.member.id,
        role: null,
        label: null,
        status: null,
        expiresAt: null,
        joinedAt: null,
        grants: null,
      },
      user: { name: heir.name, email: null, language: null },
      organization: { name: organization.name, members: null },
    });
    expect(await membershipsOf(gateway.database, heir.uuid)).toMatchObject([{ role: 'ADMIN' }]);
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
