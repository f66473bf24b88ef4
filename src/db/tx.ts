/** The two ways to use the database: one snapshot for a query, one transaction under locks for a command. */
import { sql } from 'drizzle-orm';
import { type AuditActor, type AuditRecord, writeAudit } from './audit.ts';
import type { Database, Tx } from './client.ts';
import { isRetriable } from './errors.ts';
import { type NewMail, queueMails, queueNoMail } from './queries/mails.ts';
import { rowsOf, uuidArray } from './rows.ts';

/** A snapshot that stays open between calls. It holds a connection: whoever opens it closes it. */
export interface OpenSnapshot {
  readonly tx: Tx;
  close(): Promise<void>;
}

/** Runs `work` on one consistent, read-only view of the database. */
export const readSnapshot = <T>(database: Database, work: (tx: Tx) => Promise<T>): Promise<T> =>
  database.transaction('snapshot', work);

/** `readSnapshot` turned inside out, for an operation whose reads come from many resolvers. */
export async function openSnapshot(database: Database): Promise<OpenSnapshot> {
  const opened = Promise.withResolvers<Tx>();
  const done = Promise.withResolvers<void>();
  const ended = readSnapshot(database, (tx) => {
    opened.resolve(tx);
    return done.promise;
  }).catch(opened.reject);
  const tx = await opened.promise;
  return {
    tx,
    close: async () => {
      done.resolve();
      await ended;
    },
  };
}

/** RESOURCES shares the organization row with other changes of resources; ACCESS excludes every other command there. */
export type LockMode = 'RESOURCES' | 'ACCESS';

const LOCK_CLAUSE = { RESOURCES: sql`for share`, ACCESS: sql`for no key update` } as const;

/** What a command is given, inside its transaction and under its locks. */
export interface Command<Actor> {
  readonly tx: Tx;
  readonly actor: Actor;
  /** The instant of the command, read after the locks were taken. */
  readonly instant: Date;
  /** Records a change; written before the commit. */
  audit(record: AuditRecord): void;
  /** Queues a mail; it leaves after the commit, or never. Null does the same work without a mail. */
  mail(mail: NewMail | null): void;
}

export interface CommandSpec<Actor, Result> {
  readonly mode: LockMode;
  /** The organizations concerned. Asked before and after locking: if the answer changed meanwhile, the command starts anew. */
  readonly organizations: (tx: Tx) => Promise<readonly string[]>;
  /** Who acts, as the database says after the locks were taken. */
  readonly actor: (tx: Tx) => Promise<{ actor: Actor; instant: Date; audit: AuditActor }>;
  readonly work: (command: Command<Actor>) => Promise<Result>;
}

/**
 * A command committed nothing because it would have changed something without a record (A1).
 * @internal thrown here; tests name it
 */
export class MissingAuditError extends Error {
  override readonly name = 'MissingAuditError';
}

/** Thrown by a command's work that has nothing to change: rolls back, and is no error. */
export class NothingChanged<Result> extends Error {
  constructor(readonly result: Result) {
    super('nothing changed');
  }
}

const ATTEMPTS = 4;

/** Somebody changed which organizations are concerned between reading and locking them: the command starts anew. */
export class LocksOutdatedError extends Error {
  readonly code = '40001';
}

/**
 * Runs a command in one transaction: locks the organizations in ascending id, reads who acts, does the work, writes the
 * audit. Deadlocks, serialization failures and outdated locks are tried again from the start.
 * @throws MissingAuditError when the work recorded nothing
 */
export async function runCommand<Actor, Result>(
  database: Database,
  spec: CommandSpec<Actor, Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await database.transaction('command', (tx) => attemptCommand(tx, spec));
    } catch (error) {
      if (error instanceof NothingChanged) return error.result;
      if (attempt === ATTEMPTS || !isRetriable(error)) throw error;
    }
  }
}

async function attemptCommand<Actor, Result>(tx: Tx, spec: CommandSpec<Actor, Result>): Promise<Result> {
  const wanted = [...new Set(await spec.organizations(tx))];
  if (wanted.length > 0) await lockOrganizations(tx, wanted, spec.mode);
  const concerned = await spec.organizations(tx);
  if (!concerned.every((id) => wanted.includes(id))) throw new LocksOutdatedError();
  const { actor, instant, audit } = await spec.actor(tx);
  const records: AuditRecord[] = [];
  const mails: (NewMail | null)[] = [];
  const result = await spec.work({
    tx,
    actor,
    instant,
    audit: (record) => records.push(record),
    mail: (mail) => mails.push(mail),
  });
  if (records.length === 0) throw new MissingAuditError('a command must record what it changed');
  await writeAudit(tx, audit, instant, records);
  if (mails.includes(null)) await queueNoMail(tx);
  await queueMails(
    tx,
    instant,
    mails.filter((mail) => mail !== null),
  );
  return result;
}

async function lockOrganizations(tx: Tx, ids: readonly string[], mode: LockMode): Promise<void> {
  rowsOf(
    await tx.execute(
      sql`select id from organizations where id = any(${uuidArray(ids)}) order by id ${LOCK_CLAUSE[mode]}`,
    ),
  );
}
