/** C1 to C4: an invitation to cooperate, from the mail that arrives to the park that the new partner sees, in a browser without scripts. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PASSWORD } from '../kit/accounts.ts';
import { cooperationJourneys, type SentInvitation } from '../kit/cooperation-journey.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { startWithTenants } from '../kit/tenant.ts';
import { expectFits, openWalk, type Walk } from '../kit/walk.ts';

const seen = watchSecrets();
const world = await startWithTenants();
const { gateway } = world;
const { invite, recipient, expectPending, expectPartners, expectGone, remove } =
  await cooperationJourneys(world);
let walk: Walk;

beforeAll(async () => {
  walk = await openWalk(gateway);
});
afterAll(async () => {
  await walk?.close();
  await gateway.close();
});

const PURPOSE = 'Operation of Südfeld';

const asIn =
  (context: BrowserContext) =>
  <Data>(query: string, variables: object) =>
    walk.query<Data>(context, query, variables);

const facts = (page: Page) => page.locator('dl div').allInnerTexts();
const buttons = (page: Page) => page.locator('button').allTextContents();

/** Opens the link of the mail that arrives, which tells whoever has the address what comes next. */
async function openMailed(sent: SentInvitation, subject: string, told: string) {
  const mail = await walk.arrived(walk.worker(), sent.email, 1);
  expect(mail.subject).toBe(subject);
  expect(mail.to).toEqual([sent.email]);
  expect(mail.text).toContain(PURPOSE);
  expect(mail.text).toContain(told);
  const window = await walk.openWindow();
  await window.page.goto(mail.link ?? '');
  await expectFits(window.page);
  return { ...window, link: mail.link ?? '' };
}

it('a new contact registers, proves the address by the second mail, describes the organization and accepts (C3)', async () => {
  const { email } = await recipient('NEW');
  const sent = await invite({ email, language: 'ES', purpose: PURPOSE });
  await expectPending(sent);
  const { page, context, complaints } = await openMailed(
    sent,
    'Acme Energy le invita a cooperar',
    'Con el enlace podrá crear una cuenta y describir su organización',
  );
  expect(await page.title()).toBe('Acme Energy le invita a cooperar – Parkgate');
  expect((await facts(page)).slice(0, 2)).toEqual(['De\nAcme Energy', `Para\n${email}`]);
  await page.getByLabel('Su nombre').fill('Inés');
  await page.getByLabel('Contraseña').fill(PASSWORD);
  await page.getByRole('button', { name: 'Crear la cuenta' }).click();
  await page.getByText(email).waitFor();

  await page.goto(await walk.mailedLink(walk.worker(), email, 2));
  await page.getByRole('button', { name: 'Sí, es mi dirección' }).click();
  await page.getByRole('heading', { name: 'Su organización' }).waitFor();
  expect(await page.title()).toBe('Acme Energy le invita a cooperar – Parkgate');
  await expectPending(sent);
  await page.getByLabel('Nombre de la organización').fill('Energía del Sur');
  await expectFits(page);
  await page.getByRole('button', { name: 'Aceptar y crear la organización' }).click();
  await page.getByText('Se ha aceptado la cooperación en nombre de Energía del Sur.').waitFor();
  await expectFits(page);

  await expectPartners(sent, asIn(context), 'Energía del Sur');
  expect(complaints).toEqual([]);
  await context.close();
});

it('a user without organization signs in, describes one and accepts (C3)', async () => {
  const { email } = await recipient('ACCOUNT');
  const sent = await invite({ email, language: 'IT', purpose: PURPOSE });
  const { page, context, complaints } = await openMailed(
    sent,
    'Acme Energy La invita a cooperare',
    'Ha già un account: con il link può accedere e descrivere la Sua organizzazione',
  );
  expect((await facts(page)).slice(0, 2)).toEqual(['Da\nAcme Energy', `Per\n${email}`]);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Acceda' }).click();
  await page.getByRole('heading', { name: 'La Sua organizzazione' }).waitFor();
  // Without a name it says so, at the field.
  await page.getByRole('button', { name: 'Accetti e crei l’organizzazione' }).click();
  await page.getByRole('alert').getByRole('link').click();
  expect(await page.locator(':focus').getAttribute('id')).toBe('organization.name');
  await expectPending(sent);
  await page.getByLabel('Nome dell’organizzazione').fill('Energia del Nord');
  await page.getByRole('button', { name: 'Accetti e crei l’organizzazione' }).click();
  // From here on the account's own language counts.
  await page.getByText('The cooperation has been accepted for Energia del Nord.').waitFor();

  await expectPartners(sent, asIn(context), 'Energia del Nord');
  expect(complaints.filter((complaint) => !complaint.includes('400'))).toEqual([]);
  await context.close();
});

