import { type NewPark, newParkInput } from '../resolvers/parks/new-park-input.ts';
import { type CsvRecord, type Fault, readCsv } from './csv-records.ts';
import { kilowattsOf } from './megawatts.ts';
import { printable } from './printable.ts';

/** What a file of parks holds; `parks` is only worth something while `faults` is empty. */
export interface ParkFile {
  readonly parks: NewPark[];
  readonly faults: Fault[];
  /** The headers that mean nothing here, as they are written. */
  readonly ignoredColumns: string[];
}

interface ColumnKind {
  readonly field: keyof NewPark;
  /** Headers, in lower case and with `_` for everything that is no letter or digit. */
  readonly headers: readonly string[];
  /** From the text of a field that is not empty. */
  readonly parse: (text: string) => unknown;
}

const OTHER_WORDS = new Map([
  ['storage', 'BATTERY'],
  ['battery_storage', 'BATTERY'],
]);

/** NaN for everything that is not plainly a decimal number. */
const number = (text: string) =>
  /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
const asItIs = (text: string) => text;

const COLUMN_KINDS: readonly ColumnKind[] = [
  { field: 'name', headers: ['name', 'park', 'park_name', 'plant_name'], parse: asItIs },
  {
    field: 'plantType',
    headers: ['plant_type', 'planttype', 'type', 'fuel', 'technology'],
    parse: (text) => OTHER_WORDS.get(normalized(text)) ?? text.toUpperCase(),
  },
  { field: 'capacityKw', headers: ['capacity_kw', 'capacitykw'], parse: number },
  { field: 'capacityKw', headers: ['capacity_mw', 'capacitymw'], parse: (text) => kilowattsOf(number(text)) },
  { field: 'latitude', headers: ['latitude', 'lat'], parse: number },
  { field: 'longitude', headers: ['longitude', 'lon', 'lng', 'long'], parse: number },
  { field: 'timeZone', headers: ['time_zone', 'timezone', 'tz'], parse: asItIs },
];

const REQUIRED = { name: 'name', plantType: 'plant_type', capacityKw: 'capacity_kw or capacity_mw' } as const;

interface Column extends ColumnKind {
  readonly header: string;
  readonly index: number;
}

/**
 * Reads parks from a CSV file, by the headers of its first record: name, plant_type, capacity_kw or capacity_mw, and if
 * there, latitude, longitude and time_zone. Each line is checked like an input of createParks, and every bad one reported.
 */
export function parseParks(file: Uint8Array): ParkFile {
  const { records, faults } = readCsv(file);
  const [header, ...lines] = records;
  if (!header) return { parks: [], faults: faults.length > 0 ? faults : [EMPTY], ignoredColumns: [] };
  // Without the first line nobody knows what the columns are.
  if (faults.some(({ line }) => line < header.line)) return { parks: [], faults, ignoredColumns: [] };
  const { columns, ignoredColumns, headerFaults } = mapColumns(header);
  if (headerFaults.length > 0)
    return { parks: [], faults: inOrder([...headerFaults, ...faults]), ignoredColumns };
  const parks: NewPark[] = [];
  for (const record of lines) {
    const read = readPark(record, header.fields.length, columns);
    if (Array.isArray(read)) faults.push(...read);
    else parks.push(read);
  }
  if (lines.length === 0 && faults.length === 0) faults.push(EMPTY);
  return { parks, faults: inOrder(faults), ignoredColumns };
}

const EMPTY: Fault = { line: 1, reason: 'the file holds no parks' };

const inOrder = (faults: Fault[]) => faults.sort((a, b) => a.line - b.line);

const normalized = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '');

function mapColumns({ line, fields }: CsvRecord) {
  const columns: Column[] = [];
  const ignoredColumns: string[] = [];
  const headerFaults: Fault[] = [];
  fields.forEach((header, index) => {
    const kind = COLUMN_KINDS.find(({ headers }) => headers.includes(normalized(header)));
    const rival = columns.find(({ field }) => field === kind?.field);
    if (rival) {
      const both = `${printable(rival.header)} and ${printable(header)}`;
      headerFaults.push({ line, reason: `the columns ${both} say the same; keep one` });
    } else if (kind) columns.push({ ...kind, header, index });
    else if (header !== '') ignoredColumns.push(header);
  });
  for (const [field, header] of Object.entries(REQUIRED)) {
    const there = columns.some((column) => column.field === field);
    if (!there) headerFaults.push({ line, reason: `the column ${header} is missing` });
  }
  return { columns, ignoredColumns, headerFaults };
}

const NOT_A_NUMBER = 'not a plain number such as 1234.5.';

/** The park of a line, or what is wrong with it. */
function readPark({ line, fields }: CsvRecord, width: number, columns: readonly Column[]): NewPark | Fault[] {
  if (fields.length !== width) {
    return [{ line, reason: `${fields.length} fields, where the header has ${width}` }];
  }
  const textOf = (column: Column) => fields[column.index] ?? '';
  const input = Object.fromEntries(
    columns.map((column) => [column.field, textOf(column) === '' ? null : column.parse(textOf(column))]),
  );
  const parsed = newParkInput.safeParse(input);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map((issue) => {
    const column = columns.find(({ field }) => field === issue.path[0]);
    const given = column ? `${column.header} ${printable(textOf(column))}: ` : '';
    const isNumber = !column || !Number.isNaN(input[column.field]);
    return { line, reason: given + (isNumber ? issue.message : NOT_A_NUMBER) };
  });
}
