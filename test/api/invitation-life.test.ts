/** I1, I3: what becomes of an open invitation: changed, sent again, revoked, declined, accepted. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  invite,
  mailsOf,
  newestMail,
  PASSWORD,
  secretOf,
  shownMail,
  storedInvitations,
} from '../kit/accounts.ts';
import {
  AcceptInvitationDocument,
  DeclineInvitationDocument,
  InvitationByTokenDocument,
  type InviteMemberInput,
  RegisterDocument,
  ResendInvitationDocument,
  RevokeInvitationDocument,
  UpdateInvitationDocument,
} from '../kit/generated/operations.ts';
import { observe } from '../kit/observe.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

const NOW = '2031-03-01T12:00:00.000Z';
const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: Awaited<ReturnType<typeof world.as>>;
let acme: (typeof world)['organizations']['acme'];
const { recorded } = observe(() => world.gateway.database);

beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
  acme = world.organizations.acme;
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

const send = (input: Partial<InviteMemberInput> = {}) => invite(admin, { organizationId: acme.id, ...input });
const preview = async (token: string) =>
  (await world.gateway.client().get(InvitationByTokenDocument, { token })).invitationByToken;
/** A signed-in account of its own with this address, in no organization. */
async function holder(email: string) {
  const person = world.story.person('Holder', { email });
  await world.story.store(world.gateway.database);
  return { ...person, client: await world.gateway.signInAs(person.uuid) };
}
/** Sets the clock; answers ADMIN and MODERATOR with sessions of that instant. */
async function at(instant: string) {
  const { gateway, ofAcme } = world;
  gateway.setClock(instant);
  return {
    admin: await gateway.signInAs(ofAcme.ADMIN.uuid),
    moderator: await gateway.signInAs(ofAcme.MODERATOR.uuid),
  };
}
/** `work` is refused like that, and nothing is stored. */
async function unchanged(work: () => Promise<unknown>, refusal: object) {
  const before = await storedState(world.gateway.database);
  expect(await work()).toMatchObject(refusal);
  expect(await storedState(world.gateway.database)).toEqual(before);
}

