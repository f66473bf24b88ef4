import { describe, expect, it } from 'vitest';
import { decide } from '../../src/authz/decide.ts';
import { factsOfWorld, refOfWorld } from '../kit/facts-of-world.ts';
import { vectorWorlds } from '../kit/vectors.ts';
import type { World } from '../kit/world.ts';

type Judge = (subject: string) => (resource: string) => string;

/** What `judge` says of every member and token on every portfolio and park. */
function verdicts(world: World, judge: Judge): Record<string, string> {
  const resources = [...world.portfolios, ...world.parks];
  return Object.fromEntries(
    [...world.members, ...world.tokens].flatMap(({ id: subject }) => {
      const roleOn = judge(subject);
      return resources.map(({ id }) => [`${subject} on ${id}`, roleOn(id)]);
    }),
  );
}

/** What a world does not list is NONE. */
function listed({ expected }: World): Judge {
  const roles = new Map(expected.map(({ subject, resource, role }) => [`${subject} on ${resource}`, role]));
  return (subject) => (resource) => roles.get(`${subject} on ${resource}`) ?? 'NONE';
}

function decided(world: World): Judge {
  return (subject) => {
    const facts = factsOfWorld(world, subject);
    return (resource) => decide(facts, refOfWorld(world, resource), Date.parse(world.now)).jobRole;
  };
}

describe('the kernel decides as the vectors say', () => {
  it.each(vectorWorlds())('in world $seed', (world) => {
    expect(verdicts(world, decided(world))).toEqual(verdicts(world, listed(world)));
  });
});
