import type { FastifyReply, FastifyRequest } from 'fastify';
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

/** The session token that a request carries: in `Authorization: Bearer`, or else in the cookie. */
export function sessionTokenOf(request: FastifyRequest, secure: boolean): string | null {
  const bearer = /^Bearer +([\w~+/.-]+=*) *$/i.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? request.cookies[nameOf(secure)] ?? null;
}
