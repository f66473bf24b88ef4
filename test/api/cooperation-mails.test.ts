/** C1, C3, C4: what the mails of cooperations say, to whom, in which language; that of an identifier has no link. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { newIdentifier } from '../../src/db/new-identifier.ts';
import { linkSigner } from '../../src/identity/links.ts';
import { mailRenderer } from '../../src/identity/mail/render-mail.ts';
import { dateIn, LANGUAGE_TAGS, type Language, translator } from '../../src/identity/translator.ts';
import {
  changeUser,
  mailsOf,
  newAddress,
  newestMail,
  type QueuedMail,
  secretOf,
  shownMail,
} from '../kit/accounts.ts';
import { cooperationJourneys, RECIPIENTS } from '../kit/cooperation-journey.ts';
import { TEST_APP_SECRET } from '../kit/gateway.ts';
import {
  RegisterDocument,
  ResendInvitationDocument,
  VerifyEmailDocument,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { startWithTenants } from '../kit/tenant.ts';

const seen = watchSecrets();
const world = await startWithTenants();
const { gateway, story, organizations, ofAcme, as } = world;
const { database } = gateway;
const { acme, invite, recipient } = await cooperationJourneys(world);

afterEach(() => gateway.setClock(null));
afterAll(() => gateway.close());

const PUBLIC_URL = 'https://gateway.example';
const render = mailRenderer({ publicUrl: PUBLIC_URL, links: linkSigner(TEST_APP_SECRET) });
const PURPOSE = 'Operation of Südfeld';
const LANGUAGES = Object.keys(LANGUAGE_TAGS) as Language[];

const INVITED: Readonly<Record<Language, string>> = {
  EN: 'Acme Energy invites you to cooperate',
  DE: 'Acme Energy lädt Sie zur Zusammenarbeit ein',
  ES: 'Acme Energy le invita a cooperar',
  FR: 'Acme Energy vous invite à coopérer',
  PT: 'Convite de Acme Energy para uma cooperação',
  IT: 'Acme Energy La invita a cooperare',
};
const REQUESTED: Readonly<Record<Language, string>> = {
  EN: 'Acme Energy asks for a cooperation',
  DE: 'Acme Energy bittet um eine Kooperation',
  ES: 'Acme Energy solicita una cooperación',
  FR: 'Acme Energy demande une coopération',
  PT: 'Acme Energy solicita uma cooperação',
  IT: 'Acme Energy chiede una cooperazione',
};

/** The paragraphs of a mail's text, which its HTML says too. */
function paragraphsOf(mail: QueuedMail): string[] {
  const { text, html } = render(mail);
  const shown = html.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
  expect(html).toContain(`<html lang="${LANGUAGE_TAGS[mail.language]}">`);
  const paragraphs = text.split('\n\n');
  for (const paragraph of paragraphs.slice(0, -1))
    for (const line of paragraph.split('\n')) expect(shown).toContain(line.replace(/:$/, ''));
  return paragraphs;
}

const CASES = LANGUAGES.flatMap((language) => RECIPIENTS.map((kind) => [language, kind] as const));

