import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type LoadedWorld, loadWorld } from '../kit/load-world.ts';
import * as naive from '../kit/naive-reference.ts';
import { storedState } from '../kit/tenant.ts';
import { jobRoles, organizationRoles, type World } from '../kit/world.ts';

type JobRole = (typeof jobRoles)[number];
type Resource = 'portfolio' | 'park';

const NOW = '2030-01-01T00:00:00.000Z';
const EXPIRIES = [
  '2030-01-01T01:00:00.000Z',
  '2030-01-01T02:00:00.000Z',
  '2030-01-01T03:00:00.000Z',
] as const;
const shifted = (instant: string, milliseconds: number) =>
  new Date(Date.parse(instant) + milliseconds).toISOString();

/** P2: a member for every default, with every grant or none on the portfolio and on its park. */
const TABLE = organizationRoles.flatMap((role) =>
  [...jobRoles, null].flatMap((portfolio) =>
    [...jobRoles, null].map((park) => ({ id: `${role} ${portfolio} ${park}`, role, portfolio, park })),
  ),
);

const people = [...TABLE, { id: 'admin', role: 'ADMIN' as const }];
const world: World = {
  ...{ seed: 1, now: NOW, cooperations: [], shares: [], grants: [], tokens: [], expected: [] },
  organizations: [{ id: 'acme' }],
  portfolios: [{ id: 'portfolio', organization: 'acme' }],
  parks: [{ id: 'park', portfolio: 'portfolio' }],
  users: people.map(({ id }) => ({ id, systemRole: 'USER', suspended: false })),
  members: people.map(({ id, role }) => ({
    ...{ id, user: id, organization: 'acme', role },
    ...{ active: true, expiresAt: null },
  })),
};

let gateway: TestGateway;
let loaded: LoadedWorld;
const clients = new Map<string, GraphQLClient>();
const as = (id: string) => clients.get(id) as GraphQLClient;
const idOf = (thing: string) =>
  (loaded.members.get(thing) ?? loaded.parks.get(thing) ?? loaded.portfolios.get(thing))?.globalId ?? '';

beforeAll(async () => {
  gateway = await startTestGateway();
  loaded = await loadWorld(gateway.database, world);
  gateway.setClock(NOW);
  for (const { id } of people) clients.set(id, await gateway.signInAs(loaded.users.get(id)?.id ?? ''));
});

afterAll(() => gateway.close());

/** Sends mutations by the ADMIN, which run one after the other, 50 to an operation. Answers what each answered. */
async function mutateAll<Answer>(field: string, type: string, payload: string, inputs: readonly object[]) {
  const answers: Answer[] = [];
  for (let start = 0; start < inputs.length; start += 50) {
    const batch = inputs.slice(start, start + 50);
    const declarations = batch.map((_, index) => `$i${index}: ${type}!`);
    const fields = batch.map((_, index) => `m${index}: ${field}(input: $i${index}) { ...Answer }`);
    const variables = Object.fromEntries(batch.map((input, index) => [`i${index}`, input]));
    // A fragment saves tokens.
    const fragment = `fragment Answer on ${payload}`;
    const operation = `mutation (${declarations.join(', ')}) { ${fields.join(' ')} } ${fragment}`;
    const data = await as('admin').get<Record<string, Answer>, object>(operation, variables);
    answers.push(...batch.map((_, index) => data[`m${index}`] as Answer));
  }
  return answers;
}

/** The grants that the table wants on a resource. */
const wanted = (resource: Resource, expiresAt: string | null) =>
  TABLE.flatMap(({ id, [resource]: role }) =>
    role === null ? [] : [{ member: id, resource, role, expiresAt }],
  );
type Wanted = ReturnType<typeof wanted>[number];

const grantIds = new Map<string, string>();
const key = ({ member, resource }: { member: string; resource: string }) => `${member} on ${resource}`;
const inputOf = ({ member, resource, role, expiresAt }: Wanted) => ({
  ...{ memberId: idOf(member), resourceId: idOf(resource), role, expiresAt },
});

async function giveAll(list: readonly Wanted[], more: object = {}): Promise<void> {
  const payload = 'GrantPayload { grant { id role expiresAt member { id } resource { id } } }';
  const inputs = list.map((one) => ({ ...inputOf(one), ...more }));
  const given = await mutateAll<{ grant: { id: string } }>('grantRole', 'GrantRoleInput', payload, inputs);
  given.forEach(({ grant }, index) => {
    const one = list[index] as Wanted;
    const [member, resource] = [{ id: idOf(one.member) }, { id: idOf(one.resource) }];
    expect(grant).toEqual({ id: grant.id, role: one.role, expiresAt: one.expiresAt, member, resource });
    // G3: granting again keeps the grant.
    expect(grantIds.get(key(one)) ?? grant.id).toBe(grant.id);
    grantIds.set(key(one), grant.id);
  });
  const replaced = new Set(list.map(key));
  world.grants = [...world.grants.filter((one) => !replaced.has(key(one))), ...list];
}

