import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobRole } from '../../src/authz/roles.ts';
import { cooperations } from '../../src/db/schema/cooperations.ts';
import { grants } from '../../src/db/schema/grants.ts';
import { ReadParkDocument, UpdateParkDocument } from '../kit/generated/operations.ts';
import type { Park, Person, Resource } from '../kit/story.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

type World = Awaited<ReturnType<typeof startWithTenants>>;
let world: World;
/** Acme's: two portfolios that nobody shares, one that expired for Borealis, and those that are shared as their names say. */
let private1: Resource;
let private2: Resource;
let lapsed: Resource;
let sharedTom: Resource;
let sharedCom: Resource;
let sharedViewer: Resource;
let park: Park;

beforeAll(async () => {
  world = await startWithTenants();
  const { story, organizations, cooperation } = world;
  const portfolio = (name: string) => story.portfolio(organizations.acme, name);
  private1 = portfolio('Private 1');
  private2 = portfolio('Private 2');
  lapsed = portfolio('Lapsed');
  sharedTom = world.portfolios.north;
  sharedCom = portfolio('Shared COM');
  sharedViewer = world.portfolios.east;
  story.share(cooperation, lapsed, 'TOM', { expiresAt: new Date(Date.UTC(2025, 5)) });
  story.share(cooperation, sharedCom, 'COM');
  await story.store(world.gateway.database);
});
afterAll(() => world.gateway.close());

/** A park of its own for each test, in a portfolio, with what else is told. */
async function parkIn(portfolio: Resource, tell: (park: Park) => void = () => undefined): Promise<Park> {
  const made = world.story.park(portfolio, 'Wanderer');
  tell(made);
  await world.story.store(world.gateway.database);
  return made;
}

const move = async (person: Person, portfolioId: string, which = park) => {
  const client = await world.as(person);
  const { data, errors } = await client.send(UpdateParkDocument, {
    input: { parkId: which.id, portfolioId },
  });
  return errors[0]?.extensions ?? data?.updatePark.park.portfolio?.id;
};
const refused = (details: object) => expect.objectContaining({ code: 'FORBIDDEN', ...details });

describe('who may move a park', () => {
  beforeEach(async () => {
    park = await parkIn(private1);
  });

  const byAdmin = refused({
    layer: 'ORGANIZATION',
    required: 'ADMIN',
    actual: 'MODERATOR',
    allowedRoles: ['ADMIN'],
  });
  const byLeader = (actual: string) =>
    refused({ layer: 'ORGANIZATION', rule: 'section 5', actual, allowedRoles: ['ADMIN', 'MODERATOR'] });
  const deciding = [
    ['an ADMIN, between unshared portfolios', 'ADMIN', () => private1, () => private2, 'moves'],
    ['an ADMIN, into a shared portfolio', 'ADMIN', () => private1, () => sharedTom, 'moves'],
    ['an ADMIN, out of a shared portfolio', 'ADMIN', () => sharedTom, () => private1, 'moves'],
    ['a MODERATOR, between unshared portfolios', 'MODERATOR', () => private1, () => private2, 'moves'],
    ['a MODERATOR, into a shared portfolio', 'MODERATOR', () => private1, () => sharedTom, byAdmin],
    ['a MODERATOR, out of a shared portfolio', 'MODERATOR', () => sharedViewer, () => private1, byAdmin],
    [
      'a MODERATOR, out of one whose share may be renewed',
      'MODERATOR',
      () => lapsed,
      () => private1,
      byAdmin,
    ],
    [
      'a technical asset manager',
      'ASSET_MANAGER_TECHNICAL',
      () => private1,
      () => private2,
      byLeader('ASSET_MANAGER_TECHNICAL'),
    ],
    [
      'a commercial asset manager',
      'ASSET_MANAGER_COMMERCIAL',
      () => private1,
      () => private2,
      byLeader('ASSET_MANAGER_COMMERCIAL'),
    ],
    [
      'a member',
      'MEMBER',
      () => private1,
      () => private2,
      refused({ layer: 'JOB', required: 'RESOURCE_CONFIGURE', actual: 'VIEWER' }),
    ],
    [
      'an external',
      'EXTERNAL',
      () => private1,
      () => private2,
      expect.objectContaining({ code: 'NOT_FOUND' }),
    ],
  ] as const;
  it.each(deciding)('%s', async (_, role, from, to, outcome) => {
    park = await parkIn(from());
    const before = await storedState(world.gateway.database);
    const result = await move(world.ofAcme[role], to().id);
    expect(result).toEqual(outcome === 'moves' ? to().id : outcome);
    if (outcome !== 'moves') expect(await storedState(world.gateway.database)).toEqual(before);
  });

  it.each([
    ['the park', 'TOM', () => park, byLeader('MODERATOR')],
    ['the portfolio it leaves', 'COM', () => private1, byLeader('MODERATOR')],
    ['the portfolio it comes to', 'VIEWER', () => private2, byLeader('MODERATOR')],
    ['the portfolio it comes to', 'NONE', () => private2, expect.objectContaining({ code: 'NOT_FOUND' })],
  ] as const)('not a MODERATOR who on %s has %s', async (_, job, on, outcome) => {
    const moderator = world.story.member(world.organizations.acme, 'MODERATOR', {
      name: `Moderator ${crypto.randomUUID()}`,
    });
    // Where the grant on a portfolio would lower the park too, the park's own keeps it: only the portfolio is in question.
    if (on() !== park) world.story.grant(moderator, park, 'OPERATOR');
    world.story.grant(moderator, on(), job as JobRole);
    await world.story.store(world.gateway.database);
    await world.as(moderator);
    const before = await storedState(world.gateway.database);
    expect(await move(moderator, private2.id)).toEqual(outcome);
    expect(await storedState(world.gateway.database)).toEqual(before);
  });

  it('not into another organization, whether it shows its portfolio or not', async () => {
    const { ofAcme, portfolios, gateway } = world;
    const before = await storedState(gateway.database);
    expect(await move(ofAcme.ADMIN, portfolios.west.id)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'portfolioId',
    });
    expect(await move(ofAcme.ADMIN, portfolios.centre.id)).toMatchObject({ code: 'NOT_FOUND' });
    expect(await storedState(gateway.database)).toEqual(before);
  });

  it('not by the partner, into their own portfolio or among the owner’s', async () => {
    const { ofBorealis, portfolios, parks, gateway } = world;
    for (const person of [ofBorealis.ADMIN, ofBorealis.ASSET_MANAGER_TECHNICAL]) {
      const before = await storedState(gateway.database);
      const target = person === ofBorealis.ADMIN ? portfolios.east.id : portfolios.west.id;
      for (const to of [portfolios.west.id, target]) {
        expect(await move(person, to, parks.nordhang)).toEqual(
          refused({ layer: 'ORGANIZATION', required: 'RESOURCE_CONFIGURE', actual: 'TOM', allowedRoles: [] }),
        );
      }
      expect(await storedState(gateway.database)).toEqual(before);
    }
  });
});

