/** Lists and commands of cooperations and shares take the same statements, however many shares, delegations and cooperations there are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { documentOf, type PartnerMutation } from '../kit/cooperation-operations.ts';
import { partnerCases } from '../kit/partner-cases.ts';
import { LATER, type Partners, startPartners } from '../kit/partners.ts';
import { auditTrail } from '../kit/tenant.ts';

const [FEW, MANY] = [5, 200];

let world: Partners;
let few: Sized;
let many: Sized;
beforeAll(async () => {
  world = await startPartners();
  few = await tell(FEW);
  many = await tell(MANY);
  // The first request that is counted in a process also looks for expired counters.
  await partnerCases(world).invited();
});
afterAll(() => world.gateway.close());

type Sized = Awaited<ReturnType<typeof tell>>;

/** An owner that shares `size` parks of a shared portfolio, each delegated to a member, and has `size` other partners; ADMINs of both sides. */
async function tell(size: number) {
  const { story } = world;
  const [owner, receiver, called] = [world.tenant(), world.tenant(), world.tenant()];
  const bond = story.cooperation(owner.organization, receiver.organization);
  const portfolio = world.portfolio(owner.organization);
  const portfolioShare = story.share(bond, portfolio, 'TOM');
  const [roles, reader] = [Object.values(receiver.people), receiver.people.MEMBER];
  const shares: string[] = [];
  const parks = Array.from({ length: size }, () => world.park(portfolio));
  for (const [n, park] of parks.entries()) {
    // Half of them by a share of their own.
    if (n % 2) shares.push(globalId('share', story.share(bond, park, 'COM')));
    story.grant(reader, park, n % 2 ? 'COM' : 'TOM', { cooperation: bond });
    story.grant(roles[n % 3] ?? reader, world.park(portfolio), 'TOM', { cooperation: bond });
    story.cooperation(owner.organization, story.organization(`Partner ${size} ${n}`));
    story.member(called.organization, 'ADMIN', { name: `Chief ${size} ${n}` });
  }
  await world.stored();
  return {
    ...{ size, portfolio, shares, portfolioShare: globalId('share', portfolioShare) },
    cooperationId: globalId('cooperation', bond.uuid),
    identifier: await partnerCases(world).identifierOf(called),
    owner: { ...owner, client: await world.as(owner.people.ADMIN) },
    receiver: { ...receiver, client: await world.as(receiver.people.ADMIN) },
    member: await world.as(reader),
  };
}

/** A statement but for how many parameters a list has and how many rows are inserted at once. */
const kindOf = (statement: string) =>
  statement
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\$\d+/g, '$')
    .replaceAll(/(\([^()]*\))(?:, \([^()]*\))+/g, '$1');
async function statementsOf(client: GraphQLClient, query: string, variables: object) {
  world.gateway.takeStatements();
  const data = await client.get<unknown, object>(query, variables);
  const statements = world.gateway.takeStatements().filter((each) => !/^update "sessions"/.test(each));
  return { data: JSON.stringify(data), statements };
}

const SIDE = '{ id name }';
const BOND = `{ id status initiator ${SIDE} partner ${SIDE} partnerLabel }`;
const SHARE = `{ id role live delegableRoles owner ${SIDE} recipient ${SIDE} cooperation ${BOND} resource { id name effectiveRole } }`;
/** Who asks, what, and how many statements at most beside the three that say who asks. */
const READS: [name: string, beside: number, who: 'owner' | 'receiver' | 'member', query: string][] = [
  [
    'the cooperations of an organization',
    2,
    'owner',
    `{ viewer { organization { cooperations(first: 500) { totalCount nodes ${BOND} } } } }`,
  ],
  [
    'those of one status',
    2,
    'owner',
    `{ viewer { organization { cooperations(first: 500, status: ACTIVE) { totalCount nodes ${BOND} } } } }`,
  ],
  [
    'each with its shares',
    4,
    'owner',
    `{ viewer { organization { cooperations(first: 250) { totalCount nodes { id shares(first: 50) { totalCount nodes { id role } } } } } } }`,
  ],
  [
    'the shares of a cooperation, to the owner',
    6,
    'owner',
    `query ($bond: ID!) { node(id: $bond) { ... on Cooperation { shares(first: 500) { totalCount nodes ${SHARE} } } } }`,
  ],
  [
    'the shares of a cooperation, to the recipient',
    6,
    'receiver',
    `query ($bond: ID!) { node(id: $bond) { ... on Cooperation { shares(first: 500) { totalCount nodes ${SHARE} } } } }`,
  ],
  [
    'shares by their ids',
    4,
    'receiver',
    `query ($shares: [ID!]!) { nodes(ids: $shares) { ... on Share ${SHARE} } }`,
  ],
  [
    'the shares of each park',
    3,
    'owner',
    `query ($portfolio: ID!) { portfolio(id: $portfolio) { parks(first: 400) { nodes { shares(first: 5) { nodes { id role recipient ${SIDE} } } } } } }`,
  ],
  [
    'the access to each park, by share and cooperation',
    4,
    'receiver',
    `{ viewer { parks(first: 450) { totalCount nodes { viewerAccess { cooperation ${BOND} ceiling trace { rule share { id role } } } } } } }`,
  ],
  [
    'the grants of a member, each with its cooperation',
    6,
    'receiver',
    `query ($member: ID!) { node(id: $member) { ... on Member { grants(first: 500) { totalCount nodes { role effectiveRole cooperation ${BOND} } } } } }`,
  ],
  [
    'the grants on each park, to the owner',
    6,
    'owner',
    `query ($portfolio: ID!) { portfolio(id: $portfolio) { parks(first: 400) { nodes { grants(first: 5) { nodes { role effectiveRole cooperation ${BOND} member { user ${SIDE} } } } } } } }`,
  ],
  [
    'parks as a delegated member',
    2,
    'member',
    '{ viewer { parks(first: 450) { totalCount nodes { name effectiveRole organization { name } } } } }',
  ],
];
const variablesOf = (sized: Sized) => ({
  ...{ bond: sized.cooperationId, shares: sized.shares, portfolio: sized.portfolio.id },
  member: sized.receiver.people.MEMBER.member?.id,
});

