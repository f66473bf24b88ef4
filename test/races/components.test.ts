import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { components } from '../../src/db/schema/components.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { dither, openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { buildTenant, componentRow, inOneGo } from '../kit/rows.ts';

const LANES = 6;

let db: RaceDatabase;
let gateway: TestGateway;
let anna: GraphQLClient;
/** A park for each lane. */
let parkIds: readonly string[];

beforeAll(async () => {
  db = await openRaceDatabase({ poolSize: 15 });
  gateway = await startTestGateway({ database: db.database });
  const names = Array.from({ length: LANES }, (_, lane) => `park ${lane}`);
  const tenant = await buildTenant(db.other, { members: { anna: 'ADMIN' }, portfolios: { north: names } });
  anna = await gateway.signInAs(tenant.members.anna.userId);
  parkIds = names.map((name) => (tenant.parks as Record<string, string>)[name] as string);
});
afterAll(async () => {
  await gateway.close();
  await db.close();
});

/** Stores components of one park, each below the one that it names, or at the top; answers their UUIDs. */
async function plant(parkId: string, parents: readonly (number | null)[]): Promise<string[]> {
  const rows = parents.map(() => componentRow({ parkId }));
  const placed = rows.map((row, index) => {
    const parent = parents[index];
    return { ...row, parentId: parent == null ? null : (rows[parent]?.id as string) };
  });
  await inOneGo(db.other, (tx) => tx.insert(components).values(placed));
  return rows.map(({ id }) => id);
}

const id = (uuid: string | undefined) => globalId('component', uuid as string);

