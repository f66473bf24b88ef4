import { Writable } from 'node:stream';
import { sql } from 'drizzle-orm';
import type { Database } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { sessions } from '../../src/db/schema/sessions.ts';
import { isApiSecret } from '../../src/identity/api-tokens.ts';
import { LIMITS, type LimitName } from '../../src/identity/limits/limit-table.ts';
import { hashSecret, newSecret } from '../../src/identity/secret.ts';
import { createGateway } from '../../src/server/gateway.ts';
import { GraphQLClient } from './client.ts';
import { openTestDatabase } from './database.ts';

/** A gateway over real HTTP on a database of its own. */
export interface TestGateway {
  readonly url: string;
  readonly origin: string;
  readonly database: Database;
  /** Every statement since the last `takeStatements`. */
  takeStatements(): string[];
  /** Sets the instant of every request; null gives the database its clock back. */
  setClock(instant: Date | string | null): void;
  /** Whatever was logged so far. */
  readonly log: () => string;
  client(token?: string | null): GraphQLClient;
  /** Makes a session of a user, as signing in would, without hashing a password. */
  signInAs(userId: string): Promise<GraphQLClient>;
  /** Called with every statement before it is sent; throwing refuses it. */
  onStatement(listener: ((sql: string) => void) | null): void;
  close(): Promise<void>;
}

/** The same in every gateway of the tests, as it has to be in those of one database. */
export const TEST_APP_SECRET = 'an application secret that tests alone have';

const OUT_OF_THE_WAY = Object.fromEntries(Object.keys(LIMITS).map((name) => [name, 1_000_000]));

/** Starts one; `database` shares another gateway's. */
export async function startTestGateway(
  options: {
    database?: Database;
    publicUrl?: string;
    metricsToken?: string;
    /** The points of limits; all others are out of the way. */
    limits?: Partial<Record<LimitName, number>>;
    trustedProxies?: string[];
  } = {},
): Promise<TestGateway> {
  const statements: string[] = [];
  let listener: ((sql: string) => void) | null = null;
  let instant: Date | null = null;
  let log = '';
  const onStatement = (sql: string) => {
    statements.push(sql);
    listener?.(sql);
  };
  const database = options.database ?? (await openTestDatabase({ onStatement }));
  const now = () => instant ?? new Date();
  const app = await createGateway({
    config: {
      host: '127.0.0.1',
      metricsToken: options.metricsToken ?? null,
      publicUrl: options.publicUrl ?? 'http://127.0.0.1',
      trustedProxies: options.trustedProxies ?? [],
      logLevel: 'info',
    },
    database,
    appSecret: TEST_APP_SECRET,
    limitPoints: { ...OUT_OF_THE_WAY, ...options.limits },
    // Without an instant of its own the clock is the database's, as in service.
    get clock() {
      return instant ? now : undefined;
    },
    logDestination: new Writable({
      write(chunk, _encoding, done) {
        log += chunk;
        done();
      },
    }),
  });
  const origin = await app.listen({ port: 0, host: '127.0.0.1' });
  const url = `${origin}/graphql`;
  const client = (token: string | null = null) => new GraphQLClient(url, token);
  return {
    url,
    origin,
    database,
    client,
    takeStatements: () => statements.splice(0),
    setClock: (at) => {
      instant = at === null ? null : new Date(at);
    },
    log: () => log,
    onStatement: (each) => {
      listener = each;
    },
    signInAs: async (userId) => {
      const token = newSecret();
      const at = now();
      const expiresAt = new Date(Math.max(at.getTime(), Date.now()) + 86_400_000);
      const session = {
        id: newId(),
        userId,
        tokenHash: hashSecret(token),
        createdAt: at,
        lastSeenAt: at,
        expiresAt,
      };
      await database.transaction('command', async (tx) => void (await tx.insert(sessions).values(session)));
      return client(token);
    },
    close: async () => {
      await app.close();
      requireNoApiSecret('the log', log);
      requireNoApiSecret('the database', await everythingWritten(database));
      if (!options.database) await database.close();
    },
  };
}

/** T1: a secret is in the one answer that shows it, and nowhere else: looked for by every gateway of the tests as it closes. */
function requireNoApiSecret(where: string, text: string): void {
  const found = /parkgate_[0-9A-Za-z]{49}/.exec(text);
  if (found && isApiSecret(found[0])) throw new Error(`${where} holds the secret of an API token`);
}

/** What the gateway wrote for others to read: records, and mails with what they say. A database that is gone says nothing. */
async function everythingWritten(database: Database): Promise<string> {
  const query = sql`select to_jsonb(t)::text as text from audit_events t union all select to_jsonb(t)::text from mails t
    union all select to_jsonb(t)::text from api_tokens t`;
  try {
    const rows = await database.transaction('snapshot', async (tx) =>
      rowsOf<{ text: string }>(await tx.execute(query)),
    );
    return rows.map(({ text }) => text).join('\n');
  } catch {
    return '';
  }
}
