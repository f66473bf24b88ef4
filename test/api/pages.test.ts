import { eq } from 'drizzle-orm';
import { afterAll, describe, expect, it } from 'vitest';
import { invitations } from '../../src/db/schema/invitations.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { newSecret } from '../../src/identity/secret.ts';
import { LANGUAGE_TAGS, type Language, translator } from '../../src/identity/translator.ts';
import {
  changeUser,
  endMember,
  mailsOf,
  newAddress,
  newestMail,
  PASSWORD,
  secretOf,
  storeInvitation,
} from '../kit/accounts.ts';
import { startTestGateway } from '../kit/gateway.ts';
import {
  DeclineInvitationDocument,
  RequestPasswordResetDocument,
  ResendInvitationDocument,
  RevokeInvitationDocument,
} from '../kit/generated/operations.ts';
import { inOneGo } from '../kit/rows.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';
import { Visitor } from '../kit/visitor.ts';

const world = await startWithTenants();
const { gateway, story, organizations, ofAcme, ofBorealis, people, as } = world;
const { database, origin } = gateway;
const passwordHash = await hashPassword(PASSWORD);
const secrets: string[] = [];

afterAll(async () => {
  const log = gateway.log();
  await gateway.close();
  expect(secrets.length).toBeGreaterThan(0);
  for (const secret of [...secrets, PASSWORD]) expect(log).not.toContain(secret);
});

/** An open invitation; into Acme as a MEMBER unless it says otherwise. */
async function invited(row: Partial<Parameters<typeof storeInvitation>[1]> = {}) {
  const type = row.type ?? 'ORGANIZATION';
  const isPlatform = type === 'PLATFORM';
  const stored = await storeInvitation(database, {
    type,
    invitedById: isPlatform ? people.administrator.uuid : ofAcme.ADMIN.uuid,
    organizationId: isPlatform ? null : organizations.acme.uuid,
    role: type === 'ORGANIZATION' ? 'MEMBER' : null,
    ...row,
  });
  secrets.push(stored.secret);
  return { ...stored, address: `/invitation?token=${stored.secret}` };
}

/** An invitation to cooperate with Acme. */
async function invitedToCooperate(email: string) {
  await (await as(ofAcme.ADMIN)).get(
    'mutation ($input: InviteCooperationInput!) { inviteCooperation(input: $input) { cooperation { id } } }',
    { input: { email } },
  );
  const secret = secretOf(await newestMail(database, email));
  secrets.push(secret);
  return { email, secret, address: `/invitation?token=${secret}` };
}

const visitor = (language?: string) => new Visitor(origin, language);

/** A browser in which somebody is signed in. */
async function visitorAs(person: Person): Promise<Visitor> {
  const browser = visitor();
  browser.cookies.set('parkgate', (await as(person)).token ?? '');
  return browser;
}

/** A person with the password, in no organization. */
async function somebody(account: Parameters<typeof story.person>[1] = {}): Promise<Person> {
  const person = story.person('Somebody', { email: newAddress('somebody'), passwordHash, ...account });
  await story.store(database);
  return person;
}

const pages = (language: Language) => translator(language, 'pages');

