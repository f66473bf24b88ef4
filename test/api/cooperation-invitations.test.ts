/** C1 to C4, I3: invitations by e-mail that make a partner, from the mutation that sends them to what becomes of them. */
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { cooperations } from '../../src/db/schema/cooperations.ts';
import { organizations } from '../../src/db/schema/organizations.ts';
import { globalId, parseGlobalId } from '../../src/schema/global-id.ts';
import { changeMember, invitationSecret, join, newAddress, storedInvitations } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  AcceptInvitationDocument,
  type AcceptInvitationInput,
  DeclineInvitationDocument,
  InvitationByTokenDocument,
  ResendInvitationDocument,
  RevokeInvitationDocument,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

const DETAILS = { name: 'New Horizon', contactEmail: 'Office@Horizon.example', country: 'DE', taxId: 'DE1' };

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
beforeAll(async () => {
  world = await startWithTenants();
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

async function somebody(email: string) {
  const person = world.story.person('Somebody', { email });
  await world.story.store(world.gateway.database);
  return { ...person, client: await world.gateway.signInAs(person.uuid) };
}
const accept = (client: GraphQLClient, token: string, rest: Omit<AcceptInvitationInput, 'token'> = {}) =>
  client.send(AcceptInvitationDocument, { input: { token, ...rest } });
async function refused(
  client: GraphQLClient,
  token: string,
  refusal: object,
  rest = { organization: DETAILS },
) {
  const before = await storedState(world.gateway.database);
  expect((await accept(client, token, rest)).errors).toMatchObject([{ extensions: refusal }]);
  expect(await storedState(world.gateway.database)).toEqual(before);
}
const organizationNamed = (name: string) =>
  world.gateway.database.transaction('snapshot', (tx) =>
    tx.select().from(organizations).where(eq(organizations.name, name)),
  );

describe('a cooperation invitation', () => {
  /** Acme's to an address, or another's. */
  async function inviteAddress(email: string, sender = world.ofAcme.ADMIN) {
    const { gateway, as } = world;
    const { inviteCooperation } = await (await as(sender)).get<
      { inviteCooperation: { cooperation: { id: string } } },
      object
    >(
      'mutation ($input: InviteCooperationInput!) { inviteCooperation(input: $input) { cooperation { id } } }',
      { input: { email } },
    );
    const pending = { uuid: parseGlobalId('cooperation', inviteCooperation.cooperation.id) as string };
    const stored = (await storedInvitations(gateway.database)).find(
      ({ cooperationId }) => cooperationId === pending.uuid,
    );
    const id = globalId('invitation', stored?.id ?? '');
    const [placeholder] = await organizationNamed(email);
    const uuid = placeholder?.id as string;
    return {
      ...{ id, email, secret: invitationSecret(id), pending },
      placeholder: { uuid, id: globalId('organization', uuid), name: email },
    };
  }
  const bond = async (id: string) =>
    (
      await world.gateway.database.transaction('snapshot', (tx) =>
        tx.select().from(cooperations).where(eq(cooperations.id, id)),
      )
    )[0];

  it('tells the invited the initiator’s name and nothing else, and gives neither side anything while pending (C4)', async () => {
    const { gateway, as, ofCirrus, organizations: all } = world;
    const sent = await inviteAddress(ofCirrus.ADMIN.email);
    const { invitationByToken } = await gateway
      .client()
      .get(InvitationByTokenDocument, { token: sent.secret });
    expect(invitationByToken).toMatchObject({
      type: 'COOPERATION',
      organizationName: all.acme.name,
      role: null,
      needsOrganization: false,
    });
    const client = await as(ofCirrus.ADMIN);
    const query = 'query ($id: ID!) { organization(id: $id) { name } }';
    expect(await client.get(query, { id: all.acme.id })).toEqual({ organization: null });
    expect(await (await as(world.ofAcme.ADMIN)).get(query, { id: all.cirrus.id })).toEqual({
      organization: null,
    });
    expect(await (await as(world.ofAcme.ADMIN)).get(query, { id: sent.placeholder.id })).toEqual({
      organization: null,
    });
  });

  it('replaces the placeholder by the organization that the acceptor administers, without orphan', async () => {
    const { gateway, as, organizations: all } = world;
    const second = world.story.member(all.cirrus, 'ADMIN', { name: 'Second of Cirrus' });
    await world.story.store(gateway.database);
    const sent = await inviteAddress(second.email);
    const start = (await auditTrail(gateway.database)).length;
    const { data, errors } = await accept(await as(second), sent.secret);
    expect(errors).toEqual([]);
    expect(data?.acceptInvitation.organization).toMatchObject({ id: all.cirrus.id, viewerRole: 'ADMIN' });
    expect(await organizationNamed(sent.placeholder.name)).toEqual([]);
    expect(await bond(sent.pending.uuid)).toMatchObject({
      initiatorId: all.acme.uuid,
      partnerId: all.cirrus.uuid,
      acceptedAt: expect.any(Date),
    });
    const records = (await auditTrail(gateway.database)).slice(start);
    const concerned = new Set(records.map(({ organizationId }) => organizationId));
    expect(concerned).toEqual(new Set([all.acme.uuid, all.cirrus.uuid]));
    await refused(await as(second), sent.secret, { code: 'NOT_FOUND' });
    // C1: and once more is too often.
    const again = await inviteAddress(second.email);
    await refused(await as(second), again.secret, { code: 'COOPERATION_EXISTS' });
  });

  it('becomes the new organization of somebody without one, who is its ADMIN', async () => {
    const { gateway, organizations: all } = world;
    const email = newAddress('partner');
    const sent = await inviteAddress(email);
    const newcomer = await join(gateway, sent, 'Noor');
    expect(newcomer.viewer.organization).toBeNull();
    await refused(
      newcomer.client,
      sent.secret,
      { code: 'BAD_USER_INPUT', field: 'organization' },
      {} as never,
    );
    const { data, errors } = await accept(newcomer.client, sent.secret, {
      organization: { name: 'Partner Works' },
    });
    expect(errors).toEqual([]);
    expect(data?.acceptInvitation).toMatchObject({
      organization: { name: 'Partner Works', viewerRole: 'ADMIN' },
      viewer: { membership: { role: 'ADMIN' } },
    });
    const [made] = await organizationNamed('Partner Works');
    expect(made?.placeholder).toBe(false);
    expect(await organizationNamed(email)).toEqual([]);
    expect(await bond(sent.pending.uuid)).toMatchObject({
      initiatorId: all.acme.uuid,
      partnerId: made?.id,
      acceptedAt: expect.any(Date),
    });
  });

  it('asks a member who is no ADMIN to have one accept, whatever the role', async () => {
    const { as, ofCirrus, story, organizations: all, gateway } = world;
    for (const role of [
      'MODERATOR',
      'ASSET_MANAGER_TECHNICAL',
      'ASSET_MANAGER_COMMERCIAL',
      'MEMBER',
      'EXTERNAL',
    ] as const) {
      const member = story.member(all.borealis, role, { name: `Invited ${role}` });
      await story.store(gateway.database);
      const sent = await inviteAddress(member.email, ofCirrus.ADMIN);
      const { errors } = await accept(await as(member), sent.secret);
      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', actual: role } }]);
      expect(`${errors[0]?.message} ${JSON.stringify(errors[0]?.extensions)}`).toMatch(/ADMIN/);
      await refused(await as(member), sent.secret, { code: 'FORBIDDEN' });
    }
  });

  it('is refused to the initiator’s own members and to whoever cooperates already', async () => {
    const { as, story, organizations: all, gateway, ofBorealis } = world;
    // Members of the address are refused when they are invited; here they joined meanwhile.
    const [chief, member] = [
      await inviteAddress(newAddress('chief')),
      await inviteAddress(newAddress('member')),
    ];
    const own = story.member(all.acme, 'ADMIN', { name: 'Own Second ADMIN', email: chief.email });
    const ownMember = story.member(all.acme, 'MEMBER', { name: 'Own Second MEMBER', email: member.email });
    await story.store(gateway.database);
    await refused(await as(own), chief.secret, { code: 'SELF_COOPERATION', rule: 'C3' });
    await refused(await as(ofBorealis.ADMIN), (await inviteAddress(ofBorealis.ADMIN.email)).secret, {
      code: 'COOPERATION_EXISTS',
      rule: 'C1',
    });
    await refused(await as(ownMember), member.secret, { code: 'SELF_COOPERATION', rule: 'C3' });
  });

  it('is accepted only while its sender is an ADMIN of the initiator', async () => {
    const { story, organizations: all, gateway } = world;
    const sender = story.member(all.acme, 'ADMIN', { name: 'Sender of cooperations' });
    await story.store(gateway.database);
    const sent = await inviteAddress(newAddress('partner'), sender);
    const { client } = await somebody(sent.email);
    const organization = { name: 'Late Partner' };
    for (const changes of [{ role: 'MODERATOR' as const }, { active: false }, { expiresAt: new Date(0) }]) {
      await changeMember(gateway.database, sender.uuid, {
        role: 'ADMIN',
        active: true,
        expiresAt: null,
        ...changes,
      });
      await refused(client, sent.secret, { code: 'FORBIDDEN', rule: 'I3' }, { organization } as never);
    }
    await changeMember(gateway.database, sender.uuid, { role: 'ADMIN', active: true, expiresAt: null });
    expect((await accept(client, sent.secret, { organization })).errors).toEqual([]);
  });

  it.each(['declined', 'revoked'])(
    '%s takes placeholder and pending cooperation with it (C3)',
    async (how) => {
      const { gateway, as, ofAcme } = world;
      const sent = await inviteAddress(newAddress('partner'));
      if (how === 'declined') await gateway.client().get(DeclineInvitationDocument, { token: sent.secret });
      else await (await as(ofAcme.ADMIN)).get(RevokeInvitationDocument, { invitationId: sent.id });
      expect(await organizationNamed(sent.placeholder.name)).toEqual([]);
      expect(await bond(sent.pending.uuid)).toBeUndefined();
      const { invitationByToken } = await gateway
        .client()
        .get(InvitationByTokenDocument, { token: sent.secret });
      expect(invitationByToken).toBeNull();
      expect((await auditTrail(gateway.database)).at(-1)).toMatchObject({ action: `invitation.${how}` });
    },
  );

  it('is out of reach of a MODERATOR (C1)', async () => {
    const { as, ofAcme } = world;
    const sent = await inviteAddress(newAddress('partner'));
    for (const document of [ResendInvitationDocument, RevokeInvitationDocument])
      expect(await (await as(ofAcme.MODERATOR)).refusal(document, { invitationId: sent.id })).toMatchObject({
        code: expect.stringMatching(/NOT_FOUND|FORBIDDEN/),
      });
    const { resendInvitation } = await (await as(ofAcme.ADMIN)).get(ResendInvitationDocument, {
      invitationId: sent.id,
    });
    expect(resendInvitation.invitation).toMatchObject({ type: 'COOPERATION', sendCount: 2 });
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
