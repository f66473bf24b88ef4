import type { AccountFact } from '../../authz/facts.ts';
import { unauthenticated } from '../../authz/refusal.ts';
import type { PermissionGroup } from '../../authz/roles.ts';
import type { FencedContext } from '../../authz/rules.ts';
import type { AuditActor } from '../../db/audit.ts';
import type { Database, Tx } from '../../db/client.ts';
import type { Clock } from '../../db/instant.ts';
import { type AccountRows, readInstant } from '../../db/queries/sessions.ts';
import {
  type Command,
  type LockMode,
  type OpenSnapshot,
  openSnapshot,
  readSnapshot,
  runCommand,
} from '../../db/tx.ts';
import type { Authenticator } from '../../identity/authenticate.ts';
import type { Limits } from '../../identity/limits/limits.ts';
import type { LinkSigner } from '../../identity/links.ts';
import { Reading } from './reading.ts';
import { type RequestLimits, requestLimits } from './request-limits.ts';
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

/** What a browser keeps of the accounts that signed in to it: it makes a device known, and is no session. */
export interface DeviceCookie {
  /** The id of this device for an account (its canonical address); null if it never signed in here. */
  idOf(account: string): string | null;
  /** To be called after each successful sign-in. */
  remember(account: string): void;
}

export interface RequestContextOptions {
  readonly database: Database;
  readonly origin: RequestOrigin;
  readonly authenticate: Authenticator;
  /** The session token that the request carries, live or not. */
  readonly sessionToken: string | null;
  readonly cookie: SessionCookie;
  /** Whether the request carries an API token, live or not; else nothing is asked of the database about one. */
  readonly apiToken?: boolean;
  /** A command line has neither device nor limits. */
  readonly device?: DeviceCookie | undefined;
  readonly limits?: Limits | undefined;
  readonly clock?: Clock | undefined;
  /** Makes the secrets of links; a command line that sends none has none. */
  readonly links?: LinkSigner | undefined;
  /** How long an invitation is good, in days. */
  readonly invitationDays?: number | undefined;
  /** Called when a command that queued mail has committed. */
  readonly onMailQueued?: (() => void) | undefined;
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
  #mailQueued = false;
  /** A session or API token whose use has not been noted for a while. */
  staleUse: { kind: 'session' | 'API token'; id: string; instant: Date } | null = null;
  /** What fields of reports have answered so far, over all snapshots of the request. */
  reportCharacters = 0;

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

  get device(): DeviceCookie {
    const { device } = this.#options;
    if (!device) throw new Error('this request has no device');
    return device;
  }

  /** The limits that are counted in the database. */
  get limits(): RequestLimits {
    const { limits, origin } = this.#options;
    if (!limits) throw new Error('this request has no limits');
    return requestLimits(limits, origin.ipAddress ?? 'unknown', () => this.close());
  }

  /** Makes the secret of a link. */
  get links(): LinkSigner {
    const { links } = this.#options;
    if (!links) throw new Error('this request has no signer of links');
    return links;
  }

  /** When an invitation that is sent at `instant` expires. */
  invitationExpiry(instant: Date): Date {
    return new Date(instant.getTime() + (this.#options.invitationDays ?? 7) * 86_400_000);
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

  /** The permission group of the API token behind the request, for the fences; null for a session and for nobody. */
  async permissionGroup(): Promise<PermissionGroup | null> {
    if (this.#options.apiToken !== true) return null;
    return (await this.reading()).viewerOrNobody?.facts.token?.group ?? null;
  }

  async #open() {
    const { database, clock } = this.#options;
    const snapshot = await openSnapshot(database);
    try {
      const rows = await this.#authenticate(snapshot.tx, clock);
      this.#noteUse(rows);
      const viewer = rows && (await loadViewer(snapshot.tx, rows));
      this.#reading = new Reading(snapshot.tx, viewer, clock);
      return { reading: this.#reading, snapshot };
    } catch (error) {
      await snapshot.close();
      throw error;
    }
  }

  #noteUse(rows: AccountRows | null): void {
    const used = rows?.apiToken
      ? ({ kind: 'API token', id: rows.apiToken.id, lastUse: rows.apiToken.lastUsedAt } as const)
      : rows?.session &&
        ({ kind: 'session', id: rows.session.id, lastUse: rows.session.lastSeenAt } as const);
    if (!rows || !used) return;
    const { kind, id, lastUse } = used;
    const age = lastUse === null ? USE_PRECISION_MS : rows.instant.getTime() - lastUse.getTime();
    if (age >= USE_PRECISION_MS) this.staleUse = { kind, id, instant: rows.instant };
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
          return {
            actor: viewer,
            instant: viewer.rows.instant,
            audit: auditActor(origin, viewer.rows.user, viewer.rows.apiToken),
          };
        },
        work: this.#mailing(work),
      }),
    );
  }

  /** Tells of queued mail once the command has committed. */
  #mailing<Actor, Result>(work: (command: Command<Actor>) => Promise<Result>) {
    return (command: Command<Actor>) => {
      this.#mailQueued = false;
      return work({
        ...command,
        mail: (mail) => {
          this.#mailQueued ||= mail !== null;
          command.mail(mail);
        },
      });
    };
  }

  /**
   * Runs a command of an account that is not signed in yet.
   * @param account names it in the audit
   * @param organizations those whose standing or access it changes
   */
  accountCommand<Result>(
    account: { id: string; name: string } | null,
    work: (command: Command<null>) => Promise<Result>,
    organizations: (tx: Tx) => Promise<readonly string[]> = async () => [],
  ): Promise<Result> {
    const { database, clock, origin } = this.#options;
    return this.#alone(() =>
      runCommand(database, {
        mode: 'ACCESS',
        organizations,
        actor: async (tx) => ({
          actor: null,
          instant: await readInstant(tx, clock),
          audit: auditActor(origin, account),
        }),
        work: this.#mailing(work),
      }),
    );
  }

  /** Who makes the request, as a command of an account that need not be signed in asks inside its transaction; null for nobody. */
  authenticated(tx: Tx): Promise<AccountRows | null> {
    return this.#authenticate(tx, this.#options.clock);
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
    const result = await run();
    if (this.#mailQueued) this.#options.onMailQueued?.();
    this.#mailQueued = false;
    return result;
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

/** How exact `Session.lastSeenAt` and `ApiToken.lastUsedAt` are: at most one write a minute. */
export const USE_PRECISION_MS = 60_000;

const auditActor = (
  origin: RequestOrigin,
  user: { id: string; name: string } | null,
  apiToken: { id: string } | null = null,
): AuditActor => ({
  userId: user?.id ?? null,
  name: user?.name ?? null,
  apiTokenId: apiToken?.id ?? null,
  requestId: origin.requestId,
  ipAddress: origin.ipAddress,
});
