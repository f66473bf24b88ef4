/** A delegated member of the partner who writes while their right to it ends: nothing is written after that (P5, C2, S2, A2). */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { components } from '../../src/db/schema/components.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { mutate } from '../kit/race-commands.ts';
import { deadlocksOf, expectSound, newPartners, type Partners } from '../kit/race-partners.ts';
import { dither, openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { componentRow, inOneGo } from '../kit/rows.ts';

const LANES = 6;

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

/** Ways in which somebody takes the right to write away: who, what is recorded of it, and what the member is told from then on. */
interface Way {
  readonly title: string;
  readonly end: (partners: Partners) => Promise<string>;
  readonly recorded: string;
  readonly refusal: 'NOT_FOUND' | 'FORBIDDEN';
  readonly trials: number;
}

const WAYS: readonly Way[] = [
  {
    title: 'the cooperation is paused',
    end: ({ olga, cooperationId }) => mutate(olga, 'updateCooperation', { cooperationId, active: false }),
    recorded: 'cooperation.paused',
    refusal: 'NOT_FOUND',
    trials: 200,
  },
  {
    title: 'the share is revoked',
    end: ({ olga, shareOf }) => mutate(olga, 'revokeShare', { shareId: shareOf('north') }),
    recorded: 'share.revoked',
    refusal: 'NOT_FOUND',
    trials: 200,
  },
  {
    title: 'the share is lowered to VIEWER',
    end: ({ olga, cooperationId, idOf }) =>
      mutate(olga, 'shareResource', { cooperationId, resourceId: idOf('north'), role: 'VIEWER' }),
    recorded: 'share.changed',
    refusal: 'FORBIDDEN',
    trials: 200,
  },
  {
    title: 'the park is shared as NONE',
    end: ({ olga, cooperationId, idOf }) =>
      mutate(olga, 'shareResource', { cooperationId, resourceId: idOf('park'), role: 'NONE' }),
    recorded: 'share.given',
    refusal: 'NOT_FOUND',
    trials: 100,
  },
  {
    title: 'the park is moved away',
    end: ({ olga, idOf }) => mutate(olga, 'updatePark', { parkId: idOf('park'), portfolioId: idOf('south') }),
    recorded: 'park.moved',
    refusal: 'NOT_FOUND',
    trials: 100,
  },
  {
    title: 'the partner ends the cooperation',
    end: ({ aron, cooperationId }) => mutate(aron, 'removeCooperation', { cooperationId }),
    recorded: 'cooperation.removed',
    refusal: 'NOT_FOUND',
    trials: 100,
  },
];

interface Recorded {
  readonly on: string;
  readonly action: string;
  readonly at: Date | string;
  readonly subject: string;
  readonly cooperation: string | null;
  readonly details: {
    readonly before?: { readonly name?: string };
    readonly after?: { readonly name?: string };
  };
}

/** What was recorded of two partners, in the order of the changes. */
const recordsOf = ({ owner, partner }: Partners) =>
  readRows<Recorded>(
    db.other,
    sql`select case organization_id when ${owner.id} then 'owner' else 'partner' end as on, action, occurred_at as at,
        subject_id as subject, cooperation_id as cooperation, details
      from audit_events where organization_id in (${owner.id}, ${partner.id}) order by id`,
  );

/** The components of the park: how many were created, and what the oldest is called now. */
const componentsOf = ({ uuids }: Partners) =>
  readRows<{ id: string; name: string }>(
    db.other,
    sql`select id, name from components where park_id = ${uuids.park} order by id`,
  );

/** Writes once and again, creating and renaming in turns, until it is refused. */
function keepWriting({ tom, idOf }: Partners, componentId: string) {
  const first = Promise.withResolvers<void>();
  const run = async () => {
    for (let round = 0; ; round++) {
      const name = `By a partner, ${round}`;
      const answer =
        round % 2 === 0
          ? await mutate(tom, 'createComponent', { parkId: idOf('park'), name, kind: 'INVERTER' })
          : await mutate(tom, 'updateComponent', { componentId, name });
      if (answer !== 'OK') return { answer, written: round };
      first.resolve();
    }
  };
  return { first: first.promise, ended: run().finally(first.resolve) };
}

test.each(WAYS)('a delegated member writes while $title: before that or not at all', async (way) => {
  const { end, recorded, refusal, trials } = way;
  let written = 0;
  await race({ trials, lanes: LANES }, async (trial) => {
    const partners = await newPartners(db, gateway, {
      shares: { north: 'TOM' },
      delegated: trial % 2 === 0 ? { park: 'TOM' } : { north: 'TOM' },
    });
    const old = componentRow({ parkId: partners.uuids.park, name: 'Old' });
    await inOneGo(db.other, (tx) => tx.insert(components).values(old));
    const writing = keepWriting(partners, globalId('component', old.id));
    if (trial % 3 !== 0) await writing.first;
    await dither();
    expect(await end(partners)).toBe('OK');
    // Whatever is to be there is there now: the right has ended before that was said.
    const atEnd = await componentsOf(partners);
    const outcome = await writing.ended;
    expect(await componentsOf(partners)).toEqual(atEnd);
    await expectSound(db.other, [partners.owner.id, partners.partner.id]);

    const records = await recordsOf(partners);
    const ending = records.filter(({ action }) => action === recorded);
    const writes = records.filter(({ action }) => action.startsWith('component.'));
    const place = records.findIndex(({ action }) => action === recorded);
    expect(records.slice(place).filter(({ action }) => action.startsWith('component.'))).toEqual([]);
    const endedAt = new Date(ending[0]?.at ?? NaN).getTime();
    for (const { at, cooperation } of writes) {
      expect(new Date(at).getTime()).toBeLessThanOrEqual(endedAt);
      expect(cooperation).toBe(partners.cooperationUuid);
    }
    // Every write has its record on both trails, and every record its write.
    const onTrail = (trail: string) =>
      writes
        .filter(({ on }) => on === trail)
        .map(({ action, subject, details }) => [action, subject, details]);
    expect(onTrail('partner')).toEqual(onTrail('owner'));
    const made = onTrail('owner').filter(([action]) => action === 'component.created');
    const ids = atEnd.map(({ id }) => globalId('component', id));
    expect(new Set(ids)).toEqual(new Set([globalId('component', old.id), ...made.map(([, id]) => id)]));
    expect(ids).toHaveLength(made.length + 1);
    const names = writes.filter(({ on, action }) => on === 'owner' && action === 'component.updated');
    const now = atEnd.find(({ id }) => id === old.id)?.name;
    expect(names.at(-1)?.details.after?.name ?? 'Old').toBe(now);
    // The last may have been stored, and have been read for its answer when it was no longer to be seen.
    const stored = onTrail('owner').length;
    expect([outcome.written, outcome.written + 1]).toContain(stored);
    expect(stored > outcome.written ? 'NOT_FOUND' : refusal).toBe(outcome.answer);
    written += outcome.written;
  });
  expect(written).toBeGreaterThan(trials / 2);
});

test('the same member writes on once the cooperation is resumed (C2)', async () => {
  const partners = await newPartners(db, gateway, { shares: { north: 'TOM' }, delegated: { park: 'TOM' } });
  const { olga, tom, cooperationId, idOf } = partners;
  const create = () =>
    mutate(tom, 'createComponent', { parkId: idOf('park'), name: 'Another', kind: 'INVERTER' });
  const carry = (active: boolean) => mutate(olga, 'updateCooperation', { cooperationId, active });
  const answers = [await create(), await carry(false), await create(), await carry(true), await create()];
  expect(answers).toEqual(['OK', 'OK', 'NOT_FOUND', 'OK', 'OK']);
  expect(await componentsOf(partners)).toHaveLength(2);
});

test('nothing of this met in a deadlock, and nothing was logged as a fault', async () => {
  expect(await deadlocksOf(db.other)).toBe(0);
  expect(gateway.log()).not.toMatch(/"level":(50|60)/);
});
