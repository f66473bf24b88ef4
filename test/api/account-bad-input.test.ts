/** The "Bad input": each a named error with its field, and nothing stored. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import { invite, mailQueue, newAddress, newestMail, PASSWORD, secretOf } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  AcceptInvitationDocument,
  InviteMemberDocument,
  InvitePlatformCustomerDocument,
  RegisterDocument,
  RequestEmailChangeDocument,
  RequestPasswordResetDocument,
  ResendVerificationDocument,
  ResetPasswordDocument,
  UpdateInvitationDocument,
  UpdateProfileDocument,
} from '../kit/generated/operations.ts';
import { observe } from '../kit/observe.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
let administrator: GraphQLClient;
let mover: Person;
const { refused } = observe(() => world.gateway.database);
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
  administrator = await world.as(world.people.administrator);
  mover = world.story.member(world.organizations.acme, 'MEMBER', {
    name: 'Mover',
    passwordHash: await hashPassword(PASSWORD),
  });
  await world.story.store(world.gateway.database);
});
afterAll(() => world.gateway.close());

/** What is no address: nothing of it may reach a header, a row or another mail. */
const NO_ADDRESSES: [name: string, email: string][] = [
  ['nothing', ''],
  ['blanks', '   '],
  ['no @', 'somebody.example.net'],
  ['nothing before the @', '@example.net'],
  ['nothing after the @', 'somebody@'],
  ['two @', 'some@body@example.net'],
  ['a display name', 'Somebody <somebody@example.net>'],
  ['a display name in quotes', '"Some Body" <somebody@example.net>'],
  ['a quoted local part', '"some body"@example.net'],
  ['two addresses', 'a@example.net, b@example.net'],
  ['two addresses by semicolon', 'a@example.net;b@example.net'],
  ['CR LF and a header', 'a@example.net\r\nBcc: b@example.net'],
  ['LF in the local part', 'a\nb@example.net'],
  ['CR in the domain', 'a@example\r.net'],
  ['a Unicode line separator', 'a\u2028b@example.net'],
  ['NUL', 'a\0b@example.net'],
  ['a tab', 'a\tb@example.net'],
  ['a blank', 'a b@example.net'],
  ['a lone surrogate', 'a\ud800b@example.net'],
  ['reordered text', 'a\u202emoc.elpmaxe@example.net'],
  ['a zero-width space', 'a\u200bb@example.net'],
  ['a soft hyphen', 'a\u00adb@example.net'],
  ['a local part of 300 bytes', `${'a'.repeat(300)}@example.net`],
  ['a local part of 65 characters', `${'a'.repeat(65)}@example.net`],
  ['a local part of 64 characters and 256 bytes', `${'🌞'.repeat(64)}@example.net`],
  ['a domain of 300 characters', `a@${'b.'.repeat(150)}net`],
  ['a domain label of 64 characters', `a@${'b'.repeat(64)}.net`],
  ['a domain with an empty label', 'a@example..net'],
  ['a domain that begins with a dot', 'a@.example.net'],
  ['a domain that begins with a hyphen', 'a@-example.net'],
  ['a domain that ends with a hyphen', 'a@example-.net'],
  ['an address literal', 'a@[127.0.0.1]'],
  ['an address in numbers', 'a@127.0.0.1'],
  ['a percent sign in the domain', 'a@example%2enet'],
  ['a comment', 'a(comment)@example.net'],
  ['a backslash', 'a\\@example.net'],
  ['320 characters', `a@${'b.'.repeat(157)}net`],
];

describe.each(NO_ADDRESSES)('an address with %s', (_, email) => {
  it('is invited nowhere, and moved to by nobody', async () => {
    const { organizations, as } = world;
    const code = 'BAD_USER_INPUT';
    const input = { organizationId: organizations.acme.id, email, role: 'MEMBER' };
    await refused(admin, InviteMemberDocument, { input }, { code, field: expect.stringMatching(/email$/) });
    await refused(
      administrator,
      InvitePlatformCustomerDocument,
      { input: { email } },
      { code, field: expect.stringMatching(/email$/) },
    );
    const move = { input: { newEmail: email, password: PASSWORD } };
    await refused(await as(mover), RequestEmailChangeDocument, move, {
      code,
      field: expect.stringMatching(/newEmail$/),
    });
    const client = world.gateway.client();
    const before = (await mailQueue(world.gateway.database)).length;
    for (const document of [RequestPasswordResetDocument, ResendVerificationDocument])
      await client.get(document, { email });
    expect(await mailQueue(world.gateway.database)).toHaveLength(before);
  });
});

