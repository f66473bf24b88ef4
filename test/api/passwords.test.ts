import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { ChangePasswordDocument, SignInDocument, WhoAmIDocument } from '../kit/generated/operations.ts';
import { type Person, Story } from '../kit/story.ts';
import { auditTrail, storedState } from '../kit/tenant.ts';

const PASSWORD = 'correct horse battery staple';

let gateway: TestGateway;
let passwordHash: string;
const story = new Story();
const acme = story.organization('Acme Energy');

beforeAll(async () => {
  gateway = await startTestGateway();
  passwordHash = await hashPassword(PASSWORD);
});

afterAll(() => gateway.close());

/** A member with the password; each test has its own. */
async function somebody(name: string): Promise<Person> {
  const person = story.member(acme, 'MEMBER', { name, passwordHash });
  await story.store(gateway.database);
  return person;
}

const signIn = async (person: Person, password: string) =>
  (await gateway.client().send(SignInDocument, { input: { email: person.email, password } })).data?.signIn
    .sessionToken ?? null;

const isSignedIn = async (token: string | null) =>
  (await gateway.client(token).get(WhoAmIDocument)).viewer !== null;

it('a new password ends the other sessions at their next request, and keeps this one', async () => {
  const ada = await somebody('Ada');
  const others = [await signIn(ada, PASSWORD), await signIn(ada, PASSWORD)];
  const current = await signIn(ada, PASSWORD);
  const bystander = await signIn(await somebody('Bob'), PASSWORD);
  const input = { currentPassword: PASSWORD, newPassword: 'a whole new password' };
  expect(await gateway.client(current).get(ChangePasswordDocument, { input })).toEqual({
    changePassword: { ok: true },
  });
  for (const token of others) expect(await isSignedIn(token)).toBe(false);
  expect(await isSignedIn(current)).toBe(true);
  expect(await isSignedIn(bystander)).toBe(true);
  expect(await signIn(ada, PASSWORD)).toBeNull();
  expect(await signIn(ada, 'a whole new password')).not.toBeNull();
  const [changed] = (await auditTrail(gateway.database)).filter(
    ({ action }) => action === 'user.password_changed',
  );
  expect(changed).toMatchObject({
    organizationId: acme.uuid,
    actorUserId: ada.uuid,
    subjectId: ada.id,
    details: { sessionsEnded: 2 },
  });
  expect(JSON.stringify(changed)).not.toMatch(/password["']?:|whole new|argon2/);
});

const NEW = 'a whole new password';

it.each([
  ['the current password is wrong', 'not the current one', NEW, 'currentPassword'],
  ['the current password is empty', '', NEW, 'currentPassword'],
  ['the current password has a NUL at its end', `${PASSWORD}\0`, NEW, 'currentPassword'],
  ['the current password is huge', 'x'.repeat(100_000), NEW, 'currentPassword'],
  ['the new one has 11 characters', PASSWORD, 'elevenchars', 'newPassword'],
  ['the new one has 11 characters of two code units', PASSWORD, '🌞'.repeat(11), 'newPassword'],
  ['the new one is empty', PASSWORD, '', 'newPassword'],
  ['the new one has a NUL', PASSWORD, 'twelve chars\0 and more', 'newPassword'],
  ['the new one has a lone surrogate', PASSWORD, 'twelve chars \ud83c and more', 'newPassword'],
  ['the new one has 1,025 bytes', PASSWORD, 'x'.repeat(1_025), 'newPassword'],
  ['the new one has 1,025 bytes in 513 characters', PASSWORD, `${'é'.repeat(512)}x`, 'newPassword'],
])('nothing changes when %s', async (name, currentPassword, newPassword, field) => {
  const person = await somebody(name);
  const token = await signIn(person, PASSWORD);
  const before = await storedState(gateway.database);
  const refusal = await gateway.client(token).refusal(ChangePasswordDocument, {
    input: { currentPassword, newPassword },
  });
  expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field });
  for (const password of [currentPassword, newPassword].filter(Boolean)) {
    expect(JSON.stringify(refusal)).not.toContain(JSON.stringify(password).slice(1, -1));
  }
  expect(await storedState(gateway.database)).toEqual(before);
});

it.each([
  ['12 characters', 'twelve chars'],
  ['12 characters beyond the basic plane', '🌞'.repeat(12)],
  ['1,024 bytes', 'é'.repeat(512)],
])('a new password may have %s', async (name, newPassword) => {
  const person = await somebody(`allowed ${name}`);
  const token = await signIn(person, PASSWORD);
  await gateway
    .client(token)
    .get(ChangePasswordDocument, { input: { currentPassword: PASSWORD, newPassword } });
  expect(await signIn(person, newPassword)).not.toBeNull();
});

it.each([
  ['two sessions', 2],
  ['one session', 1],
])(
  'of two changes at once from %s one is refused, and no session of the other password is left',
  async (name, count) => {
    const person = await somebody(`Racer of ${name}`);
    const first = await signIn(person, PASSWORD);
    const tokens = [first, count === 2 ? await signIn(person, PASSWORD) : first];
    const passwords = ['the first new password', 'the second new password'];
    const answers = await Promise.all(
      tokens.map((token, index) =>
        gateway.client(token).send(ChangePasswordDocument, {
          input: { currentPassword: PASSWORD, newPassword: passwords[index] ?? '' },
        }),
      ),
    );
    const winners = answers.flatMap(({ errors }, index) => (errors.length === 0 ? [index] : []));
    expect(winners).toHaveLength(1);
    const winner = winners[0] as number;
    // The loser's session ended with the winner's change, or the password that they know was changed before or meanwhile.
    expect(['UNAUTHENTICATED', 'BAD_USER_INPUT', 'CONFLICT']).toContain(
      answers[1 - winner]?.errors[0]?.extensions.code,
    );
    expect(await isSignedIn(tokens[winner] ?? null)).toBe(true);
    expect(await isSignedIn(tokens[1 - winner] ?? null)).toBe(count === 1);
    expect(await signIn(person, passwords[winner] ?? '')).not.toBeNull();
    expect(await signIn(person, passwords[1 - winner] ?? '')).toBeNull();
  },
);

it('needs somebody who is signed in', async () => {
  const input = { currentPassword: PASSWORD, newPassword: NEW };
  expect(await gateway.client().refusal(ChangePasswordDocument, { input })).toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

it('no password ever reaches the log', () => {
  for (const secret of [PASSWORD, NEW, 'not the current one', 'elevenchars', 'first new password']) {
    expect(gateway.log()).not.toContain(secret);
  }
});
