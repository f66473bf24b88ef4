import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setSystemRole } from '../../src/cli/set-system-role.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { aftermath, Balance, mutate, signInAll, Tally } from '../kit/race-commands.ts';
import { dither, openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { buildTenant, type TenantMember } from '../kit/rows.ts';
import {
  type Deed,
  type MemberCommand,
  type Outcome,
  type Standing,
  serialOutcome,
  type Team,
} from '../kit/serial-orders.ts';

const LANES = 6;
const TRIALS = 200;

let db: RaceDatabase;
let gateway: TestGateway;

beforeAll(async () => {
  db = await openRaceDatabase({ poolSize: 15 });
  gateway = await startTestGateway({ database: db.database });
});
afterAll(async () => {
  await gateway.close();
  await db.close();
});

type Names = Readonly<Record<string, TenantMember>>;

const memberId = ({ membershipId }: TenantMember) => globalId('member', membershipId);

const CHANGES = {
  demotes: { role: 'MEMBER' },
  pauses: { active: false },
  expires: { expiresAt: '2999-01-01T00:00:00Z' },
} as const;

/** Sends a command; answers `OK` or the code of its refusal. */
function send(client: GraphQLClient, { does, whom }: MemberCommand, members: Names): Promise<string> {
  if (does === 'leaves') return mutate(client, 'leaveOrganization');
  const target = { memberId: memberId(members[whom] as TenantMember) };
  if (does === 'removes') return mutate(client, 'removeMember', target);
  return mutate(client, 'updateMember', { ...target, ...CHANGES[does] });
}

/** What the database says of people now. */
async function teamOf(members: Names): Promise<Team> {
  const names = new Map(Object.entries(members).map(([name, { userId }]) => [userId, name]));
  const ids = `{${[...names.keys()].join(',')}}`;
  type Row = {
    id: string;
    signedIn: boolean;
    role: 'ADMIN' | 'MEMBER' | null;
    active: boolean;
    expires: boolean;
  };
  const rows = await readRows<Row>(
    db.other,
    sql`select u.id, exists (select from sessions s where s.user_id = u.id) as "signedIn",
        m.role, m.active, m.expires_at is not null as expires
      from users u left join memberships m on m.user_id = u.id where u.id = any(${ids}::text::uuid[])`,
  );
  const standing = ({ role, active, expires, signedIn }: Row): Standing =>
    role === null ? (signedIn ? 'left' : 'removed') : { role, active, expires };
  return Object.fromEntries(rows.map((row) => [names.get(row.id), standing(row)]));
}

const ADMIN: Standing = { role: 'ADMIN', active: true, expires: false };

/** Has administrators of an organization act at once; answers the serial order that explains what came of it. Somebody lasts (M3). */
async function atOnce(
  names: readonly string[],
  commands: readonly MemberCommand[],
  balance = new Balance<number>(...commands.keys()),
): Promise<Outcome> {
  const roles = Object.fromEntries(names.map((name) => [name, 'ADMIN' as const]));
  const { id, members } = await buildTenant(db.other, { members: roles });
  const people: Names = members;
  const nameOf = (subject: string) =>
    names.find((name) => memberId(people[name] as TenantMember) === subject);
  const userIds = commands.map(({ by }) => (people[by] as TenantMember).userId);
  const clients = await signInAll(gateway, userIds);
  const answers = await Promise.all(
    commands.map((command, index) =>
      balance.run(index, () => send(clients[index] as GraphQLClient, command, people)),
    ),
  );
  const { trail, lasting } = await aftermath(db.other, id);
  expect(lasting).toBeGreaterThan(0);
  const events = trail.map(({ actor, action, subject }) => `${actor} ${action} ${nameOf(subject)}`);
  const before = Object.fromEntries(names.map((name) => [name, ADMIN]));
  return serialOutcome(before, commands, { answers, events, team: await teamOf(people) });
}

/** Reads "ann demotes bob, bob leaves". */
const read = (text: string): MemberCommand[] =>
  text.split(', ').map((each) => {
    const [by, does, whom] = each.split(' ') as [string, Deed, string?];
    return { by, does, whom: whom ?? by };
  });

describe('two administrators at once', () => {
  // What each is answered when the first comes first, and when the second does.
  test.each<[string, string, [string, string], number?]>([
    ['who demote each other', 'ann demotes bob, bob demotes ann', ['OK FORBIDDEN', 'FORBIDDEN OK']],
    ['who demotes, who removes', 'ann demotes bob, bob removes ann', ['OK FORBIDDEN', 'UNAUTHENTICATED OK']],
    ['who leaves, who steps down', 'ann leaves, bob demotes bob', ['OK LAST_ADMIN', 'LAST_ADMIN OK']],
    ['who leaves and is demoted', 'ann leaves, bob demotes ann', ['OK NOT_FOUND', 'OK OK']],
    ['who leaves and demotes', 'ann leaves, ann demotes bob', ['OK NOT_FOUND', 'LAST_ADMIN OK'], 100],
    ['who both leave', 'ann leaves, bob leaves', ['OK LAST_ADMIN', 'LAST_ADMIN OK'], 100],
    ['who both step down', 'ann demotes ann, bob demotes bob', ['OK LAST_ADMIN', 'LAST_ADMIN OK'], 100],
    [
      'who remove each other',
      'ann removes bob, bob removes ann',
      ['OK UNAUTHENTICATED', 'UNAUTHENTICATED OK'],
      100,
    ],
    ['who pause each other', 'ann pauses bob, bob pauses ann', ['OK NOT_FOUND', 'NOT_FOUND OK'], 100],
    ['who end each other', 'ann expires bob, bob expires ann', ['OK LAST_ADMIN', 'LAST_ADMIN OK'], 100],
  ])('%s: one lasts (M3)', async (_title, commands, ways, trials = TRIALS) => {
    const tally = new Tally();
    const balance = new Balance(0, 1);
    await race({ trials, lanes: LANES }, async () => {
      const { answers } = await atOnce(['ann', 'bob'], read(commands), balance);
      const way = answers.join(' ');
      tally.add(way);
      if (way === ways[0]) balance.cameFirst(0, 1);
      else balance.cameFirst(1, 0);
    });
    tally.expectFairShares(...ways);
  });
});

describe('three administrators in a ring', () => {
  const NAMES = ['ann', 'bob', 'cem'];
  /** Each does something to the next, or to the one before. */
  const ring = (deeds: readonly Deed[], backwards: boolean): MemberCommand[] =>
    deeds.map((does, index) => {
      const whom = does === 'leaves' ? index : index + (backwards ? 2 : 1);
      return { by: NAMES[index] as string, does, whom: NAMES[whom % 3] as string };
    });

  test('who demote each other: the first who is demoted demotes nobody (M2, M3)', async () => {
    const tally = new Tally();
    await race({ trials: TRIALS, lanes: LANES }, async (trial) => {
      const { answers } = await atOnce(NAMES, ring(['demotes', 'demotes', 'demotes'], trial % 2 === 0));
      tally.add(answers.join(' '));
    });
    tally.expectFairShares('FORBIDDEN OK OK', 'OK FORBIDDEN OK', 'OK OK FORBIDDEN');
  });

  test('of whom one demotes, one pauses, one sets an end: one lasts (M3)', async () => {
    const tally = new Tally();
    const deeds: readonly Deed[] = ['demotes', 'pauses', 'expires'];
    await race({ trials: TRIALS, lanes: LANES }, async (trial) => {
      const turned = deeds.map((_, index) => deeds[(index + trial) % 3] as Deed);
      const { answers } = await atOnce(NAMES, ring(turned, trial % 2 === 0));
      tally.add(answers.toSorted().join(' '));
    });
    // By who is first: the demoted has no right, the paused sees nothing, and who has an end does not last.
    tally.expectFairShares('FORBIDDEN OK OK', 'NOT_FOUND OK OK', 'LAST_ADMIN OK OK');
  });

  test('who do whatever they can do to each other: one lasts (M3)', async () => {
    const deeds: readonly Deed[] = ['demotes', 'pauses', 'expires', 'removes', 'leaves'];
    const tally = new Tally();
    // Each of 5 × 5 × 5 in both directions.
    await race({ trials: 250, lanes: LANES }, async (trial) => {
      const chosen = [1, 5, 25].map((place) => deeds[Math.floor(trial / place) % 5] as Deed);
      const { answers } = await atOnce(NAMES, ring(chosen, trial >= 125));
      for (const answer of answers) tally.add(answer);
    });
    expect(tally.ways).toEqual(['FORBIDDEN', 'LAST_ADMIN', 'NOT_FOUND', 'OK', 'UNAUTHENTICATED']);
  });
});

test('an organization deleted while a portfolio is created in it: the one or the other', async () => {
  const tally = new Tally();
  const balance = new Balance('creates', 'deletes');
  await race({ trials: TRIALS, lanes: LANES }, async () => {
    const { id, members } = await buildTenant(db.other, { members: { ann: 'ADMIN' } });
    const ann = await gateway.signInAs(members.ann.userId);
    const organizationId = globalId('organization', id);
    const answers = await Promise.all([
      balance.run('creates', () => mutate(ann, 'createPortfolio', { organizationId, name: 'New' })),
      balance.run('deletes', () => mutate(ann, 'deleteOrganization', { organizationId })),
    ]);
    const left = await readRows(db.other, sql`select id from organizations where id = ${id}`);
    const held = await readRows(db.other, sql`select id from portfolios where organization_id = ${id}`);
    const { trail, lasting } = await aftermath(db.other, id);
    const kept = answers[0] === 'OK';
    expect(answers).toEqual(kept ? ['OK', 'NOT_EMPTY'] : ['NOT_FOUND', 'OK']);
    expect([left.length, held.length]).toEqual(kept ? [1, 1] : [0, 0]);
    expect(trail).toMatchObject([{ action: kept ? 'portfolio.created' : 'organization.deleted' }]);
    expect(lasting).toBe(kept ? 1 : 0);
    tally.add(answers.join(' '));
    if (kept) balance.cameFirst('creates', 'deletes');
    else balance.cameFirst('deletes', 'creates');
  });
  tally.expectFairShares('OK NOT_EMPTY', 'NOT_FOUND OK');
});

test('an administrator made DEMO by the operator while the other steps down: one lasts (M3, D1)', async () => {
  const tally = new Tally();
  const balance = new Balance('operator', 'bob');
  const inTrial = async () => {
    const { id, members } = await buildTenant(db.other, { members: { ann: 'ADMIN', bob: 'ADMIN' } });
    const bob = await gateway.signInAs(members.bob.userId);
    const { email } = members.ann;
    const operate = () =>
      setSystemRole(db.other, email, 'DEMO').then(String, (error: Error) => error.message);
    const [made, down] = await Promise.all([
      balance.run('operator', async () => {
        await dither();
        return operate();
      }),
      balance.run('bob', () =>
        mutate(bob, 'updateMember', { memberId: memberId(members.bob), role: 'MEMBER' }),
      ),
    ]);
    const { steps, lasting } = await aftermath(db.other, id);
    expect(lasting).toBe(1);
    const operatorFirst = made === 'USER';
    if (!operatorFirst) expect(made).toMatch(/^LAST_ADMIN: /);
    expect(down).toBe(operatorFirst ? 'LAST_ADMIN' : 'OK');
    expect(steps).toEqual([
      operatorFirst ? 'command line user.system_role_changed' : 'bob member.role_changed',
    ]);
    tally.add(down);
    if (operatorFirst) balance.cameFirst('operator', 'bob');
    else balance.cameFirst('bob', 'operator');
  };
  await race({ trials: 100, lanes: LANES }, inTrial);
  tally.expectFairShares('OK', 'LAST_ADMIN');
});
