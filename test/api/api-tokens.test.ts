/** T1, T3, P10, M6: the life of API tokens, and how their owner's fate is theirs. */
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLES, PERMISSION_GROUPS } from '../../src/authz/roles.ts';
import { newId } from '../../src/db/new-id.ts';
import { apiTokens } from '../../src/db/schema/api-tokens.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { newApiSecret } from '../../src/identity/api-tokens.ts';
import { parseGlobalId } from '../../src/schema/global-id.ts';
import { changeMember, changeUser } from '../kit/accounts.ts';
import { insertToken } from '../kit/api-tokens.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway } from '../kit/gateway.ts';
import type { Person } from '../kit/story.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

const NOW = '2030-06-01T12:00:00.000Z';
const LATER = '2030-06-02T12:00:00.000Z';

let world: Awaited<ReturnType<typeof startWithTenants>>;
beforeAll(async () => {
  world = await startWithTenants();
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

const TOKEN = `id name permissionGroup scope { id name } hint status createdAt expiresAt lastUsedAt
  owner { id user { name email } }`;
const CREATE = `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) { secret apiToken { ${TOKEN} } } }`;
const REVOKE =
  'mutation ($id: ID!) { revokeApiToken(input: { apiTokenId: $id }) { apiToken { id status } } }';
const OWN = `{ viewer { apiTokens { totalCount nodes { ${TOKEN} } } } }`;
const PARKS = '{ viewer { parks { nodes { id effectiveRole } } } }';

interface Made {
  readonly secret: string;
  readonly apiToken: Record<string, unknown> & { readonly id: string; readonly hint: string };
}
const create = async (client: GraphQLClient, input: object = {}): Promise<Made> =>
  (
    await client.get<{ createApiToken: Made }, object>(CREATE, {
      input: { name: 'Automation', permissionGroup: 'FULL_ACCESS', ...input },
    })
  ).createApiToken;
async function refused(client: GraphQLClient, query: string, variables: object = {}) {
  const before = await storedState(world.gateway.database);
  const refusal = await client.refusal(query, variables);
  expect(await storedState(world.gateway.database)).toEqual(before);
  return refusal;
}
let made = 0;
/** A member of Acme of their own, whose fate nothing else depends on. */
async function somebody(role: (typeof ORGANIZATION_ROLES)[number] = 'MEMBER') {
  const person = world.story.member(world.organizations.acme, role, { name: `Somebody ${made++}` });
  await world.story.store(world.gateway.database);
  return person;
}
const rolesSeenBy = async (client: GraphQLClient) => {
  const { viewer } = await client.get<{ viewer: { parks: { nodes: { id: string }[] } } | null }, never>(
    PARKS,
  );
  return viewer?.parks.nodes ?? null;
};

describe('making one', () => {
  it.each(ORGANIZATION_ROLES)(
    'every member may, for themselves: %s; its secret is told once',
    async (role) => {
      const { gateway, ofAcme } = world;
      const client = await world.as(ofAcme[role]);
      for (const permissionGroup of PERMISSION_GROUPS) {
        const { secret, apiToken } = await create(client, { permissionGroup, expiresAt: LATER });
        expect(secret).toMatch(/^parkgate_[0-9A-Za-z]{49}$/);
        expect(apiToken).toMatchObject({
          name: 'Automation',
          permissionGroup,
          scope: null,
          status: 'ACTIVE',
        });
        expect(apiToken).toMatchObject({
          expiresAt: LATER,
          lastUsedAt: null,
          owner: { id: ofAcme[role].member?.id },
        });
        expect(secret.startsWith(apiToken.hint)).toBe(true);
        expect(apiToken.hint.length).toBeLessThan(16);
        const last = (await auditTrail(gateway.database)).at(-1);
        expect(last).toMatchObject({ action: 'api_token.created', subjectId: apiToken.id, apiTokenId: null });
        expect(JSON.stringify([last, await client.get(OWN, {})])).not.toContain(secret);
      }
    },
  );

  it('T1, D1: not with a token, not by a DEMO account, not without a live membership, not by nobody', async () => {
    const { people, as, gateway, ofAcme } = world;
    const input = { name: 'x', permissionGroup: 'REPORTING' };
    const holder = await insertToken(gateway, ofAcme.ADMIN);
    expect(await refused(holder, CREATE, { input })).toMatchObject({
      code: 'FORBIDDEN',
      layer: 'API',
      rule: 'T1',
    });
    expect(await refused(await as(people.demo), CREATE, { input })).toMatchObject({
      code: 'FORBIDDEN',
      layer: 'SYSTEM',
    });
    for (const person of [people.paused, people.expired, people.loner, people.administrator])
      expect(await refused(await as(person), CREATE, { input })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refused(gateway.client(), CREATE, { input })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('names what is wrong with the input, and stores nothing', async () => {
    const { as, ofAcme, ofBorealis, people, portfolios, parks } = world;
    const client = await as(ofAcme.ADMIN);
    const wrong: [object, object][] = [
      [{ name: '' }, { code: 'BAD_USER_INPUT', field: 'name' }],
      [{ name: 'x'.repeat(101) }, { code: 'BAD_USER_INPUT', field: 'name' }],
      [{ permissionGroup: 'EVERYTHING' }, { code: 'BAD_USER_INPUT', field: 'input.permissionGroup' }],
      [{ scopeResourceIds: [] }, { code: 'BAD_USER_INPUT', field: 'scopeResourceIds' }],
      [{ scopeResourceIds: Array(1_001).fill(parks.nordhang.id) }, { code: 'BAD_USER_INPUT' }],
      [{ scopeResourceIds: [parks.nordhang.id, parks.central.id] }, { code: 'NOT_FOUND' }],
      [{ scopeResourceIds: ['park_nonsense'] }, { code: 'NOT_FOUND' }],
      [{ scopeResourceIds: [ofAcme.ADMIN.id] }, { code: 'NOT_FOUND' }],
      [{ expiresAt: '2020-01-01T00:00:00Z' }, { code: 'BAD_USER_INPUT', field: 'expiresAt' }],
    ];
    for (const [part, refusal] of wrong) {
      const input = { name: 'x', permissionGroup: 'FULL_ACCESS', ...part };
      expect(await refused(client, CREATE, { input }), JSON.stringify(part).slice(0, 100)).toMatchObject(
        refusal,
      );
    }
    const input = { name: 'x', permissionGroup: 'FULL_ACCESS', scopeResourceIds: [portfolios.south.id] };
    expect(await refused(await as(people.blocked), CREATE, { input })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'scopeResourceIds',
    });
    // P3: what is shared is within reach, and its NONE is not.
    const shared = { ...input, scopeResourceIds: [parks.nordsee.id] };
    expect(await refused(await as(ofBorealis.ADMIN), CREATE, { input: shared })).toMatchObject({
      code: 'NOT_FOUND',
    });
    await create(await as(ofBorealis.ADMIN), { scopeResourceIds: [portfolios.north.id] });
  });
});

describe('seeing and revoking', () => {
  it('the owner their own, an ADMIN all, nobody else any (section 6, V1)', async () => {
    const { as, ofAcme, ofBorealis, organizations } = world;
    const [owner, admin] = [await as(ofAcme.ASSET_MANAGER_COMMERCIAL), await as(ofAcme.ADMIN)];
    const { apiToken } = await create(owner, { name: 'Mine' });
    const node = 'query ($id: ID!) { node(id: $id) { ... on ApiToken { id name owner { id } } } }';
    const all = `query ($id: ID!) { organization(id: $id) { apiTokens(first: 1000) { totalCount nodes { id } } } }`;
    for (const client of [owner, admin])
      expect(await client.get(node, { id: apiToken.id })).toMatchObject({ node: { name: 'Mine' } });
    for (const person of [ofAcme.MODERATOR, ofAcme.MEMBER, ofBorealis.ADMIN]) {
      const client = await as(person);
      expect(await client.get(node, { id: apiToken.id })).toEqual({ node: null });
      expect(await refused(client, REVOKE, { id: apiToken.id })).toMatchObject({ code: 'NOT_FOUND' });
      const { organization } = await client.get<{ organization: { apiTokens: null } | null }, object>(all, {
        id: organizations.acme.id,
      });
      expect(organization?.apiTokens ?? null).toBeNull();
    }
    const { organization } = await admin.get<
      { organization: { apiTokens: { totalCount: number; nodes: { id: string }[] } } },
      object
    >(all, { id: organizations.acme.id });
    expect(organization.apiTokens.nodes.map(({ id }) => id)).toContain(apiToken.id);
    expect(organization.apiTokens.totalCount).toBe(organization.apiTokens.nodes.length);
    await refused(admin, REVOKE, { id: 'token_nonsense' });
    expect(await admin.get(REVOKE, { id: apiToken.id })).toMatchObject({
      revokeApiToken: { apiToken: { status: 'REVOKED' } },
    });
    expect((await auditTrail(world.gateway.database)).at(-1)).toMatchObject({
      action: 'api_token.revoked',
      subjectId: apiToken.id,
      details: { ownerId: ofAcme.ASSET_MANAGER_COMMERCIAL.member?.id },
    });
    const before = await storedState(world.gateway.database);
    expect(await owner.get(REVOKE, { id: apiToken.id })).toMatchObject({
      revokeApiToken: { apiToken: { status: 'REVOKED' } },
    });
    expect(await storedState(world.gateway.database)).toEqual(before);
  });

  it('one that is mistyped, unknown, revoked or expired gets one answer, the first without a look', async () => {
    const { gateway, ofAcme } = world;
    gateway.setClock(NOW);
    const client = await gateway.signInAs(ofAcme.MEMBER.uuid);
    const gone = await create(client);
    await client.get(REVOKE, { id: gone.apiToken.id });
    const dated = await create(client, { expiresAt: LATER });
    expect(await rolesSeenBy(gateway.client(dated.secret))).not.toEqual([]);
    gateway.setClock(new Date(Date.parse(LATER) - 1));
    expect(await rolesSeenBy(gateway.client(dated.secret))).not.toBeNull();
    gateway.setClock(LATER);
    const last = gone.secret.at(-1) === 'a' ? 'b' : 'a';
    const mistyped = `${gone.secret.slice(0, -1)}${last}`;
    const answers = [];
    for (const secret of [mistyped, newApiSecret(), gone.secret, dated.secret]) {
      gateway.takeStatements();
      const answer = [];
      for (const query of [PARKS, '{ nodes(ids: []) { id } }', 'mutation { signOut { ok } }']) {
        const { status, data, errors } = await gateway.client(secret).send(query);
        answer.push({
          status,
          data,
          errors: errors.map(({ message, extensions }) => ({ message, extensions })),
        });
      }
      const looks = gateway.takeStatements().filter((statement) => statement.includes('api_tokens'));
      expect(looks.length > 0).toBe(secret !== mistyped);
      answers.push(answer);
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const { viewer } = await (await gateway.signInAs(ofAcme.MEMBER.uuid)).get<
      { viewer: { apiTokens: { nodes: { id: string; status: string }[] } } },
      never
    >(OWN);
    const statusOf = ({ apiToken }: Made) =>
      viewer.apiTokens.nodes.find(({ id }) => id === apiToken.id)?.status;
    expect([statusOf(gone), statusOf(dated)]).toEqual(['REVOKED', 'EXPIRED']);
  });

  it('notes its use at most once a minute', async () => {
    const { gateway, as, ofAcme } = world;
    const client = await as(ofAcme.MODERATOR);
    const { secret, apiToken } = await create(client);
    const uuid = parseGlobalId('token', apiToken.id) as string;
    const lastUse = async () => {
      const [row] = await gateway.database.transaction('snapshot', (tx) =>
        tx.select({ at: apiTokens.lastUsedAt }).from(apiTokens).where(eq(apiTokens.id, uuid)),
      );
      return row?.at?.toISOString() ?? null;
    };
    const writes = async (at: string) => {
      gateway.setClock(at);
      gateway.takeStatements();
      await rolesSeenBy(gateway.client(secret));
      // It is noted after the answer.
      for (let look = 0; look < 50 && (await lastUse()) !== at; look++) await new Promise(setImmediate);
      return gateway.takeStatements().filter((each) => each.startsWith('update "api_tokens"')).length;
    };
    expect(await lastUse()).toBeNull();
    expect(await writes('2030-06-01T12:00:00.000Z')).toBe(1);
    expect(await writes('2030-06-01T12:00:59.999Z')).toBe(0);
    expect(await lastUse()).toBe('2030-06-01T12:00:00.000Z');
    expect(await writes('2030-06-01T12:01:00.000Z')).toBe(1);
    expect(await lastUse()).toBe('2030-06-01T12:01:00.000Z');
  });
});

describe('P10, M6: what becomes of the owner becomes of the token, at the next request and in another process', () => {
  async function withToken(role: (typeof ORGANIZATION_ROLES)[number] = 'MODERATOR') {
    const other = await startTestGateway({ database: world.gateway.database });
    const owner = await somebody(role);
    const { secret, apiToken } = await create(await world.gateway.signInAs(owner.uuid));
    return { other, owner, apiToken, holders: [world.gateway.client(secret), other.client(secret)] };
  }
  const seen = async (holders: readonly GraphQLClient[]) => {
    const roles = await Promise.all(
      holders.map(async (holder) => {
        const nodes = (await rolesSeenBy(holder)) as { effectiveRole: string }[] | null;
        return nodes && [...new Set(nodes.map(({ effectiveRole }) => effectiveRole))].sort().join();
      }),
    );
    expect(roles[0]).toBe(roles[1]);
    return roles[0];
  };
  it('demoted, paused, expired, suspended: it shrinks or dies, and comes back with them', async () => {
    const { other, owner, holders, apiToken } = await withToken();
    expect(await seen(holders)).toBe('OPERATOR');
    const change = (changes: Parameters<typeof changeMember>[2]) =>
      changeMember(world.gateway.database, owner.uuid, changes);
    await change({ role: 'MEMBER' });
    expect(await seen(holders)).toBe('VIEWER');
    const admin = await world.as(world.ofAcme.ADMIN);
    const statusOf = async () =>
      (
        await admin.get<{ node: { status: string } }, object>(
          'query ($id: ID!) { node(id: $id) { ... on ApiToken { status } } }',
          { id: apiToken.id },
        )
      ).node.status;
    for (const [block, release] of [
      [() => change({ active: false }), () => change({ active: true })],
      [() => change({ expiresAt: new Date(0) }), () => change({ expiresAt: null })],
      [
        () => changeUser(world.gateway.database, owner.uuid, { suspendedAt: new Date() }),
        () => changeUser(world.gateway.database, owner.uuid, { suspendedAt: null }),
      ],
    ] as const) {
      await block();
      expect([await seen(holders), await statusOf()]).toEqual([null, 'SUSPENDED']);
      await release();
      expect([await seen(holders), await statusOf()]).toEqual(['VIEWER', 'ACTIVE']);
    }
    await other.close();
  });

  it.each(['removeMember', 'leaveOrganization'])(
    '%s ends it with the membership, in one transaction',
    async (how) => {
      const { other, owner, holders, apiToken } = await withToken('MEMBER');
      const [removal, actor] =
        how === 'removeMember'
          ? [
              `mutation { removeMember(input: { memberId: "${owner.member?.id}" }) { removedMemberId } }`,
              await world.as(world.ofAcme.ADMIN),
            ]
          : [
              'mutation { leaveOrganization { leftOrganizationId } }',
              await world.gateway.signInAs(owner.uuid),
            ];
      await actor.get(removal);
      expect(await seen(holders)).toBeNull();
      expect((await auditTrail(world.gateway.database)).at(-1)).toMatchObject({
        details: { tokensEnded: 1 },
      });
      const admin = await world.as(world.ofAcme.ADMIN);
      expect(await admin.get('query ($id: ID!) { node(id: $id) { id } }', { id: apiToken.id })).toEqual({
        node: null,
      });
      // In another organization, they have no token from before.
      await rejoin(owner);
      expect(await seen(holders)).toBeNull();
      await other.close();
    },
  );

  async function rejoin(owner: Person): Promise<void> {
    await world.gateway.database.transaction('command', async (tx) => {
      await tx.insert(memberships).values({
        id: newId(),
        userId: owner.uuid,
        organizationId: world.organizations.borealis.uuid,
        role: 'MEMBER',
        joinedAt: new Date(),
      });
    });
  }
});

describe('credentials of two', () => {
  it('a session cookie of the same account beside the token changes nothing, another account’s is refused', async () => {
    const { gateway, as, ofAcme } = world;
    const { secret } = await create(await as(ofAcme.MEMBER), { permissionGroup: 'REPORTING' });
    const cookieOf = async (person: Person) => `parkgate=${(await as(person)).token}`;
    const ask = async (query: string, cookie: string) => gateway.client(secret).send(query, {}, { cookie });
    const own = await ask('{ viewer { parks { totalCount } } }', await cookieOf(ofAcme.MEMBER));
    expect([own.status, own.errors]).toEqual([200, []]);
    const wider = await ask('{ viewer { user { name } } }', await cookieOf(ofAcme.MEMBER));
    expect(wider).toMatchObject({ status: 403, errors: [{ extensions: { code: 'FORBIDDEN', rule: 'T2' } }] });
    for (const query of ['{ viewer { parks { totalCount } } }', 'mutation { signOut { ok } }']) {
      const other = await ask(query, await cookieOf(ofAcme.ADMIN));
      expect(other).toMatchObject({
        status: 401,
        errors: [
          { extensions: { code: 'UNAUTHENTICATED', layer: 'API', actual: 'credentials of two accounts' } },
        ],
      });
      expect(other.data ?? null).toBeNull();
    }
  });
});
