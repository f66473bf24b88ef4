/** Organizations deleted while they cooperate, are invited or are shared with: nothing of a pair outlives either (A1, C1, C3). */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { explainSerially, type SerialCommand } from '../kit/explain-serially.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { Balance, mutate, Tally } from '../kit/race-commands.ts';
import { identifierOf, inviteTo } from '../kit/race-courtships.ts';
import { deadlocksOf, expectSound, recordedOn } from '../kit/race-partners.ts';
import { openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { buildCooperation, buildTenant, type TenantStory } from '../kit/rows.ts';

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

/** What is left of two organizations and of what is between them. */
interface Left {
  readonly ours: boolean;
  readonly theirs: boolean;
  readonly cooperation: 'none' | 'pending' | 'active';
  readonly shared: boolean;
  /** Of an organization that an acceptance made. */
  readonly made: boolean;
}
type Command = SerialCommand<Left>;

const NOTHING: Left = { ours: true, theirs: true, cooperation: 'none', shared: false, made: false };

type Partner = TenantStory<'anna', never, never>;
/** Our organization, of olga, with a portfolio or without one, and theirs, of anna alone, which owns nothing. */
async function twoOrganizations(portfolios: Readonly<Record<'north', readonly string[]>> | null) {
  const ours = await buildTenant(db.other, {
    members: { olga: 'ADMIN' },
    ...(portfolios && { portfolios }),
  });
  const theirs = await buildTenant(db.other, { members: { anna: 'ADMIN' } } satisfies Partner);
  return {
    ours,
    theirs,
    olga: await gateway.signInAs(ours.members.olga.userId),
    anna: await gateway.signInAs(theirs.members.anna.userId),
    newName: `After ${theirs.id}`,
  };
}
type Scene = Awaited<ReturnType<typeof twoOrganizations>>;

async function leftOf({ ours, theirs, newName }: Scene): Promise<Left & { readonly madeId: string | null }> {
  const [row] = await readRows<Omit<Left, 'cooperation'> & { madeId: string | null; states: string }>(
    db.other,
    sql`select exists (select from organizations where id = ${ours.id}) as ours,
      exists (select from organizations where id = ${theirs.id}) as theirs,
      exists (select from organizations where name = ${newName}) as made,
      (select id from organizations where name = ${newName}) as "madeId",
      exists (select from shares where owner_id = ${ours.id}) as shared,
      (select coalesce(string_agg(case when accepted_at is null then 'pending' else 'active' end, ' '), 'none') from cooperations
        where initiator_id = ${ours.id} or partner_id = ${theirs.id}) as states`,
  );
  const { states, ...left } = row as NonNullable<typeof row>;
  expect(['none', 'pending', 'active']).toContain(states);
  return { ...left, cooperation: states as Left['cooperation'] };
}

interface Pair {
  readonly send: readonly [() => Promise<string>, () => Promise<string>];
  readonly serial: readonly [Command, Command];
  /** How many records there were before. */
  readonly told: number;
}

/** Both commands of a scene at once; answers which came first. */
async function atOnce(scene: Scene, start: Left, { send, serial, told }: Pair, balance: Balance<number>) {
  const answers = await Promise.all(send.map((each, index) => balance.run(index, each)));
  const { madeId, ...state } = await leftOf(scene);
  const trails = { ours: scene.ours.id, theirs: scene.theirs.id, ...(madeId !== null && { made: madeId }) };
  await expectSound(db.other, Object.values(trails));
  const events = (await recordedOn(db.other, trails)).slice(told);
  return explainSerially(start, serial, { answers, events, state });
}

async function inEitherOrder(
  run: (trial: number, balance: Balance<number>) => Promise<readonly number[]>,
  trials = TRIALS,
): Promise<void> {
  const tally = new Tally();
  const balance = new Balance<number>(0, 1);
  await race({ trials, lanes: LANES }, async (trial) => {
    const order = await run(trial, balance);
    tally.add(order.join());
    balance.cameFirst(order[0] as number, order[1] as number);
  });
  tally.expectFairShares('0,1', '1,0');
}

const deletion = (client: GraphQLClient, id: string) =>
  mutate(client, 'deleteOrganization', { organizationId: globalId('organization', id) });

/** Their organization is deleted, and what is between the two with it. */
const deletes =
  (side: 'ours' | 'theirs', who: string): Command =>
  (left) => {
    const other = side === 'ours' ? 'theirs' : 'ours';
    const state = { ...left, [side]: false, cooperation: 'none' as const, shared: false };
    const told = left.cooperation !== 'none' && left[other];
    return {
      answer: 'OK',
      state,
      events: [
        `${side}: ${who} organization.deleted`,
        ...(told ? [`${left.made ? 'made' : other}: ${who} cooperation.removed`] : []),
      ],
    };
  };

test('deleted while something is shared with it: the share goes along, or there is nobody to share with (S1)', () =>
  inEitherOrder(async (trial, balance) => {
    const scene = await twoOrganizations({ north: ['park'] });
    const { ours, theirs, olga, anna } = scene;
    const cooperationId = await buildCooperation(
      db.other,
      ...((trial % 2 === 0 ? [ours.id, theirs.id] : [theirs.id, ours.id]) as [string, string]),
    );
    const uuids = ours as unknown as { portfolios: { north: string }; parks: { park: string } };
    const resourceId =
      trial % 4 < 2 ? globalId('portfolio', uuids.portfolios.north) : globalId('park', uuids.parks.park);
    const shares: Command = (left) => {
      if (left.cooperation === 'none') return { answer: 'NOT_FOUND', state: left };
      const event = 'olga share.given TOM lowered 0';
      return {
        answer: 'OK',
        state: { ...left, shared: true },
        events: [`ours: ${event}`, `theirs: ${event}`],
      };
    };
    const pair: Pair = {
      send: [
        () =>
          mutate(olga, 'shareResource', {
            cooperationId: globalId('cooperation', cooperationId),
            resourceId,
            role: 'TOM',
          }),
        () => deletion(anna, theirs.id),
      ],
      serial: [shares, deletes('theirs', 'anna')],
      told: 0,
    };
    return atOnce(scene, { ...NOTHING, cooperation: 'active' }, pair, balance);
  }));

test('deleted while it is invited by its identifier: the invitation goes along, or nobody has it (C4)', () =>
  inEitherOrder(async (_trial, balance) => {
    const scene = await twoOrganizations(null);
    const { theirs, olga, anna } = scene;
    const organizationIdentifier = await identifierOf(db, theirs.id);
    const invites: Command = (left) => {
      if (!left.theirs) return { answer: 'NOT_FOUND', state: left };
      return {
        answer: 'OK',
        state: { ...left, cooperation: 'pending' },
        events: ['ours: olga cooperation.invited', 'theirs: olga cooperation.requested'],
        reads: (later) => (later.cooperation === 'none' ? 'NOT_FOUND' : 'OK'),
      };
    };
    const pair: Pair = {
      send: [
        () => mutate(olga, 'inviteCooperation', { organizationIdentifier }),
        () => deletion(anna, theirs.id),
      ],
      serial: [invites, deletes('theirs', 'anna')],
      told: 0,
    };
    return atOnce(scene, NOTHING, pair, balance);
  }));

test('the initiator deleted while its invitation by address is accepted: no placeholder is left (C3)', () =>
  inEitherOrder(async (_trial, balance) => {
    const scene = await twoOrganizations(null);
    const { ours, theirs, olga, anna } = scene;
    const sent = await inviteTo(db, olga, { email: theirs.members.anna.email });
    const accepts: Command = (left) => {
      if (!left.ours) return { answer: 'NOT_FOUND', state: left };
      const event = 'anna cooperation.accepted';
      return {
        answer: 'OK',
        state: { ...left, cooperation: 'active' },
        events: [`ours: ${event}`, `theirs: ${event}`],
      };
    };
    const deletesOurs: Command = (left) => {
      const step = deletes('ours', 'olga')(left);
      // A placeholder has no trail.
      return left.cooperation === 'pending' ? { ...step, events: step.events?.slice(0, 1) ?? [] } : step;
    };
    const pair: Pair = {
      send: [() => mutate(anna, 'acceptInvitation', { token: sent.secret }), () => deletion(olga, ours.id)],
      serial: [accepts, deletesOurs],
      told: 1,
    };
    const order = await atOnce(scene, { ...NOTHING, cooperation: 'pending' }, pair, balance);
    const left = await readRows(
      db.other,
      sql`select id from organizations where name = ${theirs.members.anna.email}
        union all select id from invitations where organization_id = ${ours.id}`,
    );
    expect(left).toEqual([]);
    return order;
  }));

test('deleted by its ADMIN, who accepts an invitation by address: for the old one, or for a new one (C3, M4)', () =>
  inEitherOrder(async (_trial, balance) => {
    const scene = await twoOrganizations(null);
    const { theirs, olga, anna, newName: name } = scene;
    const sent = await inviteTo(db, olga, { email: theirs.members.anna.email });
    const accepts: Command = (left) => {
      const side = left.theirs ? 'theirs' : 'made';
      const event = 'anna cooperation.accepted';
      return {
        answer: 'OK',
        state: { ...left, cooperation: 'active', made: !left.theirs },
        events: [
          ...(left.theirs ? [] : ['made: anna organization.created']),
          `ours: ${event}`,
          `${side}: ${event}`,
        ],
        // The organization is read for the answer.
        reads: (later) => (side === 'theirs' && !later.theirs ? 'NOT_FOUND' : 'OK'),
      };
    };
    const deletesTheirs: Command = (left) =>
      // Nobody is in theirs before it is accepted but anna: what waits is between our organization and a placeholder.
      left.cooperation === 'pending'
        ? { answer: 'OK', state: { ...left, theirs: false }, events: ['theirs: anna organization.deleted'] }
        : deletes('theirs', 'anna')(left);
    const pair: Pair = {
      send: [
        () => mutate(anna, 'acceptInvitation', { token: sent.secret, organization: { name } }),
        () => deletion(anna, theirs.id),
      ],
      serial: [accepts, deletesTheirs],
      told: 1,
    };
    return atOnce(scene, { ...NOTHING, cooperation: 'pending' }, pair, balance);
  }));

test('both deleted at once: each once, and the second has nobody left to tell', () =>
  inEitherOrder(async (_trial, balance) => {
    const scene = await twoOrganizations(null);
    const { ours, theirs, olga, anna } = scene;
    await buildCooperation(db.other, ours.id, theirs.id);
    const pair: Pair = {
      send: [() => deletion(olga, ours.id), () => deletion(anna, theirs.id)],
      serial: [deletes('ours', 'olga'), deletes('theirs', 'anna')],
      told: 0,
    };
    return atOnce(scene, { ...NOTHING, cooperation: 'active' }, pair, balance);
  }, 100));

test('nothing of this met in a deadlock, and nothing was logged as a fault', async () => {
  expect(await deadlocksOf(db.other)).toBe(0);
  expect(gateway.log()).not.toMatch(/"level":(50|60)/);
});
