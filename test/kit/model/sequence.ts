/** Random sequences: every step is judged by the model, sent to the server and compared, and everything stored and reached now and then. */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { TestGateway } from '../gateway.ts';
import { compareRoles, compareStored } from './compare.ts';
import { diceOf } from './dice.ts';
import { laterInstant } from './draw.ts';
import { chooseStep, type Kind, kindInstead, kindsByWeight } from './kinds.ts';
import { type Server, startWorld } from './server.ts';
import { aboveCeiling, isLeftByExpiry } from './settle.ts';
import type { State } from './state.ts';

/** After how many steps everything is compared. */
const EVERY = 20;

/** How often something came to pass in all sequences: a kind of step accepted or refused, a code, what S2 did. */
export interface Tally {
  readonly counts: ReadonlyMap<string, number>;
  add(name: string, count?: number): void;
}

export function newTally(): Tally {
  const counts = new Map<string, number>();
  return { counts, add: (name, count = 1) => void counts.set(name, (counts.get(name) ?? 0) + count) };
}

/** One sequence on its way. */
interface Run {
  state: State;
  steps: number;
  /** What was done and answered so far, for the message of a failure. */
  readonly trail: string[];
  readonly tally: Tally;
}

type Steps = Iterable<fc.AsyncCommand<Run, Server>>;

const stepCommand = (kind: Kind | 'TIME', seed: number): fc.AsyncCommand<Run, Server> => ({
  check: () => true,
  run: async (run, server) => {
    if (kind === 'TIME') await letTimePass(run, server, seed);
    else await takeStep(run, server, kindInstead(kind, run.state), seed);
    run.steps++;
    if (run.steps % EVERY === 0) await compareEverything(run, server);
  },
  toString: () => `${kind} ${seed}`,
});

async function takeStep(run: Run, server: Server, kind: Kind, seed: number): Promise<void> {
  const step = chooseStep(kind, run.state, seed);
  const verdict = step.verdict(run.state);
  const { code, rule } = await step.send(server);
  run.trail.push(`${step.told} => ${code}${rule ? ` (${rule})` : ''}`);
  if (verdict.accepted === null) {
    const expected = verdict.rule === undefined ? { code: verdict.code } : verdict;
    expect({ accepted: null, code, rule }).toMatchObject(expected);
    run.tally.add(`${kind} refused`);
    run.tally.add(code);
    return;
  }
  expect({ code, rule }).toEqual({ code: 'OK' });
  const { state, lowered, ended, besideLapsed } = verdict.accepted;
  run.state = state;
  run.tally.add(`${kind} accepted`);
  run.tally.add('S2 lowered', lowered);
  run.tally.add('S2 ended', ended);
  run.tally.add('S2 beside a lapsed share', besideLapsed);
}

/** Nothing has to run for access to end (section 1), so what is reached at that very instant is looked at. */
async function letTimePass(run: Run, server: Server, seed: number): Promise<void> {
  const now = laterInstant(run.state, diceOf(seed, 0));
  run.state = { ...run.state, now };
  server.setClock(now);
  run.trail.push(`it is ${now}`);
  run.tally.add('S2 above the ceiling by an expiry', aboveCeiling(run.state).length);
  await compareRoles(server, run.state);
}

/** What is stored, what is reached, and S2: nothing is delegated above the ceiling that covers it, but where only an expiry made it so. */
async function compareEverything({ state }: Run, server: Server): Promise<void> {
  await compareStored(server, state);
  await compareRoles(server, state);
  expect(aboveCeiling(state).filter((grant) => !isLeftByExpiry(state, grant))).toEqual([]);
}

/**
 * Plays one sequence in a world of its own.
 * @throws Error with all steps that were taken, when server and model differ
 */
async function play(gateway: TestGateway, steps: Steps, tally: Tally): Promise<void> {
  const trail: string[] = [];
  try {
    const { state, server } = await startWorld(gateway);
    const run: Run = { state, steps: 0, trail, tally };
    await fc.asyncModelRun(() => ({ model: run, real: server }), steps);
    await compareEverything(run, server);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`${message}\n\nafter these ${trail.length} steps:\n${trail.join('\n')}`, {
      cause: error,
    });
  }
}

/**
 * Plays sequences one after the other; once one has failed, so many shorter ones at most: the others pass unplayed, which ends shrinking with
 * the shortest that was found, however long one takes.
 */
export function player(gateway: () => TestGateway, tally: Tally, shorter: number) {
  let left = Number.POSITIVE_INFINITY;
  return async (steps: Steps): Promise<void> => {
    if (left-- <= 0) return;
    try {
      await play(gateway(), steps, tally);
    } catch (error) {
      left = Math.min(left, shorter);
      throw error;
    }
  };
}

/**
 * fast-check's commands, which shrink by being left out. fast-check makes any number of them up to a maximum; before they shrink, these are
 * exactly so many.
 * @param replayPath what a failure says of the steps that had been taken, to play its shrunk sequence again
 */
export function sequencesOf(length: number, replayPath?: string): fc.Arbitrary<Steps> {
  const kindAndSeed = fc.tuple(fc.constantFrom(...kindsByWeight), fc.integer({ min: 0 }));
  const step = fc.noShrink(kindAndSeed.map(([kind, seed]) => stepCommand(kind, seed)));
  const replayed = replayPath === undefined ? {} : { replayPath };
  return new FullLength(fc.commands([step], { maxCommands: length, size: 'max', ...replayed }), length);
}

class FullLength extends fc.Arbitrary<Steps> {
  constructor(
    private readonly upTo: fc.Arbitrary<Steps>,
    private readonly length: number,
  ) {
    super();
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<Steps> {
    for (;;) {
      const made = this.upTo.generate(random, bias);
      // Not `value`: what has been read once is cloned for the run, and shrinking would not know what ran.
      if ([...made.value_].length === this.length) return made;
    }
  }

  override canShrinkWithoutContext(_value: unknown): _value is Steps {
    return false;
  }

  override shrink(steps: Steps, context?: unknown): fc.Stream<fc.Value<Steps>> {
    return this.upTo.shrink(steps, context);
  }
}
