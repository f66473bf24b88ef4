import { Refusal } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import type { ReportKind } from '../../db/queries/reports.ts';
import type { Reading } from '../context/reading.ts';
import type { RequestContext } from '../context/request-context.ts';
import { loadReport, loadScopes } from './load-report.ts';
import type { ReportModel } from './report-model.ts';
import { COLUMNS, type ReportScope, readRows } from './report-pages.ts';
import { ReportTable } from './report-table.ts';

/** How much the reports of one operation may give together; the file has no limit. */
const AT_MOST = { rows: 10_000, characters: 10_000_000 };

/** What `rows` or `csv` of a report count among an operation's fields. */
export const CELLS_AT_MOST = AT_MOST.rows * Math.max(...Object.values(COLUMNS).map(({ length }) => length));

/**
 * The rows of a report, made of what the viewer may see now: for all reports that ask within one tick one statement for each kind.
 * @throws OPERATION_TOO_LARGE for more than 10,000 rows or 10 million characters
 */
export const loadTable = (reading: Reading, report: ReportModel): Promise<ReportTable> =>
  reading
    .loader<ReportTable>(
      'rows of report',
      (tx, ids) => tablesOf(reading, tx, ids),
      () => new ReportTable([]),
    )
    .load(report.row.id);

/** Counts what a field answers, each alias anew: a text that is kept once leaves as often as it is asked for. @throws OPERATION_TOO_LARGE */
export function chargeCharacters(context: RequestContext, count: number): void {
  context.reportCharacters += count;
  if (context.reportCharacters > AT_MOST.characters) throw tooLarge('characters');
}

/** A scope of a batch, where parks of several reports stand beside each other. */
interface BatchScope extends ReportScope {
  readonly reportId: string;
}

async function tablesOf(
  reading: Reading,
  tx: Tx,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ReportTable>> {
  const reports = (await Promise.all(ids.map((id) => loadReport(reading, id)))).filter((one) => one !== null);
  const scopesOf = await Promise.all(reports.map((report) => loadScopes(reading, report)));
  const tables = new Map(reports.map(({ row, columns }) => [row.id, new ReportTable(columns)]));
  let rows = 0;
  for (const kind of Object.keys(COLUMNS) as ReportKind[]) {
    const scopes = reports
      .flatMap(({ row }, index) =>
        row.kind === kind ? (scopesOf[index] ?? []).map((scope) => ({ ...scope, reportId: row.id })) : [],
      )
      .map((scope, n): BatchScope => ({ ...scope, n }));
    if (scopes.length === 0) continue;
    const found = await readRows(tx, kind, scopes, AT_MOST.rows - rows + 1);
    rows += found.length;
    if (rows > AT_MOST.rows) throw tooLarge('rows');
    for (const { n, cells } of found) tables.get((scopes[n] as BatchScope).reportId)?.add(cells);
    if (charactersOf(tables.values()) > AT_MOST.characters) throw tooLarge('characters');
  }
  return tables;
}

const charactersOf = (tables: Iterable<ReportTable>): number =>
  [...tables].reduce((sum, { characters }) => sum + characters, 0);

const tooLarge = (what: keyof typeof AT_MOST) =>
  new Refusal(
    'OPERATION_TOO_LARGE',
    `The reports have more than ${AT_MOST[what]} ${what} together. Ask for fewer, for a shorter time, or for the file /reports/<id>.csv.`,
    { limit: AT_MOST[what] },
  );
