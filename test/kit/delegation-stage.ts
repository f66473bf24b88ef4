import type { JobRole } from '../../src/authz/roles.ts';
import { grants } from '../../src/db/schema/grants.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { EARLIER, LATER, type Partners } from './partners.ts';
import type { Park, Person, Resource } from './story.ts';

/** What is shared of a park and its portfolio. */
export interface Shares {
  readonly park?: JobRole;
  readonly portfolio?: JobRole;
}
/** What becomes of a delegated role; null is gone. */
export type Becomes = Partial<Record<JobRole, JobRole | null>>;

/** One command that brings the shares of a park and its portfolio from `before` to `after`. */
export interface Move {
  readonly before: Shares;
  readonly after: Shares;
  /** What becomes of what is delegated on the park. */
  readonly park: Becomes;
  /** What becomes of what is delegated on the portfolio, and on another park in it. */
  readonly portfolio: Becomes;
}

interface Delegated {
  readonly person: Person;
  readonly resource: Resource;
  readonly role: JobRole;
  readonly to: JobRole | null;
}

/** A portfolio with two parks that is shared and delegated as a move begins. */
export interface Stage {
  readonly resources: { readonly park: Park; readonly portfolio: Resource };
  readonly sibling: Park;
  /** The global ids of the shares. */
  readonly shares: Partial<Record<keyof Shares, string>>;
  readonly delegated: readonly Delegated[];
}

const named = (shares: Shares) =>
  Object.entries(shares)
    .map(([kind, role]) => `${kind} ${role}`)
    .join(', ') || 'nothing';
export const titleOf = ({ before, after }: Move): string => `${named(before)} → ${named(after)}`;

/** Stages for delegations of the receiver's ADMIN in a world of partners, which must be fresh. */
export async function delegationStages(world: Partners) {
  const { story, owner, receiver, third, outsiders } = world;
  const { people, organization } = receiver;
  const paused = story.member(organization, 'MEMBER', { name: 'Paused too', active: false });
  /** Whom of the receiver something is delegated to, by how it stands: two of each. */
  const holders: Record<string, readonly [Person, Person]> = {
    live: [people.MEMBER, people.MODERATOR],
    paused: [outsiders.paused, paused],
    dated: [people.ASSET_MANAGER_TECHNICAL, people.ASSET_MANAGER_COMMERCIAL],
    lapsed: [people.EXTERNAL, people.ADMIN],
  };
  const bond = story.cooperation(owner.organization, organization);
  /** A partner beside, whose delegations nothing of this concerns. */
  const beside = story.cooperation(third.organization, owner.organization);
  await world.stored();
  const admin = await world.as(owner.people.ADMIN);
  const cooperationId = globalId('cooperation', bond.uuid);
  const keyOf = (member: string | undefined, { resources, sibling }: Stage, uuid: string) => {
    const names = { [resources.park.uuid]: 'park', [resources.portfolio.uuid]: 'portfolio' };
    const name = { ...names, [sibling.uuid]: 'sibling' }[uuid];
    return name && `${member} on ${name}`;
  };
  return {
    ...{ bond, cooperationId, admin },
    /** @param until when the shares lapse */
    async stage(move: Move, until: { readonly [Kind in keyof Shares]?: string } = {}): Promise<Stage> {
      const portfolio = world.portfolio();
      const resources = { park: world.park(portfolio), portfolio };
      const sibling = world.park(portfolio);
      const shares: Stage['shares'] = {};
      for (const kind of ['portfolio', 'park'] as const) {
        const role = move.before[kind];
        const expiry = until[kind] ? { expiresAt: new Date(until[kind]) } : {};
        if (role) shares[kind] = globalId('share', story.share(bond, resources[kind], role, expiry));
      }
      const on = [
        [resources.park, move.park],
        [sibling, move.portfolio],
        [portfolio, move.portfolio],
      ] as const;
      const delegated = on.flatMap(([resource, becomes]) =>
        (Object.entries(becomes) as [JobRole, JobRole | null][]).flatMap(([role, to], n) =>
          Object.entries(holders).map(([how, each]): Delegated => {
            const person = each[n] as Person;
            const expiresAt = { dated: new Date(LATER), lapsed: new Date(EARLIER) }[how];
            story.grant(person, resource, role, { cooperation: bond, ...(expiresAt && { expiresAt }) });
            return { person, resource, role, to };
          }),
        ),
      );
      // What is no delegation of this cooperation stays whatever happens.
      story.share(beside, resources.park, 'COM');
      story.grant(third.people.MEMBER, resources.park, 'COM', { cooperation: beside });
      story.grant(owner.people.EXTERNAL, resources.park, 'OPERATOR');
      await world.stored();
      return { resources, sibling, shares, delegated };
    },
    /** The grants that are stored on a stage: role by member and resource. */
    async stored(stage: Stage): Promise<Record<string, JobRole>> {
      const rows = await world.gateway.database.transaction('snapshot', (tx) => tx.select().from(grants));
      return Object.fromEntries(
        rows.flatMap(({ membershipId, parkId, portfolioId, role }) => {
          const key = keyOf(membershipId, stage, parkId ?? portfolioId ?? '');
          return key ? [[key, role]] : [];
        }),
      );
    },
    /** Those that are to be stored once the move was made. */
    expected(stage: Stage): Record<string, JobRole> {
      const { park } = stage.resources;
      return Object.fromEntries([
        [keyOf(third.people.MEMBER.member?.uuid, stage, park.uuid), 'COM'],
        [keyOf(owner.people.EXTERNAL.member?.uuid, stage, park.uuid), 'OPERATOR'],
        ...stage.delegated.flatMap(({ person, resource, to }) =>
          to ? [[keyOf(person.member?.uuid, stage, resource.uuid), to]] : [],
        ),
      ]);
    },
    /** Makes the move, or another that one command makes; answers what it recorded. */
    async move({ resources, shares }: Stage, from: Shares, to: Shares) {
      const [kind, more] = (['portfolio', 'park'] as const).filter((each) => from[each] !== to[each]);
      if (!kind || more) throw new Error('one command moves one share');
      const role = to[kind];
      if (!role) {
        const { records } = await world.perform(admin, 'revokeShare', { shareId: shares[kind] });
        return { records };
      }
      const input = { cooperationId, resourceId: resources[kind].id, role };
      const { records, share } = await world.perform(admin, 'shareResource', input);
      shares[kind] = share.id;
      return { records };
    },
  };
}
