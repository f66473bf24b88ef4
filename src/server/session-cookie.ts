import type { FastifyReply, FastifyRequest } from 'fastify';
import { claimsApiToken } from '../identity/api-tokens.ts';
import type { SessionCookie } from '../resolvers/context/request-context.ts';

/** Behind https the browser itself holds the name to this host and to Secure. */
const nameOf = (secure: boolean) => (secure ? '__Host-parkgate' : 'parkgate');

/** The session cookie of one exchange: HttpOnly, SameSite, no Domain. */
export function sessionCookie(reply: FastifyReply, secure: boolean): SessionCookie {
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  return {
    set: (token, expires) => void reply.setCookie(nameOf(secure), token, { ...attributes, expires }),
    clear: () => void reply.clearCookie(nameOf(secure), attributes),
  };
}

/** What a request proves who makes it with; an API token beside a session's cookie is both. */
export interface Credentials {
  readonly sessionToken: string | null;
  readonly apiToken: string | null;
}

/** The credentials of a request: in `Authorization: Bearer`, or else in the cookie. */
export function credentialsOf(request: FastifyRequest, secure: boolean): Credentials {
  const bearer = /^Bearer +([\w~+/.-]+=*) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
  const cookie = request.cookies[nameOf(secure)] ?? null;
  return bearer !== null && claimsApiToken(bearer)
    ? { sessionToken: cookie, apiToken: bearer }
    : { sessionToken: bearer ?? cookie, apiToken: null };
}
