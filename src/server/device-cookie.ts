import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DeviceCookie } from '../resolvers/context/request-context.ts';

const nameOf = (secure: boolean) => (secure ? '__Host-parkgate-device' : 'parkgate-device');

/** One year. */
const MAX_AGE_SECONDS = 365 * 86_400;

/** In one browser; who signs in to more loses the mark of the one that was used longest ago. */
const MAX_ACCOUNTS = 5;

/** Between the marks of a cookie; within a mark it is a dot. Neither is in base64url. */
const SEPARATOR = '~';

/**
 * The device cookie of one exchange: a mark for each account that signed in here, made of a random id and an HMAC of account and id.
 * It gives a sign-in a bucket of its own and nothing else: it is no session, and good for its account alone.
 */
export function deviceCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { secure, appSecret }: { readonly secure: boolean; readonly appSecret: string },
): DeviceCookie {
  const name = nameOf(secure);
  let marks = (request.cookies[name] ?? '').split(SEPARATOR, MAX_ACCOUNTS).filter(Boolean);
  const sign = (account: string, id: string) =>
    createHmac('sha256', appSecret).update(`device ${id} ${account}`).digest();
  const isOf = (account: string) => (mark: string) => {
    const [id = '', mac = ''] = mark.split('.');
    const [given, right] = [Buffer.from(mac, 'base64url'), sign(account, id)];
    return given.length === right.length && timingSafeEqual(given, right);
  };
  const markOf = (account: string) => marks.find(isOf(account));
  return {
    idOf: (account) => markOf(account)?.split('.')[0] ?? null,
    remember: (account) => {
      const id = randomBytes(16).toString('base64url');
      const mark = markOf(account) ?? `${id}.${sign(account, id).toString('base64url')}`;
      marks = [mark, ...marks.filter((other) => other !== mark)].slice(0, MAX_ACCOUNTS);
      reply.setCookie(name, marks.join(SEPARATOR), {
        path: '/',
        httpOnly: true,
        sameSite: 'lax',
        secure,
        maxAge: MAX_AGE_SECONDS,
      });
    },
  };
}
