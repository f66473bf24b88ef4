/** Inviting into an organization: what is stored, mailed and recorded, and what is refused; and looking at a link. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hashSecret } from '../../src/identity/secret.ts';
import {
  invitationSecret,
  invite,
  mailsOf,
  newAddress,
  secretOf,
  shownMail,
  storedInvitations,
} from '../kit/accounts.ts';
import {
  InvitationByTokenDocument,
  InviteMemberDocument,
  type InviteMemberInput,
  RevokeInvitationDocument,
  UpdateInvitationDocument,
} from '../kit/generated/operations.ts';
import { observe } from '../kit/observe.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

const NOW = '2031-03-01T12:00:00.000Z';
const IN_SEVEN_DAYS = '2031-03-08T12:00:00.000Z';

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
