import { Refusal } from '../authz/refusal.ts';
import { isUnavailable } from '../db/errors.ts';
import { DataDirectoryInUseError } from '../db/pglite.ts';
import { ConfigurationError } from '../server/config.ts';
import { OperatorError } from './operator-error.ts';

const EXPLAINED = [OperatorError, ConfigurationError, DataDirectoryInUseError];

/**
 * What the command line prints of an error: `CODE: message` of a refusal, the message of what explains itself, message and
 * code of what came from the database or the system, and the stack of the rest, which are bugs.
 */
export function describeError(error: unknown): string {
  if (error instanceof Refusal) return `${error.code}: ${error.message}`;
  if (EXPLAINED.some((kind) => error instanceof kind)) return (error as Error).message;
  const cause = rootCause(error);
  const { code } = cause as NodeJS.ErrnoException;
  if (cause instanceof Error && typeof code === 'string') {
    const known = cause.message.includes(code) ? '' : ` (${code})`;
    const what = isUnavailable(error) ? 'The database does not answer: ' : '';
    return `${what}${cause.message || cause.name}${known}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** drizzle wraps what the driver throws, and a refused connection to several addresses comes as an AggregateError. */
function rootCause(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return rootCause(error.errors[0]);
  return error instanceof Error && error.cause !== undefined ? rootCause(error.cause) : error;
}
