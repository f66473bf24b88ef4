/**
 * The new-enemy test: the owner takes a park back, then writes a secret into it, and the partner reads by another process. Whoever sees
 * the secret was still let in by a right that had ended before there was one (P5, S2): a leak.
 */
import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Mutex } from 'async-mutex';
import type { Database } from '../../../src/db/client.ts';
import type { GraphQLClient } from '../client.ts';
import { REVOCATIONS, WRITINGS } from './commands.ts';
import { readingAtOnce, readingsOneByOne } from './reads.ts';
import { type EnemyScene, makeScene } from './scene.ts';

/** A gateway in a process of its own. */
interface GatewayProcess {
  readonly url: string;
  freeze(): void;
  thaw(): void;
}

export interface EnemyOptions {
  /** To put the scenes back between trials. */
  readonly database: Database;
  /** On this database. */
  readonly gateways: readonly [GatewayProcess, GatewayProcess];
  readonly trials: number;
  readonly lanes: number;
  readonly onTrial?: (done: number) => void;
  readonly signal?: AbortSignal;
}

/** A secret that was seen. */
export interface Leak {
  readonly trial: number;
  readonly revocation: string;
  readonly writing: string;
  readonly reader: string;
  readonly mode: Mode;
  readonly operation: string;
  readonly answer: string;
}

/**
 * AFTER: they read once the secret is written. MEANWHILE: they read all the time, while the park is taken back and the secret written.
 * FROZEN: their process stands still in the middle of reading until both is done: one that had asked for the right and not yet for what it
 * is a right to now finds the secret there, unless both are of one snapshot.
 */
const MODES = ['AFTER', 'MEANWHILE', 'FROZEN'] as const;
type Mode = (typeof MODES)[number];

export interface EnemyReport {
  readonly trials: number;
  readonly leaks: readonly Leak[];
  /** How many answers showed the partner the park, while it was theirs to see. */
  readonly shown: number;
  /** How many answers the partner was given for which the secret was looked for, by mode. */
  readonly reads: Readonly<Record<Mode, number>>;
  /** How many readings the process was in the middle of when it was frozen. */
  readonly caught: number;
  /** How many trials there were of each revocation. */
  readonly revoked: Readonly<Record<string, number>>;
}

interface Counters {
  leaks: Leak[];
  shown: number;
  caught: number;
  reads: Record<Mode, number>;
  revoked: Record<string, number>;
  trials: number;
}

/**
 * Runs the trials, some at a time.
 * @throws Error when the partner does not see what is shared, or the owner not what they wrote: the trials would prove nothing
 */
export async function meetNewEnemies(options: EnemyOptions): Promise<EnemyReport> {
  const { database, gateways, trials, lanes, onTrial, signal } = options;
  const counters: Counters = {
    leaks: [],
    shown: 0,
    caught: 0,
    reads: { AFTER: 0, MEANWHILE: 0, FROZEN: 0 },
    revoked: {},
    trials: 0,
  };
  // Two that stood still, each for a trial that waits for the other one, would do so for good.
  const oneAtATime = new Mutex();
  const freezing: Freezing = (process, work) =>
    oneAtATime.runExclusive(() => work(gateways[process]).finally(() => gateways[process].thaw()));
  let next = 0;
  let failed = false;
  const inLane = async () => {
    const scene = await makeScene(database, [gateways[0].url, gateways[1].url]);
    while (next < trials && !failed && !signal?.aborted) {
      await runTrial(scene, next++, counters, freezing);
      counters.trials++;
      onTrial?.(counters.trials);
    }
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: lanes }, () =>
      inLane().catch((error: unknown) => {
        failed = true;
        throw error;
      }),
    ),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return counters;
}

/** Does something with a process that may be frozen in it. */
type Freezing = <Result>(
  process: 0 | 1,
  work: (gateway: GatewayProcess) => Promise<Result>,
) => Promise<Result>;

const turn = <Each>(trial: number, each: readonly Each[]): Each => each[trial % each.length] as Each;

