import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decide } from '../../src/authz/decide.ts';
import { REASONS } from '../../src/authz/reasons.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { onPostgres } from '../kit/database.ts';
import { factsOfWorld, refOfWorld } from '../kit/facts-of-world.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type LoadedWorld, loadWorld } from '../kit/load-world.ts';
import * as naive from '../kit/naive-reference.ts';
import { type RandomList, randomLists } from '../kit/random-lists.ts';
import { worldFromSeed } from '../kit/random-world.ts';
import { fetchPages, type Page, walkLists } from '../kit/walk-lists.ts';

// Every failure names the seed of its world: WORLDS=1 FIRST_WORLD=<seed> asks in that world alone.
const worlds = Number(process.env['WORLDS'] || (onPostgres ? 500 : 50));
const firstWorld = Number(process.env['FIRST_WORLD'] || 0);
const MEMBERS = 3;
const LISTS = 4;
/** When to ask, in milliseconds from a world's `now`, around which its expiries lie. */
const OFFSETS = [0, 1, -1, 30 * 24 * 60 * 60 * 1000];

interface Case {
  readonly loaded: LoadedWorld;
  readonly memberId: string;
  readonly at: Date;
  readonly client: GraphQLClient;
  /** For the message of a failure. */
  readonly name: string;
}

const seeds = Array.from({ length: worlds }, (_, index) => firstWorld + index);
const batches = Array.from({ length: Math.ceil(worlds / 10) }, (_, index) =>
  seeds.slice(index * 10, index * 10 + 10),
);

describe('in random worlds, side by side in one database', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  it.each(batches.map((batch) => ({ batch, from: batch[0], to: batch.at(-1) })))(
    'lists are the filter of single checks and paging finds all of them, seeds $from to $to',
    async ({ batch }) => {
      for (const seed of batch) {
        const cases = await casesOf(gateway, seed);
        await Promise.all(cases.flatMap((each) => [checkResources(each), checkLists(each)]));
      }
    },
  );
});

/** Some members of the world, live or not, whose accounts are not suspended: those are nobody (vectors.test.ts). */
async function casesOf(gateway: TestGateway, seed: number): Promise<Case[]> {
  const world = worldFromSeed(seed);
  const loaded = await loadWorld(gateway.database, world);
  const at = new Date(Date.parse(world.now) + (OFFSETS[seed % OFFSETS.length] ?? 0));
  gateway.setClock(at);
  const standing = world.users.filter(({ suspended }) => !suspended).map(({ id }) => id);
  const candidates = world.members.filter(({ user }) => standing.includes(user));
  const count = Math.min(MEMBERS, candidates.length);
  const choice = fc.shuffledSubarray(candidates, { minLength: count, maxLength: count });
  const [members = []] = fc.sample(choice, { seed, numRuns: 1 });
  return Promise.all(
    members.map(async ({ id: memberId, user }) => {
      const client = await gateway.signInAs(loaded.users.get(user)?.id ?? '');
      return {
        loaded,
        memberId,
        at,
        client,
        name: `seed ${seed}, member ${memberId}, at ${at.toISOString()}`,
      };
    }),
  );
}

const CAN = naive.resourceActions.map((action) => `${action}: can(action: ${action})`).join(' ');
const SINGLE_CHECKS = `query ($ids: [ID!]!) {
  viewer { organization { id viewerRole viewerActions } }
  nodes(ids: $ids) {
    id
    ... on Resource {
      name
      organization { id name }
      effectiveRole
      viewerAccess { jobRole actions ceiling changesAt trace { layer rule jobRole reason } }
      allowed: viewerAccess { ${CAN} }
    }
    ... on Park { portfolio { id } }
  }
}`;

/** Single checks: every portfolio and park of the world is there exactly if it is visible, with the reference's outcome. */
async function checkResources({ loaded, memberId, at, client, name }: Case): Promise<void> {
  const { world, organizations, portfolios, parks } = loaded;
  const resources = [...portfolios, ...parks];
  const ids = resources.map(([, { globalId }]) => globalId);
  const { viewer, nodes } = await client.get<{ viewer: unknown; nodes: unknown[] }, { ids: string[] }>(
    SINGLE_CHECKS,
    { ids },
  );
  expect(viewer, name).toEqual({ organization: standingOf({ loaded, memberId, at }) });
  const facts = factsOfWorld(world, memberId);
  const organizationOf = (uuid: string) => [...organizations].find(([, { id }]) => id === uuid) ?? [];
  resources.forEach(([id, row], index) => {
    const [owner, organization] = organizationOf(row.organizationId);
    const portfolio = world.parks.find((park) => park.id === id)?.portfolio;
    const actions = naive.actions(world, memberId, id, at);
    const seen = {
      id: row.globalId,
      name: row.name,
      organization: { id: organization?.globalId, name: owner },
      effectiveRole: naive.effectiveRole(world, memberId, id, at),
      viewerAccess: {
        jobRole: naive.effectiveRole(world, memberId, id, at),
        actions,
        ceiling: naive.ceiling(world, memberId, id, at),
        changesAt: naive.changesAt(world, memberId, id, at),
        // What the kernel explains from the world's own facts (decide.test.ts): the database's are no others.
        trace: decide(facts, refOfWorld(world, id), at.getTime()).trace.map(({ reason, jobRole }) => {
          const { layer, rule, text } = REASONS[reason];
          return { layer, rule, jobRole, reason: text };
        }),
      },
      allowed: Object.fromEntries(naive.resourceActions.map((action) => [action, actions.includes(action)])),
      // P11.
      ...(portfolio && {
        portfolio: naive.isVisible(world, memberId, portfolio, at)
          ? { id: portfolios.get(portfolio)?.globalId }
          : null,
      }),
    };
    const expected = naive.isVisible(world, memberId, id, at) ? seen : null;
    expect(nodes[index], `${id}: ${name}`).toEqual(expected);
  });
}

