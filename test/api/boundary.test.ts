/** V3: what either side sees of the other along every way through the graph, and what the owner sees of the partner's members. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { below, belowEachStep, inOperations, objectsIn, objectTypeOf, type Seen } from '../kit/graph-ways.ts';
import type { Organization, Person, Resource } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

type World = Awaited<ReturnType<typeof startWithTenants>>;
let world: World;
/** A delegated grant that was given by the partner's ADMIN, one of the third's, and shares of the third. */
let delegated: { given: string; third: string };
beforeAll(async () => {
  world = await startWithTenants();
  const { story, organizations, parks, ofAcme, ofBorealis, ofCirrus, as, gateway, shares } = world;
  // The walk is a long one: time stands still, so that no session is noted as seen again meanwhile.
  gateway.setClock(new Date());
  story.grant(ofAcme.EXTERNAL, parks.nordhang, 'TOM');
  story.grant(ofAcme.MEMBER, parks.solling, 'OPERATOR');
  const other = story.cooperation(organizations.cirrus, organizations.acme);
  story.share(other, parks.nordhang, 'VIEWER');
  const third = story.grant(ofCirrus.ADMIN, parks.nordhang, 'VIEWER', { cooperation: other });
  story.cooperation(organizations.acme, story.organization('Dawn'), { acceptedAt: null });
  await story.store(gateway.database);
  const input = { memberId: ofBorealis.EXTERNAL.member?.id, resourceId: parks.nordhang.id, role: 'VIEWER' };
  const { grantRole } = await (await as(ofBorealis.ADMIN)).get<
    { grantRole: { grant: { id: string } } },
    object
  >('mutation ($input: GrantRoleInput!) { grantRole(input: $input) { grant { id } } }', { input });
  delegated = { given: grantRole.grant.id, third: globalId('grant', third) };
  expect(Object.keys(shares)).toHaveLength(5);
});
afterAll(() => world.gateway.close());

/** Wherever one can begin at what is shared, with ids of what is not: the other side's and a third's. */
const roots = ({ parks, portfolios, cooperation, shares, organizations, ofAcme, ofBorealis }: World) => [
  ...Object.values(parks).map(({ id }) => ['Park', id] as const),
  ...Object.values(portfolios).map(({ id }) => ['Portfolio', id] as const),
  ['Cooperation', cooperation.id] as const,
  ...Object.values(shares).map(({ id }) => ['Share', id] as const),
  ...[...world.grants, { id: delegated.given }, { id: delegated.third }].map(
    ({ id }) => ['Grant', id] as const,
  ),
  ...Object.values(organizations).map(({ id }) => ['Organization', id] as const),
  ...[ofAcme.ADMIN, ofBorealis.MEMBER].flatMap(({ id, member }) => [
    ['User', id] as const,
    ['Member', member?.id ?? ''] as const,
  ]),
];

/** Everything that somebody comes to by ways of at most two steps, from what links the two sides three. */
async function collect(client: GraphQLClient): Promise<{ objects: Seen[]; text: string }> {
  const given = { resourceId: `"${world.parks.nordhang.id}"`, action: 'RESOURCE_READ' };
  const extent = { given, interfaces: true };
  const selections = roots(world).flatMap(([name, id]) => {
    const type = objectTypeOf(name);
    const linked = ['Cooperation', 'Share', 'Grant'].includes(name);
    const found = linked ? belowEachStep(type, 3, extent) : [below(type, 2, extent)];
    return found.map((selection) => `node(id: "${id}") { ... on ${name} { ${selection} } }`);
  });
  const answers: unknown[] = [];
  for (const operation of inOperations(selections, 1)) {
    const { data, errors } = await client.send(operation);
    answers.push(data);
    // What is told of what a visible park keeps from the viewer, and of nothing else.
    for (const { path, extensions } of errors)
      expect([path?.at(-1), extensions.code]).toEqual(['contracts', 'FORBIDDEN']);
  }
  return { objects: [...objectsIn(answers)], text: JSON.stringify(answers) };
}
/** What of an object is neither null nor a list of what is judged by itself. */
const told = ({ __typename, ...rest }: Seen) =>
  Object.keys(rest).filter((key) => rest[key] !== null && !['portfolios', 'parks'].includes(key));

