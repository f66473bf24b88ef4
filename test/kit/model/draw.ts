/** What most steps choose: who acts, on what and until when; mostly what could be meant, at times anything. */
import { ceiling } from '../naive-reference.ts';
import type { Dice } from './dice.ts';
import {
  asWorld,
  isLiveAt,
  liveMember,
  memberOf,
  type OrganizationRole,
  ownerOf,
  portfolioOf,
  type State,
} from './state.ts';

const usersOf = (state: State) => state.users.map(({ id }) => id);

/** Anybody, with or without membership. */
export const anybody = (state: State, dice: Dice): string => dice.pick('anybody', usersOf(state)) ?? '';

/** Mostly a live member with one of the roles. */
export function actorOf(state: State, dice: Dice, ...roles: readonly OrganizationRole[]): string {
  return mostlyAmong(state, dice, roles) ?? anybody(state, dice);
}

/** Mostly a live ADMIN of an organization, at times of another, or anybody. */
export const adminOf = (state: State, dice: Dice, organization: string | undefined): string =>
  mostlyAmong(state, dice, ['ADMIN'], organization) ?? actorOf(state, dice, 'ADMIN');

function mostlyAmong(state: State, dice: Dice, roles: readonly OrganizationRole[], organization?: string) {
  const members = state.members.filter(
    (member) =>
      liveMember(state, member.id) !== undefined &&
      member.systemRole !== 'DEMO' &&
      roles.includes(member.role) &&
      [member.organization, undefined].includes(organization),
  );
  const isMeant = dice.odds(`actor of ${organization}`, true, true, true, true, true, false);
  return isMeant ? dice.pick('actor', members)?.id : undefined;
}

/** Mostly one of what could be meant, else any; `nothing` where there is none. */
export function mostly(dice: Dice, label: string, meant: readonly string[], any: readonly string[]): string {
  const isMeant = dice.odds(label, true, true, true, true, true, true, false);
  return (isMeant ? dice.pick(label, meant) : undefined) ?? dice.pick(label, any) ?? 'nothing';
}

/** One of some lists, each as likely as any other; the last one in the place of an empty one. */
export function oneOf<T>(dice: Dice, label: string, ...lists: readonly (readonly T[])[]): readonly T[] {
  const list = dice.odds(label, ...lists);
  return list.length > 0 ? list : (lists.at(-1) ?? []);
}

/** An actor's organization; of somebody without any, one. */
export const homeOf = (state: State, actor: string): string =>
  memberOf(state, actor)?.organization ?? state.organizations[0]?.id ?? '';

export const organizationsOf = (state: State) => state.organizations.map(({ id }) => id);
export const portfoliosOf = (state: State) => state.portfolios.map(({ id }) => id);
export const parksOf = (state: State) => state.parks.map(({ id }) => id);
export const resourcesOf = (state: State) => [...portfoliosOf(state), ...parksOf(state)];

export const ownedBy = (state: State, organization: string, resources: readonly string[]) =>
  resources.filter((resource) => ownerOf(state, resource) === organization);

/** What reaches somebody's organization through a share now. */
export const reaching = (state: State, user: string): readonly string[] => {
  if (!memberOf(state, user)) return [];
  const world = asWorld(state);
  return resourcesOf(state).filter((resource) => (ceiling(world, user, resource) ?? 'NONE') !== 'NONE');
};

/** What is delegated, and the portfolios of such parks: where a change of a share takes something away. */
export const delegatedOn = (state: State): readonly string[] =>
  state.grants.flatMap(({ cooperation, resource }) =>
    cooperation === null ? [] : [resource, ...[portfolioOf(state, resource) ?? []].flat()],
  );

/** What never was, and what may have been deleted. */
export const GONE_PARKS = ['nothing', 'nordhang', 'tann'];
export const GONE_PORTFOLIOS = ['nothing', 'south'];

const MINUTE = 60_000;

const later = (now: string, milliseconds: number) => new Date(Date.parse(now) + milliseconds).toISOString();

/** None, some minutes, the very instant of another expiry, now or already past. */
export function expiry(state: State, dice: Dice): string | null {
  const offset = dice.odds<number>('expiry', 1_000, MINUTE, 10 * MINUTE, 20 * MINUTE, 0, -1);
  switch (dice.odds('until', 'never', 'never', 'then', 'then', 'with another')) {
    case 'never':
      return null;
    case 'then':
      return later(state.now, offset);
    default:
      return dice.pick('another', expiriesAhead(state)) ?? later(state.now, offset);
  }
}

/** Every instant at which something will lapse. */
const expiriesAhead = ({ now, members, cooperations, shares, grants }: State): readonly string[] =>
  [...members, ...cooperations, ...shares, ...grants].flatMap((one) =>
    one.expiresAt !== null && isLiveAt(one, now) ? [one.expiresAt] : [],
  );

/** Time passes: exactly to the next expiry, to just before it, or a little. */
export function laterInstant(state: State, dice: Dice): string {
  const next = expiriesAhead(state).toSorted()[0];
  const until = dice.odds('next', 'expiry', 'expiry', 'just before', 'a little');
  if (next === undefined || until === 'a little')
    return later(state.now, dice.odds<number>('wait', 1, 1_000, MINUTE));
  const before = later(next, -1);
  return until === 'just before' && before > state.now ? before : next;
}
