import type { Tx } from '../../db/client.ts';
import { newId } from '../../db/new-id.ts';
import { insertSession } from '../../db/queries/sessions.ts';
import { hashSecret, newSecret } from '../../identity/secret.ts';
import type { RequestOrigin } from '../context/request-context.ts';

/** How long a session lasts: 30 days. */
const SESSION_MS = 30 * 24 * 3_600_000;

/** Longer names of programs are cut. */
const USER_AGENT_LENGTH = 300;

/** A session that begins: its token is shown once. */
export interface StartedSession {
  readonly id: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Stores a new session of an account, from where the request came. */
export async function startSession(
  tx: Tx,
  userId: string,
  { ipAddress, userAgent }: RequestOrigin,
  instant: Date,
): Promise<StartedSession> {
  const session = { id: newId(), token: newSecret(), expiresAt: new Date(instant.getTime() + SESSION_MS) };
  await insertSession(tx, {
    id: session.id,
    userId,
    tokenHash: hashSecret(session.token),
    createdAt: instant,
    lastSeenAt: instant,
    expiresAt: session.expiresAt,
    ipAddress,
    userAgent: userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
  });
  return session;
}
