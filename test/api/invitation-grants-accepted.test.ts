/** G1 and G5: what an invitation carries takes effect at acceptance, as far as its sender may still give it. */
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { grants } from '../../src/db/schema/grants.ts';
import { changeMember, changeUser, invite, newAddress } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  AcceptInvitationDocument,
  DeleteParkDocument,
  type InvitationGrantInput,
  type InviteMemberInput,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Resource } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;

beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

const on = (
  resource: Resource,
  role: InvitationGrantInput['role'],
  expiresAt?: string,
): InvitationGrantInput => ({
  resourceId: resource.id,
  role,
  ...(expiresAt !== undefined && { expiresAt }),
});
const sendBy = (
  client: GraphQLClient,
  given: InvitationGrantInput[],
  input: Partial<InviteMemberInput> = {},
) => invite(client, { organizationId: world.organizations.acme.id, grants: given, ...input });
/** Accepts by a new account; answers it with the grants that it then has, by resource. */
async function acceptedBy({ email, secret }: { email: string; secret: string }) {
  const person = world.story.person('Newcomer', { email });
  await world.story.store(world.gateway.database);
  const client = await world.gateway.signInAs(person.uuid);
  const { acceptInvitation } = await client.get(AcceptInvitationDocument, { input: { token: secret } });
  const query =
    '{ viewer { membership { grants { nodes { role expiresAt live grantedBy { name } resource { name } } } } parks { nodes { name effectiveRole } } } }';
  type Grants = {
    role: string;
    expiresAt: string | null;
    live: boolean;
    grantedBy: { name: string };
    resource: { name: string } | null;
  }[];
  type Answer = {
    viewer: {
      membership: { grants: { nodes: Grants } };
      parks: { nodes: { name: string; effectiveRole: string }[] };
    };
  };
  const { viewer: now } = await client.get<Answer, object>(query);
  return {
    ...person,
    client,
    membership: acceptInvitation.viewer.membership,
    grants: now.membership.grants.nodes,
    parks: now.parks.nodes,
  };
}
/** By resource; of one that NONE hides from its member, without name. */
const rolesOf = ({ grants: given }: Awaited<ReturnType<typeof acceptedBy>>) =>
  Object.fromEntries(given.map(({ role, resource }) => [resource?.name ?? 'hidden', role]));

