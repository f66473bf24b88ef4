/** Cooperations invited to, accepted, declined and ended at once: one outcome, which some order of the commands explains (C1 to C3, I1, I3, A1). */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainSerially, type SerialCommand } from '../kit/explain-serially.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { Balance, mutate, Tally } from '../kit/race-commands.ts';
import {
  type CourtshipScene,
  courtshipAtFirst,
  identifierOf,
  inviteTo,
  newCourtship,
  outcomeOfCourtship,
} from '../kit/race-courtships.ts';
import { deadlocksOf, expectSound, recordedOn } from '../kit/race-partners.ts';
import { openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { buildTenant } from '../kit/rows.ts';
import {
  accepts,
  type Courtship,
  declines,
  demotes,
  follows,
  rejects,
  removes,
  resends,
  retracts,
} from '../kit/serial-cooperations.ts';

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

/** A command as it is sent, and what it comes to by itself. */
interface Deed {
  send(scene: CourtshipScene): Promise<string>;
  readonly serial: SerialCommand<Courtship>;
}
type Name = keyof CourtshipScene['clients'];

const accepting = (who: Name): Deed => ({
  send: ({ clients, cooperationId }) => mutate(clients[who], 'acceptCooperation', { cooperationId }),
  serial: accepts(who),
});
const declining = (who: Name): Deed => ({
  send: ({ clients, cooperationId }) => mutate(clients[who], 'declineCooperation', { cooperationId }),
  serial: declines(who),
});
const removing = (who: Name): Deed => ({
  send: ({ clients, cooperationId }) => mutate(clients[who], 'removeCooperation', { cooperationId }),
  serial: removes(who),
});
/** With the link, as an organization that there is, or as a new one. */
const following = (who: 'anna' | 'noor'): Deed => ({
  send: ({ clients, secret: token, newName }) =>
    mutate(clients[who], 'acceptInvitation', {
      token,
      ...(who === 'noor' && { organization: { name: newName } }),
    }),
  serial: follows(who, who === 'noor' ? ['partner: noor organization.created'] : []),
});
/** By whoever has the link, signed in or not. */
const rejecting: Deed = {
  send: ({ secret: token }) => mutate(gateway.client(), 'declineInvitation', { token }),
  serial: rejects,
};
const retracting = (who: Name): Deed => ({
  send: ({ clients, invitationId }) => mutate(clients[who], 'revokeInvitation', { invitationId }),
  serial: retracts(who),
});
const resending = (who: Name): Deed => ({
  send: ({ clients, invitationId }) => mutate(clients[who], 'resendInvitation', { invitationId }),
  serial: resends(who),
});
const demoting: Deed = {
  send: ({ clients, olgaId: memberId }) => mutate(clients.otto, 'updateMember', { memberId, role: 'MEMBER' }),
  serial: demotes,
};

/** Deeds about one invitation at once; answers the order that explains what came of it. */
async function atOnce(
  invited: Parameters<typeof newCourtship>[2],
  deeds: readonly Deed[],
  balance = new Balance<number>(...deeds.keys()),
): Promise<{ order: readonly number[]; state: Courtship }> {
  const scene = await newCourtship(db, gateway, invited);
  const answers = await Promise.all(deeds.map((deed, index) => balance.run(index, () => deed.send(scene))));
  const { state, events, organizationsMade } = await outcomeOfCourtship(db, scene);
  const serial = deeds.map((deed) => deed.serial);
  const order = explainSerially(courtshipAtFirst(scene), serial, { answers, events, state });
  const isMade = invited === 'noor' && state.invitation?.status === 'ACCEPTED';
  expect(organizationsMade).toBe(isMade ? 1 : 0);
  return { order, state };
}

/** Every choice of three or more. */
const choicesOf = <Each>(all: readonly Each[]): Each[][] =>
  Array.from({ length: 2 ** all.length }, (_, bits) =>
    all.filter((_each, index) => (bits >> index) & 1),
  ).filter((chosen) => chosen.length > 2);

/** Trials of pairs of deeds in turns; of each, either comes first about as often. */
async function pairsInEitherOrder(
  invited: Parameters<typeof newCourtship>[2],
  pairs: readonly (readonly [Deed, Deed])[],
  trials = TRIALS,
): Promise<void> {
  const tally = new Tally();
  const balances = pairs.map(() => new Balance<number>(0, 1));
  await race({ trials, lanes: LANES }, async (trial) => {
    const pair = trial % pairs.length;
    const { order } = await atOnce(invited, pairs[pair] ?? [], balances[pair]);
    tally.add(`${pair}: ${order.join()}`);
    balances[pair]?.cameFirst(order[0] as number, order[1] as number);
  });
  expect(tally.ways).toEqual(pairs.flatMap((_, pair) => [`${pair}: 0,1`, `${pair}: 1,0`]).toSorted());
}

describe('one invitation, at once', () => {
  test('by identifier: accepted, declined or removed, the one and then the other (C1, C2)', () =>
    pairsInEitherOrder('organization', [
      [accepting('anna'), declining('aron')],
      [accepting('anna'), removing('otto')],
      [declining('anna'), removing('olga')],
      [accepting('anna'), accepting('aron')],
    ]));

  test('by identifier: accepted twice, declined, and removed by either side (C1, C2)', async () => {
    const ends = new Tally();
    const deeds = [accepting('anna'), declining('ada'), removing('otto'), accepting('aron'), removing('ada')];
    const choices = choicesOf(deeds);
    await race({ trials: TRIALS, lanes: LANES }, async (trial) => {
      const { state } = await atOnce('organization', choices[trial % choices.length] as Deed[]);
      ends.add(state.cooperation);
    });
    expect(ends.ways).toEqual(['active', 'gone']);
  });

  test.each(['anna', 'noor'] as const)(
    'by address, to %s: of two of what ends it, the one and then the other (C3, I1)',
    (who) =>
      pairsInEitherOrder(who, [
        [following(who), rejecting],
        [following(who), retracting('otto')],
        [following(who), removing('omar')],
        [following(who), resending('otto')],
        [rejecting, resending('otto')],
        [rejecting, removing('olga')],
        [retracting('otto'), removing('olga')],
        [retracting('otto'), resending('olga')],
      ]),
  );

  test.each(['anna', 'noor'] as const)(
    'by address, to %s: accepted, declined, revoked, removed and sent again (C3, I1)',
    async (who) => {
      const ends = new Tally();
      const deeds = [following(who), rejecting, retracting('otto'), removing('omar'), resending('olga')];
      const choices = choicesOf(deeds);
      await race({ trials: TRIALS / 2, lanes: LANES }, async (trial) => {
        const { state } = await atOnce(who, choices[trial % choices.length] as Deed[]);
        ends.add(`${state.cooperation} ${state.invitation?.status}`);
      });
      // Which end it comes to is chance, but it is not always the same.
      expect(ends.ways.length).toBeGreaterThan(2);
    },
  );

  test('while whoever invited is demoted: accepted before that, or refused (I3)', async () => {
    const tally = new Tally();
    const balance = new Balance<number>(0, 1);
    await race({ trials: TRIALS, lanes: LANES }, async (trial) => {
      const byAddress = trial % 2 === 0;
      const accept = byAddress ? following('anna') : accepting('anna');
      const { order, state } = await atOnce(byAddress ? 'anna' : 'organization', [accept, demoting], balance);
      tally.add(state.cooperation);
      balance.cameFirst(order[0] as number, order[1] as number);
    });
    tally.expectFairShares('active', 'pending');
  });
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

test('nothing of this met in a deadlock, and nothing was logged as a fault', async () => {
  expect(await deadlocksOf(db.other)).toBe(0);
  expect(gateway.log()).not.toMatch(/"level":(50|60)/);
});
