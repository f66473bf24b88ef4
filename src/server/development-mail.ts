import type { FastifyInstance } from 'fastify';
import { html } from 'ghtml';
import type { Database } from '../db/client.ts';
import { type MailRow, newestQueuedMails } from '../db/queries/mails.ts';
import { readSnapshot } from '../db/tx.ts';
import { linkHtml } from '../identity/links.ts';
import type { MailRenderer, RenderedMail } from '../identity/mail/render-mail.ts';
import { LANGUAGE_TAGS } from '../identity/translator.ts';
import { type Config, isLoopback } from './config.ts';

/** How many mails the page shows. */
const SHOWN = 100;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': [
    "default-src 'none'",
    // The mails bring their styles as attributes; everything that could load something or run stays closed.
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
};

/** Whether mails are shown on a page and sent to nobody: with the demo world, on a loopback HOST, without SMTP_URL. */
export const showsMails = ({
  demoData,
  host,
  smtpUrl,
}: Pick<Config, 'demoData' | 'host' | 'smtpUrl'>): boolean =>
  smtpUrl === null && demoData && isLoopback(host);

/** `/dev/mail`: the newest queued mails with their links, for whoever sits at this machine. */
export function developmentMail(app: FastifyInstance, database: Database, render: MailRenderer): void {
  app.get('/dev/mail', async (request, reply) => {
    if (!namesThisMachine(request.headers.host)) return reply.callNotFound();
    const queued = await readSnapshot(database, (tx) => newestQueuedMails(tx, SHOWN));
    return reply
      .headers(HEADERS)
      .send(page(queued.map(({ mail, live }) => article(mail, live, render)).join('')));
  });
}

/** By a name that leads here from elsewhere, a page of somebody else could read this one (DNS rebinding). */
function namesThisMachine(host: string | undefined): boolean {
  const address = `http://${host}`;
  return (
    host !== undefined &&
    URL.canParse(address) &&
    isLoopback(new URL(address).hostname.replace(/^\[|\]$/g, ''))
  );
}

const page = (articles: string) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Queued mails</title>
<style>
body { max-width: 50rem; margin: 0 auto; padding: 1.5rem; font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; }
article { margin: 1.5rem 0; padding: 1rem; border: 1px solid #767676; border-radius: 4px; }
h2 { margin: 0; font-size: 1.2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
dd { margin: 0; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
iframe { width: 100%; height: 36rem; border: 1px solid #767676; }
</style>
</head>
<body>
<main>
<h1>Queued mails</h1>
<p>The newest ${String(SHOWN)} at most, the latest first. Without SMTP_URL nothing is sent. Reload for more.</p>
!${articles || '<p>There is none.</p>'}
</main>
</body>
</html>
`;

function article(mail: MailRow, live: boolean, render: MailRenderer): string {
  const lang = LANGUAGE_TAGS[mail.language];
  const rendered = attempt(() => render(mail));
  const { title, content } =
    rendered instanceof Error
      ? { title: 'It can not be rendered', content: html`<p>${rendered.message}</p>` }
      : { title: rendered.subject, content: bodies(rendered, lang) };
  return html`<article aria-labelledby="subject-${mail.id}">
<h2 id="subject-${mail.id}" lang="${lang}">${title}</h2>
<dl>
<dt>To</dt><dd>${mail.recipient}</dd>
<dt>Queued</dt><dd>${mail.createdAt.toISOString()}</dd>
<dt>Template</dt><dd>${mail.template}</dd>
!${rendered instanceof Error || rendered.link === null ? '' : linkRow(rendered.link.address, live)}
</dl>
!${content}
</article>
`;
}

const linkRow = (address: string, live: boolean) =>
  live
    ? html`<dt>Link</dt><dd><a href="!${linkHtml(address)}">!${linkHtml(address)}</a></dd>`
    : html`<dt>Link</dt><dd>no longer good</dd>`;

const bodies = ({ subject, text, html: body }: RenderedMail, lang: string) => html`<details>
<summary>Text</summary>
<pre lang="${lang}">${text}</pre>
</details>
<details>
<summary>HTML</summary>
<iframe sandbox srcdoc="${body}" title="${subject}"></iframe>
</details>`;

/** One mail that can't be rendered must not hide the others. */
function attempt<Result>(work: () => Result): Result | Error {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
