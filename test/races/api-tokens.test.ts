/** M6, T1: whoever is being removed makes no token that lives on, and a revoked token writes nothing more. */
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { Balance, mutate, signInAll, Tally } from '../kit/race-commands.ts';
import { openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { buildTenant } from '../kit/rows.ts';

const TRIALS = 200;
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

const CREATE =
  'mutation { createApiToken(input: { name: "Race", permissionGroup: FULL_ACCESS }) { secret apiToken { id } } }';

interface Made {
  readonly createApiToken: { readonly secret: string; readonly apiToken: { readonly id: string } };
}

const sees = async (client: GraphQLClient) =>
  (await client.get<{ viewer: object | null }, never>('{ viewer { membership { id } } }')).viewer !== null;

test('M6: a member is removed while they make a token', async () => {
  const tally = new Tally();
  const balance = new Balance('removes', 'makes');
  await race({ trials: TRIALS, lanes: LANES }, async () => {
    const team = await buildTenant(db.database, { members: { Ada: 'ADMIN', Ben: 'MEMBER' } });
    const { Ada, Ben } = team.members;
    const [ada, ben] = (await signInAll(gateway, [Ada.userId, Ben.userId])) as [GraphQLClient, GraphQLClient];
    const [removed, made] = await Promise.all([
      balance.run('removes', () =>
        mutate(ada, 'removeMember', { memberId: globalId('member', Ben.membershipId) }),
      ),
      balance.run('makes', () => ben.send<Made, never>(CREATE)),
    ]);
    expect(removed).toBe('OK');
    expect(
      await readRows(db.other, sql`select id from api_tokens where membership_id = ${Ben.membershipId}`),
    ).toEqual([]);
    const secret = made.data?.createApiToken.secret;
    if (secret) {
      balance.cameFirst('makes', 'removes');
      expect(await sees(gateway.client(secret))).toBe(false);
      const [record] = await readRows<{ details: { tokensEnded: number } }>(
        db.other,
        sql`select details from audit_events where organization_id = ${team.id} and action = 'member.removed'`,
      );
      expect(record?.details.tokensEnded).toBe(1);
    } else {
      balance.cameFirst('removes', 'makes');
      // Whose membership and session ended may still have been answered by neither.
      expect(['UNAUTHENTICATED', 'NOT_FOUND']).toContain(made.errors[0]?.extensions.code);
    }
    tally.add(secret ? 'made first' : 'removed first');
  });
  tally.expectFairShares('made first', 'removed first');
});

test('T1: a token writes while it is revoked: what it wrote was committed before', async () => {
  const tally = new Tally();
  const balance = new Balance('revokes', 'writes');
  await race({ trials: TRIALS, lanes: LANES }, async (trial) => {
    const team = await buildTenant(db.database, {
      members: { Ada: 'ADMIN' },
      portfolios: { Wind: ['Park'] },
    });
    const [ada] = (await signInAll(gateway, [team.members.Ada.userId])) as [GraphQLClient];
    const { createApiToken } = await ada.get<Made, never>(CREATE);
    const token = gateway.client(createApiToken.secret);
    const [, wrote] = await Promise.all([
      balance.run('revokes', () =>
        ada.get(
          `mutation { revokeApiToken(input: { apiTokenId: "${createApiToken.apiToken.id}" }) { apiToken { status } } }`,
        ),
      ),
      balance.run('writes', () =>
        mutate(token, 'updatePark', { parkId: globalId('park', team.parks.Park), name: `Written ${trial}` }),
      ),
    ]);
    const steps = await readRows<{ action: string }>(
      db.other,
      sql`select action from audit_events where organization_id = ${team.id} and action <> 'api_token.created' order by id`,
    );
    const actions = steps.map(({ action }) => action);
    expect(actions).toEqual(wrote === 'OK' ? ['park.updated', 'api_token.revoked'] : ['api_token.revoked']);
    if (wrote === 'OK') balance.cameFirst('writes', 'revokes');
    else balance.cameFirst('revokes', 'writes');
    expect(['OK', 'UNAUTHENTICATED']).toContain(wrote);
    expect(await sees(token)).toBe(false);
    tally.add(wrote);
  });
  tally.expectFairShares('OK', 'UNAUTHENTICATED');
});
