/** I1: a link works once, in time, for the account with the verified address. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  changeUser,
  invite,
  membershipsOf,
  newAddress,
  PASSWORD,
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
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: Awaited<ReturnType<typeof world.as>>;
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

const send = (input: Partial<InviteMemberInput> = {}, client = admin) =>
  invite(client, { organizationId: world.organizations.acme.id, ...input });
/** A signed-in account of its own, in no organization. */
async function somebody(email = newAddress('somebody'), account: { verifiedAt?: null } = {}) {
  const person = world.story.person('Somebody', { email });
  await world.story.store(world.gateway.database);
  const client = await world.gateway.signInAs(person.uuid);
  await changeUser(world.gateway.database, person.uuid, { language: 'EN', ...account });
  return { ...person, client };
}
const accept = (client: typeof admin, token: string) =>
  client.send(AcceptInvitationDocument, { input: { token } });
const codeOf = ({ errors }: Awaited<ReturnType<typeof accept>>) => errors[0]?.extensions.code ?? 'ACCEPTED';

describe('the account', () => {
  it.each([
    ['upper case', (email: string) => email.toUpperCase()],
    ['blanks around it', (email: string) => `  ${email}\t`],
    ['full-width letters', (email: string) => email.replace('someone', 'ｓｏｍｅｏｎｅ')],
    ['a full-width @', (email: string) => email.replace('@', '＠')],
  ])('may have been invited with %s', async (_, form) => {
    const email = newAddress('someone');
    const sent = await send({ email: form(email) });
    expect(sent.email).toBe(email);
    const { client, uuid } = await somebody(email);
    expect(codeOf(await accept(client, sent.secret))).toBe('ACCEPTED');
    expect(await membershipsOf(world.gateway.database, uuid)).toHaveLength(1);
  });

  it.each([
    ['another address', () => newAddress('other')],
    ['an address that looks the same', (email: string) => email.replace('someone', 'sоmeone')],
    ['a plus sign', (email: string) => email.replace('@', '+1@')],
    ['another domain', (email: string) => email.replace('example.net', 'example.org')],
    ['a domain below', (email: string) => email.replace('@', '@mail.')],
    ['a dot more', (email: string) => email.replace('someone', 'some.one')],
    ['another letter for ß', (email: string) => email.replace('someone', 'ſomeone-ss')],
  ])('is refused with %s', async (_, form) => {
    const email = newAddress('someone');
    const { secret } = await send({ email });
    const stranger = await somebody(form(email));
    const before = await storedState(world.gateway.database);
    const { errors } = await accept(stranger.client, secret);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', rule: 'I1' } }]);
    expect(JSON.stringify(errors)).not.toContain(email);
    expect(await storedState(world.gateway.database)).toEqual(before);
    const rightful = await somebody(email);
    expect(codeOf(await accept(rightful.client, secret))).toBe('ACCEPTED');
  });

  it('is refused until its address is verified', async () => {
    const { email, secret } = await send();
    const { client, uuid } = await somebody(email, { verifiedAt: null });
    const before = await storedState(world.gateway.database);
    expect(codeOf(await accept(client, secret))).not.toBe('ACCEPTED');
    expect(await storedState(world.gateway.database)).toEqual(before);
    await changeUser(world.gateway.database, uuid, { verifiedAt: new Date() });
    expect(codeOf(await accept(client, secret))).toBe('ACCEPTED');
  });

  it('needs a session, and one that may act', async () => {
    const { email, secret } = await send();
    expect(codeOf(await accept(world.gateway.client(), secret))).toBe('UNAUTHENTICATED');
    const { client, uuid } = await somebody(email);
    const standings = [{ suspendedAt: new Date() }, { systemRole: 'DEMO' as const }];
    const codes = [];
    for (const standing of standings) {
      await changeUser(world.gateway.database, uuid, { suspendedAt: null, systemRole: 'USER', ...standing });
      codes.push(codeOf(await accept(client, secret)));
    }
    expect(codes).toEqual(['UNAUTHENTICATED', 'FORBIDDEN']);
    await changeUser(world.gateway.database, uuid, { suspendedAt: null, systemRole: 'USER' });
    expect(codeOf(await accept(client, secret))).toBe('ACCEPTED');
  });

  it('in an organization is told to leave first, whatever its standing there (M4)', async () => {
    const { ofBorealis, people, as, gateway, organizations } = world;
    for (const person of [ofBorealis.EXTERNAL, ofBorealis.MEMBER]) {
      const { secret } = await send({ email: person.email });
      const before = await storedState(gateway.database);
      const { errors } = await accept(await as(person), secret);
      expect(errors).toMatchObject([{ extensions: { code: 'ALREADY_IN_ORGANIZATION' } }]);
      expect(errors[0]?.message).toMatch(/leave/i);
      expect(await storedState(gateway.database)).toEqual(before);
      await (await as(person)).get('mutation { leaveOrganization { leftOrganizationId } }');
      expect(codeOf(await accept(await gateway.signInAs(person.uuid), secret))).toBe('ACCEPTED');
      expect(await membershipsOf(gateway.database, person.uuid)).toMatchObject([
        { organizationId: organizations.acme.uuid },
      ]);
    }
    const paused = await invite(await as(ofBorealis.ADMIN), {
      organizationId: organizations.borealis.id,
      email: people.paused.email,
    });
    expect(codeOf(await accept(await as(people.paused), paused.secret))).toBe('ALREADY_IN_ORGANIZATION');
  });
});