describe('a link that is not good', () => {
  const dead: Record<string, () => Promise<string>> = {
    unknown: async () => newSecret(),
    malformed: async () => '<script>\0%00',
    empty: async () => '',
    huge: async () => 'x'.repeat(8_000),
    expired: async () => (await invited({ expiresAt: new Date(Date.now() - 1_000) })).secret,
    revoked: async () => {
      const { id, secret } = await invited();
      await (await as(ofAcme.ADMIN)).get(RevokeInvitationDocument, { invitationId: id });
      return secret;
    },
    'sent again': async () => {
      const { id, secret } = await invited();
      await (await as(ofAcme.ADMIN)).get(ResendInvitationDocument, { invitationId: id });
      return secret;
    },
    declined: async () => {
      const { secret } = await invited();
      await gateway.client().get(DeclineInvitationDocument, { token: secret });
      return secret;
    },
    used: async () => {
      const person = await somebody();
      const { secret, address } = await invited({ email: person.email });
      const browser = await visitorAs(person);
      await browser.open(address);
      await browser.press('accept');
      return secret;
    },
  };

  it.each(Object.keys(dead))(
    '%s: the same page as any other, in the language of the browser',
    async (kind) => {
      const token = await (dead[kind] as () => Promise<string>)();
      for (const language of ['de-AT,de;q=0.9,en;q=0.5', undefined]) {
        const browser = visitor(language);
        const { html: reference } = await browser.open('/invitation');
        expect(reference).toContain(pages(language ? 'DE' : 'EN')('dead.title'));
        for (const path of ['/invitation', '/verify', '/reset-password']) {
          const shown = await browser.open(`${path}?token=${encodeURIComponent(token)}`);
          expect({ path, status: shown.status, html: shown.html }).toEqual({
            path,
            status: 404,
            html: reference,
          });
        }
        const before = await storedState(database);
        for (const action of ['register', 'sign-in', 'accept', 'decline', 'resend', 'sign-out', 'leave']) {
          const typed = { action, token, name: 'Somebody', password: PASSWORD, language: 'EN' };
          const { status, html } = await browser.post('/invitation', typed);
          expect({ action, status, html }).toEqual({ action, status: 404, html: reference });
        }
        for (const path of ['/verify', '/reset-password']) {
          const { status, html } = await browser.post(path, { token, newPassword: PASSWORD });
          expect({ path, status, html }).toEqual({ path, status: 404, html: reference });
        }
        expect(await storedState(database)).toEqual(before);
      }
    },
  );

  it('is the same to somebody who is signed in, and gives no cookie', async () => {
    const { html } = await visitor().open('/invitation?token=unknown');
    const shown = await (await visitorAs(ofAcme.ADMIN)).open('/invitation?token=unknown');
    expect(shown.html).toBe(html);
    expect(shown.headers.getSetCookie()).toEqual([]);
  });

  it('one of another kind is not good either', async () => {
    const person = await somebody();
    const [mail] = await mailsOf(database, () =>
      gateway.client().get(RequestPasswordResetDocument, { email: person.email }),
    );
    const reset = secretOf(mail);
    secrets.push(reset);
    for (const address of [`/invitation?token=${reset}`, `/verify?token=${reset}`]) {
      expect((await visitor().open(address)).status).toBe(404);
    }
    expect((await visitor().open(`/reset-password?token=${reset}`)).status).toBe(200);
    const { secret } = await invited();
    expect((await visitor().open(`/reset-password?token=${secret}`)).status).toBe(404);
  });
});