describe('what a move does to those who reach the park from outside (S2, S3)', () => {
  const delegated = async (which: Park) =>
    world.gateway.database.transaction('snapshot', async (tx) =>
      Object.fromEntries(
        (await tx.select().from(grants).where(eq(grants.parkId, which.uuid))).map((row) => [
          row.membershipId,
          row.role,
        ]),
      ),
    );
  const holder = () => world.ofBorealis.EXTERNAL;
  const roleOf = async (which: Park) => (await delegated(which))[holder().member?.uuid ?? ''] ?? null;

  const cases = [
    ['TOM to VIEWER', () => sharedTom, 'TOM', () => sharedViewer, 'VIEWER'],
    ['TOM to COM, its peer', () => sharedTom, 'TOM', () => sharedCom, 'VIEWER'],
    ['TOM to nothing', () => sharedTom, 'TOM', () => private1, null],
    ['VIEWER to nothing', () => sharedTom, 'VIEWER', () => private1, null],
    ['VIEWER below a lower ceiling', () => sharedTom, 'VIEWER', () => sharedViewer, 'VIEWER'],
    ['VIEWER to TOM', () => sharedViewer, 'VIEWER', () => sharedTom, 'VIEWER'],
    ['TOM to a share that has expired', () => sharedTom, 'TOM', () => lapsed, 'TOM'],
  ] as const;
  it.each(cases)('a delegated grant under %s', async (_, from, role, to, after) => {
    const { ofAcme, cooperation, organizations, gateway } = world;
    const moved = await parkIn(from(), (it) => void world.story.grant(holder(), it, role, { cooperation }));
    const start = (await auditTrail(gateway.database)).length;
    expect(await move(ofAcme.ADMIN, to().id, moved)).toBe(to().id);
    expect(await roleOf(moved)).toBe(after);
    const added = (await auditTrail(gateway.database)).slice(start);
    const lowered = after !== role;
    expect(added.filter(({ organizationId }) => organizationId === organizations.acme.uuid)).toMatchObject([
      {
        action: 'park.moved',
        subjectId: moved.id,
        actorUserId: ofAcme.ADMIN.uuid,
        details: { from: from().id, to: to().id, delegatedGrantsLowered: lowered ? 1 : 0 },
      },
    ]);
    const record = { action: 'grant.lowered', subjectId: moved.id, cooperationId: cooperation.uuid };
    expect(
      added.filter(
        ({ organizationId, action }) =>
          organizationId !== organizations.acme.uuid && action === 'grant.lowered',
      ),
    ).toMatchObject(
      lowered
        ? [{ ...record, organizationId: organizations.borealis.uuid, details: { from: role, to: after } }]
        : [],
    );
    // What was taken away does not come back by moving back (S2).
    expect(await move(ofAcme.ADMIN, from().id, moved)).toBe(from().id);
    expect(await roleOf(moved)).toBe(after);
  });

  it('a share of the park itself stays and decides; own grants and those on portfolios stay', async () => {
    const { story, ofAcme, ofBorealis, cooperation } = world;
    const moved = await parkIn(sharedTom, (it) => {
      story.share(cooperation, it, 'COM');
      story.grant(holder(), it, 'COM', { cooperation });
      story.grant(ofAcme.EXTERNAL, it, 'TOM');
    });
    const before = await delegated(moved);
    expect(await move(ofAcme.ADMIN, private1.id, moved)).toBe(private1.id);
    expect(await delegated(moved)).toEqual(before);
    const { park: seen } = await (await world.as(holder())).get(ReadParkDocument, { id: moved.id });
    expect(seen).toMatchObject({ effectiveRole: 'COM', portfolio: null });
    const { park: northward } = await (await world.as(ofBorealis.MEMBER)).get(ReadParkDocument, {
      id: world.parks.nordhang.id,
    });
    expect(northward).toMatchObject({ effectiveRole: 'VIEWER' });
  });

  it('lowers too while the cooperation is paused: resuming it revives nothing', async () => {
    const { ofAcme, cooperation, gateway } = world;
    const pause = (paused: boolean) =>
      gateway.database.transaction('command', async (tx) => {
        await tx.update(cooperations).set({ paused }).where(eq(cooperations.id, cooperation.uuid));
      });
    const moved = await parkIn(
      sharedTom,
      (it) => void world.story.grant(holder(), it, 'TOM', { cooperation }),
    );
    await pause(true);
    expect(await move(ofAcme.ADMIN, sharedViewer.id, moved)).toBe(sharedViewer.id);
    await pause(false);
    expect(await roleOf(moved)).toBe('VIEWER');
  });

  it('a park that joins a shared portfolio is shared at once, one that leaves it no longer is', async () => {
    const { ofAcme, ofBorealis } = world;
    const partner = await world.as(ofBorealis.ADMIN);
    const moved = await parkIn(private1);
    const seen = async () =>
      (await partner.get(ReadParkDocument, { id: moved.id })).park?.effectiveRole ?? null;
    expect(await seen()).toBeNull();
    await move(ofAcme.ADMIN, sharedCom.id, moved);
    expect(await seen()).toBe('COM');
    await move(ofAcme.ADMIN, private2.id, moved);
    expect(await seen()).toBeNull();
  });

  it('records on the trail of each organization whose reach it changes, even without a grant of its own (A1)', async () => {
    const { ofAcme, organizations, gateway } = world;
    const moved = await parkIn(private1);
    for (const to of [sharedTom, private1]) {
      const start = (await auditTrail(gateway.database)).length;
      await move(ofAcme.ADMIN, to.id, moved);
      const added = (await auditTrail(gateway.database)).slice(start);
      const theirs = added.filter(({ organizationId }) => organizationId === organizations.borealis.uuid);
      expect(theirs).toMatchObject([{ subjectId: moved.id, actorUserId: ofAcme.ADMIN.uuid }]);
      // Where it came from, or went, is not the partner's to know.
      expect(JSON.stringify(theirs)).not.toMatch(new RegExp(`${private1.id}|${private1.uuid}`));
    }
  });

  it('a park that is taken out of what is shared (NONE) moves behind the back of the partner (V1)', async () => {
    const { story, ofAcme, organizations, cooperation, gateway } = world;
    const hidden = await parkIn(sharedTom, (it) => void story.share(cooperation, it, 'NONE'));
    const start = (await auditTrail(gateway.database)).length;
    expect(await move(ofAcme.ADMIN, sharedViewer.id, hidden)).toBe(sharedViewer.id);
    const added = (await auditTrail(gateway.database)).slice(start);
    expect(added.map(({ organizationId }) => organizationId)).toEqual([organizations.acme.uuid]);
  });

  it('changes and moves in one command, or does neither', async () => {
    const { ofAcme, ofBorealis, portfolios, gateway, as } = world;
    const moved = await parkIn(private1);
    const admin = await as(ofAcme.ADMIN);
    const before = await storedState(gateway.database);
    for (const portfolioId of [portfolios.west.id, portfolios.centre.id, ofBorealis.ADMIN.id]) {
      await admin.refusal(UpdateParkDocument, {
        input: { parkId: moved.id, name: 'Half done', portfolioId },
      });
    }
    expect(await storedState(gateway.database)).toEqual(before);
    const start = (await auditTrail(gateway.database)).length;
    const input = { parkId: moved.id, name: 'Whole', portfolioId: private2.id };
    const { updatePark } = await admin.get(UpdateParkDocument, { input });
    expect(updatePark.park).toMatchObject({ name: 'Whole', portfolio: { id: private2.id } });
    const actions = (await auditTrail(gateway.database)).slice(start).map(({ action }) => action);
    expect(actions.sort()).toEqual(['park.moved', 'park.updated']);
  });
});
