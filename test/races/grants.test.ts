import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { grants } from '../../src/db/schema/grants.ts';
import { shares } from '../../src/db/schema/shares.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { aftermath, Balance, mutate, Tally } from '../kit/race-commands.ts';
import { newTeam } from '../kit/race-teams.ts';
import { openRaceDatabase, type RaceDatabase, race } from '../kit/races.ts';
import { buildCooperation, buildTenant, grantRow, inOneGo, shareRow } from '../kit/rows.ts';

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

describe('one grant', () => {
  test('given by two at once is one row, and the records tell one story (G3, A1)', async () => {
    const tally = new Tally();
    await inTrials(async (trial) => {
      const { id, anna, aron, miaId, members, portfolioId, parkId } = await newTeam(db, gateway);
      const resourceId = trial % 2 === 0 ? parkId : portfolioId;
      const alike = trial % 4 < 2;
      const roles = { anna: 'TOM', aron: alike ? 'TOM' : 'COM' } as const;
      const give = (client: GraphQLClient, role: string) =>
        mutate(client, 'grantRole', { memberId: miaId, resourceId, role });
      expect(await Promise.all([give(anna, roles.anna), give(aron, roles.aron)])).toEqual(['OK', 'OK']);

      const [grant, ...more] = await grantsOf(members.mia.membershipId);
      expect(more).toEqual([]);
      const { trail, steps, lasting } = await aftermath(db.other, id);
      const first = trail[0]?.actor as 'anna' | 'aron';
      const second = first === 'anna' ? 'aron' : 'anna';
      // The same again changes nothing, and is not recorded.
      expect(steps).toEqual([`${first} grant.given`, ...(alike ? [] : [`${second} grant.changed`])]);
      expect(grant?.role).toBe(roles[second]);
      const subject = globalId('grant', grant?.id as string);
      const changes = { before: { role: roles[first] }, after: { role: roles[second] } };
      const stories = [
        { subject, details: { role: roles[first] } },
        { subject, details: changes },
      ];
      expect(trail).toMatchObject(stories.slice(0, trail.length));
      expect(lasting).toBe(2);
      tally.add(first);
    });
    tally.expectFairShares('anna', 'aron');
  });

  test('revoked by two at once is revoked once, with one record', async () => {
    const tally = new Tally();
    await inTrials(async () => {
      const { id, anna, mona, members, uuids } = await newTeam(db, gateway);
      const { membershipId } = members.mia;
      const grant = grantRow({ membershipId, parkId: uuids.parkId, role: 'TOM' });
      await inOneGo(db.other, (tx) => tx.insert(grants).values(grant));
      const input = { grantId: globalId('grant', grant.id) };
      const answers = await Promise.all([
        mutate(anna, 'revokeGrant', input),
        mutate(mona, 'revokeGrant', input),
      ]);
      const [winner, way] = answers[0] === 'OK' ? ['anna', 'OK NOT_FOUND'] : ['mona', 'NOT_FOUND OK'];
      expect(answers.join(' ')).toBe(way);
      const { steps, lasting } = await aftermath(db.other, id);
      expect(steps).toEqual([`${winner} grant.revoked`]);
      expect(lasting).toBe(2);
      expect(await grantsOf(membershipId)).toEqual([]);
      tally.add(winner as string);
    }, 100);
    tally.expectFairShares('anna', 'mona');
  });

  test('replaced and revoked at once: the one after the other', async () => {
    const tally = new Tally();
    const balance = new Balance('revokes', 'replaces');
    await inTrials(async () => {
      const { id, anna, aron, miaId, members, parkId, uuids } = await newTeam(db, gateway);
      const { membershipId } = members.mia;
      const grant = grantRow({ membershipId, parkId: uuids.parkId, role: 'TOM' });
      await inOneGo(db.other, (tx) => tx.insert(grants).values(grant));
      const answers = await Promise.all([
        balance.run('revokes', () => mutate(anna, 'revokeGrant', { grantId: globalId('grant', grant.id) })),
        balance.run('replaces', () =>
          mutate(aron, 'grantRole', { memberId: miaId, resourceId: parkId, role: 'COM' }),
        ),
      ]);
      const { steps, lasting } = await aftermath(db.other, id);
      const way = steps.join(', ');
      const revokedFirst = way.startsWith('anna');
      expect(answers[0]).toBe('OK');
      // Replaced, and revoked before it was read for the answer.
      expect(revokedFirst ? ['OK'] : ['OK', 'NOT_FOUND']).toContain(answers[1]);
      expect((await grantsOf(membershipId)).map(({ role }) => role)).toEqual(revokedFirst ? ['COM'] : []);
      expect(lasting).toBe(2);
      tally.add(way);
      if (revokedFirst) balance.cameFirst('revokes', 'replaces');
      else balance.cameFirst('replaces', 'revokes');
    }, 100);
    tally.expectFairShares('anna grant.revoked, aron grant.given', 'aron grant.changed, anna grant.revoked');
  });
});

