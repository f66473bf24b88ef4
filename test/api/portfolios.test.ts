import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OrganizationRole } from '../../src/authz/roles.ts';
import {
  CreatePortfolioDocument,
  DeletePortfolioDocument,
  ReadPortfolioDocument,
  UpdatePortfolioDocument,
} from '../kit/generated/operations.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
beforeAll(async () => {
  world = await startWithTenants();
});
afterAll(() => world.gateway.close());

const admin = () => world.as(world.ofAcme.ADMIN);
const trailSince = async (start: number) =>
  (await auditTrail(world.gateway.database))
    .slice(start)
    .map(({ organizationId, action, subjectId, details }) => ({
      organizationId,
      action,
      subjectId,
      details,
    }));
const trailLength = async () => (await auditTrail(world.gateway.database)).length;

describe('who may create a portfolio (section 6)', () => {
  const refused = (actual: OrganizationRole) => ({
    code: 'FORBIDDEN',
    ...{ layer: 'ORGANIZATION', rule: 'section 6', required: 'PORTFOLIO_CREATE', actual },
    allowedRoles: ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL'],
  });
  it.each([
    ['ADMIN', null],
    ['MODERATOR', null],
    ['ASSET_MANAGER_TECHNICAL', null],
    ['ASSET_MANAGER_COMMERCIAL', null],
    ['MEMBER', refused('MEMBER')],
    ['EXTERNAL', refused('EXTERNAL')],
  ] as const)('%s', async (role, refusal) => {
    const { as, ofAcme, organizations, gateway } = world;
    const client = await as(ofAcme[role]);
    const input = { organizationId: organizations.acme.id, name: `By ${role}` };
    if (refusal) {
      const before = await storedState(gateway.database);
      expect(await client.refusal(CreatePortfolioDocument, { input })).toMatchObject(refusal);
      expect(await storedState(gateway.database)).toEqual(before);
      return;
    }
    const start = await trailLength();
    const { createPortfolio } = await client.get(CreatePortfolioDocument, { input });
    const { id } = createPortfolio.portfolio;
    expect(createPortfolio.portfolio).toMatchObject({
      name: input.name,
      organization: { id: input.organizationId },
    });
    expect(await trailSince(start)).toEqual([
      {
        organizationId: organizations.acme.uuid,
        action: 'portfolio.created',
        subjectId: id,
        details: { name: input.name },
      },
    ]);
  });

  it('nobody in an organization that is not theirs, be it a partner’s', async () => {
    const { as, ofBorealis, ofCirrus, people, organizations, gateway } = world;
    const before = await storedState(gateway.database);
    const input = { organizationId: organizations.acme.id, name: 'Intruder' };
    const { loner, paused, expired, administrator } = people;
    for (const person of [ofBorealis.ADMIN, ofCirrus.ADMIN, loner, paused, expired, administrator]) {
      expect(await (await as(person)).refusal(CreatePortfolioDocument, { input })).toEqual({
        code: 'NOT_FOUND',
        message: 'Not found.',
      });
    }
    expect(await storedState(gateway.database)).toEqual(before);
  });
});

it('names are not unique, neither in an organization nor among them', async () => {
  const { as, ofBorealis, organizations } = world;
  const create = async (client: Awaited<ReturnType<typeof as>>, organizationId: string) =>
    (await client.get(CreatePortfolioDocument, { input: { organizationId, name: 'North' } })).createPortfolio
      .portfolio.id;
  const ids = [
    await create(await admin(), organizations.acme.id),
    await create(await admin(), organizations.acme.id),
    await create(await as(ofBorealis.ADMIN), organizations.borealis.id),
  ];
  expect(new Set(ids).size).toBe(3);
});

it('renaming says what it was; the same again changes nothing', async () => {
  const { story, organizations, gateway } = world;
  const { id } = story.portfolio(organizations.acme, 'Before');
  await story.store(gateway.database);
  const start = await trailLength();
  const input = { portfolioId: id, name: ' After ' };
  expect((await (await admin()).get(UpdatePortfolioDocument, { input })).updatePortfolio.portfolio.name).toBe(
    'After',
  );
  expect(await trailSince(start)).toEqual([
    {
      organizationId: organizations.acme.uuid,
      action: 'portfolio.updated',
      subjectId: id,
      details: { before: { name: 'Before' }, after: { name: 'After' } },
    },
  ]);
  const before = await storedState(gateway.database);
  await (await admin()).get(UpdatePortfolioDocument, { input });
  await (await admin()).get(UpdatePortfolioDocument, { input: { portfolioId: id } });
  expect(await storedState(gateway.database)).toEqual(before);
});

describe('deleting', () => {
  it('not while it holds a park, even one that the viewer can not see', async () => {
    const { story, organizations, gateway, ofAcme, as } = world;
    const portfolio = story.portfolio(organizations.acme, 'Full');
    const park = story.park(portfolio, 'Last');
    story.grant(ofAcme.MODERATOR, park, 'NONE');
    await story.store(gateway.database);
    const before = await storedState(gateway.database);
    for (const person of [ofAcme.ADMIN, ofAcme.MODERATOR]) {
      const client = await as(person);
      expect(await client.refusal(DeletePortfolioDocument, { portfolioId: portfolio.id })).toMatchObject({
        code: 'NOT_EMPTY',
      });
    }
    expect(await storedState(gateway.database)).toEqual(before);
  });

  it('takes grants and shares along, tells the partner, and finds nothing the second time', async () => {
    const { story, organizations, gateway, ofAcme, ofBorealis, cooperation, as } = world;
    const portfolio = story.portfolio(organizations.acme, 'Shared and empty');
    story.share(cooperation, portfolio, 'TOM');
    story.grant(ofBorealis.MEMBER, portfolio, 'TOM', { cooperation });
    story.grant(ofAcme.EXTERNAL, portfolio, 'TOM');
    await story.store(gateway.database);
    const clients = [
      await admin(),
      await as(ofBorealis.MEMBER),
      await as(ofBorealis.ADMIN),
      await as(ofAcme.EXTERNAL),
    ];
    const seen = () =>
      Promise.all(
        clients.map(
          async (client) => (await client.get(ReadPortfolioDocument, portfolio)).portfolio?.effectiveRole,
        ),
      );
    expect(await seen()).toEqual(['OPERATOR', 'TOM', 'TOM', 'TOM']);
    const start = await trailLength();
    const variables = { portfolioId: portfolio.id };
    expect(await clients[0]?.get(DeletePortfolioDocument, variables)).toEqual({
      deletePortfolio: { deletedId: portfolio.id },
    });
    expect((await trailSince(start)).map(({ organizationId, action }) => [organizationId, action])).toEqual(
      expect.arrayContaining([
        [organizations.acme.uuid, 'portfolio.deleted'],
        [organizations.borealis.uuid, 'resource.deleted'],
      ]),
    );
    expect(await seen()).toEqual([undefined, undefined, undefined, undefined]);
    const before = await storedState(gateway.database);
    expect(await clients[0]?.refusal(DeletePortfolioDocument, variables)).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await storedState(gateway.database)).toEqual(before);
  });
});
