import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORD } from '../kit/accounts.ts';
import { InviteMemberDocument, InvitePlatformCustomerDocument } from '../kit/generated/operations.ts';
import { startWithTenants } from '../kit/tenant.ts';
import { expectFits, openWalk, type Walk } from '../kit/walk.ts';

const { gateway, organizations, ofAcme, people, as } = await startWithTenants();
let walk: Walk;

beforeAll(async () => {
  walk = await openWalk(gateway);
});
afterAll(async () => {
  await walk?.close();
  await gateway.close();
});

/** The first GraphQL query with the cookies of the window. */
async function firstQuery(context: BrowserContext, host: string): Promise<unknown> {
  const query = `{ viewer { user { name email language } membership { role }
    organization { name country portfolios { nodes { name effectiveRole } } } } }`;
  return (await walk.query<{ viewer: unknown }>(context, query, {}, host)).viewer;
}

it('a new customer comes from the mail to the first query, in French', async () => {
  const host = '127.0.0.1';
  const email = 'zoe@energie-du-sud.example';
  const sender = walk.worker(host);
  await (await as(people.administrator)).get(InvitePlatformCustomerDocument, {
    input: { email, language: 'FR' },
  });
  const { context, page, complaints } = await walk.openWindow();

  await page.goto(await walk.mailedLink(sender, email, 1));
  expect(await page.title()).toBe('Invitation à rejoindre Parkgate – Parkgate');
  await expectFits(page);
  await page.getByLabel('Votre nom').fill('Zoé');
  await page.getByLabel('Mot de passe').fill(PASSWORD);
  expect(await page.getByLabel('Langue des messages et des pages').inputValue()).toBe('FR');
  await page.getByRole('button', { name: 'Créer le compte' }).click();
  await page.getByRole('heading', { name: 'Consultez votre boîte de réception' }).waitFor();
  await expectFits(page);

  await page.goto(await walk.mailedLink(sender, email, 2));
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
  const sender = walk.worker(host);
  await (await as(ofAcme.ADMIN)).get(InviteMemberDocument, {
    input: { organizationId: organizations.acme.id, email, role: 'MODERATOR', language: 'DE' },
  });
  const { context, page, complaints } = await walk.openWindow();
  const fetchSites: unknown[] = [];
  page.on('request', async (request) => {
    if (request.method() === 'POST') fetchSites.push((await request.allHeaders())['sec-fetch-site']);
  });

  await page.goto(await walk.mailedLink(sender, email, 1));
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

  await page.goto(await walk.mailedLink(sender, email, 2));
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
