/** Organization.team: members and invitations in one list, with filters, order, paging and counts after authorization. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLES, type OrganizationRole } from '../../src/authz/roles.ts';
import { newId } from '../../src/db/new-id.ts';
import { invitations } from '../../src/db/schema/invitations.ts';
import { storeInvitation } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { InvitationsDocument, TeamDocument, type TeamQueryVariables } from '../kit/generated/operations.ts';
import { inOneGo } from '../kit/rows.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Organization, Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

type Filter = NonNullable<TeamQueryVariables['filter']>;
/** Whose invitations each sees: section 6 with M1. */
const SEES: Record<OrganizationRole, readonly OrganizationRole[]> = {
  ADMIN: ORGANIZATION_ROLES,
  MODERATOR: ORGANIZATION_ROLES,
  ASSET_MANAGER_TECHNICAL: ['ASSET_MANAGER_TECHNICAL', 'MEMBER', 'EXTERNAL'],
  ASSET_MANAGER_COMMERCIAL: ['ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
  MEMBER: [],
  EXTERNAL: [],
};
const FILTERS: Filter[] = ['INTERNAL', 'EXTERNAL', 'INVITED', 'ALL'];

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let members: { id: string; role: OrganizationRole; name: string }[];
let invited: { id: string; role: OrganizationRole; email: string }[];

beforeAll(async () => {
  world = await startWithTenants();
  const { gateway, organizations, ofAcme, people, story } = world;
  const extra = [
    story.member(organizations.acme, 'EXTERNAL', { name: 'zoë last' }),
    story.member(organizations.acme, 'MEMBER', { name: 'ÄRGER' }),
  ];
  await story.store(gateway.database);
  const roled: [Person, OrganizationRole][] = [
    ...ORGANIZATION_ROLES.map((role) => [ofAcme[role], role] as [Person, OrganizationRole]),
    ...[people.blocked, people.demo, people.paused, people.expired, people.suspended].map(
      (person) => [person, 'ADMIN'] as [Person, OrganizationRole],
    ),
    [extra[0] as Person, 'EXTERNAL'],
    [extra[1] as Person, 'MEMBER'],
  ];
  members = roled.map(([person, role]) => ({ id: person.member?.id ?? '', role, name: person.name }));
  invited = [];
  const store = (row: object) =>
    storeInvitation(gateway.database, {
      invitedById: ofAcme.ADMIN.uuid,
      organizationId: organizations.acme.uuid,
      ...{ role: 'MEMBER', label: 'A label' },
      ...row,
    });
  for (const role of ORGANIZATION_ROLES)
    for (const expiresAt of [new Date(Date.now() + 86_400_000), new Date(Date.now() - 1_000)]) {
      const email = `${role.toLowerCase()}.${expiresAt > new Date() ? 'open' : 'expired'}@example.com`;
      const { id } = await store({ role, expiresAt, email });
      invited.push({ id, role, email });
    }
  for (const status of ['ACCEPTED', 'DECLINED', 'REVOKED']) await store({ status, settledAt: new Date() });
  await store({ organizationId: organizations.borealis.uuid });
});
afterAll(() => world.gateway.close());

const teamOf = async (
  client: GraphQLClient,
  variables: Omit<TeamQueryVariables, 'id'> = {},
  organization: Organization = world.organizations.acme,
) => (await client.get(TeamDocument, { id: organization.id, ...variables })).organization?.team ?? null;
const byKey =
  <One>(key: (one: One) => string) =>
  (a: One, b: One) =>
    key(a) < key(b) ? -1 : 1;

/** What `viewer` is to see: members by name, then invitations by address. */
function expected(viewer: OrganizationRole, filter: Filter): string[] {
  const self = world.ofAcme[viewer].member?.id;
  const shown = members
    .filter(({ id }) => viewer !== 'EXTERNAL' || id === self)
    .filter(
      ({ role }) => filter === 'ALL' || (filter === 'INTERNAL' && role !== 'EXTERNAL') || filter === role,
    )
    .toSorted(byKey(({ name }) => name.toLowerCase()));
  const open = invited.filter(
    ({ role }) => SEES[viewer].includes(role) && ['ALL', 'INVITED'].includes(filter),
  );
  return [...shown, ...open.toSorted(byKey(({ email }) => email))].map(({ id }) => id);
}

describe.each(ORGANIZATION_ROLES)('%s', (viewer) => {
  it.each(FILTERS)('sees of %s exactly what section 6 shows, counted after authorization', async (filter) => {
    const team = await teamOf(await world.as(world.ofAcme[viewer]), { filter, first: 1_000 });
    const ids = expected(viewer, filter);
    expect(team?.nodes.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(team?.totalCount).toBe(ids.length);
    expect(team?.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  });

  it('pages through it in order, forward and backward, without gap or repetition', async () => {
    const client = await world.as(world.ofAcme[viewer]);
    const whole = (await teamOf(client, { first: 1_000 }))?.nodes.map(({ id }) => id) ?? [];
    for (const size of [1, 3, 7]) {
      const forward: string[] = [];
      for (let after: string | null = null; ; ) {
        const page: Awaited<ReturnType<typeof teamOf>> = await teamOf(client, { first: size, after });
        forward.push(...(page?.nodes.map(({ id }) => id) ?? []));
        expect(page?.totalCount).toBe(whole.length);
        if (!page?.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }
      expect(forward).toEqual(whole);
      const backward: string[] = [];
      for (let before: string | null = null; ; ) {
        const page: Awaited<ReturnType<typeof teamOf>> = await teamOf(client, { last: size, before });
        backward.unshift(...(page?.nodes.map(({ id }) => id) ?? []));
        if (!page?.pageInfo.hasPreviousPage) break;
        before = page.pageInfo.startCursor;
      }
      expect(backward).toEqual(whole);
    }
  });
});

it('ALL is the default; members come by name and invitations by address', async () => {
  const admin = await world.as(world.ofAcme.ADMIN);
  const [left, all] = [
    await teamOf(admin, { first: 100 }),
    await teamOf(admin, { filter: 'ALL', first: 100 }),
  ];
  expect(left).toEqual(all);
  const names =
    all?.nodes.flatMap((each) => (each.__typename === 'Member' ? [each.user.name.toLowerCase()] : [])) ?? [];
  const emails = all?.nodes.flatMap((each) => (each.__typename === 'Invitation' ? [each.email] : [])) ?? [];
  expect(names).toHaveLength(members.length);
  expect(names).toEqual(names.toSorted());
  expect(emails).toHaveLength(invited.length);
  expect(emails).toEqual(emails.toSorted());
});

it('a member shows as in the list of members, an invitation with what became of it', async () => {
  const team = await teamOf(await world.as(world.ofAcme.MODERATOR), { first: 100 });
  const find = (id: string | undefined) => team?.nodes.find((each) => each.id === id);
  const { MEMBER } = world.ofAcme;
  expect(find(MEMBER.member?.id)).toMatchObject({
    __typename: 'Member',
    memberRole: 'MEMBER',
    user: { name: MEMBER.name, email: MEMBER.email },
  });
  for (const { id, email, role } of invited)
    expect(find(id)).toMatchObject({
      __typename: 'Invitation',
      email,
      role,
      status: email.includes('open') ? 'PENDING' : 'EXPIRED',
    });
});

it.each([
  ['a partner’s ADMIN', () => world.ofBorealis.ADMIN],
  ['an ADMIN of no partner', () => world.ofCirrus.ADMIN],
  ['somebody in no organization', () => world.people.loner],
  ['a paused ADMIN', () => world.people.paused],
  ['an expired ADMIN', () => world.people.expired],
  ['a system administrator', () => world.people.administrator],
] as [string, () => Person][])('%s sees no team, whatever the filter', async (_, who) => {
  const client = await world.as(who());
  for (const filter of FILTERS) expect(await teamOf(client, { filter })).toBeNull();
});

it('cursors are good for their own list alone', async () => {
  const { as, ofAcme, ofBorealis, organizations } = world;
  const admin = await as(ofAcme.ADMIN);
  const after = (await teamOf(admin, { first: 2 }))?.pageInfo.endCursor;
  const bad = { code: 'BAD_USER_INPUT', field: 'after' };
  for (const forged of ['', 'x', Buffer.from('["organization team NAME"]').toString('base64url')])
    expect(await admin.refusal(TeamDocument, { id: organizations.acme.id, after: forged })).toMatchObject(
      bad,
    );
  const borealis = await as(ofBorealis.ADMIN);
  expect(await borealis.refusal(TeamDocument, { id: organizations.borealis.id, after })).toMatchObject(bad);
  for (const variables of [
    { first: 0 },
    { first: -1 },
    { last: 0 },
    { first: 10_001 },
    { first: 1, last: 1 },
  ])
    expect(await admin.refusal(TeamDocument, { id: organizations.acme.id, ...variables })).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
  expect(await admin.refusal(TeamDocument, { id: organizations.acme.id, filter: 'EVERYBODY' })).toMatchObject(
    { code: 'BAD_USER_INPUT' },
  );
});

describe('200 members and 200 invitations', () => {
  let few: { organization: Organization; client: GraphQLClient };
  let many: typeof few;

  async function sized(count: number) {
    const { story, gateway } = world;
    const organization = story.organization(`Sized ${count}`);
    const admin = story.member(organization, 'ADMIN', { name: `Admin of ${count}` });
    for (let n = 1; n < count; n++)
      story.member(organization, n % 4 ? 'MEMBER' : 'EXTERNAL', { name: `Member ${count} ${n}` });
    await story.store(gateway.database);
    const now = Date.now();
    const rows = Array.from({ length: count }, (_, n) => ({
      ...{
        id: newId(),
        type: 'ORGANIZATION' as const,
        organizationId: organization.uuid,
        invitedById: admin.uuid,
      },
      ...{ email: `guest.${n}@${count}.example.com`, role: 'MEMBER' as const, language: 'EN' as const },
      tokenHash: crypto.getRandomValues(new Uint8Array(32)),
      ...{ createdAt: new Date(now), sentAt: new Date(now), expiresAt: new Date(now + 86_400_000) },
    }));
    await inOneGo(gateway.database, (tx) => tx.insert(invitations).values(rows));
    return { organization, client: await gateway.signInAs(admin.uuid) };
  }
  beforeAll(async () => {
    few = await sized(5);
    many = await sized(200);
  });

  const statements = async ({ organization, client }: typeof few, document: unknown, variables: object) => {
    world.gateway.takeStatements();
    const data = await client.get<
      { organization: { team?: { nodes: object[] }; invitations?: { nodes: object[] } } },
      object
    >(document as string, { id: organization.id, ...variables });
    const count = world.gateway
      .takeStatements()
      .filter((statement) => !/^update "sessions"/.test(statement)).length;
    return { count, rows: (data.organization.team ?? data.organization.invitations)?.nodes.length };
  };
  const DEEP = `query ($id: ID!) { organization(id: $id) { team(first: 1000) { totalCount nodes {
    ... on Member { id role user { id name } home: organization { name } given: grants(first: 5) { nodes { role } } }
    ... on Invitation { id email invited: role invitedBy { name } organization { name } grants { role resource { name } } } } } } }`;

  it.each<[string, unknown, object, number]>([
    ['ALL', TeamDocument, { first: 1_000 }, 2],
    ['INTERNAL', TeamDocument, { first: 1_000, filter: 'INTERNAL' }, 1],
    ['INVITED', TeamDocument, { first: 1_000, filter: 'INVITED' }, 1],
    ['everything beneath', DEEP, {}, 2],
    ['invitations', InvitationsDocument, {}, 1],
  ])('take as many statements as 5 of them: %s', async (name, document, variables, lists) => {
    const [small, large] = [
      await statements(few, document, variables),
      await statements(many, document, variables),
    ];
    expect(large.count).toBe(small.count);
    expect(small.count).toBeGreaterThan(lists);
    if (name === 'ALL' || name === 'everything beneath') expect([small.rows, large.rows]).toEqual([10, 400]);
    if (name === 'INVITED') expect([small.rows, large.rows]).toEqual([5, 200]);
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
