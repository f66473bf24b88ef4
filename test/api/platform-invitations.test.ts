/** Section 6, I3: invitations that make a customer with an organization. */
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { organizations } from '../../src/db/schema/organizations.ts';
import {
  changeUser,
  join,
  mailsOf,
  newAddress,
  secretOf,
  shownMail,
  storedInvitations,
} from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  AcceptInvitationDocument,
  type AcceptInvitationInput,
  InvitationByTokenDocument,
  InvitePlatformCustomerDocument,
  ResendInvitationDocument,
  RevokeInvitationDocument,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

const DETAILS = { name: 'New Horizon', contactEmail: 'Office@Horizon.example', country: 'DE', taxId: 'DE1' };

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let administrator: GraphQLClient;
beforeAll(async () => {
  world = await startWithTenants();
  administrator = await world.as(world.people.administrator);
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

async function inviteCustomer(email = newAddress('customer')) {
  const { database } = world.gateway;
  let id = '';
  const mails = await mailsOf(database, async () => {
    const input = { email, language: 'PT' as const };
    const { invitePlatformCustomer } = await administrator.get(InvitePlatformCustomerDocument, { input });
    id = invitePlatformCustomer.invitation.id;
  });
  return { id, email, secret: secretOf(mails[0]), mails };
}
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

describe('a platform invitation', () => {
  it('is sent by administrators alone, recorded on no tenant’s trail', async () => {
    const { gateway, ofAcme, people, as } = world;
    const input = { email: newAddress('customer') };
    for (const person of [ofAcme.ADMIN, people.loner, people.demo]) {
      const before = await storedState(gateway.database);
      const client = await as(person);
      expect(await client.refusal(InvitePlatformCustomerDocument, { input })).toMatchObject({
        code: 'FORBIDDEN',
        layer: 'SYSTEM',
      });
      expect(await storedState(gateway.database)).toEqual(before);
    }
    expect(await gateway.client().refusal(InvitePlatformCustomerDocument, { input })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    const { id, email, mails } = await inviteCustomer();
    const [invitation] = (await storedInvitations(gateway.database)).filter((row) => row.email === email);
    expect(mails.map(shownMail)).toEqual([
      {
        ...{
          template: 'PLATFORM_INVITATION',
          language: 'PT',
          recipient: email,
          linkKind: 'INVITATION',
          linkRotation: 0,
        },
        params: { inviterName: people.administrator.name, expiresAt: invitation?.expiresAt.toISOString() },
      },
    ]);
    expect((await auditTrail(gateway.database)).at(-1)).toMatchObject({
      ...{
        organizationId: null,
        action: 'invitation.sent',
        subjectId: id,
        actorUserId: people.administrator.uuid,
      },
    });
    const again = { input: { email: email.toUpperCase() } };
    expect(await administrator.refusal(InvitePlatformCustomerDocument, again)).toMatchObject({
      code: 'ALREADY_INVITED',
    });
  });

  it('makes an organization with its first portfolio, whose ADMIN the acceptor is', async () => {
    const { gateway } = world;
    const sent = await inviteCustomer();
    const newcomer = await join(gateway, sent, 'Ada');
    // Verifying alone makes nothing: it asks for the details first.
    expect([newcomer.viewer.membership, newcomer.viewer.organization]).toEqual([null, null]);
    const preview = await gateway.client().get(InvitationByTokenDocument, { token: sent.secret });
    expect(preview.invitationByToken).toMatchObject({
      ...{ type: 'PLATFORM', organizationName: null, role: null, language: 'PT' },
      ...{ needsAccount: false, needsOrganization: true },
    });
    await refused(
      newcomer.client,
      sent.secret,
      { code: 'BAD_USER_INPUT', field: 'organization' },
      {} as never,
    );
    await refused(
      newcomer.client,
      sent.secret,
      { code: 'BAD_USER_INPUT' },
      { organization: { ...DETAILS, name: ' ' } },
    );
    await refused(
      newcomer.client,
      sent.secret,
      { code: 'BAD_USER_INPUT' },
      { organization: { ...DETAILS, country: 'XX' } },
    );
    const start = (await auditTrail(gateway.database)).length;
    const { data } = await accept(newcomer.client, sent.secret, {
      organization: DETAILS,
      portfolioName: 'First',
    });
    expect(data?.acceptInvitation).toMatchObject({
      organization: {
        name: DETAILS.name,
        viewerRole: 'ADMIN',
        portfolios: { nodes: [{ name: 'First', effectiveRole: 'OPERATOR' }] },
      },
      viewer: { membership: { role: 'ADMIN', status: 'ACTIVE' } },
    });
    const [made] = await organizationNamed(DETAILS.name);
    expect(made).toMatchObject({
      contactEmail: 'office@horizon.example',
      country: 'DE',
      taxId: 'DE1',
      placeholder: false,
    });
    expect(made?.identifier).toMatch(/^[0-9a-f]{20,}$/);
    const records = (await auditTrail(gateway.database)).slice(start);
    expect(new Set(records.map(({ organizationId }) => organizationId))).toContain(made?.id);
    // A1: on the new tenant's trail it says by which invitation.
    expect(JSON.stringify(records.find((each) => each.organizationId === made?.id)?.details)).toContain(
      sent.id,
    );
    await refused(newcomer.client, sent.secret, { code: 'NOT_FOUND' });
  });

  it('names the first portfolio like the organization where nothing else is said', async () => {
    const sent = await inviteCustomer();
    const { client } = await somebody(sent.email);
    const { data } = await accept(client, sent.secret, { organization: { name: 'Quiet Plains' } });
    expect(data?.acceptInvitation.organization.portfolios.nodes).toMatchObject([{ name: 'Quiet Plains' }]);
  });

  it('is refused to a member of any organization, to another account and from a sender who is no longer ADMINISTRATOR', async () => {
    const { gateway, ofBorealis, as, story } = world;
    const toMember = await inviteCustomer(ofBorealis.MEMBER.email);
    await refused(await as(ofBorealis.MEMBER), toMember.secret, { code: 'ALREADY_IN_ORGANIZATION' });
    const other = story.person('Second Administrator', { systemRole: 'ADMINISTRATOR' });
    await story.store(gateway.database);
    const client = await gateway.signInAs(other.uuid);
    const email = newAddress('customer');
    const { invitePlatformCustomer } = await client.get(InvitePlatformCustomerDocument, { input: { email } });
    const secret = secretOf(
      (
        await mailsOf(gateway.database, () =>
          client.get(ResendInvitationDocument, { invitationId: invitePlatformCustomer.invitation.id }),
        )
      )[0],
    );
    const holder = await somebody(email);
    await refused((await somebody(newAddress())).client, secret, { code: 'FORBIDDEN', rule: 'I1' });
    for (const changes of [{ systemRole: 'USER' as const }, { suspendedAt: new Date(0) }]) {
      await changeUser(gateway.database, other.uuid, {
        systemRole: 'ADMINISTRATOR',
        suspendedAt: null,
        ...changes,
      });
      await refused(holder.client, secret, { code: 'FORBIDDEN', rule: 'I1' });
    }
    await changeUser(gateway.database, other.uuid, { systemRole: 'ADMINISTRATOR', suspendedAt: null });
    expect((await accept(holder.client, secret, { organization: { name: 'Twin' } })).errors).toEqual([]);
  });

  it('is sent again and revoked by administrators alone, and seen by no one else', async () => {
    const { as, ofAcme, people } = world;
    const sent = await inviteCustomer();
    for (const person of [ofAcme.ADMIN, people.loner])
      for (const document of [ResendInvitationDocument, RevokeInvitationDocument])
        expect(await (await as(person)).refusal(document, { invitationId: sent.id })).toMatchObject({
          code: 'NOT_FOUND',
        });
    const { resendInvitation } = await administrator.get(ResendInvitationDocument, { invitationId: sent.id });
    expect(resendInvitation.invitation).toMatchObject({ sendCount: 2, organization: null, role: null });
    const { revokeInvitation } = await administrator.get(RevokeInvitationDocument, { invitationId: sent.id });
    expect(revokeInvitation.invitation.status).toBe('REVOKED');
    await inviteCustomer(sent.email);
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
