/** What commands on members that run at once may come to: a naive reference that tries every order of them (M2, M3, M6). */
import { isDeepStrictEqual } from 'node:util';

/** A membership, or how it ended: a session outlives leaving, and ends with removal. */
export type Standing =
  | { readonly role: 'ADMIN' | 'MEMBER'; readonly active: boolean; readonly expires: boolean }
  | 'left'
  | 'removed';

/** Everybody's standing, by name. */
export type Team = Readonly<Record<string, Standing>>;

const ACTIONS = {
  demotes: 'member.role_changed',
  pauses: 'member.paused',
  expires: 'member.expiry_changed',
  removes: 'member.removed',
  leaves: 'member.left',
} as const;
export type Deed = keyof typeof ACTIONS;

/** Who leaves does it to themselves; so may who demotes, and nobody else. */
export interface MemberCommand {
  readonly by: string;
  readonly does: Deed;
  readonly whom: string;
}

/** What came of commands: the code that each got (`OK` when it was none), what was recorded, in its order, and who is what now. */
export interface Outcome {
  readonly answers: readonly string[];
  readonly events: readonly string[];
  readonly team: Team;
}

/** An ADMIN who counts for M3. */
const lasts = (standing: Standing | undefined): boolean =>
  typeof standing === 'object' && standing.role === 'ADMIN' && standing.active && !standing.expires;

function change(standing: Exclude<Standing, string>, deed: Deed): Standing {
  if (deed === 'removes') return 'removed';
  if (deed === 'leaves') return 'left';
  if (deed === 'demotes') return { ...standing, role: 'MEMBER' };
  return deed === 'pauses' ? { ...standing, active: false } : { ...standing, expires: true };
}

/** What one command gets, and what it makes of the team. */
function judge(team: Team, { by, does, whom }: MemberCommand): { code: string; team: Team } {
  const [actor, target] = [team[by] as Standing, team[whom] as Standing];
  const refused = (code: string) => ({ code, team });
  if (actor === 'removed') return refused('UNAUTHENTICATED');
  if (typeof actor === 'string' || typeof target === 'string') return refused('NOT_FOUND');
  if (does !== 'leaves') {
    if (!actor.active) return refused('NOT_FOUND');
    if (actor.role !== 'ADMIN') return refused('FORBIDDEN');
  }
  const changed = change(target, does);
  const after = { ...team, [whom]: changed };
  if (lasts(target) && !lasts(changed) && !Object.values(after).some(lasts)) return refused('LAST_ADMIN');
  return { code: 'OK', team: isDeepStrictEqual(changed, target) ? team : after };
}

/** Whether the answer of a change that was stored can be this: it is read later, when more may have happened. */
function readsAs(answer: string, { by, does, whom }: MemberCommand, { team }: Outcome): boolean {
  if (does === 'removes' || does === 'leaves') return false;
  const [actor, target] = [team[by], team[whom]];
  if (actor === 'removed') return ['NOT_FOUND', 'UNAUTHENTICATED'].includes(answer);
  const unseen = typeof actor !== 'object' || typeof target !== 'object' || !actor.active;
  return unseen && answer === 'NOT_FOUND';
}

/** Every order of these indices. */
export function* ordersOf(indices: readonly number[]): Generator<readonly number[]> {
  if (indices.length === 0) yield [];
  for (const first of indices)
    for (const rest of ordersOf(indices.filter((each) => each !== first))) yield [first, ...rest];
}

/** The outcome of commands one after the other. */
function inOrder(team: Team, commands: readonly MemberCommand[], order: readonly number[]): Outcome {
  const answers: string[] = [];
  const events: string[] = [];
  let now = team;
  for (const index of order) {
    const command = commands[index] as MemberCommand;
    const judged = judge(now, command);
    answers[index] = judged.code;
    if (judged.team !== now) events.push(`${command.by} ${ACTIONS[command.does]} ${command.whom}`);
    now = judged.team;
  }
  return { answers, events, team: now };
}

/**
 * The outcome of the commands in the order that comes to what was seen.
 * @throws Error when none does
 */
export function serialOutcome(team: Team, commands: readonly MemberCommand[], seen: Outcome): Outcome {
  const outcomes = [...ordersOf([...commands.keys()])].map((order) => inOrder(team, commands, order));
  const explains = (outcome: Outcome) =>
    isDeepStrictEqual([outcome.events, outcome.team], [seen.events, seen.team]) &&
    outcome.answers.every((answer, index) => {
      const given = seen.answers[index] as string;
      return answer === given || (answer === 'OK' && readsAs(given, commands[index] as MemberCommand, seen));
    });
  const found = outcomes.find(explains);
  if (found) return found;
  throw new Error(`no serial order: ${JSON.stringify({ commands, seen, outcomes }, null, 1)}`);
}
