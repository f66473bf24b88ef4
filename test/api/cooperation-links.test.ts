/** C2, C3, I1: links of invitations to cooperate that are dead, that come alive again, and that can be opened but not accepted. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { dateIn, LANGUAGE_TAGS, type Language, translator } from '../../src/identity/translator.ts';
import { changeMember, newAddress, newestMail, secretOf } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { cooperationJourneys, type SentInvitation } from '../kit/cooperation-journey.ts';
import {
  AcceptInvitationDocument,
  DeclineInvitationDocument,
  InvitationByTokenDocument,
  ResendInvitationDocument,
  RevokeInvitationDocument,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Organization, Person } from '../kit/story.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';
import { Visitor } from '../kit/visitor.ts';

const seen = watchSecrets();
const world = await startWithTenants();
const { gateway, story, organizations, ofAcme } = world;
const { database } = gateway;
const { invite, recipient, remove, expectGone, expectPartners, expectPending } =
  await cooperationJourneys(world);

afterEach(() => gateway.setClock(null));
afterAll(() => gateway.close());

const LANGUAGES = Object.keys(LANGUAGE_TAGS) as Language[];
const DAY = 86_400_000;
const later = (instant: Date, milliseconds: number) => new Date(instant.getTime() + milliseconds);
const linkEnds = ({ mail }: SentInvitation) => new Date(mail.params['expiresAt'] ?? '');

/** Acme's ADMIN, signed in at the instant of the clock. */
const acmeNow = () => gateway.signInAs(ofAcme.ADMIN.uuid);

async function browserOf(person: Person): Promise<Visitor> {
  const visitor = new Visitor(gateway.origin, 'en');
  visitor.cookies.set('parkgate', (await gateway.signInAs(person.uuid)).token ?? '');
  return visitor;
}

/** A link that leads nowhere: the page of any other, nothing of the API, and nothing that it changes. */
async function expectDead(link: string, client: GraphQLClient = gateway.client()): Promise<void> {
  const token = link.split('=')[1] ?? '';
  const before = await storedState(database);
  for (const language of ['de', 'pt-BR']) {
    const visitor = new Visitor(gateway.origin, language);
    const { html: reference } = await visitor.open('/invitation');
    const shown = await visitor.open(link);
    expect({ status: shown.status, html: shown.html }).toEqual({ status: 404, html: reference });
    for (const action of ['accept', 'decline', 'register', 'sign-in', 'resend']) {
      const { status, html } = await visitor.post('/invitation', { action, token });
      expect({ action, status, html }).toEqual({ action, status: 404, html: reference });
    }
  }
  expect(await gateway.client().get(InvitationByTokenDocument, { token })).toEqual({
    invitationByToken: null,
  });
  const input = { token, organization: { name: 'Late' } };
  if (client.token) expect(await client.refusal(AcceptInvitationDocument, { input })).toMatchObject(DEAD);
  expect(await client.refusal(DeclineInvitationDocument, { token })).toMatchObject(DEAD);
  expect(await storedState(database)).toEqual(before);
}
const DEAD = { code: 'NOT_FOUND' };

const expectOpen = async (link: string) =>
  expect(await new Visitor(gateway.origin).open(link)).toMatchObject({ status: 200 });

/** The link of the mail that sending again queued. */
async function resend({ invitationId, email }: SentInvitation, client: GraphQLClient): Promise<string> {
  await client.get(ResendInvitationDocument, { invitationId });
  return `/invitation?token=${secretOf(await newestMail(database, email))}`;
}

/** As the initiator sees an invitation, now. */
async function statusOf({ invitationId: id }: SentInvitation): Promise<unknown> {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Invitation { status expiresAt } } }';
  return (await (await acmeNow()).get<{ node: unknown }, object>(query, { id })).node;
}

const UPDATE =
  'mutation ($input: UpdateCooperationInput!) { updateCooperation(input: $input) { cooperation { expiresAt } } }';

