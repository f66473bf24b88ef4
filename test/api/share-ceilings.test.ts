/** S2: what becomes of delegated grants where a command moves the ceiling over them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JobRole } from '../../src/authz/roles.ts';
import { type Becomes, delegationStages, type Move, type Stage, titleOf } from '../kit/delegation-stage.ts';
import { EARLIER, LATER, NOW, type Partners, startPartners } from '../kit/partners.ts';
import type { AuditRow } from '../kit/tenant.ts';

let world: Partners;
let stages: Awaited<ReturnType<typeof delegationStages>>;
beforeAll(async () => {
  world = await startPartners();
  stages = await delegationStages(world);
});
beforeEach(() => world.gateway.setClock(NOW));
afterAll(() => world.gateway.close());

const row = (before: Move['before'], after: Move['after'], park: Becomes, portfolio: Becomes = {}): Move => ({
  ...{ before, after, park, portfolio },
});
const STAYS = { VIEWER: 'VIEWER' } as const;
const GONE = { VIEWER: null, TOM: null } as const;
/** One share alone, which may have lapsed. */
const ALONE: Move[] = [
  row({ park: 'TOM' }, { park: 'VIEWER' }, { ...STAYS, TOM: 'VIEWER' }),
  row({ park: 'TOM' }, { park: 'COM' }, { ...STAYS, TOM: 'VIEWER' }),
  row({ park: 'COM' }, { park: 'TOM' }, { ...STAYS, COM: 'VIEWER' }),
  row({ park: 'COM' }, { park: 'VIEWER' }, { ...STAYS, COM: 'VIEWER' }),
  row({ park: 'VIEWER' }, { park: 'TOM' }, STAYS),
  row({ park: 'TOM' }, {}, GONE),
  row(
    { portfolio: 'TOM' },
    { portfolio: 'VIEWER' },
    { ...STAYS, TOM: 'VIEWER' },
    { ...STAYS, TOM: 'VIEWER' },
  ),
  row({ portfolio: 'TOM' }, { portfolio: 'COM' }, { ...STAYS, TOM: 'VIEWER' }, { ...STAYS, TOM: 'VIEWER' }),
  row({ portfolio: 'VIEWER' }, { portfolio: 'COM' }, STAYS, STAYS),
  row({ portfolio: 'TOM' }, {}, GONE, GONE),
];
const TOM_STAYS = { ...STAYS, TOM: 'TOM' } as const;
const COM_STAYS = { ...STAYS, COM: 'COM' } as const;
/** A park's beside its portfolio's. */
const BOTH: Move[] = [
  row({ portfolio: 'TOM' }, { portfolio: 'TOM', park: 'VIEWER' }, { ...STAYS, TOM: 'VIEWER' }, TOM_STAYS),
  row({ portfolio: 'TOM' }, { portfolio: 'TOM', park: 'COM' }, { ...STAYS, TOM: 'VIEWER' }, TOM_STAYS),
  row({ portfolio: 'TOM' }, { portfolio: 'TOM', park: 'TOM' }, TOM_STAYS, TOM_STAYS),
  row({ portfolio: 'TOM' }, { portfolio: 'TOM', park: 'NONE' }, GONE, TOM_STAYS),
  row({ portfolio: 'VIEWER' }, { portfolio: 'VIEWER', park: 'TOM' }, STAYS, STAYS),
  row({ portfolio: 'VIEWER', park: 'TOM' }, { portfolio: 'VIEWER' }, { ...STAYS, TOM: 'VIEWER' }, STAYS),
  row({ portfolio: 'COM', park: 'TOM' }, { portfolio: 'COM' }, { ...STAYS, TOM: 'VIEWER' }, COM_STAYS),
  row({ portfolio: 'TOM', park: 'TOM' }, { portfolio: 'TOM' }, TOM_STAYS, TOM_STAYS),
  row({ portfolio: 'TOM', park: 'VIEWER' }, { portfolio: 'TOM' }, STAYS, TOM_STAYS),
  row({ portfolio: 'TOM', park: 'VIEWER' }, { portfolio: 'TOM', park: 'NONE' }, { VIEWER: null }, TOM_STAYS),
  row({ portfolio: 'TOM', park: 'NONE' }, { portfolio: 'TOM' }, {}, TOM_STAYS),
  row({ portfolio: 'TOM', park: 'NONE' }, { portfolio: 'TOM', park: 'COM' }, {}, TOM_STAYS),
  row({ portfolio: 'TOM', park: 'COM' }, { park: 'COM' }, COM_STAYS, GONE),
  row({ portfolio: 'TOM', park: 'COM' }, { portfolio: 'VIEWER', park: 'COM' }, COM_STAYS, {
    ...STAYS,
    TOM: 'VIEWER',
  }),
  row({ portfolio: 'VIEWER', park: 'COM' }, { portfolio: 'TOM', park: 'COM' }, COM_STAYS, STAYS),
  row(
    { portfolio: 'TOM', park: 'NONE' },
    { portfolio: 'VIEWER', park: 'NONE' },
    {},
    { ...STAYS, TOM: 'VIEWER' },
  ),
  row({ portfolio: 'TOM', park: 'NONE' }, { park: 'NONE' }, {}, GONE),
];