async function revokeAll(resource: Resource): Promise<void> {
  const ids = wanted(resource, null).map((one) => grantIds.get(key(one)));
  const inputs = ids.map((grantId) => ({ grantId }));
  const revoked = await mutateAll(
    'revokeGrant',
    'RevokeGrantInput',
    'RevokeGrantPayload { revokedGrantId }',
    inputs,
  );
  expect(revoked).toEqual(ids.map((revokedGrantId) => ({ revokedGrantId })));
  world.grants = world.grants.filter((one) => one.resource !== resource);
  for (const one of wanted(resource, null)) grantIds.delete(key(one));
}

/** P2: the grant that decides, if one does. */
function deciding(member: string, resource: Resource, at: string): string | null {
  const live = (on: string) =>
    world.grants.some(
      (one) =>
        one.member === member &&
        one.resource === on &&
        (one.expiresAt === null || Date.parse(one.expiresAt) > Date.parse(at)),
    );
  const found = (resource === 'park' ? ['park', 'portfolio'] : ['portfolio']).find(live);
  return found === undefined ? null : (grantIds.get(key({ member, resource: found })) ?? null);
}

interface SeenAccess {
  readonly jobRole: JobRole;
  readonly trace: readonly { readonly grant: { readonly id: string } | null }[];
}
type Both<Of> = Record<Resource, Of>;

/** Compares `Member.access` of everybody, asked by the ADMIN, at the clock's instant and by `at`, with the reference. */
async function compareAccess(clock: string, ...instants: string[]): Promise<void> {
  gateway.setClock(clock);
  const asked = [clock, ...instants];
  const fields = asked.flatMap((at, index) =>
    (['portfolio', 'park'] as const).map((resource) => {
      const args = `resourceId: $${resource}${index === 0 ? '' : `, at: "${at}"`}`;
      return `${resource}${index}: access(${args}) { jobRole trace { grant { id } } }`;
    }),
  );
  const { nodes } = await as('admin').get<{ nodes: Record<string, SeenAccess>[] }, object>(
    `query ($ids: [ID!]!, $portfolio: ID!, $park: ID!) { nodes(ids: $ids) { ... on Member { ${fields.join(' ')} } } }`,
    { ids: TABLE.map(({ id }) => idOf(id)), portfolio: idOf('portfolio'), park: idOf('park') },
  );
  const judge = (told: (member: string, resource: Resource, at: string, name: string) => unknown) =>
    TABLE.flatMap(({ id }) =>
      asked.flatMap((at, index) =>
        (['portfolio', 'park'] as const).map(
          (resource) => `${id}: ${resource} at ${at}: ${told(id, resource, at, `${resource}${index}`)}`,
        ),
      ),
    );
  const answers = new Map(TABLE.map(({ id }, index) => [id, nodes[index]]));
  expect(
    judge((member, _resource, _at, name) => {
      const access = answers.get(member)?.[name];
      return `${access?.jobRole} by ${access?.trace.flatMap(({ grant }) => grant?.id ?? []).join()}`;
    }),
  ).toEqual(
    judge(
      (member, resource, at) =>
        `${naive.effectiveRole(world, member, resource, new Date(at))} by ${deciding(member, resource, at) ?? ''}`,
    ),
  );
}

const OWN = `query ($portfolio: ID!, $park: ID!) {
  portfolio(id: $portfolio) { effectiveRole }
  park(id: $park) { effectiveRole }
  viewer { membership {
    portfolio: access(resourceId: $portfolio) { jobRole }
    park: access(resourceId: $park) { jobRole }
  } }
}`;
type Own = Both<{ effectiveRole: JobRole } | null> & {
  viewer: { membership: Both<{ jobRole: JobRole } | null> };
};

