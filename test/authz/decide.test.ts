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
const instants = Object.values(expiryOffsets).flatMap((offset) =>
  offset === null ? [] : [offset - 1, offset],
);

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
const userOf = ({ world, member }: Pick<Question, 'world' | 'member'>) =>
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
      expect(isAtOrBelow(role, 'OPERATOR') && isAtOrBelow('NONE', role) && isAtOrBelow(role, role)).toBe(
        true,
      );
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
      const bond = world.cooperations.find(
        (one) => sides.includes(one.initiator) && sides.includes(one.partner),
      );
      expect(access.cooperationId, name).toBe(ceiling === null ? null : bond?.id);
    });
  });

  it('the first instant at which the job role changes by itself', () => {
    always(({ world, subject, ref, at, access, name }) => {
      const changesAt = naive.changesAt(world, subject, ref.id, at);
      expect(access.changesAt, name).toBe(changesAt === null ? null : Date.parse(changesAt));
    });
  });

  it('P1, section 6, D1, T3: what a member or token may do in an organization as a whole', () => {
    inEveryWorld((world, at) => {
      for (const member of world.members) {
        const user = userOf({ world, member });
        const stands = !user.suspended && member.active && !isExpired(member, at);
        const allowed = naive.organizationActions(member.role, user.systemRole);
        const tokens = world.tokens.filter((token) => token.member === member.id && token.scope !== null);
        for (const { id: organization } of world.organizations) {
          const here = stands && organization === member.organization;
          const asked = (subject: string) => {
            const { role, actions } = decideOrganization(
              factsOfWorld(world, subject),
              organization,
              at.getTime(),
            );
            return { role, actions };
          };
          const name = `${member.id} in ${organization} at ${at.toISOString()}`;
          expect(asked(member.id), name).toEqual({
            role: here ? member.role : null,
            actions: here ? allowed : [],
          });
          for (const token of tokens) expect(asked(token.id).actions, token.id).toEqual([]);
        }
      }
    });
  });
});

describe('no fact lets the decision', () => {
  it('P6: give OPERATOR across the boundary, not even one that no command could have stored', () => {
    always((question) => {
      const { access, facts, name } = question;
      if (access.own) return;
      expect(access.jobRole, name).not.toBe('OPERATOR');
      const grants = facts.grants.map((grant) => ({ ...grant, role: 'OPERATOR' as const }));
      const shares = facts.shares.map((share) => ({ ...share, role: 'OPERATOR' as const }));
      expect(decideWith(question, { shares }).jobRole, name).toBe('NONE');
      expectAtOrBelow(decideWith(question, { grants }).jobRole, access.ceiling ?? 'NONE', name);
      expect(decideWith(question, { grants, shares }).jobRole, name).toBe('NONE');
    });
  });

  it('P5: give more than the ceiling on a foreign resource', () => {
    always(({ access, name }) => {
      if (!access.own) expectAtOrBelow(access.jobRole, access.ceiling ?? 'NONE', name);
    });
  });

  it('P10: give a token more than its owner has', () => {
    always((question) => {
      const token = tokenOf(question);
      if (!token) return;
      const { access, ref, at, name } = question;
      const ofOwner = decideWith(question, { token: null });
      expectAtOrBelow(access.jobRole, ofOwner.jobRole, name);
      expect(ofOwner.actions, name).toEqual(expect.arrayContaining([...access.actions]));
      if (access.visible) expect(ofOwner.visible, name).toBe(true);
      const reaches = token.scope?.some((id) => id === ref.id || id === ref.portfolioId) ?? true;
      const alike = reaches && !isExpired(token, at);
      if (alike) expect(access, name).toMatchObject({ jobRole: ofOwner.jobRole, visible: ofOwner.visible });
    });
  });

  it('P9: give a DEMO account more than VIEWER, or take anything else from it', () => {
    always((question) => {
      const { account } = question.facts;
      const asDemo = decideWith(question, { account: { ...account, systemRole: 'DEMO' } });
      const asUser = decideWith(question, { account: { ...account, systemRole: 'USER' } });
      expect(asDemo.jobRole, question.name).toBe(meet('VIEWER', asUser.jobRole));
      expect(asDemo.visible, question.name).toBe(asUser.visible);
    });
  });

  it('section 7: give a system ADMINISTRATOR anything that a USER has not', () => {
    always((question) => {
      const { account } = question.facts;
      const asAdministrator = decideWith(question, { account: { ...account, systemRole: 'ADMINISTRATOR' } });
      expect(asAdministrator, question.name).toEqual(
        decideWith(question, { account: { ...account, systemRole: 'USER' } }),
      );
    });
  });

  it('P1: give anything to a suspended account, a paused or ended membership, or nobody', () => {
    always((question) => {
      const { facts, at, name } = question;
      const membership = facts.membership as NonNullable<AccessFacts['membership']>;
      const fallen: Partial<AccessRows>[] = [
        { account: { ...facts.account, suspended: true } },
        { membership: { ...membership, active: false } },
        { membership: { ...membership, expiresAt: at.getTime() } },
        { membership: null },
      ];
      for (const change of fallen) {
        const nothing = { jobRole: 'NONE', visible: false, actions: [], ceiling: null, changesAt: null };
        expect(decideWith(question, change), name).toMatchObject(nothing);
      }
    });
  });

  it('P5: raise anyone when a share is lowered, or leave anyone a role when its cooperation is paused', () => {
    always((question) => {
      const { facts, access, name } = question;
      if (access.ceiling === null) return;
      for (const lower of JOB_ROLES) {
        const shares = facts.shares.map((share) => ({ ...share, role: meet(share.role, lower) }));
        expectAtOrBelow(decideWith(question, { shares }).jobRole, meet(access.jobRole, lower), name);
      }
      const shares = facts.shares.map((share) => ({
        ...share,
        cooperation: { ...share.cooperation, paused: true },
      }));
      expect(decideWith(question, { shares }), name).toMatchObject({ jobRole: 'NONE', ceiling: null });
    });
  });
});

