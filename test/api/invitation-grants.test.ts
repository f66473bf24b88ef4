/** G1, G4 and G5: what an invitation may carry. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { invitationSecret, invite, newAddress, storedInvitationGrants } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  AcceptInvitationDocument,
  type InvitationGrantInput,
  InviteMemberDocument,
  type InviteMemberInput,
  ResendInvitationDocument,
  UpdateInvitationDocument,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Person, Resource } from '../kit/story.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
/** MODERATORs: of everything; lowered to VIEWER on south; lowered to TOM on the park Solling of south. */
let moderator: Person;
let viewer: Person;
let tom: Person;

beforeAll(async () => {
  world = await startWithTenants();
  const { story, organizations, portfolios, parks, gateway, ofAcme } = world;
  admin = await world.as(ofAcme.ADMIN);
  moderator = ofAcme.MODERATOR;
  viewer = story.member(organizations.acme, 'MODERATOR', { name: 'Viewer of South' });
  tom = story.member(organizations.acme, 'MODERATOR', { name: 'Technician of Solling' });
  story.grant(viewer, portfolios.south, 'VIEWER');
  story.grant(tom, parks.solling, 'TOM');
  await story.store(gateway.database);
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
const inputOf = (given: InvitationGrantInput[], role: InviteMemberInput['role'] = 'MEMBER') => ({
  input: {
    ...{ organizationId: world.organizations.acme.id, email: newAddress(), role, grants: given },
    label: role === 'EXTERNAL' ? 'A supplier' : null,
  },
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

describe('at the invitation', () => {
  it('an ADMIN gives any role on any own resource, shown in the answer and the record', async () => {
    const { portfolios, parks, gateway } = world;
    const given = [
      on(portfolios.south, 'OPERATOR'),
      on(parks.solling, 'NONE'),
      on(parks.nordhang, 'TOM'),
      on(parks.ostwall, 'COM'),
    ];
    const sent = await sendBy(admin, given);
    expect(sent.grants.map(({ role, resource }) => [resource?.name, role])).toEqual([
      ...[
        ['South', 'OPERATOR'],
        ['Solling', 'NONE'],
        ['Nordhang', 'TOM'],
      ],
      ['Ostwall', 'COM'],
    ]);
    const record = (await auditTrail(gateway.database)).at(-1);
    expect(record?.details).toMatchObject({
      grants: given.map(({ resourceId, role }) => ({ resourceId, role })),
    });
    const start = (await auditTrail(gateway.database)).length;
    const accepted = await acceptedBy(sent);
    expect(rolesOf(accepted)).toEqual({
      South: 'OPERATOR',
      hidden: 'NONE',
      Nordhang: 'TOM',
      Ostwall: 'COM',
    });
    for (const each of accepted.grants)
      expect(each).toMatchObject({ live: true, grantedBy: { name: world.ofAcme.ADMIN.name } });
    expect(accepted.parks.find(({ name }) => name === 'Südfeld')?.effectiveRole).toBe('OPERATOR');
    // A1: the trail tells which grants came to be.
    const told = JSON.stringify((await auditTrail(gateway.database)).slice(start));
    for (const { resourceId } of given) expect(told).toContain(resourceId);
  });

  it('an EXTERNAL reaches exactly what is granted', async () => {
    const without = await acceptedBy(await sendBy(admin, [], { role: 'EXTERNAL', label: 'A supplier' }));
    expect([without.grants, without.parks]).toEqual([[], []]);
    const grant = [on(world.parks.solling, 'VIEWER')];
    const withOne = await acceptedBy(await sendBy(admin, grant, { role: 'EXTERNAL', label: 'A supplier' }));
    expect(withOne.parks).toEqual([{ name: 'Solling', effectiveRole: 'VIEWER' }]);
  });

  it.each<[string, () => Person, () => InvitationGrantInput[], InviteMemberInput['role'], boolean]>([
    [
      'a MODERATOR, OPERATOR where they have it',
      () => moderator,
      () => [on(world.parks.solling, 'OPERATOR')],
      'MEMBER',
      true,
    ],
    [
      'a MODERATOR with VIEWER, TOM there',
      () => viewer,
      () => [on(world.portfolios.south, 'TOM')],
      'EXTERNAL',
      false,
    ],
    [
      'a MODERATOR with VIEWER, TOM on a park in it',
      () => viewer,
      () => [on(world.parks.solling, 'TOM')],
      'EXTERNAL',
      false,
    ],
    [
      'a MODERATOR with VIEWER, VIEWER there',
      () => viewer,
      () => [on(world.portfolios.south, 'VIEWER')],
      'EXTERNAL',
      true,
    ],
    [
      'a MODERATOR with VIEWER, OPERATOR elsewhere',
      () => viewer,
      () => [on(world.portfolios.east, 'OPERATOR')],
      'EXTERNAL',
      true,
    ],
    [
      'a MODERATOR with VIEWER, VIEWER to a MODERATOR, who had nothing before',
      () => viewer,
      () => [on(world.portfolios.south, 'VIEWER')],
      'MODERATOR',
      true,
    ],
    [
      'a MODERATOR with TOM on one park, OPERATOR on the portfolio',
      () => tom,
      () => [on(world.portfolios.south, 'OPERATOR')],
      'EXTERNAL',
      false,
    ],
    [
      'a MODERATOR with TOM on one park, TOM on the portfolio',
      () => tom,
      () => [on(world.portfolios.south, 'TOM')],
      'EXTERNAL',
      true,
    ],
    [
      'a MODERATOR with TOM on one park, COM on it',
      () => tom,
      () => [on(world.parks.solling, 'COM')],
      'EXTERNAL',
      false,
    ],
    [
      'a technical asset manager, VIEWER',
      () => world.ofAcme.ASSET_MANAGER_TECHNICAL,
      () => [on(world.parks.solling, 'VIEWER')],
      'MEMBER',
      false,
    ],
    [
      'a commercial asset manager, nothing',
      () => world.ofAcme.ASSET_MANAGER_COMMERCIAL,
      () => [],
      'MEMBER',
      true,
    ],
  ])('G1: %s', async (_, who, given, role, may) => {
    const client = await world.as(who());
    if (may) {
      expect((await client.send(InviteMemberDocument, inputOf(given(), role))).errors).toEqual([]);
      return;
    }
    expect(await client.refusal(InviteMemberDocument, inputOf(given(), role))).toMatchObject({
      code: 'FORBIDDEN',
    });
    const open = await sendBy(admin, [], { role, label: role === 'EXTERNAL' ? 'A supplier' : null });
    const change = { input: { invitationId: open.id, grants: given() } };
    expect(await client.refusal(UpdateInvitationDocument, change)).toMatchObject({
      code: expect.stringMatching(/FORBIDDEN|NOT_FOUND/),
    });
    expect(await storedInvitationGrants(world.gateway.database)).not.toContainEqual(
      expect.objectContaining({ invitationId: open.id }),
    );
  });

  it.each<[string, string, () => InvitationGrantInput[], string | undefined]>([
    [
      'a shared resource',
      'BAD_USER_INPUT',
      () => [on(world.parks.westkamp, 'VIEWER')],
      'grants.0.resourceId',
    ],
    ['a foreign one', 'NOT_FOUND', () => [on(world.parks.central, 'VIEWER')], undefined],
    [
      'an absent one',
      'NOT_FOUND',
      () => [{ resourceId: world.parks.solling.id.replace(/.{4}$/, '0000'), role: 'VIEWER' }],
      undefined,
    ],
    [
      'something else than a resource',
      'NOT_FOUND',
      () => [{ resourceId: world.organizations.acme.id, role: 'VIEWER' }],
      undefined,
    ],
    [
      'one resource twice',
      'BAD_USER_INPUT',
      () => [on(world.parks.solling, 'TOM'), on(world.parks.solling, 'COM')],
      'grants.1.resourceId',
    ],
    [
      'an expiry that has come',
      'BAD_USER_INPUT',
      () => [on(world.parks.solling, 'TOM', '2020-01-01T00:00:00Z')],
      'grants.0.expiresAt',
    ],
    [
      'a lapse that raises access',
      'EXPIRY_RAISES_ACCESS',
      () => [on(world.parks.solling, 'NONE', '2099-01-01T00:00:00Z')],
      undefined,
    ],
  ])('a grant on %s is %s', async (_, code, given, field) => {
    const before = await storedState(world.gateway.database);
    const refusal = await admin.refusal(InviteMemberDocument, inputOf([...given()]));
    expect(refusal).toMatchObject({ code, ...(field !== undefined && { field }) });
    expect(await storedState(world.gateway.database)).toEqual(before);
  });

  it('changed grants take the place of those it carried; left out they stay, null clears them', async () => {
    const { parks } = world;
    const { id } = await sendBy(admin, [on(parks.solling, 'TOM')]);
    const change = async (input: object) =>
      (
        await admin.get(UpdateInvitationDocument, { input: { invitationId: id, ...input } })
      ).updateInvitation.invitation.grants.map(({ role, resource }) => [resource?.name, role]);
    expect(await change({ label: 'Night shift' })).toEqual([['Solling', 'TOM']]);
    expect(await change({ grants: [on(parks.ostwall, 'COM')] })).toEqual([['Ostwall', 'COM']]);
    expect(await change({ grants: null })).toEqual([]);
    expect(await change({ grants: [on(parks.solling, 'NONE')] })).toEqual([['Solling', 'NONE']]);
    expect(await change({ grants: [] })).toEqual([]);
  });

  it('what another one gave stays theirs, whoever changes the rest or sends it again', async () => {
    const { ofAcme, parks } = world;
    const technical = await world.as(ofAcme.ASSET_MANAGER_TECHNICAL);
    const carrying = await sendBy(admin, [on(parks.solling, 'OPERATOR')]);
    await technical.get(UpdateInvitationDocument, { input: { invitationId: carrying.id, label: 'Another' } });
    await technical.get(ResendInvitationDocument, { invitationId: carrying.id });
    const again = { email: carrying.email, secret: invitationSecret(carrying.id, 1) };
    const accepted = await acceptedBy(again);
    expect(rolesOf(accepted)).toEqual({ Solling: 'OPERATOR' });
    expect(accepted.grants[0]?.grantedBy.name).toBe(ofAcme.ADMIN.name);
  });

  it.each<[string, () => InvitationGrantInput[]]>([
    ['takes it', () => []],
    ['replaces it', () => [on(world.parks.solling, 'VIEWER')]],
    [
      'adds more than they have',
      () => [on(world.parks.solling, 'OPERATOR'), on(world.parks.suedfeld, 'TOM')],
    ],
  ])('a MODERATOR who has less there than was given neither %s', async (_, given) => {
    const { id: invitationId } = await sendBy(admin, [on(world.parks.solling, 'OPERATOR')]);
    const change = { input: { invitationId, grants: given() } };
    const before = await storedState(world.gateway.database);
    expect(await (await world.as(viewer)).refusal(UpdateInvitationDocument, change)).toMatchObject({
      ...{ code: 'FORBIDDEN', rule: 'G1' },
    });
    expect(await storedState(world.gateway.database)).toEqual(before);
    expect((await admin.send(UpdateInvitationDocument, change)).errors).toEqual([]);
  });

  it('grants taken in one go are judged as one by one: what is left may not be above the taker’s own', async () => {
    const { portfolios, parks } = world;
    const given = [on(portfolios.south, 'VIEWER'), on(parks.solling, 'VIEWER')];
    const { id: invitationId } = await sendBy(admin, given, { role: 'MODERATOR' });
    // On Solling this MODERATOR has TOM; without both grants the invited would have OPERATOR there.
    const client = await world.as(tom);
    const change = (left: InvitationGrantInput[]) => ({ input: { invitationId, grants: left } });
    await client.get(UpdateInvitationDocument, change(given.slice(0, 1)));
    expect(await client.refusal(UpdateInvitationDocument, change([]))).toMatchObject({
      code: 'FORBIDDEN',
      rule: 'G1',
    });
    await admin.get(UpdateInvitationDocument, change(given));
    expect(await client.refusal(UpdateInvitationDocument, change([]))).toMatchObject({
      code: 'FORBIDDEN',
      rule: 'G1',
    });
  });
});

it('G4: a change of role leaves no grant that would raise access when it lapses', async () => {
  const lapsing = [on(world.parks.solling, 'VIEWER', '2099-01-01T00:00:00Z')];
  const { id: invitationId } = await sendBy(admin, lapsing, { role: 'MEMBER' });
  const change = (role: InviteMemberInput['role'], grants?: InvitationGrantInput[]) => ({
    input: { invitationId, role, ...(grants && { grants }) },
  });
  expect(await admin.refusal(UpdateInvitationDocument, change('MODERATOR'))).toMatchObject({
    ...{ code: 'EXPIRY_RAISES_ACCESS', rule: 'G4' },
  });
  await admin.get(UpdateInvitationDocument, change('MODERATOR', []));
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
