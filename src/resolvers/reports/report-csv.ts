import { stringify } from 'csv-stringify/sync';
import type { Cell } from './report-pages.ts';

/**
 * Rows as RFC 4180 has them. A text that begins like a formula (= + - @, a tab, a line break) gets an apostrophe before it: spreadsheets
 * would run it. Numbers are ours, and stay.
 */
export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  stringify(rows as Cell[][], {
    record_delimiter: 'windows',
    // A lone carriage return or line feed ends a record for many a reader.
    quoted_match: /[\r\n]/,
    escape_formulas: true,
  });
