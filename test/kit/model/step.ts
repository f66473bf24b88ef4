/** One mutation as the model judges it and as the server is sent it. */
import type { Dice } from './dice.ts';
import type { Answer, Server } from './server.ts';
import { type Settled, settle } from './settle.ts';
import { type Judge, Refused, type State } from './state.ts';

/** What must come of a step: what is stored afterwards, or how it is refused. */
export type Verdict =
  | { readonly accepted: Settled }
  | { readonly accepted: null; readonly code: string; readonly rule: string | undefined };

export interface Step {
  /** Who does what, for the message of a failure. */
  readonly told: string;
  verdict(state: State): Verdict;
  send(server: Server): Promise<Answer>;
}

/** A kind of step: chooses who does what, as things stand. */
export type Draw = (state: State, dice: Dice) => Step;

interface MutationSpec<Input> {
  readonly mutation: string;
  readonly judge: Judge<Input>;
  /** What is selected of the payload. */
  readonly selects: string;
  /** The input as the API names it; none for a mutation without. */
  input?(server: Server, input: Input): object;
  /** What the model has to know of an accepted one: ids of what is new, sessions that ended. */
  learn?(server: Server, input: Input, payload: NonNullable<Answer['payload']>): void;
  /** For what is not one mutation. */
  send?(server: Server, actor: string, input: Input): Promise<Answer>;
}

/** Makes steps of a mutation. */
export function stepOf<Input extends object>(spec: MutationSpec<Input>) {
  const { mutation, selects, judge, learn } = spec;
  const ask = (server: Server, actor: string, input: Input) =>
    spec.send
      ? spec.send(server, actor, input)
      : server.mutate(actor, mutation, selects, spec.input?.(server, input));
  return (actor: string, input: Input): Step => ({
    told: `${actor}: ${mutation} ${JSON.stringify(input)}`,
    verdict: (state) => verdictOf(state, () => judge(state, actor, input)),
    send: async (server) => {
      const answer = await ask(server, actor, input);
      if (answer.payload && learn) learn(server, input, answer.payload);
      return answer;
    },
  });
}

function verdictOf(state: State, judge: () => State): Verdict {
  try {
    return { accepted: settle(state, judge()) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { accepted: null, code: error.code, rule: error.rule };
  }
}

/** The id of something in a payload. */
export const newIdIn = (payload: NonNullable<Answer['payload']>, field: string): string =>
  (payload[field] as { id: string }).id;
