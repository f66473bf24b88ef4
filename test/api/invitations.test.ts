import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashSecret } from '../../src/identity/secret.ts';
import {
  invitationSecret,
  invite,
  mailsOf,
  newAddress,
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
  InviteMemberDocument,
  type InviteMemberInput,
  RegisterDocument,
  ResendInvitationDocument,
  RevokeInvitationDocument,
  UpdateInvitationDocument,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

const NOW = '2031-03-01T12:00:00.000Z';
const IN_SEVEN_DAYS = '2031-03-08T12:00:00.000Z';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: Awaited<ReturnType<typeof world.as>>;
let acme: (typeof world)['organizations']['acme'];

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
/** What `work` recorded. */
async function recorded(work: () => Promise<unknown>) {
  const start = (await auditTrail(world.gateway.database)).length;
  await work();
  return (await auditTrail(world.gateway.database)).slice(start);
}
/** `work` is refused like that, and nothing is stored. */
async function unchanged(work: () => Promise<unknown>, refusal: object) {
  const before = await storedState(world.gateway.database);
  expect(await work()).toMatchObject(refusal);
  expect(await storedState(world.gateway.database)).toEqual(before);
}

describe('inviting', () => {
  it('stores an invitation of seven days, mails its link and records it', async () => {
    const { gateway, ofAcme } = world;
    const { admin } = await at(NOW);
    const email = newAddress();
    let id = '';
    const mails = await mailsOf(gateway.database, async () => {
      const [record, ...more] = await recorded(async () => {
        const { inviteMember } = await admin.get(InviteMemberDocument, {
          input: {
            organizationId: acme.id,
            email,
            role: 'EXTERNAL',
            label: ' Blade service ',
            language: 'DE',
          },
        });
        id = inviteMember.invitation.id;
        expect(inviteMember.invitation).toEqual({
          ...{ id, email, type: 'ORGANIZATION', status: 'PENDING', role: 'EXTERNAL', label: 'Blade service' },
          organization: { id: acme.id, name: acme.name },
          ...{ language: 'DE', sentAt: NOW, sendCount: 1, expiresAt: IN_SEVEN_DAYS, grants: [] },
          invitedBy: { id: ofAcme.ADMIN.id, name: ofAcme.ADMIN.name },
        });
      });
      expect(more).toEqual([]);
      expect(record).toMatchObject({
        ...{ organizationId: acme.uuid, action: 'invitation.sent', subjectId: id },
        ...{ actorUserId: ofAcme.ADMIN.uuid, details: { email, role: 'EXTERNAL', label: 'Blade service' } },
      });
    });
    expect(mails.map(shownMail)).toEqual([
      {
        template: 'ORGANIZATION_INVITATION',
        language: 'DE',
        recipient: email,
        params: {
          inviterName: ofAcme.ADMIN.name,
          organizationName: acme.name,
          role: 'EXTERNAL',
          expiresAt: IN_SEVEN_DAYS,
        },
        linkKind: 'INVITATION',
        linkRotation: 0,
      },
    ]);
    const [stored] = (await storedInvitations(gateway.database)).filter((row) => row.email === email);
    expect(Buffer.from(stored?.tokenHash ?? [])).toEqual(Buffer.from(hashSecret(invitationSecret(id))));
    expect(secretOf(mails[0])).toBe(invitationSecret(id));
    expect(secretOf(mails[0])).toMatch(/^[\w-]{43}$/);
  });

  it('has one open invitation for an address, in whatever form, and organization; another one may invite too', async () => {
    const { gateway, organizations, as, ofBorealis } = world;
    const first = await send({ email: newAddress('once') });
    for (const email of [
      first.email,
      first.email.toUpperCase(),
      ` ${first.email}`,
      first.email.replace('once', 'ｏnce'),
    ]) {
      const input = { organizationId: acme.id, email, role: 'MEMBER' as const };
      await unchanged(() => admin.refusal(InviteMemberDocument, { input }), {
        code: 'ALREADY_INVITED',
        field: 'email',
      });
    }
    await invite(await as(ofBorealis.ADMIN), {
      organizationId: organizations.borealis.id,
      email: first.email,
    });
    // An expired one is sent again, not replaced.
    const later = await at(new Date(Date.now() + 8 * 86_400_000).toISOString());
    const again = { organizationId: acme.id, email: first.email, role: 'MEMBER' as const };
    expect(await later.admin.refusal(InviteMemberDocument, { input: again })).toMatchObject({
      code: 'ALREADY_INVITED',
    });
    gateway.setClock(null);
    await admin.get(RevokeInvitationDocument, { invitationId: first.id });
    await send({ email: first.email });
  });

  it('is refused for a member, in whatever form of the address; a member elsewhere may be invited', async () => {
    const { ofAcme, ofBorealis, people } = world;
    for (const member of [ofAcme.MEMBER, ofAcme.EXTERNAL, people.paused, people.expired, people.suspended])
      for (const email of [member.email, member.email.toUpperCase()]) {
        const input = { organizationId: acme.id, email, role: 'MEMBER' as const };
        await unchanged(() => admin.refusal(InviteMemberDocument, { input }), {
          code: 'ALREADY_MEMBER',
          field: 'email',
        });
      }
    await send({ email: ofBorealis.MODERATOR.email });
  });

  it('needs a label for an EXTERNAL, at first and when the role changes (M5)', async () => {
    const input = { organizationId: acme.id, email: newAddress(), role: 'EXTERNAL' as const };
    await unchanged(() => admin.refusal(InviteMemberDocument, { input }), { code: 'LABEL_REQUIRED' });
    await unchanged(() => admin.refusal(InviteMemberDocument, { input: { ...input, label: null } }), {
      code: 'LABEL_REQUIRED',
    });
    const external = await send({ ...input, label: 'Crane hire' });
    const member = await send();
    const change = (invitationId: string, changes: object) => ({ input: { invitationId, ...changes } });
    await unchanged(() => admin.refusal(UpdateInvitationDocument, change(external.id, { label: null })), {
      code: 'LABEL_REQUIRED',
    });
    await unchanged(() => admin.refusal(UpdateInvitationDocument, change(member.id, { role: 'EXTERNAL' })), {
      code: 'LABEL_REQUIRED',
    });
    const updated = await admin.get(
      UpdateInvitationDocument,
      change(member.id, { role: 'EXTERNAL', label: 'Crane' }),
    );
    expect(updated.updateInvitation.invitation).toMatchObject({ role: 'EXTERNAL', label: 'Crane' });
    const cleared = await admin.get(
      UpdateInvitationDocument,
      change(external.id, { role: 'MEMBER', label: null }),
    );
    expect(cleared.updateInvitation.invitation).toMatchObject({ role: 'MEMBER', label: null });
  });
});

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

it('looking at a link changes nothing, by GET neither', async () => {
  const { gateway, as, ofAcme } = world;
  const sent = await send({ role: 'MODERATOR', language: 'FR' });
  const known = await send({ email: (await holder(newAddress('known'))).email });
  const before = await storedState(gateway.database);
  expect(await preview(sent.secret)).toEqual({
    ...{
      type: 'ORGANIZATION',
      email: sent.email,
      organizationName: acme.name,
      role: 'MODERATOR',
      language: 'FR',
    },
    ...{ expiresAt: sent.expiresAt, needsAccount: true, needsOrganization: false },
  });
  expect(await preview(known.secret)).toMatchObject({ needsAccount: false, needsOrganization: false });
  const query = encodeURIComponent(`{ invitationByToken(token: "${sent.secret}") { email } }`);
  const byGet = await fetch(`${gateway.url}?query=${query}`, {
    headers: { 'apollo-require-preflight': '1' },
  });
  expect(byGet.status).toBeLessThan(500);
  const mutation = encodeURIComponent(
    `mutation { declineInvitation(input: { token: "${sent.secret}" }) { ok } }`,
  );
  const declined = await fetch(`${gateway.url}?query=${mutation}`, {
    headers: { 'apollo-require-preflight': '1' },
  });
  expect(declined.status).toBeGreaterThanOrEqual(400);
  expect(await storedState(gateway.database)).toEqual(before);
  expect(await preview(sent.secret)).not.toBeNull();
  const deeper = `{ invitationByToken(token: "${sent.secret}") { organization { members { totalCount } } } }`;
  expect(await (await as(ofAcme.ADMIN)).refusal(deeper)).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
