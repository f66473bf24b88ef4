/** C3, I2, I3: a cooperation with whoever has an address, and the placeholder that stands in for them until they accept. */
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { organizations } from '../../src/db/schema/organizations.ts';
import { globalId, parseGlobalId } from '../../src/schema/global-id.ts';
import {
  changeUser,
  invitationSecret,
  mailsOf,
  newAddress,
  secretOf,
  shownMail,
  storedInvitations,
} from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  AcceptInvitationDocument,
  DeclineInvitationDocument,
  InvitationByTokenDocument,
  ResendInvitationDocument,
  RevokeInvitationDocument,
  SignInDocument,
} from '../kit/generated/operations.ts';
import { partnerCases } from '../kit/partner-cases.ts';
import { LATER, NOT_FOUND, NOW, type Partners, startPartners } from '../kit/partners.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';

const seen = watchSecrets();
let world: Partners;
let cases: ReturnType<typeof partnerCases>;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startPartners();
  cases = partnerCases(world);
  admin = await world.as(world.owner.people.ADMIN);
});
beforeEach(() => world.gateway.setClock(NOW));
afterAll(() => world.gateway.close());

const database = () => world.gateway.database;
const named = (name: string) =>
  database().transaction('snapshot', (tx) =>
    tx.select().from(organizations).where(eq(organizations.name, name)),
  );
const invitationOf = async (cooperationId: string) => {
  const uuid = parseGlobalId('cooperation', cooperationId);
  const row = (await storedInvitations(database())).find((each) => each.cooperationId === uuid);
  return { ...row, id: globalId('invitation', row?.id ?? '') };
};
/** The owner's invitation to an address. */
async function sent(email = newAddress('partner'), rest: object = {}) {
  const { cooperation, records, requestId } = await world.perform(admin, 'inviteCooperation', {
    email,
    ...rest,
  });
  const { id } = await invitationOf(cooperation.id);
  const [placeholder] = await named(email);
  return {
    ...{ email, records, requestId, invitationId: id, secret: invitationSecret(id) },
    ...{ cooperation, cooperationId: cooperation.id, placeholder },
  };
}
/** The preview of a link, or null once it is dead. */
const preview = async (token: string) =>
  (await world.gateway.client().get(InvitationByTokenDocument, { token })).invitationByToken;
const accept = (client: GraphQLClient, token: string, name: string) =>
  client.send(AcceptInvitationDocument, { input: { token, organization: { name } } });
async function accountOf(email: string) {
  const person = world.story.person(`Holder of ${email}`, { email });
  await world.stored();
  return world.gateway.signInAs(person.uuid);
}

