import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import {
  CreateComponentDocument,
  DeleteComponentDocument,
  ReadComponentsDocument,
  UpdateComponentDocument,
  type UpdateComponentInput,
} from '../kit/generated/operations.ts';
import type { Park } from '../kit/story.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
});
afterAll(() => world.gateway.close());

const create = async (parkId: string, name: string, parentId?: string, client = admin) =>
  (await client.get(CreateComponentDocument, { input: { parkId, name, kind: 'inverter', parentId } }))
    .createComponent.component;
const update = async (input: UpdateComponentInput, client = admin) =>
  (await client.get(UpdateComponentDocument, { input })).updateComponent.component;
const names = async (parkId: string, parentId?: string | null) =>
  (
    await admin.get(ReadComponentsDocument, { parkId, ...(parentId !== undefined && { parentId }) })
  ).park?.components?.nodes.map(({ name }) => name);

/** A park of Acme's in north with a tree: A holds B, B holds C; D stands alone. */
async function tree() {
  const { story, portfolios, gateway } = world;
  const park = story.park(portfolios.north, `Tree ${crypto.randomUUID()}`);
  const a = story.component(park, 'A');
  const b = story.component(park, 'B', a);
  const c = story.component(park, 'C', b);
  const d = story.component(park, 'D');
  await story.store(gateway.database);
  return { park, a, b, c, d };
}

describe('a tree of components', () => {
  it('is listed whole, from its top, or one level below a component', async () => {
    const { park, a, b, c } = await tree();
    expect(await names(park.id)).toEqual(['A', 'B', 'C', 'D']);
    expect(await names(park.id, null)).toEqual(['A', 'D']);
    expect(await names(park.id, a.id)).toEqual(['B']);
    expect(await names(park.id, b.id)).toEqual(['C']);
    expect(await names(park.id, c.id)).toEqual([]);
    const query = `query ($id: ID!) { node(id: $id) { ... on Component { name parent { name } park { id } children { totalCount nodes { name } } } } }`;
    expect(await admin.get(query, { id: b.id })).toEqual({
      node: {
        name: 'B',
        parent: { name: 'A' },
        park: { id: park.id },
        children: { totalCount: 1, nodes: [{ name: 'C' }] },
      },
    });
  });

  it('grows by creating, and changes by moving a component with all its parts', async () => {
    const { park, a, b, d } = await tree();
    const e = await create(park.id, 'E', d.id);
    expect(e).toMatchObject({
      name: 'E',
      kind: 'inverter',
      serialNumber: null,
      parent: { id: d.id },
      park: { id: park.id },
    });
    expect(await update({ componentId: b.id, parentId: d.id })).toMatchObject({ parent: { id: d.id } });
    expect(await names(park.id, a.id)).toEqual([]);
    expect(await names(park.id, d.id)).toEqual(['B', 'E']);
    expect(await names(park.id, b.id)).toEqual(['C']);
    expect(await update({ componentId: b.id, parentId: null })).toMatchObject({ parent: null });
    expect(await update({ componentId: b.id, name: 'B2' })).toMatchObject({ parent: null, name: 'B2' });
    expect(await names(park.id, null)).toEqual(['A', 'B2', 'D']);
  });

  it('never holds itself: not directly, not through its parts', async () => {
    const { a, b, c } = await tree();
    const before = await storedState(world.gateway.database);
    for (const [componentId, parentId] of [
      [a.id, a.id],
      [a.id, b.id],
      [a.id, c.id],
      [b.id, c.id],
    ] as const) {
      expect(
        await admin.refusal(UpdateComponentDocument, { input: { componentId, parentId } }),
      ).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'parentId',
      });
    }
    expect(await storedState(world.gateway.database)).toEqual(before);
  });

  it('of two moves at once that would close a ring, one is refused', async () => {
    const { park, a, d } = await tree();
    const answers = await Promise.all([
      admin.send(UpdateComponentDocument, { input: { componentId: a.id, parentId: d.id } }),
      admin.send(UpdateComponentDocument, { input: { componentId: d.id, parentId: a.id } }),
    ]);
    expect(answers.map(({ errors }) => errors[0]?.extensions.code ?? 'done').sort()).toEqual([
      'BAD_USER_INPUT',
      'done',
    ]);
    expect(await names(park.id, null)).toHaveLength(1);
  });

  it('loses a component with all its parts, once', async () => {
    const { park, a } = await tree();
    const start = (await auditTrail(world.gateway.database)).length;
    expect(await admin.get(DeleteComponentDocument, { componentId: a.id })).toEqual({
      deleteComponent: { ok: true },
    });
    expect(await names(park.id)).toEqual(['D']);
    const added = (await auditTrail(world.gateway.database)).slice(start);
    expect(added).toMatchObject([{ action: 'component.deleted', subjectId: a.id, details: { name: 'A' } }]);
    const before = await storedState(world.gateway.database);
    expect(await admin.refusal(DeleteComponentDocument, { componentId: a.id })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await storedState(world.gateway.database)).toEqual(before);
  });
});

