/** S2, P8: an expiry and a pause only block; what has lapsed covers still, and is not lowered by what others are shared. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { delegationStages, type Move, type Shares, type Stage, titleOf } from '../kit/delegation-stage.ts';
import { EARLIER, MUCH_LATER, NOW, type Partners, startPartners } from '../kit/partners.ts';

const LAPSE = '2030-06-01T14:00:00.000Z';

let world: Partners;
let stages: Awaited<ReturnType<typeof delegationStages>>;
beforeAll(async () => {
  world = await startPartners();
  stages = await delegationStages(world);
});
beforeEach(() => world.gateway.setClock(NOW));
afterAll(() => world.gateway.close());

/** What everybody reaches to whom something is delegated. */
async function reach({ delegated }: Stage): Promise<Record<string, string | null>> {
  const roles: Record<string, string | null> = {};
  const query = 'query ($id: ID!) { node(id: $id) { ... on Resource { effectiveRole } } }';
  for (const { person, resource } of delegated) {
    const { node } = await (await world.as(person)).get<{ node: { effectiveRole: string } | null }, object>(
      query,
      { id: resource.id },
    );
    roles[`${person.name} on ${resource.name}`] = node?.effectiveRole ?? null;
  }
  return roles;
}

const STAYS = { VIEWER: 'VIEWER' } as const;
const TOM_STAYS = { ...STAYS, TOM: 'TOM' } as const;
const COM_STAYS = { ...STAYS, COM: 'COM' } as const;

describe('an expiry and a pause only block (S2)', () => {
  const shares = { portfolio: 'TOM', park: 'COM' } as const;
  const KEPT: Move = { before: shares, after: shares, park: COM_STAYS, portfolio: TOM_STAYS };
  const update = (change: object) =>
    world.perform(stages.admin, 'updateCooperation', { cooperationId: stages.cooperationId, ...change });
  const renew = async ({ resources }: Stage, kinds: readonly (keyof Shares)[]) => {
    for (const kind of kinds)
      await world.perform(stages.admin, 'shareResource', {
        ...{ cooperationId: stages.cooperationId, resourceId: resources[kind].id },
        ...{ role: shares[kind], expiresAt: MUCH_LATER },
      });
  };
  const WAYS: [string, begin: () => Promise<unknown>, end: (stage: Stage) => Promise<unknown>][] = [
    ['a pause', () => update({ active: false }), () => update({ active: true })],
    ['an expiry', () => update({ expiresAt: LAPSE }), () => update({ expiresAt: null })],
    [
      'the lapse of both shares, renewed the park’s first',
      async () => undefined,
      (stage) => renew(stage, ['park', 'portfolio']),
    ],
    [
      'the lapse of both shares, renewed the portfolio’s first',
      async () => undefined,
      (stage) => renew(stage, ['portfolio', 'park']),
    ],
  ];
  it.each(WAYS)('%s: what ends it restores exactly what was stored and reached', async (how, begin, end) => {
    const until = how.includes('lapse') ? { park: LAPSE, portfolio: LAPSE } : {};
    const staged = await stages.stage(KEPT, until);
    const [before, reached] = [await stages.stored(staged), await reach(staged)];
    expect(new Set(Object.values(reached))).toEqual(new Set(['TOM', 'COM', 'VIEWER', null]));
    await begin();
    world.gateway.setClock(LAPSE);
    expect(await stages.stored(staged)).toEqual(before);
    expect(new Set(Object.values(await reach(staged)))).toEqual(new Set([null]));
    await end(staged);
    expect(await stages.stored(staged)).toEqual(before);
    expect(await reach(staged)).toEqual(reached);
  });
});

describe('beside a share that has lapsed (S2, P8)', () => {
  type Lapsed = [lapsed: keyof Shares, move: Move];
  const move = (before: Shares, after: Shares, park: Move['park'], portfolio: Move['portfolio'] = {}) => ({
    ...{ before, after, park, portfolio },
  });
  const LOWERED = { ...STAYS, TOM: 'VIEWER' } as const;
  const MOVES: Lapsed[] = [
    // The live one is the ceiling; what is delegated under it sinks with it.
    [
      'park',
      move({ portfolio: 'TOM', park: 'VIEWER' }, { portfolio: 'VIEWER', park: 'VIEWER' }, LOWERED, LOWERED),
    ],
    [
      'portfolio',
      move({ portfolio: 'VIEWER', park: 'TOM' }, { portfolio: 'VIEWER', park: 'COM' }, LOWERED, STAYS),
    ],
    // The lapsed one covers still what nothing else covers.
    [
      'park',
      move(
        { portfolio: 'TOM', park: 'COM' },
        { park: 'COM' },
        { TOM: 'VIEWER', COM: 'COM' },
        { VIEWER: null, TOM: null },
      ),
    ],
    ['portfolio', move({ portfolio: 'VIEWER', park: 'TOM' }, { portfolio: 'VIEWER' }, LOWERED, STAYS)],
    // To revoke it is to take away what it gave: raising the other later does not bring it back.
    ['park', move({ portfolio: 'VIEWER', park: 'TOM' }, { portfolio: 'VIEWER' }, LOWERED, STAYS)],
    // To raise the other takes nothing away.
    ['park', move({ portfolio: 'VIEWER', park: 'TOM' }, { portfolio: 'TOM', park: 'TOM' }, TOM_STAYS, STAYS)],
  ];
  it.each(MOVES.map(([lapsed, each]) => [lapsed, titleOf(each), each] as const))(
    'the %s’s has lapsed: %s',
    async (lapsed, _, each) => {
      const staged = await stages.stage(each, { [lapsed]: EARLIER });
      await stages.move(staged, each.before, each.after);
      expect(await stages.stored(staged)).toEqual(stages.expected(staged));
    },
  );
});
