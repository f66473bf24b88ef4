import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { components } from '../../src/db/schema/components.ts';
import { grants } from '../../src/db/schema/grants.ts';
import { shares } from '../../src/db/schema/shares.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  CreateParkDocument,
  type CreateParkInput,
  CreateParksDocument,
  DeleteParkDocument,
  ReadParkDocument,
  UpdateParkDocument,
  type UpdateParkInput,
} from '../kit/generated/operations.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;

beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
});
afterAll(() => world.gateway.close());

const newPark = { name: 'Neuland', plantType: 'SOLAR', capacityKw: 12.5 } as const;
const create = async (park: Partial<CreateParkInput> = {}) =>
  (
    await admin.get(CreateParkDocument, {
      input: { portfolioId: world.portfolios.south.id, ...newPark, ...park },
    })
  ).createPark.park;
const update = async (input: UpdateParkInput) =>
  (await admin.get(UpdateParkDocument, { input })).updatePark.park;
const read = async (id: string, client = admin) => (await client.get(ReadParkDocument, { id })).park;
const trailSince = async (start: number) => (await auditTrail(world.gateway.database)).slice(start);
const trailLength = async () => (await auditTrail(world.gateway.database)).length;

describe('creating', () => {
  it('a park with the least there is to say', async () => {
    const start = await trailLength();
    const park = await create();
    expect(park).toMatchObject({
      ...newPark,
      latitude: null,
      longitude: null,
      timeZone: 'UTC',
      effectiveRole: 'OPERATOR',
      portfolio: { id: world.portfolios.south.id },
      organization: { id: world.organizations.acme.id },
    });
    expect(await read(park.id)).toMatchObject(park);
    expect(await trailSince(start)).toEqual([
      expect.objectContaining({
        organizationId: world.organizations.acme.uuid,
        action: 'park.created',
        subjectId: park.id,
        details: {
          portfolioId: world.portfolios.south.id,
          count: 1,
          parks: [{ id: park.id, name: 'Neuland' }],
        },
      }),
    ]);
  });

  it.each([
    ['the lowest values', { capacityKw: 0, latitude: -90, longitude: -180, timeZone: 'Pacific/Apia' }],
    [
      'the highest values',
      { capacityKw: 1e9, latitude: 90, longitude: 180, timeZone: 'America/Argentina/Ushuaia' },
    ],
    [
      'values with many digits',
      { capacityKw: 0.1 + 0.2, latitude: 51.12345678901234, longitude: -0.000000123 },
    ],
    ['a name of 200 characters beyond the basic plane', { name: '🌞'.repeat(200) }],
    ['a name that markup and SQL would like', { name: `<b>"O'Brien"; drop table parks; -- \\ %_ =1+1` }],
    ['a name in another script, right to left', { name: 'حقل الشمس' }],
  ])('a park with %s', async (_, details) => {
    const { id } = await create(details);
    expect(await read(id)).toMatchObject(details);
  });

  it('trims a name, and takes null for what is left out', async () => {
    const park = await create({ name: ' \u00a0Am Rand ', latitude: null, timeZone: null });
    expect(park).toMatchObject({ name: 'Am Rand', latitude: null, timeZone: 'UTC' });
  });

  it('two parks with one name are two parks', async () => {
    expect((await create()).id).not.toBe((await create()).id);
  });

  it('a thousand parks at once, in their order, under one record', async () => {
    const start = await trailLength();
    const names = Array.from({ length: 1_000 }, (_, index) => `Mast ${(index * 7919) % 1_000}`);
    const { createParks } = await admin.get(CreateParksDocument, {
      input: { portfolioId: world.portfolios.east.id, parks: names.map((name) => ({ ...newPark, name })) },
    });
    expect(createParks.parks.map(({ name }) => name)).toEqual(names);
    expect(new Set(createParks.parks.map(({ id }) => id)).size).toBe(1_000);
    const [record, ...more] = await trailSince(start);
    expect(more).toEqual([]);
    expect(record).toMatchObject({ action: 'park.created', subjectId: world.portfolios.east.id });
    expect(record?.details).toMatchObject({ count: 1_000 });
  });

  it('all or none: one bad park in the middle and nothing is stored', async () => {
    const before = await storedState(world.gateway.database);
    const parks = Array.from({ length: 9 }, (_, index) => ({ ...newPark, capacityKw: index === 4 ? -1 : 1 }));
    const input = { portfolioId: world.portfolios.east.id, parks };
    expect(await admin.refusal(CreateParksDocument, { input })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'parks.4.capacityKw',
    });
    expect(await storedState(world.gateway.database)).toEqual(before);
  });
});

