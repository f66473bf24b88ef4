/** Reports: who made them, about what; their rows are in report-rows.ts. */
import { type SQL, sql } from 'drizzle-orm';
import type { VisibleSet } from '../../authz/visible-set.ts';
import type { Tx } from '../client.ts';
import { rowsOf, uuidArray } from '../rows.ts';
import { reportParks, reports } from '../schema/reports.ts';
import { dateOf, type ListSource, type RawRow, textOf } from './keyset.ts';
import { PARKS, type ParkRow, visibleParks } from './resources.ts';

export type ReportKind = (typeof reports.$inferSelect)['kind'];

export interface ReportRow {
  readonly id: string;
  readonly membershipId: string;
  readonly kind: ReportKind;
  readonly from: Date;
  readonly to: Date;
  readonly createdAt: Date;
}

export const REPORTS: ListSource<ReportRow> = {
  columns: sql`r.id, r.membership_id, r.kind, r.from_at, r.to_at, r.created_at`,
  from: sql`reports r`,
  id: sql`r.id`,
  alias: 'r',
  toRow: (raw) => ({
    id: textOf(raw['id']),
    membershipId: textOf(raw['membership_id']),
    kind: raw['kind'] as ReportKind,
    from: dateOf(raw['from_at']) as Date,
    to: dateOf(raw['to_at']) as Date,
    createdAt: dateOf(raw['created_at']) as Date,
  }),
};

/** Stores a report with its parks, in their order: two statements. */
export async function insertReport(tx: Tx, report: ReportRow, parkIds: readonly string[]): Promise<void> {
  const { from, to, ...row } = report;
  await tx.insert(reports).values({ ...row, fromAt: from, toAt: to });
  await tx.execute(sql`insert into ${reportParks} (report_id, position, park_id)
    select ${report.id}::uuid, park.position, park.id from unnest(${uuidArray(parkIds)}) with ordinality as park(id, position)`);
}

/** The parks of some reports in their order, by report; null for one that was deleted. One statement. */
export async function parksOfReports(
  tx: Tx,
  reportIds: readonly string[],
): Promise<ReadonlyMap<string, readonly (string | null)[]>> {
  const result = await tx.execute(sql`
    select report_id, array_to_json(array_agg(park_id order by position))::text as parks
    from report_parks where report_id = any(${uuidArray(reportIds)}) group by report_id`);
  return new Map(
    rowsOf<{ report_id: string; parks: string }>(result).map((row) => [row.report_id, JSON.parse(row.parks)]),
  );
}

/** The parks of a portfolio that are in `set`, by name; at most `limit`. */
export async function parksOfPortfolio(
  tx: Tx,
  portfolioId: string,
  set: VisibleSet,
  limit: number,
): Promise<ParkRow[]> {
  const where: SQL = sql`p.portfolio_id = ${portfolioId}::uuid and ${visibleParks(set)}`;
  const result = await tx.execute(
    sql`select ${PARKS.columns} from ${PARKS.from} where ${where} order by p.name_key, p.id limit ${limit}`,
  );
  return rowsOf<RawRow>(result).map(PARKS.toRow);
}
