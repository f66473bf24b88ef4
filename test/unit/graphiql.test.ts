import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import fastify from 'fastify';
import { buildSchema, parse, specifiedRules, validate } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../src/root.ts';
import { type GraphiqlOptions, graphiql, wantsGraphiql } from '../../src/server/graphiql.ts';

const ACCOUNT = { email: 'ada@demo.example', password: `"<script>&{{nonce}}$&'` };

async function start(options: GraphiqlOptions = {}) {
  const app = fastify();
  await app.register(graphiql, options);
  app.get('/graphql', async (request, reply) => (wantsGraphiql(request) ? reply.graphiql() : 'an answer'));
  afterAll(() => app.close());
  const page = (headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }) =>
    app.inject({ url: '/graphql', headers });
  return { app, page, html: (await page()).body };
}

const addresses = (html: string) =>
  [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address as string);
const { app, page, html } = await start();
const demo = await start({ demoAccount: ACCOUNT });

describe('the page', () => {
  it('loads nothing but local files, each there under an address of its own', async () => {
    expect(addresses(html)).toHaveLength(7);
    for (const address of addresses(html)) {
      expect(address).toMatch(/^graphiql\/[\w.-]+\?v=[\w-]{12}$/);
      const { statusCode, headers, rawPayload } = await app.inject(`/${address}`);
      expect({ address, statusCode }).toEqual({ address, statusCode: 200 });
      expect(rawPayload.length).toBeGreaterThan(100);
      expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
      const type = {
        js: 'text/javascript; charset=utf-8',
        css: 'text/css; charset=utf-8',
        svg: 'image/svg+xml',
      };
      expect(headers['content-type']).toBe(type[/\.(js|css|svg)\?/.exec(address)?.[1] as keyof typeof type]);
    }
  });

  it('names no other host, and neither do its style sheets', async () => {
    expect(html).not.toMatch(/https?:|\/\//);
    for (const address of addresses(html).filter((each) => each.includes('.css'))) {
      const { body } = await app.inject(`/${address}`);
      expect(body.match(/@import|url\((?!\s*["']?data:)[^)]{0,50}/g)).toBeNull();
    }
  });

  it('has no script or style of its own, and a policy that allows neither', async () => {
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/);
    const { headers } = await page();
    const policy = String(headers['content-security-policy']);
    const directives = Object.fromEntries(policy.split('; ').map((directive) => directive.split(/ (.*)/s)));
    expect(directives).toEqual({
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': expect.stringMatching(/^'self' 'nonce-[\w-]{22}'$/),
      'font-src': "'self' data:",
      'img-src': "'self' data:",
      'connect-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    });
  });

  it('has a new nonce each time, and is never cached', async () => {
    const nonces = await Promise.all(
      [page(), page()].map(async (response) => {
        const { body, headers } = await response;
        const nonce = / nonce="([^"]+)"/.exec(body)?.[1];
        expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`);
        expect(headers['cache-control']).toBe('no-store');
        return nonce;
      }),
    );
    expect(new Set(nonces).size).toBe(2);
  });

  it('leaves no placeholder', () => {
    expect(html).not.toMatch(/\{\{|undefined/);
  });

  it('names the demo account, escaped', () => {
    expect(demo.html).toContain(`data-email="ada@demo.example"`);
    expect(demo.html).not.toContain('<script>');
    expect(html).toContain('data-email="" data-password=""');
  });
});

it('nothing else of the packages is served', async () => {
  for (const path of [
    'package.json',
    'graphiql.js',
    'index.html',
    '',
    '../package.json',
    '%2e%2e/package.json',
  ]) {
    expect((await app.inject(`/graphiql/${path}`)).statusCode).toBe(404);
  }
});

describe('the page is for browsers', () => {
  it.each([
    ['/graphql', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['/graphql?', 'text/html', true],
    ['/graphql?theme=dark', 'text/html', true],
    ['/graphql?query={viewer{user{id}}}', 'text/html', false],
    ['/graphql', '*/*', false],
    ['/graphql', 'application/json', false],
    ['/graphql', undefined, false],
  ])('%s with Accept: %s', async (url, accept, expected) => {
    const { headers } = await app.inject({ url, headers: accept === undefined ? {} : { accept } });
    expect(String(headers['content-type']).startsWith('text/html')).toBe(expected);
    if (expected) expect(headers.vary).toBe('accept');
  });
});

describe('the start script', () => {
  interface Props {
    readonly defaultTabs: readonly { readonly query: string }[];
    readonly fetcher: { readonly url: string; readonly fetch: (url: string, request: object) => void };
    readonly storage: object;
  }

  /** Runs it with stand-ins for the page and the libraries. */
  function run(dataset: { email: string; password: string }) {
    const requests: unknown[][] = [];
    const rendered: Props[] = [];
    const context = {
      document: {
        body: { dataset },
        getElementById: (id: string) => ({ id }),
        querySelector: () => ({ nonce: 'N' }),
      },
      location: { pathname: '/base/graphql' },
      sessionStorage: {},
      fetch: (...request: unknown[]) => requests.push(request),
      GraphiQL: { createFetcher: (options: object) => options },
      React: { createElement: (type: unknown, props: object) => ({ type, props }) },
      ReactDOM: {
        createRoot: () => ({ render: (tree: { props: Props }) => rendered.push(tree.props) }),
      },
    };
    runInNewContext(readFileSync(join(projectRoot, 'assets/graphiql/start.js'), 'utf8'), context);
    const [props] = rendered as [Props];
    return { context, props, requests, queries: props.defaultTabs.map(({ query }) => query) };
  }

  it('opens four tabs, each valid by the contract', () => {
    const schema = buildSchema(readFileSync(join(projectRoot, 'contract/schema.graphql'), 'utf8'));
    const { queries } = run({ email: '', password: '' });
    expect(queries.map((query) => /(?:query|mutation) (\w+)/.exec(query)?.[1])).toEqual([
      'SignIn',
      'Viewer',
      'ParkTree',
      'PermissionModel',
    ]);
    for (const query of queries) expect(validate(schema, parse(query), specifiedRules)).toEqual([]);
  });

  it('signs in with the demo account, whatever its characters', () => {
    const { queries } = run(ACCOUNT);
    expect(JSON.stringify(parse(queries[0] as string))).toContain(JSON.stringify(ACCOUNT.password));
    expect(queries[0]).toContain(ACCOUNT.email);
  });

  it('asks the same origin with its cookie, and keeps what was typed in the tab alone', () => {
    const { context, props, requests } = run({ email: '', password: '' });
    expect(props.fetcher.url).toBe('/base/graphql');
    props.fetcher.fetch('/base/graphql', { method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(requests).toEqual([
      [
        '/base/graphql',
        { method: 'POST', headers: { 'content-type': 'application/json' }, credentials: 'same-origin' },
      ],
    ]);
    expect(props.storage).toBe(context.sessionStorage);
  });
});
