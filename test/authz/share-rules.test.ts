import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COOPERATION_STATUSES, cooperationStatus } from '../../src/authz/cooperation-rules.ts';
import { decide } from '../../src/authz/decide.ts';
import { foldFacts, type ResourceRef } from '../../src/authz/facts.ts';
import { Refusal } from '../../src/authz/refusal.ts';
import {
  type Ceiling,
  ceilingOf,
  requireNoRaiseOfCeiling,
  requireSomethingToTakeOut,
  sinks,
  underCeiling,
} from '../../src/authz/share-rules.ts';
import { meet } from '../kit/naive-reference.ts';
import { jobRoles } from '../kit/world.ts';

type JobRole = (typeof jobRoles)[number];

// ------------------------------------------------------------------ one owner's resources, and what one partner has of them

const resource = (kind: ResourceRef['kind'], id: string, portfolioId = id): ResourceRef => ({
  ...{ kind, id, portfolioId, organizationId: 'owner' },
});
const PORTFOLIOS = [resource('PORTFOLIO', 'f'), resource('PORTFOLIO', 'g')];
const PARKS = [resource('PARK', 'p', 'f'), resource('PARK', 'q', 'f'), resource('PARK', 'r', 'g')];
const RESOURCES = [...PORTFOLIOS, ...PARKS];

const SHAREABLE: JobRole[] = ['VIEWER', 'COM', 'TOM'];
// Close together, so that instants meet exactly more often than not.
const anInstant = fc.integer({ min: 0, max: 4 });
const anExpiry = fc.option(anInstant);

type NewCeiling = Ceiling & { readonly resource: ResourceRef };

/** S1: what a share of this resource can be. */
const aShareOf = (shared: ResourceRef): fc.Arbitrary<NewCeiling> =>
  fc.record({
    resource: fc.constant(shared),
    role: fc.constantFrom(...SHAREABLE, ...(shared.kind === 'PARK' ? ['NONE' as const] : [])),
    expiresAt: anExpiry,
  });

/** Shares of some of the resources, each at most once, in any order. */
const shares = fc
  .tuple(...RESOURCES.map((each) => fc.option(aShareOf(each))))
  .map((list) => list.filter((share) => share !== null))
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length }));

// ------------------------------------------------------------------ the rules read aloud

/** Section 1: at the exact instant of `expiresAt` it is no longer live. */
const isLiveAt = ({ expiresAt }: { expiresAt: number | null }, instant: number) =>
  expiresAt === null || expiresAt > instant;

const isAtOrBelow = (lower: JobRole, upper: JobRole) => meet(lower, upper) === lower;

/** P3, P8: the role of the live share on the park, else of the live one on its portfolio; null without any. */
function liveCeiling(given: readonly Ceiling[], { id, portfolioId }: ResourceRef, instant: number) {
  const live = given.filter((share) => isLiveAt(share, instant));
  const on = (shared: string) => live.find((share) => share.resource.id === shared)?.role;
  return on(id) ?? on(portfolioId) ?? null;
}

/** S2: a share covers a resource if it is on it or on its portfolio. */
const isCovering = (share: Ceiling, { id, portfolioId }: ResourceRef) =>
  [id, portfolioId].includes(share.resource.id);

const refusalOf = (attempt: () => void): Refusal | null => {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
};

const everywhere = (holds: (given: readonly NewCeiling[], on: ResourceRef, at: number) => void) =>
  fc.assert(fc.property(shares, fc.constantFrom(...RESOURCES), anInstant, holds), { numRuns: 2_000 });

describe('the ceiling by which S2 is judged', () => {
  it('P3, P8: is the live share on the park, else the live one on its portfolio', () => {
    everywhere((given, on, at) => {
      const live = liveCeiling(given, on, at);
      if (live !== null) expect(ceilingOf(given, on, at)).toBe(live);
    });
  });

  it('S2: is that of an expired share, the park’s first, where no live one covers: renewing restores', () => {
    everywhere((given, on, at) => {
      if (liveCeiling(given, on, at) !== null) return;
      const renewed = given.map((share) => ({ ...share, expiresAt: null }));
      expect(ceilingOf(given, on, at)).toBe(liveCeiling(renewed, on, at));
    });
  });

  it('S2: is there exactly where a share covers, and nothing else matters to it', () => {
    everywhere((given, on, at) => {
      const covering = given.filter((share) => isCovering(share, on));
      expect(ceilingOf(given, on, at) === null).toBe(covering.length === 0);
      expect(ceilingOf(covering.toReversed(), on, at)).toBe(ceilingOf(given, on, at));
    });
  });
});