describe('a link is dead', () => {
  it.each(['removed', 'revoked', 'declined'])('once it is %s, to the invited too (C2, C3)', async (how) => {
    const { email, person } = await recipient('ACCOUNT');
    const sent = await invite({ email });
    await expectOpen(sent.link);
    if (how === 'removed') await remove(sent);
    else if (how === 'revoked')
      await (await acmeNow()).get(RevokeInvitationDocument, { invitationId: sent.invitationId });
    else await gateway.client().get(DeclineInvitationDocument, { token: sent.secret });
    await expectGone(sent, how === 'declined' ? 'DECLINED' : 'REVOKED');
    await expectDead(sent.link, await gateway.signInAs(person?.uuid ?? ''));
    expect(
      await (await acmeNow()).refusal(ResendInvitationDocument, { invitationId: sent.invitationId }),
    ).toMatchObject({ code: 'CONFLICT' });
    // The address is free again.
    await expectOpen((await invite({ email })).link);
  });

  it('at the very instant that it expires at; sent again it is alive, and is accepted (I1, C3)', async () => {
    const { email, person, organization } = await recipient('ADMIN');
    const sent = await invite({ email, language: 'ES' });
    const end = linkEnds(sent);
    gateway.setClock(later(end, -1));
    await expectOpen(sent.link);
    gateway.setClock(end);
    await expectDead(sent.link, await gateway.signInAs(person?.uuid ?? ''));
    gateway.setClock(later(end, 30 * DAY));
    const link = await resend(sent, await acmeNow());
    await expectDead(sent.link);
    const visitor = await browserOf(person as Person);
    expect(await visitor.open(link)).toMatchObject({ status: 200, lang: 'es' });
    gateway.setClock(later(end, 37 * DAY - 1));
    const late = await browserOf(person as Person);
    await late.open(link);
    expect(await late.press('accept')).toMatchObject({ status: 200 });
    expect(late.page?.text).toContain(organization?.name);
    await expectDead(link, await gateway.signInAs(person?.uuid ?? ''));
  });

  it('when the cooperation’s own time passes while it is pending; it can be sent again once that is later (C2, C3)', async () => {
    const start = new Date();
    const expiresAt = later(start, 2 * DAY).toISOString();
    const { email, person } = await recipient('ADMIN');
    const sent = await invite({ email, expiresAt });
    expect(linkEnds(sent).toISOString()).toBe(expiresAt);
    gateway.setClock(later(new Date(expiresAt), -1));
    await expectOpen(sent.link);
    gateway.setClock(expiresAt);
    await expectDead(sent.link, await gateway.signInAs(person?.uuid ?? ''));
    const client = await acmeNow();
    expect(await client.refusal(ResendInvitationDocument, { invitationId: sent.invitationId })).toMatchObject(
      { code: 'CONFLICT', rule: 'C3', required: 'PENDING', actual: 'EXPIRED' },
    );
    await client.get(UPDATE, { input: { cooperationId: sent.cooperationId, expiresAt: null } });
    // What a mail said of its link stays true.
    await expectDead(sent.link);
    await expectOpen(await resend(sent, client));
  });

  it('from when the initiator moves the cooperation’s end to, earlier than the mail said (C2)', async () => {
    const { email, person } = await recipient('ACCOUNT');
    const sent = await invite({ email });
    const expiresAt = later(linkEnds(sent), -DAY).toISOString();
    await (await acmeNow()).get(UPDATE, { input: { cooperationId: sent.cooperationId, expiresAt } });
    // Page, API and the initiator's list say so from now on.
    const { text } = await new Visitor(gateway.origin).open(sent.link);
    expect(text).toContain(`Valid until ${dateIn('EN', new Date(expiresAt))}`);
    const { invitationByToken } = await gateway
      .client()
      .get(InvitationByTokenDocument, { token: sent.secret });
    expect(invitationByToken?.expiresAt).toBe(expiresAt);
    gateway.setClock(later(new Date(expiresAt), -1));
    await expectOpen(sent.link);
    expect(await statusOf(sent)).toEqual({ status: 'PENDING', expiresAt });
    gateway.setClock(expiresAt);
    await expectDead(sent.link, await gateway.signInAs(person?.uuid ?? ''));
    expect(await statusOf(sent)).toEqual({ status: 'EXPIRED', expiresAt });
  });

  it('once a newer one was sent, which is good (I1)', async () => {
    const { email } = await recipient('NEW');
    const sent = await invite({ email });
    const second = await resend(sent, await acmeNow());
    await expectDead(sent.link);
    await expectOpen(second);
    await expectPending(sent);
  });
});