/** P1, section 6: the member's organization as they see it; null unless the membership is live. */
function standingOf({ loaded, memberId, at }: Pick<Case, 'loaded' | 'memberId' | 'at'>) {
  const { world, organizations } = loaded;
  const member = world.members.find(({ id }) => id === memberId);
  if (!member?.active || (member.expiresAt !== null && Date.parse(member.expiresAt) <= at.getTime()))
    return null;
  const systemRole = world.users.find(({ id }) => id === member.user)?.systemRole;
  return {
    id: organizations.get(member.organization)?.globalId,
    viewerRole: member.role,
    viewerActions: naive.organizationActions(member.role, systemRole),
  };
}

/** Lists: asked for as a whole, walked in small steps from both ends, and between two cursors. */
async function checkLists({ loaded, memberId, at, client, name }: Case): Promise<void> {
  const { world, portfolios, parks } = loaded;
  const lists = randomLists(loaded, memberId, at, LISTS);
  const everything = portfolios.size + parks.size + 1;
  const walks = await walkLists(
    client,
    lists.flatMap(({ request: list, size }) => [
      { list, size: everything, backward: false },
      { list, size, backward: false },
      { list, size, backward: true },
    ]),
  );
  const roles = new Map(
    [...portfolios, ...parks].map(([id, row]) => [
      row.globalId,
      naive.effectiveRole(world, memberId, id, at),
    ]),
  );
  for (const [index, list] of lists.entries()) {
    const called = `${JSON.stringify(list.request)}: ${name}`;
    const [whole, forward, backward] = walks.slice(index * 3, index * 3 + 3);
    expect(whole ? idsOf(whole) : null, called).toEqual(list.expected);
    for (const { id, effectiveRole } of whole?.[0]?.nodes ?? [])
      expect(effectiveRole, called).toBe(roles.get(id));
    if (!list.expected || !forward || !backward) continue;
    expect(idsOf(forward), `forward: ${called}`).toEqual(list.expected);
    expect(idsOf(backward.toReversed()), `backward: ${called}`).toEqual(list.expected);
    checkPages(list, forward, false, called);
    checkPages(list, backward, true, called);
  }
  await checkWindows(client, lists, walks, name);
}

const idsOf = (pages: readonly Page[]) => pages.flatMap(({ edges }) => edges.map(({ node }) => node.id));

/** What each page says of itself. */
function checkPages(
  { expected, size }: RandomList,
  pages: readonly Page[],
  backward: boolean,
  name: string,
): void {
  const total = expected?.length ?? 0;
  pages.forEach(({ totalCount, pageInfo, edges, nodes }, step) => {
    const isLast = step === pages.length - 1;
    expect(totalCount, name).toBe(total);
    expect(edges, name).toHaveLength(isLast ? total - step * size : size);
    expect(
      nodes.map(({ id }) => id),
      name,
    ).toEqual(edges.map(({ node }) => node.id));
    expect(pageInfo, name).toEqual({
      hasNextPage: backward ? step > 0 : !isLast,
      hasPreviousPage: backward ? !isLast : step > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    });
  });
}

/** Between two cursors lies what lies between them in the list, from whichever end one looks; V2: counted as the whole list. */
async function checkWindows(
  client: GraphQLClient,
  lists: readonly RandomList[],
  walks: readonly (readonly Page[] | null)[],
  name: string,
): Promise<void> {
  const windows = lists.flatMap(({ request, expected }, index) => {
    const edges = walks[index * 3]?.[0]?.edges ?? [];
    if (!expected || edges.length < 3) return [];
    const [after, before] = [edges[0]?.cursor ?? null, edges.at(-1)?.cursor ?? null];
    const between = expected.slice(1, -1);
    return [
      {
        list: request,
        page: { first: 1, after, before },
        holds: between.slice(0, 1),
        total: expected.length,
      },
      { list: request, page: { last: 1, after, before }, holds: between.slice(-1), total: expected.length },
      {
        list: request,
        page: { first: expected.length, after, before },
        holds: between,
        total: expected.length,
      },
    ];
  });
  if (windows.length === 0) return;
  const pages = await fetchPages(client, windows);
  windows.forEach(({ list, page, holds, total }, index) => {
    const called = `${JSON.stringify({ list, page })}: ${name}`;
    expect(pages[index] && idsOf([pages[index]]), called).toEqual(holds);
    expect(pages[index]?.totalCount, called).toBe(total);
  });
}