it('an address longer than any is refused before anything else', async () => {
  const email = `${'a'.repeat(100_000)}@example.net`;
  const input = { organizationId: world.organizations.acme.id, email, role: 'MEMBER' };
  await refused(admin, InviteMemberDocument, { input }, { code: 'BAD_USER_INPUT', field: 'input.email' });
});

it.each([
  ['upper case', 'Some.Body@Example.NET', 'some.body@example.net'],
  ['blanks around', ' \tother.body@example.net\u00a0', 'other.body@example.net'],
  ['full-width letters', 'ｆｕｌｌ＠ｅｘａｍｐｌｅ．ｎｅｔ', 'full@example.net'],
  ['a domain of another script', 'post@Bücher.example', 'post@xn--bcher-kva.example'],
  ['a domain with ß', 'post@straße.example', 'post@xn--strae-oqa.example'],
  ['a local part of another script', 'jörg@example.net', 'jörg@example.net'],
  ['a local part of another script, decomposed', 'ju\u0308rg@example.net', 'jürg@example.net'],
  ['a confusable letter: another address', 'sоme.body@example.net', 'sоme.body@example.net'],
  ['a plus sign', 'some.body+park@example.net', 'some.body+park@example.net'],
  ['a local part of 64 characters', `${'l'.repeat(64)}@example.net`, `${'l'.repeat(64)}@example.net`],
  ['a quote', "o'neill@example.net", "o'neill@example.net"],
])('an address with %s has one form', async (_, email, canonical) => {
  const sent = await invite(admin, { organizationId: world.organizations.acme.id, email });
  expect(sent.email).toBe(canonical);
  expect(await newestMail(world.gateway.database, canonical)).toMatchObject({ recipient: canonical });
  const again = { organizationId: world.organizations.acme.id, email: canonical, role: 'MEMBER' };
  await refused(admin, InviteMemberDocument, { input: again }, { code: 'ALREADY_INVITED' });
});

const NO_PASSWORDS: [name: string, password: string][] = [
  ['nothing', ''],
  ['11 characters', 'elevenchars'],
  ['11 characters of two code units', '🌻'.repeat(11)],
  ['1,025 bytes', `${'aé'.repeat(341)}xx`],
  ['a megabyte', 'correct horse '.repeat(70_000)],
  ['a NUL', 'correct horse\0battery'],
  ['a lone surrogate', 'correct horse\ud83cbattery'],
  ['a common word', 'passwordpassword'],
  ['a common word in capitals', 'PasswordPassword'],
  ['a common row of keys', 'qwertyuiop123'],
  ['a row of digits', '123456789012'],
];

describe.each(NO_PASSWORDS)('a password of %s', (_, password) => {
  it('is refused by name where one is set, and the link stays good', async () => {
    const { gateway } = world;
    const client = gateway.client();
    const { secret, email } = await invite(admin, { organizationId: world.organizations.acme.id });
    const bad = { code: 'BAD_USER_INPUT' };
    const input = { invitationToken: secret, name: 'Newcomer', password };
    await refused(client, RegisterDocument, { input }, { ...bad, field: expect.stringMatching(/password$/) });
    await client.get(RequestPasswordResetDocument, { email: mover.email });
    const token = secretOf(await newestMail(gateway.database, mover.email));
    await refused(
      client,
      ResetPasswordDocument,
      { input: { token, newPassword: password } },
      { ...bad, field: expect.stringMatching(/newPassword$/) },
    );
    await client.get(RegisterDocument, { input: { ...input, password: PASSWORD } });
    expect(await newestMail(gateway.database, email)).toMatchObject({ template: 'VERIFICATION' });
  });
});

const BAD_NAMES: [name: string, text: string, only?: 'name'][] = [
  ['nothing', ''],
  ['blanks', ' \u00a0\u3000'],
  ['a line break', 'Ada\r\nBcc: b@example.net'],
  ['a NUL', 'Ada\0'],
  ['an escape', 'Ada\u001b[31m'],
  ['a C1 control', 'Ada\u0085'],
  ['a line separator', 'Ada\u2028Lovelace'],
  ['a lone surrogate', 'Ada\udc00'],
  ['reordered text', 'Ada\u202eecalevoL'],
  ['only invisible characters', '\u200b\u2060\ufeff'],
  ['201 characters', '🌞'.repeat(201)],
  ['a million characters', 'x'.repeat(1_000_000)],
];

