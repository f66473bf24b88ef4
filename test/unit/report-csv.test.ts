/** CSV of reports: RFC 4180, and no formula wherever a spreadsheet may begin a cell. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { csvOf } from '../../src/resolvers/reports/report-csv.ts';
import { ReportTable } from '../../src/resolvers/reports/report-table.ts';
import { projectRoot } from '../../src/root.ts';

const written = (text: string) => csvOf([[text]]).slice(0, -'\r\n'.length);

describe('a field', () => {
  it.each([
    ['plain', 'plain'],
    ['', ''],
    [' kept ', ' kept '],
    ['a,b', '"a,b"'],
    ['a;b', '"a;b"'],
    ['say "a"', '"say ""a"""'],
    ['a\nb', '"a\nb"'],
    ['a\rb', '"a\rb"'],
  ])('%j is written %j', (text, field) => {
    expect(written(text)).toBe(field);
    expect(parse(csvOf([[text, 'x']]), { record_delimiter: '\r\n' })).toEqual([[text, 'x']]);
  });

  it('numbers stay numbers, and nothing is empty', () => {
    expect(
      csvOf([
        [-1.5, null, '-1.5'],
        [0, '', 1e21],
      ]),
    ).toBe("-1.5,,'-1.5\r\n0,,1e+21\r\n");
  });
});

/** The cells that a reader sees who splits at `separator` and at every line break, and lets a quote only open a cell. */
const cellsAt = (separator: string, csv: string) =>
  csv.split(/[\r\n]/).flatMap((line) => line.split(separator).map((cell) => cell.replace(/^["\s]+/, '')));

describe('no formula begins a cell', () => {
  const SIGNS = [...'=+-@＝＋－＠'];
  const PLACES = [
    '',
    ' ',
    '\t',
    '\r',
    'x;',
    'x; ',
    'harmless\n',
    'x\t',
    'x\r\n',
    'x;"',
    'x;" "',
    'x;\n"',
    ';;',
  ];
  it.each(PLACES)('after %j', (place) => {
    for (const sign of SIGNS) {
      const csv = csvOf([['id', `${place}${sign}1+1`, 'end']]);
      expect(csv).toContain(`'${sign}1+1`);
      for (const separator of [',', ';', '\t'])
        expect(cellsAt(separator, csv).filter((cell) => SIGNS.includes(cell[0] ?? ''))).toEqual([]);
    }
  });

  it('each of several is guarded, and what is none is left alone', () => {
    expect(written('=a;=b\n=c')).toBe(`"'=a;'=b\n'=c"`);
    for (const text of ['a=1', 'a -1', 'mail@example.org', 'x, =1', '\tindented', '1;2']) {
      expect(written(text).replaceAll('"', '')).toBe(text);
    }
  });
});

it('quotes are no pieces that stay in memory', () => {
  const script = `
    import { csvOf } from './src/resolvers/reports/report-csv.ts';
    const rows = Array.from({ length: 1_000 }, () => ['"'.repeat(2_000)]);
    process.stdout.write(String(csvOf(rows).length));`;
  const flags = ['--max-old-space-size=40', '--no-warnings', '--input-type=module', '--eval', script];
  const { stdout, status } = spawnSync(process.execPath, flags, { cwd: join(projectRoot), encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, String(1_000 * (4_000 + 2 + 2))]);
});

it('the text of a report is made once, however often it is asked for', () => {
  let read = 0;
  const table = new ReportTable(['a', 'b']);
  table.add(['x', 12]);
  table.rows.push(Object.defineProperty([null], 0, { get: () => `read ${++read}` }));
  expect([table.csv, table.csv]).toEqual(Array(2).fill('a,b\r\nx,12\r\nread 1\r\n'));
  expect(table.characters).toBe(3);
});
