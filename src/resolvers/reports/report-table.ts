import { csvOf } from './report-csv.ts';
import type { Cell } from './report-pages.ts';

/** The rows of a report, as all fields of one reading share them. */
export class ReportTable {
  readonly rows: (readonly Cell[])[] = [];
  /** How many there are in all cells. */
  characters = 0;
  #csv: string | null = null;

  constructor(readonly columns: readonly string[]) {}

  add(cells: readonly Cell[]): void {
    this.rows.push(cells);
    for (const cell of cells) this.characters += `${cell ?? ''}`.length;
  }

  /** Made once, under however many aliases it is asked for. */
  get csv(): string {
    this.#csv ??= csvOf([this.columns, ...this.rows]);
    return this.#csv;
  }
}