/** Sends a mutation a little later; answers `OK` or the code of its refusal. */
async function mutate(mutation: string, input: object): Promise<string> {
  await dither();
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const selection = mutation === 'deleteComponent' ? 'ok' : 'component { id }';
  const answer = await anna.send(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} } }`,
    {
      input,
    },
  );
  expect(answer.errors.length).toBeLessThanOrEqual(1);
  return answer.errors[0]?.extensions.code ?? 'OK';
}

const move = (component: string | undefined, parent: string | undefined) =>
  mutate('updateComponent', { componentId: id(component), parentId: id(parent) });

/** The components from which no way leads to the top. */
const lost = () =>
  readRows(
    db.other,
    sql`with recursive placed(id) as (
        select id from components where parent_id is null
        union all select c.id from components c join placed on c.parent_id = placed.id
      ) select id from components where id not in (select id from placed)`,
  );

/** The records of one component, in their order. */
const recordsOf = (component: string | undefined) =>
  readRows<{ action: string; details: { before?: object; after?: object } }>(
    db.other,
    sql`select action, details from audit_events where subject_id = ${id(component)} order by id`,
  );

describe('components moved at once', () => {
  test('two, each below the other: one is refused', async () => {
    await race({ trials: 210, lanes: LANES }, async (_trial, lane) => {
      const [a, b] = await plant(parkIds[lane] as string, [null, null]);
      const outcomes = await Promise.all([move(a, b), move(b, a)]);
      expect(outcomes.toSorted()).toEqual(['BAD_USER_INPUT', 'OK']);
    });
    expect(await lost()).toEqual([]);
  });

  test('five, each below the next: at least one is refused', async () => {
    await race({ trials: 60, lanes: LANES }, async (_trial, lane) => {
      const ring = await plant(parkIds[lane] as string, [null, null, null, null, null]);
      const outcomes = await Promise.all(ring.map((each, index) => move(each, ring[(index + 1) % 5])));
      expect(outcomes.toSorted()).toEqual(['BAD_USER_INPUT', 'OK', 'OK', 'OK', 'OK']);
    });
    expect(await lost()).toEqual([]);
  });

  test('two branches, each below a leaf of the other: one is refused', async () => {
    await race({ trials: 100, lanes: LANES }, async (_trial, lane) => {
      const [a, , leafOfA, b, , leafOfB] = await plant(parkIds[lane] as string, [null, 0, 1, null, 3, 4]);
      const outcomes = await Promise.all([move(a, leafOfB), move(b, leafOfA)]);
      expect(outcomes.toSorted()).toEqual(['BAD_USER_INPUT', 'OK']);
    });
    expect(await lost()).toEqual([]);
  });
});

describe('a component deleted', () => {
  test('twice at once: once, with one record', async () => {
    await race({ trials: 100, lanes: LANES }, async (_trial, lane) => {
      const [doomed] = await plant(parkIds[lane] as string, [null]);
      const input = { componentId: id(doomed) };
      const outcomes = await Promise.all([
        mutate('deleteComponent', input),
        mutate('deleteComponent', input),
      ]);
      expect(outcomes.toSorted()).toEqual(['NOT_FOUND', 'OK']);
      expect(await recordsOf(doomed)).toMatchObject([{ action: 'component.deleted' }]);
    });
  });

  test('while a part is added to it: the part goes along, or is refused', async () => {
    await race({ trials: 200, lanes: LANES }, async (_trial, lane) => {
      const parkId = parkIds[lane] as string;
      const [doomed] = await plant(parkId, [null]);
      const part = { parkId: globalId('park', parkId), parentId: id(doomed), name: 'Part', kind: 'STRING' };
      const [deleted, created] = await Promise.all([
        mutate('deleteComponent', { componentId: id(doomed) }),
        mutate('createComponent', part),
      ]);
      expect(deleted).toBe('OK');
      // NOT_FOUND: created, and deleted before it was read for the answer.
      expect(['OK', 'NOT_FOUND', 'BAD_USER_INPUT']).toContain(created);
    });
    expect(await readRows(db.other, sql`select id from components where name = 'Part'`)).toEqual([]);
  });

  test('while another one is moved below it: that goes along, or stays', async () => {
    await race({ trials: 200, lanes: LANES }, async (_trial, lane) => {
      const [doomed, other] = await plant(parkIds[lane] as string, [null, null]);
      const [deleted, moved] = await Promise.all([
        mutate('deleteComponent', { componentId: id(doomed) }),
        move(other, doomed),
      ]);
      expect(deleted).toBe('OK');
      expect(['OK', 'NOT_FOUND', 'BAD_USER_INPUT']).toContain(moved);
      const left = await readRows(db.other, sql`select parent_id from components where id = ${other}`);
      expect(left).toEqual(moved === 'BAD_USER_INPUT' ? [{ parent_id: null }] : []);
    });
    expect(await lost()).toEqual([]);
  });

  test('while it is renamed: no record of a change that did not happen (A1)', async () => {
    await race({ trials: 200, lanes: LANES }, async (_trial, lane) => {
      const [doomed] = await plant(parkIds[lane] as string, [null]);
      const [deleted] = await Promise.all([
        mutate('deleteComponent', { componentId: id(doomed) }),
        mutate('updateComponent', { componentId: id(doomed), name: 'Renamed' }),
      ]);
      expect(deleted).toBe('OK');
      const actions = (await recordsOf(doomed)).map(({ action }) => action);
      expect(['component.deleted', 'component.updated,component.deleted']).toContain(actions.join());
    });
  });
});

test('a component renamed by two at once: their records tell one story (A1)', async () => {
  await race({ trials: 200, lanes: LANES }, async (_trial, lane) => {
    const [shared] = await plant(parkIds[lane] as string, [null]);
    const rename = (name: string) => mutate('updateComponent', { componentId: id(shared), name });
    expect(await Promise.all([rename('One'), rename('Two')])).toEqual(['OK', 'OK']);
    const steps = (await recordsOf(shared)).map(({ details: { before, after } }) => [before, after]);
    const [row] = await readRows<{ name: string }>(
      db.other,
      sql`select name from components where id = ${shared}`,
    );
    const name = row?.name;
    const between = name === 'One' ? 'Two' : 'One';
    const story = [
      [{ name: 'Some component' }, { name: between }],
      [{ name: between }, { name }],
    ];
    expect(steps).toHaveLength(2);
    expect(steps).toEqual(expect.arrayContaining(story));
  });
});