describe('what is read', () => {
  it.each(READS)('%s', async (_, beside, who, query) => {
    const asked = [];
    for (const sized of [few, many]) {
      const client = who === 'member' ? sized.member : sized[who].client;
      asked.push(await statementsOf(client, query, variablesOf(sized)));
    }
    const [small, large] = asked as [(typeof asked)[0], (typeof asked)[0]];
    expect(large.data.length).toBeGreaterThan(5 * small.data.length);
    expect(large.statements.map(kindOf)).toEqual(small.statements.map(kindOf));
    expect(large.statements.length).toBeLessThanOrEqual(3 + beside);
  });
});

describe('what is changed', () => {
  const half = (size: number) => Math.floor(size / 2);
  /** In this order, for the next begins where the one before ended: by whom, with what, and what of its record tells how much it did. */
  const CHANGES: [
    name: string,
    mutation: PartnerMutation,
    input: (sized: Sized) => object,
    did: (size: number) => object,
  ][] = [
    [
      'inviting an organization of many ADMINs',
      'inviteCooperation',
      ({ identifier }) => ({ organizationIdentifier: identifier }),
      () => ({ purpose: null }),
    ],
    [
      'pausing it',
      'updateCooperation',
      ({ cooperationId }) => ({ cooperationId, active: false }),
      () => ({ after: { paused: true } }),
    ],
    [
      'resuming it',
      'updateCooperation',
      ({ cooperationId }) => ({ cooperationId, active: true }),
      () => ({ after: { paused: false } }),
    ],
    [
      'a share that lowers nothing',
      'shareResource',
      ({ cooperationId, portfolio }) => ({
        ...{ cooperationId, resourceId: portfolio.id, role: 'TOM', expiresAt: LATER },
      }),
      () => ({ grantsLowered: 0 }),
    ],
    [
      'a share lowered over many delegations',
      'shareResource',
      ({ cooperationId, portfolio }) => ({ cooperationId, resourceId: portfolio.id, role: 'VIEWER' }),
      (size) => ({ grantsLowered: 2 * size - half(size) }),
    ],
    [
      'a share revoked over many delegations',
      'revokeShare',
      ({ portfolioShare }) => ({ shareId: portfolioShare }),
      (size) => ({ grantsLowered: 2 * size - half(size) }),
    ],
    [
      'removing a cooperation with many shares and delegations',
      'removeCooperation',
      ({ cooperationId }) => ({ cooperationId }),
      (size) => ({ sharesEnded: half(size), grantsEnded: half(size) }),
    ],
  ];

  it.each(CHANGES)('%s', async (_, mutation, input, did) => {
    const asked = [];
    for (const sized of [few, many]) {
      const client =
        mutation === 'inviteCooperation' ? await world.as(world.owner.people.ADMIN) : sized.owner.client;
      const { statements } = await statementsOf(client, documentOf(mutation), { input: input(sized) });
      asked.push(statements.map(kindOf));
      expect((await auditTrail(world.gateway.database)).at(-1)?.details).toMatchObject(did(sized.size));
    }
    expect(asked[1]).toEqual(asked[0]);
  });
});
