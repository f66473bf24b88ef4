import { describe, expect, it } from 'vitest';
import { language, mailTemplate } from '../../src/db/schema/columns.ts';
import { linkSigner } from '../../src/identity/links.ts';
import { type MailContent, mailRenderer } from '../../src/identity/mail/render-mail.ts';
import { LANGUAGE_TAGS, translator } from '../../src/identity/translator.ts';

const links = linkSigner('a secret of at least thirty-two characters');
const render = mailRenderer({ publicUrl: 'https://gateway.example/parks', links });

const PARAMS = {
  inviterName: 'Ada Lovelace',
  organizationName: 'Nordwind GmbH',
  role: 'ASSET_MANAGER_TECHNICAL',
  purpose: 'Operation of the park Hilltop',
  recipient: 'NEW',
  newEmail: 'new@nordwind.example',
  expiresAt: '2026-12-01T23:30:00.000Z',
};
/** What is said, but not as it was given. */
const IN_OTHER_WORDS = ['role', 'recipient', 'expiresAt'];
const LINKS = {
  PLATFORM_INVITATION: ['INVITATION', '/invitation'],
  ORGANIZATION_INVITATION: ['INVITATION', '/invitation'],
  COOPERATION_INVITATION: ['INVITATION', '/invitation'],
  VERIFICATION: ['VERIFICATION', '/verify'],
  EMAIL_CHANGE: ['EMAIL_CHANGE', '/verify'],
  PASSWORD_RESET: ['PASSWORD_RESET', '/reset-password'],
} as const;
type Linked = keyof typeof LINKS;
const isLinked = (template: MailContent['template']): template is Linked => template in LINKS;
/** Who may get an invitation to cooperate, as far as its mail tells them apart. */
const RECIPIENTS = ['NEW', 'ACCOUNT', 'MEMBER'];
const LINK_ID = '0190f3a0-0000-7000-8000-000000000001';

/** What commands give each template. */
const PARAMS_OF: Readonly<Record<MailContent['template'], readonly (keyof typeof PARAMS | 'name')[]>> = {
  PLATFORM_INVITATION: ['inviterName', 'expiresAt'],
  ORGANIZATION_INVITATION: ['inviterName', 'organizationName', 'role', 'expiresAt'],
  COOPERATION_INVITATION: ['inviterName', 'organizationName', 'purpose', 'recipient', 'expiresAt'],
  VERIFICATION: ['name', 'expiresAt'],
  ALREADY_REGISTERED: ['name'],
  EMAIL_CHANGE: ['name', 'newEmail', 'expiresAt'],
  EMAIL_CHANGED: ['name', 'newEmail'],
  PASSWORD_RESET: ['name', 'expiresAt'],
  PASSWORD_CHANGED: ['name'],
  MEMBER_REMOVED: ['name', 'organizationName'],
  COOPERATION_REQUESTED: ['name', 'organizationName', 'purpose'],
};

function mail(
  template: MailContent['template'],
  of: MailContent['language'] = 'EN',
  params: Readonly<Record<string, string>> = {},
): MailContent {
  const all: Readonly<Record<string, string>> = { ...PARAMS, name: 'Grace Hopper', ...params };
  return {
    template,
    language: of,
    params: Object.fromEntries(PARAMS_OF[template].map((name) => [name, all[name] as string])),
    linkKind: isLinked(template) ? LINKS[template][0] : null,
    linkId: isLinked(template) ? LINK_ID : null,
    linkRotation: isLinked(template) ? 3 : null,
  };
}

const unescaped = (html: string) => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

const EVERY = mailTemplate.enumValues.flatMap((template) =>
  language.enumValues.map((of) => [template, of] as const),
);