describe('the mail to an address', () => {
  it.each(CASES)('in %s tells %s what comes next, and is the only one (C3)', async (language, kind) => {
    const { email, told } = await recipient(kind);
    const [mail, ...others] = (await mailsOf(database, () =>
      invite({ email, language, purpose: PURPOSE }),
    )) as [QueuedMail, ...QueuedMail[]];
    expect(others).toEqual([]);
    expect(shownMail(mail)).toEqual({
      ...{ template: 'COOPERATION_INVITATION', language, recipient: email },
      params: {
        ...{ inviterName: ofAcme.ADMIN.name, organizationName: 'Acme Energy' },
        ...{ purpose: PURPOSE, recipient: told, expiresAt: expect.any(String) },
      },
      ...{ linkKind: 'INVITATION', linkRotation: 0 },
    });
    const say = translator(language, 'mail');
    const names = { inviterName: ofAcme.ADMIN.name, organizationName: 'Acme Energy' };
    const until = dateIn(language, new Date(mail.params['expiresAt'] ?? ''));
    expect(render(mail).subject).toBe(INVITED[language]);
    expect(paragraphsOf(mail).slice(0, -1)).toEqual([
      say('greeting'),
      say('COOPERATION_INVITATION.text', names),
      say('purpose', { purpose: PURPOSE }),
      say(`COOPERATION_INVITATION.recipient.${told}`),
      `${say('COOPERATION_INVITATION.action')}:\n${PUBLIC_URL}/invitation?token=${secretOf(mail)}`,
      say('expires', { until }),
      say('unexpected'),
    ]);
  });

  it('is in English where none is asked for, and tells no purpose where there is none', async () => {
    for (const language of [undefined, null] as const) {
      const { mail } = await invite({ email: newAddress(), ...(language === null && { language }) });
      expect(mail).toMatchObject({ language: 'EN', params: { purpose: '' } });
      expect(paragraphsOf(mail).join('\n')).not.toContain('Purpose');
    }
  });

  it('takes an account whose address nobody has proved for none', async () => {
    const { email, person } = await recipient('ACCOUNT');
    await changeUser(database, person?.uuid ?? '', { verifiedAt: null });
    expect((await invite({ email })).mail.params['recipient']).toBe('NEW');
  });

  it('that is sent again tells what is next by then, in its language, from whoever sends it', async () => {
    const second = story.member(organizations.acme, 'ADMIN', { name: 'Second ADMIN' });
    await story.store(database);
    const { email } = await recipient('NEW');
    const { mail: first, invitationId, secret } = await invite({ email, language: 'FR', purpose: PURPOSE });
    expect(first.params).toMatchObject({ recipient: 'NEW', inviterName: ofAcme.ADMIN.name });
    const input = {
      invitationToken: secret,
      name: 'Noor',
      password: 'correct horse battery',
      language: 'IT',
    };
    await gateway.client().get(RegisterDocument, { input: input as never });
    await gateway.client().get(VerifyEmailDocument, { token: secretOf(await newestMail(database, email)) });
    const resent = await mailsOf(database, async () =>
      (await as(second)).get(ResendInvitationDocument, { invitationId }),
    );
    expect(resent.map(shownMail)).toEqual([
      {
        ...shownMail(first),
        params: {
          ...first.params,
          ...{ recipient: 'ACCOUNT', inviterName: 'Second ADMIN', expiresAt: expect.any(String) },
        },
        linkRotation: 1,
      },
    ]);
    expect(resent[0]?.linkId).toBe(first.linkId);
    const again = resent[0] as QueuedMail;
    expect(paragraphsOf(again)).toContain(
      translator('FR', 'mail')('COOPERATION_INVITATION.recipient.ACCOUNT'),
    );
  });

  it('says that the link ends with the cooperation where that is earlier', async () => {
    gateway.setClock('2030-06-01T12:00:00.000Z');
    const client = await gateway.signInAs(ofAcme.ADMIN.uuid);
    for (const [expiresAt, until] of [
      ['2030-06-03T10:30:00.000Z', '2030-06-03T10:30:00.000Z'],
      ['2031-01-01T00:00:00.000Z', '2030-06-08T12:00:00.000Z'],
    ]) {
      const email = newAddress();
      await client.get(
        'mutation ($input: InviteCooperationInput!) { inviteCooperation(input: $input) { cooperation { id } } }',
        { input: { email, language: 'DE', expiresAt } },
      );
      const mail = (await newestMail(database, email)) as QueuedMail;
      expect(mail.params['expiresAt']).toBe(until);
      expect(paragraphsOf(mail)).toContain(
        translator('DE', 'mail')('expires', { until: dateIn('DE', new Date(until as string)) }),
      );
    }
  });
});

