import { and, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tx } from '../../src/db/client.ts';
import { components } from '../../src/db/schema/components.ts';
import { grants } from '../../src/db/schema/grants.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { parks } from '../../src/db/schema/parks.ts';
import { portfolios } from '../../src/db/schema/portfolios.ts';
import { shares } from '../../src/db/schema/shares.ts';
import { globalId, type IdPrefix } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import {
  dither,
  lockOrganization,
  openRaceDatabase,
  type RaceDatabase,
  race,
  readRows,
} from '../kit/races.ts';
import {
  buildCooperation,
  buildTenant,
  grantRow,
  inOneGo,
  parkRow,
  portfolioRow,
  shareRow,
} from '../kit/rows.ts';

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

const SELECTIONS: Readonly<Record<string, string>> = {
  createPark: 'park { id }',
  updatePark: 'park { id }',
  updatePortfolio: 'portfolio { id }',
  createComponent: 'component { id }',
  deletePark: 'deletedId',
  deletePortfolio: 'deletedId',
};

/** Sends a mutation a little later; answers `OK` or the code of its refusal. */
async function mutate(client: GraphQLClient, mutation: string, input: object): Promise<string> {
  await dither();
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const operation = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${SELECTIONS[mutation]} } }`;
  const answer = await client.send(operation, { input });
  expect(answer.errors.length).toBeLessThanOrEqual(1);
  return answer.errors[0]?.extensions.code ?? 'OK';
}

const newPark = (portfolioId: string) => ({
  portfolioId: globalId('portfolio', portfolioId),
  name: 'New',
  plantType: 'WIND',
  capacityKw: 1,
});

const move = (client: GraphQLClient, parkId: string, portfolioId: string) =>
  mutate(client, 'updatePark', {
    parkId: globalId('park', parkId),
    portfolioId: globalId('portfolio', portfolioId),
  });

const portfolioOf = async (tx: Tx, parkId: string): Promise<string | undefined> => {
  const [row] = await tx.select().from(parks).where(eq(parks.id, parkId));
  return row?.portfolioId;
};

const recordsOf = (prefix: IdPrefix, uuid: string, action: string) =>
  readRows<{ details: Record<string, unknown> }>(
    db.other,
    sql`select details from audit_events where subject_id = ${globalId(prefix, uuid)} and action = ${action}
      order by id`,
  );

/** An organization for each lane, with an administrator signed in, a moderator, and portfolios `from`, `left` and `right`. */
const lanesOfTenants = () =>
  Promise.all(
    Array.from({ length: LANES }, async () => {
      const tenant = await buildTenant(db.other, {
        members: { anna: 'ADMIN', mona: 'MODERATOR' },
        portfolios: { from: ['park'], left: [], right: [] },
      });
      const anna = await gateway.signInAs(tenant.members.anna.userId);
      return { ...tenant, anna, mona: await gateway.signInAs(tenant.members.mona.userId) };
    }),
  );

type Lane = Awaited<ReturnType<typeof lanesOfTenants>>[number];

const inLanes = async (trials: number, run: (lane: Lane, trial: number) => Promise<void>) => {
  const tenants = await lanesOfTenants();
  await race({ trials, lanes: LANES }, (trial, lane) => run(tenants[lane] as Lane, trial));
};

describe('a portfolio deleted', () => {
  test('while a park is created in it: the one or the other', async () => {
    const seen = new Set<string>();
    await inLanes(240, async ({ id, anna }) => {
      const portfolio = portfolioRow({ organizationId: id });
      await inOneGo(db.other, (tx) => tx.insert(portfolios).values(portfolio));
      const outcomes = await Promise.all([
        mutate(anna, 'createPark', newPark(portfolio.id)),
        mutate(anna, 'deletePortfolio', { portfolioId: globalId('portfolio', portfolio.id) }),
      ]);
      seen.add(outcomes.join());
      const held = await readRows(db.other, sql`select id from parks where portfolio_id = ${portfolio.id}`);
      const left = await readRows(db.other, sql`select id from portfolios where id = ${portfolio.id}`);
      const kept = outcomes[0] === 'OK';
      expect(outcomes).toEqual(kept ? ['OK', 'NOT_EMPTY'] : ['NOT_FOUND', 'OK']);
      expect([held.length, left.length]).toEqual(kept ? [1, 1] : [0, 0]);
    });
    expect(seen.size).toBe(2);
  });

  test('while a park is moved to it: the one or the other', async () => {
    await inLanes(120, async ({ id, anna, portfolios: own }) => {
      const portfolio = portfolioRow({ organizationId: id });
      const park = parkRow({ organizationId: id, portfolioId: own.from });
      await inOneGo(db.other, async (tx) => {
        await tx.insert(portfolios).values(portfolio);
        await tx.insert(parks).values(park);
      });
      const outcomes = await Promise.all([
        move(anna, park.id, portfolio.id),
        mutate(anna, 'deletePortfolio', { portfolioId: globalId('portfolio', portfolio.id) }),
      ]);
      expect([
        ['OK', 'NOT_EMPTY'],
        ['NOT_FOUND', 'OK'],
      ]).toContainEqual(outcomes);
    });
  });
});

describe('a park', () => {
  test('moved to two portfolios at once goes to one after the other', async () => {
    await inLanes(120, async ({ id, anna, mona, portfolios: own }) => {
      const park = parkRow({ organizationId: id, portfolioId: own.from });
      await inOneGo(db.other, (tx) => tx.insert(parks).values(park));
      const outcomes = await Promise.all([move(anna, park.id, own.left), move(mona, park.id, own.right)]);
      expect(outcomes).toEqual(['OK', 'OK']);
      const last = await db.other.transaction('snapshot', (tx) => portfolioOf(tx, park.id));
      const between = last === own.left ? own.right : own.left;
      const steps = (await recordsOf('park', park.id, 'park.moved')).map(({ details }) => [
        details['from'],
        details['to'],
      ]);
      const way = [own.from, between, last as string].map((each) => globalId('portfolio', each));
      expect(steps).toHaveLength(2);
      expect(steps).toEqual(expect.arrayContaining([way.slice(0, 2), way.slice(1)]));
    });
  });

  test('deleted twice at once is deleted once, with one record', async () => {
    await inLanes(100, async ({ id, anna, portfolios: own }) => {
      const park = parkRow({ organizationId: id, portfolioId: own.from });
      await inOneGo(db.other, (tx) => tx.insert(parks).values(park));
      const input = { parkId: globalId('park', park.id) };
      const outcomes = await Promise.all([
        mutate(anna, 'deletePark', input),
        mutate(anna, 'deletePark', input),
      ]);
      expect(outcomes.toSorted()).toEqual(['NOT_FOUND', 'OK']);
      expect(await recordsOf('park', park.id, 'park.deleted')).toHaveLength(1);
    });
  });

  test('deleted while a component is added: the component goes along or is refused', async () => {
    await inLanes(100, async ({ id, anna, portfolios: own }) => {
      const park = parkRow({ organizationId: id, portfolioId: own.from });
      await inOneGo(db.other, (tx) => tx.insert(parks).values(park));
      const parkId = globalId('park', park.id);
      const [deleted, created] = await Promise.all([
        mutate(anna, 'deletePark', { parkId }),
        mutate(anna, 'createComponent', { parkId, name: 'Inverter', kind: 'INVERTER' }),
      ]);
      expect(deleted).toBe('OK');
      expect(['OK', 'NOT_FOUND']).toContain(created);
    });
    expect(await readRows(db.other, sql`select id from components where name = 'Inverter'`)).toEqual([]);
  });

  test.each(['park', 'portfolio'] as const)(
    '(or %s) renamed by two at once: the records tell one story (A1)',
    async (kind) => {
      const [mutation, key] = kind === 'park' ? ['updatePark', 'parkId'] : ['updatePortfolio', 'portfolioId'];
      await inLanes(200, async ({ id, anna, mona }) => {
        const portfolio = portfolioRow({ organizationId: id, name: 'Old' });
        const park = parkRow({ organizationId: id, portfolioId: portfolio.id, name: 'Old' });
        await inOneGo(db.other, async (tx) => {
          await tx.insert(portfolios).values(portfolio);
          await tx.insert(parks).values(park);
        });
        const uuid = kind === 'park' ? park.id : portfolio.id;
        const rename = (client: GraphQLClient, name: string) =>
          mutate(client, mutation as string, { [key as string]: globalId(kind, uuid), name });
        expect(await Promise.all([rename(anna, 'One'), rename(mona, 'Two')])).toEqual(['OK', 'OK']);
        const steps = (await recordsOf(kind, uuid, `${kind}.updated`)).map(({ details }) => [
          details['before'],
          details['after'],
        ]);
        const story = (first: string, second: string) => [
          [{ name: 'Old' }, { name: first }],
          [{ name: first }, { name: second }],
        ];
        expect([story('One', 'Two'), story('Two', 'One')]).toContainEqual(steps);
      });
    },
  );
});

/** An actor who does something over and over, until it is refused. */
function keepOn(act: (round: number) => Promise<string>) {
  const first = Promise.withResolvers<void>();
  const run = async () => {
    for (let round = 0; ; round++) {
      const outcome = await act(round);
      if (outcome === 'OK') first.resolve();
      else return { refused: outcome, succeeded: round };
    }
  };
  const ended = run().finally(first.resolve);
  return { first: first.promise, ended };
}

/** The moment to take the right away: about when the actor begins, or in the middle of it. */
const inTheMiddle = async (trial: number, first: Promise<void>) => {
  if (trial % 3 !== 0) await first;
  await dither();
};

describe('a right taken away', () => {
  test.each<[string, 'moves' | 'renames' | 'creates']>([
    ['no park is moved', 'moves'],
    ['no park is renamed', 'renames'],
    ['no park is created', 'creates'],
  ])('by demoting a member: %s by them any more', async (_title, does) => {
    let succeeded = 0;
    await inLanes(200, async ({ id, members, portfolios: own, parks: plants, mona }, trial) => {
      const state = async (tx: Tx) => {
        const [row] = await tx.select().from(parks).where(eq(parks.id, plants.park));
        return [row?.portfolioId, row?.name, await tx.$count(parks, eq(parks.organizationId, id))];
      };
      const acting = keepOn((round) => {
        if (does === 'creates') return mutate(mona, 'createPark', newPark(own.from));
        if (does === 'moves') return move(mona, plants.park, round % 2 === 0 ? own.left : own.right);
        return mutate(mona, 'updatePark', { parkId: globalId('park', plants.park), name: `Name ${round}` });
      });
      const demote = async (role: 'MEMBER' | 'MODERATOR') => {
        let seen: unknown;
        await inOneGo(db.other, async (tx) => {
          await lockOrganization(tx, id);
          await tx.update(memberships).set({ role }).where(eq(memberships.id, members.mona.membershipId));
          await dither();
          seen = await state(tx);
        });
        return seen;
      };
      await inTheMiddle(trial, acting.first);
      const atDemotion = await demote('MEMBER');
      const outcome = await acting.ended;
      succeeded += outcome.succeeded;
      expect(outcome.refused).toBe('FORBIDDEN');
      expect(await db.other.transaction('snapshot', state)).toEqual(atDemotion);
      await demote('MODERATOR');
    });
    expect(succeeded).toBeGreaterThan(100);
  });

  test('by revoking a share: no component is created through it any more', async () => {
    const lanes = await Promise.all(
      Array.from({ length: LANES }, async () => {
        const owner = await buildTenant(db.other, { portfolios: { shared: ['park'] } });
        const partner = await buildTenant(db.other, { members: { tom: 'MEMBER' } });
        const cooperationId = await buildCooperation(db.other, owner.id, partner.id);
        return { owner, partner, cooperationId, tom: await gateway.signInAs(partner.members.tom.userId) };
      }),
    );
    let created = 0;
    await race({ trials: 200, lanes: LANES }, async (trial, lane) => {
      const { owner, partner, cooperationId, tom } = lanes[lane] as (typeof lanes)[number];
      const sides = { cooperationId, ownerId: owner.id, recipientId: partner.id };
      const { membershipId } = partner.members.tom;
      const parkId = owner.parks.park;
      const onWhat = trial % 2 === 0 ? { parkId } : { portfolioId: owner.portfolios.shared };
      await inOneGo(db.other, async (tx) => {
        await tx.insert(shares).values(shareRow({ ...sides, ...onWhat, role: 'TOM' }));
        await tx.insert(grants).values(grantRow({ membershipId, cooperationId, parkId, role: 'TOM' }));
      });
      const acting = keepOn(() =>
        mutate(tom, 'createComponent', {
          parkId: globalId('park', parkId),
          name: 'By a partner',
          kind: 'INVERTER',
        }),
      );
      await inTheMiddle(trial, acting.first);
      const count = (tx: Tx) => tx.$count(components, eq(components.parkId, parkId));
      let atRevocation: number | undefined;
      await inOneGo(db.other, async (tx) => {
        await lockOrganization(tx, owner.id);
        await tx
          .delete(shares)
          .where(and(eq(shares.cooperationId, cooperationId), eq(shares.ownerId, owner.id)));
        if (trial % 3 === 0) await tx.delete(grants).where(eq(grants.membershipId, membershipId));
        await dither();
        atRevocation = await count(tx);
      });
      const outcome = await acting.ended;
      created += outcome.succeeded;
      expect(outcome.refused).toBe('NOT_FOUND');
      expect(await db.other.transaction('snapshot', count)).toBe(atRevocation);
      await inOneGo(db.other, (tx) => tx.delete(grants).where(eq(grants.membershipId, membershipId)));
    });
    expect(created).toBeGreaterThan(100);
  });
});
