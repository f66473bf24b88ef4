/** C2, P5: pausing, resuming, dating, describing and ending a cooperation. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { partnerCases, type Sent } from '../kit/partner-cases.ts';
import { around, LATER, MUCH_LATER, NOT_FOUND, NOW, type Partners, startPartners } from '../kit/partners.ts';

let world: Partners;
let cases: ReturnType<typeof partnerCases>;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startPartners();
  cases = partnerCases(world);
  admin = await world.as(world.owner.people.ADMIN);
});
beforeEach(() => world.gateway.setClock(NOW));
afterAll(() => world.gateway.close());

const adminOf = ({ partner }: Sent) => world.as(partner.people.ADMIN);
const initiatorOnly = {
  ...{ code: 'FORBIDDEN', layer: 'ORGANIZATION', rule: 'C2', allowedRoles: [] },
  ...{ required: 'ADMIN of the initiator', actual: 'ADMIN of the invited organization' },
};

describe('updating (C2)', () => {
  const PAUSED = { paused: true };
  const RESUMED = { paused: false };
  const never = { expiresAt: null };
  const later = { expiresAt: LATER };
  /** In this order, on one cooperation: the input, what is shown then, and what is recorded. */
  const STEPS = [
    [{ active: false }, { status: 'PAUSED' }, 'paused', RESUMED, PAUSED],
    [later, { status: 'PAUSED', ...later }, 'expiry_changed', never, later],
    [{ active: true }, { status: 'ACTIVE', ...later }, 'resumed', PAUSED, RESUMED],
    [{ purpose: ' Sun ' }, { purpose: 'Sun' }, 'purpose_changed', { purpose: 'Wind' }, { purpose: 'Sun' }],
    [
      { active: false, expiresAt: null, purpose: null },
      { status: 'PAUSED', expiresAt: null, purpose: null },
      'paused',
      { ...RESUMED, ...later, purpose: 'Sun' },
      { ...PAUSED, ...never, purpose: null },
    ],
    [
      { expiresAt: MUCH_LATER, purpose: 'Both' },
      { status: 'PAUSED', expiresAt: MUCH_LATER, purpose: 'Both' },
      'expiry_changed',
      { ...never, purpose: null },
      { expiresAt: MUCH_LATER, purpose: 'Both' },
    ],
    // What is named with the value that it has is no change of it.
    [{ active: true, purpose: 'Both' }, { status: 'ACTIVE' }, 'resumed', PAUSED, RESUMED],
  ] as const;

  it('changes what is named and nothing else, is recorded on both sides, and does nothing a second time', async () => {
    const sent = await cases.accepted({ purpose: 'Wind' });
    const { cooperationId } = sent;
    let shown: object = (await world.repeated(admin, 'updateCooperation', { cooperationId })).cooperation;
    for (const [input, changes, action, before, after] of STEPS) {
      const named = { cooperationId, ...input };
      const done = await world.perform(admin, 'updateCooperation', named);
      shown = { ...shown, ...changes };
      expect(done.cooperation).toEqual(shown);
      const record = { action: `cooperation.${action}`, details: { before, after } };
      const expected = cases.onBoth(sent, world.owner.people.ADMIN, done.requestId, record);
      expect(done.records).toMatchObject(expected);
      for (const { details } of done.records) expect(details).toEqual({ before, after });
      expect((await world.repeated(admin, 'updateCooperation', named)).cooperation).toEqual(shown);
    }
    // Left out, or null where null clears nothing, is no change either.
    for (const input of [{}, { active: null }, { active: true }])
      await world.repeated(admin, 'updateCooperation', { cooperationId, ...input });
  });

  it('is for an ADMIN of the initiator alone, whatever is changed', async () => {
    const sent = await cases.accepted();
    const { cooperationId, partner } = sent;
    await cases.refuseOthers('updateCooperation', { cooperationId, active: false }, [world.owner, partner]);
    for (const change of [{ active: false }, { active: true }, later, { purpose: 'Ours' }, {}]) {
      const input = { cooperationId, ...change };
      await world.refused(await adminOf(sent), 'updateCooperation', input, initiatorOnly);
    }
    await world.perform(admin, 'updateCooperation', { cooperationId, active: false });
    const resume = { cooperationId, active: true };
    await world.refused(await adminOf(sent), 'updateCooperation', resume, initiatorOnly);
    await world.perform(admin, 'updateCooperation', resume);
  });

  it('while it is pending nothing is paused or resumed, and not half of it either; the rest can be changed', async () => {
    const sent = await cases.invited();
    const { cooperationId } = sent;
    const pending = { code: 'CONFLICT', layer: 'ORGANIZATION', rule: 'C2', actual: 'PENDING' };
    for (const change of [{ active: false }, { active: true }, { active: false, purpose: 'Half' }])
      await world.refused(admin, 'updateCooperation', { cooperationId, ...change }, pending);
    const change = { expiresAt: LATER, purpose: 'Whole' };
    const { cooperation } = await world.perform(admin, 'updateCooperation', { cooperationId, ...change });
    expect(cooperation).toMatchObject({ status: 'PENDING', ...change });
    await world.refused(
      await adminOf(sent),
      'updateCooperation',
      { cooperationId, ...change },
      initiatorOnly,
    );
  });

  it('pauses, resumes and expires for everybody downstream at once, and restores exactly (P5, S2)', async () => {
    const sent = await cases.accepted({ expiresAt: LATER });
    const { cooperationId, partner } = sent;
    const park = world.park(world.portfolio());
    await world.stored();
    await world.perform(admin, 'shareResource', { cooperationId, resourceId: park.id, role: 'TOM' });
    const grant = { memberId: partner.people.MEMBER.member?.id, resourceId: park.id, role: 'VIEWER' };
    await world.perform(await adminOf(sent), 'grantRole', grant);
    const reached = async () => {
      const roles = [];
      for (const person of [partner.people.ADMIN, partner.people.MEMBER, partner.people.MODERATOR]) {
        const client = await world.as(person);
        const query = 'query ($id: ID!) { park(id: $id) { effectiveRole } viewer { parks { totalCount } } }';
        const { park: seen, viewer } = await client.get<
          { park: { effectiveRole: string } | null; viewer: { parks: { totalCount: number } } },
          object
        >(query, { id: park.id });
        expect(viewer.parks.totalCount).toBe(seen ? 1 : 0);
        roles.push(seen?.effectiveRole ?? null);
      }
      return roles;
    };
    const all = ['TOM', 'VIEWER', null];
    const none = [null, null, null];
    const update = (change: object) =>
      world.perform(admin, 'updateCooperation', { cooperationId, ...change });
    expect(await reached()).toEqual(all);
    await update({ active: false });
    expect(await reached()).toEqual(none);
    await update({ active: true });
    expect(await reached()).toEqual(all);
    const { before, at, after } = around(LATER);
    for (const [instant, roles] of [
      [before, all],
      [at, none],
      [after, none],
    ] as const) {
      world.gateway.setClock(instant);
      expect(await reached()).toEqual(roles);
    }
    await update({ expiresAt: MUCH_LATER });
    expect(await reached()).toEqual(all);
  });
});