/** What a delegated role becomes where the one share that covers it changes. */
const afterSinking = (role: JobRole, before: JobRole | null, after: JobRole | null): JobRole | null =>
  sinks(before, after, null) ? underCeiling(role, after) : role;

describe('a delegated role after a command', () => {
  const CEILINGS = [...jobRoles.filter((role) => role !== 'OPERATOR'), null];
  const moves = SHAREABLE.flatMap((role) =>
    CEILINGS.flatMap((before) => CEILINGS.map((after) => ({ role, before, after }))),
  );

  it.each(moves.filter(({ before }) => before !== null))(
    'S2: of $role, where the ceiling moves from $before to $after',
    ({ role, before, after }) => {
      const isLowered = after === null || !isAtOrBelow(before as JobRole, after);
      const left = after === null ? 'NONE' : meet(after, role);
      expect(afterSinking(role, before, after)).toBe(isLowered ? (left === 'NONE' ? null : left) : role);
    },
  );

  it.each(moves)('S2: of $role, is never raised, neither by $before to $after nor back', (move) => {
    const { role, before, after } = move;
    const left = afterSinking(role, before, after);
    expect(isAtOrBelow(left ?? 'NONE', role)).toBe(true);
    const back = left && afterSinking(left, after, before);
    expect(isAtOrBelow(back ?? 'NONE', left ?? 'NONE')).toBe(true);
    expect(left && afterSinking(left, before, after)).toBe(left);
  });

  it('S2: is under a park’s share that comes to lie below its portfolio’s, and not beside one that gives no more', () => {
    for (const now of ['VIEWER', 'COM', 'TOM', 'NONE'] as const)
      for (const above of ['VIEWER', 'COM', 'TOM'] as const)
        expect(sinks(null, now, above), `${now} below ${above}`).toBe(!isAtOrBelow(above, now));
    expect(sinks(null, 'VIEWER', null)).toBe(false);
    expect([underCeiling('TOM', 'VIEWER'), underCeiling('COM', 'TOM'), underCeiling('COM', 'NONE')]).toEqual([
      'VIEWER',
      'VIEWER',
      null,
    ]);
  });

  it('S2: raising a share later does not revive what was taken away', () => {
    expect(afterSinking('TOM', 'TOM', 'VIEWER')).toBe('VIEWER');
    expect(afterSinking('VIEWER', 'VIEWER', 'TOM')).toBe('VIEWER');
    // Peers are not below one another.
    expect(afterSinking('COM', 'COM', 'TOM')).toBe('VIEWER');
    expect(afterSinking('TOM', 'TOM', 'NONE')).toBeNull();
    expect(afterSinking('TOM', 'TOM', null)).toBeNull();
  });

  it('P5: is worth no more than before, whatever the ceiling becomes and in any number of commands', () => {
    const ceilings = fc.array(fc.constantFrom(...CEILINGS), { minLength: 1, maxLength: 8 });
    const property = fc.property(fc.constantFrom(...SHAREABLE), ceilings, (given, course) => {
      let role: JobRole | null = given;
      // G2: given under a ceiling of its own role or of any, when it is VIEWER.
      let before: JobRole | null = given;
      let lowest: JobRole = given;
      for (const after of course) {
        role = role && afterSinking(role, before, after);
        if (after === null || !isAtOrBelow(before ?? 'NONE', after)) lowest = meet(lowest, after ?? 'NONE');
        before = after;
        expect(isAtOrBelow(role ?? 'NONE', lowest)).toBe(true);
      }
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});

describe('a share with an expiry', () => {
  /** A share, and what else the same partner has. */
  const given = fc.constantFrom(...RESOURCES).chain((on) =>
    fc.tuple(
      aShareOf(on),
      shares.map((list) => list.filter((share) => share.resource !== on)),
    ),
  );

  it('G4: is refused where the ceiling would be higher once it has lapsed, and only there', () => {
    const seen = { refused: 0, allowed: 0 };
    const property = fc.property(given, ([share, others]) => {
      const refusal = refusalOf(() => requireNoRaiseOfCeiling(share, others));
      const { resource: on, role, expiresAt } = share;
      const then = expiresAt === null ? role : liveCeiling([share, ...others], on, expiresAt);
      const isRaised = !isAtOrBelow(then ?? 'NONE', role);
      seen[isRaised ? 'refused' : 'allowed']++;
      const details = { rule: 'G4', field: 'raisesAccessOnExpiry', actual: then };
      if (isRaised) expect(refusal).toMatchObject({ code: 'EXPIRY_RAISES_ACCESS', details });
      else expect(refusal).toBeNull();
    });
    fc.assert(property, { numRuns: 3_000 });
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
  });

  it('G4: meets a portfolio’s share that ends at the very same instant, before it and after it', () => {
    const park = { resource: PARKS[0] as ResourceRef, role: 'VIEWER' as const, expiresAt: 2 };
    const above = (expiresAt: number | null) => [{ resource: { id: 'f' }, role: 'TOM' as const, expiresAt }];
    const isRefused = (expiresAt: number | null) =>
      refusalOf(() => requireNoRaiseOfCeiling(park, above(expiresAt))) !== null;
    expect([1, 2, 3, null].map(isRefused)).toEqual([false, false, true, true]);
  });
});

describe('a share of NONE', () => {
  it('S1: is for a park whose portfolio is shared live, and nothing else is asked of another role', () => {
    const seen = { refused: 0, allowed: 0 };
    const roles = fc.constantFrom('NONE' as const, 'NONE' as const, ...SHAREABLE);
    const property = fc.property(
      ...[fc.constantFrom(...RESOURCES), roles, anExpiry, shares, anInstant],
      (on, role, expiresAt, list, at) => {
        const others = list.filter((share) => share.resource !== on);
        const refusal = refusalOf(() =>
          requireSomethingToTakeOut({ resource: on, role, expiresAt }, others, at),
        );
        const above = on.kind === 'PARK' && others.find((share) => share.resource.id === on.portfolioId);
        const isAllowed = role !== 'NONE' || (above && isLiveAt(above, at));
        seen[isAllowed ? 'allowed' : 'refused']++;
        const details = { rule: 'S1', field: 'role', actual: 'NONE' };
        if (isAllowed) expect(refusal).toBeNull();
        else expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', details });
      },
    );
    fc.assert(property, { numRuns: 3_000 });
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(100);
  });
});

describe('the status of a cooperation', () => {
  const cases = [true, false].flatMap((accepted) =>
    // C2: while it is pending it can't be paused.
    (accepted ? [true, false] : [false]).flatMap((paused) =>
      [null, 99, 100, 101].map((expiresAt) => ({ accepted, paused, expiresAt })),
    ),
  );

  it.each(cases)(
    'section 1: accepted $accepted, paused $paused, until $expiresAt, asked at 100',
    (cooperation) => {
      const { accepted, paused } = cooperation;
      const isOver = !isLiveAt(cooperation, 100);
      const status = paused ? 'PAUSED' : isOver ? 'EXPIRED' : accepted ? 'ACTIVE' : 'PENDING';
      expect(cooperationStatus(cooperation, 100)).toBe(status);
    },
  );

  it('is each of them in some case', () => {
    const statuses = new Set(cases.map((each) => cooperationStatus(each, 100)));
    expect(statuses).toEqual(new Set(COOPERATION_STATUSES));
  });

  it.each(cases)('P3: is ACTIVE exactly while its shares reach: %o', (cooperation) => {
    const ref = PARKS[0] as ResourceRef;
    const facts = foldFacts({
      account: { userId: 'u', systemRole: 'USER', suspended: false },
      membership: { id: 'm', organizationId: 'partner', role: 'ADMIN', active: true, expiresAt: null },
      grants: [],
      shares: [
        {
          ...{ id: 's', ownerName: 'Owner', resource: ref, role: 'TOM', expiresAt: null },
          cooperation: { id: 'c', ...cooperation },
        },
      ],
      token: null,
    });
    const isActive = cooperationStatus(cooperation, 100) === 'ACTIVE';
    expect(decide(facts, ref, 100).jobRole).toBe(isActive ? 'TOM' : 'NONE');
  });
});
