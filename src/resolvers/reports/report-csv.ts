import type { Cell } from './report-pages.ts';

/** Rows as RFC 4180 has them. In a text no formula stands where a spreadsheet would run one; numbers are ours, and stay. */
export const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  rows.map((cells) => `${cells.map(fieldOf).join(',')}\r\n`).join('');

const fieldOf = (cell: Cell): string => (typeof cell === 'string' ? quoted(guarded(cell)) : `${cell ?? ''}`);

/**
 * Where the list separator is a semicolon or a tab, a spreadsheet knows nothing of our quotes: a cell begins after each of these, too, and
 * a quote there only opens it.
 */
const FORMULA = /(?:^|[;\t\r\n])(?:"|[^\S\t\r\n])*(?=[=+\-@＝＋－＠])/g;

const guarded = (text: string): string => text.replace(FORMULA, "$&'");

/** `replaceAll` makes a piece of string for every quote, which a report of many is too large for. */
const quoted = (text: string): string => (/[",;\r\n]/.test(text) ? `"${text.split('"').join('""')}"` : text);