/** Revocations and modes in turns; the rest by chance, which is the same for the same trial in every run. */
function variantOf(trial: number) {
  const chance = createHash('sha256').update(`trial ${trial}`).digest();
  const any = <Each>(place: number, each: readonly Each[]): Each => turn(chance[place] as number, each);
  const revocation = turn(trial, REVOCATIONS);
  const writing = any(
    0,
    WRITINGS.filter(({ onPortfolio }) => !onPortfolio || revocation.wholly),
  );
  // P12: who has a role on a park alone does not see its portfolio.
  const sharings = revocation.from.filter(
    ({ delegated }) => !writing.onPortfolio || delegated === 'portfolio',
  );
  return {
    revocation,
    writing,
    sharing: any(1, sharings),
    mode: turn(Math.floor(trial / REVOCATIONS.length), MODES),
    /** Where it is taken back; in the other one it is read. */
    process: any(2, [0, 1] as const),
    /** Whether the secret is written there too, or in the one that it is read in. */
    writtenThere: any(3, [true, true, false]),
    /** How many milliseconds they have been reading for when they are frozen. */
    freezesAfter: (chance[4] as number) % 25,
  };
}

async function runTrial(scene: EnemyScene, trial: number, counters: Counters, freezing: Freezing) {
  const variant = variantOf(trial);
  const { revocation, writing, sharing, mode, process } = variant;
  const other = process === 0 ? 1 : 0;
  const { olga, anna, tom, ids } = scene;
  const [open, secret] = [`open ${trial}.`, `secret ${trial}.`];
  const readers = { 'the ADMIN': anna[other], 'the delegated member': tom[other] };

  const bond = await scene.restore(sharing);
  const shownIn = await writing.write(olga[process], open, ids);
  for (const [reader, client] of Object.entries(readers)) {
    const answer = await read(client, readingAtOnce({ ...ids, component: shownIn }));
    if (!answer.includes(open)) throw new Error(`${reader} does not see what is shared: ${answer}`);
    counters.shown++;
  }

  const look: Look = async (reader, client, operation) => {
    const answer = await read(client, operation);
    counters.reads[mode]++;
    if (answer.includes(open)) counters.shown++;
    if (!answer.includes(secret)) return;
    const [how, what] = [revocation.name, writing.name];
    counters.leaks.push({ trial, revocation: how, writing: what, reader, mode, operation, answer });
  };
  const each: Each = (work) =>
    Promise.all(Object.entries(readers).map(([reader, client]) => work(reader, client)));

  const takeBackAndWrite = async () => {
    await revocation.revoke(olga[process], bond, ids);
    const writer = mode === 'FROZEN' || variant.writtenThere ? process : other;
    return writing.write(olga[writer], secret, ids);
  };
  const operations = readingsOneByOne({ ...ids, component: shownIn });
  const work = {
    AFTER: takeBackAndWrite,
    MEANWHILE: () => meanwhile(operations, each, look, takeBackAndWrite),
    FROZEN: () =>
      freezing(other, async (gateway) => {
        let pending = 0;
        const readings = each(async (reader, client) => {
          const looking = operations.map(async (operation) => {
            pending++;
            await look(reader, client, operation);
            pending--;
          });
          await Promise.all(looking);
        });
        // What fails meanwhile fails when it is waited for.
        readings.catch(() => undefined);
        await pause(variant.freezesAfter);
        gateway.freeze();
        counters.caught += pending;
        const written = await takeBackAndWrite();
        gateway.thaw();
        await readings;
        return written;
      }),
  };
  const written = await work[mode]();
  const last = readingAtOnce({ ...ids, component: written });
  await each((reader, client) => look(reader, client, last));
  const ownersAnswer = await read(olga[other], last);
  if (!ownersAnswer.includes(secret)) throw new Error(`the owner does not see the secret: ${ownersAnswer}`);
  counters.revoked[revocation.name] = (counters.revoked[revocation.name] ?? 0) + 1;
}

type Look = (reader: string, client: GraphQLClient, operation: string) => Promise<void>;
type Each = (work: (reader: string, client: GraphQLClient) => Promise<void>) => Promise<unknown>;

/** Reads over and over, one way after the other, until `work` is done. */
async function meanwhile<Result>(
  operations: readonly string[],
  each: Each,
  look: Look,
  work: () => Promise<Result>,
): Promise<Result> {
  let done = false;
  const reading = each(async (reader, client) => {
    for (let round = 0; !done; round++) await look(reader, client, turn(round, operations));
  });
  const working = work().finally(() => {
    done = true;
  });
  const [result] = await Promise.all([working, reading]);
  return result;
}

/** What an operation answers, as one text to look for a secret in. @throws Error when it fails: a fault hides as well as a refusal */
async function read(client: GraphQLClient, operation: string): Promise<string> {
  const { data, errors } = await client.send(operation);
  const answer = JSON.stringify({ data, errors });
  if (errors.length > 0) throw new Error(`reading failed: ${operation}: ${answer}`);
  return answer;
}
