/** What is shared and delegated, while it is: every trial comes to what the commands come to one after the other (S1 to S3, G2, A1). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explainSerially, type SerialCommand } from '../kit/explain-serially.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { Balance, mutate, Tally } from '../kit/race-commands.ts';
import {
  deadlocksOf,
  expectSound,
  newPartners,
  type Partners,
  recordedOn,
  sharingOf,
} from '../kit/race-partners.ts';
import { openRaceDatabase, type RaceDatabase, race } from '../kit/races.ts';
import {
  delegates,
  demotes,
  ends,
  moves,
  type Place,
  pauses,
  revokes,
  type Shared,
  type Sharing,
  shares,
} from '../kit/serial-shares.ts';

const LANES = 6;
const TRIALS = 200;
/** Of what goes beyond the pairs that are most to be feared. */
const FEWER = 100;

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
  readonly name: string;
  send(partners: Partners): Promise<string>;
  readonly serial: SerialCommand<Sharing>;
}

const delegating = (place: Place, role: Shared): Deed => ({
  name: 'delegates',
  send: ({ anna, tomId: memberId, idOf }) =>
    mutate(anna, 'grantRole', { memberId, resourceId: idOf(place), role }),
  serial: delegates(place, role),
});

const sharing = (place: Place, role: Shared): Deed => ({
  name: 'shares',
  send: ({ olga, cooperationId, idOf }) =>
    mutate(olga, 'shareResource', { cooperationId, resourceId: idOf(place), role }),
  serial: shares(place, role),
});

const revoking = (place: Place): Deed => ({
  name: 'revokes',
  send: ({ olga, shareOf }) => mutate(olga, 'revokeShare', { shareId: shareOf(place) }),
  serial: revokes(place),
});

const moving = (to: 'north' | 'south'): Deed => ({
  name: 'moves',
  send: ({ olga, idOf }) => mutate(olga, 'updatePark', { parkId: idOf('park'), portfolioId: idOf(to) }),
  serial: moves(to),
});

const pausing: Deed = {
  name: 'pauses',
  send: ({ olga, cooperationId }) => mutate(olga, 'updateCooperation', { cooperationId, active: false }),
  serial: pauses,
};

const ending: Deed = {
  name: 'ends',
  send: ({ otto, cooperationId }) => mutate(otto, 'removeCooperation', { cooperationId }),
  serial: ends('otto'),
};

const demoting = (to: Parameters<typeof demotes>[0]): Deed => ({
  name: 'demotes',
  send: ({ aron, annaId: memberId }) => {
    if (to === 'removed') return mutate(aron, 'removeMember', { memberId });
    return mutate(aron, 'updateMember', {
      memberId,
      ...(to === 'paused' ? { active: false } : { role: to }),
    });
  },
  serial: demotes(to),
});

/** Between what is told, deeds at once: answers, rows and records are those of one order of them, which it answers. */
async function atOnce(
  story: Partial<Sharing>,
  deeds: readonly Deed[],
  balance = new Balance<string>(...deeds.map(({ name }) => name)),
): Promise<readonly string[]> {
  const partners = await newPartners(db, gateway, story);
  const answers = await Promise.all(deeds.map((deed) => balance.run(deed.name, () => deed.send(partners))));
  const trails = { owner: partners.owner.id, partner: partners.partner.id };
  await expectSound(db.other, Object.values(trails));
  const seen = {
    answers,
    events: await recordedOn(db.other, trails),
    state: await sharingOf(db.other, partners),
  };
  const order = explainSerially(
    partners.start,
    deeds.map(({ serial }) => serial),
    seen,
  );
  return order.map((index) => deeds[index]?.name as string);
}

/** Trials of two deeds, of which either comes first about as often. */
async function inEitherOrder(
  trial: (number: number) => { readonly story: Partial<Sharing>; readonly deeds: readonly [Deed, Deed] },
  trials = TRIALS,
): Promise<void> {
  const tally = new Tally();
  const names = trial(0).deeds.map(({ name }) => name) as [string, string];
  const balance = new Balance(...names);
  await race({ trials, lanes: LANES }, async (number) => {
    const { story, deeds } = trial(number);
    const [first, second] = (await atOnce(story, deeds, balance)) as [string, string];
    tally.add(`${first} first`);
    balance.cameFirst(first, second);
  });
  tally.expectFairShares(...names.map((name) => `${name} first`));
}

/** One of several, by the trial. */
const turn = <Each>(trial: number, ...each: readonly Each[]): Each => each[trial % each.length] as Each;

