/** What a driver's error means, whichever driver it came from. */

interface DriverError {
  readonly code?: string;
  readonly constraint?: string;
  readonly constraint_name?: string;
}

const causes = function* (error: unknown): Generator<DriverError> {
  for (let at = error; at instanceof Error; at = at.cause) yield at as DriverError;
};

const codeOf = (error: unknown) => {
  for (const { code } of causes(error)) if (code !== undefined) return code;
  return undefined;
};

/** The name of the constraint that a statement violated, or null. */
export function violatedConstraint(error: unknown): string | null {
  for (const cause of causes(error)) {
    if (cause.code?.startsWith('23')) return cause.constraint_name ?? cause.constraint ?? null;
  }
  return null;
}

const RETRIABLE = new Set(['40001', '40P01']);

/** A serialization failure or a deadlock: the same command may succeed when it is run again. */
export const isRetriable = (error: unknown): boolean => RETRIABLE.has(codeOf(error) ?? '');

/** Every connection is busy, and stayed so for too long. */
export class NoConnectionFreeError extends Error {
  override readonly name = 'NoConnectionFreeError';
  readonly code = '53300';
}

/** The connection itself failed: whatever was on it is gone. A server that shuts down says so before it closes. */
export const isConnectionError = (error: unknown): boolean =>
  /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|08|57P0)/.test(
    codeOf(error) ?? '',
  );

/** Connection lost, refused or timed out, out of resources, or a statement or lock that waited too long. */
export const isUnavailable = (error: unknown): boolean => {
  const code = codeOf(error);
  return (
    code !== undefined &&
    (/^(08|28|3D|53|57|58)/.test(code) ||
      code === '55P03' ||
      code === '25P03' ||
      isConnectionError(error) ||
      isRetriable(error))
  );
};
