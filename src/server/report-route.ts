import type { FastifyInstance, FastifyReply } from 'fastify';
import { requireReached } from '../authz/permission-groups.ts';
import { ERROR_CODES, notFound, Refusal } from '../authz/refusal.ts';
import { isUnavailable } from '../db/errors.ts';
import type { RequestContext } from '../resolvers/context/request-context.ts';
import { loadReport, loadScopes } from '../resolvers/reports/load-report.ts';
import { csvOf } from '../resolvers/reports/report-csv.ts';
import type { ReportModel } from '../resolvers/reports/report-model.ts';
import { readPages } from '../resolvers/reports/report-pages.ts';
import { parseGlobalId } from '../schema/global-id.ts';
import { errorBody } from './http-errors.ts';
import { type ContextOptions, inContext } from './in-context.ts';
import { hasNoRoom, spool } from './spool.ts';

/**
 * `/reports/<id>.csv`: a report as a file, for the member who made it, under the rules of `Report.rows` and without their limit. Its rows come
 * from one snapshot, page by page, into a file on this machine; the snapshot's connection goes back before the first byte leaves, so that a
 * client that reads slowly keeps no other waiting.
 */
export function reportRoute(app: FastifyInstance, contexts: ContextOptions): void {
  app.get<{ Params: { file: string } }>('/reports/:file', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    try {
      const { id, file, size } = await inContext(
        request,
        reply,
        contexts,
        'SESSION_OR_API_TOKEN',
        (context) => written(context, request.params.file, () => reply.raw.destroyed),
      );
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${id}.csv"`)
        .header('content-length', size)
        .send(file.createReadStream({ start: 0 }));
    } catch (error) {
      return refused(reply, error);
    }
  });
}

/** The report's file, complete. @throws UNAUTHENTICATED, FORBIDDEN for a token whose group does not reach it (T2), NOT_FOUND */
async function written(context: RequestContext, name: string, isGone: () => boolean) {
  const reading = await context.reading();
  // Nobody learns what is no report without a session.
  reading.viewer;
  requireReached(await context.permissionGroup(), ['Report.csv']);
  const uuid = name.endsWith('.csv') ? parseGlobalId('report', name.slice(0, -'.csv'.length)) : null;
  const report = uuid === null ? null : await loadReport(reading, uuid);
  if (!report) throw notFound();
  return { id: report.id, ...(await spool(textOf(context, report, isGone))) };
}

async function* textOf(
  context: RequestContext,
  report: ReportModel,
  isGone: () => boolean,
): AsyncGenerator<string> {
  const reading = context.current;
  yield csvOf([report.columns]);
  for await (const rows of readPages(reading.tx, report.kind, await loadScopes(reading, report))) {
    if (isGone()) return;
    yield csvOf(rows.map(({ cells }) => cells));
  }
}

const STATUSES: Readonly<Partial<Record<Refusal['code'], number>>> = {
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  FORBIDDEN: 403,
};

/** What passes by itself or with the operator's help, and what is said of it. */
const UNAVAILABLE: readonly [is: (error: unknown) => boolean, message: string][] = [
  [isUnavailable, ERROR_CODES.SERVICE_UNAVAILABLE],
  [hasNoRoom, 'There is no room for the file of the report now; try again later.'],
];

/** What is broken is the error handler's. */
function refused(reply: FastifyReply, error: unknown): FastifyReply {
  if (error instanceof Refusal)
    return reply
      .status(STATUSES[error.code] ?? 400)
      .send(errorBody(error.code, error.message, error.details));
  const [, message] = UNAVAILABLE.find(([is]) => is(error)) ?? [];
  if (message === undefined) throw error;
  reply.log.warn({ err: error }, 'a report was not read');
  return reply.status(503).send(errorBody('SERVICE_UNAVAILABLE', message, { requestId: reply.request.id }));
}