describe('the time', () => {
  it('ends at the exact instant, for every way to use a link', async () => {
    const { gateway, ofAcme } = world;
    gateway.setClock('2031-05-01T00:00:00Z');
    const client = await gateway.signInAs(ofAcme.ADMIN.uuid);
    const [used, lost] = [await send({}, client), await send({}, client)];
    expect(used.expiresAt).toBe('2031-05-08T00:00:00.000Z');
    const { uuid } = await somebody(used.email);
    const preview = async (token: string) =>
      (await gateway.client().get(InvitationByTokenDocument, { token })).invitationByToken;
    gateway.setClock('2031-05-08T00:00:00.000Z');
    const holder = await gateway.signInAs(uuid);
    const before = await storedState(gateway.database);
    expect(codeOf(await accept(holder, used.secret))).toBe('NOT_FOUND');
    expect(await holder.refusal(DeclineInvitationDocument, { token: lost.secret })).toMatchObject({
      code: 'NOT_FOUND',
    });
    const input = { invitationToken: lost.secret, name: 'Late', password: PASSWORD };
    expect(await holder.refusal(RegisterDocument, { input })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await preview(used.secret)).toBeNull();
    expect(await storedState(gateway.database)).toEqual(before);
    gateway.setClock('2031-05-07T23:59:59.999Z');
    expect(await preview(lost.secret)).toMatchObject({ email: lost.email });
    expect(codeOf(await accept(holder, used.secret))).toBe('ACCEPTED');
    expect(await holder.get(RegisterDocument, { input })).toEqual({ register: { ok: true } });
    expect(await holder.get(DeclineInvitationDocument, { token: lost.secret })).toEqual({
      declineInvitation: { ok: true },
    });
  });
});

it('used, expired, revoked, declined, rotated and malformed links have one answer', async () => {
  const { gateway, ofAcme } = world;
  const [used, revoked, declined, rotated] = [await send(), await send(), await send(), await send()];
  const holder = await somebody(used.email);
  await accept(holder.client, used.secret);
  await admin.get(RevokeInvitationDocument, { invitationId: revoked.id });
  await gateway.client().get(DeclineInvitationDocument, { token: declined.secret });
  await admin.get(ResendInvitationDocument, { invitationId: rotated.id });
  gateway.setClock(new Date(Date.now() - 30 * 86_400_000));
  const expired = await send({}, await gateway.signInAs(ofAcme.ADMIN.uuid));
  gateway.setClock(null);
  const dead = [used, revoked, declined, rotated, expired].map(({ secret }) => secret);
  const malformed = [
    '',
    ' ',
    'x',
    'A'.repeat(43),
    `${dead[0]}=`,
    dead[0]?.slice(0, -1),
    'é\0\ud800',
    'A'.repeat(100_000),
  ];
  const tokens = [...dead, ...malformed, rotated.id] as string[];
  const before = await storedState(gateway.database);
  for (const attempt of [
    (token: string) => accept(holder.client, token),
    (token: string) => gateway.client().send(DeclineInvitationDocument, { token }),
    (token: string) =>
      gateway
        .client()
        .send(RegisterDocument, { input: { invitationToken: token, name: 'Late', password: PASSWORD } }),
    (token: string) => gateway.client().send(InvitationByTokenDocument, { token }),
  ]) {
    const answers = [];
    for (const token of tokens) {
      const { status, data, errors } = await attempt(token);
      answers.push({ status, data, errors });
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const { errors, data } = answers[0] ?? {};
    expect(errors?.[0]?.extensions ?? data).toEqual(
      errors?.length ? { code: 'NOT_FOUND' } : { invitationByToken: null },
    );
  }
  expect(await storedState(gateway.database)).toEqual(before);
});

it('declining needs nothing but the link, once, and is recorded', async () => {
  const { gateway, organizations } = world;
  const sent = await send();
  expect(await gateway.client().get(DeclineInvitationDocument, { token: sent.secret })).toEqual({
    declineInvitation: { ok: true },
  });
  const record = (await auditTrail(gateway.database)).at(-1);
  expect(record).toMatchObject({
    action: 'invitation.declined',
    organizationId: organizations.acme.uuid,
    subjectId: sent.id,
    actorUserId: null,
  });
  expect((await storedInvitations(gateway.database)).at(-1)).toMatchObject({
    status: 'DECLINED',
    acceptedById: null,
  });
  const before = await storedState(gateway.database);
  expect(await gateway.client().refusal(DeclineInvitationDocument, { token: sent.secret })).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await storedState(gateway.database)).toEqual(before);
  const input = { organizationId: organizations.acme.id, email: sent.email, role: 'MEMBER' as const };
  expect((await admin.get(InviteMemberDocument, { input })).inviteMember.invitation.id).not.toBe(sent.id);
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
