import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grants } from '../../src/db/schema/grants.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { aftermath, Balance, mutate, Tally } from '../kit/race-commands.ts';
import { newTeam } from '../kit/race-teams.ts';
import { openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { grantRow, inOneGo } from '../kit/rows.ts';

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

const inTrials = (run: (trial: number) => Promise<void>, trials = TRIALS) =>
  race({ trials, lanes: LANES }, run);

/** The grants of a member. */
const grantsOf = (membershipId: string) =>
  db.other.transaction('snapshot', (tx) =>
    tx.select().from(grants).where(eq(grants.membershipId, membershipId)),
  );

test.each<[string, object, string, string, number]>([
  ['demoted', { role: 'MEMBER' }, 'member.role_changed', 'FORBIDDEN', 200],
  ['paused', { active: false }, 'member.paused', 'NOT_FOUND', 100],
])('a moderator %s while acting: what they do comes before that or is refused (M2)', async (...row) => {
  const [, change, ending, refusal, trials] = row;
  const [updates, gives] = [new Tally(), new Tally()];
  const balance = new Balance('updates', 'gives', 'ends');
  await inTrials(async (trial) => {
    const { id, anna, mona, monaId, miaId, members, portfolioId, parkId } = await newTeam(db, gateway);
    const resourceId = trial % 2 === 0 ? parkId : portfolioId;
    const [updated, given, ended] = await Promise.all([
      balance.run('updates', () =>
        mutate(mona, 'updateMember', { memberId: miaId, role: 'ASSET_MANAGER_COMMERCIAL' }),
      ),
      balance.run('gives', () =>
        mutate(mona, 'grantRole', { memberId: miaId, resourceId, role: 'OPERATOR' }),
      ),
      balance.run('ends', () => mutate(anna, 'updateMember', { memberId: monaId, ...change })),
    ]);
    expect(ended).toBe('OK');
    const { trail, steps, lasting } = await aftermath(db.other, id);
    expect(trail.at(-1)).toMatchObject({ actor: 'anna', action: ending, subject: monaId });
    const isUpdated = steps.includes('mona member.role_changed');
    const isGiven = steps.includes('mona grant.given');
    expect(steps).toHaveLength(Number(isUpdated) + Number(isGiven) + 1);
    // What was stored and is no longer shown to who did it may read as not found.
    const shown = refusal === 'FORBIDDEN' ? ['OK'] : ['OK', 'NOT_FOUND'];
    expect(isUpdated ? shown : [refusal]).toContain(updated);
    expect(isGiven ? ['OK', 'NOT_FOUND'] : [refusal]).toContain(given);
    const [mia] = await readRows<{ role: string }>(
      db.other,
      sql`select role from memberships where id = ${members.mia.membershipId}`,
    );
    expect(mia?.role).toBe(isUpdated ? 'ASSET_MANAGER_COMMERCIAL' : 'MEMBER');
    expect(await grantsOf(members.mia.membershipId)).toHaveLength(isGiven ? 1 : 0);
    expect(lasting).toBe(2);
    for (const [does, before, tally] of [
      ['updates', isUpdated, updates],
      ['gives', isGiven, gives],
    ] as const) {
      tally.add(before ? 'before' : 'refused');
      if (before) balance.cameFirst(does, 'ends');
      else balance.cameFirst('ends', does);
    }
  }, trials);
  updates.expectFairShares('before', 'refused');
  gives.expectFairShares('before', 'refused');
});

test.each(['createPark', 'grantRole'] as const)(
  'a moderator removed during %s: nothing of theirs is recorded after that',
  async (does) => {
    let succeeded = 0;
    await inTrials(async (trial) => {
      const { id, anna, mona, monaId, miaId, members, portfolioId, parkId } = await newTeam(db, gateway);
      const act = (round: number) =>
        does === 'createPark'
          ? mutate(mona, does, { portfolioId, name: 'New', plantType: 'WIND', capacityKw: 1 })
          : mutate(mona, does, {
              memberId: miaId,
              resourceId: parkId,
              role: round % 2 === 0 ? 'TOM' : 'COM',
            });
      const first = Promise.withResolvers<void>();
      const untilRefused = async () => {
        for (let round = 0; ; round++) {
          const answer = await act(round);
          if (answer !== 'OK') return { answer, rounds: round };
          first.resolve();
        }
      };
      const acting = untilRefused().finally(first.resolve);
      if (trial % 3 !== 0) await first.promise;
      expect(await mutate(anna, 'removeMember', { memberId: monaId })).toBe('OK');
      const { answer, rounds } = await acting;
      const { trail, lasting } = await aftermath(db.other, id);
      expect(trail.at(-1)).toMatchObject({ actor: 'anna', action: 'member.removed', subject: monaId });
      const recorded = trail.length - 1;
      // The last may have been stored, and read for its answer when the right to read was gone.
      expect([rounds, rounds + 1]).toContain(recorded);
      expect(recorded === rounds ? ['UNAUTHENTICATED'] : ['UNAUTHENTICATED', 'NOT_FOUND']).toContain(answer);
      const [held] = await readRows<{ parks: number; sessions: number }>(
        db.other,
        sql`select (select count(*)::int from parks where organization_id = ${id}) as parks,
          (select count(*)::int from sessions where user_id = ${members.mona.userId}) as sessions`,
      );
      const given = await grantsOf(members.mia.membershipId);
      expect(held).toEqual({ parks: 1 + (does === 'createPark' ? recorded : 0), sessions: 0 });
      const last = recorded % 2 === 1 ? 'TOM' : 'COM';
      expect(given.map(({ role }) => role)).toEqual(does === 'grantRole' && recorded > 0 ? [last] : []);
      expect(lasting).toBe(2);
      succeeded += rounds;
    });
    expect(succeeded).toBeGreaterThan(TRIALS / 2);
  },
);

test('a moderator lowered on a portfolio while granting there: it comes before, or is above them (G1)', async () => {
  const tally = new Tally();
  await inTrials(async (trial) => {
    const { id, anna, mona, monaId, miaId, members, portfolioId, parkId, uuids } = await newTeam(db, gateway);
    const { membershipId } = members.mona;
    // Lowered from a grant of their own, or from what a MODERATOR is by default.
    const own = grantRow({ membershipId, portfolioId: uuids.portfolioId, role: 'OPERATOR' });
    if (trial % 2 === 0) await inOneGo(db.other, (tx) => tx.insert(grants).values(own));
    const resourceId = trial % 4 < 2 ? parkId : portfolioId;
    const [given, lowered] = await Promise.all([
      mutate(mona, 'grantRole', { memberId: miaId, resourceId, role: 'TOM' }),
      mutate(anna, 'grantRole', { memberId: monaId, resourceId: portfolioId, role: 'VIEWER' }),
    ]);
    expect(lowered).toBe('OK');
    const lowering = trial % 2 === 0 ? 'anna grant.changed' : 'anna grant.given';
    const { steps, lasting } = await aftermath(db.other, id);
    expect(steps).toEqual(given === 'OK' ? ['mona grant.given', lowering] : [lowering]);
    expect(['OK', 'FORBIDDEN']).toContain(given);
    expect(await grantsOf(members.mia.membershipId)).toHaveLength(steps.length - 1);
    expect((await grantsOf(membershipId)).map(({ role }) => role)).toEqual(['VIEWER']);
    expect(lasting).toBe(2);
    tally.add(given);
  });
  tally.expectFairShares('OK', 'FORBIDDEN');
});