describe('opening a page', () => {
  it('changes nothing, by GET and by HEAD, however often', async () => {
    const person = await somebody();
    const browser = visitor();
    const { address, email } = await invited();
    await browser.open(address);
    await browser.press('register', { name: 'Newcomer', password: PASSWORD });
    await gateway.client().get(RequestPasswordResetDocument, { email: person.email });
    const verification = secretOf(await newestMail(database, email));
    const reset = secretOf(await newestMail(database, person.email));
    secrets.push(verification, reset);
    const before = await storedState(database);
    for (const path of [address, `/verify?token=${verification}`, `/reset-password?token=${reset}`]) {
      for (const method of ['GET', 'HEAD', 'GET']) {
        const { status, html } = await visitor().open(path, { method });
        expect(status).toBe(200);
        expect(html === '').toBe(method === 'HEAD');
      }
      const action = { action: 'decline', done: 'declined', confirm: 'yes' };
      await visitor().open(`${path}&${new URLSearchParams(action)}`);
    }
    expect(await storedState(database)).toEqual(before);
    expect((await visitor().open(`/verify?token=${verification}`)).status).toBe(200);
  });

  it('tells browsers to load, run, frame and keep nothing', async () => {
    const { address } = await invited();
    const paths = [
      address,
      '/invitation?token=unknown',
      '/invitation?done=declined',
      '/verify?done=verified',
    ];
    for (const path of [...paths, '/reset-password', '/reset-password?done=sent']) {
      const { headers, html } = await visitor().open(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(
        /^default-src 'none'; style-src 'sha256-[\w+/=]{44}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
      );
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-robots-tag': 'noindex, nofollow',
      });
      expect(html).not.toMatch(/<script|<link|<img|<iframe|\sstyle=|\son\w+=|\ssrc=|https?:/i);
      // Relative, so that a path that a proxy takes away is kept.
      const addresses = [...html.matchAll(/(?:href|action)="([^"]*)"/g)].map(([, each]) => each);
      for (const each of addresses) expect(each).toMatch(/^(?:[a-z-]+(?:\?lang=[A-Z]{2})?|#[\w.]+)$/);
    }
  });

  it('can be read: a language, a title, one heading, a label for each field', async () => {
    const person = await somebody();
    const { address } = await invited({ type: 'PLATFORM', email: person.email });
    for (const browser of [await visitorAs(person), visitor(), await visitorAs(ofAcme.ADMIN)]) {
      const { html, heading } = await browser.open(address);
      expect(html).toMatch(/<title>.+ – Parkgate<\/title>/);
      expect(html.match(/<h1>/g)).toHaveLength(1);
      expect(heading).toBe('You are invited to Parkgate');
      const ids = [...html.matchAll(/<(?:input|select|textarea) (?!type="hidden")[^>]*>/g)].map(
        ([field]) => / ?id="([^"]+)"/.exec(field)?.[1],
      );
      for (const id of ids) expect(html).toContain(`<label for="${id}">`);
      expect(new Set(ids).size).toBe(ids.length);
      for (const [field] of html.matchAll(/<(?:input|select|textarea) (?!type="hidden")[^>]*>/g)) {
        expect(field).toMatch(/ autocomplete="[a-z-]+"/);
      }
    }
  });
});

