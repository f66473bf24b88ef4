import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseParks } from '../../src/cli/park-csv.ts';
import { projectRoot } from '../../src/root.ts';

const parse = (text: string) => parseParks(Buffer.from(text));
const HEADER = 'name,plant_type,capacity_kw,latitude,longitude,time_zone';

/** The faults of one line under the full header. */
const faultsOf = (line: string) => parse(`${HEADER}\n${line}\n`).faults;

test('a whole file: every column, quotes, an empty field', () => {
  const { parks, faults, ignoredColumns } = parse(
    `${HEADER}\n"Nord, ""Ost""",WIND,1500.5,54.1,-9,Europe/Berlin\nSüd,SOLAR,0,,,\n`,
  );
  expect(faults).toEqual([]);
  expect(ignoredColumns).toEqual([]);
  expect(parks).toEqual([
    {
      name: 'Nord, "Ost"',
      plantType: 'WIND',
      capacityKw: 1500.5,
      latitude: 54.1,
      longitude: -9,
      timeZone: 'Europe/Berlin',
    },
    { name: 'Süd', plantType: 'SOLAR', capacityKw: 0, latitude: null, longitude: null, timeZone: 'UTC' },
  ]);
});

test('what spreadsheets write: byte order mark, CRLF, semicolons or tabs, empty rows, headers in their own way', () => {
  for (const delimiter of [';', '\t']) {
    const lines = [
      'Name;Fuel;Capacity (kW);Lat;LNG;TimeZone',
      '',
      'A;Storage;7;1;2;UTC',
      ';;;;;',
      'B, C;Battery;8;;;',
    ];
    const { parks, faults } = parse(`\ufeff${lines.join('\r\n').replaceAll(';', delimiter)}`);
    expect(faults).toEqual([]);
    expect(parks).toMatchObject([
      { name: 'A', plantType: 'BATTERY', capacityKw: 7, latitude: 1, longitude: 2 },
      { name: 'B, C', plantType: 'BATTERY', capacityKw: 8, latitude: null },
    ]);
  }
});

test.each([
  ['2', 2_000],
  ['4.199999999999999', 4_200],
  ['449.70000000000005', 449_700],
  ['0.0000000012', 0.000001],
  ['1e3', 1_000_000],
  ['1000000', 1e9],
])('capacity_mw %s is %d kW', (megawatts, capacityKw) => {
  expect(parse(`name,type,capacity_mw\nA,solar,${megawatts}`).parks).toMatchObject([{ capacityKw }]);
});

test('unknown columns are named and ignored', () => {
  const { parks, ignoredColumns } = parse('id,name,type,owner,capacity_kw\n7,A,wind,Me,1');
  expect(parks).toHaveLength(1);
  expect(ignoredColumns).toEqual(['id', 'owner']);
});

describe('the header', () => {
  test('names every missing column', () => {
    expect(parse('title,latitude\nA,1').faults).toEqual([
      { line: 1, reason: 'the column name is missing' },
      { line: 1, reason: 'the column plant_type is missing' },
      { line: 1, reason: 'the column capacity_kw or capacity_mw is missing' },
    ]);
  });

  test('says nothing twice', () => {
    const { faults, parks } = parse('name,type,capacity_kw,capacity_mw\nA,wind,1,2');
    expect(parks).toEqual([]);
    expect(faults).toEqual([
      { line: 1, reason: 'the columns "capacity_kw" and "capacity_mw" say the same; keep one' },
    ]);
  });

  test('that can not be read leaves nothing to say of the rest', () => {
    expect(parse('name,"type"x\nA,wind\n').faults).toHaveLength(1);
  });
});

