import { z } from 'zod';
import type { Access } from '../../authz/decide.ts';
import { badInput, notFound, requireAction } from '../../authz/refusal.ts';
import { visibleSet } from '../../authz/visible-set.ts';
import { NAMED_IN_AUDIT } from '../../db/audit.ts';
import type { Tx } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { fetchByIds } from '../../db/queries/keyset.ts';
import { insertReport, parksOfPortfolio } from '../../db/queries/reports.ts';
import { PARKS, parkRef } from '../../db/queries/resources.ts';
import type { Command } from '../../db/tx.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { GenerateReportInput } from '../../schema/report.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { requireOrder, timeFields } from '../metrics/metric-range.ts';
import { parseInput } from '../parse-input.ts';
import { auditPark } from '../resources/audit-park.ts';
import { portfolioOf } from '../resources/resource-rows.ts';

/** How many parks one report may be about. */
export const MAX_PARKS = 1_000;

const form = z
  .object({
    kind: z.enum(['PRODUCTION', 'EVENTS', 'TICKETS']),
    parkIds: z.array(z.string()).nullish(),
    portfolioId: z.string().nullish(),
    ...timeFields,
  })
  .refine(({ parkIds, portfolioId }) => (parkIds == null) !== (portfolioId == null), {
    path: ['parkIds'],
    message: 'Give parkIds or portfolioId, one of them.',
  });

/**
 * Makes a report: keeps what it is about. Needs REPORT_GENERATE on each park that is named; of a portfolio it takes the parks where
 * the viewer has it. Answers the report's UUID.
 * @throws NOT_FOUND when one of the parks is not visible (V1), FORBIDDEN naming one that is, BAD_USER_INPUT
 */
export function generateReport(context: RequestContext, input: GenerateReportInput): Promise<string> {
  const count = input.parkIds?.length;
  if (count !== undefined && (count < 1 || count > MAX_PARKS))
    throw badInput('parkIds', `parkIds holds 1 to ${MAX_PARKS} parks, not ${count}.`);
  const { kind, parkIds, portfolioId, from, to } = parseInput(form, input);
  requireOrder({ from, to });
  const parksOf = (tx: Tx, viewer: Viewer) =>
    portfolioId == null ? named(tx, viewer, parkIds ?? []) : inPortfolio(tx, viewer, portfolioId);
  const id = newId();
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) =>
      (await parksOf(tx, viewer)).map(({ organizationId }) => organizationId),
    work: async (command) => {
      const { tx, actor, instant } = command;
      const parks = await parksOf(tx, actor);
      const membershipId = actor.rows.membership?.id;
      if (membershipId === undefined) throw notFound();
      await insertReport(
        tx,
        { id, membershipId, kind, from, to, createdAt: instant },
        parks.map((park) => park.id),
      );
      const details = { kind, from: from.toISOString(), to: to.toISOString() };
      auditReport(command, id, parks, details);
      return id;
    },
  });
}

/** A park that a report is about. */
interface ReportedPark {
  readonly id: string;
  readonly organizationId: string;
  readonly access: Access;
}

/** Those that were named, each once, in their order: one statement. */
async function named(tx: Tx, viewer: Viewer, globalIds: readonly string[]): Promise<ReportedPark[]> {
  const ids = [...new Set(globalIds)].map((id) => parseGlobalId('park', id) ?? '');
  const rows = await fetchByIds(
    tx,
    PARKS,
    ids.filter((id) => id !== ''),
  );
  const parks = ids.map((id) => {
    const row = rows.get(id);
    const access = row && viewer.access(parkRef(row));
    if (!access?.visible) throw notFound();
    return { id, organizationId: row?.organizationId as string, access };
  });
  for (const { id, access } of parks) requireAction(access, 'REPORT_GENERATE', `on ${globalId('park', id)}`);
  return parks;
}

/** All parks of a portfolio where the viewer may, by name. */
async function inPortfolio(tx: Tx, viewer: Viewer, portfolioId: string): Promise<ReportedPark[]> {
  const { row: portfolio, access } = await portfolioOf(tx, viewer, portfolioId);
  const allowed = visibleSet(viewer.facts, viewer.instant, ({ actions }) =>
    actions.includes('REPORT_GENERATE'),
  );
  const parks = await parksOfPortfolio(tx, portfolio.id, allowed, MAX_PARKS + 1);
  if (parks.length > MAX_PARKS)
    throw badInput('portfolioId', `A report is about at most ${MAX_PARKS} parks: name them in parkIds.`);
  // Nothing is allowed in it: an empty portfolio gives an empty report, one that is closed to the viewer none.
  if (parks.length === 0) requireAction(access, 'REPORT_GENERATE');
  return parks.map((park) => ({
    id: park.id,
    organizationId: park.organizationId,
    access: viewer.access(parkRef(park)),
  }));
}

/** The member's own trail knows of every report; an owner's of what is its own, and through which cooperation (A2). */
function auditReport(
  command: Command<Viewer>,
  reportId: string,
  parks: readonly ReportedPark[],
  details: Readonly<Record<string, unknown>>,
): void {
  const home = command.actor.rows.membership?.organizationId as string;
  const action = 'report.generated';
  const subjectId = globalId('report', reportId);
  const about = (some: readonly ReportedPark[]) => ({
    ...details,
    count: some.length,
    parks: some.slice(0, NAMED_IN_AUDIT).map(({ id }) => globalId('park', id)),
  });
  const byCooperation = Map.groupBy(parks, ({ access }) => access.cooperationId);
  for (const some of byCooperation.values()) {
    const [{ organizationId, access }] = some as [ReportedPark];
    auditPark(command, organizationId, access, { action, subjectId, details: about(some) });
  }
  if (parks.length === 0) command.audit({ organizationId: home, action, subjectId, details: about([]) });
}
