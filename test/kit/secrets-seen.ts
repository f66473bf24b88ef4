import { sql } from 'drizzle-orm';
import { expect, vi } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { linkSigner } from '../../src/identity/links.ts';
import { mailQueue } from './accounts.ts';
import { TEST_APP_SECRET, type TestGateway } from './gateway.ts';

/** Names of inputs that are secret, wherever they stand in the variables of a request. */
const SECRET_INPUTS = /password|token/i;

const UNSEEN_TOKEN = /<input type="hidden" name="token" value="[^"]+">/g;

/**
 * Watches every request of a test file from now on. `expectNone` fails where a secret (the links of all mails and invitations, session
 * tokens, passwords) shows in an answer, a row of any table, or the log. A session's token may stand in `sessionToken` alone, and that of
 * a link on the page that it led to, in the field that takes it along unseen.
 */
export function watchSecrets() {
  const secrets = new Set<string>([TEST_APP_SECRET]);
  const answers: string[] = [];
  const send = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const bearer = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '');
    if (bearer) secrets.add(bearer);
    if (typeof init?.body === 'string')
      for (const secret of secretsIn(inputsOf(init.body, new Headers(init.headers)))) secrets.add(secret);
    const response = await send(url, init);
    const body = await response.clone().text();
    for (const [, token = ''] of body.matchAll(/"sessionToken":"([^"]+)"/g)) secrets.add(token);
    answers.push(body.replaceAll(/"sessionToken":"[^"]+"/g, '').replaceAll(UNSEEN_TOKEN, ''));
    return response;
  });
  return {
    async expectNone(gateway: TestGateway) {
      const links = await linkSecrets(gateway.database);
      expect(links.length).toBeGreaterThan(0);
      const rows = await everyRow(gateway.database);
      const where = { answer: answers, row: rows, log: gateway.log().split('\n') };
      expect(answers.length).toBeGreaterThan(0);
      const found = [...secrets, ...links].flatMap((secret) =>
        Object.entries(where).flatMap(([place, texts]) =>
          texts
            .filter((text) => text.includes(secret))
            .map((text) => ({ secret, place, text: text.slice(0, 300) })),
        ),
      );
      expect(found).toEqual([]);
      expect([...answers, ...where.log].filter((text) => text.includes('$argon2'))).toEqual([]);
    },
  };
}

/** What a request gives: the form of a page, or JSON. */
const inputsOf = (body: string, headers: Headers): unknown =>
  headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
    ? Object.fromEntries(new URLSearchParams(body))
    : JSON.parse(body);

/** Long enough not to stand somewhere by chance, and no id that was tried as a secret. */
const isSecret = (text: string) =>
  text.trim().length >= 12 && text.isWellFormed() && !/^[a-z]+_[0-9a-z]{26}$/.test(text);

function secretsIn(value: unknown, secret = false): string[] {
  if (typeof value === 'string') return secret && isSecret(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => secretsIn(part, secret || SECRET_INPUTS.test(name)));
}

/** Of every link that was ever mailed, and of every invitation as often as it was sent. */
async function linkSecrets(database: Database): Promise<string[]> {
  const sign = linkSigner(TEST_APP_SECRET);
  const mailed = (await mailQueue(database)).flatMap(
    ({ linkKind: kind, linkId: id, linkRotation: rotation }) =>
      kind && id && rotation !== null ? [sign({ kind, id, rotation })] : [],
  );
  const sent = await database.transaction('snapshot', async (tx) =>
    rowsOf<{ id: string; rotation: number }>(await tx.execute(sql`select id, rotation from invitations`)),
  );
  return [
    ...mailed,
    ...sent.flatMap(({ id, rotation }) =>
      Array.from({ length: rotation + 1 }, (_, n) => sign({ kind: 'INVITATION', id, rotation: n })),
    ),
  ];
}

/** What a dump of the database would hold. */
async function everyRow(database: Database): Promise<string[]> {
  return database.transaction('snapshot', async (tx) => {
    const tables = rowsOf<{ name: string }>(
      await tx.execute(
        sql`select table_name as name from information_schema.tables where table_schema = 'public'`,
      ),
    );
    const rows: string[] = [];
    for (const { name } of tables) {
      const found = await tx.execute(sql`select t::text as row from ${sql.identifier(name)} t`);
      rows.push(...rowsOf<{ row: string }>(found).map(({ row }) => `${name} ${row}`));
    }
    expect(rows.length).toBeGreaterThan(0);
    return rows;
  });
}
