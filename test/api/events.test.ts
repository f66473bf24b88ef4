import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { recordOperations } from '../kit/record-operations.ts';
import type { Park } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

const NOW = '2030-06-01T12:00:00.000Z';
const LATER = '2030-06-01T13:00:00.000Z';
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startWithTenants();
  // A session that is live at NOW, too.
  world.gateway.setClock(NOW);
  admin = await world.gateway.signInAs(world.ofAcme.ADMIN.uuid);
  world.gateway.setClock(null);
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

const { perform, recorded, refused, atOnce } = recordOperations(() => world.gateway);
const days = (n: number) => new Date(Date.parse(NOW) + n * 86_400_000);

interface Listed {
  readonly park: {
    readonly events: {
      readonly totalCount: number;
      readonly nodes: readonly { readonly message: string; readonly component: object | null }[];
      readonly edges: readonly { readonly cursor: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean };
    } | null;
  } | null;
}

const LIST = `query ($id: ID!, $first: Int, $after: String, $filter: PlantEventFilter) { park(id: $id) {
  events(first: $first, after: $after, filter: $filter) { totalCount nodes { message component { name } } edges { cursor } pageInfo { hasNextPage } }
} }`;
const list = async (park: Park, args: object = {}, client = admin) =>
  (await client.get<Listed, object>(LIST, { id: park.id, ...args })).park?.events;
const messages = async (park: Park, filter?: object) =>
  (await list(park, { filter }))?.nodes.map(({ message }) => message);

/** A park of Acme's in north with five events, the oldest first; B and C at one instant. */
async function plant() {
  const { story, portfolios, gateway } = world;
  const park = story.park(portfolios.north, `Plant ${crypto.randomUUID()}`);
  const mast = story.component(park, 'Mast');
  const part = story.component(park, 'Part', mast);
  const at = (n: number) => ({ occurredAt: days(n) });
  const acknowledged = { acknowledgedAt: days(0) };
  const events = {
    a: story.event(park, 'A', { ...at(-5), severity: 'INFO', component: mast }),
    b: story.event(park, 'B', { ...at(-4), severity: 'ERROR', component: part }),
    c: story.event(park, 'C', { ...at(-4), severity: 'WARNING', ...acknowledged }),
    d: story.event(park, 'D', { ...at(-2), severity: 'ERROR', ...acknowledged }),
    e: story.event(park, 'E', { ...at(-1), severity: 'INFO' }),
  };
  await story.store(gateway.database);
  return { park, mast, part, ...events };
}