describe('the page of an invitation', () => {
  it.each(Object.keys(LANGUAGE_TAGS) as Language[])(
    'speaks the language of the invitation: %s',
    async (language) => {
      const { address, email } = await invited({ language, role: 'ASSET_MANAGER_TECHNICAL' });
      const shown = await visitor('it,de').open(address);
      expect(shown).toMatchObject({
        status: 200,
        lang: LANGUAGE_TAGS[language],
        heading: pages(language)('invitation.ORGANIZATION.title', { organizationName: 'Acme Energy' }),
        actions: ['register', 'decline'],
      });
      expect(shown.headers.get('content-language')).toBe(LANGUAGE_TAGS[language]);
      for (const text of [email, translator(language, 'mail')('role.ASSET_MANAGER_TECHNICAL')]) {
        expect(shown.text).toContain(text);
      }
    },
  );

  it('says until when it is good', async () => {
    const { address } = await invited({ language: 'FR', expiresAt: new Date('2031-05-04T03:02:01Z') });
    expect((await visitor().open(address)).text).toMatch(/Valable jusqu’au 4 mai 2031 à 03:02 UTC/);
  });

  const newcomer = () => newAddress();
  const states: Record<
    string,
    { who: () => Promise<Visitor>; email: () => Promise<string>; actions: string[] }
  > = {
    'nobody is signed in, and the address has no account': {
      who: async () => visitor(),
      email: async () => newcomer(),
      actions: ['register'],
    },
    'nobody is signed in, and the address has an account': {
      who: async () => visitor(),
      email: async () => (await somebody()).email,
      actions: ['sign-in'],
    },
    'nobody is signed in, and the account was never verified': {
      who: async () => visitor(),
      email: async () => {
        const person = await somebody();
        await changeUser(database, person.uuid, { verifiedAt: null });
        return person.email;
      },
      actions: ['register'],
    },
    'somebody else is signed in': {
      who: () => visitorAs(ofBorealis.MEMBER),
      email: async () => newcomer(),
      actions: ['sign-out'],
    },
  };

  it.each(Object.keys(states))('offers what comes next when %s', async (state) => {
    const { who, email, actions } = states[state] as (typeof states)[string];
    const { address } = await invited({ email: await email() });
    expect(await (await who()).open(address)).toMatchObject({
      status: 200,
      actions: [...actions, 'decline'],
    });
  });

  it('offers accepting to the invited, and asks for the details where it makes an organization', async () => {
    const person = await somebody();
    const browser = await visitorAs(person);
    const toAcme = await invited({ email: person.email });
    const toPlatform = await invited({ email: person.email, type: 'PLATFORM' });
    const toPartner = await invitedToCooperate(person.email);
    expect(await browser.open(toAcme.address)).toMatchObject({ actions: ['accept', 'decline'] });
    expect(browser.value('organization.name')).toBeUndefined();
    for (const { address } of [toPlatform, toPartner]) {
      expect(await browser.open(address)).toMatchObject({ actions: ['accept', 'decline'] });
      expect(browser.value('organization.name')).toBe('');
      expect(browser.value('organization.country')).toBe('');
    }
  });

  it('tells the member of another organization to leave it first', async () => {
    const browser = await visitorAs(ofBorealis.MEMBER);
    for (const type of ['ORGANIZATION', 'PLATFORM'] as const) {
      const { address } = await invited({ email: ofBorealis.MEMBER.email, type });
      const shown = await browser.open(address);
      expect(shown.actions).toEqual(['leave', 'decline']);
      expect(shown.text).toContain('Borealis Grid');
    }
  });

  it('lets an ADMIN accept a cooperation, and tells other members to have one accept', async () => {
    const member = await invitedToCooperate(ofBorealis.MEMBER.email);
    const colleague = await visitorAs(ofBorealis.MEMBER);
    const shown = await colleague.open(member.address);
    expect(shown.actions).toEqual(['decline']);
    expect(shown.text).toContain('only its administrators can accept it');
    const refused = await colleague.post('/invitation', { action: 'accept', token: member.secret });
    expect(refused).toMatchObject({ status: 403, actions: ['decline'] });
    expect(refused.text).toContain('Only an administrator of your organization can accept this.');
    const toOwn = await invitedToCooperate(newAddress('joined'));
    const joined = story.member(organizations.acme, 'ADMIN', { name: 'Joined', email: toOwn.email });
    await story.store(database);
    const own = await visitorAs(joined);
    await own.open(toOwn.address);
    expect(await own.press('accept')).toMatchObject({ status: 409, actions: ['accept', 'decline'] });
    expect(own.page?.text).toContain('An organization can not cooperate with itself.');
    const admin = await invitedToCooperate(world.ofCirrus.ADMIN.email);
    const browser = await visitorAs(world.ofCirrus.ADMIN);
    const { actions, text } = await browser.open(admin.address);
    expect(actions).toEqual(['accept', 'decline']);
    expect(text).toContain('You accept for Cirrus Power.');
  });

  it('shows names as they are, whatever is in them', async () => {
    const name = `<script>alert(1)</script>"'&amp; {{email}} $t(api)`;
    const organization = story.organization(name);
    const admin = story.member(organization, 'ADMIN', { name: 'Admin of markup' });
    await story.store(database);
    const { address } = await invited({ organizationId: organization.uuid, invitedById: admin.uuid });
    const { html, heading } = await visitor().open(address);
    expect(heading).toBe(`${name} invites you to join`);
    expect(html).not.toMatch(/<script|alert\(1\)<\/s/);
    const browser = await visitorAs(ofBorealis.MEMBER);
    const typed = {
      action: 'register',
      token: address.split('=')[1] ?? '',
      name: `"><script>`,
      language: 'XX',
    };
    const answer = await visitor().post('/invitation', { ...typed, 'organization.name': `"><img src=x>` });
    expect(answer.html).not.toMatch(/<script|<img/);
    expect((await browser.open(`${address}&lang=%22%3E%3Cscript%3E`)).html).not.toContain('<script');
  });
});

