import type { FastifyReply, FastifyRequest } from 'fastify';

/** As long as the link that verifies an address. */
const MAX_AGE_SECONDS = 2 * 86_400;

const nameOf = (secure: boolean) => (secure ? '__Host-parkgate-invitation' : 'parkgate-invitation');

/** Which invitation this browser registered with: from the page that verifies the address it goes on there. */
export interface InvitationCookie {
  /** The secret of its link, as the browser tells it. */
  readonly token: string | null;
  keep(token: string): void;
  clear(): void;
}

/** The invitation cookie of one exchange. It opens no more than the link itself, which this browser has opened. */
export function invitationCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  secure: boolean,
): InvitationCookie {
  const name = nameOf(secure);
  const attributes = { path: '/', httpOnly: true, sameSite: 'lax', secure } as const;
  const token = request.cookies[name] ?? null;
  return {
    token,
    keep: (secret) => void reply.setCookie(name, secret, { ...attributes, maxAge: MAX_AGE_SECONDS }),
    clear: () => {
      if (token !== null) reply.clearCookie(name, attributes);
    },
  };
}
