import { hash } from '@node-rs/argon2';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyPassword } from '../../src/identity/passwords.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { ChangePasswordDocument, SignInDocument, WhoAmIDocument } from '../kit/generated/operations.ts';
import { type Person, Story } from '../kit/story.ts';

// It does what it does; the tests count how often.
vi.mock('../../src/identity/passwords.ts', { spy: true });

const PASSWORD = 'correct horse battery staple';
const WRONG = 'not the right password';
const LIMITS = {
  signInByAddress: 30,
  signInByAccountAndAddress: 3,
  signInByAccountUnknownDevices: 8,
  signInByDevice: 3,
  passwordCheckByAccount: 3,
};

let gateway: TestGateway;
let other: TestGateway;
let passwordHash: string;
const story = new Story();
const acme = story.organization('Acme Energy');

beforeAll(async () => {
  const options = { limits: LIMITS, trustedProxies: ['127.0.0.1'] };
  gateway = await startTestGateway(options);
  other = await startTestGateway({
    ...options,
    database: gateway.database,
    publicUrl: 'https://gate.example',
  });
  // Cheap to verify: these tests are not about hashing.
  passwordHash = await hash(PASSWORD, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  // The first that is counted in a process also looks for expired rows.
  await signIn('nobody@example.org', WRONG);
  await other.client().send(SignInDocument, { input: { email: 'nobody@example.org', password: WRONG } });
});
afterAll(async () => {
  await other.close();
  await gateway.close();
});
beforeEach(() => void vi.mocked(verifyPassword).mockClear());
afterEach(() => gateway.onStatement(null));

const guesses = () => vi.mocked(verifyPassword).mock.calls.length;

let people = 0;
async function somebody(): Promise<Person> {
  people += 1;
  const person = story.member(acme, 'MEMBER', { name: `Person ${people}`, passwordHash });
  await story.store(gateway.database);
  return person;
}

let addresses = 0;
/** An address that nothing came from yet. */
const newAddress = () => {
  addresses += 1;
  return `198.51.${addresses >> 8}.${addresses & 255}`;
};

interface From {
  readonly address?: string;
  readonly cookie?: string | undefined;
  readonly through?: TestGateway;
}

const headersOf = ({ address = newAddress(), cookie }: From) => ({
  'x-forwarded-for': address,
  ...(cookie !== undefined && { cookie }),
});

async function signIn(email: string, password = PASSWORD, from: From = {}) {
  const client = (from.through ?? gateway).client();
  const { data, errors, headers } = await client.send(
    SignInDocument,
    { input: { email, password } },
    headersOf(from),
  );
  const cookies = headers.getSetCookie();
  return {
    code: errors[0]?.extensions.code ?? 'SIGNED_IN',
    errors,
    userId: data?.signIn.viewer.user.id ?? null,
    cookies,
    device: cookies.find((each) => each.includes('-device='))?.split(';')[0],
  };
}

/** Signs in `times` times, one after the other. */
async function codesOf(times: number, email: string, password: string, from: () => From = () => ({})) {
  const codes = [];
  for (let n = 0; n < times; n++) codes.push((await signIn(email, password, from())).code);
  return codes;
}

const refusedAfter = (passing: number, times: number) => [
  ...Array(passing).fill('UNAUTHENTICATED'),
  ...Array(times - passing).fill('RATE_LIMITED'),
];

/** One operation with `count` sign-ins. */
const sendAliased = (count: number, email: string, password: string, headers: Record<string, string>) => {
  const fields = Array.from({ length: count }, (_, n) => `a${n}: signIn(input: $input) { sessionToken }`);
  const query = `mutation ($input: SignInInput!) { ${fields.join(' ')} }`;
  return gateway.client().send(query, { input: { email, password } }, headers);
};

describe('guessing', () => {
  it('is limited for account and address, with the time to wait, and a refused guess costs no hashing', async () => {
    const { email } = await somebody();
    const address = newAddress();
    expect(await codesOf(5, email, WRONG, () => ({ address }))).toEqual(refusedAfter(3, 5));
    expect(guesses()).toBe(3);
    const { errors, cookies } = await signIn(email, PASSWORD, { address });
    expect(errors).toMatchObject([{ message: 'Too many attempts: try again later.' }]);
    expect(errors[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) });
    expect(errors[0]?.extensions['retryAfterSeconds']).toBeGreaterThan(0);
    expect(cookies).toEqual([]);
    expect(guesses()).toBe(3);
  });

  it('is limited for the address, whatever the accounts', async () => {
    const address = newAddress();
    const codes = [];
    for (let n = 0; n < 32; n++)
      codes.push((await signIn(`stranger.${n}@example.org`, WRONG, { address })).code);
    expect(codes).toEqual(refusedAfter(30, 32));
    const { email } = await somebody();
    expect((await signIn(email, PASSWORD, { address })).code).toBe('RATE_LIMITED');
    expect((await signIn(email)).code).toBe('SIGNED_IN');
  });

  it('by 100 aliases of one operation gets no more guesses than one by one', async () => {
    const { email } = await somebody();
    const headers = headersOf({});
    for (let n = 0; n < 6; n++) await sendAliased(100, email, WRONG, headers);
    expect(guesses()).toBe(3);
  });

  it('by 60 connections at once gets no more guesses than one by one', async () => {
    const { email } = await somebody();
    const address = newAddress();
    const codes = await Promise.all(
      Array.from({ length: 60 }, async () => (await signIn(email, WRONG, { address })).code),
    );
    expect(codes.sort().reverse()).toEqual(refusedAfter(3, 60));
    expect(guesses()).toBe(3);
  });

  it('by 60 addresses at once gets no more guesses than the account has for unknown devices', async () => {
    const { email } = await somebody();
    const codes = await Promise.all(
      Array.from({ length: 60 }, async () => (await signIn(email, WRONG)).code),
    );
    expect(codes.sort().reverse()).toEqual(refusedAfter(8, 60));
    expect(guesses()).toBe(8);
  });

  it('through two gateways of one database counts in one bucket', async () => {
    const { email } = await somebody();
    const address = newAddress();
    let n = 0;
    const codes = await codesOf(6, email, WRONG, () => ({ address, through: n++ % 2 ? other : gateway }));
    expect(codes).toEqual(refusedAfter(3, 6));
  });

  it('under any form of an address counts in one bucket', async () => {
    const { email } = await somebody();
    const address = newAddress();
    const forms = [
      email.toUpperCase(),
      `  ${email} `,
      email.replace(/^person/, 'ｐｅｒｓｏｎ'),
      email.replace('@', '＠'),
      email,
    ];
    const codes = [];
    for (const form of forms) codes.push((await signIn(form, WRONG, { address })).code);
    expect(codes).toEqual(refusedAfter(3, 5));
  });

  it('tells nobody whether there is an account: the same answers after the same statements', async () => {
    const { email } = await somebody();
    const seen = [];
    for (const each of [email, 'no.account@example.org', 'no address at all', '']) {
      const address = newAddress();
      const run = [];
      for (let n = 0; n < 5; n++) {
        gateway.takeStatements();
        const { errors, cookies } = await signIn(each, WRONG, { address });
        const [{ message, extensions } = {}] = errors;
        run.push({ message, code: extensions?.code, cookies, statements: gateway.takeStatements() });
      }
      seen.push(run);
    }
    expect(seen[0]?.map(({ code }) => code)).toEqual(refusedAfter(3, 5));
    expect(seen[0]?.map(({ statements }) => statements.length)).toEqual([4, 4, 4, 2, 2]);
    for (const run of seen) expect(run).toEqual(seen[0]);
  });
});