interface Side {
  readonly person: Person;
  readonly home: Organization;
  /** Of the other side: whose people are shown by name. */
  readonly names: readonly Person[];
  /** The resources that are seen. */
  readonly sees: readonly Resource[];
}
const SIDES: [string, (world: World) => Side][] = [
  [
    'the partner’s ADMIN, under the ceiling',
    ({ ofAcme, ofBorealis, organizations, parks: p, portfolios: f }) => ({
      ...{ person: ofBorealis.ADMIN, home: organizations.borealis },
      // The authors of the tickets that they may read.
      names: [ofAcme.ASSET_MANAGER_TECHNICAL, ofAcme.ADMIN],
      sees: [f.north, f.east, f.west, p.nordhang, p.solling, p.ostwall, p.westkamp],
    }),
  ],
  [
    'a member to whom a park is delegated',
    ({ ofAcme, ofBorealis, organizations, parks: p, portfolios: f }) => ({
      ...{ person: ofBorealis.ASSET_MANAGER_COMMERCIAL, home: organizations.borealis, names: [ofAcme.ADMIN] },
      sees: [f.west, p.solling, p.westkamp],
    }),
  ],
  [
    'a member to whom a portfolio is delegated',
    ({ ofAcme, ofBorealis, organizations, parks: p, portfolios: f }) => ({
      ...{ person: ofBorealis.MEMBER, home: organizations.borealis },
      names: [ofAcme.ASSET_MANAGER_TECHNICAL],
      sees: [f.north, f.west, p.nordhang, p.westkamp],
    }),
  ],
  [
    'an EXTERNAL to whom a park is delegated',
    ({ ofAcme, ofBorealis, organizations, parks: p }) => ({
      ...{ person: ofBorealis.EXTERNAL, home: organizations.borealis, sees: [p.nordhang] },
      names: [ofAcme.ASSET_MANAGER_TECHNICAL],
    }),
  ],
  [
    'the third’s ADMIN, to whom one park is shared',
    ({ ofAcme, ofCirrus, organizations, parks: p, portfolios: f }) => ({
      ...{ person: ofCirrus.ADMIN, home: organizations.cirrus, names: [ofAcme.ASSET_MANAGER_TECHNICAL] },
      sees: [f.centre, p.central, p.nordhang],
    }),
  ],
  [
    'the owner’s ADMIN, of those to whom it is delegated',
    ({ ofAcme, ofBorealis: b, ofCirrus, organizations, parks: p, portfolios: f }) => ({
      ...{ person: ofAcme.ADMIN, home: organizations.acme },
      names: [
        b.ADMIN,
        b.ASSET_MANAGER_TECHNICAL,
        b.ASSET_MANAGER_COMMERCIAL,
        b.MEMBER,
        b.EXTERNAL,
        ofCirrus.ADMIN,
      ],
      sees: [
        f.north,
        f.south,
        f.east,
        f.west,
        p.nordhang,
        p.nordsee,
        p.solling,
        p.suedfeld,
        p.ostwall,
        p.westkamp,
      ],
    }),
  ],
];

describe('along every way from what is shared (V3)', () => {
  it.each(SIDES)('%s: of others only id and name, of their members the organization too', async (_, side) => {
    const { person, home, names, sees } = side(world);
    const { ofAcme, ofBorealis, ofCirrus, people, organizations } = world;
    const everybody = [ofAcme, ofBorealis, ofCirrus, people].flatMap((group) => Object.values(group));
    const isOurs = (known: Person) =>
      known.name.startsWith(home.name) ||
      (home === organizations.acme && known.member !== null && Object.values(people).includes(known));
    const ours = new Set(everybody.filter(isOurs).flatMap(({ id, member }) => [id, member?.id]));
    const { objects, text } = await collect(await world.as(person));
    const reached = new Set<string>();
    const strangers = new Set<string>();
    for (const object of objects) {
      const { __typename: type, id = '' } = object;
      if (type === 'Organization' && id !== home.id) {
        expect(told(object).toSorted()).toEqual(['id', 'name', 'viewerActions']);
        expect(object['viewerActions']).toEqual([]);
      }
      if (type === 'User' && !ours.has(id)) {
        expect(told(object).toSorted()).toEqual(['id', 'name']);
        strangers.add(id);
      }
      if (type === 'Member' && !ours.has(id)) {
        const rest = told(object).filter((key) => !['user', 'organization'].includes(key));
        expect(rest).toEqual(['id']);
      }
      if (type === 'Park' || type === 'Portfolio') reached.add(id);
      if (object['totalCount'] !== undefined && (object['nodes'] as object[]).length < 7)
        expect(object['totalCount']).toBe((object['nodes'] as object[]).length);
    }
    expect([...reached].toSorted()).toEqual(sees.map(({ id }) => id).toSorted());
    expect([...strangers].toSorted()).toEqual(names.map(({ id }) => id).toSorted());
    const unseen = everybody.filter((each) => !isOurs(each) && !names.includes(each));
    for (const { id, name, email } of unseen)
      for (const secret of [id, name, email]) expect(text.includes(secret) ? secret : null).toBeNull();
    for (const { email } of names) expect(text).not.toContain(email);
    if (home !== organizations.acme) expect(text).not.toMatch(/Dawn|Nordsee|Südfeld|Turbine 7/);
  });
});

