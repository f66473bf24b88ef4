import { type Command, CommanderError } from 'commander';
import { describeError } from './describe-error.ts';

const EXIT_CODES = { done: 0, failed: 1, usage: 2 } as const;

/** For `--help`. */
export const EXIT_CODE_HELP = `
Exit codes: ${EXIT_CODES.done} done, ${EXIT_CODES.failed} refused or failed and nothing changed, ${EXIT_CODES.usage} wrong usage.
The database is the gateway's: DATABASE_URL, or DATA_DIR while the gateway is stopped.`;

/** Runs a command line to its end; sets the exit code and prints what went wrong to standard error, in words. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      // commander has printed it.
      process.exitCode = error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
      return;
    }
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = EXIT_CODES.failed;
  }
}
