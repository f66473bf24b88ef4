import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from './client.ts';
import type { TestGateway } from './gateway.ts';
import { signInAll } from './race-commands.ts';
import type { RaceDatabase } from './races.ts';
import { buildTenant } from './rows.ts';

/** An organization with two administrators, a moderator and a member, everybody but the member signed in, and the park of a portfolio. */
export async function newTeam(db: RaceDatabase, gateway: TestGateway) {
  const { id, members, portfolios, parks } = await buildTenant(db.other, {
    members: { anna: 'ADMIN', aron: 'ADMIN', mona: 'MODERATOR', mia: 'MEMBER' },
    portfolios: { north: ['park'] },
  });
  const { anna, aron, mona } = members;
  const clients = await signInAll(gateway, [anna.userId, aron.userId, mona.userId]);
  return {
    id,
    anna: clients[0] as GraphQLClient,
    aron: clients[1] as GraphQLClient,
    mona: clients[2] as GraphQLClient,
    monaId: globalId('member', members.mona.membershipId),
    miaId: globalId('member', members.mia.membershipId),
    members,
    portfolioId: globalId('portfolio', portfolios.north),
    parkId: globalId('park', parks.park),
    uuids: { portfolioId: portfolios.north, parkId: parks.park },
  };
}
