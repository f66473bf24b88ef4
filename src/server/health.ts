import type { FastifyInstance } from 'fastify';
import type { Database } from '../db/client.ts';
import { areMigrationsCurrent } from '../db/migrations.ts';

/** `/healthz`: the process answers. `/readyz`: the database answers too, its migrations are current, and it is not stopping. */
export function healthRoutes(app: FastifyInstance, database: Database, isStopping: () => boolean): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (request, reply) => {
    const fault = await readinessFault(database, isStopping).catch((error: unknown) => {
      request.log.warn({ err: error }, 'not ready');
      return 'the database does not answer';
    });
    return reply
      .status(fault ? 503 : 200)
      .send(fault ? { status: 'not ready', reason: fault } : { status: 'ready' });
  });
}

async function readinessFault(database: Database, isStopping: () => boolean): Promise<string | null> {
  if (isStopping()) return 'the gateway is stopping';
  return (await areMigrationsCurrent(database)) ? null : 'the migrations are not current';
}