describe('the decision does not depend on', () => {
  it('P8: a grant or share that has expired, be it a moment or years ago', () => {
    always((question) => {
      const { facts, ref, at, access, name } = question;
      const isLapsed = (fact: { expiresAt: number | null }) =>
        fact.expiresAt !== null && fact.expiresAt <= at.getTime();
      const grants = facts.grants.filter((grant) => !isLapsed(grant));
      const shares = facts.shares.filter((share) => !isLapsed(share));
      expect(decideWith(question, { grants, shares }), `${name} without the expired`).toEqual(access);

      const portfolio: ResourceRef = { ...ref, kind: 'PORTFOLIO', id: ref.portfolioId };
      for (const [resource, expiresAt] of [
        [ref, at.getTime()],
        [portfolio, 0],
      ] as const) {
        for (const role of JOB_ROLES) {
          const cooperation = { id: 'bond', accepted: true, paused: false, expiresAt: null };
          const grant: GrantFact = { id: 'lapsed', resource, role, expiresAt };
          const share: ShareFact = {
            id: 'lapsed',
            resource,
            role,
            expiresAt,
            cooperation,
            ownerName: 'owner',
          };
          const more = {
            grants: facts.grantOn.has(resource.id) ? facts.grants : [...facts.grants, grant],
            shares: access.own || facts.shareOn.has(resource.id) ? facts.shares : [...facts.shares, share],
          };
          expect(decideWith(question, more), `${name} with an expired ${role} on ${resource.id}`).toEqual(
            access,
          );
        }
      }
    });
  });

  it('grants and shares of anything but the resource and its portfolio', () => {
    always((question) => {
      const { facts, ref, access, name } = question;
      const concerns = ({ resource }: GrantFact | ShareFact) =>
        [ref.id, ref.portfolioId].includes(resource.id);
      const change = { grants: facts.grants.filter(concerns), shares: facts.shares.filter(concerns) };
      expect(decideWith(question, change), name).toEqual(access);
    });
  });

  it('an organization that neither owns the resource nor holds the member', () => {
    inEveryWorld((world, at) => {
      const asked = questions(world, at);
      for (const { id: gone } of world.organizations) {
        const rest = without(world, gone);
        for (const { subject, member, ref, access, name } of asked) {
          if (member.organization === gone || ref.organizationId === gone) continue;
          expect(decide(factsOfWorld(rest, subject), ref, at.getTime()), `${name} without ${gone}`).toEqual(
            access,
          );
        }
      }
    });
  });

  it('P7: what the viewer’s organization shares with others', () => {
    always(({ world, member, subject, ref, at, access, name }) => {
      const shares = world.shares.filter(
        (share) => refOfWorld(world, share.resource).organizationId !== member.organization,
      );
      expect(decide(factsOfWorld({ ...world, shares }, subject), ref, at.getTime()), name).toEqual(access);
    });
  });
});

