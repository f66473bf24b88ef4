import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { projectRoot } from '../root.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** Answers with the GraphiQL page. */
    graphiql(): FastifyReply;
  }
}

export interface GraphiqlOptions {
  /** Whom the first tab signs in; for the demo world only, since the page shows the password to everyone. */
  readonly demoAccount?: { readonly email: string; readonly password: string };
}

const JAVASCRIPT = 'text/javascript; charset=utf-8';
const CSS = 'text/css; charset=utf-8';

/** What the page loads, below `/graphiql/` under the file's own name. */
const ASSETS: Readonly<Record<string, string>> = {
  'assets/graphiql/icon.svg': 'image/svg+xml',
  'assets/graphiql/style.css': CSS,
  'assets/graphiql/start.js': JAVASCRIPT,
  'node_modules/graphiql/graphiql.min.css': CSS,
  'node_modules/graphiql/graphiql.min.js': JAVASCRIPT,
  'node_modules/react/umd/react.production.min.js': JAVASCRIPT,
  'node_modules/react-dom/umd/react-dom.production.min.js': JAVASCRIPT,
};

/** An asset may be kept forever: the page asks for it under an address that changes with its content. */
const ASSET_HEADERS = { 'cache-control': 'public, max-age=31536000, immutable' };

const pageHeaders = (nonce: string) => ({
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  vary: 'accept',
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    // GraphiQL's dialogs add a style element.
    `style-src 'self' 'nonce-${nonce}'`,
    // GraphiQL's style sheet holds its fonts and icons.
    "font-src 'self' data:",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
});

const read = (path: string) => readFile(join(projectRoot, path));

/** A Fastify plugin: GraphiQL, from local files only. It serves the assets, and gives every reply `graphiql()` for the page itself. */
export const graphiql: FastifyPluginAsync<GraphiqlOptions> = async (app, { demoAccount }) => {
  const versions = new Map<string, string>();
  for (const [path, type] of Object.entries(ASSETS)) {
    const content = await read(path);
    const name = basename(path);
    versions.set(name, createHash('sha256').update(content).digest('base64url').slice(0, 12));
    app.get(`/graphiql/${name}`, (_, reply) =>
      reply.headers({ ...ASSET_HEADERS, 'content-type': type }).send(content),
    );
  }

  const { email = '', password = '' } = demoAccount ?? {};
  const page = (await read('assets/graphiql/index.html'))
    .toString()
    .replace(/graphiql\/([\w.-]+)/g, (address, name) => `${address}?v=${versions.get(name)}`)
    .replaceAll('{{email}}', () => escapeHtml(email))
    .replaceAll('{{password}}', () => escapeHtml(password));

  app.decorateReply('graphiql', function (this: FastifyReply) {
    const nonce = randomBytes(16).toString('base64url');
    return this.headers(pageHeaders(nonce)).send(page.replace('{{nonce}}', () => nonce));
  });
};
// The decorated reply is for the routes of the whole app, not only for this plugin's own.
Object.assign(graphiql, { [Symbol.for('skip-override')]: true });

/** Whether a GET request comes from a browser's address bar: it asks for a page and brings no operation. */
export const wantsGraphiql = ({ headers, query }: FastifyRequest): boolean =>
  (headers.accept ?? '').includes('text/html') && !('query' in (query as object));

const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
