import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../db/client.ts';
import type { Clock } from '../db/instant.ts';
import { touchSession } from '../db/queries/sessions.ts';
import { asNobody, bySessionToken } from '../identity/authenticate.ts';
import type { Limits } from '../identity/limits/limits.ts';
import type { LinkSigner } from '../identity/links.ts';
import { RequestContext } from '../resolvers/context/request-context.ts';
import { deviceCookie } from './device-cookie.ts';
import { sessionCookie, sessionTokenOf } from './session-cookie.ts';

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
  work: (context: RequestContext) => Promise<Result>,
): Promise<Result> {
  const context = contextOf(request, reply, options);
  try {
    return await work(context);
  } finally {
    await context.close();
    noteSession(context, options.database, request);
  }
}

function contextOf(request: FastifyRequest, reply: FastifyReply, options: ContextOptions): RequestContext {
  const secure = isSecure(request, options);
  const sessionToken = sessionTokenOf(request, secure);
  return new RequestContext({
    database: options.database,
    clock: options.clockOf(),
    sessionToken,
    authenticate: sessionToken === null ? asNobody : bySessionToken(sessionToken),
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

/** At most once a minute, and never in the way of a request. */
function noteSession({ staleSession }: RequestContext, database: Database, request: FastifyRequest): void {
  if (!staleSession) return;
  database
    .transaction('command', (tx) => touchSession(tx, staleSession.id, staleSession.instant))
    .catch((error: unknown) => request.log.warn({ err: error }, 'the use of a session was not noted'));
}
