import type { AccountFact } from '../../authz/facts.ts';
import { unauthenticated } from '../../authz/refusal.ts';
import type { FencedContext } from '../../authz/rules.ts';
import type { AuditActor } from '../../db/audit.ts';
import type { Database, Tx } from '../../db/client.ts';
import type { Clock } from '../../db/instant.ts';
import { readInstant } from '../../db/queries/sessions.ts';
import {
  type Command,
  type LockMode,
  type OpenSnapshot,
  openSnapshot,
  readSnapshot,
  runCommand,
} from '../../db/tx.ts';
import type { Authenticator } from '../../identity/authenticate.ts';
import { Reading } from './reading.ts';
import { loadViewer, type Viewer } from './viewer.ts';

/** Where a request came from. */
export interface RequestOrigin {
  readonly requestId: string;
  readonly ipAddress: string | null;
  readonly userAgent: string | null;
}

/** The session cookie of the response. */
export interface SessionCookie {
  set(token: string, expiresAt: Date): void;
  clear(): void;
}

export interface RequestContextOptions {
  readonly database: Database;
  readonly origin: RequestOrigin;
  readonly authenticate: Authenticator;
  /** The session token that the request carries, live or not. */
  readonly sessionToken: string | null;
  readonly cookie: SessionCookie;
  readonly clock?: Clock | undefined;
}

/** What a command changes, and in which organizations; see `runCommand`. */
export interface CommandOptions<Result> {
  readonly mode: LockMode;
  readonly organizations: (tx: Tx, viewer: Viewer) => Promise<readonly string[]>;
  readonly work: (command: Command<Viewer>) => Promise<Result>;
}

/** What graphql-js hands to resolvers. Apollo Server copies this object; the request behind it stays one. */
export interface GraphQLContext extends FencedContext {
  readonly request: RequestContext;
}

/**
 * One request's way to the database: a query's reads share one snapshot; each command has a transaction of its own, and what
 * its payload reads comes from a snapshot taken after it. At most one connection is held at a time.
 */
export class RequestContext {
  readonly #options: RequestContextOptions;
  #authenticate: Authenticator;
  #opening: Promise<{ reading: Reading; snapshot: OpenSnapshot }> | null = null;
  #reading: Reading | null = null;
  /** A session that was used and has not been noted for a while. */
  staleSession: { id: string; instant: Date } | null = null;

  constructor(options: RequestContextOptions) {
    this.#options = options;
    this.#authenticate = options.authenticate;
  }

  get origin(): RequestOrigin {
    return this.#options.origin;
  }

  get sessionToken(): string | null {
    return this.#options.sessionToken;
  }

  get cookie(): SessionCookie {
    return this.#options.cookie;
  }

  /** The snapshot that is open, for resolvers below an object that came from it. */
  get current(): Reading {
    if (!this.#reading) throw new Error('no snapshot is open: an object was resolved without one');
    return this.#reading;
  }

  /** Opens the snapshot at its first use. */
  async reading(): Promise<Reading> {
    this.#opening ??= this.#open();
    return (await this.#opening).reading;
  }

  /** The account behind the request, for the fences. */
  async account(): Promise<AccountFact | null> {
    return (await this.reading()).viewerOrNobody?.facts.account ?? null;
  }

  async #open() {
    const { database, clock } = this.#options;
    const snapshot = await openSnapshot(database);
    try {
      const rows = await this.#authenticate(snapshot.tx, clock);
      this.#noteSession(rows);
      const viewer = rows && (await loadViewer(snapshot.tx, rows));
      this.#reading = new Reading(snapshot.tx, viewer);
      return { reading: this.#reading, snapshot };
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  }

  #noteSession(rows: Awaited<ReturnType<Authenticator>>): void {
    const age = rows?.session ? rows.instant.getTime() - rows.session.lastSeenAt.getTime() : 0;
    if (rows?.session && age >= LAST_SEEN_PRECISION_MS) {
      this.staleSession = { id: rows.session.id, instant: rows.instant };
    }
  }

  /** Runs a signed-in viewer's command: authenticated, decided and written in one transaction. */
  command<Result>({ mode, organizations, work }: CommandOptions<Result>): Promise<Result> {
    const { clock, origin } = this.#options;
    const viewerOf = async (tx: Tx) => {
      const rows = await this.#authenticate(tx, clock);
      if (!rows) throw unauthenticated();
      return loadViewer(tx, rows);
    };
    return this.#alone(() =>
      runCommand(this.#options.database, {
        mode,
        organizations: async (tx) => {
          const viewer = await viewerOf(tx);
          const home = viewer.rows.membership?.organizationId;
          return [...(home ? [home] : []), ...(await organizations(tx, viewer))];
        },
        actor: async (tx) => {
          const viewer = await viewerOf(tx);
          return { actor: viewer, instant: viewer.rows.instant, audit: auditActor(origin, viewer.rows.user) };
        },
        work,
      }),
    );
  }

  /** Runs a command of an account that is not signed in yet (`account` names it in the audit). */
  accountCommand<Result>(
    account: { id: string; name: string } | null,
    work: (command: Command<null>) => Promise<Result>,
  ): Promise<Result> {
    const { database, clock, origin } = this.#options;
    return this.#alone(() =>
      runCommand(database, {
        mode: 'RESOURCES',
        organizations: async () => [],
        actor: async (tx) => ({
          actor: null,
          instant: await readInstant(tx, clock),
          audit: auditActor(origin, account),
        }),
        work,
      }),
    );
  }

  /** Reads something by itself, and gives the connection back at once: what follows may take its time. */
  readOnce<Result>(read: (tx: Tx, clock: Clock | undefined) => Promise<Result>): Promise<Result> {
    return this.#alone(() => readSnapshot(this.#options.database, (tx) => read(tx, this.#options.clock)));
  }

  /** From now on the request is made by another one: after signing in. */
  authenticateBy(authenticate: Authenticator): void {
    this.#authenticate = authenticate;
  }

  async #alone<Result>(run: () => Promise<Result>): Promise<Result> {
    await this.close();
    return run();
  }

  /** Gives the snapshot's connection back; the next read opens a new one. */
  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = null;
    this.#reading = null;
    if (opening)
      await opening.then(
        ({ snapshot }) => snapshot.close(),
        () => undefined,
      );
  }
}

/** How exact `Session.lastSeenAt` is: at most one write a minute. */
const LAST_SEEN_PRECISION_MS = 60_000;

const auditActor = (origin: RequestOrigin, user: { id: string; name: string } | null): AuditActor => ({
  userId: user?.id ?? null,
  name: user?.name ?? null,
  requestId: origin.requestId,
  ipAddress: origin.ipAddress,
});