describe('while an ADMIN of the partner delegates the ceiling, the owner', () => {
  test('lowers the share: nothing delegated is above it (G2, S2)', () =>
    inEitherOrder((trial) => {
      const [on, delegated, below] = turn<readonly [Place, Place, Shared]>(
        trial,
        ['park', 'park', 'VIEWER'],
        ['north', 'north', 'VIEWER'],
        ['north', 'park', 'COM'],
        ['park', 'park', 'COM'],
      );
      return {
        story: { shares: { [on]: 'TOM' } },
        deeds: [delegating(delegated, 'TOM'), sharing(on, below)],
      };
    }));

  test('shares the park as less than its portfolio: nothing delegated there is above it (P3, S2)', () =>
    inEitherOrder(
      (trial) => ({
        // What was delegated on the portfolio stays, and on the park follows.
        story: { shares: { north: 'TOM' }, delegated: turn(trial, {}, { north: 'TOM' }, { park: 'VIEWER' }) },
        deeds: [
          delegating('park', 'TOM'),
          sharing('park', turn(Math.floor(trial / 3), 'VIEWER', 'NONE', 'COM')),
        ],
      }),
      FEWER,
    ));

  test('revokes the share: nothing is delegated but under what still covers it (S2)', () =>
    inEitherOrder((trial) => {
      const [shared, on, delegated] = turn<readonly [Sharing['shares'], Place, Place]>(
        trial,
        [{ park: 'TOM' }, 'park', 'park'],
        [{ north: 'TOM' }, 'north', 'park'],
        [{ north: 'TOM' }, 'north', 'north'],
        [{ north: 'VIEWER', park: 'TOM' }, 'park', 'park'],
        [{ north: 'TOM', park: 'TOM' }, 'north', 'park'],
      );
      return { story: { shares: shared }, deeds: [delegating(delegated, 'TOM'), revoking(on)] };
    }));

  test('pauses: what was delegated stays, and more is refused (C2, G2)', () =>
    inEitherOrder((trial) => ({
      story: { shares: { [turn(trial, 'park', 'north')]: 'COM' } },
      deeds: [delegating('park', turn(Math.floor(trial / 2), 'COM', 'VIEWER')), pausing],
    })));

  test('ends the cooperation: nothing shared or delegated is left (S2)', () =>
    inEitherOrder(
      (trial) => ({
        story: { shares: { north: 'TOM', park: 'COM' } },
        deeds: [turn(trial, delegating('park', 'COM'), delegating('north', 'TOM')), ending],
      }),
      FEWER,
    ));

  test('moves the park out of the shared portfolio: nothing is delegated on it (S2, S3)', () =>
    inEitherOrder((trial) => ({
      // Elsewhere it is shared as less, or not at all.
      story: { shares: turn<Sharing['shares']>(trial, { north: 'TOM' }, { north: 'TOM', south: 'VIEWER' }) },
      deeds: [delegating('park', 'TOM'), moving('south')],
    })));

  test('does four things: every order of five is one that could have been (S1 to S3, C2, G2)', async () => {
    const firsts = new Set<string>();
    await race({ trials: FEWER, lanes: LANES }, async (trial) => {
      const story: Partial<Sharing> = {
        shares: { north: 'TOM', park: 'TOM' },
        delegated: { park: 'VIEWER' },
      };
      const deeds = [
        delegating('park', 'TOM'),
        sharing('north', turn(trial, 'VIEWER', 'COM')),
        revoking('park'),
        moving('south'),
        turn(trial, pausing, ending, sharing('south', 'COM')),
      ];
      const [first] = await atOnce(story, deeds);
      firsts.add(first as string);
    });
    expect(firsts.size).toBeGreaterThan(3);
  });
});

describe('a park moved while the owner', () => {
  test('shares the portfolio that it joins: what was delegated on it follows the ceiling (S2, S3)', () =>
    inEitherOrder((trial) => ({
      story: {
        shares: { north: 'TOM' },
        delegated: turn<Sharing['delegated']>(trial, { park: 'TOM' }, { north: 'TOM', park: 'TOM' }, {}),
      },
      deeds: [moving('south'), sharing('south', turn(trial, 'VIEWER', 'TOM', 'COM', 'VIEWER'))],
    })));

  test('shares the portfolio that it leaves: it is shared for a while, or never (S3)', () =>
    inEitherOrder((trial) => ({
      story: turn<Partial<Sharing>>(
        trial,
        {},
        { shares: { park: 'VIEWER' }, delegated: { park: 'VIEWER' } },
        { shares: { south: 'COM' } },
      ),
      deeds: [moving('south'), sharing('north', 'TOM')],
    })));

  test('revokes the share of the portfolio that it leaves or joins: it goes once (S2)', () =>
    inEitherOrder(
      (trial) => ({
        story: { shares: { north: 'TOM', south: 'TOM' }, delegated: { park: 'TOM' } },
        deeds: [moving('south'), revoking(turn(trial, 'north', 'south'))],
      }),
      FEWER,
    ));

  test('shares both portfolios, and the partner delegates on it: no delegation without a ceiling', async () => {
    const tally = new Tally();
    await race({ trials: FEWER, lanes: LANES }, async (trial) => {
      const deeds = [
        moving('south'),
        { ...sharing('south', turn(trial, 'VIEWER', 'TOM')), name: 'shares south' },
        { ...sharing('north', turn(trial, 'COM', 'VIEWER', 'TOM')), name: 'shares north' },
        delegating('park', 'TOM'),
      ];
      const order = await atOnce({ shares: { north: 'TOM' } }, deeds);
      tally.add(order[0] as string);
    });
    expect(tally.ways.length).toBeGreaterThan(2);
  });
});

describe('the ADMIN who delegates, at that time', () => {
  // What they have delegated stays; more is refused, as to nobody, to one who sees nothing of it, or to one who is not there.
  test.each<[string, Parameters<typeof demoting>[0], number]>([
    ['removed', 'removed', TRIALS],
    ['made a MEMBER', 'MEMBER', TRIALS],
    ['paused', 'paused', FEWER],
  ])('is %s: it comes before that, or is refused (M6)', (_title, to, trials) =>
    inEitherOrder(
      (trial) => ({
        story: { shares: { [turn(trial, 'park', 'north')]: 'TOM' } },
        deeds: [delegating('park', turn(trial, 'TOM', 'TOM', 'VIEWER')), demoting(to)],
      }),
      trials,
    ),
  );
});

test('nothing of this met in a deadlock, and nothing was logged as a fault', async () => {
  expect(await deadlocksOf(db.other)).toBe(0);
  expect(gateway.log()).not.toMatch(/"level":(50|60)/);
});