/** Compares what everybody themselves is told at an instant with the reference: null of what they can't see (P13). */
async function compareOwn(clock: string): Promise<void> {
  gateway.setClock(clock);
  const seen: Record<string, unknown> = {};
  const variables = { portfolio: idOf('portfolio'), park: idOf('park') };
  for (let start = 0; start < TABLE.length; start += 6) {
    const asking = TABLE.slice(start, start + 6).map(async ({ id }) => {
      const { viewer, portfolio, park } = await as(id).get<Own, object>(OWN, variables);
      const access = viewer.membership;
      seen[id] = {
        effectiveRole: [portfolio?.effectiveRole, park?.effectiveRole],
        access: [access.portfolio?.jobRole, access.park?.jobRole],
      };
    });
    await Promise.all(asking);
  }
  const expected = TABLE.map(({ id }) => {
    const roles = (['portfolio', 'park'] as const).map((resource) =>
      naive.isVisible(world, id, resource, new Date(clock))
        ? naive.effectiveRole(world, id, resource, new Date(clock))
        : undefined,
    );
    return [id, { effectiveRole: roles, access: roles }];
  });
  expect(seen).toEqual(Object.fromEntries(expected));
}

/** G4: whether the role at the lapse is not at or below what an expiring grant gives. */
function raises(grant: Wanted): boolean {
  const lapse = new Date(grant.expiresAt ?? '');
  // At its lapse it counts as if it did not exist, and so does what it replaces.
  const without = { ...world, grants: world.grants.filter((one) => key(one) !== key(grant)) };
  const then = naive.effectiveRole(without, grant.member, grant.resource, lapse);
  return naive.meet(then, grant.role) !== then;
}

/** Gives grants with an expiry; those that would raise access are refused until it is said (G4). Answers how many were. */
async function giveExpiring(list: readonly Wanted[]): Promise<number> {
  const raising = list.filter(raises);
  const lowering = list.filter((one) => !raising.includes(one));
  const stored = await storedState(gateway.database);
  for (const one of raising) {
    const refusal = await as('admin').refusal(
      'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { grant { id } } }',
      { input: inputOf(one) },
    );
    expect({ ...one, ...refusal }).toMatchObject({ ...one, code: 'EXPIRY_RAISES_ACCESS', rule: 'G4' });
  }
  expect(await storedState(gateway.database)).toEqual(stored);
  await giveAll(lowering);
  await giveAll(raising, { raisesAccessOnExpiry: true });
  return raising.length;
}

const [FIRST, SECOND, THIRD] = EXPIRIES;
const INSTANTS = EXPIRIES.flatMap((instant) => [-1, 0, 1].map((more) => shifted(instant, more)));

/** Compares now, as the ADMIN sees all instants, and everybody themselves the present. */
async function compareNow(): Promise<void> {
  await compareAccess(NOW, ...INSTANTS);
  await compareOwn(NOW);
}

/** Compares just before an instant, at it and after it; what everybody themselves sees then only at it. */
async function compareAround(instant: string, ownToo = true): Promise<void> {
  await compareAccess(shifted(instant, -1));
  await compareAccess(instant);
  if (ownToo) await compareOwn(instant);
  await compareAccess(shifted(instant, 1));
}

// One course: each step starts from what the one before left, because 180 grants at a time take a while. How many grants are
// refused (G4) is counted by hand: a default is not at or below 15 of 30 grants, for each of six grants or none on the other resource.
describe('P2, through grantRole: a portfolio grant or none, a park grant or none, and a default', () => {
  it('make 216 members', () => expect(TABLE).toHaveLength(6 * 6 * 6));

  it('are given on the portfolio', async () => {
    await giveAll(wanted('portfolio', null));
    await compareAccess(NOW, ...INSTANTS);
  });

  it('are given an expiry on the portfolio', async () => {
    expect(await giveExpiring(wanted('portfolio', SECOND))).toBe(6 * 15);
    await compareAccess(NOW, ...INSTANTS);
  });

  it('are given on the park, and give the role that the model says', async () => {
    // What lapses while the portfolio's is live lapses to that, which is not at or below 11 of 25, for six defaults.
    expect(await giveExpiring(wanted('park', FIRST))).toBe(6 * 11 + 15);
    expect(world.grants).toHaveLength(360);
    await compareNow();
  });

  it('P8: leave the portfolio’s and then the default, as first the park’s lapses, then the portfolio’s', async () => {
    await compareAround(FIRST);
    await compareAround(SECOND);
  });

  it('leave the portfolio’s when the park’s is revoked', async () => {
    gateway.setClock(NOW);
    await revokeAll('park');
    await compareNow();
  });

  it('P8: leave the park’s and then the default, as first the portfolio’s lapses, then the park’s', async () => {
    expect(await giveExpiring(wanted('park', THIRD))).toBe(6 * 15);
    await compareAccess(NOW, ...INSTANTS);
    await compareAround(SECOND);
    await compareAround(THIRD, false);
  });

  it('leave the park’s when the portfolio’s is revoked, and the default when both are', async () => {
    gateway.setClock(NOW);
    await revokeAll('portfolio');
    await compareNow();
    await revokeAll('park');
    await compareAccess(NOW, ...INSTANTS);
  });
});