describe('changing', () => {
  it.each([
    ['name', 'Anders'],
    ['plantType', 'BATTERY'],
    ['capacityKw', 0],
    ['latitude', 12.25],
    ['longitude', -3.5],
    ['timeZone', 'Asia/Tokyo'],
  ] as const)('%s alone, with what it was in the record', async (field, value) => {
    const before = await create({ latitude: 1, longitude: 2 });
    const start = await trailLength();
    expect(await update({ parkId: before.id, [field]: value })).toEqual({ ...before, [field]: value });
    expect(await trailSince(start)).toEqual([
      expect.objectContaining({
        action: 'park.updated',
        subjectId: before.id,
        details: { before: { [field]: before[field] }, after: { [field]: value } },
      }),
    ]);
  });

  it('null clears the place, and leaves alone what can not be empty', async () => {
    const before = await create({ latitude: 1, longitude: 2, timeZone: 'Asia/Tokyo' });
    const after = await update({
      parkId: before.id,
      ...{ name: null, plantType: null, capacityKw: null, timeZone: null, portfolioId: null },
      ...{ latitude: null, longitude: null },
    });
    expect(after).toEqual({ ...before, latitude: null, longitude: null });
  });

  it('the same again changes nothing and records nothing', async () => {
    const { id, portfolio } = await create();
    const input = { parkId: id, name: 'Zweimal', capacityKw: 7, portfolioId: portfolio?.id };
    await update(input);
    const before = await storedState(world.gateway.database);
    expect(await update(input)).toMatchObject({ name: 'Zweimal', capacityKw: 7 });
    expect(await update({ parkId: id })).toMatchObject({ name: 'Zweimal' });
    expect(await storedState(world.gateway.database)).toEqual(before);
  });
});

describe('deleting', () => {
  it('takes components, grants and shares along, and tells the partner', async () => {
    const { story, ofBorealis, ofAcme, cooperation, gateway, organizations, as } = world;
    const park = story.park(world.portfolios.south, 'Kurzlebig');
    const inverter = story.component(park, 'Inverter');
    story.component(park, 'String', inverter);
    story.share(cooperation, park, 'TOM');
    story.grant(ofBorealis.MEMBER, park, 'VIEWER', { cooperation });
    story.grant(ofAcme.EXTERNAL, park, 'TOM');
    await story.store(gateway.database);
    const [partner, external] = [await as(ofBorealis.MEMBER), await as(ofAcme.EXTERNAL)];
    expect([await read(park.id, partner), await read(park.id, external)]).toMatchObject([
      { effectiveRole: 'VIEWER' },
      { effectiveRole: 'TOM' },
    ]);
    const start = await trailLength();
    expect(await admin.get(DeleteParkDocument, { parkId: park.id })).toEqual({
      deletePark: { deletedId: park.id },
    });
    const added = await trailSince(start);
    expect(
      added.map(({ organizationId, action, subjectId }) => ({ organizationId, action, subjectId })),
    ).toEqual(
      expect.arrayContaining([
        { organizationId: organizations.acme.uuid, action: 'park.deleted', subjectId: park.id },
        { organizationId: organizations.borealis.uuid, action: 'resource.deleted', subjectId: park.id },
      ]),
    );
    expect(added.find(({ action }) => action === 'resource.deleted')?.cooperationId).toBe(cooperation.uuid);
    for (const client of [admin, partner, external]) expect(await read(park.id, client)).toBeNull();
    const leftovers = await gateway.database.transaction('snapshot', async (tx) => [
      ...(await tx.select().from(components).where(eq(components.parkId, park.uuid))),
      ...(await tx.select().from(grants).where(eq(grants.parkId, park.uuid))),
      ...(await tx.select().from(shares).where(eq(shares.parkId, park.uuid))),
    ]);
    expect(leftovers).toEqual([]);
  });

  it('tells the partner too whose members had it through a portfolio and a grant of their own', async () => {
    const { story, ofBorealis, cooperation, gateway, organizations } = world;
    const park = story.park(world.portfolios.north, 'Delegiert');
    story.grant(ofBorealis.EXTERNAL, park, 'TOM', { cooperation });
    await story.store(gateway.database);
    const start = await trailLength();
    await admin.get(DeleteParkDocument, { parkId: park.id });
    const trails = (await trailSince(start)).map(({ organizationId }) => organizationId);
    expect(trails).toContain(organizations.borealis.uuid);
  });

  it('says nothing to a partner of a park that was taken out of what is shared (V1)', async () => {
    const { story, cooperation, gateway, organizations } = world;
    const park = story.park(world.portfolios.north, 'Hidden');
    story.share(cooperation, park, 'NONE');
    await story.store(gateway.database);
    const start = await trailLength();
    await admin.get(DeleteParkDocument, { parkId: park.id });
    const trails = (await trailSince(start)).map(({ organizationId }) => organizationId);
    expect(trails).toEqual([organizations.acme.uuid]);
  });

  it('the same again finds nothing; a new park of the same name inherits nothing', async () => {
    const { story, ofAcme, gateway, as } = world;
    const first = story.park(world.portfolios.south, 'Phoenix');
    story.grant(ofAcme.EXTERNAL, first, 'OPERATOR');
    await story.store(gateway.database);
    const external = await as(ofAcme.EXTERNAL);
    expect(await read(first.id, external)).toMatchObject({ effectiveRole: 'OPERATOR' });
    await admin.get(DeleteParkDocument, { parkId: first.id });
    const before = await storedState(gateway.database);
    expect(await admin.refusal(DeleteParkDocument, { parkId: first.id })).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await storedState(gateway.database)).toEqual(before);
    const second = await create({ name: 'Phoenix' });
    expect(second.id).not.toBe(first.id);
    expect(await read(second.id, external)).toBeNull();
  });
});
