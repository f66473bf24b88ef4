/** Cooperations invited to, accepted, declined and ended at once: one outcome, which some order of the commands explains (C1 to C3, I1, I3, A1). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainSerially, type SerialCommand } from '../kit/explain-serially.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { Balance, mutate, Tally } from '../kit/race-commands.ts';
import {
  type CourtshipScene,
  courtshipAtFirst,
  newCourtship,
  outcomeOfCourtship,
} from '../kit/race-courtships.ts';
import { deadlocksOf } from '../kit/race-partners.ts';
import { openRaceDatabase, type RaceDatabase, race } from '../kit/races.ts';
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
      expect(ends.ways.length).toBeGreaterThan(1);
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

test('nothing of this met in a deadlock, and nothing was logged as a fault', async () => {
  expect(await deadlocksOf(db.other)).toBe(0);
  expect(gateway.log()).not.toMatch(/"level":(50|60)/);
});