describe('a form', () => {
  const cases: [name: string, headers: Record<string, string>, accepted: boolean][] = [
    ['of the page itself', { 'sec-fetch-site': 'same-origin' }, true],
    ['that the person sent again', { 'sec-fetch-site': 'none' }, true],
    ['of the same site', { 'sec-fetch-site': 'same-site' }, false],
    ['of another site', { 'sec-fetch-site': 'cross-site' }, false],
    ['of another site that claims our origin', { 'sec-fetch-site': 'cross-site', origin }, false],
    ['from an old browser, with our origin', { origin }, true],
    ['with the origin of PUBLIC_URL', { origin: 'http://127.0.0.1' }, true],
    ['with another origin', { origin: 'http://evil.example' }, false],
    ['with an origin that begins like ours', { origin: `${origin}.evil.example` }, false],
    ['with our host, but by https', { origin: origin.replace('http:', 'https:') }, false],
    ['without an origin', { origin: 'null' }, false],
    ['of what is no browser', {}, false],
    ['with an empty Sec-Fetch-Site', { 'sec-fetch-site': '', origin }, false],
  ];

  it.each(cases)('%s', async (_name, headers, accepted) => {
    const { secret } = await invited();
    const before = await storedState(database);
    const { status, heading } = await visitor().post(
      '/invitation',
      { action: 'decline', token: secret },
      headers,
    );
    if (accepted) {
      expect({ status, heading }).toEqual({ status: 200, heading: 'You have declined' });
      expect(await storedState(database)).not.toEqual(before);
    } else {
      expect({ status, heading }).toEqual({ status: 403, heading: 'This form came from elsewhere' });
      expect(await storedState(database)).toEqual(before);
    }
  });

  it.each([
    ['an unknown action', 'action=constructor', undefined, 400],
    ['no action', 'token=x', undefined, 400],
    ['two actions', 'action=decline&action=accept', undefined, 400],
    ['no body', '', undefined, 400],
    ['JSON', '{"action":"decline"}', 'application/json', 415],
    ['text', 'action=decline', 'text/plain', 415],
    ['a form in parts', 'x', 'multipart/form-data; boundary=x', 415],
    ['more than 16 KiB', `action=decline&token=${'x'.repeat(16_384)}`, undefined, 413],
  ])('with %s is a page that says no', async (_name, body, type, status) => {
    const before = await storedState(database);
    const response = await fetch(`${origin}/invitation`, {
      method: 'POST',
      headers: {
        'content-type': type ?? 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      },
      body,
    });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('This could not be understood');
    expect(await storedState(database)).toEqual(before);
  });

  it('at /graphql is refused as before', async () => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'apollo-require-preflight': 'yes',
        'sec-fetch-site': 'same-origin',
      },
      body: 'query={__typename}',
    });
    expect(response.status).toBe(415);
  });
});

