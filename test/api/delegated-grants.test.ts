import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_ROLES, type JobRole } from '../../src/authz/roles.ts';
import { shares } from '../../src/db/schema/shares.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { inOneGo } from '../kit/rows.ts';
import type { Person, Resource } from '../kit/story.ts';
import { documentOf, perform, refused } from '../kit/team-operations.ts';
import { startWithTenants } from '../kit/tenant.ts';

/** Acme owns, Borealis receives. */
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofBorealis.ADMIN);
});
afterAll(() => world.gateway.close());

let made = 0;
const portfolio = () => world.story.portfolio(world.organizations.acme, `Portfolio ${made++}`);
const park = (group: Resource = portfolio()) => world.story.park(group, `Park ${made++}`);
const stored = () => world.story.store(world.gateway.database);
const share = (resource: Resource, role: JobRole, expiresAt?: Date) =>
  world.story.share(world.cooperation, resource, role, expiresAt ? { expiresAt } : {});
const delegate = (person: Person, resource: Resource, role: JobRole) =>
  globalId('grant', world.story.grant(person, resource, role, { cooperation: world.cooperation }));
const on = (person: Person, resource: Resource) => ({
  memberId: person.member?.id,
  resourceId: resource.id,
});
const GRANT =
  'query ($id: ID!) { node(id: $id) { ... on Grant { role effectiveRole live resource { id } } } }';
interface Seen {
  readonly node: { role: string; effectiveRole: string; live: boolean; resource: { id: string } | null };
}
const seen = async (id: string, client = admin) => (await client.get<Seen, object>(GRANT, { id })).node;