it.each(BAD_NAMES)('a name of %s is refused wherever a name is given', async (_, name) => {
  const { gateway, as, organizations } = world;
  const code = 'BAD_USER_INPUT';
  const { secret } = await invite(admin, { organizationId: organizations.acme.id });
  await refused(
    gateway.client(),
    RegisterDocument,
    { input: { invitationToken: secret, name, password: PASSWORD } },
    { code, field: 'name' },
  );
  await refused(await as(mover), UpdateProfileDocument, { input: { name } }, { code, field: 'name' });
  const details = (organization: object, portfolioName?: string) => ({
    input: { token: secret, organization, portfolioName },
  });
  const client = await as(world.people.loner);
  await refused(client, AcceptInvitationDocument, details({ name }), { code, field: 'organization.name' });
  await refused(client, AcceptInvitationDocument, details({ name: 'Fine' }, name), {
    code,
    field: 'portfolioName',
  });
  const input = { organizationId: organizations.acme.id, email: newAddress(), role: 'EXTERNAL', label: name };
  await refused(admin, InviteMemberDocument, { input }, { code, field: 'label' });
});

it('a label has at most 100 characters', async () => {
  const { id: invitationId } = await invite(admin, { organizationId: world.organizations.acme.id });
  const input = { invitationId, label: '🌞'.repeat(101) };
  await refused(admin, UpdateInvitationDocument, { input }, { code: 'BAD_USER_INPUT', field: 'label' });
  await admin.get(UpdateInvitationDocument, { input: { invitationId, label: '🌞'.repeat(100) } });
});

it('an invitation carries 100 grants, not 101', async () => {
  const { story, portfolios, gateway, organizations } = world;
  const parks = Array.from({ length: 101 }, (_, n) => story.park(portfolios.south, `Park ${n}`));
  await story.store(gateway.database);
  const grants = parks.map(({ id }) => ({ resourceId: id, role: 'TOM' as const }));
  const input = {
    organizationId: organizations.acme.id,
    email: newAddress(),
    role: 'MEMBER' as const,
    grants,
  };
  await refused(admin, InviteMemberDocument, { input }, { code: 'BAD_USER_INPUT', field: 'grants' });
  const { inviteMember } = await admin.get(InviteMemberDocument, {
    input: { ...input, grants: grants.slice(1) },
  });
  expect(inviteMember.invitation.grants).toHaveLength(100);
  const { id: invitationId } = inviteMember.invitation;
  await refused(
    admin,
    UpdateInvitationDocument,
    { input: { invitationId, grants } },
    { code: 'BAD_USER_INPUT', field: 'grants' },
  );
});

it.each([
  ['a role that is none', { role: 'OWNER' }, 'input.role'],
  ['a language that is none', { language: 'XX' }, 'input.language'],
  ['a job role that is none', { grants: [{ resourceId: 'x', role: 'ADMIN' }] }, 'input.grants[0].role'],
  ['a field that is none', { systemRole: 'ADMINISTRATOR' }, 'input'],
  [
    'an expiry that is no date',
    { grants: [{ resourceId: 'x', role: 'TOM', expiresAt: 'soon' }] },
    'input.grants[0].expiresAt',
  ],
])('%s is refused', async (_, wrong, field) => {
  const input = {
    organizationId: world.organizations.acme.id,
    email: newAddress(),
    role: 'MEMBER',
    ...wrong,
  };
  await refused(admin, InviteMemberDocument, { input }, { code: 'BAD_USER_INPUT', field });
});

it('an organization that is not the own one, absent or malformed is not found, by one answer', async () => {
  const { organizations } = world;
  for (const organizationId of [
    organizations.borealis.id,
    organizations.cirrus.id,
    organizations.acme.id.replace(/.{4}$/, '0000'),
    '',
    'x',
  ]) {
    const input = { organizationId, email: newAddress(), role: 'MEMBER' };
    await refused(admin, InviteMemberDocument, { input }, { code: 'NOT_FOUND', message: 'Not found.' });
  }
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
