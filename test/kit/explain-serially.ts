/** Whether what commands that ran at once came to is what they come to one after the other, in some order. */
import { isDeepStrictEqual } from 'node:util';
import { ordersOf } from './serial-orders.ts';

/** What one command comes to, by itself. */
export interface Step<State> {
  /** `OK`, or the code of its refusal. */
  readonly answer: string;
  readonly state: State;
  /** What is recorded of it, in order; nothing of what is refused or changes nothing. */
  readonly events?: readonly string[];
  /** The payload is read after the change, when more may have happened: what the answer is then. */
  readonly reads?: (later: State) => string;
}

/** A naive reference of a command. */
export type SerialCommand<State> = (state: State) => Step<State>;

/** What was seen of commands that ran at once: their answers in the order of the commands, the records in theirs, and what is stored. */
export interface Seen<State> {
  readonly answers: readonly string[];
  readonly events: readonly string[];
  readonly state: State;
}

/**
 * The order of the commands, by their indices, that explains what was seen: answers, records and rows.
 * @throws Error when none does, with what each would have come to
 */
export function explainSerially<State>(
  start: State,
  commands: readonly SerialCommand<State>[],
  seen: Seen<State>,
): readonly number[] {
  const orders = [...ordersOf([...commands.keys()])];
  const tried = orders.map((order) => ({ order, ...inOrder(start, commands, order) }));
  const found = tried.find(
    ({ answers, events, state }) =>
      isDeepStrictEqual([events, state], [seen.events, seen.state]) &&
      answers.every((possible, index) => possible.has(seen.answers[index] as string)),
  );
  if (found) return found.order;
  const shown = tried.map(({ answers, ...rest }) => ({ answers: answers.map((each) => [...each]), ...rest }));
  throw new Error(`no serial order: ${JSON.stringify({ seen, tried: shown }, null, 1)}`);
}

/** The commands one after the other; of each, every answer that it may have been given. */
function inOrder<State>(start: State, commands: readonly SerialCommand<State>[], order: readonly number[]) {
  const steps = new Map<number, Step<State>>();
  let state = start;
  for (const index of order) {
    const step = (commands[index] as SerialCommand<State>)(state);
    steps.set(index, step);
    state = step.state;
  }
  const answers: Set<string>[] = [];
  for (const [place, index] of order.entries()) {
    const { answer, reads } = steps.get(index) as Step<State>;
    const later = order.slice(place).map((each) => (steps.get(each) as Step<State>).state);
    answers[index] = new Set(reads && answer === 'OK' ? later.map(reads) : [answer]);
  }
  return { answers, events: order.flatMap((index) => steps.get(index)?.events ?? []), state };
}