describe('inviting by e-mail (C3)', () => {
  it('is labelled with the address, in canonical form, for the initiator; the record is theirs alone', async () => {
    const { owner } = world;
    const typed = ' New.Partner@EXAMPLE.net ';
    const input = { email: typed, purpose: 'Wind', expiresAt: LATER, language: 'DE' };
    const { cooperation, records, requestId } = await world.perform(admin, 'inviteCooperation', input);
    const { id, name } = owner.organization;
    expect(cooperation).toEqual({
      id: expect.stringMatching(/^cooperation_/),
      ...{ initiator: { id, name }, partner: null, partnerLabel: 'new.partner@example.net' },
      ...{ viewerIsInitiator: true, status: 'PENDING', purpose: 'Wind', expiresAt: LATER, createdAt: NOW },
      ...{ acceptedAt: null, shares: { totalCount: 0 } },
    });
    const invitation = await invitationOf(cooperation.id);
    expect(records).toMatchObject([
      {
        ...{ organizationId: owner.organization.uuid, action: 'cooperation.invited', requestId },
        ...{ subjectId: cooperation.id, actorUserId: owner.people.ADMIN.uuid },
        cooperationId: parseGlobalId('cooperation', cooperation.id),
      },
    ]);
    expect(records[0]?.details).toEqual({
      ...{ email: 'new.partner@example.net', purpose: 'Wind', expiresAt: LATER },
      invitationId: invitation.id,
    });
    const query = `query ($id: ID!) { node(id: $id) { ... on Invitation {
      type email status role label language organization { id } cooperation { id partnerLabel } expiresAt sendCount } } }`;
    expect(await admin.get(query, { id: invitation.id })).toEqual({
      node: {
        ...{ type: 'COOPERATION', email: 'new.partner@example.net', status: 'PENDING', role: null },
        ...{ label: null, language: 'DE', organization: { id }, sendCount: 1 },
        cooperation: { id: cooperation.id, partnerLabel: 'new.partner@example.net' },
        // The link is not good for longer than what it leads to.
        expiresAt: LATER,
      },
    });
  });

  it('writes the mail that the address needs, in the language asked for, and tells the inviter nothing of it (I2)', async () => {
    const { story, owner, third } = world;
    const mailed = async (email: string, rest: object = {}) =>
      (await mailsOf(database(), () => world.perform(admin, 'inviteCooperation', { email, ...rest }))).map(
        shownMail,
      );
    const account = story.person('An account', { email: newAddress('account') });
    const unverified = story.person('Unverified', { email: newAddress('unverified') });
    await world.stored();
    await changeUser(database(), account.uuid, { language: 'IT' });
    await changeUser(database(), unverified.uuid, { verifiedAt: null });
    for (const [email, recipient] of [
      [newAddress('nobody'), 'NEW'],
      [unverified.email, 'NEW'],
      [account.email, 'ACCOUNT'],
      [third.people.ADMIN.email, 'MEMBER'],
      [third.people.MEMBER.email, 'MEMBER'],
    ] as const) {
      expect(await mailed(email, { language: 'ES', purpose: 'Wind' })).toEqual([
        {
          ...{ template: 'COOPERATION_INVITATION', language: 'ES', recipient: email },
          params: {
            ...{ inviterName: owner.people.ADMIN.name, organizationName: owner.organization.name },
            ...{ purpose: 'Wind', recipient, expiresAt: '2030-06-08T12:00:00.000Z' },
          },
          ...{ linkKind: 'INVITATION', linkRotation: 0 },
        },
      ]);
    }
    for (const language of [undefined, null])
      expect(await mailed(newAddress('nobody'), { language })).toMatchObject([
        { language: 'EN', params: { purpose: '' } },
      ]);
  });

  it('is refused to an own member, live or not, and where an invitation to the address is open', async () => {
    const { owner, story } = world;
    const paused = story.member(owner.organization, 'MEMBER', { name: 'Own paused', active: false });
    await world.stored();
    for (const { email } of [...Object.values(owner.people), paused])
      await world.refused(
        admin,
        'inviteCooperation',
        { email },
        {
          ...{ code: 'SELF_COOPERATION', layer: 'ORGANIZATION', rule: 'C4', field: 'email' },
        },
      );
    const { email, cooperationId } = await sent();
    const open = { code: 'ALREADY_INVITED', rule: 'I3', field: 'email' };
    await world.refused(admin, 'inviteCooperation', { email }, open);
    await world.refused(admin, 'inviteCooperation', { email: ` ${email.toUpperCase()}` }, open);
    // It is open between the two alone: another organization invites the same address.
    await world.perform(await world.as(world.third.people.ADMIN), 'inviteCooperation', { email });
    await world.perform(admin, 'removeCooperation', { cooperationId });
    await sent(email);
  });

  it.each([201, 254])('takes an address of %s characters as it is', async (length) => {
    const labels = 'd'.repeat(length - 69).replaceAll(/(.{60})./g, '$1.');
    const exact = `${'x'.repeat(64)}@${labels}.net`;
    expect(exact).toHaveLength(length);
    const { cooperation, placeholder, cooperationId, secret } = await sent(exact);
    expect(cooperation.partnerLabel).toBe(exact);
    expect(placeholder).toMatchObject({ name: exact, placeholder: true });
    expect(await preview(secret)).toMatchObject({ email: exact });
    await world.perform(admin, 'removeCooperation', { cooperationId });
    expect(await named(exact)).toEqual([]);
  });
});