it('an ADMIN of another organization signs in and accepts for it (C3)', async () => {
  const { email, organization } = await recipient('ADMIN');
  const name = organization?.name ?? '';
  const sent = await invite({ email, language: 'DE', purpose: PURPOSE });
  const { page, context, complaints } = await openMailed(
    sent,
    'Acme Energy lädt Sie zur Zusammenarbeit ein',
    'Wenn Sie zu deren Administration gehören, können Sie die Einladung über den Link für sie annehmen',
  );
  await page.getByLabel('Passwort').fill(PASSWORD);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.getByText(`Sie nehmen für ${name} an.`).waitFor();
  expect(await buttons(page)).toEqual(['Einladung annehmen', 'Ablehnen']);
  await expectFits(page);
  await expectPending(sent);
  await page.getByRole('button', { name: 'Einladung annehmen' }).click();
  await page.getByText(`The cooperation has been accepted for ${name}.`).waitFor();

  await expectPartners(sent, asIn(context), name);
  expect(complaints).toEqual([]);
  await context.close();
});

/** Signs a plain member in, who is told to have an ADMIN accept, and has no button for it. */
async function openAsMember() {
  const invited = await recipient('MEMBER');
  const sent = await invite({ email: invited.email, language: 'FR', purpose: PURPOSE });
  const window = await openMailed(
    sent,
    'Acme Energy vous invite à coopérer',
    'sinon, faites inviter son administration',
  );
  const { page } = window;
  await page.getByLabel('Mot de passe').fill(PASSWORD);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.getByRole('heading', { name: 'L’acceptation revient à l’administration' }).waitFor();
  await page
    .getByText(`pour ${invited.organization?.name}, seule son administration peut l’accepter`)
    .waitFor();
  expect(await buttons(page)).toEqual(['Refuser']);
  await expectFits(page);
  await expectPending(sent);
  return { ...window, invited, sent };
}

/** The link leads nowhere any more. */
async function expectDead(page: Page, link: string): Promise<void> {
  const answer = await page.goto(link);
  expect(answer?.status()).toBe(404);
  await expectFits(page);
}

it('a plain member is told to have an ADMIN accept, and declines; the ADMIN, invited, accepts (C2, C3)', async () => {
  const { page, context, link, invited, sent } = await openAsMember();
  await page.getByText('Refuser l’invitation').click();
  await page.getByRole('button', { name: 'Refuser' }).click();
  await page.getByRole('heading', { name: 'Vous avez refusé' }).waitFor();
  await expectGone(sent, 'DECLINED');
  await expectDead(page, link);
  await context.close();

  const [chief, name] = [invited.chief?.email ?? '', invited.organization?.name ?? ''];
  const second = await invite({ email: chief, language: 'EN', purpose: PURPOSE });
  const office = await openMailed(
    second,
    'Acme Energy invites you to cooperate',
    'If you are one of its administrators, you can accept for it with this link',
  );
  await office.page.getByLabel('Password').fill(PASSWORD);
  await office.page.getByRole('button', { name: 'Sign in' }).click();
  await office.page.getByRole('button', { name: 'Accept the invitation' }).click();
  await office.page.getByText(`The cooperation has been accepted for ${name}.`).waitFor();
  await expectPartners(second, asIn(office.context), name);
  expect(office.complaints).toEqual([]);
  await office.context.close();
});

it('a plain member keeps a dead link once the initiator has removed the cooperation (C2, C3)', async () => {
  const { page, context, link, sent } = await openAsMember();
  await remove(sent);
  await expectGone(sent, 'REVOKED');
  // The page that was open meanwhile does nothing either.
  await page.getByText('Refuser l’invitation').click();
  await page.getByRole('button', { name: 'Refuser' }).click();
  await page.getByRole('heading', { name: 'This link does not work' }).waitFor();
  await expectDead(page, link);
  await context.close();
});

it('no secret of a link is in any answer, row or log', () => seen.expectNone(gateway));
