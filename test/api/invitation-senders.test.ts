/** I1: an invitation is good only while its sender holds a standing from which M1 allows it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OrganizationRole } from '../../src/authz/roles.ts';
import { changeMember, changeUser, endMember, invite, newAddress } from '../kit/accounts.ts';
import {
  AcceptInvitationDocument,
  type InviteMemberInput,
  ResendInvitationDocument,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: Awaited<ReturnType<typeof world.as>>;
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

const send = (input: Partial<InviteMemberInput> = {}, client = admin) =>
  invite(client, { organizationId: world.organizations.acme.id, ...input });
/** A signed-in account of its own, in no organization. */
async function somebody(email = newAddress('somebody'), account: { verifiedAt?: null } = {}) {
  const person = world.story.person('Somebody', { email });
  await world.story.store(world.gateway.database);
  const client = await world.gateway.signInAs(person.uuid);
  await changeUser(world.gateway.database, person.uuid, { language: 'EN', ...account });
  return { ...person, client };
}
const accept = (client: typeof admin, token: string) =>
  client.send(AcceptInvitationDocument, { input: { token } });
const codeOf = ({ errors }: Awaited<ReturnType<typeof accept>>) => errors[0]?.extensions.code ?? 'ACCEPTED';

describe('the sender', () => {
  /** Invites with `role` as a member of Acme of its own with `standing`, who then changes. */
  async function sentBy(standing: OrganizationRole, role: OrganizationRole) {
    const sender = world.story.member(world.organizations.acme, standing, {
      name: `Sender ${newAddress('s')}`,
    });
    await world.story.store(world.gateway.database);
    const sent = await send({ role }, await world.gateway.signInAs(sender.uuid));
    return { ...sent, sender, holder: await somebody(sent.email) };
  }
  const past = new Date(Date.UTC(2025, 1));
  type Change = (uuid: string) => Promise<void>;
  const becomes =
    (role: OrganizationRole): Change =>
    (uuid) =>
      changeMember(world.gateway.database, uuid, { role, label: 'A label' });
  const member =
    (changes: Parameters<typeof changeMember>[2]): Change =>
    (uuid) =>
      changeMember(world.gateway.database, uuid, changes);
  const account =
    (changes: Parameters<typeof changeUser>[2]): Change =>
    (uuid) =>
      changeUser(world.gateway.database, uuid, changes);

  it.each<[string, OrganizationRole, OrganizationRole, Change, boolean]>([
    ['ADMIN → MODERATOR, of an ADMIN', 'ADMIN', 'ADMIN', becomes('MODERATOR'), false],
    ['ADMIN → MODERATOR, of a MODERATOR', 'ADMIN', 'MODERATOR', becomes('MODERATOR'), true],
    ['ADMIN → MEMBER', 'ADMIN', 'MEMBER', becomes('MEMBER'), false],
    [
      'MODERATOR → technical, of a commercial',
      'MODERATOR',
      'ASSET_MANAGER_COMMERCIAL',
      becomes('ASSET_MANAGER_TECHNICAL'),
      false,
    ],
    [
      'MODERATOR → commercial, of a commercial',
      'MODERATOR',
      'ASSET_MANAGER_COMMERCIAL',
      becomes('ASSET_MANAGER_COMMERCIAL'),
      true,
    ],
    ['technical → EXTERNAL', 'ASSET_MANAGER_TECHNICAL', 'EXTERNAL', becomes('EXTERNAL'), false],
    ['technical → ADMIN', 'ASSET_MANAGER_TECHNICAL', 'EXTERNAL', becomes('ADMIN'), true],
    ['removed', 'ADMIN', 'MEMBER', (uuid) => endMember(world.gateway.database, uuid), false],
    ['paused', 'ADMIN', 'MEMBER', member({ active: false }), false],
    ['expired', 'ADMIN', 'MEMBER', member({ expiresAt: past }), false],
    ['suspended', 'ADMIN', 'MEMBER', account({ suspendedAt: past }), false],
    ['made a DEMO account', 'ADMIN', 'MEMBER', account({ systemRole: 'DEMO' }), false],
    ['as before', 'ADMIN', 'MEMBER', async () => undefined, true],
  ])('who is by then %s', async (_, standing, role, change, stands) => {
    const { sender, holder, secret, id } = await sentBy(standing, role);
    await change(sender.uuid);
    if (stands) {
      expect(codeOf(await accept(holder.client, secret))).toBe('ACCEPTED');
      return;
    }
    const before = await storedState(world.gateway.database);
    const { errors } = await accept(holder.client, secret);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN', rule: 'I1' } }]);
    expect(await storedState(world.gateway.database)).toEqual(before);
    // Somebody else who may sends it again, and vouches for it.
    await admin.get(ResendInvitationDocument, { invitationId: id });
    expect(codeOf(await accept(holder.client, secret))).toBe('NOT_FOUND');
  });

  it('who is now in another organization does not stand', async () => {
    const { sender, holder, secret } = await sentBy('ADMIN', 'MEMBER');
    await changeMember(world.gateway.database, sender.uuid, {
      organizationId: world.organizations.cirrus.uuid,
    });
    expect(codeOf(await accept(holder.client, secret))).toBe('FORBIDDEN');
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
