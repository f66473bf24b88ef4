import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Access, decide } from '../../src/authz/decide.ts';
import { decideOrganization } from '../../src/authz/decide-organization.ts';
import {
  type AccessFacts,
  type AccessRows,
  foldFacts,
  type GrantFact,
  type ResourceRef,
  type ShareFact,
} from '../../src/authz/facts.ts';
import { REASONS, type Reason } from '../../src/authz/reasons.ts';
import { isAtOrBelow, JOB_ROLES, type JobRole, meet, PERMISSION_LAYERS } from '../../src/authz/roles.ts';
import { type Exceptions, type VisibleSet, visibleSet } from '../../src/authz/visible-set.ts';
import { factsOfWorld, refOfWorld } from '../kit/facts-of-world.ts';
import * as naive from '../kit/naive-reference.ts';
import { expiryOffsets, randomWorld } from '../kit/random-world.ts';
import type { World } from '../kit/world.ts';

// A property that fails prints its seed and path and the smallest world that fails; fc.assert(…, { seed, path }) repeats it.
const RUNS = 60;

/** Before, at and after the instants around which expiries lie, in milliseconds from the world's `now`. */
const instants = Object.values(expiryOffsets).flatMap((offset) => (offset === null ? [] : [offset - 1, offset]));

interface Question {
  readonly world: World;
  readonly member: World['members'][number];
  /** The member, or one of their tokens. */
  readonly subject: string;
  readonly facts: AccessFacts;
  readonly ref: ResourceRef;
  readonly at: Date;
  readonly access: Access;
  /** For the message of a failure. */
  readonly name: string;
}

/** Every member and token of a world on every portfolio and park. */
function questions(world: World, at: Date): Question[] {
  const refs = [...world.portfolios, ...world.parks].map(({ id }) => refOfWorld(world, id));
  const ask = (member: World['members'][number], subject: string) => {
    const facts = factsOfWorld(world, subject);
    return refs.map((ref) => {
      const name = `${subject} on ${ref.id} at ${at.toISOString()}`;
      return { world, member, subject, facts, ref, at, access: decide(facts, ref, at.getTime()), name };
    });
  };
  return world.members.flatMap((member) => {
    const tokens = world.tokens.filter((token) => token.member === member.id);
    return [member, ...tokens].flatMap(({ id }) => ask(member, id));
  });
}

function inEveryWorld(holds: (world: World, at: Date) => void): void {
  const property = fc.property(randomWorld(), fc.constantFrom(...instants), (world, offset) =>
    holds(world, new Date(Date.parse(world.now) + offset)),
  );
  fc.assert(property, { numRuns: RUNS });
}

/** Asks every question of random worlds, at any instant around their expiries. */
function always(holds: (question: Question) => void): void {
  inEveryWorld((world, at) => questions(world, at).forEach(holds));
}

/** The same question of other facts. */
const decideWith = ({ facts, ref, at }: Question, change: Partial<AccessRows>) =>
  decide(foldFacts({ ...facts, ...change }), ref, at.getTime());

const expectAtOrBelow = (lower: JobRole, upper: JobRole, name: string) =>
  expect(isAtOrBelow(lower, upper), `${name}: ${lower} is at or below ${upper}`).toBe(true);

const isExpired = ({ expiresAt }: { expiresAt: string | null }, at: Date) =>
  expiresAt !== null && Date.parse(expiresAt) <= at.getTime();

const tokenOf = ({ world, subject }: Question) => world.tokens.find((token) => token.id === subject);
const userOf = ({ world, member }: Question) =>
  world.users.find((user) => user.id === member.user) as World['users'][number];

/** Sections 3 and 4: the first of the layers API, System and Organization to refuse. */
function firstRefusal(question: Question): Reason | null {
  const { world, member, ref, at } = question;
  const token = tokenOf(question);
  const inScope = token?.scope?.some((id) => id === ref.id || id === ref.portfolioId) ?? true;
  const refusals: [boolean, Reason][] = [
    [token !== undefined && isExpired(token, at), 'TOKEN_NOT_LIVE'],
    [!inScope, 'OUTSIDE_TOKEN_SCOPE'],
    [userOf(question).suspended, 'ACCOUNT_SUSPENDED'],
    [!member.active, 'MEMBERSHIP_PAUSED'],
    [isExpired(member, at), 'MEMBERSHIP_EXPIRED'],
    [!question.access.own && naive.ceiling(world, member.id, ref.id, at) === null, 'NOT_SHARED'],
  ];
  return refusals.find(([refuses]) => refuses)?.[1] ?? null;
}

