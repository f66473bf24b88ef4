import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../db/client.ts';
import { countMails } from '../db/queries/mails.ts';
import { readSnapshot } from '../db/tx.ts';
import { hashSecret } from '../identity/secret.ts';

/**
 * `/metrics` for Prometheus: the process, and requests by route and status, mails by what became of them. With METRICS_TOKEN it asks for it as a bearer
 * token; without, it exists only where nobody but this machine can reach it.
 */
export function metricsRoute(
  app: FastifyInstance,
  {
    token,
    isLoopback,
    database,
  }: { readonly token: string | null; readonly isLoopback: boolean; readonly database: Database },
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
  new Gauge({
    name: 'parkgate_mails',
    help: 'Mails that are queued, and mails that were given up.',
    labelNames: ['status'],
    registers: [register],
    async collect() {
      this.reset();
      // Without a database there is no figure; the others are told nevertheless.
      const counts = await readSnapshot(database, countMails).catch(() => null);
      if (counts === null) return;
      this.set({ status: 'queued' }, counts.queued);
      this.set({ status: 'failed' }, counts.failed);
    },
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
