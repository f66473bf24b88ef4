import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type LoadedWorld, loadWorld } from '../kit/load-world.ts';
import * as naive from '../kit/naive-reference.ts';
import { vectorWorlds } from '../kit/vectors.ts';
import type { World } from '../kit/world.ts';

interface Seen {
  readonly id: string;
  readonly effectiveRole: string;
}

interface List<Item = Seen> {
  readonly totalCount: number;
  readonly nodes: readonly Item[];
}

interface Lists {
  readonly parks: List;
  readonly portfolios: List;
}

/** A portfolio with its parks, or a park with its portfolio. */
interface SeenResource extends Seen {
  readonly parks?: List;
  readonly portfolio?: { readonly id: string } | null;
}

interface Everything {
  readonly viewer: (Lists & { readonly membership: { readonly id: string } | null }) | null;
  readonly nodes: readonly (SeenResource | null)[];
  readonly [organization: `organization${number}`]: Lists | null;
}

/** Everything that a member can be told about the world, in one operation. One more than there is would show. */
function everything({ organizations, portfolios, parks }: LoadedWorld): string {
  const list = (size: number) => `(first: ${size + 1}) { totalCount nodes { id effectiveRole } }`;
  const lists = `parks${list(parks.size)} portfolios${list(portfolios.size)}`;
  const ids = [...portfolios.values(), ...parks.values()].map(({ globalId }) => globalId);
  const each = [...organizations.values()].map(
    ({ globalId }, index) => `organization${index}: organization(id: "${globalId}") { ${lists} }`,
  );
  return `{
    viewer { membership { id } ${lists} }
    nodes(ids: ${JSON.stringify(ids)}) {
      id
      ... on Resource { effectiveRole }
      ... on Portfolio { parks${list(parks.size)} }
      ... on Park { portfolio { id } }
    }
    ${each.join('\n')}
  }`;
}

/** What one member sees of a world, in its own ids: roles by resource, null for what is not there. */
interface Sight {
  readonly viewer: Record<'parks' | 'portfolios', Record<string, string>>;
  readonly nodes: Record<string, string | null>;
  readonly parksOfPortfolio: Record<string, Record<string, string> | null>;
  readonly portfolioOfPark: Record<string, string | null>;
  readonly organizations: Record<string, Record<'parks' | 'portfolios', Record<string, string>> | null>;
}

/** The sight that the gateway gives. */
async function sightOf(client: GraphQLClient, loaded: LoadedWorld): Promise<Sight> {
  const { viewer, nodes, ...rest } = await client.get<Everything, never>(everything(loaded));
  const resources = [...loaded.portfolios, ...loaded.parks];
  const names = new Map(resources.map(([id, { globalId }]) => [globalId, id]));
  const nameOf = (id: string) => names.get(id) ?? `a stranger’s ${id}`;
  const rolesOf = (list: List) => {
    expect(list.totalCount).toBe(list.nodes.length);
    return Object.fromEntries(list.nodes.map(({ id, effectiveRole }) => [nameOf(id), effectiveRole]));
  };
  const rolesOfBoth = ({ parks, portfolios }: Lists) => ({
    parks: rolesOf(parks),
    portfolios: rolesOf(portfolios),
  });
  const answers = resources.map(([id], index) => [id, nodes[index] ?? null] as const);
  for (const [id, answer] of answers) if (answer) expect(nameOf(answer.id)).toBe(id);
  const answersTo = (kind: ReadonlyMap<string, unknown>) => answers.filter(([id]) => kind.has(id));
  if (!viewer) throw new Error('nobody is signed in');
  return {
    viewer: rolesOfBoth(viewer),
    nodes: Object.fromEntries(answers.map(([id, answer]) => [id, answer?.effectiveRole ?? null])),
    parksOfPortfolio: Object.fromEntries(
      answersTo(loaded.portfolios).map(([id, answer]) => [id, answer?.parks ? rolesOf(answer.parks) : null]),
    ),
    portfolioOfPark: Object.fromEntries(
      answersTo(loaded.parks).map(([id, answer]) => [
        id,
        answer?.portfolio ? nameOf(answer.portfolio.id) : null,
      ]),
    ),
    organizations: Object.fromEntries(
      [...loaded.organizations.keys()].map((id, index) => {
        const lists = rest[`organization${index}`];
        return [id, lists ? rolesOfBoth(lists) : null];
      }),
    ),
  };
}