describe('on the shared resource', () => {
  const GRANTS = `grants { totalCount nodes { id role effectiveRole live grantedBy { id name email } cooperation { id }
    member { id user { id name email } organization { id name taxId } role status grants { totalCount } access(resourceId: $id) { jobRole } } } }`;
  const read = async (person: Person, resource: Resource) => {
    const query = `query ($id: ID!) { node(id: $id) { ... on Resource { ${GRANTS} shares { totalCount nodes { id recipient { id name taxId } } } } } }`;
    type Grant = { id: string; role: string; effectiveRole: string; member: { user: { name: string } } };
    const { node } = await (await world.as(person)).get<
      {
        node: {
          grants: { totalCount: number; nodes: Grant[] } | null;
          shares: { totalCount: number; nodes: { id: string; recipient: object }[] } | null;
        } | null;
      },
      object
    >(query, { id: resource.id });
    return node;
  };

  it('the owner’s ADMIN and MODERATOR see which of the partners’ members have which role, and why', async () => {
    const { ofAcme, ofBorealis: b, ofCirrus, parks, portfolios, cooperation, organizations } = world;
    const shown = (person: Person, organization: Organization, role: string, rest: object) => ({
      ...{ role, effectiveRole: role, live: true, ...rest },
      member: {
        ...{ id: person.member?.id, user: { id: person.id, name: person.name, email: null } },
        organization: { id: organization.id, name: organization.name, taxId: null },
        ...{ role: null, status: null, grants: null, access: null },
      },
    });
    const of = { borealis: organizations.borealis, cirrus: organizations.cirrus };
    for (const [viewer, through] of [
      [ofAcme.ADMIN, { id: cooperation.id }],
      // Cooperations are the ADMINs' to see.
      [ofAcme.MODERATOR, null],
    ] as const) {
      const partners = async (resource: Resource) => {
        const { grants } = (await read(viewer, resource)) as NonNullable<Awaited<ReturnType<typeof read>>>;
        expect(grants?.totalCount).toBe(grants?.nodes.length);
        return (grants?.nodes ?? []).filter(({ member }) => !member.user.name.startsWith('Acme'));
      };
      const bare = { cooperation: through, grantedBy: null };
      const givenBy = {
        grantedBy: { id: b.ADMIN.id, name: b.ADMIN.name, email: null },
        cooperation: through,
      };
      const nordhang = await partners(parks.nordhang);
      expect(nordhang).toMatchObject([
        shown(b.ASSET_MANAGER_TECHNICAL, of.borealis, 'TOM', bare),
        shown(ofCirrus.ADMIN, of.cirrus, 'VIEWER', { grantedBy: null }),
        { ...shown(b.EXTERNAL, of.borealis, 'VIEWER', givenBy), id: delegated.given },
      ]);
      expect(await partners(parks.solling)).toMatchObject([
        shown(b.ASSET_MANAGER_COMMERCIAL, of.borealis, 'COM', bare),
      ]);
      expect(await partners(portfolios.north)).toMatchObject([shown(b.MEMBER, of.borealis, 'VIEWER', bare)]);
      expect(await partners(portfolios.east)).toEqual([]);
    }
  });

  it('the partner’s ADMIN sees and counts the grants of their own, and their own share, beside others there are', async () => {
    const { ofAcme, ofBorealis: b, ofCirrus, parks, shares } = world;
    const names = (grants: NonNullable<Awaited<ReturnType<typeof read>>>['grants']) =>
      grants?.nodes.map(({ member }) => member.user.name);
    const theirs = await read(b.ADMIN, parks.nordhang);
    expect(theirs?.grants?.totalCount).toBe(2);
    expect(names(theirs?.grants ?? null)).toEqual([b.ASSET_MANAGER_TECHNICAL.name, b.EXTERNAL.name]);
    expect(theirs?.shares).toEqual({ totalCount: 0, nodes: [] });
    const solling = await read(b.ADMIN, parks.solling);
    expect(solling?.grants?.totalCount).toBe(1);
    expect(solling?.shares).toMatchObject({ totalCount: 1, nodes: [{ id: shares.solling.id }] });
    const third = await read(ofCirrus.ADMIN, parks.nordhang);
    expect(names(third?.grants ?? null)).toEqual([ofCirrus.ADMIN.name]);
    expect(third?.shares?.totalCount).toBe(1);
    const owner = await read(ofAcme.ADMIN, parks.nordhang);
    expect([owner?.grants?.totalCount, owner?.shares?.totalCount]).toEqual([4, 1]);
  });

  it('nobody else is told of grants or shares', async () => {
    const { ofAcme, ofBorealis: b, parks } = world;
    const nothing = { grants: null, shares: null };
    for (const person of [ofAcme.ASSET_MANAGER_TECHNICAL, ofAcme.MEMBER, ofAcme.EXTERNAL])
      expect(await read(person, parks.nordhang)).toEqual(nothing);
    for (const person of [b.ASSET_MANAGER_TECHNICAL, b.MEMBER, b.EXTERNAL])
      expect(await read(person, parks.nordhang)).toEqual(nothing);
    for (const person of [b.MODERATOR, b.ASSET_MANAGER_COMMERCIAL])
      expect(await read(person, parks.nordhang)).toBeNull();
    // Shares are the ADMINs' of either side.
    expect(await read(ofAcme.MODERATOR, parks.nordhang)).toMatchObject({ shares: null });
  });
});
