import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { hashSecret } from '../identity/secret.ts';

/**
 * `/metrics` for Prometheus: the process, and requests by route and status. With METRICS_TOKEN it asks for it as a bearer
 * token; without, it exists only where nobody but this machine can reach it.
 */
export function metricsRoute(
  app: FastifyInstance,
  { token, isLoopback }: { readonly token: string | null; readonly isLoopback: boolean },
): void {
  if (token === null && !isLoopback) return;
  const register = new Registry();
  collectDefaultMetrics({ register });
  const seconds = new Histogram({
    name: 'parkgate_http_request_duration_seconds',
    help: 'Seconds from a request to its response.',
    labelNames: ['route', 'status'],
    registers: [register],
  });
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe({ route, status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
  app.get('/metrics', async (request, reply) => {
    if (token !== null && !carries(request, token)) return reply.callNotFound();
    return reply.type(register.contentType).send(await register.metrics());
  });
}

/** Compares digests: their length tells nothing, and the comparison takes the same time wherever they differ. */
function carries(request: FastifyRequest, token: string): boolean {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(hashSecret(given), hashSecret(token));
}
