/** S1, P6, P7, G4, C2: who shares what with whom as what, again and until when. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { JOB_ROLES, type JobRole, type OrganizationRole } from '../../src/authz/roles.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import type { ShownShare } from '../kit/cooperation-operations.ts';
import {
  adminsOnly,
  DEMO_REFUSED,
  EARLIER,
  LATER,
  MUCH_LATER,
  NOT_FOUND,
  NOW,
  type Partners,
  startPartners,
} from '../kit/partners.ts';
import type { Cooperation, Park, Resource } from '../kit/story.ts';

let world: Partners;
/** Owner and receiver; owner and third; receiver and third. */
let bond: Cooperation;
let id: string;
let admin: GraphQLClient;
let receiver: GraphQLClient;
beforeAll(async () => {
  world = await startPartners();
  const { story, owner, third } = world;
  bond = story.cooperation(owner.organization, world.receiver.organization);
  story.cooperation(world.receiver.organization, third.organization);
  await world.stored();
  id = globalId('cooperation', bond.uuid);
  admin = await world.as(owner.people.ADMIN);
  receiver = await world.as(world.receiver.people.ADMIN);
});
beforeEach(() => world.gateway.setClock(NOW));
afterAll(() => world.gateway.close());

const share = (client: GraphQLClient, resource: Resource, role: JobRole, rest: object = {}) =>
  world.perform(client, 'shareResource', { cooperationId: id, resourceId: resource.id, role, ...rest });
async function newPark(portfolio = world.portfolio()): Promise<Park> {
  const park = world.park(portfolio);
  await world.stored();
  return park;
}
const READ = 'query ($id: ID!) { node(id: $id) { ... on Resource { effectiveRole } } }';
const roleOf = async (client: GraphQLClient, resource: Resource) => {
  const { node } = await client.get<{ node: { effectiveRole: string } | null }, object>(READ, {
    id: resource.id,
  });
  return node?.effectiveRole ?? null;
};
const shareSeen = async (client: GraphQLClient, shareId: string): Promise<ShownShare | null> => {
  const query = 'query ($id: ID!) { node(id: $id) { ... on Share { id role live delegableRoles } } }';
  return (await client.get<{ node: ShownShare | null }, object>(query, { id: shareId })).node;
};

