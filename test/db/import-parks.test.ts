import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeError } from '../../src/cli/describe-error.ts';
import { type Import, importParks } from '../../src/cli/import-parks.ts';
import { OperatorError } from '../../src/cli/operator-error.ts';
import type { Database } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { portfolios } from '../../src/db/schema/portfolios.ts';
import { readSnapshot } from '../../src/db/tx.ts';
import { emailOf } from '../../src/demo/cast.ts';
import { loadDemoWorld } from '../../src/demo/load-demo-world.ts';
import { CYPRESS, SPOWER, TESLA } from '../../src/demo/people.ts';
import type { NewPark } from '../../src/resolvers/parks/new-park-input.ts';
import { openTestDatabase } from '../kit/database.ts';

let database: Database;
let target: { organization: string; portfolio: string };
beforeAll(async () => {
  database = await openTestDatabase();
  await loadDemoWorld(database, () => undefined);
  const [owner] = await read<{ identifier: string }>(
    sql`select identifier from organizations where name = ${CYPRESS}`,
  );
  target = { organization: owner?.identifier ?? '', portfolio: 'Solar' };
});
afterAll(() => database.close());

const read = <Row>(statement: ReturnType<typeof sql>) =>
  readSnapshot(database, async (tx) => rowsOf<Row>(await tx.execute(statement)));

/** Everything that an import could change. */
const state = () =>
  read<{ parks: number; events: number }>(
    sql`select (select count(*)::int from parks) as parks, (select count(*)::int from audit_events) as events`,
  );

const park = (name: string): NewPark => ({ name, plantType: 'SOLAR', capacityKw: 1, timeZone: 'UTC' });
const PARKS = [park('New one'), park('New two')];

const outcome = (spec: Partial<Import> & Pick<Import, 'as'>) =>
  importParks(database, { ...target, parks: PARKS, ...spec }).then(() => 'done', describeError);

test('stores the parks as one act of the account, without the limit of createParks', async () => {
  const [before] = await state();
  const parks = Array.from({ length: 2_500 }, (_, index) => park(`Imported ${index}`));
  const steps: number[] = [];
  const as = emailOf(CYPRESS, 'technical');
  expect(await outcome({ as: as.toUpperCase(), parks, onProgress: (done) => steps.push(done) })).toBe('done');
  const [after] = await state();
  expect(after).toEqual({ parks: (before?.parks ?? 0) + 2_500, events: (before?.events ?? 0) + 1 });
  expect(steps.at(-1)).toBe(2_500);
  expect(steps.length).toBeGreaterThan(1);
  const [event] = await read<object>(
    sql`select e.action, u.email, details->'count' as count from audit_events e join users u on u.id = e.actor_user_id`,
  );
  expect(event).toEqual({ action: 'park.created', email: as, count: 2_500 });
});

test('a dry run does everything but keep it', async () => {
  const before = await state();
  expect(await outcome({ as: emailOf(CYPRESS, 'admin'), dryRun: true })).toBe('done');
  expect(await state()).toEqual(before);
});

test('all or nothing: what fails on the way leaves nothing behind', async () => {
  const before = await state();
  const as = emailOf(CYPRESS, 'admin');
  const parks = Array.from({ length: 2_500 }, (_, index) => park(`Lost ${index}`));
  const onProgress = () => {
    throw new OperatorError('the power is gone');
  };
  expect(await outcome({ as, parks, onProgress })).toBe('the power is gone');
  expect(await outcome({ as, parks: [...PARKS, { ...park('Impossible'), latitude: 91 }] })).toMatch(
    /^BAD_USER_INPUT: latitude/,
  );
  expect(await state()).toEqual(before);
});

const REFUSED: [string, string, RegExp][] = [
  [CYPRESS, 'member', /^FORBIDDEN: .*PARK_CREATE/],
  [CYPRESS, 'demo', /^FORBIDDEN: /],
  [SPOWER, 'admin', /^FORBIDDEN: .*RESOURCE_CONFIGURE/],
  [CYPRESS, 'external', /^NOT_FOUND: /],
  [CYPRESS, 'paused', /^NOT_FOUND: /],
  [TESLA, 'admin', /^NOT_FOUND: /],
];

test.each(REFUSED)('%s, %s: %s, dry or not', async (organization, who, message) => {
  const before = await state();
  for (const dryRun of [true, false]) {
    expect(await outcome({ as: emailOf(organization, who), dryRun })).toMatch(message);
  }
  expect(await state()).toEqual(before);
});

test('V1: what the account may not see is told like what does not exist', async () => {
  const as = emailOf(TESLA, 'admin');
  const hidden = await outcome({ as });
  expect(await outcome({ as, portfolio: 'Sonar' })).toBe(hidden.replace('"Solar"', '"Sonar"'));
  expect(await outcome({ as, organization: 'ffff' })).toBe(
    hidden.replace(JSON.stringify(target.organization), '"ffff"'),
  );
});

test('an unknown account is told so', async () => {
  expect(await outcome({ as: 'nobody@x.example' })).toBe(
    'No account in good standing has the address "nobody@x.example".',
  );
  expect(await outcome({ as: 'nobody' })).toBe('"nobody" is no e-mail address.');
});

test('two portfolios of one name are not chosen from', async () => {
  const before = await state();
  const [row] = await read<{ organization_id: string }>(
    sql`select organization_id from portfolios f join organizations o on o.id = f.organization_id where o.name = ${TESLA}`,
  );
  const organizationId = row?.organization_id ?? '';
  await database.transaction('command', (tx) =>
    tx.insert(portfolios).values({ id: newId(), organizationId, name: 'Solar', createdAt: new Date() }),
  );
  const [tesla] = await read<{ identifier: string }>(
    sql`select identifier from organizations where name = ${TESLA}`,
  );
  expect(await outcome({ as: emailOf(TESLA, 'admin'), organization: tesla?.identifier ?? '' })).toMatch(
    /^2 portfolios are called "Solar"/,
  );
  expect(await state()).toEqual(before);
});