describe('an event', () => {
  it('is recorded now unless it says otherwise, acknowledged, and deleted; each leaves its record (A1)', async () => {
    const { park, mast } = await plant();
    world.gateway.setClock(NOW);
    const made = await recorded(admin, 'recordEvent', {
      ...{ parkId: park.id, componentId: mast.id, severity: 'ERROR' },
      message: '  Tripped:\r\nover-voltage 🌩 ',
    });
    const { id } = made.payload.event;
    const event = {
      ...{ id, severity: 'ERROR', message: 'Tripped:\nover-voltage 🌩', occurredAt: NOW },
      ...{ acknowledgedAt: null, park: { id: park.id }, component: { id: mast.id } },
    };
    expect(made.payload.event).toEqual(event);
    const { message, severity } = event;
    const details = { parkId: park.id, componentId: mast.id, severity, message, occurredAt: NOW };
    expect(made.records).toMatchObject([{ action: 'event.recorded', subjectId: id, details }]);

    const acknowledgedAt = LATER;
    world.gateway.setClock(LATER);
    const seen = await recorded(admin, 'acknowledgeEvent', { eventId: id });
    expect(seen.payload.event).toEqual({ ...event, acknowledgedAt });
    expect(seen.records).toMatchObject([
      {
        ...{ action: 'event.acknowledged', subjectId: id },
        details: { parkId: park.id, before: { acknowledgedAt: null }, after: { acknowledgedAt } },
      },
    ]);

    const gone = await recorded(admin, 'deleteEvent', { eventId: id });
    expect(gone.payload).toEqual({ ok: true });
    expect(gone.records).toMatchObject([
      { action: 'event.deleted', subjectId: id, details: { ...details, acknowledgedAt } },
    ]);
    expect(await refused(admin, 'deleteEvent', { eventId: id })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await admin.get('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
  });

  it('may be of a day ahead, and of 1900, but not of later or earlier', async () => {
    const { park } = await plant();
    world.gateway.setClock(NOW);
    const at = (occurredAt: Date | string) => ({
      ...{ parkId: park.id, severity: 'INFO', message: 'X' },
      occurredAt,
    });
    for (const occurredAt of [days(1).toISOString(), '1900-01-01T00:00:00.000Z']) {
      const { event } = await perform(admin, 'recordEvent', at(occurredAt));
      expect(event).toMatchObject({ occurredAt });
    }
    const tooLate = new Date(days(1).getTime() + 1);
    expect(await refused(admin, 'recordEvent', at(tooLate))).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'occurredAt' },
    });
    // Both ends of the list have cursors that are good.
    const { edges } = (await list(park, { first: 10 })) ?? { edges: [] };
    const { nodes } = (await list(park, { after: edges.at(-2)?.cursor })) ?? { nodes: [] };
    expect(nodes).toMatchObject([{ message: 'X' }]);
    expect(await list(park, { after: edges.at(-1)?.cursor })).toMatchObject({ nodes: [] });
  });

  it('is acknowledged once, also by two at once', async () => {
    const { a, c } = await plant();
    const conflict = { code: 'CONFLICT', field: 'eventId' };
    expect(await refused(admin, 'acknowledgeEvent', { eventId: c.id })).toMatchObject(conflict);
    expect(await atOnce(admin, 'acknowledgeEvent', { eventId: a.id })).toEqual(['CONFLICT', 'done']);
  });

  it('outlives its component, and not its park', async () => {
    const { park, mast, a, b } = await plant();
    const input = { input: { componentId: mast.id } };
    await admin.get(
      'mutation ($input: DeleteComponentInput!) { deleteComponent(input: $input) { ok } }',
      input,
    );
    const nodes =
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on PlantEvent { message component { id } park { id } } } }';
    const ids = { ids: [a.id, b.id] };
    expect(await admin.get(nodes, ids)).toEqual({
      nodes: ['A', 'B'].map((message) => ({ message, component: null, park: { id: park.id } })),
    });
    const parkInput = { input: { parkId: park.id } };
    await admin.get(
      'mutation ($input: DeleteParkInput!) { deletePark(input: $input) { deletedId } }',
      parkInput,
    );
    expect(await admin.get(nodes, ids)).toEqual({ nodes: [null, null] });
  });

  it('is of a component of its own park', async () => {
    const { park } = await plant();
    const { components } = world;
    const input = { parkId: park.id, severity: 'INFO', message: 'X' };
    for (const { id } of [components.inverter, components.foreign, park]) {
      const refusal = await refused(admin, 'recordEvent', { ...input, componentId: id });
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field: 'componentId' });
    }
    expect(await perform(admin, 'recordEvent', { ...input, componentId: null })).toMatchObject({
      event: { component: null },
    });
  });
});