describe('who shares what as what (S1, P6, P7, D1)', () => {
  const KINDS = ['a portfolio', 'a park', 'a park of a shared portfolio'] as const;
  const SIDES = ['owner', 'receiver', 'third'] as const;

  /** What becomes of it: null is done. The layers speak in their order (section 3). */
  function expected(
    side: (typeof SIDES)[number],
    who: OrganizationRole | 'DEMO',
    kind: string,
    role: JobRole,
  ) {
    if (who === 'DEMO') return DEMO_REFUSED;
    if (role === 'OPERATOR') return { code: 'BAD_USER_INPUT', rule: 'P6', field: 'role', actual: role };
    if (who !== 'ADMIN') return adminsOnly('SHARE_MANAGE', who);
    if (side === 'third') return NOT_FOUND;
    const visible = kind === 'a park of a shared portfolio';
    if (side === 'receiver')
      return visible ? { code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'P7', actual: 'COM' } : NOT_FOUND;
    if (role === 'NONE' && !visible)
      return { code: 'BAD_USER_INPUT', rule: 'S1', field: 'role', actual: role };
    return null;
  }

  it.each(KINDS.flatMap((kind) => SIDES.map((side) => [kind, side] as const)))(
    '%s, by the %s’s people',
    async (kind, side) => {
      for (const [who, person] of Object.entries(world[side].people)) {
        const client = await world.as(person);
        for (const role of JOB_ROLES) {
          const portfolio = world.portfolio();
          const park = world.park(portfolio);
          if (kind === 'a park of a shared portfolio') world.story.share(bond, portfolio, 'COM');
          await world.stored();
          const resource = kind === 'a portfolio' ? portfolio : park;
          const input = { cooperationId: id, resourceId: resource.id, role };
          const refusal = expected(side, who as OrganizationRole, kind, role);
          if (refusal) {
            await world.refused(client, 'shareResource', input, refusal);
            continue;
          }
          const { share: given } = await world.perform(client, 'shareResource', input);
          expect(given).toMatchObject({ role, live: true, expiresAt: null, createdAt: NOW });
          expect(await roleOf(receiver, resource)).toBe(role === 'NONE' ? null : role);
        }
      }
    },
  );

  it('either side shares what it owns, whoever began the cooperation', async () => {
    const { organization } = world.receiver;
    const portfolio = world.portfolio(organization);
    const park = await newPark(portfolio);
    const { share: given } = await share(receiver, park, 'TOM');
    expect(given).toMatchObject({
      owner: { id: organization.id, name: organization.name },
      recipient: { id: world.owner.organization.id, name: world.owner.organization.name },
      ...{ cooperation: { id }, resource: { id: park.id } },
    });
    expect(await roleOf(admin, park)).toBe('TOM');
    expect(await roleOf(admin, portfolio)).toBeNull();
    await world.refused(
      admin,
      'shareResource',
      { cooperationId: id, resourceId: park.id, role: 'TOM' },
      {
        ...{ code: 'FORBIDDEN', rule: 'P7' },
      },
    );
  });

  it('what arrived is not shared onward, by whatever name it is called; the third sees nothing of it (P7)', async () => {
    const { story, third } = world;
    const onward = story.cooperation(world.receiver.organization, world.tenant('Onward').organization);
    const park = await newPark();
    const { share: given } = await share(admin, park, 'COM');
    const cooperationId = globalId('cooperation', onward.uuid);
    const p7 = { code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'P7', required: 'ADMIN of the owner' };
    const again = { cooperationId, role: 'VIEWER' };
    await world.refused(receiver, 'shareResource', { ...again, resourceId: park.id }, p7);
    for (const resourceId of [given.id, park.portfolio.id, id])
      await world.refused(receiver, 'shareResource', { ...again, resourceId }, NOT_FOUND);
    expect(await roleOf(await world.as(third.people.ADMIN), park)).toBeNull();
    // Nor with the owner itself, nor by a member to whom it is delegated.
    await world.refused(receiver, 'shareResource', { ...again, cooperationId: id, resourceId: park.id }, p7);
    const delegated = { memberId: world.receiver.people.MEMBER.member?.id, resourceId: park.id, role: 'COM' };
    await world.perform(receiver, 'grantRole', delegated);
    const member = await world.as(world.receiver.people.MEMBER);
    const refusal = adminsOnly('SHARE_MANAGE', 'MEMBER');
    await world.refused(member, 'shareResource', { ...again, resourceId: park.id }, refusal);
  });

  it('an ADMIN who is blocked there shares it still: they may mend it (P13)', async () => {
    const park = world.park(world.portfolio());
    const blocked = world.story.member(world.owner.organization, 'ADMIN', { name: 'Blocked' });
    world.story.grant(blocked, park, 'NONE');
    await world.stored();
    const { share: given } = await share(await world.as(blocked), park, 'VIEWER');
    expect(given.resource).toEqual({ id: park.id });
  });

  it('while it is pending nothing is shared; while paused or expired it is, and takes effect with it (C2)', async () => {
    const { story, owner } = world;
    for (const [state, row] of [
      ['pending', { acceptedAt: null }],
      ['paused', { paused: true }],
      ['expired', { expiresAt: new Date(NOW) }],
    ] as const) {
      const partner = world.tenant();
      const other = story.cooperation(owner.organization, partner.organization, row);
      const park = await newPark();
      const cooperationId = globalId('cooperation', other.uuid);
      const input = { cooperationId, resourceId: park.id, role: 'COM' };
      if (state === 'pending') {
        const refusal = { code: 'CONFLICT', layer: 'ORGANIZATION', rule: 'C2', actual: 'PENDING' };
        await world.refused(admin, 'shareResource', input, refusal);
        continue;
      }
      const { share: given } = await world.perform(admin, 'shareResource', input);
      expect(given).toMatchObject({ role: 'COM', live: true, delegableRoles: [] });
      const theirs = await world.as(partner.people.ADMIN);
      expect(await roleOf(theirs, park)).toBeNull();
      const change = { cooperationId, ...(state === 'paused' ? { active: true } : { expiresAt: null }) };
      await world.perform(admin, 'updateCooperation', change);
      expect(await roleOf(theirs, park)).toBe('COM');
      expect(await shareSeen(theirs, given.id)).toMatchObject({ delegableRoles: ['COM', 'VIEWER'] });
    }
  });
});

