import { isUtf8 } from 'node:buffer';
import { CsvError, parse } from 'csv-parse/sync';

/** What is wrong in a file, and in which of its lines, counted from 1. */
export interface Fault {
  readonly line: number;
  readonly reason: string;
}

/** The fields of one record, and the line in which it begins (a quoted field may hold line breaks). */
export interface CsvRecord {
  readonly line: number;
  readonly fields: readonly string[];
}

const DELIMITERS = [',', ';', '\t'];

/** A quote that is not closed swallows at most this much. */
const MAX_RECORD_BYTES = 65_536;

const REASONS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE:
    'a quoted field goes on after its closing quote (a quote inside is written twice)',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'a quoted field goes on after its closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands inside a field that does not begin with one',
  CSV_MAX_RECORD_SIZE: `longer than ${MAX_RECORD_BYTES} bytes: a quote may not be closed`,
};

const NEWLINE = 10;
const RETURN = 13;

/**
 * Splits a CSV file (UTF-8, with or without byte order mark, CRLF or LF; the delimiter is the commonest of `,` `;` and tab in
 * the first line) into records. A line that can't be read becomes a fault, and reading goes on after it. Empty records are dropped.
 */
export function readCsv(file: Uint8Array): { records: CsvRecord[]; faults: Fault[] } {
  const encodingFaults = findEncodingFaults(file);
  if (encodingFaults.length > 0) return { records: [], faults: encodingFaults };
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength).subarray(
    startsWithBom(file) ? 3 : 0,
  );
  const delimiter = delimiterOf(bytes);
  const lineAt = lineCounter(bytes);
  const records: CsvRecord[] = [];
  const faults: Fault[] = [];

  for (let from = 0; from < bytes.length; ) {
    let at = from;
    try {
      parse(bytes.subarray(from), {
        delimiter,
        record_delimiter: ['\r\n', '\n', '\r'],
        trim: true,
        skip_empty_lines: true,
        relax_column_count: true,
        max_record_size: MAX_RECORD_BYTES,
        on_record: (fields: string[], { bytes: end }) => {
          if (fields.some((field) => field !== ''))
            records.push({ line: lineAt(skipBreaks(bytes, at)), fields });
          at = from + end;
          return null;
        },
      });
      break;
    } catch (error) {
      if (!(error instanceof CsvError)) throw error;
      const start = skipBreaks(bytes, at);
      faults.push({ line: lineAt(start), reason: REASONS[error.code] ?? 'not readable as CSV' });
      from = endOfLine(bytes, start);
    }
  }
  return { records, faults };
}

function findEncodingFaults(file: Uint8Array): Fault[] {
  if ((file[0] === 0xff && file[1] === 0xfe) || (file[0] === 0xfe && file[1] === 0xff)) {
    return [{ line: 1, reason: 'the file is UTF-16; save it as UTF-8' }];
  }
  const faults: Fault[] = [];
  if (isUtf8(file)) return faults;
  for (let start = 0, line = 1; start < file.length; line++) {
    const end = endOfLine(file, start);
    if (!isUtf8(file.subarray(start, end)))
      faults.push({ line, reason: 'not UTF-8 text; save the file as UTF-8' });
    start = end;
  }
  return faults;
}

const startsWithBom = (file: Uint8Array) => file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf;

function delimiterOf(bytes: Buffer): string {
  const start = skipBreaks(bytes, 0);
  const header = bytes.toString('utf8', start, endOfLine(bytes, start));
  const occurrences = (delimiter: string) => header.split(delimiter).length;
  return DELIMITERS.reduce((best, other) => (occurrences(other) > occurrences(best) ? other : best));
}

/** The offset behind the line break that ends the line of `start`; CRLF, LF and CR break lines. */
function endOfLine(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== NEWLINE && bytes[at] !== RETURN) at++;
  return Math.min(bytes.length, bytes[at] === RETURN && bytes[at + 1] === NEWLINE ? at + 2 : at + 1);
}

function skipBreaks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (bytes[at] === NEWLINE || bytes[at] === RETURN) at++;
  return at;
}

/** Answers the line of an offset; asked with offsets that do not fall, it reads the file once. */
function lineCounter(bytes: Uint8Array): (offset: number) => number {
  let line = 1;
  let next = endOfLine(bytes, 0);
  return (offset) => {
    while (next <= offset && next < bytes.length) {
      next = endOfLine(bytes, next);
      line++;
    }
    return line;
  };
}
