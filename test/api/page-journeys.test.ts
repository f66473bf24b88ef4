import { afterAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import { type Language, translator } from '../../src/identity/translator.ts';
import {
  membershipsOf,
  newAddress,
  newestMail,
  PASSWORD,
  secretOf,
  shownMail,
  storedInvitations,
} from '../kit/accounts.ts';
import {
  InviteMemberDocument,
  InvitePlatformCustomerDocument,
  RequestEmailChangeDocument,
  WhoAmIDocument,
} from '../kit/generated/operations.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';
import { Visitor } from '../kit/visitor.ts';

const { gateway, story, organizations, ofAcme, ofBorealis, people, as } = await startWithTenants();
const { database } = gateway;
const passwordHash = await hashPassword(PASSWORD);

afterAll(() => gateway.close());

const pages = (language: Language) => translator(language, 'pages');

/** The path of the link in the newest mail to an address. */
async function mailedLink(address: string, path: string): Promise<string> {
  return `${path}?token=${secretOf(await newestMail(database, address))}`;
}

type Invite = (email: string) => Promise<unknown>;

const invite: Record<'PLATFORM' | 'ORGANIZATION' | 'COOPERATION', Invite> = {
  PLATFORM: async (email) =>
    (await as(people.administrator)).get(InvitePlatformCustomerDocument, {
      input: { email, language: 'FR' },
    }),
  ORGANIZATION: async (email) =>
    (await as(ofAcme.ADMIN)).get(InviteMemberDocument, {
      input: { organizationId: organizations.acme.id, email, role: 'MODERATOR', language: 'FR' },
    }),
  COOPERATION: async (email) =>
    (await as(ofAcme.ADMIN)).get(
      'mutation ($input: InviteCooperationInput!) { inviteCooperation(input: $input) { cooperation { id } } }',
      { input: { email, language: 'FR' } },
    ),
};
type Kind = keyof typeof invite;
const KINDS = Object.keys(invite) as Kind[];

async function invitationLink(kind: Kind, email: string): Promise<string> {
  await invite[kind](email);
  return mailedLink(email, '/invitation');
}

const browser = (language = 'en') => new Visitor(gateway.origin, language);

/** What the session of a browser answers to a first query. */
const whoIs = ({ session }: Visitor) => gateway.client(session).get(WhoAmIDocument);

const DETAILS = {
  'organization.name': 'Énergie du Sud',
  'organization.contactEmail': 'bureau@sud.example',
  'organization.country': 'FR',
  portfolioName: 'Premier',
};

/** A person with the password, in no organization. */
async function loner(): Promise<Person> {
  const person = story.person('Loner', { email: newAddress('loner'), passwordHash });
  await story.store(database);
  return person;
}

async function registerBy(visitor: Visitor, link: string, email: string): Promise<void> {
  await visitor.open(link);
  const sent = await visitor.press('register', { name: 'Zoé', password: PASSWORD, language: 'PT' });
  expect(sent).toMatchObject({ status: 200, lang: 'pt-PT', heading: pages('PT')('sent.title') });
  expect(sent.text).toContain(email);
  expect(shownMail((await newestMail(database, email)) as never)).toMatchObject({
    template: 'VERIFICATION',
    language: 'PT',
    params: { name: 'Zoé' },
  });
}

/** Where an acceptance of each kind leaves its acceptor. */
const outcome = (kind: Kind, email: string) => ({
  viewer: {
    user: { email },
    membership: { role: kind === 'ORGANIZATION' ? 'MODERATOR' : 'ADMIN', status: 'ACTIVE' },
    organization: { name: kind === 'ORGANIZATION' ? 'Acme Energy' : 'Énergie du Sud' },
  },
});

const statusOf = async (email: string) =>
  (await storedInvitations(database)).filter((each) => each.email === email).map(({ status }) => status);

describe.each(KINDS)('%s', (kind) => {
  it('a new user registers, verifies in the same browser, and is in', async () => {
    const email = newAddress();
    const visitor = browser();
    const link = await invitationLink(kind, email);
    await registerBy(visitor, link, email);
    const verify = await visitor.open(await mailedLink(email, '/verify'));
    expect(verify).toMatchObject({ status: 200, lang: 'pt-PT', actions: [''] });
    expect(verify.text).toContain(email);
    expect(visitor.session).toBeNull();
    const next = await visitor.press('');
    if (kind === 'ORGANIZATION') {
      expect(next).toMatchObject({ status: 200, lang: 'pt-PT', redirects: ['verify?done=verified'] });
      expect(next.text).toContain(pages('PT')('accepted.member', { organizationName: 'Acme Energy' }));
    } else {
      expect(next.redirects).toEqual([link.slice(1)]);
      expect(next).toMatchObject({ status: 200, lang: 'fr', actions: ['accept', 'decline'] });
      const done = await visitor.press('accept', DETAILS);
      expect(done).toMatchObject({ status: 200, lang: 'pt-PT', heading: pages('PT')('accepted.title') });
      expect(done.text).toContain('Énergie du Sud');
      expect(done.redirects).toEqual([
        `invitation?done=${kind === 'COOPERATION' ? 'cooperation' : 'member'}`,
      ]);
    }
    expect(await whoIs(visitor)).toMatchObject(outcome(kind, email));
    expect([...visitor.cookies.keys()].sort()).toEqual(['parkgate', 'parkgate-device']);
    expect((await visitor.open(link)).status).toBe(404);
    expect(await statusOf(email)).toEqual(['ACCEPTED']);
  });

  it('a new user verifies in another browser, and opens the first link again', async () => {
    const email = newAddress();
    const link = await invitationLink(kind, email);
    await registerBy(browser(), link, email);
    const other = browser();
    await other.open(await mailedLink(email, '/verify'));
    const next = await other.press('');
    expect(next.redirects).toEqual(['verify?done=verified']);
    if (kind !== 'ORGANIZATION') {
      expect(next.text).toContain(pages('PT')('verified.openAgain'));
      expect(await other.open(link)).toMatchObject({ actions: ['accept', 'decline'] });
      await other.press('accept', DETAILS);
    }
    expect(await whoIs(other)).toMatchObject(outcome(kind, email));
  });

  it('a user without organization signs in and accepts', async () => {
    const { email } = await loner();
    const visitor = browser();
    const link = await invitationLink(kind, email);
    expect(await visitor.open(link)).toMatchObject({ lang: 'fr', actions: ['sign-in', 'decline'] });
    const signedIn = await visitor.press('sign-in', { password: PASSWORD });
    expect(signedIn).toMatchObject({
      status: 200,
      redirects: [link.slice(1)],
      actions: ['accept', 'decline'],
    });
    const done = await visitor.press('accept', kind === 'ORGANIZATION' ? {} : DETAILS);
    expect(done).toMatchObject({ status: 200, heading: pages('EN')('accepted.title') });
    expect(await whoIs(visitor)).toMatchObject(outcome(kind, email));
  });

  it('a member of another organization leaves it first, or accepts for it', async () => {
    const organization = story.organization(`Former of ${kind}`);
    story.member(organization, 'ADMIN', { name: `Other admin of ${kind}` });
    const member = story.member(organization, 'ADMIN', {
      name: `Admin of ${kind}`,
      email: newAddress('member'),
      passwordHash,
    });
    await story.store(database);
    const visitor = browser();
    await visitor.open(await invitationLink(kind, member.email));
    await visitor.press('sign-in', { password: PASSWORD });
    if (kind === 'COOPERATION') {
      const done = await visitor.press('accept');
      expect(done.text).toContain(`The cooperation has been accepted for Former of ${kind}.`);
      expect((await whoIs(visitor)).viewer?.organization?.name).toBe(`Former of ${kind}`);
      return;
    }
    expect(visitor.page).toMatchObject({ actions: ['leave', 'decline'] });
    expect(visitor.page?.text).toContain(`Former of ${kind}`);
    const left = await visitor.press('leave', { confirm: 'yes' });
    expect(left).toMatchObject({ status: 200, actions: ['accept', 'decline'] });
    expect(await membershipsOf(database, member.uuid)).toEqual([]);
    await visitor.press('accept', kind === 'ORGANIZATION' ? {} : DETAILS);
    expect(await whoIs(visitor)).toMatchObject(outcome(kind, member.email));
  });

  it('whoever is signed in with another address signs out, and goes on', async () => {
    const email = newAddress();
    const visitor = browser();
    visitor.cookies.set('parkgate', (await gateway.signInAs(ofBorealis.MEMBER.uuid)).token ?? '');
    await visitor.open(await invitationLink(kind, email));
    expect(visitor.page?.actions).toEqual(['sign-out', 'decline']);
    for (const address of [email, ofBorealis.MEMBER.email]) expect(visitor.page?.text).toContain(address);
    const { session } = visitor;
    expect(await visitor.press('sign-out')).toMatchObject({ status: 200, actions: ['register', 'decline'] });
    expect(visitor.session).toBeNull();
    expect((await gateway.client(session).get(WhoAmIDocument)).viewer).toBeNull();
  });

  it('can be declined in every state, without an account too', async () => {
    for (const person of [null, await loner(), ofBorealis.ADMIN]) {
      const email = person === ofBorealis.ADMIN || person === null ? newAddress() : person.email;
      const visitor = browser();
      if (person) visitor.cookies.set('parkgate', (await gateway.signInAs(person.uuid)).token ?? '');
      const link = await invitationLink(kind, email);
      await visitor.open(link);
      const declined = await visitor.press('decline');
      expect(declined).toMatchObject({
        status: 200,
        lang: 'fr',
        redirects: ['invitation?done=declined&lang=FR'],
      });
      expect((await visitor.open(link)).status).toBe(404);
      expect(await statusOf(email)).toEqual(['DECLINED']);
    }
  });
});

describe('the mail that verifies an address', () => {
  it('is sent again from the page, and the earlier link goes dead', async () => {
    const email = newAddress();
    const visitor = browser();
    await registerBy(visitor, await invitationLink('ORGANIZATION', email), email);
    const first = await mailedLink(email, '/verify');
    const again = await visitor.press('resend');
    expect(again).toMatchObject({ status: 200, lang: 'pt-PT', actions: ['resend', 'decline'] });
    expect(again.text).toContain(pages('PT')('sent.again'));
    const second = await mailedLink(email, '/verify');
    expect(second).not.toBe(first);
    expect((await visitor.open(first)).status).toBe(404);
    await visitor.open(second);
    expect((await visitor.press('')).text).toContain('Acme Energy');
    expect((await visitor.open(second)).status).toBe(404);
  });

  it('leads on to the invitation only if that is open, and for the same address', async () => {
    const email = newAddress();
    const link = await invitationLink('PLATFORM', email);
    const stranger = await invitationLink('ORGANIZATION', newAddress());
    const visitor = browser();
    await registerBy(visitor, link, email);
    visitor.cookies.set('parkgate-invitation', stranger.split('=')[1] ?? '');
    await visitor.open(await mailedLink(email, '/verify'));
    const next = await visitor.press('');
    expect(next.redirects).toEqual(['verify?done=verified']);
    expect(visitor.cookies.has('parkgate-invitation')).toBe(false);
  });

  it('that was sent to a page which is not ours is not obeyed', async () => {
    const email = newAddress();
    await registerBy(browser(), await invitationLink('ORGANIZATION', email), email);
    const token = (await mailedLink(email, '/verify')).split('=')[1] ?? '';
    const before = await storedState(database);
    const foreign = await browser().post('/verify', { token }, { origin: 'http://evil.example' });
    expect(foreign.status).toBe(403);
    expect(await storedState(database)).toEqual(before);
  });
});

describe('a change of address', () => {
  async function requested() {
    const person = await loner();
    const client = await gateway.signInAs(person.uuid);
    const newEmail = newAddress('moved');
    await client.get(RequestEmailChangeDocument, { input: { newEmail, password: PASSWORD } });
    return { person, client, newEmail, link: await mailedLink(newEmail, '/verify') };
  }

  it('is confirmed with a button by whoever is signed in, and signs in anew', async () => {
    const { person, client, newEmail, link } = await requested();
    const visitor = browser('de');
    visitor.cookies.set('parkgate', client.token ?? '');
    const shown = await visitor.open(link);
    expect(shown.text).toContain(newEmail);
    expect(visitor.value('password')).toBeUndefined();
    const changed = await visitor.press('');
    expect(changed).toMatchObject({
      status: 200,
      heading: pages('EN')('changed.title'),
      redirects: ['verify?done=changed'],
    });
    expect(changed.text).toContain(newEmail);
    expect(await whoIs(visitor)).toMatchObject({ viewer: { user: { id: person.id, email: newEmail } } });
    expect((await client.get(WhoAmIDocument)).viewer).toBeNull();
  });

  it('asks everybody else to sign in, and tells them nothing of the account', async () => {
    const { person, newEmail, link } = await requested();
    const visitor = browser();
    visitor.cookies.set('parkgate', (await gateway.signInAs(ofBorealis.MEMBER.uuid)).token ?? '');
    for (const each of [visitor, browser()]) {
      const { text } = await each.open(link);
      expect(text).toContain(newEmail);
      for (const secret of [person.email, person.name]) expect(text).not.toContain(secret);
    }
    const wrong = await visitor.press('', { email: person.email, password: 'not the right one' });
    expect(wrong.status).toBe(403);
    expect(wrong.text).toContain(pages('EN')('fault.signIn'));
    expect(visitor.value('email')).toBe(person.email);
    const stranger = await loner();
    const other = await visitor.press('', { email: stranger.email, password: PASSWORD });
    expect(other.status).toBe(403);
    expect(other.text).toContain(pages('EN')('fault.otherAccount'));
    const changed = await visitor.press('', { email: person.email, password: PASSWORD });
    expect(changed).toMatchObject({ status: 200, heading: pages('EN')('changed.title') });
    expect(await whoIs(visitor)).toMatchObject({ viewer: { user: { id: person.id, email: newEmail } } });
  });
});

describe('a forgotten password', () => {
  it('is set anew on the way through an invitation', async () => {
    const { email } = await loner();
    const visitor = browser();
    const link = await invitationLink('ORGANIZATION', email);
    const { html } = await visitor.open(link);
    expect(html).toContain('<a href="reset-password?lang=FR">');
    await visitor.open('/reset-password?lang=FR');
    const sent = await visitor.press('', { email: ` ${email.toUpperCase()} ` });
    expect(sent).toMatchObject({ status: 200, lang: 'fr', redirects: ['reset-password?done=sent&lang=FR'] });
    const reset = await mailedLink(email, '/reset-password');
    await visitor.open(reset);
    const refused = await visitor.press('', { newPassword: 'too short' });
    expect(refused).toMatchObject({ status: 400, actions: [''] });
    expect(refused.html).toContain('href="#newPassword"');
    const done = await visitor.press('', { newPassword: 'an altogether new password' });
    expect(done).toMatchObject({ status: 200, heading: pages('EN')('resetDone.title') });
    expect((await visitor.open(reset)).status).toBe(404);
    await visitor.open(link);
    expect((await visitor.press('sign-in', { password: PASSWORD })).status).toBe(403);
    expect((await visitor.press('sign-in', { password: 'an altogether new password' })).actions).toEqual([
      'accept',
      'decline',
    ]);
  });

  it('is asked for with the same answer for every address', async () => {
    const { email } = await loner();
    const answers = [];
    for (const address of [email, newAddress('nobody'), 'no address', '', 'x'.repeat(5_000)]) {
      const visitor = browser();
      await visitor.open('/reset-password');
      const { status, html, redirects } = await visitor.press('', { email: address });
      answers.push({ status, html, redirects });
    }
    expect(answers[0]?.status).toBe(200);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });
});