describe('sharing again, and until when (S1, P8)', () => {
  it.each(['park', 'portfolio'])(
    'of a %s replaces role and expiry of the one share there is',
    async (kind) => {
      const park = await newPark();
      const resource = kind === 'park' ? park : park.portfolio;
      const { share: first } = await share(admin, resource, 'TOM', { expiresAt: LATER });
      world.gateway.setClock('2030-06-01T13:00:00.000Z');
      const steps = [
        ['COM', { expiresAt: MUCH_LATER }],
        ['VIEWER', {}],
        ['VIEWER', { expiresAt: LATER }],
        ['TOM', { expiresAt: null }],
      ] as const;
      for (const [role, rest] of steps) {
        const { share: next } = await share(admin, resource, role, rest);
        const expiresAt = 'expiresAt' in rest ? rest.expiresAt : null;
        expect(next).toMatchObject({ id: first.id, role, expiresAt, createdAt: NOW });
        const input = { cooperationId: id, resourceId: resource.id, role, ...rest };
        expect((await world.repeated(admin, 'shareResource', input)).share).toEqual(next);
        expect(await roleOf(receiver, resource)).toBe(role);
      }
      const query = `query ($id: ID!) { node(id: $id) { ... on Resource { shares { totalCount nodes { id } } } } }`;
      const shares = { totalCount: 1, nodes: [{ id: first.id }] };
      for (const client of [admin, receiver])
        expect(await client.get(query, { id: resource.id })).toEqual({ node: { shares } });
    },
  );

  it('a lapsed one counts as if it were not there, from its exact instant; the portfolio’s applies then', async () => {
    const park = await newPark();
    await share(admin, park.portfolio, 'VIEWER');
    const { share: given } = await share(admin, park, 'TOM', { expiresAt: LATER });
    const instants = [
      [Date.parse(LATER) - 1, 'TOM', { live: true, delegableRoles: ['TOM', 'VIEWER'] }],
      [Date.parse(LATER), 'VIEWER', { live: false, delegableRoles: [] }],
      [Date.parse(LATER) + 1, 'VIEWER', { live: false, delegableRoles: [] }],
    ] as const;
    for (const [instant, role, seen] of instants) {
      world.gateway.setClock(new Date(instant));
      expect(await roleOf(receiver, park)).toBe(role);
      for (const client of [admin, receiver])
        expect(await shareSeen(client, given.id)).toMatchObject({ role: 'TOM', ...seen });
    }
    const { share: renewed } = await share(admin, park, 'TOM');
    expect(renewed).toMatchObject({ id: given.id, live: true });
    expect(await roleOf(receiver, park)).toBe('TOM');
  });

  it.each([
    ['VIEWER', ['VIEWER']],
    ['TOM', ['TOM', 'VIEWER']],
    ['COM', ['COM', 'VIEWER']],
    ['NONE', []],
  ] as const)('of %s the recipient’s ADMINs may delegate %j (G2)', async (role, delegable) => {
    const park = await newPark();
    await share(admin, park.portfolio, 'TOM');
    const { share: given } = await share(admin, park, role);
    expect(given.delegableRoles).toEqual(delegable);
    await world.perform(admin, 'updateCooperation', { cooperationId: id, active: false });
    expect(await shareSeen(admin, given.id)).toMatchObject({ live: true, delegableRoles: [] });
    await world.perform(admin, 'updateCooperation', { cooperationId: id, active: true });
  });
});

describe('a share that would raise access when it lapses (G4)', () => {
  const below: Record<string, readonly string[]> = {
    TOM: ['TOM', 'VIEWER', 'NONE'],
    COM: ['COM', 'VIEWER', 'NONE'],
    VIEWER: ['VIEWER', 'NONE'],
    NONE: ['NONE'],
  };
  const ROLES = ['TOM', 'COM', 'VIEWER'] as const;
  const EXPIRIES = {
    never: null,
    before: EARLIER,
    between: '2030-06-01T17:59:59.999Z',
    same: LATER,
    after: MUCH_LATER,
  };
  const ends = Object.keys(EXPIRIES) as (keyof typeof EXPIRIES)[];

  it.each(ROLES.flatMap((portfolio) => ends.map((until) => [portfolio, until] as const)))(
    'beside a portfolio’s share of %s whose expiry lies %s the park’s',
    async (portfolio, until) => {
      for (const role of [...ROLES, 'NONE'] as const) {
        const park = world.park(world.portfolio());
        const expiry = EXPIRIES[until];
        world.story.share(bond, park.portfolio, portfolio, expiry ? { expiresAt: new Date(expiry) } : {});
        await world.stored();
        const input = { cooperationId: id, resourceId: park.id, role, expiresAt: LATER };
        if (role === 'NONE' && until === 'before') {
          // Of what has lapsed nothing is taken out.
          await world.refused(admin, 'shareResource', input, { code: 'BAD_USER_INPUT', rule: 'S1' });
          continue;
        }
        const liveThen = until === 'never' || until === 'after';
        if (liveThen && !below[role]?.includes(portfolio)) {
          for (const raisesAccessOnExpiry of [false, null, undefined])
            await world.refused(
              admin,
              'shareResource',
              { ...input, raisesAccessOnExpiry },
              {
                ...{ code: 'EXPIRY_RAISES_ACCESS', layer: 'ORGANIZATION', rule: 'G4', actual: portfolio },
                field: 'raisesAccessOnExpiry',
              },
            );
          // Without an expiry nothing lapses; with the word for it, it may.
          await share(admin, park, role);
          await share(admin, park, role, { expiresAt: LATER, raisesAccessOnExpiry: true });
        } else await share(admin, park, role, { expiresAt: LATER });
        expect(await roleOf(receiver, park)).toBe(role === 'NONE' ? null : role);
      }
    },
  );

  it('a portfolio’s own lapses to nothing, and a share to another partner is not looked at', async () => {
    const { story, owner, third } = world;
    const other = story.cooperation(third.organization, owner.organization);
    const park = world.park(world.portfolio());
    story.share(other, park.portfolio, 'TOM');
    await world.stored();
    await share(admin, park, 'VIEWER', { expiresAt: LATER });
    await share(admin, park.portfolio, 'VIEWER', { expiresAt: LATER });
  });
});
