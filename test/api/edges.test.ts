import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberships } from '../../src/db/schema/memberships.ts';
import { organizations } from '../../src/db/schema/organizations.ts';
import { parks } from '../../src/db/schema/parks.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { along, inOperations, objectsIn, objectTypeOf, type Seen, steps, ways } from '../kit/graph-ways.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

type World = Awaited<ReturnType<typeof startWithTenants>>;
let world: World;
beforeAll(async () => {
  world = await startWithTenants();
  // The walk is a long one: time stands still, so that no session is noted as seen again meanwhile.
  world.gateway.setClock(new Date());
});
afterAll(() => world.gateway.close());

/** Where a partner may begin: themselves, and every id that they can come by, shown to them or not. */
const roots = ({ organizations: all, portfolios, parks: plants, components }: World): [string, string][] => [
  ['Viewer', 'viewer'],
  ...Object.values(all).map(({ id }): [string, string] => ['Organization', `organization(id: "${id}")`]),
  ...Object.values(portfolios).map(({ id }): [string, string] => ['Portfolio', `portfolio(id: "${id}")`]),
  ...Object.values(plants).map(({ id }): [string, string] => ['Park', `park(id: "${id}")`]),
  ...Object.values(components).map(({ id }): [string, string] => ['Component', `node(id: "${id}")`]),
];

/** Every operation of the walk. */
const walk = (from: World): string[] =>
  inOperations(
    roots(from).flatMap(([type, root]) =>
      ways(objectTypeOf(type), type === 'Viewer' ? 4 : 3).map((way) =>
        root.startsWith('node')
          ? `${root} { ... on ${type} { ${along(objectTypeOf(type), way)} } }`
          : `${root} { ${along(objectTypeOf(type), way)} }`,
      ),
    ),
    6,
  );

/** What each person of Borealis may come to see, by the model. */
const REACH: [string, (world: World) => { person: Person; sees: { id: string }[] }][] = [
  [
    'the ADMIN',
    ({ ofBorealis, organizations: o, portfolios: f, parks: p, components: c, records: r }) => ({
      person: ofBorealis.ADMIN,
      sees: [
        ...[o.acme, o.borealis, f.north, f.east, f.west, p.nordhang, p.solling, p.ostwall, p.westkamp],
        ...[c.inverter, c.string, c.transformer, c.westmast],
        // Nordhang is shared as TOM.
        ...[r.nordhang, r.solling, r.westkamp].flatMap(({ event, ticket }) => [event, ticket]),
        ...[r.solling.contract, r.westkamp.contract],
      ],
    }),
  ],
  [
    'a delegate on one park',
    ({ ofBorealis, organizations: o, portfolios: f, parks: p, components: c, records: r }) => ({
      person: ofBorealis.ASSET_MANAGER_TECHNICAL,
      sees: [
        ...[o.acme, o.borealis, f.west, p.nordhang, p.westkamp],
        ...[c.inverter, c.string, c.transformer, c.westmast],
        ...[r.nordhang, r.westkamp].flatMap(({ event, ticket }) => [event, ticket]),
      ],
    }),
  ],
  [
    'a MODERATOR',
    ({ ofBorealis, organizations: o, portfolios: f, parks: p, components: c, records: r }) => ({
      person: ofBorealis.MODERATOR,
      sees: [o.borealis, f.west, p.westkamp, c.westmast, ...Object.values(r.westkamp)],
    }),
  ],
  [
    'an EXTERNAL',
    ({ ofBorealis, organizations: o }) => ({ person: ofBorealis.EXTERNAL, sees: [o.borealis] }),
  ],
];

/** Everything that Acme and Cirrus keep to themselves. */
const KEPT =
  /office@acme|\+49 30|Unter den Linden|HRB 12345|DE123456789|Nordsee|Südfeld|Central|South|Centre|Turbine 7|Meter|Dial|Switchgear|Breaker|Cirrus|Acme Energy (ADMIN|MOD|ASSET|MEMBER|EXT)|Blocked Admin/;

async function collect(client: GraphQLClient): Promise<unknown[]> {
  const data: unknown[] = [];
  for (const operation of walk(world)) {
    const answer = await client.send(operation);
    data.push(answer.data);
    // What is told of what a visible park keeps from the viewer, and of nothing else.
    for (const { path, extensions } of answer.errors) {
      expect([path?.at(-1), extensions.code, extensions['required']]).toEqual([
        ...['contracts', 'FORBIDDEN', 'CONTRACT_READ'],
      ]);
    }
  }
  return data;
}

/** What was seen, but for the authors of tickets, whose names cross the boundary. */
const withoutAuthors = (data: unknown) =>
  JSON.stringify(data, (key, value: unknown) => (key === 'createdBy' ? undefined : value));

/** What each client saw at first. */
const collected = new Map<GraphQLClient, Promise<unknown[]>>();
const collectOnce = (client: GraphQLClient) => {
  const known = collected.get(client) ?? collect(client);
  collected.set(client, known);
  return known;
};

