/** Section 6, V1: what system administrators see, and that it leads into no tenant. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storeInvitation } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { OrganizationsDocument, UsersDocument } from '../kit/generated/operations.ts';
import { observe } from '../kit/observe.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import { startWithTenants } from '../kit/tenant.ts';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let administrator: GraphQLClient;
const { refused } = observe(() => world.gateway.database);
beforeAll(async () => {
  world = await startWithTenants();
  administrator = await world.as(world.people.administrator);
  const { ofAcme, organizations, gateway } = world;
  await storeInvitation(gateway.database, {
    invitedById: ofAcme.ADMIN.uuid,
    organizationId: organizations.acme.uuid,
    role: 'MEMBER',
  });
});
afterAll(() => world.gateway.close());

describe('the lists', () => {
  it('hold every account and organization, names and standing only, in pages and by search', async () => {
    const { ofBorealis, organizations, people, story, gateway } = world;
    const placeholder = story.organization('partner.placeholder@example.com', { placeholder: true });
    await story.store(gateway.database);
    const users: { name: string; email: unknown; language: unknown }[] = [];
    for (let after: string | null = null; ; ) {
      const page: {
        totalCount: number;
        nodes: readonly (typeof users)[number][];
        pageInfo: { hasNextPage: boolean; endCursor: string | null };
      } = (await administrator.get(UsersDocument, { first: 7, after })).users;
      users.push(...page.nodes);
      after = page.pageInfo.endCursor;
      if (page.pageInfo.hasNextPage) continue;
      expect(users).toHaveLength(page.totalCount);
      break;
    }
    const names = users.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([ofBorealis.MEMBER.name, people.loner.name, people.suspended.name]),
    );
    expect(names.map((name) => name.toLowerCase())).toEqual(
      names.map((name) => name.toLowerCase()).toSorted(),
    );
    expect(
      new Set(users.map(({ email, language }) => JSON.stringify([email, language]))).size,
    ).toBeLessThanOrEqual(2);
    const found = await administrator.get(UsersDocument, { search: 'SUSPENDED adm' });
    expect(found.users).toMatchObject({
      totalCount: 1,
      nodes: [{ name: people.suspended.name, suspended: true, systemRole: 'USER', email: null }],
    });
    // An address is not shown, so that it can't be searched for either (V2).
    expect(
      (await administrator.get(UsersDocument, { search: ofBorealis.MEMBER.email })).users.totalCount,
    ).toBe(0);
    const all = (await administrator.get(OrganizationsDocument)).organizations;
    expect(all.nodes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Acme Energy', 'Borealis Grid', 'Cirrus Power']),
    );
    expect(JSON.stringify(all)).not.toContain(placeholder.name);
    expect(all.nodes.find(({ id }) => id === organizations.acme.id)?.identifier).toMatch(/^[0-9a-f]{20,}$/);
    const acme = await administrator.get(OrganizationsDocument, { search: 'acme' });
    expect(acme.organizations).toMatchObject({ totalCount: 1, nodes: [{ name: 'Acme Energy' }] });
  });

  it.each([
    ['users', 'BAD_USER_INPUT', { search: 'x'.repeat(201) }],
    ['users', 'BAD_USER_INPUT', { search: 'a\0' }],
    ['users', 'BAD_USER_INPUT', { first: 0 }],
    ['organizations', 'BAD_USER_INPUT', { search: '\ud800' }],
    ['organizations', 'BAD_USER_INPUT', { after: 'forged' }],
  ] as const)('%s refuses bad input with %s', async (name, code, variables) => {
    const document = name === 'users' ? UsersDocument : OrganizationsDocument;
    expect(await administrator.refusal(document, variables)).toMatchObject({
      code,
      field: Object.keys(variables)[0],
    });
  });

  it('lead into no tenant, by no field', async () => {
    const query = `{ organizations(first: 20) { nodes { id name contactEmail phone address country registrationNumber taxId createdAt viewerRole viewerActions
      portfolios { totalCount nodes { name } } parks { totalCount nodes { name } } members { totalCount nodes { id } } team { totalCount nodes { __typename } }
      invitations { totalCount nodes { id } } } } }`;
    type Shown = { organizations: { nodes: Record<string, unknown>[] } };
    const { organizations } = await administrator.get<Shown, object>(query);
    expect(organizations.nodes.length).toBeGreaterThan(2);
    for (const { id, name, ...rest } of organizations.nodes) {
      expect([id, name]).toEqual([expect.any(String), expect.any(String)]);
      const empty = { totalCount: 0, nodes: [] };
      expect(rest).toEqual({
        ...{
          contactEmail: null,
          phone: null,
          address: null,
          country: null,
          registrationNumber: null,
          taxId: null,
          createdAt: null,
        },
        ...{
          viewerRole: null,
          viewerActions: [],
          portfolios: empty,
          parks: empty,
          members: null,
          team: null,
          invitations: null,
        },
      });
    }
    const { organizations: all, ofAcme, portfolios, parks, components, gateway } = world;
    const invitation = await storeInvitation(gateway.database, {
      invitedById: ofAcme.ADMIN.uuid,
      organizationId: all.acme.uuid,
      role: 'ADMIN',
    });
    const ids = [
      ofAcme.MEMBER.member?.id,
      portfolios.south.id,
      parks.solling.id,
      components.meter.id,
      invitation.id,
    ];
    expect(await administrator.get('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).toEqual({
      nodes: ids.map(() => null),
    });
    for (const change of [
      [
        'mutation ($id: ID!) { updateOrganization(input: { organizationId: $id, name: "Mine" }) { organization { id } } }',
        all.acme.id,
      ],
      [
        'mutation ($id: ID!) { updatePark(input: { parkId: $id, name: "Mine" }) { park { id } } }',
        parks.solling.id,
      ],
      [
        'mutation ($id: ID!) { updateMember(input: { memberId: $id, role: ADMIN }) { member { id } } }',
        ofAcme.MEMBER.member?.id,
      ],
      [
        'mutation ($id: ID!) { removeMember(input: { memberId: $id }) { removedMemberId } }',
        ofAcme.MEMBER.member?.id,
      ],
      [
        'mutation ($id: ID!) { revokeInvitation(input: { invitationId: $id }) { invitation { id } } }',
        invitation.id,
      ],
    ] as const)
      await refused(administrator, change[0], { id: change[1] }, { code: 'NOT_FOUND' });
  });
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