describe('a device that signed in before', () => {
  it('signs in while guesses from unknown devices are refused, even the right one', async () => {
    const { email, id } = await somebody();
    const { device } = await signIn(email);
    expect(await codesOf(10, email, WRONG)).toEqual(refusedAfter(8, 10));
    const before = guesses();
    expect((await signIn(email)).code).toBe('RATE_LIMITED');
    expect(guesses()).toBe(before);
    expect(await signIn(email, PASSWORD, { cookie: device })).toMatchObject({
      code: 'SIGNED_IN',
      userId: id,
    });
    expect((await signIn((await somebody()).email)).code).toBe('SIGNED_IN');
  });

  it('signs in at the very address that the guesses come from', async () => {
    const { email } = await somebody();
    const address = newAddress();
    const { device } = await signIn(email, PASSWORD, { address });
    expect(await codesOf(5, email, WRONG, () => ({ address }))).toEqual(refusedAfter(3, 5));
    expect((await signIn(email, PASSWORD, { address, cookie: device })).code).toBe('SIGNED_IN');
  });

  it('has a bucket of its own, wherever it is, and uses up nobody else’s', async () => {
    const { email } = await somebody();
    const { device } = await signIn(email);
    expect(await codesOf(12, email, WRONG, () => ({ cookie: device }))).toEqual(refusedAfter(3, 12));
    expect((await signIn(email, PASSWORD, { cookie: device })).code).toBe('RATE_LIMITED');
    expect((await signIn(email)).code).toBe('SIGNED_IN');
  });

  it('is still subject to the limit of the address', async () => {
    const { email } = await somebody();
    const { device } = await signIn(email);
    const address = newAddress();
    for (let n = 0; n < 31; n++) await signIn(`someone.${n}@example.org`, WRONG, { address });
    expect((await signIn(email, PASSWORD, { address, cookie: device })).code).toBe('RATE_LIMITED');
  });

  it('is known to its own account alone', async () => {
    const [victim, attacker] = [await somebody(), await somebody()];
    const { device } = await signIn(attacker.email);
    await codesOf(8, victim.email, WRONG, () => ({ cookie: device }));
    expect((await signIn(victim.email, PASSWORD, { cookie: device })).code).toBe('RATE_LIMITED');
  });

  it.each([
    ['an id of one’s own', (value: string) => `${'A'.repeat(22)}.${value.split('.')[1]}`],
    ['another signature', (value: string) => `${value.split('.')[0]}.${'A'.repeat(43)}`],
    ['a cut signature', (value: string) => value.slice(0, -4)],
    ['no signature', (value: string) => value.split('.')[0]],
    ['nothing', () => ''],
    ['separators', () => '~~.~..~.'],
  ])('is not known by a cookie with %s', async (_, forge) => {
    const { email } = await somebody();
    const { device = '' } = await signIn(email);
    await codesOf(8, email, WRONG);
    const [name, value = ''] = device.split('=');
    const cookie = `${name}=${forge(value)}`;
    expect((await signIn(email, PASSWORD, { cookie })).code).toBe('RATE_LIMITED');
    expect((await signIn(email, PASSWORD, { cookie: device })).code).toBe('SIGNED_IN');
  });
});