describe('the events of a park', () => {
  it('begin with the newest, those of one instant with the one recorded last, page by page', async () => {
    const { park } = await plant();
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await list(park, { first: 2, after });
      expect(page?.totalCount).toBe(5);
      seen.push(...(page?.nodes.map(({ message }) => message) ?? []));
      if (!page?.pageInfo.hasNextPage) break;
      after = page.edges.at(-1)?.cursor;
    }
    expect(seen).toEqual(['E', 'D', 'C', 'B', 'A']);
  });

  it.each<[what: string, filter: (on: Awaited<ReturnType<typeof plant>>) => object | null, holds: string]>([
    ['nothing', () => null, 'EDCBA'],
    ['an empty filter', () => ({}), 'EDCBA'],
    [
      'nulls',
      () => ({ severities: null, acknowledged: null, componentId: null, from: null, to: null }),
      'EDCBA',
    ],
    ['one severity', () => ({ severities: ['ERROR'] }), 'DB'],
    ['two severities, one twice', () => ({ severities: ['INFO', 'WARNING', 'INFO'] }), 'ECA'],
    ['no severity', () => ({ severities: [] }), ''],
    ['what was acknowledged', () => ({ acknowledged: true }), 'DC'],
    ['what was not', () => ({ acknowledged: false }), 'EBA'],
    ['a component, without its parts', ({ mast }) => ({ componentId: mast.id }), 'A'],
    ['a component of another park', () => ({ componentId: world.components.inverter.id }), ''],
    ['no component id', () => ({ componentId: 'garbage' }), ''],
    ['from an instant on, it included', () => ({ from: days(-4) }), 'EDCB'],
    ['up to an instant, it left out', () => ({ to: days(-2) }), 'CBA'],
    ['between two', () => ({ from: days(-4), to: days(-2) }), 'CB'],
    [
      'all at once',
      ({ part }) => ({
        severities: ['ERROR'],
        acknowledged: false,
        componentId: part.id,
        from: days(-9),
        to: days(0),
      }),
      'B',
    ],
  ])('filtered by %s', async (_, filter, holds) => {
    const on = await plant();
    const given = filter(on);
    expect((await messages(on.park, given ?? undefined))?.join('')).toBe(holds);
    expect(await list(on.park, { filter: given })).toMatchObject({ totalCount: holds.length });
  });

  it.each([0, -1])('an end that is %i days after the beginning is refused', async (n) => {
    const { park } = world.records.nordhang.event;
    const { data, errors } = await admin.send(LIST, {
      id: park.id,
      filter: { from: days(0), to: days(n) },
    });
    expect(data).toEqual({ park: { events: null } });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'filter.to' } }]);
  });

  it('a cursor of another park, and of tickets, is none of this list', async () => {
    const [one, other] = [await plant(), await plant()];
    const after = (await list(one.park, { first: 1 }))?.edges[0]?.cursor;
    expect(await admin.refusal(LIST, { id: other.park.id, after })).toMatchObject({ field: 'after' });
    const tickets =
      'query ($id: ID!, $after: String) { park(id: $id) { tickets(after: $after) { totalCount } } }';
    expect(await admin.refusal(tickets, { id: one.park.id, after })).toMatchObject({ field: 'after' });
  });
});

it('through a cooperation a delegated TOM records, acknowledges and deletes, on both trails (A2); a VIEWER reads', async () => {
  const { parks, organizations, cooperation, as, ofBorealis } = world;
  const client = await as(ofBorealis.ASSET_MANAGER_TECHNICAL);
  const both = (action: string) =>
    [organizations.acme.uuid, organizations.borealis.uuid].map((organizationId) =>
      expect.objectContaining({ organizationId, action, cooperationId: cooperation.uuid }),
    );
  const input = { parkId: parks.nordhang.id, severity: 'INFO', message: 'From the partner' };
  const made = await recorded(client, 'recordEvent', input);
  const eventId = made.payload.event.id;
  const records = [
    made.records,
    (await recorded(client, 'acknowledgeEvent', { eventId })).records,
    (await recorded(client, 'deleteEvent', { eventId })).records,
  ];
  for (const [index, action] of ['event.recorded', 'event.acknowledged', 'event.deleted'].entries()) {
    expect(records[index]).toEqual(expect.arrayContaining(both(action)));
    expect(records[index]).toHaveLength(2);
  }
  const viewer = await as(ofBorealis.MEMBER);
  expect(await list(parks.nordhang, {}, viewer)).toMatchObject({ totalCount: 1 });
  const eventOfNordhang = { eventId: world.records.nordhang.event.id };
  expect(await refused(viewer, 'acknowledgeEvent', eventOfNordhang)).toMatchObject({
    ...{ code: 'FORBIDDEN', layer: 'JOB', required: 'EVENT_MANAGE', actual: 'VIEWER' },
    allowedRoles: ['TOM', 'OPERATOR'],
  });
  const hidden = { eventId: world.records.nordsee.event.id };
  expect(await refused(client, 'acknowledgeEvent', hidden)).toMatchObject({ code: 'NOT_FOUND' });
});

it('for an ADMIN who is blocked there, events and tickets are null, and not found by their ids (P13)', async () => {
  const { people, parks, records, as } = world;
  const blocked = await as(people.blocked);
  const { event, ticket } = records.suedfeld;
  const query =
    'query ($id: ID!, $ids: [ID!]!) { park(id: $id) { name events { totalCount } tickets { totalCount } } nodes(ids: $ids) { id } }';
  expect(await blocked.get(query, { id: parks.suedfeld.id, ids: [event.id, ticket.id] })).toEqual({
    park: { name: 'Südfeld', events: null, tickets: null },
    nodes: [null, null],
  });
});
