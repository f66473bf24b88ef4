import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { linkSigner } from '../../src/identity/links.ts';
import { type MailWorker, mailWorker } from '../../src/identity/mail/mail-worker.ts';
import { mailRenderer } from '../../src/identity/mail/render-mail.ts';
import { smtpTransport } from '../../src/identity/mail/smtp-transport.ts';
import { PASSWORD } from '../kit/accounts.ts';
import { openBrowser } from '../kit/browser.ts';
import { TEST_APP_SECRET } from '../kit/gateway.ts';
import { InviteMemberDocument, InvitePlatformCustomerDocument } from '../kit/generated/operations.ts';
import { type Mailbox, openMailbox } from '../kit/mailbox.ts';
import { startWithTenants } from '../kit/tenant.ts';

const { gateway, organizations, ofAcme, people, as } = await startWithTenants();
const { port } = new URL(gateway.origin);
let browser: Browser;
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await openMailbox();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await mailbox?.close();
  await gateway.close();
});

/** Sends the mails with links to a host by real SMTP. */
const worker = (host: string): MailWorker =>
  mailWorker({
    database: gateway.database,
    render: mailRenderer({ publicUrl: `http://${host}:${port}`, links: linkSigner(TEST_APP_SECRET) }),
    send: smtpTransport({
      smtpUrl: mailbox.url,
      from: { name: 'Parkgate', address: 'no-reply@parkgate.test' },
    }),
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  });

/** The link in the newest mail to an address. */
async function mailedLink(sender: MailWorker, address: string, count: number): Promise<string> {
  await sender.drain();
  const received = await mailbox.mailsTo(address, count);
  expect(received).toHaveLength(count);
  const link = received.at(-1)?.link;
  if (!link) throw new Error('the mail has no link');
  return link;
}

/** A window without scripts, as narrow as they come, and everything that it did not like. */
async function openWindow(): Promise<{ context: BrowserContext; page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 320, height: 640 },
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('requestfailed', (request) => complaints.push(`not loaded: ${request.url()}`));
  page.on('request', (request) => {
    if (new URL(request.url()).port !== port) complaints.push(`asked elsewhere: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  return { context, page, complaints };
}

/** Nothing sticks out at 320 pixels. */
async function expectFits(page: Page): Promise<void> {
  const boxes = await page.locator('main, main *:visible').all();
  for (const box of boxes) {
    const { x = 0, width = 0 } = (await box.boundingBox()) ?? {};
    expect(Math.ceil(x + width)).toBeLessThanOrEqual(320);
  }
}

/** The first GraphQL query with the cookies of the window. */
async function firstQuery(context: BrowserContext, host: string): Promise<unknown> {
  const cookies = await context.cookies(`http://${host}:${port}/graphql`);
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    },
    body: JSON.stringify({
      query: `{ viewer { user { name email language } membership { role }
        organization { name country portfolios { nodes { name effectiveRole } } } } }`,
    }),
  });
  const { data } = (await response.json()) as { data: { viewer: unknown } };
  return data.viewer;
}

it('a new customer comes from the mail to the first query, in French', async () => {
  const host = '127.0.0.1';
  const email = 'zoe@energie-du-sud.example';
  const sender = worker(host);
  await (await as(people.administrator)).get(InvitePlatformCustomerDocument, {
    input: { email, language: 'FR' },
  });
  const { context, page, complaints } = await openWindow();

  await page.goto(await mailedLink(sender, email, 1));
  expect(await page.title()).toBe('Invitation à rejoindre Parkgate – Parkgate');
  await expectFits(page);
  await page.getByLabel('Votre nom').fill('Zoé');
  await page.getByLabel('Mot de passe').fill(PASSWORD);
  expect(await page.getByLabel('Langue des messages et des pages').inputValue()).toBe('FR');
  await page.getByRole('button', { name: 'Créer le compte' }).click();
  await page.getByRole('heading', { name: 'Consultez votre boîte de réception' }).waitFor();
  await expectFits(page);

  await page.goto(await mailedLink(sender, email, 2));
  await page.getByRole('button', { name: 'Oui, c’est mon adresse' }).click();
  await page.getByRole('heading', { name: 'Votre organisation' }).waitFor();
  await page.getByLabel('Nom de l’organisation').fill('Énergie du Sud');
  await page.getByText('Plus d’informations sur l’organisation').click();
  await page.getByLabel('Pays').selectOption({ label: 'France' });
  await expectFits(page);
  await page.getByRole('button', { name: 'Accepter et créer l’organisation' }).click();
  await page.getByText('Vous êtes maintenant membre de Énergie du Sud.').waitFor();
  await expectFits(page);

  expect(await firstQuery(context, host)).toEqual({
    user: { name: 'Zoé', email, language: 'FR' },
    membership: { role: 'ADMIN' },
    organization: {
      name: 'Énergie du Sud',
      country: 'FR',
      portfolios: { nodes: [{ name: 'Énergie du Sud', effectiveRole: 'OPERATOR' }] },
    },
  });
  expect(complaints).toEqual([]);
  await context.close();
});

it('a colleague comes from the mail to the first query, in German, over plain http and with a mistake', async () => {
  // No Sec-Fetch-Site is sent there: the origin tells that a form is ours.
  const host = 'parkgate.test';
  const email = 'jana@acme.example';
  const sender = worker(host);
  await (await as(ofAcme.ADMIN)).get(InviteMemberDocument, {
    input: { organizationId: organizations.acme.id, email, role: 'MODERATOR', language: 'DE' },
  });
  const { context, page, complaints } = await openWindow();
  const fetchSites: unknown[] = [];
  page.on('request', async (request) => {
    if (request.method() === 'POST') fetchSites.push((await request.allHeaders())['sec-fetch-site']);
  });

  await page.goto(await mailedLink(sender, email, 1));
  expect(await page.title()).toBe('Acme Energy lädt Sie ein – Parkgate');
  await page.getByText('Moderation').waitFor();
  await page.getByLabel('Ihr Name').fill('Jana');
  await page.getByLabel('Passwort').fill('zu kurz');
  await page.getByRole('button', { name: 'Konto anlegen' }).click();
  await page.getByRole('alert').getByRole('link').click();
  await expectFits(page);
  const password = page.getByLabel('Passwort');
  expect(await password.getAttribute('aria-invalid')).toBe('true');
  expect(await page.locator(':focus').getAttribute('id')).toBe('password');
  expect(await page.getByLabel('Ihr Name').inputValue()).toBe('Jana');
  await password.fill(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sehen Sie in Ihr Postfach' }).waitFor();

  await page.goto(await mailedLink(sender, email, 2));
  await page.getByRole('button', { name: 'Ja, das ist meine Adresse' }).click();
  await page.getByText('Sie sind jetzt Mitglied von Acme Energy.').waitFor();

  expect(await firstQuery(context, host)).toMatchObject({
    user: { name: 'Jana', email, language: 'DE' },
    membership: { role: 'MODERATOR' },
    organization: { name: 'Acme Energy' },
  });
  expect(fetchSites).toEqual([undefined, undefined, undefined]);
  expect(complaints.filter((complaint) => !complaint.includes('400'))).toEqual([]);
  await context.close();
});
