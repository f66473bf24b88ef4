import {
  type AccessFacts,
  type CooperationFact,
  foldFacts,
  type ResourceRef,
  type ShareFact,
} from '../../src/authz/facts.ts';
import { grantName, shareName, type WorldFacts } from './world.ts';

const ms = (instant: string | null) => (instant === null ? null : Date.parse(instant));

function one<T extends { id: string }>(list: readonly T[], id: string): T {
  const found = list.find((each) => each.id === id);
  if (!found) throw new Error(`this world holds no ${id}`);
  return found;
}

/** A portfolio or park of a world as the kernel knows it; its ids are the world's. Throws for an id the world does not hold. */
export function refOfWorld(world: WorldFacts, resourceId: string): ResourceRef {
  const park = world.parks.find((each) => each.id === resourceId);
  const { id: portfolioId, organization } = one(world.portfolios, park?.portfolio ?? resourceId);
  return { kind: park ? 'PARK' : 'PORTFOLIO', id: resourceId, organizationId: organization, portfolioId };
}

function cooperationFact(world: WorldFacts, id: string): CooperationFact {
  const { status, expiresAt } = one(world.cooperations, id);
  return { id, accepted: status !== 'pending', paused: status === 'paused', expiresAt: ms(expiresAt) };
}

/** Every share of a world with the organization that it reaches: the side of its cooperation that does not own. */
function sharesOfWorld(world: WorldFacts): { recipient: string; fact: ShareFact }[] {
  return world.shares.map((share) => {
    const resource = refOfWorld(world, share.resource);
    const { initiator, partner } = one(world.cooperations, share.cooperation);
    const [recipient, stranger] = [initiator, partner].filter((side) => side !== resource.organizationId);
    if (!recipient || stranger) throw new Error(`${share.resource} is shared by a side that does not own it`);
    const fact = {
      id: shareName(share),
      cooperation: cooperationFact(world, share.cooperation),
      ownerName: resource.organizationId,
      resource,
      role: share.role,
      expiresAt: ms(share.expiresAt),
    };
    return { recipient, fact };
  });
}

/**
 * The facts about a member or token of a world, live or not, as the database would answer them: a plain translation, no rule in
 * it. Ids are the world's. Throws for a subject the world does not hold.
 */
export function factsOfWorld(world: WorldFacts, subject: string): AccessFacts {
  const token = world.tokens.find((each) => each.id === subject);
  const member = one(world.members, token?.member ?? subject);
  const user = one(world.users, member.user);
  return foldFacts({
    account: { userId: user.id, systemRole: user.systemRole, suspended: user.suspended },
    membership: {
      id: member.id,
      organizationId: member.organization,
      role: member.role,
      active: member.active,
      expiresAt: ms(member.expiresAt),
    },
    grants: world.grants
      .filter((grant) => grant.member === member.id)
      .map((grant) => ({
        id: grantName(grant),
        resource: refOfWorld(world, grant.resource),
        role: grant.role,
        expiresAt: ms(grant.expiresAt),
      })),
    shares: sharesOfWorld(world)
      .filter(({ recipient }) => recipient === member.organization)
      .map(({ fact }) => fact),
    token: token
      ? {
          id: token.id,
          expiresAt: ms(token.expiresAt),
          revoked: false,
          group: 'FULL_ACCESS',
          scope: token.scope?.map((id) => refOfWorld(world, id)) ?? null,
        }
      : null,
  });
}