describe('the device cookie', () => {
  it('lasts a year, out of reach of scripts and other sites, after the session’s', async () => {
    const { cookies } = await signIn((await somebody()).email);
    expect(cookies).toHaveLength(2);
    expect(cookies[0]).toMatch(/^parkgate=/);
    const [pair, ...attributes] = cookies[1]?.split('; ') ?? [];
    expect(pair).toMatch(/^parkgate-device=[\w-]{22}\.[\w-]{43}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=31536000', 'Path=/', 'SameSite=Lax']);
  });

  it('behind https is Secure and bound to its host', async () => {
    const { email } = await somebody();
    const { cookies, device } = await signIn(email, PASSWORD, { through: other });
    expect(cookies[1]).toMatch(/^__Host-parkgate-device=.*; Secure/);
    await codesOf(8, email, WRONG);
    const again = (cookie = '') => signIn(email, PASSWORD, { through: other, cookie });
    expect((await again(device?.replace('__Host-', ''))).code).toBe('RATE_LIMITED');
    expect((await again(device)).code).toBe('SIGNED_IN');
  });

  it('is no session', async () => {
    const { device = '' } = await signIn((await somebody()).email);
    const value = device.split('=')[1] ?? '';
    for (const part of [value, ...value.split('.')]) {
      const attempts = [
        await gateway.client(part).send(WhoAmIDocument),
        await gateway.client().send(WhoAmIDocument, {}, { cookie: `parkgate=${part}` }),
        await gateway.client().send(WhoAmIDocument, {}, { cookie: device }),
      ];
      for (const { data } of attempts) expect(data?.viewer).toBeNull();
    }
  });

  it('keeps the id of a device, and the marks of the last five accounts', async () => {
    const accounts: string[] = [];
    for (let n = 0; n < 6; n++) accounts.push((await somebody()).email);
    let cookie: string | undefined;
    for (const email of accounts) cookie = (await signIn(email, PASSWORD, { cookie })).device;
    const marks = cookie?.split('=')[1]?.split('~') ?? [];
    expect(marks).toHaveLength(5);
    const again = await signIn(accounts[1] ?? '', PASSWORD, { cookie });
    expect(again.device?.split('=')[1]?.split('~')).toEqual([marks[4], ...marks.slice(0, 4)]);
    for (const email of accounts) await codesOf(8, email, WRONG);
    const codes = [];
    for (const email of accounts) codes.push((await signIn(email, PASSWORD, { cookie: again.device })).code);
    expect(codes).toEqual(['RATE_LIMITED', ...Array(5).fill('SIGNED_IN')]);
  });

  it('holds the mark of each account that one operation signs in', async () => {
    const [first, second] = [await somebody(), await somebody()];
    const query = `mutation { ${[first, second]
      .map(
        ({ email }, n) =>
          `a${n}: signIn(input: { email: "${email}", password: "${PASSWORD}" }) { sessionToken }`,
      )
      .join(' ')} }`;
    const { errors, headers } = await gateway.client().send(query, {}, headersOf({}));
    expect(errors).toEqual([]);
    const cookies = headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    expect(cookies[1]).toMatch(/^parkgate-device=[\w.-]+~[\w.-]+;/);
  });
});

it('200 rightful sign-ins of one account at one address are never refused, and each is counted', async () => {
  const { email } = await somebody();
  const headers = headersOf({});
  for (let n = 0; n < 2; n++) {
    gateway.takeStatements();
    const { errors } = await sendAliased(100, email, PASSWORD, headers);
    expect(errors).toEqual([]);
    const counting = gateway
      .takeStatements()
      .filter((statement) => /^insert into "rate_limits"/.test(statement));
    // The first is from an unknown device: three limits, and three points given back. It is known from then on.
    // The first from an unknown device with its three limits, those after it from a known one with two; and each gave back.
    expect(counting).toHaveLength(3 * 2 + 99 * 4);
  }
  expect((await signIn(email, PASSWORD, { address: headers['x-forwarded-for'] })).code).toBe('SIGNED_IN');
});

it('when the counters can’t be reached, nothing is tried', async () => {
  const { email } = await somebody();
  gateway.onStatement((statement) => {
    if (statement.includes('rate_limits')) throw Object.assign(new Error('gone'), { code: '57P01' });
  });
  expect((await signIn(email)).code).toBe('SERVICE_UNAVAILABLE');
  expect(guesses()).toBe(0);
});

it('a sign-in whose points can’t be given back has succeeded', async () => {
  const { email } = await somebody();
  let count = 0;
  gateway.onStatement((statement) => {
    if (!statement.includes('rate_limits')) return;
    count += 1;
    if (count > 3) throw Object.assign(new Error('gone'), { code: '57P01' });
  });
  expect((await signIn(email)).code).toBe('SIGNED_IN');
});

describe('the current password, asked for before a change', () => {
  const change = async (person: Person, currentPassword: string, newPassword: string) => {
    const client = await gateway.signInAs(person.uuid);
    const { errors } = await client.send(ChangePasswordDocument, { input: { currentPassword, newPassword } });
    return errors[0]?.extensions;
  };

  it('can be guessed a few times, whatever the session', async () => {
    const person = await somebody();
    for (let n = 0; n < 3; n++)
      expect(await change(person, WRONG, 'a whole new password')).toMatchObject({ field: 'currentPassword' });
    expect(await change(person, PASSWORD, 'a whole new password')).toEqual({
      code: 'RATE_LIMITED',
      retryAfterSeconds: expect.any(Number),
    });
    expect(guesses()).toBe(3);
    expect((await signIn(person.email)).code).toBe('SIGNED_IN');
  });

  it('costs nothing when it is right', async () => {
    const person = await somebody();
    const passwords = [PASSWORD, ...Array.from({ length: 5 }, (_, n) => `a whole new password ${n}`)];
    for (let n = 0; n < 5; n++) {
      const refusal = await change(person, passwords[n] ?? '', passwords[n + 1] ?? '');
      expect(refusal).toBeUndefined();
    }
  });
});