it('a change says what it was; the same again changes nothing; null clears what can be empty', async () => {
  const { a, b } = await tree();
  const start = (await auditTrail(world.gateway.database)).length;
  const input = { componentId: b.id, name: 'New', kind: 'tower', serialNumber: 'SN-1', parentId: null };
  expect(await update(input)).toMatchObject({
    name: 'New',
    kind: 'tower',
    serialNumber: 'SN-1',
    parent: null,
  });
  expect((await auditTrail(world.gateway.database)).slice(start)).toMatchObject([
    {
      action: 'component.updated',
      subjectId: b.id,
      details: {
        before: { name: 'B', kind: 'inverter', serialNumber: null, parentId: a.id },
        after: { name: 'New', kind: 'tower', serialNumber: 'SN-1', parentId: null },
      },
    },
  ]);
  const before = await storedState(world.gateway.database);
  await update(input);
  await update({ componentId: b.id });
  await update({ componentId: b.id, name: null, kind: null });
  expect(await storedState(world.gateway.database)).toEqual(before);
  expect(await update({ componentId: b.id, serialNumber: null })).toMatchObject({
    serialNumber: null,
    name: 'New',
  });
});

describe('through a cooperation', () => {
  const partner = () => world.as(world.ofBorealis.ASSET_MANAGER_TECHNICAL);
  const trails = async (start: number) =>
    (await auditTrail(world.gateway.database))
      .slice(start)
      .map((row) => [row.organizationId, row.action, row.cooperationId]);

  it('a delegated TOM manages components, recorded on both trails (A2)', async () => {
    const { parks, organizations, cooperation, gateway } = world;
    const both = (action: string) =>
      [organizations.acme.uuid, organizations.borealis.uuid].map((uuid) => [uuid, action, cooperation.uuid]);
    const step = async (run: () => Promise<unknown>, action: string) => {
      const start = (await auditTrail(gateway.database)).length;
      const result = await run();
      expect(await trails(start)).toEqual(expect.arrayContaining(both(action)));
      expect(await trails(start)).toHaveLength(2);
      return result;
    };
    const client = await partner();
    const made = (await step(
      () => create(parks.nordhang.id, 'Visitor', undefined, client),
      'component.created',
    )) as {
      id: string;
    };
    await step(() => update({ componentId: made.id, kind: 'mast' }, client), 'component.updated');
    await step(() => client.get(DeleteComponentDocument, { componentId: made.id }), 'component.deleted');
  });

  it('reaches no other park, by parent either', async () => {
    const { parks, components, gateway, as, ofBorealis } = world;
    const client = await partner();
    const before = await storedState(gateway.database);
    const attempt = (park: Park, parentId?: string) =>
      client.refusal(CreateComponentDocument, { input: { parkId: park.id, parentId, name: 'X', kind: 'x' } });
    for (const park of [parks.nordsee, parks.solling, parks.ostwall, parks.central]) {
      expect(await attempt(park)).toMatchObject({ code: 'NOT_FOUND' });
    }
    for (const { id } of [components.hidden, components.meter, components.westmast]) {
      expect(await attempt(parks.nordhang, id)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'parentId' });
      const input = { componentId: components.inverter.id, parentId: id };
      expect(await client.refusal(UpdateComponentDocument, { input })).toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    }
    expect(
      await (await as(ofBorealis.MODERATOR)).refusal(DeleteComponentDocument, {
        componentId: components.inverter.id,
      }),
    ).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await storedState(gateway.database)).toEqual(before);
  });
});

it('for an ADMIN who is blocked there, what lies below the park is null, and not found by its id (P13)', async () => {
  const { people, parks, components, as } = world;
  const blocked = await as(people.blocked);
  const { suedfeld } = parks;
  const query =
    'query ($id: ID!, $part: ID!) { park(id: $id) { name effectiveRole components { totalCount } } node(id: $part) { id } }';
  expect(await blocked.get(query, { id: suedfeld.id, part: components.meter.id })).toEqual({
    park: { name: 'Südfeld', effectiveRole: 'NONE', components: null },
    node: null,
  });
  const input = { componentId: components.meter.id, name: 'X' };
  expect(await blocked.refusal(UpdateComponentDocument, { input })).toMatchObject({ code: 'NOT_FOUND' });
});
