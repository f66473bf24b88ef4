import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { setSystemRole } from '../../src/cli/set-system-role.ts';
import type { Database } from '../../src/db/client.ts';
import { newId } from '../../src/db/new-id.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { organizations } from '../../src/db/schema/organizations.ts';
import { users } from '../../src/db/schema/users.ts';
import { readSnapshot } from '../../src/db/tx.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { openTestDatabase } from '../kit/database.ts';

const NOW = new Date('2026-01-01T00:00:00.000Z');

let database: Database;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Every test has an organization and a mail domain of its own. */
let organizationId: string;
let tests = 0;
async function newOrganization() {
  organizationId = newId();
  tests++;
  const row = { id: organizationId, identifier: organizationId, name: 'Home', createdAt: NOW };
  await database.transaction('command', (tx) => tx.insert(organizations).values(row));
}
beforeEach(newOrganization);
const at = (who: string) => `${who}@t${tests}.example`;

type Member = Partial<Pick<typeof memberships.$inferInsert, 'role' | 'active' | 'expiresAt'>>;

async function addUser(who: string, member?: Member, user: Partial<typeof users.$inferInsert> = {}) {
  const id = newId();
  await database.transaction('command', async (tx) => {
    await tx.insert(users).values({ id, email: at(who), name: who, createdAt: NOW, ...user });
    if (!member) return;
    const row = {
      id: newId(),
      userId: id,
      organizationId,
      role: 'ADMIN' as const,
      joinedAt: NOW,
    };
    await tx.insert(memberships).values({ ...row, ...member });
  });
  return id;
}

const read = <Row>(statement: ReturnType<typeof sql>) =>
  readSnapshot(database, async (tx) => rowsOf<Row>(await tx.execute(statement)));
const roleOf = async (id: string) =>
  (await read<{ system_role: string }>(sql`select system_role from users where id = ${id}`))[0]?.system_role;
const trail = (id: string) =>
  read(
    sql`select organization_id, action, actor_user_id, actor_name, subject_id, details from audit_events
      where subject_id = ${globalId('user', id)}`,
  );

test('sets the standing of an account without organization, and records it on no trail', async () => {
  const id = await addUser('someone');
  expect(await setSystemRole(database, ` ${at('SOMEONE')} `, 'ADMINISTRATOR')).toBe('USER');
  expect(await roleOf(id)).toBe('ADMINISTRATOR');
  expect(await trail(id)).toEqual([
    {
      organization_id: null,
      action: 'user.system_role_changed',
      actor_user_id: null,
      actor_name: 'command line',
      subject_id: globalId('user', id),
      details: { from: 'USER', to: 'ADMINISTRATOR' },
    },
  ]);
});

test("records it on the trail of the account's organization", async () => {
  const id = await addUser('member', { role: 'MEMBER' });
  await setSystemRole(database, at('member'), 'DEMO');
  expect(await trail(id)).toMatchObject([
    { organization_id: organizationId, details: { from: 'USER', to: 'DEMO' } },
  ]);
});

test('D1: DEMO and ADMINISTRATOR replace each other', async () => {
  const id = await addUser('someone');
  await setSystemRole(database, at('someone'), 'ADMINISTRATOR');
  expect(await setSystemRole(database, at('someone'), 'DEMO')).toBe('ADMINISTRATOR');
  expect(await roleOf(id)).toBe('DEMO');
});

test('to set what is set changes and records nothing', async () => {
  const id = await addUser('someone', undefined, { systemRole: 'DEMO' });
  expect(await setSystemRole(database, at('someone'), 'DEMO')).toBe('DEMO');
  expect(await trail(id)).toEqual([]);
});

test.each(['nobody@x.example', 'nobody', '', 'a@b@'])('%j is answered in words', async (address) => {
  await expect(setSystemRole(database, address, 'USER')).rejects.toMatchObject({
    name: 'OperatorError',
    message: expect.stringContaining(JSON.stringify(address)),
  });
});

test('M3: the last ADMIN does not become a DEMO account', async () => {
  const id = await addUser('admin', {});
  await expect(setSystemRole(database, at('admin'), 'DEMO')).rejects.toThrow(/^LAST_ADMIN: /);
  expect(await roleOf(id)).toBe('USER');
  expect(await trail(id)).toEqual([]);
  await setSystemRole(database, at('admin'), 'ADMINISTRATOR');
  expect(await roleOf(id)).toBe('ADMINISTRATOR');
});

const OTHERS: [string, Member, Partial<typeof users.$inferInsert>, boolean][] = [
  ['another lasting ADMIN', {}, {}, true],
  ['a MODERATOR', { role: 'MODERATOR' }, {}, false],
  ['a paused ADMIN', { active: false }, {}, false],
  ['an ADMIN who will leave', { expiresAt: new Date('2999-01-01') }, {}, false],
  ['a suspended ADMIN', {}, { suspendedAt: NOW }, false],
  ['an ADMIN on a DEMO account', {}, { systemRole: 'DEMO' }, false],
];

test.each(OTHERS)('M3: beside %s', async (_name, member, user, allowed) => {
  await addUser('admin', {});
  await addUser('other', member, user);
  const change = setSystemRole(database, at('admin'), 'DEMO');
  await (allowed ? expect(change).resolves.toBe('USER') : expect(change).rejects.toThrow(/^LAST_ADMIN/));
});

test('M3: an ADMIN who is paused was not the one that counts', async () => {
  await addUser('admin', {});
  await addUser('paused', { active: false });
  expect(await setSystemRole(database, at('paused'), 'DEMO')).toBe('USER');
});

test('M3: of two ADMINs at once, one stays', async () => {
  // Once would not show a missing lock: the first round waits for connections.
  for (let round = 0; round < 10; round++) {
    await newOrganization();
    await addUser('one', {});
    await addUser('two', {});
    const outcomes = await Promise.allSettled(
      ['one', 'two'].map((who) => setSystemRole(database, at(who), 'DEMO')),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  }
});