describe('revoking a delegated grant', () => {
  const ADMIN_ONLY = {
    ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'section 6', required: 'ADMIN' },
    allowedRoles: ['ADMIN'],
  };
  const OWNER = { code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'G2' };
  const GONE = { code: 'NOT_FOUND' };
  type World = typeof world;
  const CASES: [who: string, person: (world: World) => Person, refusal: object | null][] = [
    ['the receiving ADMIN', ({ ofBorealis }) => ofBorealis.ADMIN, null],
    [
      'the receiving MODERATOR, who sees it',
      ({ ofBorealis }) => ofBorealis.MODERATOR,
      { ...ADMIN_ONLY, actual: 'MODERATOR' },
    ],
    ['the member who has it', ({ ofBorealis }) => ofBorealis.EXTERNAL, { ...ADMIN_ONLY, actual: 'EXTERNAL' }],
    ['another member', ({ ofBorealis }) => ofBorealis.MEMBER, GONE],
    ['the owner’s ADMIN, who sees it', ({ ofAcme }) => ofAcme.ADMIN, OWNER],
    ['the owner’s MODERATOR, who sees it', ({ ofAcme }) => ofAcme.MODERATOR, OWNER],
    ['the owner’s MEMBER', ({ ofAcme }) => ofAcme.MEMBER, GONE],
    ['a demo ADMIN', ({ people }) => people.demo, { code: 'FORBIDDEN', layer: 'SYSTEM', rule: 'D1' }],
    ['a paused ADMIN', ({ people }) => people.paused, GONE],
    ['a stranger', ({ ofCirrus }) => ofCirrus.ADMIN, GONE],
    ['the platform’s administrator', ({ people }) => people.administrator, GONE],
    ['an account without membership', ({ people }) => people.loner, GONE],
  ];
  it.each(CASES)('%s', async (_, who, refusal) => {
    const plant = park();
    share(plant, 'TOM');
    const grantId = delegate(world.ofBorealis.EXTERNAL, plant, 'TOM');
    await stored();
    const client = await world.as(who(world));
    if (refusal) {
      expect(await refused(world.gateway, client, 'revokeGrant', { grantId })).toMatchObject(refusal);
      expect((await seen(grantId)).effectiveRole).toBe('TOM');
    } else {
      expect(await perform(client, 'revokeGrant', { grantId })).toEqual({ revokedGrantId: grantId });
      expect(await seen(grantId)).toBeNull();
    }
  });

  it('whoever is not signed in is told to', async () => {
    const input = { grantId: globalId('grant', crypto.randomUUID()) };
    const refusal = await world.gateway.client().refusal(documentOf('revokeGrant'), { input });
    expect(refusal).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('effectiveRole of a delegated grant', () => {
  it.each(['VIEWER', 'TOM', 'COM'] as const)('is met with a ceiling of %s (P5)', async (ceiling) => {
    const MEET: Record<typeof ceiling, Record<JobRole, JobRole>> = {
      VIEWER: { OPERATOR: 'VIEWER', TOM: 'VIEWER', COM: 'VIEWER', VIEWER: 'VIEWER', NONE: 'NONE' },
      TOM: { OPERATOR: 'TOM', TOM: 'TOM', COM: 'VIEWER', VIEWER: 'VIEWER', NONE: 'NONE' },
      COM: { OPERATOR: 'COM', TOM: 'VIEWER', COM: 'COM', VIEWER: 'VIEWER', NONE: 'NONE' },
    };
    // OPERATOR is refused by the database itself (P6).
    for (const role of JOB_ROLES.filter((each) => each !== 'OPERATOR')) {
      const plant = park();
      share(plant, ceiling);
      const id = delegate(world.ofBorealis.MEMBER, plant, role);
      await stored();
      const expected = { role, effectiveRole: MEET[ceiling][role], live: true, resource: { id: plant.id } };
      expect(await seen(id)).toEqual(expected);
      // The owner sees which role a partner's member has.
      expect(await seen(id, await world.as(world.ofAcme.MODERATOR))).toEqual(expected);
    }
  });

  it('follows the share at once: lowered, and gone', async () => {
    const plant = park();
    const uuid = share(plant, 'TOM');
    const id = delegate(world.ofBorealis.MEMBER, plant, 'TOM');
    await stored();
    expect((await seen(id)).effectiveRole).toBe('TOM');
    await inOneGo(world.gateway.database, (tx) =>
      tx.update(shares).set({ role: 'COM' }).where(eq(shares.id, uuid)),
    );
    expect((await seen(id)).effectiveRole).toBe('VIEWER');
    await inOneGo(world.gateway.database, (tx) => tx.delete(shares).where(eq(shares.id, uuid)));
    expect(await seen(id)).toEqual({ role: 'TOM', effectiveRole: 'NONE', live: true, resource: null });
    const member = await world.as(world.ofBorealis.MEMBER);
    expect(await seen(id, member)).toMatchObject({ effectiveRole: 'NONE', resource: null });
    // The owner keeps seeing the resource, and that nothing is left of the grant there.
    const chief = await world.as(world.ofAcme.ADMIN);
    expect(await seen(id, chief)).toMatchObject({ effectiveRole: 'NONE', resource: { id: plant.id } });
  });

  it('on a portfolio counts while the portfolio itself is shared (P4)', async () => {
    const [group, other] = [portfolio(), portfolio()];
    const [plant, lone] = [park(group), park(other)];
    share(group, 'TOM');
    share(other, 'TOM', new Date('2025-03-01'));
    share(lone, 'TOM');
    const ids = [group, other].map((each) => delegate(world.ofBorealis.MEMBER, each, 'TOM'));
    await stored();
    expect(await seen(ids[0] ?? '')).toMatchObject({ effectiveRole: 'TOM', live: true });
    expect(await seen(ids[1] ?? '')).toMatchObject({ effectiveRole: 'NONE', live: true, resource: null });
    const roles = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Park { effectiveRole } } }';
    expect(await (await world.as(world.ofBorealis.MEMBER)).get(roles, { ids: [plant.id, lone.id] })).toEqual({
      nodes: [{ effectiveRole: 'TOM' }, null],
    });
  });

  it('of a paused member is NONE, and is back with them', async () => {
    const plant = park();
    share(plant, 'COM');
    const person = world.story.member(world.organizations.borealis, 'MEMBER', { name: 'Off', active: false });
    await stored();
    const { grant } = await perform(admin, 'grantRole', { ...on(person, plant), role: 'COM' });
    expect(grant).toMatchObject({ effectiveRole: 'NONE', live: true });
    await perform(admin, 'updateMember', { memberId: person.member?.id, active: true });
    expect((await seen(grant.id)).effectiveRole).toBe('COM');
  });
});

describe('G4 under a ceiling', () => {
  const UNTIL = '2100-01-01T00:00:00.000Z';
  it.each([
    ['MEMBER', 'VIEWER', undefined, false],
    ['MODERATOR', 'TOM', undefined, false],
    ['ADMIN', 'TOM', undefined, false],
    ['ADMIN', 'VIEWER', undefined, true],
    // Once the share is over there is nothing to rise to; a millisecond sooner there is.
    ['ADMIN', 'VIEWER', UNTIL, false],
    ['ADMIN', 'VIEWER', '2100-01-01T00:00:00.001Z', true],
  ] as const)('an %s with %s for a while, the share until %s: raises %s', async (...line) => {
    const [role, granted, shareEnds, raises] = line;
    const plant = park();
    share(plant, 'TOM', shareEnds === undefined ? undefined : new Date(shareEnds));
    await stored();
    const input = { ...on(world.ofBorealis[role], plant), role: granted, expiresAt: UNTIL };
    if (raises) {
      expect(await refused(world.gateway, admin, 'grantRole', input)).toMatchObject({
        ...{ code: 'EXPIRY_RAISES_ACCESS', rule: 'G4' },
      });
    }
    const { grant } = await perform(admin, 'grantRole', { ...input, raisesAccessOnExpiry: raises });
    expect(grant).toMatchObject({ role: granted, effectiveRole: granted });
  });

  it('on a portfolio, a park of which is shared with more, it is that park where it would rise', async () => {
    const groups = [portfolio(), portfolio()] as const;
    for (const group of groups) share(group, 'VIEWER');
    share(park(groups[1]), 'TOM');
    await stored();
    const until = { role: 'VIEWER', expiresAt: UNTIL };
    await perform(admin, 'grantRole', { ...on(world.ofBorealis.ADMIN, groups[0]), ...until });
    const raising = { ...on(world.ofBorealis.ADMIN, groups[1]), ...until };
    expect(await refused(world.gateway, admin, 'grantRole', raising)).toMatchObject({
      code: 'EXPIRY_RAISES_ACCESS',
    });
    // Of whoever has nothing there without it, nothing rises.
    await perform(admin, 'grantRole', { ...on(world.ofBorealis.MEMBER, groups[1]), ...until });
  });

  it('the cap is asked before: a grant beyond it is that, expiry or not (G2)', async () => {
    const plant = park();
    share(plant, 'TOM');
    await stored();
    const input = { ...on(world.ofBorealis.ADMIN, plant), role: 'NONE', expiresAt: UNTIL };
    expect(await refused(world.gateway, admin, 'grantRole', input)).toMatchObject({
      code: 'SHARE_CAP_EXCEEDED',
    });
    expect(await refused(world.gateway, admin, 'grantRole', { ...input, role: 'VIEWER' })).toMatchObject({
      code: 'EXPIRY_RAISES_ACCESS',
    });
  });
});