describe('removing (C2)', () => {
  it.each([
    ['pending', 'the initiator', 'PENDING'],
    ['pending', 'the partner', 'PENDING'],
    ['active', 'the initiator', 'ACTIVE'],
    ['active', 'the partner', 'ACTIVE'],
    ['paused', 'the partner', 'PAUSED'],
    ['expired', 'the initiator', 'EXPIRED'],
    ['expired', 'the partner', 'EXPIRED'],
  ])('a %s one, by an ADMIN of %s', async (state, side, status) => {
    const expiry = state === 'expired' ? { expiresAt: LATER } : {};
    const sent = await (state === 'pending' ? cases.invited() : cases.accepted(expiry));
    const { cooperationId, partner } = sent;
    if (state === 'paused') await world.perform(admin, 'updateCooperation', { cooperationId, active: false });
    if (state === 'expired') world.gateway.setClock(LATER);
    await cases.refuseOthers('removeCooperation', { cooperationId }, [world.owner, partner]);
    const actor = (side === 'the initiator' ? world.owner : partner).people.ADMIN;
    const client = await world.as(actor);
    const done = await world.perform(client, 'removeCooperation', { cooperationId });
    expect(done.removedCooperationId).toBe(cooperationId);
    const details = { status, sharesEnded: 0, shares: [], grantsEnded: 0, grants: [] };
    const record = { action: 'cooperation.removed', details };
    expect(done.records).toMatchObject(cases.onBoth(sent, actor, done.requestId, record));
    for (const each of [admin, await adminOf(sent)]) {
      expect(await cases.statusTo(each, cooperationId)).toBeNull();
      await world.refused(each, 'removeCooperation', { cooperationId }, NOT_FOUND);
    }
    await world.perform(admin, 'inviteCooperation', { organizationIdentifier: sent.identifier });
  });
});