describe.each(EVERY)('%s in %s', (template, of) => {
  const content = mail(template, of);
  const { subject, text, html, link } = render(content);

  it('says everything in both bodies', () => {
    expect(`${subject}${text}${html}`).not.toMatch(/\{\{|\}\}|undefined|\$t\(/);
    const said = PARAMS_OF[template].filter((name) => !IN_OTHER_WORDS.includes(name));
    for (const name of said) {
      expect(text).toContain(content.params[name]);
      expect(unescaped(html)).toContain(content.params[name]);
    }
    if (content.params['role']) expect(text).not.toContain(content.params['role']);
  });

  it('has the link it is meant for, in both, and not in the subject', () => {
    if (!isLinked(template)) {
      expect(link).toBeNull();
      expect(`${text}${html}`).not.toContain('token');
      return;
    }
    const [kind, path] = LINKS[template];
    const secret = links({ kind, id: LINK_ID, rotation: 3 });
    const address = `https://gateway.example/parks${path}?token=${secret}`;
    expect(link).toEqual({ address, secret });
    expect(text.split('\n')).toContain(address);
    expect(unescaped(html)).toContain(`href="${address}"`);
    expect(unescaped(html)).toContain(`>${address}</a>`);
    expect(subject).not.toContain(secret);
    expect(text).toMatch(/2026.* 23:30 UTC/);
    expect(html).toMatch(/2026.* 23:30 UTC/);
  });

  it('is a document in its language that loads nothing', () => {
    expect(html).toMatch(new RegExp(`^<!doctype html>\n<html lang="${LANGUAGE_TAGS[of]}">`));
    expect(html).not.toMatch(/<(?:script|img|link|style|iframe|object)|\ssrc=|url\(|\\n/);
    expect(html).toContain('<title>');
  });
});

it('the role is told in words, the date in the language', () => {
  expect(render(mail('ORGANIZATION_INVITATION', 'DE')).text).toContain(
    'Ihre Rolle dort: Technisches Asset-Management.',
  );
  expect(render(mail('ORGANIZATION_INVITATION', 'DE')).text).toContain('1. Dezember 2026 um 23:30 UTC');
  expect(render(mail('PASSWORD_RESET', 'PT')).text).toContain('1 de dezembro de 2026 às 23:30 UTC');
});

it('without a purpose none is told', () => {
  expect(render(mail('COOPERATION_REQUESTED')).text).toContain('Purpose: Operation');
  expect(render(mail('COOPERATION_REQUESTED', 'EN', { purpose: '' })).text).not.toContain('Purpose');
});

describe.each(language.enumValues)('an invitation to cooperate in %s (C3)', (of) => {
  const translate = translator(of, 'mail');
  const told = (recipient: string) => translate(`COOPERATION_INVITATION.recipient.${recipient}`);
  const purpose = translate('purpose', { purpose: PARAMS.purpose });

  it.each(RECIPIENTS)(
    'tells a recipient who is %s what comes next, between purpose and link',
    (recipient) => {
      const { text, html, subject, link } = render(mail('COOPERATION_INVITATION', of, { recipient }));
      for (const body of [text, unescaped(html)]) {
        const places = [purpose, told(recipient), link?.address ?? 'no link'].map((part) =>
          body.indexOf(part),
        );
        expect(places).not.toContain(-1);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        for (const other of RECIPIENTS) expect(body.includes(told(other))).toBe(other === recipient);
      }
      expect(text.split('\n\n')).toEqual(expect.arrayContaining([purpose, told(recipient)]));
      expect(`${subject}${text}${html}`).not.toMatch(/\b(?:NEW|ACCOUNT|MEMBER)\b/);
    },
  );

  it('that was queued before recipients were told apart says nothing of them', () => {
    const { recipient, ...params } = mail('COOPERATION_INVITATION', of).params;
    expect(recipient).toBe('NEW');
    const { text, html } = render({ ...mail('COOPERATION_INVITATION', of), params });
    expect(text).toContain(purpose);
    for (const other of RECIPIENTS) expect(`${text}${unescaped(html)}`).not.toContain(told(other));
  });
});

it('a purpose of several lines is told on one, and is no markup', () => {
  const purpose = 'Hilltop <b>I</b>\nBcc: all@example.org\u202e and {{inviterName}}';
  for (const template of ['COOPERATION_INVITATION', 'COOPERATION_REQUESTED'] as const) {
    const { text, html } = render(mail(template, 'EN', { purpose }));
    const told = 'Purpose: Hilltop <b>I</b> Bcc: all@example.org and {{inviterName}}';
    expect(text.split('\n')).toContain(told);
    expect(unescaped(html)).toContain(`<p>${told}</p>`);
    expect(html).not.toContain('<b>');
  }
});

describe('a name', () => {
  it('is escaped in HTML, in the title too', () => {
    const name = `<img src=x onerror="alert('1')">&amp;`;
    const { html, text, subject } = render(mail('PLATFORM_INVITATION', 'EN', { inviterName: name }));
    expect(html).not.toContain('<img');
    expect(unescaped(html)).toContain(`<title>${name} invites`);
    expect(text).toContain(name);
    expect(subject).toContain(name);
  });

  it.each([
    ['line breaks', 'Ada\r\nBcc: all@example.org\r\n\r\nHello', 'Ada Bcc: all@example.org Hello'],
    ['other separators', 'A\u2028B\u2029C\u0085D\vE\fF', 'A B C D E F'],
    ['control characters', 'A\0B\x1b[31mC\x7f', 'A B [31mC'],
    ['what turns the direction', '\u202eadA\u2066\u200f', 'adA'],
    ['lone surrogates', 'A\ud800', 'A\ufffd'],
    ['lookups', '$t(greeting) {{name}}', '$t(greeting) {{name}}'],
  ])('keeps no %s', (_what, inviterName, shown) => {
    const { subject, text } = render(mail('PLATFORM_INVITATION', 'EN', { inviterName }));
    expect(subject).toBe(`${shown} invites you to Parkgate`);
    expect(text).toContain(`\n${shown} invites you`);
  });

  it('keeps its letters, joiners and emoji', () => {
    const inviterName = 'علی‌رضا 👩‍👩‍👧 Ångström';
    expect(render(mail('PLATFORM_INVITATION', 'EN', { inviterName })).subject).toContain(inviterName);
  });
});

describe('what a mail needs and does not have is an error', () => {
  it.each([
    ['its link', { ...mail('VERIFICATION'), linkKind: null }, 'VERIFICATION needs a link'],
    ['when the link ends', { ...mail('VERIFICATION'), params: { name: 'Ada' } }, '{{until}}'],
    ['a parameter', { ...mail('MEMBER_REMOVED'), params: { name: 'Ada' } }, '{{organizationName}}'],
    ['a recipient', mail('COOPERATION_INVITATION', 'EN', { recipient: 'KING' }), 'recipient.KING'],
    ['a role', mail('ORGANIZATION_INVITATION', 'EN', { role: 'KING' }), 'role.KING'],
    ['an instant', mail('VERIFICATION', 'EN', { expiresAt: 'soon' }), 'Invalid time value'],
  ])('%s', (_what, content, reason) => {
    expect(() => render(content)).toThrow(reason);
  });
});
