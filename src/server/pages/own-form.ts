import type { FastifyRequest } from 'fastify';

/**
 * Whether a form was sent from a page of our own, or by the person without any page: told by `Sec-Fetch-Site`, or by `Origin` where a
 * browser leaves that away (over plain http, or because it is old). What sends neither is no browser with one of our pages.
 */
export function isOwnForm(
  { headers, protocol, host }: Pick<FastifyRequest, 'headers' | 'protocol' | 'host'>,
  publicUrl: string,
): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  // Behind a proxy the public address may be the only one that is right, without one the request's own.
  return [new URL(publicUrl).origin, `${protocol}://${host}`].includes(headers.origin ?? '');
}