test.each([
  [',SOLAR,1,,,', /^name "": /],
  ['   ,SOLAR,1,,,', /^name "": /],
  [`${'x'.repeat(201)},SOLAR,1,,,`, /^name "x{80}…": .*200/],
  ['a\u0000b,SOLAR,1,,,', /^name "a\\u\{0\}b": /],
  ['"a\nb",SOLAR,1,,,', /^name "a\\u\{a\}b": /],
  ['A,HYDRO,1,,,', /^plant_type "HYDRO": /],
  ['A,,1,,,', /^plant_type "": /],
  ['A,constructor,1,,,', /^plant_type "constructor": /],
  ['A,SOLAR,,,,', /^capacity_kw "": /],
  ['A,SOLAR,-1,,,', /^capacity_kw "-1": .*0 to 1,000,000,000/],
  ['A,SOLAR,1000000000.1,,,', /^capacity_kw "1000000000.1": /],
  ['A,SOLAR,1e999,,,', /^capacity_kw "1e999": /],
  ['A,SOLAR,NaN,,,', /^capacity_kw "NaN": not a plain number/],
  ['A,SOLAR,0x10,,,', /^capacity_kw "0x10": not a plain number/],
  ['A,SOLAR,"1,5",,,', /^capacity_kw "1,5": not a plain number/],
  ['A,SOLAR,1,90.1,,', /^latitude "90.1": /],
  ['A,SOLAR,1,,-180.1,', /^longitude "-180.1": /],
  ['A,SOLAR,1,,,Mars/Base', /^time_zone "Mars\/Base": /],
  ['A,SOLAR,1,,,+01:00', /^time_zone "\+01:00": /],
  ['A,SOLAR,1', /^3 fields, where the header has 6$/],
  ['A,SOLAR,1,,,,,', /^8 fields, where the header has 6$/],
  ['"A,SOLAR,1,,,', /^a quote is opened and never closed$/],
  ['"A"x,SOLAR,1,,,', /^a quoted field goes on after its closing quote/],
  ['A"x,SOLAR,1,,,', /^a quote stands inside a field/],
  [`"${'x'.repeat(70_000)}",SOLAR,1,,,`, /^longer than 65536 bytes/],
])('the bad line %j is reported', (line, reason) => {
  expect(faultsOf(line)).toEqual([{ line: 2, reason: expect.stringMatching(reason) }]);
});

test('every bad line is reported, with all its faults and its number in the file', () => {
  const { parks, faults } = parse(
    [
      HEADER,
      'good,SOLAR,1,,,',
      '',
      '"two',
      'lines",SOLAR,1,,,',
      'bad,HYDRO,-1,91,,',
      '"unclosed,WIND,1,,,',
      'short,WIND',
      'also good,WIND,2,,,',
      'q"uote,WIND,1,,,',
      'nameless again,WIND,3,,,',
      ',WIND,1,,,',
    ].join('\r\n'),
  );
  expect(faults.map(({ line }) => line)).toEqual([4, 6, 6, 6, 7, 8, 10, 12]);
  expect(parks.map(({ name }) => name)).toEqual(['good', 'also good', 'nameless again']);
});

test('a file that is no text is refused by line', () => {
  expect(parseParks(Buffer.from([...Buffer.from(`${HEADER}\nA\nB`), 0xff, 10, 0xfe])).faults).toEqual([
    { line: 3, reason: 'not UTF-8 text; save the file as UTF-8' },
    { line: 4, reason: 'not UTF-8 text; save the file as UTF-8' },
  ]);
  expect(parseParks(Buffer.from(`\ufeff${HEADER}`, 'utf16le')).faults).toEqual([
    { line: 1, reason: 'the file is UTF-16; save it as UTF-8' },
  ]);
});

test.each(['', '\n\r\n', '\ufeff', HEADER, `${HEADER}\n,,,,,\n`])('the empty file %j is refused', (text) => {
  expect(parse(text)).toMatchObject({ parks: [], faults: [{ line: 1, reason: 'the file holds no parks' }] });
});

test('nothing in a message can move the cursor of a terminal', () => {
  const [fault] = faultsOf('\u001b[2J\u009b31m\u202e,SOLAR,1,,,');
  expect(fault?.reason).toMatch(/^name "\\u\{1b\}\[2J\\u\{9b\}31m\\u\{202e\}": /);
});

test('the file of real plants is one that can be imported', () => {
  const { parks, faults } = parseParks(readFileSync(join(projectRoot, 'demo', 'renewable-plants.csv')));
  expect(faults).toEqual([]);
  expect(parks).toHaveLength(4_529);
  expect(parks[0]).toMatchObject({
    name: '100 Brook Hill Drive Solar',
    capacityKw: 2_000,
    longitude: -73.9828,
  });
});