/** The world as it is when an organization has left it, with everything that it owns, its people and its bonds. */
function without(world: World, organization: string): World {
  const owns = (resource: string) => refOfWorld(world, resource).organizationId === organization;
  const holds = (id: string) =>
    world.members.some((one) => one.id === id && one.organization === organization);
  const binds = (id: string) =>
    world.cooperations.some((one) => one.id === id && [one.initiator, one.partner].includes(organization));
  return {
    ...world,
    organizations: world.organizations.filter(({ id }) => id !== organization),
    portfolios: world.portfolios.filter(({ id }) => !owns(id)),
    parks: world.parks.filter(({ id }) => !owns(id)),
    members: world.members.filter(({ id }) => !holds(id)),
    cooperations: world.cooperations.filter(({ id }) => !binds(id)),
    shares: world.shares.filter(({ cooperation }) => !binds(cooperation)),
    grants: world.grants.filter(({ member, resource }) => !holds(member) && !owns(resource)),
    tokens: world.tokens
      .filter(({ member }) => !holds(member))
      .map((token) => ({ ...token, scope: token.scope?.filter((id) => !owns(id)) ?? null })),
    expected: [],
  };
}

describe('the explanation', () => {
  const layerOf = (step: Access['trace'][number]) => PERMISSION_LAYERS.indexOf(REASONS[step.reason].layer);

  it('passes the layers in their order, only ever narrows, and ends with the outcome', () => {
    always(({ access: { trace, jobRole }, name }) => {
      expect(trace.at(-1)?.jobRole, name).toBe(jobRole);
      trace.slice(1).forEach((step, index) => {
        const before = trace[index] as Access['trace'][number];
        expect(layerOf(step), name).toBeGreaterThan(layerOf(before));
        expectAtOrBelow(step.jobRole, before.jobRole, name);
      });
    });
  });

  it('of a refusal ends with the first layer that refuses; of all else with the job layer', () => {
    always((question) => {
      const { access, name } = question;
      const last = access.trace.at(-1)?.reason as Reason;
      const refusal = firstRefusal(question);
      if (refusal) expect(last, name).toBe(refusal);
      else expect(REASONS[last].layer, name).toBe('JOB');
    });
  });

  it('names the live grant and share that it is due to', () => {
    always(({ access: { trace, own }, ref, at, name }) => {
      for (const { reason, grant, share } of trace) {
        const isOn = reason.endsWith('_ON_RESOURCE') ? ref.id : ref.portfolioId;
        expect(grant !== undefined, name).toBe(/^(GRANT|DELEGATED)_ON_/.test(reason));
        expect(share !== undefined, name).toBe(/^SHARE_ON_/.test(reason));
        for (const fact of [grant ?? [], share ?? []].flat()) {
          expect(fact.resource.id, name).toBe(isOn);
          expect(fact.expiresAt ?? Number.POSITIVE_INFINITY, name).toBeGreaterThan(at.getTime());
        }
        if (grant) expect(reason.startsWith('GRANT_ON_'), name).toBe(own);
      }
    });
  });

  it('P8: tells the first instant of a change: until then the role stays, then it is another', () => {
    always(({ facts, ref, access: { jobRole, changesAt }, name }) => {
      if (changesAt === null) return;
      expect(decide(facts, ref, changesAt - 1).jobRole, name).toBe(jobRole);
      expect(decide(facts, ref, changesAt).jobRole, name).not.toBe(jobRole);
    });
  });
});

describe('a list', () => {
  const of = ({ shown, hidden }: Exceptions, id: string) => {
    if (shown.includes(id) && hidden.includes(id)) throw new Error(`${id} is both shown and hidden`);
    return shown.includes(id) ? true : hidden.includes(id) ? false : undefined;
  };

  /** Membership, as `VisibleSet` describes it. */
  const holds = (set: VisibleSet, { kind, id, portfolioId, organizationId }: ResourceRef) =>
    kind === 'PORTFOLIO'
      ? (of(set.portfolios, id) ?? set.everyPortfolioOf === organizationId)
      : (of(set.parks, id) ?? of(set.parksIn, portfolioId) ?? set.everyParkOf === organizationId);

  const lists: [string, (access: Access) => boolean][] = [
    ['what is visible', (access) => access.visible],
    ['what has a role above NONE', (access) => access.jobRole !== 'NONE'],
    ...JOB_ROLES.map((minimum): [string, (access: Access) => boolean] => [
      `what is visible with ${minimum} or above`,
      (access) => access.visible && isAtOrBelow(minimum, access.jobRole),
    ]),
  ];

  it.each(lists)('P13: of %s holds exactly what single decisions say', (_, accept) => {
    always(({ facts, ref, at, access, name }) => {
      const set = visibleSet(facts, at.getTime(), accept);
      expect(holds(set, ref), name).toBe(accept(access));
    });
  });

  it('of an account in no organization is empty', () => {
    always(({ facts, ref, at, name }) => {
      const set = visibleSet(
        foldFacts({ ...facts, membership: null, grants: [], shares: [] }),
        at.getTime(),
        lists[0]?.[1] ?? Boolean,
      );
      expect(holds(set, ref), name).toBe(false);
    });
  });
});
