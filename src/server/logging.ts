import { randomUUID } from 'node:crypto';
import type { FastifyBaseLogger, FastifyReply, FastifyRequest } from 'fastify';
import { type DestinationStream, type LevelWithSilent, pino } from 'pino';

/**
 * The options of Fastify that make its log: JSON lines on standard output, in which whatever a client sent is an escaped string. Every
 * request gets a random id, never one that the client chose.
 *
 * Logged of a request are method, path and address; of a reply the status; of an error (`err`) its type, code, message, stack and causes.
 * Headers, query and body are not: they hold tokens, addresses and passwords.
 */
export function logging(level: LevelWithSilent, destination?: DestinationStream) {
  const logger: FastifyBaseLogger = pino(
    { level, serializers: { req: request, res: reply, err: (thrown) => error(thrown) } },
    destination,
  );
  return { loggerInstance: logger, genReqId: () => randomUUID(), requestIdHeader: false } as const;
}

const request = ({ method, url, ip }: FastifyRequest) => ({ method, path: url.replace(/[?#].*$/s, ''), ip });

const reply = ({ statusCode }: FastifyReply) => ({ statusCode });

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError;
}

const MAX_CAUSES = 5;

/** An error without its other properties: those of a driver's error quote the values of the statement. */
function error(thrown: unknown, depth = 0): LoggedError {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: 'What was thrown is no Error.' };
  const { message, stack, cause } = thrown;
  const { code } = thrown as NodeJS.ErrnoException;
  const cleaned = withoutValues(message);
  return {
    type: thrown.constructor.name,
    message: cleaned,
    ...(typeof code === 'string' && { code }),
    stack: stack?.replace(message, () => cleaned),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: error(cause, depth + 1) }),
  };
}

/** drizzle ends its messages with the values of the statement. */
const withoutValues = (message: string): string => message.replace(/\nparams: .*$/s, '');
