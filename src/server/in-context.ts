import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../authz/refusal.ts';
import type { Database } from '../db/client.ts';
import type { Clock } from '../db/instant.ts';
import { touchApiToken } from '../db/queries/api-tokens.ts';
import { touchSession } from '../db/queries/sessions.ts';
import { type Authenticator, asNobody, byApiToken, bySessionToken } from '../identity/authenticate.ts';
import type { Limits } from '../identity/limits/limits.ts';
import type { LinkSigner } from '../identity/links.ts';
import { RequestContext, USE_PRECISION_MS } from '../resolvers/context/request-context.ts';
import { deviceCookie } from './device-cookie.ts';
import { type Credentials, credentialsOf, sessionCookie } from './session-cookie.ts';

/** Which credentials a route takes: the pages take sessions alone. */
export type Taken = 'SESSION' | 'SESSION_OR_API_TOKEN';

/** What every request's context is made of. */
export interface ContextOptions {
  readonly database: Database;
  /** The clock of the next request. */
  readonly clockOf: () => Clock | undefined;
  /** Whether clients reach the gateway by https. */
  readonly secure: boolean;
  readonly limits: Limits;
  /** Makes the secrets of links. */
  readonly links: LinkSigner;
  readonly invitationDays: number;
  readonly onMailQueued?: (() => void) | undefined;
  readonly appSecret: string;
}

/** Whether the cookies of an exchange are for https alone. */
export const isSecure = (request: FastifyRequest, { secure }: Pick<ContextOptions, 'secure'>): boolean =>
  secure || request.protocol === 'https';

/** Does the work of one HTTP request in its context, gives its connection back, and notes that its session was used. */
export async function inContext<Result>(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ContextOptions,
  takes: Taken,
  work: (context: RequestContext) => Promise<Result>,
): Promise<Result> {
  const context = contextOf(request, reply, options, takes);
  try {
    return await work(context);
  } finally {
    await context.close();
    noteUse(context, options.database, request);
  }
}

function contextOf(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ContextOptions,
  takes: Taken,
): RequestContext {
  const secure = isSecure(request, options);
  const sent = credentialsOf(request, secure);
  const credentials = takes === 'SESSION' ? { ...sent, apiToken: null } : sent;
  return new RequestContext({
    database: options.database,
    clock: options.clockOf(),
    sessionToken: credentials.sessionToken,
    apiToken: credentials.apiToken !== null,
    authenticate: authenticatorOf(credentials),
    cookie: sessionCookie(reply, secure),
    device: deviceCookie(request, reply, { secure, appSecret: options.appSecret }),
    limits: options.limits,
    links: options.links,
    invitationDays: options.invitationDays,
    onMailQueued: options.onMailQueued,
    origin: {
      requestId: request.id,
      ipAddress: request.ip,
      userAgent: request.headers['user-agent'] ?? null,
    },
  });
}

function authenticatorOf({ sessionToken, apiToken }: Credentials): Authenticator {
  const bySession = sessionToken === null ? asNobody : bySessionToken(sessionToken);
  if (apiToken === null) return bySession;
  const byToken = byApiToken(apiToken);
  if (sessionToken === null) return byToken;
  return async (tx, clock) => {
    const [account, other] = [await byToken(tx, clock), await bySession(tx, clock)];
    if (account && other && account.user.id !== other.user.id) throw twoAccounts();
    // A session never makes up for a token that is dead, nor lends it what it does not reach.
    return account;
  };
}

const twoAccounts = () =>
  new Refusal('UNAUTHENTICATED', 'The request carries an API token and the session of another account.', {
    layer: 'API',
    rule: 'section 3',
    required: 'credentials of one account',
    actual: 'credentials of two accounts',
  });

/** At most once a minute, and never in the way of a request. */
function noteUse({ staleUse }: RequestContext, database: Database, request: FastifyRequest): void {
  if (!staleUse) return;
  const { kind, id, instant } = staleUse;
  database
    .transaction('command', (tx) =>
      kind === 'session'
        ? touchSession(tx, id, instant)
        : touchApiToken(tx, id, instant, new Date(instant.getTime() - USE_PRECISION_MS)),
    )
    .catch((error: unknown) => request.log.warn({ err: error }, `the use of a ${kind} was not noted`));
}