describe('a placeholder', () => {
  it('can’t be called by its identifier, looked up, listed, signed in to or shared with', async () => {
    const { placeholder, cooperationId, email } = await sent();
    const { as, owner, outsiders } = world;
    const id = globalId('organization', placeholder?.id ?? '');
    const call = { organizationIdentifier: placeholder?.identifier };
    await world.refused(admin, 'inviteCooperation', call, NOT_FOUND);
    await world.refused(await as(world.third.people.ADMIN), 'inviteCooperation', call, NOT_FOUND);
    const look =
      'query ($id: ID!) { organization(id: $id) { id } node(id: $id) { id } viewer { parks(filter: { organizationId: $id }) { totalCount } } }';
    for (const person of [owner.people.ADMIN, world.third.people.ADMIN, outsiders.administrator])
      expect(await (await as(person)).get(look, { id })).toEqual({
        ...{ organization: null, node: null, viewer: { parks: { totalCount: 0 } } },
      });
    const listed = await (await as(outsiders.administrator)).get<
      { organizations: { totalCount: number; nodes: { name: string }[] }; found: { totalCount: number } },
      object
    >(
      'query ($search: String!) { organizations(first: 1000) { totalCount nodes { name } } found: organizations(search: $search) { totalCount } }',
      { search: email },
    );
    expect(listed.found.totalCount).toBe(0);
    expect(listed.organizations.totalCount).toBe(listed.organizations.nodes.length);
    const names = listed.organizations.nodes.map(({ name }) => name);
    expect(names).toContain(owner.organization.name);
    expect(names.filter((name) => name.includes('@'))).toEqual([]);
    const signIn = { input: { email, password: 'a long enough password' } };
    const refusal = await world.gateway.client().refusal(SignInDocument, signIn);
    expect(refusal.code).toBe('UNAUTHENTICATED');
    const park = world.park(world.portfolio());
    await world.stored();
    const share = { cooperationId, resourceId: park.id, role: 'VIEWER' };
    await world.refused(admin, 'shareResource', share, { code: 'CONFLICT', rule: 'C2', actual: 'PENDING' });
  });

  it('waits for its link: nobody accepts or declines by id', async () => {
    const { cooperationId } = await sent(world.third.people.ADMIN.email.replace('@', '.again@'));
    for (const [name, rule] of [
      ['acceptCooperation', 'C1'],
      ['declineCooperation', 'C2'],
    ] as const) {
      await cases.refuseOthers(name, { cooperationId }, [world.owner]);
      await world.refused(admin, name, { cooperationId }, { code: 'FORBIDDEN', rule });
    }
  });

  it.each(['declined', 'revoked', 'removed'])('goes with its cooperation when that is %s', async (how) => {
    const { email, cooperationId, invitationId, secret } = await sent();
    const outsider = await accountOf(email);
    if (how === 'declined') await outsider.get(DeclineInvitationDocument, { token: secret });
    if (how === 'revoked') await admin.get(RevokeInvitationDocument, { invitationId });
    if (how === 'removed') {
      const done = await world.perform(admin, 'removeCooperation', { cooperationId });
      expect(done.records).toMatchObject([
        { organizationId: world.owner.organization.uuid, action: 'cooperation.removed' },
      ]);
    }
    expect(await named(email)).toEqual([]);
    expect(await cases.statusTo(admin, cooperationId)).toBeNull();
    expect(await preview(secret)).toBeNull();
    expect((await accept(outsider, secret, 'Too late')).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    const query = 'query ($id: ID!) { node(id: $id) { ... on Invitation { status cooperation { id } } } }';
    const status = how === 'declined' ? 'DECLINED' : 'REVOKED';
    expect(await admin.get(query, { id: invitationId })).toEqual({ node: { status, cooperation: null } });
    const conflict = await admin.refusal(ResendInvitationDocument, { invitationId });
    expect(conflict.code).toBe('CONFLICT');
    // And the address can be invited again, by a link of its own.
    const anew = await sent(email);
    expect((await accept(outsider, anew.secret, `Anew ${how}`)).errors).toEqual([]);
    expect(await cases.statusTo(admin, anew.cooperationId)).toBe('ACTIVE');
  });
});

describe('an invitation that has expired', () => {
  const signIn = () => world.gateway.signInAs(world.owner.people.ADMIN.uuid);
  /** The link of the only mail that `work` queues. */
  const linkOf = async (work: () => Promise<unknown>) => {
    const mails = await mailsOf(database(), work);
    expect(mails).toHaveLength(1);
    return { secret: secretOf(mails[0]), mail: mails[0] };
  };

  it('leaves the placeholder where it is and can be sent again, with what is true by then', async () => {
    const { email, secret, invitationId, cooperationId } = await sent(undefined, { purpose: 'Wind' });
    world.gateway.setClock('2030-06-08T12:00:00.000Z');
    const later = await signIn();
    expect(await preview(secret)).toBeNull();
    expect(await named(email)).toHaveLength(1);
    expect(await cases.statusTo(later, cooperationId)).toBe('PENDING');
    await world.perform(later, 'updateCooperation', { cooperationId, purpose: 'Sun' });
    const again = await linkOf(() => later.get(ResendInvitationDocument, { invitationId }));
    expect(again.mail).toMatchObject({
      ...{ template: 'COOPERATION_INVITATION', recipient: email, linkRotation: 1 },
      params: { purpose: 'Sun', expiresAt: '2030-06-15T12:00:00.000Z' },
    });
    expect(await preview(secret)).toBeNull();
    expect((await accept(await accountOf(email), again.secret, 'After all')).errors).toEqual([]);
    expect(await cases.statusTo(later, cooperationId)).toBe('ACTIVE');
    expect(await named(email)).toEqual([]);
  });

  it('with its cooperation is dead at that instant, until the initiator gives it another (C3)', async () => {
    const { email, secret, invitationId, cooperationId } = await sent(undefined, { expiresAt: LATER });
    const outsider = await accountOf(email);
    world.gateway.setClock(new Date(Date.parse(LATER) - 1));
    expect(await preview(secret)).toMatchObject({ expiresAt: LATER });
    world.gateway.setClock(LATER);
    expect(await preview(secret)).toBeNull();
    expect((await accept(outsider, secret, 'Late')).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ]);
    expect(await cases.statusTo(admin, cooperationId)).toBe('EXPIRED');
    expect(await admin.refusal(ResendInvitationDocument, { invitationId })).toMatchObject({
      ...{ code: 'CONFLICT', rule: 'C3', actual: 'EXPIRED' },
    });
    await world.perform(admin, 'updateCooperation', { cooperationId, expiresAt: null });
    const again = await linkOf(() => admin.get(ResendInvitationDocument, { invitationId }));
    expect((await accept(outsider, again.secret, 'In time')).errors).toEqual([]);
  });

  it('is dead as soon as the cooperation’s expiry is brought forward', async () => {
    const { secret, cooperationId } = await sent();
    await world.perform(admin, 'updateCooperation', { cooperationId, expiresAt: LATER });
    expect(await preview(secret)).not.toBeNull();
    world.gateway.setClock(LATER);
    expect(await preview(secret)).toBeNull();
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