describe('section 2: job roles form a lattice', () => {
  const pairs = JOB_ROLES.flatMap((a) => JOB_ROLES.map((b) => [a, b] as const));
  const triples = pairs.flatMap(([a, b]) => JOB_ROLES.map((c) => [a, b, c] as const));

  it.each(pairs)('meet(%s, %s) is what the reference says, whichever comes first', (a, b) => {
    expect(meet(a, b)).toBe(naive.meet(a, b));
    expect(meet(b, a)).toBe(meet(a, b));
  });

  it.each(pairs)('%s is at or below %s exactly if it is their meet', (a, b) => {
    expect(isAtOrBelow(a, b)).toBe(meet(a, b) === a);
  });

  it('OPERATOR is above and NONE below everything; TOM and COM are peers', () => {
    for (const role of JOB_ROLES) {
      expect(isAtOrBelow(role, 'OPERATOR') && isAtOrBelow('NONE', role) && isAtOrBelow(role, role)).toBe(true);
    }
    expect(isAtOrBelow('TOM', 'COM') || isAtOrBelow('COM', 'TOM')).toBe(false);
    expect(meet('TOM', 'COM')).toBe('VIEWER');
  });

  it('meet is associative and the greatest of all that is at or below both; the order is transitive and antisymmetric', () => {
    for (const [a, b, c] of triples) {
      expect(meet(meet(a, b), c)).toBe(meet(a, meet(b, c)));
      expect(isAtOrBelow(c, a) && isAtOrBelow(c, b)).toBe(isAtOrBelow(c, meet(a, b)));
      if (isAtOrBelow(a, b) && isAtOrBelow(b, c)) expect(isAtOrBelow(a, c)).toBe(true);
      if (isAtOrBelow(a, b) && isAtOrBelow(b, a)) expect(a).toBe(b);
    }
  });
});

describe('the decision is what the specification says, read aloud', () => {
  it('P1 to P10: the job role', () => {
    always(({ world, subject, ref, at, access, name }) => {
      expect(access.jobRole, name).toBe(naive.effectiveRole(world, subject, ref.id, at));
    });
  });

  it('section 5: the actions', () => {
    always(({ world, subject, ref, at, access, name }) => {
      expect(access.actions, name).toEqual(naive.actions(world, subject, ref.id, at));
    });
  });

  it('P13: whether the resource is visible', () => {
    always(({ world, subject, ref, at, access, name }) => {
      expect(access.visible, name).toBe(naive.isVisible(world, subject, ref.id, at));
    });
  });

  it('P3: the ceiling, and the cooperation that it came through, of whoever stands', () => {
    always((question) => {
      const { world, member, ref, at, access, name } = question;
      const ceiling = firstRefusal(question) ? null : naive.ceiling(world, member.id, ref.id, at);
      expect(access.ceiling, name).toBe(ceiling);
      const sides = [member.organization, ref.organizationId];
      const bond = world.cooperations.find((one) => sides.includes(one.initiator) && sides.includes(one.partner));
      expect(access.cooperationId, name).toBe(ceiling === null ? null : bond?.id);
    });
  });

  it('the first instant at which the job role changes by itself', () => {
    always(({ world, subject, ref, at, access, name }) => {
      const changesAt = naive.changesAt(world, subject, ref.id, at);
      expect(access.changesAt, name).toBe(changesAt === null ? null : Date.parse(changesAt));
    });
  });

  it('section 6: what a member may do in an organization as a whole', () => {
    inEveryWorld((world, at) => {
      for (const question of questions(world, at)) {
        const { member, facts, ref, name } = question;
        const { role, actions } = decideOrganization(facts, ref.organizationId, at.getTime());
        const standing = firstRefusal({ ...question, ref: { ...ref, id: tokenOf(question)?.scope?.[0] ?? ref.id } });
        const isMember = member.organization === ref.organizationId && standing === null;
        const allowed = naive.organizationActions(member.role, userOf(question).systemRole);
        if (!tokenOf(question)) expect({ role, actions }, name).toEqual(isMember ? { role: member.role, actions: allowed } : { role: null, actions: [] });
      }
    });
  });
});