/** The sight of a member, or of one of their tokens as `subject`, that the vectors and, for what is visible without a role, the naive reference foresee. */
function foreseen(world: World, member: World['members'][number], subject = member.id): Sight {
  const roles = new Map(
    world.expected
      .filter((verdict) => verdict.subject === subject)
      .map(({ resource, role }) => [resource, role]),
  );
  const roleOn = (id: string) => roles.get(id) ?? 'NONE';
  const isVisible = (id: string) => roles.has(id) || naive.isVisible(world, subject, id);
  const withRoles = (ids: string[]) => Object.fromEntries(ids.map((id) => [id, roleOn(id)]));
  const reached = (list: { id: string }[]) =>
    withRoles(list.map(({ id }) => id).filter((id) => roles.has(id)));
  const stands = member.active && (member.expiresAt === null || member.expiresAt > world.now);
  const listsOf = (organization: string) => ({
    parks: withRoles(naive.visibleParks(world, subject, undefined, organization)),
    portfolios: withRoles(naive.visiblePortfolios(world, subject, undefined, organization)),
  });
  return {
    viewer: { parks: reached(world.parks), portfolios: reached(world.portfolios) },
    nodes: Object.fromEntries(
      [...world.portfolios, ...world.parks].map(({ id }) => [id, isVisible(id) ? roleOn(id) : null]),
    ),
    parksOfPortfolio: Object.fromEntries(
      world.portfolios.map(({ id }) => {
        const parks = naive.visibleParks(world, subject, undefined, id);
        return [id, isVisible(id) ? withRoles(parks) : null];
      }),
    ),
    // P11.
    portfolioOfPark: Object.fromEntries(
      world.parks.map(({ id, portfolio }) => [id, isVisible(id) && isVisible(portfolio) ? portfolio : null]),
    ),
    // V1, V3: another organization is there while something of it is.
    organizations: Object.fromEntries(
      world.organizations.map(({ id }) => {
        const lists = listsOf(id);
        const isEmpty = [lists.parks, lists.portfolios].every((list) => Object.keys(list).length === 0);
        const isHome = stands && id === member.organization;
        return [id, isEmpty && !isHome ? null : lists];
      }),
    ),
  };
}

describe('the gateway answers each member as the vectors say', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway();
  });
  afterAll(() => gateway.close());

  // All worlds lie in one database: nobody may see anything of another world either.
  it.each(vectorWorlds())('in world $seed', async (world) => {
    gateway.setClock(world.now);
    const loaded = await loadWorld(gateway.database, world);
    for (const member of world.members) {
      const user = world.users.find(({ id }) => id === member.user);
      const client = await gateway.signInAs(loaded.users.get(member.user)?.id ?? '');
      if (user?.suspended) await expectNobody(client, loaded);
      else expect(await sightOf(client, loaded), member.id).toEqual(foreseen(world, member));
      for (const token of world.tokens.filter((one) => one.member === member.id)) {
        const holder = gateway.client(loaded.secrets.get(token.id));
        // Section 3, P10: the token is live, and its owner a live member in good standing.
        const works = [token, member].every(({ expiresAt }) => expiresAt === null || expiresAt > world.now);
        if (!works || !member.active || user?.suspended) await expectNobody(holder, loaded);
        else expect(await sightOf(holder, loaded), token.id).toEqual(foreseen(world, member, token.id));
      }
    }
  });
});

/** P1: a suspended account's session is nobody's. */
async function expectNobody(client: GraphQLClient, loaded: LoadedWorld): Promise<void> {
  expect(await client.get('{ viewer { user { id } } }')).toEqual({ viewer: null });
  const { data, errors } = await client.send(everything(loaded));
  expect(data).toBeNull();
  expect(new Set(errors.map(({ extensions }) => extensions.code))).toEqual(new Set(['UNAUTHENTICATED']));
}