describe('a refusal', () => {
  it.each([
    ['name', { name: ' ', password: PASSWORD }],
    ['name', { name: 'x'.repeat(201), password: PASSWORD }],
    ['password', { name: 'Ada', password: 'too short' }],
    ['password', { name: 'Ada', password: 'passwordpassword' }],
    ['password', { name: 'Ada', password: 'x'.repeat(1_025) }],
    ['language', { name: 'Ada', password: PASSWORD, language: 'XX' }],
  ])('of a registration is shown at its field: %s', async (field, typed) => {
    const { address, email } = await invited({ language: 'DE' });
    const browser = visitor();
    await browser.open(address);
    const before = await storedState(database);
    const shown = await browser.press('register', typed);
    expect(shown).toMatchObject({ status: 400, lang: 'de', actions: ['register', 'decline'] });
    const message = pages('DE')(`fault.field.${field}`);
    expect(shown.html).toContain(`<a href="#${field}">${message}</a>`);
    expect(shown.html).toMatch(/<title>Fehler: /);
    expect(shown.html).toMatch(/<div role="alert" tabindex="-1" autofocus>/);
    const [tag = ''] = new RegExp(`<(?:input|select) id="${field}"[^>]*>`).exec(shown.html) ?? [];
    expect(tag).toContain(`aria-invalid="true"`);
    expect(tag).toContain(`${field}-fault`);
    expect(shown.html).toContain(`id="${field}-fault">${message}`);
    expect(browser.value('name')).toBe(typed.name);
    expect(browser.value('password')).toBe('');
    expect(shown.html).not.toContain(typed.password);
    expect(shown.text).toContain(email);
    expect(await storedState(database)).toEqual(before);
  });

  it('of the details is shown at their field, and what was typed stays', async () => {
    const person = await somebody();
    const { address } = await invited({ type: 'PLATFORM', email: person.email });
    const browser = await visitorAs(person);
    await browser.open(address);
    const before = await storedState(database);
    const good = {
      'organization.name': 'Nordlicht & Söhne',
      'organization.address': '\nWeg 1\nKiel',
      'organization.country': 'DE',
      portfolioName: 'Wind',
    };
    const faults: Record<string, string> = {
      'organization.name': '',
      portfolioName: 'x'.repeat(201),
      'organization.contactEmail': 'nobody',
      'organization.phone': '1'.repeat(51),
      'organization.address': 'x'.repeat(501),
      'organization.country': 'XX',
      'organization.registrationNumber': 'x'.repeat(101),
      'organization.taxId': 'x'.repeat(101),
    };
    for (const [field, fault] of Object.entries(faults)) {
      const shown = await browser.press('accept', { ...good, [field]: fault });
      expect({ field, status: shown.status }).toEqual({ field, status: 400 });
      expect(shown.html).toContain(`href="#${field}"`);
      expect(shown.html).toContain(`id="${field}-fault"`);
      if (field !== 'organization.name')
        expect(browser.value('organization.name')).toBe(good['organization.name']);
      if (field !== 'organization.address')
        expect(browser.value('organization.address')).toBe(good['organization.address']);
      await browser.open(address);
    }
    expect(await storedState(database)).toEqual(before);
  });

  it('of a sign-in says no more than that', async () => {
    const person = await somebody();
    const { address } = await invited({ email: person.email, language: 'ES' });
    const browser = visitor();
    await browser.open(address);
    const shown = await browser.press('sign-in', { password: 'not the right one' });
    expect(shown).toMatchObject({ status: 403, actions: ['sign-in', 'decline'] });
    expect(shown.html).toContain(`<a href="#password">${pages('ES')('fault.credentials')}</a>`);
    expect(shown.html).not.toContain('not the right one');
    expect(browser.session).toBeNull();
  });

  it('of an acceptance says why: whoever invited may not any more', async () => {
    const person = await somebody();
    const inviter = story.member(organizations.acme, 'ADMIN', { name: 'Leaving admin' });
    await story.store(database);
    const { address } = await invited({ email: person.email, invitedById: inviter.uuid });
    await endMember(database, inviter.uuid);
    const browser = await visitorAs(person);
    await browser.open(address);
    const shown = await browser.press('accept');
    expect(shown).toMatchObject({ status: 403, actions: ['accept', 'decline'] });
    expect(shown.text).toContain('Whoever sent this invitation may not invite any more.');
  });

  it('of leaving: not without the box, and not as the last ADMIN', async () => {
    const { email } = world.ofCirrus.ADMIN;
    const { address } = await invited({ email });
    const browser = await visitorAs(world.ofCirrus.ADMIN);
    await browser.open(address);
    const before = await storedState(database);
    const unticked = await browser.press('leave');
    expect(unticked.status).toBe(400);
    expect(unticked.html).toContain('href="#confirm"');
    const last = await browser.press('leave', { confirm: 'yes' });
    expect(last).toMatchObject({ status: 409, actions: ['leave', 'decline'] });
    expect(last.text).toContain('You are the last administrator');
    expect(await storedState(database)).toEqual(before);
  });

  it('of a demo account is said too', async () => {
    const demo = await somebody({ systemRole: 'DEMO' });
    const { address } = await invited({ email: demo.email });
    const browser = await visitorAs(demo);
    await browser.open(address);
    expect(await browser.press('accept')).toMatchObject({ status: 403 });
    expect(browser.page?.text).toContain('A demo account can only look.');
  });
});

