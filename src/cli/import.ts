/** `npm run import`: parks from a CSV file into one portfolio, all or none. */
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { Fault } from './csv-records.ts';
import { importParks } from './import-parks.ts';
import { OperatorError } from './operator-error.ts';
import { parseParks } from './park-csv.ts';
import { printable } from './printable.ts';
import { showProgress } from './progress.ts';
import { EXIT_CODE_HELP, runProgram } from './run-program.ts';
import { withDatabase } from './with-database.ts';

const COLUMNS_HELP = `
Columns, by the header in the first line, in any order and case; others are ignored:
  name                        1 to 200 characters
  plant_type (type, fuel)     SOLAR, WIND, BATTERY or Storage
  capacity_kw or capacity_mw  0 to 1,000,000,000 kW
  latitude (lat)              -90 to 90 degrees; may be empty or left out
  longitude (lon, lng)        -180 to 180 degrees; may be empty or left out
  time_zone (timezone)        IANA name such as Europe/Berlin; UTC where empty or left out
UTF-8, separated by comma, semicolon or tab. Every bad line is reported, and then nothing is stored.
${EXIT_CODE_HELP}`;

interface Options {
  readonly organization: string;
  readonly portfolio: string;
  readonly as: string;
  readonly dryRun?: boolean;
}

const program = new Command('import')
  .description('Stores the parks of a CSV file in one portfolio, all or none.')
  .argument('<file>', 'the CSV file')
  .requiredOption('--organization <identifier>', "the organization's identifier")
  .requiredOption('--portfolio <name>', "the portfolio's name")
  .requiredOption('--as <email>', 'the account that acts: what it may not do is refused')
  .option('--dry-run', 'check everything, store nothing')
  .addHelpText('after', COLUMNS_HELP)
  .exitOverride()
  .action(run);

async function run(file: string, options: Options): Promise<void> {
  const { parks, faults, ignoredColumns } = parseParks(await readFile(file));
  if (ignoredColumns.length > 0) say(`Ignored columns: ${ignoredColumns.map(printable).join(', ')}`);
  if (faults.length > 0) throw new OperatorError(report(file, faults));
  const progress = showProgress(process.stderr, parks.length, 'parks');
  try {
    await withDatabase((database) =>
      importParks(database, { ...options, parks, onProgress: progress.update }),
    );
  } finally {
    progress.stop();
  }
  const what = `${parks.length} parks in ${printable(options.portfolio)}`;
  process.stdout.write(options.dryRun ? `Would store ${what}; stored nothing.\n` : `Stored ${what}.\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function report(file: string, faults: readonly Fault[]): string {
  const lines = faults.map(({ line, reason }) => `line ${line}: ${reason}`);
  const total = `${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in ${printable(file)}; nothing was stored.`;
  return [...lines, total].join('\n');
}

await runProgram(program, process.argv);
