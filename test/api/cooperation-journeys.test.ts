/** C1 to C4: what a new contact, a user without organization, an ADMIN and a plain member make of the same mail, by its pages and by the API alone. */
import { afterAll, describe, expect, it } from 'vitest';
import { dateIn, LANGUAGE_TAGS, type Language, translator } from '../../src/identity/translator.ts';
import { newestMail, PASSWORD, secretOf } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { cooperationJourneys, type Recipient, type SentInvitation } from '../kit/cooperation-journey.ts';
import {
  DeclineInvitationDocument,
  InvitationByTokenDocument,
  RegisterDocument,
  SignInDocument,
  VerifyEmailDocument,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';
import { Visitor } from '../kit/visitor.ts';

const seen = watchSecrets();
const world = await startWithTenants();
const { gateway } = world;
const { database } = gateway;
const { invite, recipient, expectPending, expectPartners, expectGone, remove } =
  await cooperationJourneys(world);

afterAll(() => gateway.close());

const LANGUAGE: Language = 'PT';
const PURPOSE = 'Operation of Südfeld';
const pages = translator(LANGUAGE, 'pages');
/** Of an account that was there before. */
const ownPages = translator('EN', 'pages');

const asClient =
  (client: GraphQLClient) =>
  <Data>(query: string, variables: object) =>
    client.get<Data, object>(query, variables);

async function invited(who: Recipient) {
  const sent = await invite({ email: who.email, language: LANGUAGE, purpose: PURPOSE });
  await expectPending(sent);
  return sent;
}

const nameOf = ({ organization }: Recipient): string => organization?.name ?? '';

describe('by the pages', () => {
  /** Opens the link of the mail: it tells the initiator’s name, the address and the date, and nothing else of either side (C4). */
  async function opened({ link, email, mail }: SentInvitation): Promise<Visitor> {
    const visitor = new Visitor(gateway.origin, 'en');
    const shown = await visitor.open(link);
    expect(shown).toMatchObject({
      status: 200,
      lang: LANGUAGE_TAGS[LANGUAGE],
      heading: pages('invitation.COOPERATION.title', { organizationName: 'Acme Energy' }),
    });
    const until = dateIn(LANGUAGE, new Date(mail.params['expiresAt'] ?? ''));
    const facts = [...shown.html.matchAll(/<dt>(.*?)<\/dt><dd>(.*?)<\/dd>/g)].map(([, name, value]) => [
      name,
      value,
    ]);
    expect(facts).toEqual([
      [pages('invitation.from'), 'Acme Energy'],
      [pages('invitation.to'), email],
      [pages('invitation.until'), until],
    ]);
    return visitor;
  }

  async function expectAccepted(
    visitor: Visitor,
    sent: SentInvitation,
    partner: string,
    language = ownPages,
  ) {
    expect(visitor.page).toMatchObject({
      status: 200,
      heading: language('accepted.title'),
      redirects: ['invitation?done=cooperation'],
    });
    expect(visitor.page?.text).toContain(language('accepted.cooperation', { organizationName: partner }));
    await expectPartners(sent, asClient(gateway.client(visitor.session)), partner);
    expect((await new Visitor(gateway.origin).open(sent.link)).status).toBe(404);
  }

  it('NEW: registers, verifies by the second mail, describes an organization, accepts (C3)', async () => {
    const sent = await invited(await recipient('NEW'));
    const visitor = await opened(sent);
    expect(visitor.page?.actions).toEqual(['register', 'decline']);
    await visitor.press('register', { name: 'Zoé', password: PASSWORD });
    expect(visitor.page).toMatchObject({ status: 200, heading: pages('sent.title') });
    await visitor.open(`/verify?token=${secretOf(await newestMail(database, sent.email))}`);
    await visitor.press('');
    expect(visitor.page).toMatchObject({ redirects: [sent.link.slice(1)], actions: ['accept', 'decline'] });
    await visitor.press('accept', { 'organization.name': 'Energia Nova', portfolioName: 'Primeiro' });
    await expectAccepted(visitor, sent, 'Energia Nova', pages);
  });

  it('ACCOUNT: signs in, describes an organization, accepts (C3)', async () => {
    const sent = await invited(await recipient('ACCOUNT'));
    const visitor = await opened(sent);
    expect(visitor.page?.actions).toEqual(['sign-in', 'decline']);
    await visitor.press('sign-in', { password: PASSWORD });
    expect(visitor.page?.actions).toEqual(['accept', 'decline']);
    const nameless = await visitor.press('accept', { 'organization.name': ' ' });
    expect(nameless).toMatchObject({ status: 400, lang: LANGUAGE_TAGS[LANGUAGE] });
    expect(nameless.text).toContain(pages('fault.field.organizationName'));
    await expectPending(sent);
    await visitor.press('accept', { 'organization.name': 'Energia Velha' });
    await expectAccepted(visitor, sent, 'Energia Velha');
  });

  it('ADMIN: signs in and accepts for the organization, which is told (C3)', async () => {
    const who = await recipient('ADMIN');
    const sent = await invited(who);
    const visitor = await opened(sent);
    await visitor.press('sign-in', { password: PASSWORD });
    expect(visitor.page?.actions).toEqual(['accept', 'decline']);
    expect(visitor.page?.text).toContain(pages('accept.onBehalf', { organizationName: nameOf(who) }));
    expect(visitor.value('organization.name')).toBeUndefined();
    await visitor.press('accept');
    await expectAccepted(visitor, sent, nameOf(who));
  });

  /** Signs the plain member in, who is told, can not accept by a form of their own making either, and changes nothing by trying. */
  async function refusedMember() {
    const who = await recipient('MEMBER');
    const sent = await invited(who);
    const visitor = await opened(sent);
    await visitor.press('sign-in', { password: PASSWORD });
    expect(visitor.page?.actions).toEqual(['decline']);
    expect(visitor.page?.text).toContain(pages('askAdmin.text', { organizationName: nameOf(who) }));
    const before = await storedState(database);
    for (const details of [{}, { 'organization.name': 'Of my own' }] as Record<string, string>[]) {
      const fields = { action: 'accept', token: sent.secret, lang: LANGUAGE, ...details };
      const refused = await visitor.post('/invitation', fields);
      expect(refused).toMatchObject({ status: 403, actions: ['decline'], lang: LANGUAGE_TAGS[LANGUAGE] });
      expect(refused.text).toContain(pages('fault.askAdmin'));
    }
    expect(await storedState(database)).toEqual(before);
    await expectPending(sent);
    return { who, sent, visitor };
  }

  it('MEMBER: is told to have an ADMIN accept, can not, and declines; the ADMIN, invited, accepts (C2, C3)', async () => {
    const { who, sent, visitor } = await refusedMember();
    const declined = await visitor.press('decline');
    expect(declined).toMatchObject({ status: 200, heading: pages('declined.title') });
    await expectGone(sent, 'DECLINED');
    expect((await visitor.open(sent.link)).status).toBe(404);

    const second = await invite({ email: who.chief?.email ?? '', language: LANGUAGE });
    const office = await opened(second);
    await office.press('sign-in', { password: PASSWORD });
    await office.press('accept');
    await expectAccepted(office, second, nameOf(who));
  });

  it('MEMBER: keeps a dead link once the initiator has removed the cooperation (C2)', async () => {
    const { sent, visitor } = await refusedMember();
    await remove(sent);
    await expectGone(sent, 'REVOKED');
    expect((await visitor.open(sent.link)).heading).toBe(translator('EN', 'pages')('dead.title'));
  });
});

describe('by the API alone', () => {
  const ACCEPT = `mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) {
    cooperation { id status viewerIsInitiator initiator { name } partner { name } }
    organization { name viewerRole } viewer { membership { role } } } }`;

  /** C4: what the link tells, to nobody in particular. */
  async function expectPreview({ secret, email }: SentInvitation, needs: object): Promise<void> {
    const { invitationByToken } = await gateway.client().get(InvitationByTokenDocument, { token: secret });
    expect(invitationByToken).toEqual({
      ...{ type: 'COOPERATION', email, organizationName: 'Acme Energy', role: null, language: LANGUAGE },
      expiresAt: expect.any(String),
      ...needs,
    });
  }

  async function signedIn(email: string): Promise<GraphQLClient> {
    const { signIn } = await gateway.client().get(SignInDocument, { input: { email, password: PASSWORD } });
    return gateway.client(signIn.sessionToken);
  }

  async function accept(client: GraphQLClient, sent: SentInvitation, partner: string, details = {}) {
    const { acceptInvitation } = await client.get<{ acceptInvitation: object }, object>(ACCEPT, {
      input: { token: sent.secret, ...details },
    });
    expect(acceptInvitation).toEqual({
      cooperation: {
        ...{ id: sent.cooperationId, status: 'ACTIVE', viewerIsInitiator: false },
        ...{ initiator: { name: 'Acme Energy' }, partner: { name: partner } },
      },
      organization: { name: partner, viewerRole: 'ADMIN' },
      viewer: { membership: { role: 'ADMIN' } },
    });
    await expectPartners(sent, asClient(client), partner);
  }

  it('NEW: register, verifyEmail, acceptInvitation with an organization (C3)', async () => {
    const sent = await invited(await recipient('NEW'));
    await expectPreview(sent, { needsAccount: true, needsOrganization: true });
    await gateway.client().get(RegisterDocument, {
      input: { invitationToken: sent.secret, name: 'Noor', password: PASSWORD },
    });
    const token = secretOf(await newestMail(database, sent.email));
    const { verifyEmail } = await gateway.client().get(VerifyEmailDocument, { token });
    // Verifying accepts nothing: the organization is not described yet.
    expect(verifyEmail.viewer.organization).toBeNull();
    await expectPending(sent);
    await expectPreview(sent, { needsAccount: false, needsOrganization: true });
    const client = gateway.client(verifyEmail.sessionToken);
    await accept(client, sent, 'By API', { organization: { name: 'By API' }, portfolioName: 'One' });
  });

  it('ACCOUNT: signIn, acceptInvitation with an organization, not without (C3)', async () => {
    const sent = await invited(await recipient('ACCOUNT'));
    await expectPreview(sent, { needsAccount: false, needsOrganization: true });
    const client = await signedIn(sent.email);
    const refused = await client.refusal(ACCEPT, { input: { token: sent.secret } });
    expect(refused).toMatchObject({ code: 'BAD_USER_INPUT', field: 'organization' });
    await expectPending(sent);
    await accept(client, sent, 'Described', { organization: { name: 'Described' } });
  });

  it('ADMIN: signIn, acceptInvitation, for the organization that is there (C3)', async () => {
    const who = await recipient('ADMIN');
    const sent = await invited(who);
    await expectPreview(sent, { needsAccount: false, needsOrganization: false });
    // Details of another organization count for nothing.
    await accept(await signedIn(sent.email), sent, nameOf(who), { organization: { name: 'Of my own' } });
  });

  it('MEMBER: signIn, acceptInvitation is refused and says whom to ask; declineInvitation or removal ends it (C2, C3)', async () => {
    for (const ending of ['declined', 'removed']) {
      const who = await recipient('MEMBER');
      const sent = await invited(who);
      await expectPreview(sent, { needsAccount: false, needsOrganization: false });
      const client = await signedIn(sent.email);
      const before = await storedState(database);
      for (const details of [{}, { organization: { name: 'Of my own' } }])
        expect(await client.refusal(ACCEPT, { input: { token: sent.secret, ...details } })).toMatchObject({
          ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'C3' },
          ...{ required: 'ADMIN', actual: 'MEMBER', allowedRoles: ['ADMIN'] },
        });
      expect(await storedState(database)).toEqual(before);
      if (ending === 'declined') await client.get(DeclineInvitationDocument, { token: sent.secret });
      else await remove(sent);
      await expectGone(sent, ending === 'declined' ? 'DECLINED' : 'REVOKED');
      expect(await client.refusal(ACCEPT, { input: { token: sent.secret } })).toMatchObject({
        code: 'NOT_FOUND',
      });
      // The twin: an ADMIN of the same organization, invited after it, may.
      const second = await invite({ email: who.chief?.email ?? '' });
      await accept(await signedIn(second.email), second, nameOf(who));
    }
  });
});

it('no secret of a link is in any answer, page, row or log', () => seen.expectNone(gateway));
