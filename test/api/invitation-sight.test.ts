/** Section 6, V1 and V2: who sees which invitation, by whatever way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLES, type OrganizationRole } from '../../src/authz/roles.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { storeInvitation } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { InvitationByTokenDocument, InvitationsDocument, TeamDocument } from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

/** Section 6: an asset manager sees those whose role they may assign by M1. */
const SEES: Record<OrganizationRole, readonly OrganizationRole[]> = {
  ADMIN: ORGANIZATION_ROLES,
  MODERATOR: ORGANIZATION_ROLES,
  ASSET_MANAGER_TECHNICAL: ['ASSET_MANAGER_TECHNICAL', 'MEMBER', 'EXTERNAL'],
  ASSET_MANAGER_COMMERCIAL: ['ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
  MEMBER: [],
  EXTERNAL: [],
};

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
/** The invitations of Acme by role, and others. */
const sent = {} as Record<OrganizationRole, string>;
let others: { expired: string; revoked: string; platform: string; cooperation: string; foreign: string };

beforeAll(async () => {
  world = await startWithTenants();
  const { gateway, story, organizations, ofAcme, ofBorealis, people } = world;
  const placeholder = story.organization('partner@example.com', { placeholder: true });
  const pending = story.cooperation(organizations.acme, placeholder, { acceptedAt: null });
  await story.store(gateway.database);
  const store = (row: object) =>
    storeInvitation(gateway.database, {
      invitedById: ofAcme.ADMIN.uuid,
      organizationId: organizations.acme.uuid,
      ...{ role: 'MEMBER', label: 'A label' },
      ...row,
    });
  for (const role of ORGANIZATION_ROLES) sent[role] = (await store({ role })).id;
  const notOurs = { organizationId: organizations.borealis.uuid, invitedById: ofBorealis.ADMIN.uuid };
  const noRole = { role: null, label: null };
  others = {
    expired: (await store({ expiresAt: new Date(Date.now() - 1_000) })).id,
    revoked: (await store({ status: 'REVOKED', settledAt: new Date() })).id,
    platform: (
      await store({
        type: 'PLATFORM',
        organizationId: null,
        invitedById: people.administrator.uuid,
        ...noRole,
      })
    ).id,
    cooperation: (await store({ type: 'COOPERATION', cooperationId: pending.uuid, ...noRole })).id,
    foreign: (await store(notOurs)).id,
  };
});
afterAll(() => world.gateway.close());

const acme = () => world.organizations.acme.id;
const all = () => [
  ...Object.values(sent),
  ...Object.values(others),
  globalId('invitation', crypto.randomUUID()),
];

/** Which of all invitations somebody sees, by each way. */
async function waysTo(client: GraphQLClient) {
  const { organization } = await client.get(InvitationsDocument, { id: acme() });
  const { organization: team } = await client.get(TeamDocument, {
    id: acme(),
    filter: 'INVITED',
    first: 100,
  });
  const invited = team?.team?.nodes.map((each) => each.id) ?? [];
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Invitation { email } } }';
  const { nodes } = await client.get<{ nodes: ({ id: string } | null)[] }, object>(query, { ids: all() });
  const single = 'query ($id: ID!) { node(id: $id) { id ... on Invitation { email } } }';
  const byNode: string[] = [];
  for (const id of all()) {
    const { node } = await client.get<{ node: { id: string } | null }, object>(single, { id });
    if (node) byNode.push(node.id);
  }
  expect(nodes).toHaveLength(all().length);
  return {
    listed: organization?.invitations?.nodes.map(({ id }) => id) ?? null,
    counted: organization?.invitations?.totalCount ?? null,
    invited: invited.toSorted(),
    invitedCount: team?.team?.totalCount ?? 0,
    byNodes: nodes.flatMap((node) => (node ? [node.id] : [])).toSorted(),
    byNode: byNode.toSorted(),
  };
}

describe.each(ORGANIZATION_ROLES)('%s', (viewer) => {
  it('sees the same invitations by every way, and counts no other', async () => {
    const ofRoles = SEES[viewer].map((role) => sent[role]);
    const sees = ofRoles.length > 0;
    const isAdmin = viewer === 'ADMIN';
    // A cooperation is for ADMINs to see; those of it are no part of the team.
    const listed = [
      ...ofRoles,
      ...(sees ? [others.expired, others.revoked] : []),
      ...(isAdmin ? [others.cooperation] : []),
    ];
    const invited = [...ofRoles, ...(sees ? [others.expired] : [])].toSorted();
    const ways = await waysTo(await world.as(world.ofAcme[viewer]));
    expect(ways.listed?.toSorted() ?? null).toEqual(sees ? listed.toSorted() : null);
    expect(ways.counted).toBe(sees ? listed.length : null);
    expect(ways.byNodes).toEqual(listed.toSorted());
    expect(ways.byNode).toEqual(listed.toSorted());
    expect(ways.invited).toEqual(invited);
    expect(ways.invitedCount).toBe(invited.length);
  });
});

it.each([
  ['an ADMIN of a partner', () => world.ofBorealis.ADMIN, () => [others.foreign]],
  ['a MEMBER of a partner', () => world.ofBorealis.MEMBER, () => []],
  ['an ADMIN of no partner', () => world.ofCirrus.ADMIN, () => []],
  ['somebody in no organization', () => world.people.loner, () => []],
  ['a paused ADMIN', () => world.people.paused, () => []],
  ['an expired ADMIN', () => world.people.expired, () => []],
  ['a system administrator', () => world.people.administrator, () => [others.platform]],
] as [string, () => Person, () => string[]][])('%s sees none of Acme', async (_, who, own) => {
  const ways = await waysTo(await world.as(who()));
  expect(ways).toMatchObject({ listed: null, counted: null, invited: [], invitedCount: 0 });
  expect([ways.byNodes, ways.byNode]).toEqual([own(), own()]);
});

