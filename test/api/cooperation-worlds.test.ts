import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../src/db/new-id.ts';
import { sessions } from '../../src/db/schema/sessions.ts';
import { hashSecret, newSecret } from '../../src/identity/secret.ts';
import { askedAt, batchOf, cooperationWorld } from '../kit/cooperation-worlds.ts';
import { onPostgres } from '../kit/database.ts';
import { foreseen, type LoadedAsker } from '../kit/everything-foreseen.ts';
import { EVERYTHING, inNames, namesOf, STATUSES, variablesOf } from '../kit/everything-told.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type LoadedWorld, loadWorlds } from '../kit/load-world.ts';
import * as naive from '../kit/naive-reference.ts';

// Every failure names the seed of its world: WORLDS=1 FIRST_WORLD=<seed> asks in that world alone.
const worlds = Number(process.env['WORLDS'] || (onPostgres ? 2_000 : 200));
const firstWorld = Number(process.env['FIRST_WORLD'] || 0);
/** Operations under way at once. */
const AT_ONCE = 4;

const seeds = Array.from({ length: worlds }, (_, index) => firstWorld + index);
const batches = [...Map.groupBy(seeds, batchOf).values()];

interface Case extends LoadedAsker {
  /** Another world in the same database. */
  readonly neighbour: LoadedWorld | null;
  readonly token: string;
  /** For the message of a failure. */
  readonly name: string;
}

describe('every member of random worlds, side by side in one database, is told what the model says', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  it.each(batches.map((batch) => ({ batch, from: batch[0], to: batch.at(-1) })))(
    'P1 to P13, section 6, V1: of every resource, cooperation, share and grant, seeds $from to $to',
    async ({ batch }) => {
      const waiting = (await casesOf(gateway, batch)).values();
      const askSome = async () => {
        for (const each of waiting) await ask(gateway, each);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, askSome));
    },
  );
});

/** Every member of some worlds that are asked at one instant, live or not, each with a session. */
async function casesOf(gateway: TestGateway, batch: readonly number[]): Promise<Case[]> {
  const stored = await loadWorlds(gateway.database, batch.map(cooperationWorld));
  const cases = stored.flatMap((loaded, index) => {
    const { world } = loaded;
    const at = askedAt(world);
    gateway.setClock(at);
    const neighbour = stored.length > 1 ? (stored.at(index - 1) ?? null) : null;
    return world.members.map(({ id: memberId, user }, number) => {
      const name = `seed ${world.seed}, member ${memberId}, at ${at.toISOString()}`;
      const userId = loaded.users.get(user)?.id ?? '';
      const turn = world.seed + number;
      const whim = {
        status: STATUSES[turn % 4] ?? 'ACTIVE',
        counting: turn % 5 === 0,
        granting: turn % 3 === 0,
      };
      return { ...whim, loaded, world, memberId, at, neighbour, userId, token: newSecret(), name };
    });
  });
  const rows = cases.map(({ userId, token, at }) => {
    const expiresAt = new Date(at.getTime() + 86_400_000);
    return {
      id: newId(),
      userId,
      tokenHash: hashSecret(token),
      createdAt: at,
      lastSeenAt: at,
      expiresAt,
    };
  });
  await gateway.database.transaction('command', async (tx) => void (await tx.insert(sessions).values(rows)));
  return cases;
}

/** One operation asks a member everything. What it answers is what the reference foresees. */
async function ask(gateway: TestGateway, each: Case): Promise<void> {
  const { loaded, neighbour, token, world, memberId, name } = each;
  const variables = variablesOf(loaded, neighbour, each);
  const { data, errors } = await gateway.client(token).send<object, object>(EVERYTHING, variables);
  const { user } = naive.named(world.members, memberId);
  if (naive.named(world.users, user).suspended) {
    const codes = new Set(errors.map(({ extensions }) => extensions.code));
    expect([data, ...codes], `P1: ${name}`).toEqual([null, 'UNAUTHENTICATED']);
    return;
  }
  expect(errors, name).toEqual([]);
  const { strangers, ...told } = inNames(data, namesOf(loaded)) as Told;
  expect(new Set(strangers), name).toEqual(new Set(neighbour ? [null] : []));
  for (const list of unordered(told)) if (Array.isArray(list)) list.sort();
  expect(acrossTheBoundary(each, told), `P5, P6: ${name}`).toEqual([]);
  expect(told, `lists and checks: ${name}`).toMatchObject(listsByChecks(each, told));
  expect(told, name).toEqual(foreseen(each));
}

/** An answer in the world's own names, as far as it is looked into. */
interface Told {
  readonly viewer: Record<'ownParks' | 'ownPortfolios' | 'sharedParks' | 'sharedPortfolios', string[]>;
  readonly organizations: ({ readonly id: string; readonly parks: string[] } | null)[];
  readonly resources: ({ readonly id: string; readonly effectiveRole: JobRole } | null)[];
  readonly strangers?: unknown[];
}
type JobRole = Parameters<typeof naive.meet>[0];

/** Parks and portfolios are listed by name, and names repeat (random-worlds.test.ts): here it matters which are there. */
const unordered = ({ viewer, organizations }: Told): (string[] | undefined)[] => [
  ...[viewer.ownParks, viewer.ownPortfolios, viewer.sharedParks, viewer.sharedPortfolios],
  ...organizations.map((organization) => organization?.parks),
];

/** P5, P6: roles on what others own that are OPERATOR or not at or below the live ceiling. */
function acrossTheBoundary({ world, memberId, at }: Case, { resources }: Told): unknown[] {
  const { organization } = naive.named(world.members, memberId);
  return resources.filter((resource) => {
    if (!resource || naive.ownerOf(world, resource.id) === organization) return false;
    const ceiling = naive.ceiling(world, memberId, resource.id, at) ?? 'NONE';
    const { effectiveRole } = resource;
    return effectiveRole === 'OPERATOR' || naive.meet(effectiveRole, ceiling) !== effectiveRole;
  });
}

/** P13: the lists, as filters of what was answered of each resource by itself. */
function listsByChecks({ world, memberId }: Case, { resources, organizations }: Told): object {
  const { organization: home } = naive.named(world.members, memberId);
  const visible = resources.filter((each) => each !== null);
  const idsOf = (list: readonly { id: string }[], isListed: (each: (typeof visible)[number]) => boolean) =>
    visible
      .filter((each) => list.some(({ id }) => id === each.id) && isListed(each))
      .map(({ id }) => id)
      .toSorted();
  const isOwn = ({ id }: { id: string }) => naive.ownerOf(world, id) === home;
  const reached = visible.filter(({ effectiveRole }) => effectiveRole !== 'NONE');
  return {
    viewer: {
      ownParks: idsOf(world.parks, (each) => reached.includes(each) && isOwn(each)),
      ownPortfolios: idsOf(world.portfolios, (each) => reached.includes(each) && isOwn(each)),
      sharedParks: idsOf(world.parks, (each) => reached.includes(each) && !isOwn(each)),
      sharedPortfolios: idsOf(world.portfolios, (each) => reached.includes(each) && !isOwn(each)),
    },
    organizations: organizations.map(
      (organization) =>
        organization && {
          parks: idsOf(world.parks, ({ id }) => naive.ownerOf(world, id) === organization.id),
        },
    ),
  };
}