const STATES = {
  active: { change: null, at: NOW },
  paused: { change: { active: false }, at: NOW },
  expired: { change: { expiresAt: LATER }, at: LATER },
} as const;
/** Has `work` done while the cooperation is in a state, and makes it active again. */
async function whileIt(state: keyof typeof STATES, work: () => Promise<void>) {
  const { change, at } = STATES[state];
  const { admin, cooperationId } = stages;
  if (change) await world.perform(admin, 'updateCooperation', { cooperationId, ...change });
  world.gateway.setClock(at);
  await work();
  const back = { cooperationId, active: true, expiresAt: null };
  if (change) await world.perform(admin, 'updateCooperation', back);
}

const actionOf = (from: JobRole | undefined, to: JobRole | undefined) =>
  to ? (from ? 'share.changed' : 'share.given') : 'share.revoked';
/** What the recipient is told: NONE is nothing to them; one that comes or goes is told where it ends what they had, or gives it back (V1). */
function actionToRecipient(from: JobRole | undefined, to: JobRole | undefined, concerned: boolean) {
  const [had, has] = [from, to].map((role) => (role === 'NONE' ? undefined : role));
  if (had || has) return actionOf(had, has);
  return concerned ? (to ? 'share.revoked' : 'share.given') : null;
}

/** What either trail tells of a move and of what it lowered (A1, S2). */
function expectRecords(
  records: readonly AuditRow[],
  staged: Stage,
  { before, after }: Move,
  active: boolean,
) {
  const kind = before.park === after.park ? 'portfolio' : 'park';
  const [from, to] = [before[kind], after[kind]];
  const lowered = staged.delegated.filter((grant) => grant.role !== grant.to);
  // Of delegations that end their organization is told in any case.
  const theirs = actionToRecipient(from, to, active || lowered.length > 0);
  expect(records.map(({ organizationId, action }) => [organizationId, action])).toEqual([
    [world.owner.organization.uuid, actionOf(from, to)],
    ...(theirs ? [[world.receiver.organization.uuid, theirs]] : []),
  ]);
  expect(JSON.stringify(records[1] ?? null)).not.toContain('NONE');
  const shown = lowered.map((grant) => ({
    ...{ memberId: grant.person.member?.id, resourceId: grant.resource.id, from: grant.role, to: grant.to },
  }));
  for (const { details, cooperationId } of records) {
    const { grantsLowered, grants: named } = details as { grantsLowered: number; grants: object[] };
    expect(cooperationId).toBe(stages.bond.uuid);
    expect([grantsLowered, named.length]).toEqual([shown.length, shown.length]);
    expect(new Set(named)).toEqual(new Set(shown));
  }
}

describe('a command that moves the ceiling lowers what is above it, for good (S2)', () => {
  const states = Object.keys(STATES) as (keyof typeof STATES)[];
  it.each(
    [...ALONE, ...BOTH].flatMap((each) => states.map((state) => [titleOf(each), state, each] as const)),
  )('%s, while the cooperation is %s', async (_, state, each) => {
    const staged = await stages.stage(each);
    await whileIt(state, async () => {
      const { records } = await stages.move(staged, each.before, each.after);
      expect(await stages.stored(staged)).toEqual(stages.expected(staged));
      expectRecords(records, staged, each, state === 'active');
      // Raising it again revives nothing: whatever is left was at or below both ceilings.
      await stages.move(staged, each.after, each.before);
      expect(await stages.stored(staged)).toEqual(stages.expected(staged));
    });
    expect(await stages.stored(staged)).toEqual(stages.expected(staged));
  });

  it.each(ALONE.map((each) => [titleOf(each), each] as const))(
    '%s, where the one before has lapsed: it covers still',
    async (_, each) => {
      const staged = await stages.stage(each, { park: EARLIER, portfolio: EARLIER });
      await stages.move(staged, each.before, each.after);
      expect(await stages.stored(staged)).toEqual(stages.expected(staged));
    },
  );
});
