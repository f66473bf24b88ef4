import type { ReportRow } from '../../db/queries/reports.ts';
import { globalId } from '../../schema/global-id.ts';
import { COLUMNS } from './report-pages.ts';

/** A report of the viewer's own. */
export class ReportModel {
  readonly __typename = 'Report';

  constructor(readonly row: ReportRow) {}

  get id() {
    return globalId('report', this.row.id);
  }

  get kind() {
    return this.row.kind;
  }

  get from() {
    return this.row.from;
  }

  get to() {
    return this.row.to;
  }

  get createdAt() {
    return this.row.createdAt;
  }

  get columns() {
    return COLUMNS[this.row.kind];
  }
}
