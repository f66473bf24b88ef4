import { parksOfReports, REPORTS } from '../../db/queries/reports.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import { loadPark } from '../resources/load-resource.ts';
import type { ParkModel } from '../resources/resource-model.ts';
import { ReportModel } from './report-model.ts';
import type { ReportScope } from './report-pages.ts';

/** The report with this UUID if the viewer made it, as the live member that they were then; else null (V1). Batched. */
export async function loadReport(reading: Reading, id: string): Promise<ReportModel | null> {
  const row = await loadRow(reading, 'report', REPORTS, id);
  const { rows, home } = reading.viewer;
  const mine = row?.membershipId === rows.membership?.id && home.role !== null;
  return row && mine ? new ReportModel(row) : null;
}

/** The parks of a report in their order, null in the place of what the viewer can't see any more. Batched. */
export async function loadParksOf(reading: Reading, { row }: ReportModel): Promise<(ParkModel | null)[]> {
  const ids = await reading
    .loader<readonly (string | null)[]>('parks of report', parksOfReports, () => [])
    .load(row.id);
  return Promise.all(ids.map((id) => (id === null ? null : loadPark(reading, id))));
}

/** The parks whose rows the viewer is given: where they may REPORT_GENERATE now. */
export async function loadScopes(reading: Reading, report: ReportModel): Promise<ReportScope[]> {
  const parks = await loadParksOf(reading, report);
  const { from, to } = report.row;
  return parks.flatMap((park, n) =>
    park?.access.actions.includes('REPORT_GENERATE')
      ? { n, park: { id: park.id, name: park.name }, parkId: park.row.id, timeZone: park.timeZone, from, to }
      : [],
  );
}
