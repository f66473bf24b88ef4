/** Two organizations that invite each other at once, in the ways there are: at most one cooperation (C1, C3, M4). */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { users } from '../../src/db/schema/users.ts';
import { storeInvitation } from '../kit/accounts.ts';
import { explainSerially, type SerialCommand } from '../kit/explain-serially.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { Balance, mutate, Tally } from '../kit/race-commands.ts';
import { identifierOf, inviteTo } from '../kit/race-courtships.ts';
import { deadlocksOf, expectSound, recordedOn } from '../kit/race-partners.ts';
import { openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { buildTenant, inOneGo, userRow } from '../kit/rows.ts';

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

/** Two organizations that know nothing of each other yet. */
async function strangers() {
  const scene = await Promise.all(
    [['olga', 'otto'] as const, ['anna', 'aron'] as const].map(async ([first, second]) => {
      const tenant = await buildTenant(db.other, { members: { [first]: 'ADMIN', [second]: 'ADMIN' } });
      const people = tenant.members as Record<string, (typeof tenant.members)[string]>;
      return {
        id: tenant.id,
        identifier: await identifierOf(db, tenant.id),
        email: people[first]?.email as string,
        firstUserId: people[first]?.userId as string,
        first: await gateway.signInAs(people[first]?.userId as string),
        second: await gateway.signInAs(people[second]?.userId as string),
      };
    }),
  );
  const [ours, theirs] = scene as [(typeof scene)[number], (typeof scene)[number]];
  return { ours, theirs, trails: { ours: ours.id, theirs: theirs.id } };
}

/** The cooperations of two organizations: which side invited, and whether it was accepted. */
const bondsOf = async ({ ours, theirs }: Awaited<ReturnType<typeof strangers>>): Promise<string[]> => {
  const rows = await readRows<{ initiator: string; state: string }>(
    db.other,
    sql`select case initiator_id when ${ours.id} then 'ours' else 'theirs' end as initiator,
        case when accepted_at is null then 'pending' else 'active' end || case when p.placeholder then ' by address' else '' end as state
      from cooperations c join organizations p on p.id = c.partner_id
      where initiator_id in (${ours.id}, ${theirs.id}) order by 1, 2`,
  );
  return rows.map(({ initiator, state }) => `${initiator} ${state}`);
};

describe('two organizations that invite each other at once', () => {
  type Bonds = readonly string[];
  const trailOf = { ours: 'theirs', theirs: 'ours' } as const;

  /** C1: there is none of the two yet, pending or accepted, but for those by address that wait for somebody. */
  const exists = (bonds: Bonds) => bonds.some((bond) => !bond.endsWith('by address'));
  const invites =
    (side: 'ours' | 'theirs', who: string): SerialCommand<Bonds> =>
    (bonds) => {
      if (exists(bonds)) return { answer: 'COOPERATION_EXISTS', state: bonds };
      return {
        answer: 'OK',
        state: [...bonds, `${side} pending`].toSorted(),
        events: [`${side}: ${who} cooperation.invited`, `${trailOf[side]}: ${who} cooperation.requested`],
      };
    };
  /** The one by address from `side` is accepted by the other. */
  const followed =
    (side: 'ours' | 'theirs', who: string): SerialCommand<Bonds> =>
    (bonds) => {
      if (exists(bonds)) return { answer: 'COOPERATION_EXISTS', state: bonds };
      const others = bonds.filter((bond) => bond !== `${side} pending by address`);
      return {
        answer: 'OK',
        state: [...others, `${side} active`].toSorted(),
        events: [side, trailOf[side]].map((trail) => `${trail}: ${who} cooperation.accepted`),
      };
    };

  test('by identifier: one of the invitations (C1)', async () => {
    const tally = new Tally();
    const balance = new Balance<number>(0, 1, 2);
    await race({ trials: TRIALS, lanes: LANES }, async (trial) => {
      const scene = await strangers();
      const { ours, theirs, trails } = scene;
      // Every other time two of one side do.
      const senders = [ours.first, theirs.first, ours.second].slice(0, trial % 2 === 0 ? 2 : 3);
      const answers = await Promise.all(
        senders.map((client, index) => {
          const organizationIdentifier = client === theirs.first ? ours.identifier : theirs.identifier;
          return balance.run(index, () => mutate(client, 'inviteCooperation', { organizationIdentifier }));
        }),
      );
      await expectSound(db.other, Object.values(trails));
      const commands = [invites('ours', 'olga'), invites('theirs', 'anna'), invites('ours', 'otto')];
      const state = await bondsOf(scene);
      const seen = { answers, events: await recordedOn(db.other, trails), state };
      const [first] = explainSerially([] as Bonds, commands.slice(0, senders.length), seen);
      expect(answers.filter((answer) => answer === 'OK')).toHaveLength(1);
      const addressees = await readRows(
        db.other,
        sql`select id from mails where template = 'COOPERATION_REQUESTED' and recipient in
          (select u.email from users u join memberships m on m.user_id = u.id where m.organization_id in (${ours.id}, ${theirs.id}))`,
      );
      // The administrators of the invited, and nobody else.
      expect(addressees).toHaveLength(2);
      tally.add(state.join());
      if (first === 1) balance.cameFirst(1, 0);
      else balance.cameFirst(first as number, 1);
    });
    tally.expectFairShares('ours pending', 'theirs pending');
  });

  test('by address, and both accept: one becomes active, the other waits on (C1, C3)', async () => {
    const tally = new Tally();
    const balance = new Balance<number>(0, 1);
    await race({ trials: TRIALS / 2, lanes: LANES }, async () => {
      const scene = await strangers();
      const { ours, theirs, trails } = scene;
      const sent = await inviteTo(db, ours.first, { email: theirs.email });
      const sentBack = await inviteTo(db, theirs.first, { email: ours.email });
      const answers = await Promise.all([
        balance.run(0, () => mutate(theirs.first, 'acceptInvitation', { token: sent.secret })),
        balance.run(1, () => mutate(ours.first, 'acceptInvitation', { token: sentBack.secret })),
      ]);
      await expectSound(db.other, Object.values(trails));
      const events = (await recordedOn(db.other, trails)).slice(2);
      const order = explainSerially(
        ['ours pending by address', 'theirs pending by address'] as Bonds,
        [followed('ours', 'anna'), followed('theirs', 'olga')],
        { answers, events, state: await bondsOf(scene) },
      );
      tally.add(answers.join(' '));
      balance.cameFirst(order[0] as number, order[1] as number);
    });
    tally.expectFairShares('OK COOPERATION_EXISTS', 'COOPERATION_EXISTS OK');
  });

  test('one by address, which is accepted, one by identifier: there is one, and what waits has its placeholder (C1)', async () => {
    const tally = new Tally();
    const balance = new Balance<number>(0, 1);
    await race({ trials: TRIALS / 2, lanes: LANES }, async (trial) => {
      const scene = await strangers();
      const { ours, theirs, trails } = scene;
      const sent = await inviteTo(db, ours.first, { email: theirs.email });
      // The other one is from either side: both find that there is one.
      const [client, side, who, organizationIdentifier] =
        trial % 2 === 0
          ? ([theirs.second, 'theirs', 'aron', ours.identifier] as const)
          : ([ours.second, 'ours', 'otto', theirs.identifier] as const);
      const answers = await Promise.all([
        balance.run(0, () => mutate(theirs.first, 'acceptInvitation', { token: sent.secret })),
        balance.run(1, () => mutate(client, 'inviteCooperation', { organizationIdentifier })),
      ]);
      await expectSound(db.other, Object.values(trails));
      const events = (await recordedOn(db.other, trails)).slice(1);
      const order = explainSerially(
        ['ours pending by address'] as Bonds,
        [followed('ours', 'anna'), invites(side, who)],
        { answers, events, state: await bondsOf(scene) },
      );
      tally.add(answers.join(' '));
      balance.cameFirst(order[0] as number, order[1] as number);
    });
    tally.expectFairShares('OK COOPERATION_EXISTS', 'COOPERATION_EXISTS OK');
  });
});

test('somebody in no organization follows two invitations at once: one membership, one new organization at most (M4, C3)', async () => {
  const tally = new Tally();
  const balance = new Balance<number>(0, 1);
  await race({ trials: TRIALS / 2, lanes: LANES }, async (trial) => {
    const { ours, theirs, trails } = await strangers();
    const noor = userRow({ name: 'noor' });
    await inOneGo(db.other, (tx) => tx.insert(users).values(noor));
    const [email, client] = [noor.email as string, await gateway.signInAs(noor.id)];
    const toPartner = await inviteTo(db, ours.first, { email });
    // The other one is to a cooperation too, or makes a MEMBER of them, who accepts none.
    const both = trial % 2 === 0;
    const other = both
      ? await inviteTo(db, theirs.first, { email })
      : await storeInvitation(db.other, {
          organizationId: theirs.id,
          invitedById: theirs.firstUserId,
          email,
          role: 'MEMBER',
        });
    const names = [0, 1].map((each) => `${each} of ${noor.id}`);
    const answers = await Promise.all(
      [toPartner, other].map(({ secret: token }, index) =>
        balance.run(index, () =>
          mutate(client, 'acceptInvitation', { token, organization: { name: names[index] } }),
        ),
      ),
    );
    await expectSound(db.other, Object.values(trails));
    const made = await readRows<{ name: string; partners: number }>(
      db.other,
      sql`select o.name, (select count(*)::int from cooperations c where c.partner_id = o.id
          and c.accepted_at is not null and c.initiator_id in (${ours.id}, ${theirs.id})) as partners
        from organizations o where o.name in (${names[0]}, ${names[1]})`,
    );
    const held = await readRows(db.other, sql`select id from memberships where user_id = ${noor.id}`);
    expect(held).toHaveLength(1);
    const first = both ? (made[0]?.name === names[0] ? 0 : 1) : answers[0] === 'OK' ? 0 : 1;
    if (both) {
      expect(answers).toEqual(['OK', 'OK']);
      expect(made).toEqual([{ name: names[first], partners: 2 }]);
    } else {
      expect(answers).toEqual(first === 0 ? ['OK', 'ALREADY_IN_ORGANIZATION'] : ['FORBIDDEN', 'OK']);
      expect(made).toEqual(first === 0 ? [{ name: names[0], partners: 1 }] : []);
    }
    tally.add(`${both} ${first}`);
    balance.cameFirst(first, 1 - first);
  });
  expect(tally.ways).toEqual(['false 0', 'false 1', 'true 0', 'true 1']);
});

test('nothing of this met in a deadlock, and nothing was logged as a fault', async () => {
  expect(await deadlocksOf(db.other)).toBe(0);
  expect(gateway.log()).not.toMatch(/"level":(50|60)/);
});