describe('the mail to an organization that is invited by its identifier', () => {
  const NOW = '2030-06-01T12:00:00.000Z';

  /** An organization with a live ADMIN of each language, and with everybody who is none. */
  async function invitedOrganization(name: string) {
    const identifier = newIdentifier();
    const organization = story.organization(name, { identifier });
    const member = (role: 'ADMIN' | 'MODERATOR' | 'MEMBER', as: string, details = {}) =>
      story.member(organization, role, { name: `${as} of ${name}`, ...details });
    const admins = LANGUAGES.map((language) => ({ language, person: member('ADMIN', language) }));
    const lasting = member('ADMIN', 'Lasting', { expiresAt: new Date('2030-06-01T12:00:00.001Z') });
    member('ADMIN', 'Expiring', { expiresAt: new Date(NOW) });
    member('ADMIN', 'Paused', { active: false });
    member('ADMIN', 'Suspended', { suspendedAt: new Date('2026-01-01T00:00:00Z') });
    member('ADMIN', 'Demo', { systemRole: 'DEMO' });
    member('MODERATOR', 'Moderator');
    member('MEMBER', 'Member');
    await story.store(database);
    for (const { language, person } of admins) await changeUser(database, person.uuid, { language });
    return { identifier, admins: [...admins, { language: 'EN' as Language, person: lasting }] };
  }

  async function request(identifier: string, rest = {}): Promise<QueuedMail[]> {
    gateway.setClock(NOW);
    const client = await gateway.signInAs(ofAcme.ADMIN.uuid);
    return mailsOf(database, () =>
      client.get(
        'mutation ($input: InviteCooperationInput!) { inviteCooperation(input: $input) { cooperation { id } } }',
        { input: { organizationIdentifier: identifier, ...rest } },
      ),
    );
  }

  it('goes to every live ADMIN, each in their own language, and to nobody else (C1)', async () => {
    const { identifier, admins } = await invitedOrganization('Requested');
    // The language is that of a mail to an address.
    const mails = await request(identifier, { purpose: PURPOSE, language: 'IT' });
    expect(mails.map(shownMail)).toEqual(
      admins.map(({ language, person: { email, name } }) => ({
        ...{ template: 'COOPERATION_REQUESTED', language, recipient: email },
        params: { name, organizationName: 'Acme Energy', purpose: PURPOSE },
        ...{ linkKind: null, linkRotation: null },
      })),
    );
    for (const mail of mails) {
      const say = translator(mail.language, 'mail');
      const { subject, text, html, link } = render(mail);
      expect(subject).toBe(REQUESTED[mail.language]);
      expect(paragraphsOf(mail)).toEqual([
        say('greetingByName', { name: mail.params['name'] ?? '' }),
        say('COOPERATION_REQUESTED.text', { organizationName: 'Acme Energy' }),
        say('purpose', { purpose: PURPOSE }),
        say('COOPERATION_REQUESTED.note'),
        `-- \n${say('footer', { site: PUBLIC_URL })}\n`,
      ]);
      // Nothing to click: whoever reads it has to be signed in as ADMIN.
      expect({ link, linkId: mail.linkId }).toEqual({ link: null, linkId: null });
      expect(`${text}${html}`).not.toMatch(/token|href|\/invitation/);
      expect(`${text}${html}`).not.toContain(identifier);
    }
  });

  it('can be acted on by each who got it, and by nobody who did not (C1)', async () => {
    const { identifier, admins } = await invitedOrganization('Acting');
    const mails = await request(identifier);
    expect(mails).toHaveLength(admins.length);
    for (const mail of mails) {
      expect(mail.params['purpose']).toBe('');
      expect(render(mail).text).not.toContain(PURPOSE);
    }
    const { data } = await (await gateway.signInAs(admins[3]?.person.uuid ?? '')).send<
      { viewer: { organization: { cooperations: { nodes: { id: string; status: string }[] } } } },
      object
    >('{ viewer { organization { cooperations { nodes { id status } } } } }');
    const [pending] = data?.viewer.organization.cooperations.nodes ?? [];
    expect(pending).toMatchObject({ status: 'PENDING', id: expect.stringContaining('cooperation') });
    const input = { input: { cooperationId: pending?.id } };
    const accept =
      'mutation ($input: CooperationIdInput!) { acceptCooperation(input: $input) { cooperation { status } } }';
    const outsider = await gateway.signInAs(world.ofCirrus.ADMIN.uuid);
    expect(await outsider.refusal(accept, input)).toMatchObject({ code: 'NOT_FOUND' });
    const other = await gateway.signInAs(admins[5]?.person.uuid ?? '');
    expect(await other.get(accept, input)).toEqual({
      acceptCooperation: { cooperation: { status: 'ACTIVE' } },
    });
  });
});

it('the invited address and what its mail says of it are no matter of the API (I2)', async () => {
  const shown = [];
  for (const kind of RECIPIENTS) {
    const { email } = await recipient(kind);
    const { cooperationId, invitationId } = await invite({ email, language: 'ES' });
    const answer = await (await acme()).get(
      `query ($cooperation: ID!, $invitation: ID!) {
        cooperation: node(id: $cooperation) { ... on Cooperation { status partner { name } partnerLabel purpose } }
        invitation: node(id: $invitation) { ... on Invitation { type status email language sendCount role label } } }`,
      { cooperation: cooperationId, invitation: invitationId },
    );
    shown.push(JSON.stringify(answer).replaceAll(email, 'the address'));
  }
  expect(new Set(shown).size).toBe(1);
  expect(shown[0]).toContain('"partnerLabel":"the address"');
});

it('no secret of a link is in any answer, row or log', () => seen.expectNone(gateway));