describe('at acceptance', () => {
  const past = new Date(Date.UTC(2025, 1));

  /** An ADMIN of its own who invites a MEMBER with these grants, and then becomes technical asset manager: who grants nothing. */
  async function sentBeforeDemotion(given: InvitationGrantInput[], input: Partial<InviteMemberInput> = {}) {
    const { story, organizations, gateway } = world;
    const sender = story.member(organizations.acme, 'ADMIN', { name: `Once ADMIN ${newAddress('n')}` });
    await story.store(gateway.database);
    const sent = await sendBy(await gateway.signInAs(sender.uuid), given, input);
    await changeMember(gateway.database, sender.uuid, { role: 'ASSET_MANAGER_TECHNICAL' });
    return sent;
  }

  it('what an inviter gave who may still invite but not grant is left out, but for what blocks', async () => {
    const { parks, portfolios } = world;
    const given = [on(parks.solling, 'OPERATOR'), on(portfolios.east, 'NONE'), on(parks.nordhang, 'VIEWER')];
    const accepted = await acceptedBy(await sentBeforeDemotion(given));
    expect(accepted.membership?.role).toBe('MEMBER');
    // Without these the newcomer would have more than they were invited with, or the same.
    expect(rolesOf(accepted)).toEqual({ hidden: 'NONE', Nordhang: 'VIEWER' });
    expect(accepted.parks.find(({ name }) => name === 'Solling')?.effectiveRole).toBe('VIEWER');
  });

  it('an inviter who grants nothing any more gives nothing, not even what they have themselves', async () => {
    const external = { role: 'EXTERNAL' as const, label: 'A supplier' };
    const accepted = await acceptedBy(await sentBeforeDemotion([on(world.parks.solling, 'TOM')], external));
    expect([accepted.membership?.role, accepted.grants, accepted.parks]).toEqual(['EXTERNAL', [], []]);
  });

  it('what only lowers another grant that is left out is left out with it', async () => {
    const { parks, portfolios } = world;
    const given = [on(portfolios.south, 'OPERATOR'), on(parks.solling, 'TOM')];
    const accepted = await acceptedBy(await sentBeforeDemotion(given));
    expect(rolesOf(accepted)).toEqual({});
    expect(accepted.parks.find(({ name }) => name === 'Solling')?.effectiveRole).toBe('VIEWER');
  });

  it('what a MODERATOR who was lowered can’t give any more is left out, the rest is given', async () => {
    const { story, organizations, gateway, parks, portfolios } = world;
    const sender = story.member(organizations.acme, 'MODERATOR', { name: 'Lowered later' });
    await story.store(gateway.database);
    const client = await gateway.signInAs(sender.uuid);
    const given = [
      on(parks.solling, 'OPERATOR'),
      on(parks.suedfeld, 'TOM'),
      on(parks.ostwall, 'COM'),
      on(portfolios.north, 'TOM'),
    ];
    const sent = await sendBy(client, given);
    story.grant(sender, parks.solling, 'VIEWER');
    story.grant(sender, parks.suedfeld, 'TOM');
    story.grant(sender, parks.nordsee, 'VIEWER');
    await story.store(gateway.database);
    // On a portfolio: on it and on every park in it, so north falls with Nordsee.
    expect(rolesOf(await acceptedBy(sent))).toEqual({ Südfeld: 'TOM', Ostwall: 'COM' });
  });

  it('an ADMIN who was demoted to MODERATOR gives what a MODERATOR may', async () => {
    const { story, organizations, gateway, parks } = world;
    const sender = story.member(organizations.acme, 'ADMIN', { name: 'Demoted later' });
    story.grant(sender, parks.solling, 'VIEWER');
    await story.store(gateway.database);
    const client = await gateway.signInAs(sender.uuid);
    const sent = await sendBy(client, [on(parks.solling, 'OPERATOR'), on(parks.ostwall, 'OPERATOR')]);
    await changeMember(gateway.database, sender.uuid, { role: 'MODERATOR' });
    expect(rolesOf(await acceptedBy(sent))).toEqual({ Ostwall: 'OPERATOR' });
  });

  it('a lapsed grant of the inviter counts no more, at the exact instant', async () => {
    const { story, organizations, gateway, parks } = world;
    const sender = story.member(organizations.acme, 'MODERATOR', { name: 'Lowered for a while' });
    await story.store(gateway.database);
    const sent = await sendBy(await gateway.signInAs(sender.uuid), [on(parks.solling, 'OPERATOR')]);
    story.grant(sender, parks.solling, 'VIEWER', { expiresAt: past });
    await story.store(gateway.database);
    expect(rolesOf(await acceptedBy(sent))).toEqual({ Solling: 'OPERATOR' });
  });

  it('grants on what was deleted meanwhile are gone, the others stay', async () => {
    const { story, gateway, parks, portfolios } = world;
    const doomed = story.park(portfolios.south, 'Doomed');
    await story.store(gateway.database);
    const sent = await sendBy(admin, [on(doomed, 'TOM'), on(parks.ostwall, 'COM')]);
    await admin.get(DeleteParkDocument, { parkId: doomed.id });
    expect(rolesOf(await acceptedBy(sent))).toEqual({ Ostwall: 'COM' });
  });

  it('grants that lapsed meanwhile are left out, at the exact instant', async () => {
    const { gateway, parks } = world;
    const lapse = new Date(Date.now() + 86_400_000).toISOString();
    const given = () => [on(parks.solling, 'TOM', lapse), on(parks.ostwall, 'COM')];
    const [before, after] = [await sendBy(admin, given()), await sendBy(admin, given())];
    gateway.setClock(new Date(Date.parse(lapse) - 1));
    const early = await acceptedBy(before);
    expect(rolesOf(early)).toEqual({ Solling: 'TOM', Ostwall: 'COM' });
    expect(early.grants.find(({ resource }) => resource?.name === 'Solling')?.expiresAt).toBe(lapse);
    gateway.setClock(lapse);
    expect(rolesOf(await acceptedBy(after))).toEqual({ Ostwall: 'COM' });
    const stored = await gateway.database.transaction('snapshot', (tx) =>
      tx
        .select()
        .from(grants)
        .where(eq(grants.expiresAt, new Date(lapse))),
    );
    expect(stored).toHaveLength(1);
  });

  it('nothing is given where the inviter is suspended: the whole invitation waits', async () => {
    const { story, organizations, gateway, parks } = world;
    const sender = story.member(organizations.acme, 'ADMIN', { name: 'Suspended later' });
    await story.store(gateway.database);
    const sent = await sendBy(await gateway.signInAs(sender.uuid), [on(parks.solling, 'OPERATOR')]);
    await changeUser(gateway.database, sender.uuid, { suspendedAt: past });
    await expect(acceptedBy(sent)).rejects.toThrow('I1');
    await changeUser(gateway.database, sender.uuid, { suspendedAt: null });
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
