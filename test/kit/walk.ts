import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';
import { linkSigner } from '../../src/identity/links.ts';
import { type MailWorker, mailWorker } from '../../src/identity/mail/mail-worker.ts';
import { mailRenderer } from '../../src/identity/mail/render-mail.ts';
import { smtpTransport } from '../../src/identity/mail/smtp-transport.ts';
import { openBrowser } from './browser.ts';
import { TEST_APP_SECRET, type TestGateway } from './gateway.ts';
import { type Mailbox, openMailbox, type ReceivedMail } from './mailbox.ts';

/** A window without scripts, and everything that it did not like. */
export interface Window {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly complaints: string[];
}

/** The way from a mail that really arrives through its link in a real browser to the API. */
export interface Walk {
  /** Sends the mails with links to a host by real SMTP. */
  worker(host?: string): MailWorker;
  /** The newest mail to an address, once that has got `count`, and no more. */
  arrived(sender: MailWorker, address: string, count: number): Promise<ReceivedMail>;
  /** The link in it. */
  mailedLink(sender: MailWorker, address: string, count: number): Promise<string>;
  /** As narrow as they come. */
  openWindow(): Promise<Window>;
  /** Sends a query with the cookies of a window. */
  query<Data>(context: BrowserContext, query: string, variables?: object, host?: string): Promise<Data>;
  close(): Promise<void>;
}

/** What browsers take for a secure host, without a certificate. */
const SECURE_HOST = '127.0.0.1';

export async function openWalk(gateway: TestGateway): Promise<Walk> {
  const { port } = new URL(gateway.origin);
  const mailbox: Mailbox = await openMailbox();
  const browser: Browser = await openBrowser();

  async function arrived(sender: MailWorker, address: string, count: number): Promise<ReceivedMail> {
    await sender.drain();
    const received = await mailbox.mailsTo(address, count);
    expect(received).toHaveLength(count);
    return received.at(-1) as ReceivedMail;
  }

  return {
    worker: (host = SECURE_HOST) =>
      mailWorker({
        database: gateway.database,
        render: mailRenderer({ publicUrl: `http://${host}:${port}`, links: linkSigner(TEST_APP_SECRET) }),
        send: smtpTransport({
          smtpUrl: mailbox.url,
          from: { name: 'Parkgate', address: 'no-reply@parkgate.test' },
        }),
        logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
      }),
    arrived,
    mailedLink: async (sender, address, count) => {
      const { link } = await arrived(sender, address, count);
      if (!link) throw new Error('the mail has no link');
      return link;
    },
    openWindow: async () => {
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
    },
    query: async <Data>(context: BrowserContext, query: string, variables = {}, host = SECURE_HOST) => {
      const cookies = await context.cookies(`http://${host}:${port}/graphql`);
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
        },
        body: JSON.stringify({ query, variables }),
      });
      const { data } = (await response.json()) as { data: Data };
      return data;
    },
    close: async () => {
      await browser.close();
      await mailbox.close();
    },
  };
}

/** Nothing sticks out at 320 pixels. */
export async function expectFits(page: Page): Promise<void> {
  const boxes = await page.locator('main, main *:visible').all();
  for (const box of boxes) {
    const { x = 0, width = 0 } = (await box.boundingBox()) ?? {};
    expect(Math.ceil(x + width)).toBeLessThanOrEqual(320);
  }
}