describe('a limit', () => {
  it('is told with the time to wait, in the form that met it', async () => {
    const limited = await startTestGateway({
      database,
      trustedProxies: ['127.0.0.1'],
      limits: { registerByAddress: 1, linkByAddress: 1, resetByAddress: 1 },
    });
    try {
      const { address, email } = await invited({ language: 'IT' });
      const browser = new Visitor(limited.origin, 'fr', { 'x-forwarded-for': '192.0.2.7' });
      await browser.open(address);
      await browser.press('register', { name: 'Ada', password: PASSWORD });
      await browser.open(address);
      const again = await browser.press('register', { name: 'Ada', password: PASSWORD });
      expect(again).toMatchObject({ status: 429, actions: ['register', 'decline'] });
      expect(again.text).toMatch(/Troppi tentativi\. Riprovi tra \d+ minuti\./);
      expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(3_000);
      const person = await somebody();
      const { address: mine } = await invited({ email: person.email });
      await browser.post('/verify', { token: secretOf(await newestMail(database, email)) });
      browser.cookies.set('parkgate', (await as(person)).token ?? '');
      await browser.open(mine);
      expect(await browser.press('accept')).toMatchObject({ status: 429, actions: ['accept', 'decline'] });
      await browser.open('/reset-password');
      await browser.press('', { email: 'one@example.org' });
      await browser.open('/reset-password');
      const reset = await browser.press('', { email: 'two@example.org' });
      expect(reset.status).toBe(429);
      expect(browser.value('email')).toBe('two@example.org');
    } finally {
      await limited.close();
    }
  });
});

describe('what breaks', () => {
  it('is a plain page with the number of the request, and nothing internal', async () => {
    const { address, secret } = await invited();
    const break_ = (sql: string) => {
      if (sql.includes('"invitations"')) throw new Error('a secret of the database');
    };
    gateway.onStatement(break_);
    try {
      const shown = [
        await visitor('pt').open(address),
        await visitor('pt').post('/invitation', { action: 'decline', token: secret }),
      ];
      for (const { status, html, text, heading } of shown) {
        expect({ status, heading }).toEqual({ status: 500, heading: pages('PT')('failed.title') });
        const [requestId = ''] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(text) ?? [];
        expect(gateway.log()).toContain(requestId);
        expect(html).not.toMatch(/secret of the database|\.ts\b|select/);
      }
    } finally {
      gateway.onStatement(null);
    }
    expect((await visitor().open(address)).status).toBe(200);
  });

  it('is called unavailable when the database is', async () => {
    const { address } = await invited();
    gateway.onStatement(() => {
      throw Object.assign(new Error('gone'), { code: '57P01' });
    });
    try {
      expect(await visitor().open(address)).toMatchObject({ status: 503, heading: 'Not available just now' });
    } finally {
      gateway.onStatement(null);
    }
  });
});

describe('behind https', () => {
  it('every cookie is for this host alone', async () => {
    const secure = await startTestGateway({ database, publicUrl: 'https://parks.example' });
    try {
      const { address } = await invited();
      const browser = new Visitor(secure.origin);
      await browser.open(address);
      const token = address.split('=')[1] ?? '';
      const response = await fetch(`${secure.origin}/invitation`, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin: 'https://parks.example',
        },
        body: new URLSearchParams({
          action: 'register',
          token,
          name: 'Ada',
          password: PASSWORD,
          language: 'EN',
        }),
      });
      expect(response.status).toBe(303);
      expect(response.headers.get('location')).toBe(`invitation?token=${token}&sent=yes&lang=EN`);
      expect(response.headers.getSetCookie()).toEqual([
        `__Host-parkgate-invitation=${token}; Max-Age=172800; Path=/; HttpOnly; Secure; SameSite=Lax`,
      ]);
    } finally {
      await secure.close();
    }
  });
});

it('an invitation that is settled while its page is open is told as a dead link', async () => {
  const { address, uuid } = await invited();
  const browser = visitor();
  await browser.open(address);
  await inOneGo(database, (tx) =>
    tx.update(invitations).set({ status: 'REVOKED', settledAt: new Date() }).where(eq(invitations.id, uuid)),
  );
  expect((await browser.press('register', { name: 'Ada', password: PASSWORD })).status).toBe(404);
});