describe('along every way through the graph, a partner comes to see what is shared and no more (V3)', () => {
  it.each(REACH)('%s', async (_, reach) => {
    const { person, sees } = reach(world);
    const { acme, borealis } = world.organizations;
    const people = person === world.ofBorealis.EXTERNAL ? [person] : Object.values(world.ofBorealis);
    const data = await collectOnce(await world.as(person));
    expect(withoutAuthors(data).match(KEPT)?.[0]).toBeUndefined();
    const authors = [world.ofAcme.ASSET_MANAGER_TECHNICAL, world.ofAcme.ADMIN];
    const reached = new Set<string>();
    for (const object of objectsIn(data)) {
      switch (object.__typename) {
        case 'Organization':
          reached.add(object.id ?? '');
          if (object.id !== borealis.id) {
            const { __typename, id, name, viewerActions, portfolios, parks: below, ...rest } = object;
            expect([id, name, viewerActions]).toEqual([acme.id, acme.name, []]);
            expect(Object.values(rest).filter((value) => value !== null)).toEqual([]);
          }
          break;
        // Of people those of one's own organization alone, an EXTERNAL themselves (section 6); of others names, where they occur.
        case 'User':
          if (authors.some(({ id }) => id === object.id)) {
            const { __typename, id, name, ...rest } = object;
            expect(Object.values(rest).filter((value) => value !== null)).toEqual([]);
            break;
          }
          expect(people.map(({ id }) => id)).toContain(object.id);
          break;
        case 'Member':
          expect(people.map(({ member }) => member?.id)).toContain(object.id);
          break;
        case 'Portfolio':
        case 'Park':
        case 'Component':
        case 'PlantEvent':
        case 'Ticket':
        case 'Contract':
          reached.add(object.id ?? '');
          break;
      }
      if (object['totalCount'] !== undefined)
        expect(object['totalCount']).toBe((object['nodes'] as object[]).length);
    }
    expect([...reached].toSorted()).toEqual(sees.map(({ id }) => id).toSorted());
  });

  it('the walk is no short one', () => {
    expect(walk(world).length).toBeGreaterThan(50);
  });
});

it('whatever changes behind the boundary, what a partner sees stays the same byte for byte', async () => {
  const { as, ofBorealis, gateway, story, organizations: all, portfolios, parks: plants, ofAcme } = world;
  const clients = [await as(ofBorealis.ADMIN), await as(ofBorealis.ASSET_MANAGER_TECHNICAL)];
  const before = JSON.stringify(await Promise.all(clients.map(collectOnce)));
  await gateway.database.transaction('command', async (tx) => {
    await tx
      .update(organizations)
      .set({ taxId: 'changed', contactEmail: 'changed@acme.example' })
      .where(eq(organizations.id, all.acme.uuid));
    await tx
      .update(parks)
      .set({ name: 'Another', capacityKw: 1, portfolioId: portfolios.south.uuid })
      .where(eq(parks.id, plants.suedfeld.uuid));
    await tx.update(parks).set({ name: 'Another' }).where(eq(parks.id, plants.nordsee.uuid));
    await tx.update(memberships).set({ active: false }).where(eq(memberships.userId, ofAcme.MEMBER.uuid));
  });
  const secret = story.park(story.portfolio(all.acme, 'AAA first of all'), 'AAA first of all');
  story.component(plants.nordsee, 'AAA first of all');
  story.park(portfolios.south, 'AAA beside a shared one');
  story.event(plants.nordsee, 'AAA first of all');
  story.ticket(plants.suedfeld, ofAcme.ADMIN, 'AAA first of all');
  story.contract(plants.nordhang, 'AAA for whom it is shared as COM');
  story.grant(ofAcme.EXTERNAL, secret, 'TOM');
  story.grant(ofAcme.EXTERNAL, plants.nordhang, 'OPERATOR');
  story.member(all.acme, 'ADMIN', { name: 'Newcomer' });
  story.park(portfolios.centre, 'AAA of a third');
  await story.store(gateway.database);
  expect(JSON.stringify(await Promise.all(clients.map(collect)))).toBe(before);
});

it('what a payload shows is authorized as a query’s answer is', async () => {
  const { as, ofBorealis, components: c } = world;
  const client = await as(ofBorealis.ASSET_MANAGER_TECHNICAL);
  const park = along(objectTypeOf('Park'), ['organization', 'portfolios', 'parks']);
  const query = `mutation { updateComponent(input: { componentId: "${c.inverter.id}", kind: "seen from outside" }) { component { park { ${park} portfolio { name } organization { parks { totalCount nodes { name } } } } } } }`;
  const answer = await client.get(query);
  expect(JSON.stringify(answer).match(KEPT)?.[0]).toBeUndefined();
  expect(answer).toMatchObject({
    updateComponent: {
      component: {
        park: { name: 'Nordhang', portfolio: null, organization: { taxId: null, parks: { totalCount: 1 } } },
      },
    },
  });
});

it('a member who is paused or expired sees of their organization the name, and nothing below it (P1)', async () => {
  const { as, people, organizations: all } = world;
  const fields = along(objectTypeOf('Organization'), []);
  const query = `{ viewer { organization { id } membership { organization { ${fields} portfolios { totalCount } parks { totalCount } } } parks { totalCount } } }`;
  for (const person of [people.paused, people.expired]) {
    const { viewer } = await (await as(person)).get<{ viewer: Record<string, Seen> }, object>(query);
    const { organization, ...rest } = viewer['membership'] as Seen;
    expect([viewer['organization'], rest]).toEqual([null, {}]);
    const { __typename, id, name, viewerActions, portfolios, parks: below, ...kept } = organization as Seen;
    expect([id, name, viewerActions]).toEqual([all.acme.id, all.acme.name, []]);
    expect([portfolios, below, viewer['parks']]).toEqual(Array(3).fill({ totalCount: 0 }));
    expect(Object.values(kept).filter((value) => value !== null)).toEqual([]);
  }
});

it('the steps of the walk are those of the schema', () => {
  expect(
    steps(objectTypeOf('Park'))
      .map(({ selection }) => selection)
      .toSorted(),
  ).toEqual([
    ...['components', 'contracts', 'events', 'grants', 'organization', 'portfolio', 'shares', 'tickets'],
    'viewerAccess',
  ]);
});