describe('a link is open, but accepting it is refused, in words', () => {
  /** Presses the button, and reads why not; nothing is changed by it. */
  async function refused(person: Person, link: string, language: Language, status: number, text: string) {
    const visitor = await browserOf(person);
    expect(await visitor.open(link)).toMatchObject({ status: 200, actions: ['accept', 'decline'] });
    const before = await storedState(database);
    const shown = await visitor.press('accept');
    expect(shown).toMatchObject({
      ...{ status, lang: LANGUAGE_TAGS[language] },
      actions: ['accept', 'decline'],
    });
    expect(shown.html).toContain(`role="alert"`);
    expect(shown.text).toContain(translator(language, 'pages')(text));
    expect(await storedState(database)).toEqual(before);
    return visitor;
  }

  // No ADMIN of theirs could accept either, so a plain member is not told to ask one.
  it.each(LANGUAGES)(
    'to whoever joined the initiator meanwhile, ADMIN or not, in %s (C3)',
    async (language) => {
      for (const role of ['ADMIN', 'MEMBER'] as const) {
        const sent = await invite({ email: newAddress('joined'), language });
        const name = `Own ${role} ${language}`;
        const own = story.member(organizations.acme, role, { name, email: sent.email });
        await story.store(database);
        await refused(own, sent.link, language, 409, 'fault.selfCooperation');
        const input = { token: sent.secret };
        const client = await gateway.signInAs(own.uuid);
        expect(await client.refusal(AcceptInvitationDocument, { input })).toMatchObject({
          ...{ code: 'SELF_COOPERATION', rule: 'C3' },
        });
        await expectPending(sent);
      }
    },
  );

  it.each(LANGUAGES)(
    'where the two cooperate already, in %s; declining it leaves that as it is (C1)',
    async (language) => {
      const { email, person, chief, organization } = await recipient('ADMIN');
      const first = await invite({ email: chief?.email ?? '' });
      const second = await invite({ email, language });
      const client = await gateway.signInAs(chief?.uuid ?? '');
      await client.get(AcceptInvitationDocument, { input: { token: first.secret } });
      const visitor = await refused(person as Person, second.link, language, 409, 'fault.cooperationExists');
      expect(
        await client.refusal(AcceptInvitationDocument, { input: { token: second.secret } }),
      ).toMatchObject({ code: 'FORBIDDEN', required: 'the invited address' });
      await visitor.press('decline');
      await expectGone(second, 'DECLINED');
      await expectPartners(
        first,
        (query, variables) => client.get(query, variables),
        (organization as Organization).name,
      );
    },
  );

  it('while whoever sent it is no ADMIN; sent again by another it is accepted (I3)', async () => {
    const { email, person, organization } = await recipient('ADMIN');
    const leaving = story.member(organizations.acme, 'ADMIN', { name: 'Leaving ADMIN' });
    await story.store(database);
    const sent = await invite({ email, language: 'IT' });
    const link = await resend(sent, await gateway.signInAs(leaving.uuid));
    await changeMember(database, leaving.uuid, { role: 'MODERATOR' });
    await refused(person as Person, link, 'IT', 403, 'fault.inviter');
    const third = await resend(sent, await acmeNow());
    const visitor = await browserOf(person as Person);
    await visitor.open(third);
    expect((await visitor.press('accept')).text).toContain(organization?.name);
    const client = gateway.client(visitor.session);
    await expectPartners(
      sent,
      (query, variables) => client.get(query, variables),
      (organization as Organization).name,
    );
  });
});

it('no secret of a link is in any answer, page, row or log', () => seen.expectNone(gateway));