describe('a delegated grant (G2, M6)', () => {
  /** An organization that shares the portfolio north with another one. */
  async function sharesWith(recipientId: string) {
    const { id, members, portfolios, parks } = await buildTenant(db.other, {
      members: { olga: 'ADMIN' },
      portfolios: { north: ['park'], south: [] },
    });
    const cooperationId = await buildCooperation(db.other, id, recipientId);
    const share = shareRow({ cooperationId, ownerId: id, recipientId, role: 'TOM' });
    const onPortfolio = { ...share, portfolioId: portfolios.north };
    await inOneGo(db.other, (tx) => tx.insert(shares).values(onPortfolio));
    return {
      id,
      cooperationId,
      olga: members.olga,
      parkUuid: parks.park,
      southId: globalId('portfolio', portfolios.south),
      resources: [globalId('portfolio', portfolios.north), globalId('park', parks.park)],
    };
  }

  test.each(['removed', 'leaving'] as const)('to a member %s: given and ended, or refused', async (how) => {
    const tally = new Tally();
    const balance = new Balance('gives', 'ends');
    await inTrials(async (trial) => {
      const { id, anna, aron, miaId, members } = await newTeam(db, gateway);
      const owners = [await sharesWith(id), await sharesWith(id)];
      const mia = await gateway.signInAs(members.mia.userId);
      const giving = owners.map(({ resources }, index) =>
        balance.run('gives', () =>
          mutate(anna, 'grantRole', {
            memberId: miaId,
            resourceId: resources[(trial + index) % 2],
            role: index === 0 ? 'TOM' : 'VIEWER',
          }),
        ),
      );
      const ending = balance.run('ends', () =>
        how === 'removed'
          ? mutate(aron, 'removeMember', { memberId: miaId })
          : mutate(mia, 'leaveOrganization'),
      );
      const [ended, ...answers] = await Promise.all([ending, ...giving]);
      expect(ended).toBe('OK');
      expect(await grantsOf(members.mia.membershipId)).toEqual([]);

      const { trail, steps, lasting } = await aftermath(db.other, id);
      const given = trail.length - 1;
      const action = how === 'removed' ? 'aron member.removed' : 'mia member.left';
      expect(steps).toEqual([...Array.from({ length: given }, () => 'anna grant.given'), action]);
      expect(trail.at(-1)).toMatchObject({ subject: miaId, details: { grantsEnded: given } });
      for (const [index, owner] of owners.entries()) {
        const stored = trail.some(({ cooperation }) => cooperation === owner.cooperationId);
        const { trail: theirs } = await aftermath(db.other, owner.id);
        const actions = theirs.map(({ action }) => action);
        expect(actions).toEqual(stored ? ['grant.given', 'member.grants_ended'] : []);
        for (const { cooperation } of theirs) expect(cooperation).toBe(owner.cooperationId);
        // Given, and ended before it was read for the answer.
        expect(stored ? ['OK', 'NOT_FOUND'] : ['NOT_FOUND']).toContain(answers[index]);
      }
      expect(lasting).toBe(2);
      tally.add(given > 0 ? 'before' : 'refused');
      if (given > 0) balance.cameFirst('gives', 'ends');
      else balance.cameFirst('ends', 'gives');
    });
    tally.expectFairShares('before', 'refused');
  });

  test('taken by the owner, who moves the park away, while its member is removed: it ends once (S2, M6)', async () => {
    const tally = new Tally();
    const balance = new Balance('moves', 'removes');
    await inTrials(async () => {
      const { id, aron, miaId, members } = await newTeam(db, gateway);
      const owner = await sharesWith(id);
      const { cooperationId, parkUuid: parkId } = owner;
      const { membershipId } = members.mia;
      const olga = await gateway.signInAs(owner.olga.userId);
      const delegated = grantRow({ membershipId, parkId, cooperationId, role: 'TOM' });
      await inOneGo(db.other, (tx) => tx.insert(grants).values(delegated));
      const answers = await Promise.all([
        balance.run('moves', () =>
          mutate(olga, 'updatePark', { parkId: globalId('park', parkId), portfolioId: owner.southId }),
        ),
        balance.run('removes', () => mutate(aron, 'removeMember', { memberId: miaId })),
      ]);
      expect(answers).toEqual(['OK', 'OK']);
      expect(await grantsOf(membershipId)).toEqual([]);
      const { trail, lasting } = await aftermath(db.other, id);
      const { trail: theirs, steps } = await aftermath(db.other, owner.id);
      const movedFirst = !steps.includes('aron member.grants_ended');
      expect(steps).toEqual([...(movedFirst ? [] : ['aron member.grants_ended']), 'olga park.moved']);
      expect(theirs.at(-1)).toMatchObject({ details: { delegatedGrantsLowered: movedFirst ? 1 : 0 } });
      const removal = trail.find(({ action }) => action === 'member.removed');
      expect(removal).toMatchObject({ subject: miaId, details: { grantsEnded: movedFirst ? 0 : 1 } });
      expect(trail.some(({ action }) => action === 'grant.lowered')).toBe(movedFirst);
      expect(lasting).toBe(2);
      tally.add(movedFirst ? 'moved' : 'removed');
      if (movedFirst) balance.cameFirst('moves', 'removes');
      else balance.cameFirst('removes', 'moves');
    }, 100);
    tally.expectFairShares('moved', 'removed');
  });
});