describe('an open invitation', () => {
  it('is changed under the same link by somebody who vouches for it from then on', async () => {
    const { as, ofAcme, gateway } = world;
    const { id, secret, expiresAt, email } = await send();
    const moderator = await as(ofAcme.MODERATOR);
    const input = { invitationId: id, role: 'ASSET_MANAGER_TECHNICAL', label: 'Night shift' } as const;
    const mails = await mailsOf(gateway.database, async () => {
      const [record, ...more] = await recorded(() => moderator.get(UpdateInvitationDocument, { input }));
      expect(more).toEqual([]);
      expect(record).toMatchObject({
        ...{ organizationId: acme.uuid, action: 'invitation.updated', subjectId: id },
        details: {
          before: { role: 'MEMBER', label: null },
          after: { role: 'ASSET_MANAGER_TECHNICAL', label: 'Night shift' },
        },
      });
    });
    expect(mails).toEqual([]);
    await unchanged(() => moderator.get(UpdateInvitationDocument, { input }), {
      updateInvitation: {
        invitation: {
          ...{ id, expiresAt, sendCount: 1, label: 'Night shift' },
          invitedBy: { id: ofAcme.MODERATOR.id },
        },
      },
    });
    const { client } = await holder(email);
    const { acceptInvitation } = await client.get(AcceptInvitationDocument, { input: { token: secret } });
    expect(acceptInvitation.viewer.membership).toMatchObject({
      role: 'ASSET_MANAGER_TECHNICAL',
      label: 'Night shift',
    });
  });

  it('is sent again with a new link and a new time; the earlier link is dead', async () => {
    const { gateway, ofAcme } = world;
    const { id, secret, email } = await invite((await at(NOW)).admin, { organizationId: acme.id });
    // It has expired meanwhile: it can be sent again all the same.
    const { moderator: other } = await at('2031-03-09T00:00:00Z');
    const mails = await mailsOf(gateway.database, async () => {
      const [record, ...more] = await recorded(async () => {
        const { resendInvitation } = await other.get(ResendInvitationDocument, { invitationId: id });
        expect(resendInvitation.invitation).toMatchObject({
          ...{ id, status: 'PENDING', sendCount: 2, sentAt: '2031-03-09T00:00:00.000Z' },
          ...{ expiresAt: '2031-03-16T00:00:00.000Z', invitedBy: { id: ofAcme.MODERATOR.id } },
        });
      });
      expect(more).toEqual([]);
      expect(record).toMatchObject({ organizationId: acme.uuid, action: 'invitation.resent', subjectId: id });
    });
    expect(mails.map(shownMail)).toMatchObject([
      {
        ...{ template: 'ORGANIZATION_INVITATION', recipient: email, linkKind: 'INVITATION', linkRotation: 1 },
        params: { inviterName: ofAcme.MODERATOR.name, expiresAt: '2031-03-16T00:00:00.000Z' },
      },
    ]);
    const next = secretOf(mails[0]);
    expect(next).not.toBe(secret);
    expect(await preview(secret)).toBeNull();
    expect(await preview(next)).toMatchObject({ email });
    const { client } = await holder(email);
    await unchanged(() => client.refusal(AcceptInvitationDocument, { input: { token: secret } }), {
      code: 'NOT_FOUND',
    });
    await client.get(AcceptInvitationDocument, { input: { token: next } });
  });

  it.each([
    ['revoked', 'REVOKED', ({ id }: Sent) => admin.get(RevokeInvitationDocument, { invitationId: id })],
    [
      'declined',
      'DECLINED',
      ({ secret: token }: Sent) => world.gateway.client().get(DeclineInvitationDocument, { token }),
    ],
    [
      'accepted',
      'ACCEPTED',
      async ({ email, secret: token }: Sent) =>
        (await holder(email)).client.get(AcceptInvitationDocument, { input: { token } }),
    ],
  ] as const)('once it is %s is settled for good', async (name, status, settle) => {
    const { gateway } = world;
    const sent = await send();
    const { id, secret, email } = sent;
    const records = await recorded(() => settle(sent));
    expect(records.filter(({ action }) => action === `invitation.${name}`)).toMatchObject([
      { organizationId: acme.uuid, subjectId: id },
    ]);
    const [row] = (await storedInvitations(gateway.database)).filter((each) => each.email === email);
    expect(row).toMatchObject({ status, settledAt: expect.any(Date) });
    const stranger = await holder(`other.${email}`);
    const before = await storedState(gateway.database);
    for (const document of [ResendInvitationDocument, RevokeInvitationDocument])
      expect(await admin.refusal(document, { invitationId: id })).toMatchObject({ code: 'CONFLICT' });
    const change = { input: { invitationId: id, role: 'MODERATOR' } };
    expect(await admin.refusal(UpdateInvitationDocument, change)).toMatchObject({ code: 'CONFLICT' });
    expect(await preview(secret)).toBeNull();
    for (const client of [admin, stranger.client])
      expect(await client.refusal(AcceptInvitationDocument, { input: { token: secret } })).toMatchObject({
        code: 'NOT_FOUND',
      });
    expect(await admin.refusal(DeclineInvitationDocument, { token: secret })).toMatchObject({
      code: 'NOT_FOUND',
    });
    const newcomer = { invitationToken: secret, name: 'Late', password: PASSWORD };
    expect(await admin.refusal(RegisterDocument, { input: newcomer })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await storedState(gateway.database)).toEqual(before);
    if (status !== 'ACCEPTED') await send({ email });
  });

  it('accepted makes one member with the stored role, who is there at the very next request', async () => {
    const { email, secret, id } = await send({ role: 'EXTERNAL', label: 'Turbine doctor' });
    const { client, uuid, name } = await holder(email);
    const [joined, ...more] = await recorded(async () => {
      const { acceptInvitation } = await client.get(AcceptInvitationDocument, { input: { token: secret } });
      // An EXTERNAL has nothing without a grant.
      expect(acceptInvitation).toMatchObject({
        organization: { id: acme.id, viewerRole: 'EXTERNAL', portfolios: { nodes: [] } },
        viewer: { membership: { role: 'EXTERNAL', label: 'Turbine doctor', status: 'ACTIVE' } },
      });
    });
    expect(
      [joined, ...more].map((each) => [each?.organizationId, each?.actorUserId, each?.actorName]),
    ).toEqual([joined, ...more].map(() => [acme.uuid, uuid, name]));
    expect([joined, ...more].some((each) => each?.subjectId === id)).toBe(true);
    expect(await newestMail(world.gateway.database, email)).toMatchObject({
      template: 'ORGANIZATION_INVITATION',
    });
  });
});

type Sent = Awaited<ReturnType<typeof send>>;

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
