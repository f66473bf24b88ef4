/** How often one is invited to a cooperation: by address and by identifier, over all who invite; who may not invite at all uses nothing up. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { documentOf } from '../kit/cooperation-operations.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { partnerCases } from '../kit/partner-cases.ts';
import { type Partners, startPartners } from '../kit/partners.ts';
import { storedState } from '../kit/tenant.ts';

let world: Partners;
let limited: TestGateway;
beforeAll(async () => {
  world = await startPartners();
  limited = await startTestGateway({
    database: world.gateway.database,
    limits: { invitationByInvited: 2 },
  });
});
afterAll(async () => {
  await limited.close();
  await world.gateway.close();
});

const invite = async (client: GraphQLClient, input: object) =>
  (await client.send(documentOf('inviteCooperation'), { input } as never)).errors[0]?.extensions;

it.each(['an address', 'an identifier'])(
  '%s is invited twice, by whomever, and then no more',
  async (what) => {
    const { owner, third } = world;
    const partner = world.tenant();
    await world.stored();
    const organizationIdentifier = await partnerCases(world).identifierOf(partner);
    const email = `${partner.organization.uuid}@example.net`;
    const input = what === 'an address' ? { email } : { organizationIdentifier };
    const [moderator, admin, other] = await Promise.all(
      [owner.people.MODERATOR, owner.people.ADMIN, third.people.ADMIN].map(({ uuid }) =>
        limited.signInAs(uuid),
      ),
    );
    for (let n = 0; n < 5; n++)
      expect(await invite(moderator as GraphQLClient, input)).toMatchObject({ code: 'FORBIDDEN' });
    for (const client of [admin, other]) expect(await invite(client as GraphQLClient, input)).toBeUndefined();
    const before = await storedState(world.gateway.database);
    for (const client of [admin, other])
      expect(await invite(client as GraphQLClient, input)).toMatchObject({
        ...{ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) },
      });
    expect(await storedState(world.gateway.database)).toEqual(before);
    // Another one is none of that.
    expect(await invite(admin as GraphQLClient, { email: `other.${email}` })).toBeUndefined();
  },
);
