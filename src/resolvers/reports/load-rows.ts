import { Refusal } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import type { ReportKind } from '../../db/queries/reports.ts';
import type { Reading } from '../context/reading.ts';
import { loadReport, loadScopes } from './load-report.ts';
import type { ReportModel } from './report-model.ts';
import { type Cell, COLUMNS, type ReportScope, readRows } from './report-pages.ts';

/** How many rows the reports of one operation may give together; the file has no limit. */
const MAX_ROWS = 10_000;

/** What `rows` or `csv` of a report count among an operation's fields. */
export const CELLS_AT_MOST = MAX_ROWS * Math.max(...Object.values(COLUMNS).map(({ length }) => length));

type Rows = readonly (readonly Cell[])[];

/**
 * The rows of a report, made of what the viewer may see now: for all reports that ask within one tick one statement for each kind.
 * @throws OPERATION_TOO_LARGE for more than 10,000 rows
 */
export const loadRows = (reading: Reading, report: ReportModel): Promise<Rows> =>
  reading
    .loader<Rows>(
      'rows of report',
      (tx, ids) => rowsOf(reading, tx, ids),
      () => [],
    )
    .load(report.row.id);

/** A scope of a batch, where parks of several reports stand beside each other. */
interface BatchScope extends ReportScope {
  readonly reportId: string;
}

async function rowsOf(reading: Reading, tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, Rows>> {
  const reports = (await Promise.all(ids.map((id) => loadReport(reading, id)))).filter((one) => one !== null);
  const scopesOf = await Promise.all(reports.map((report) => loadScopes(reading, report)));
  const rows = new Map<string, (readonly Cell[])[]>();
  let left = MAX_ROWS;
  for (const kind of Object.keys(COLUMNS) as ReportKind[]) {
    const scopes = reports
      .flatMap(({ row }, index) =>
        row.kind === kind ? (scopesOf[index] ?? []).map((scope) => ({ ...scope, reportId: row.id })) : [],
      )
      .map((scope, n): BatchScope => ({ ...scope, n }));
    if (scopes.length === 0) continue;
    const found = await readRows(tx, kind, scopes, left + 1);
    left -= found.length;
    if (left < 0) throw tooManyRows();
    for (const { n, cells } of found) {
      const { reportId } = scopes[n] as BatchScope;
      const ofReport = rows.get(reportId);
      if (ofReport) ofReport.push(cells);
      else rows.set(reportId, [cells]);
    }
  }
  return rows;
}

const tooManyRows = () =>
  new Refusal(
    'OPERATION_TOO_LARGE',
    `The reports have more than ${MAX_ROWS} rows together. Ask for fewer, for a shorter time, or for the file /reports/<id>.csv.`,
    { limit: MAX_ROWS },
  );