it('the list tells by status, an expired one by its time, and says what was sent', async () => {
  const admin = await world.as(world.ofAcme.ADMIN);
  const ofStatus = async (status: 'PENDING' | 'ACCEPTED' | 'DECLINED' | 'REVOKED' | 'EXPIRED') => {
    const { organization } = await admin.get(InvitationsDocument, { id: acme(), status });
    const { nodes = [], totalCount } = organization?.invitations ?? {};
    expect(totalCount).toBe(nodes.length);
    for (const node of nodes) expect(node.status).toBe(status);
    return nodes.map(({ id }) => id).toSorted();
  };
  expect(await ofStatus('PENDING')).toEqual([...Object.values(sent), others.cooperation].toSorted());
  expect(await ofStatus('EXPIRED')).toEqual([others.expired]);
  expect(await ofStatus('REVOKED')).toEqual([others.revoked]);
  expect(await ofStatus('ACCEPTED')).toEqual([]);
  expect(await ofStatus('DECLINED')).toEqual([]);
});

it('it is expired at the exact instant', async () => {
  const { gateway, ofAcme, organizations } = world;
  const expiresAt = new Date('2032-01-01T00:00:00.000Z');
  const { id } = await storeInvitation(gateway.database, {
    ...{ invitedById: ofAcme.ADMIN.uuid, organizationId: organizations.acme.uuid, role: 'MEMBER', expiresAt },
  });
  const statusAt = async (instant: string) => {
    gateway.setClock(instant);
    const client = await gateway.signInAs(ofAcme.ADMIN.uuid);
    const { organization } = await client.get(InvitationsDocument, { id: acme() });
    const listed = await client.get(InvitationsDocument, { id: acme(), status: 'EXPIRED' });
    const status = organization?.invitations?.nodes.find((each) => each.id === id)?.status;
    expect(listed.organization?.invitations?.nodes.some((each) => each.id === id)).toBe(status === 'EXPIRED');
    return status;
  };
  expect(await statusAt('2031-12-31T23:59:59.999Z')).toBe('PENDING');
  expect(await statusAt('2032-01-01T00:00:00.000Z')).toBe('EXPIRED');
  gateway.setClock(null);
});

it('whoever sent it shows by name, not more, also where they left', async () => {
  const { gateway, ofCirrus, organizations, as, ofAcme } = world;
  const { id } = await storeInvitation(gateway.database, {
    ...{ invitedById: ofCirrus.ADMIN.uuid, organizationId: organizations.acme.uuid, role: 'MEMBER' },
  });
  const query =
    'query ($id: ID!) { node(id: $id) { ... on Invitation { invitedBy { name email language systemRole suspended } } } }';
  expect(await (await as(ofAcme.ADMIN)).get(query, { id })).toEqual({
    node: {
      invitedBy: {
        name: ofCirrus.ADMIN.name,
        email: null,
        language: null,
        systemRole: null,
        suspended: null,
      },
    },
  });
});

it('grants are shown to those who see grants, and to no asset manager', async () => {
  const { gateway, as, ofAcme, organizations, people, portfolios } = world;
  const admin = await as(ofAcme.ADMIN);
  const { id } = await storeInvitation(gateway.database, {
    ...{ invitedById: ofAcme.ADMIN.uuid, organizationId: organizations.acme.uuid, role: 'MEMBER' },
  });
  const update =
    'mutation ($input: UpdateInvitationInput!) { updateInvitation(input: $input) { invitation { id } } }';
  await admin.get(update, {
    input: { invitationId: id, grants: [{ resourceId: portfolios.south.id, role: 'TOM' }] },
  });
  const query =
    'query ($id: ID!) { node(id: $id) { ... on Invitation { grants { role resource { id } } } } }';
  const shown = async (person: Person) => await (await as(person)).get(query, { id });
  const south = { node: { grants: [{ role: 'TOM', resource: { id: portfolios.south.id } }] } };
  expect(await shown(ofAcme.ADMIN)).toEqual(south);
  // P13: this ADMIN sees south to mend it.
  expect(await shown(people.blocked)).toEqual(south);
  world.story.grant(ofAcme.ASSET_MANAGER_TECHNICAL, portfolios.south, 'NONE');
  await world.story.store(gateway.database);
  expect(await shown(ofAcme.ASSET_MANAGER_TECHNICAL)).toEqual({
    node: { grants: [] },
  });
});

it('nobody is shown an invitation without a session, but by its link', async () => {
  const anonymous = world.gateway.client();
  expect(
    await anonymous.refusal('query ($id: ID!) { node(id: $id) { id } }', { id: sent.MEMBER }),
  ).toMatchObject({
    code: 'UNAUTHENTICATED',
  });
  for (const token of [
    sent.MEMBER,
    '',
    'x',
    'A'.repeat(43),
    'A'.repeat(100_000),
    "' or 1=1 --",
    '\0',
    '\ud800',
  ])
    expect(await anonymous.get(InvitationByTokenDocument, { token })).toEqual({ invitationByToken: null });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
