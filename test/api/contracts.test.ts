import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { recordOperations } from '../kit/record-operations.ts';
import type { Park, Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

type World = Awaited<ReturnType<typeof startWithTenants>>;
let world: World;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
});
afterAll(() => world.gateway.close());

const { perform, recorded, refused, changesNothing } = recordOperations(() => world.gateway);

const TERMS = {
  ...{ title: 'PPA 2026', counterparty: 'A buyer' },
  ...{ startsOn: '2026-01-01T00:00:00.000Z', endsOn: '2036-01-01T00:00:00.000Z' },
  ...{ pricePerMwh: 61.25, currency: 'EUR' },
};

/** A park of Acme's in south, which no partner reaches. */
async function plant(portfolio = world.portfolios.south) {
  const { story, gateway } = world;
  const park = story.park(portfolio, `Plant ${crypto.randomUUID()}`);
  await story.store(gateway.database);
  return park;
}
const create = async (park: Park, terms: object = TERMS, client = admin) =>
  (await perform(client, 'createContract', { parkId: park.id, ...terms })).contract;

describe('a contract', () => {
  it('is created, changed and deleted; each leaves its record (A1)', async () => {
    const park = await plant();
    const made = await recorded(admin, 'createContract', { parkId: park.id, ...TERMS });
    const { id } = made.payload.contract;
    const at = { id, park: { id: park.id, name: park.name, effectiveRole: 'OPERATOR' } };
    expect(made.payload.contract).toEqual({ ...at, ...TERMS });
    const details = { parkId: park.id, ...TERMS };
    expect(made.records).toMatchObject([{ action: 'contract.created', subjectId: id, details }]);

    const { pricePerMwh, endsOn } = TERMS;
    const input = { contractId: id, pricePerMwh: 0, endsOn: null };
    const changed = await recorded(admin, 'updateContract', input);
    const now = { ...TERMS, pricePerMwh: 0, endsOn: null };
    expect(changed.payload.contract).toEqual({ ...at, ...now });
    const change = { before: { pricePerMwh, endsOn }, after: { pricePerMwh: 0, endsOn: null } };
    expect(changed.records).toMatchObject([{ action: 'contract.updated', subjectId: id }]);
    expect(changed.records[0]?.details).toEqual({ parkId: park.id, ...change });

    const gone = await recorded(admin, 'deleteContract', { contractId: id });
    expect(gone.payload).toEqual({ ok: true });
    expect(gone.records).toMatchObject([
      { action: 'contract.deleted', subjectId: id, details: { ...details, ...now } },
    ]);
    expect(await refused(admin, 'deleteContract', { contractId: id })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('needs neither end nor price; a currency may stand alone', async () => {
    const park = await plant();
    const { title, counterparty, startsOn } = TERMS;
    const open = { title, counterparty, startsOn };
    const none = { endsOn: null, pricePerMwh: null, currency: null };
    expect(await create(park, open)).toMatchObject({ ...open, ...none });
    expect(await create(park, { ...open, ...none })).toMatchObject({ ...open, ...none });
    expect(await create(park, { ...open, currency: 'CHF' })).toMatchObject({ ...none, currency: 'CHF' });
    const contract = await create(park, { ...open, currency: 'CHF', pricePerMwh: -0 });
    expect(Object.is((contract as { pricePerMwh?: number }).pricePerMwh, 0)).toBe(true);
  });

  it('is checked as a whole after a change: what is given has to go with what stays', async () => {
    const { id: contractId } = await create(await plant());
    const wrong: [object, string][] = [
      [{ currency: null }, 'currency'],
      [{ startsOn: '2036-01-01T00:00:00Z' }, 'endsOn'],
      [{ endsOn: '2026-01-01T00:00:00Z' }, 'endsOn'],
    ];
    for (const [change, field] of wrong) {
      const refusal = await refused(admin, 'updateContract', { contractId, ...change });
      expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field });
    }
    const right = [
      { startsOn: '2036-01-01T00:00:00.000Z', endsOn: '2037-01-01T00:00:00.000Z' },
      { pricePerMwh: null, currency: null },
      { pricePerMwh: 7, currency: 'USD' },
      { currency: 'GBP' },
      { pricePerMwh: null },
      { currency: null },
      { endsOn: null },
      { startsOn: '2050-01-01T00:00:00.000Z' },
    ];
    for (const change of right) {
      const { contract } = await perform(admin, 'updateContract', { contractId, ...change });
      expect(contract).toMatchObject(change);
    }
  });

  it('is left as it is by the same again, by nothing, and by null where something has to be', async () => {
    const { id: contractId } = await create(await plant());
    await changesNothing(admin, 'updateContract', { contractId });
    await changesNothing(admin, 'updateContract', { contractId, ...TERMS });
    await changesNothing(admin, 'updateContract', { contractId, startsOn: '2026-01-01T01:00:00+01:00' });
    const nulls = { title: null, counterparty: null, startsOn: null };
    await changesNothing(admin, 'updateContract', { contractId, ...nulls });
  });
});

it('the contracts of a park begin with the latest to start, page by page', async () => {
  const park = await plant();
  const years = [2027, 2025, 2029, 2025, 2028];
  for (const [n, year] of years.entries()) {
    await create(park, { title: `${n}`, counterparty: 'A buyer', startsOn: `${year}-01-01T00:00:00Z` });
  }
  const query = `query ($id: ID!, $first: Int, $after: String) { park(id: $id) { contracts(first: $first, after: $after) {
    totalCount nodes { title } pageInfo { endCursor hasNextPage } } } }`;
  interface Page {
    readonly park: {
      readonly contracts: {
        readonly totalCount: number;
        readonly nodes: { readonly title: string }[];
        readonly pageInfo: { readonly endCursor: string; readonly hasNextPage: boolean };
      };
    };
  }
  const seen: string[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const answer: Page = await admin.get<Page, object>(query, { id: park.id, first: 2, after });
    const { totalCount, nodes, pageInfo } = answer.park.contracts;
    expect(totalCount).toBe(5);
    seen.push(...nodes.map(({ title }) => title));
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
  }
  expect(seen.join('')).toBe('24031');
});

describe('without CONTRACT_READ the contracts of a park that is seen are null with one FORBIDDEN', () => {
  const QUERY = 'query ($id: ID!) { park(id: $id) { name contracts { totalCount nodes { title } } } }';
  const job = (actual: string, rule: string) => ({ layer: 'JOB', rule, actual });
  const WITHOUT: [who: string, (world: World) => [Person, Park], refusal: object][] = [
    [
      'a TOM by default',
      ({ ofAcme, parks }) => [ofAcme.ASSET_MANAGER_TECHNICAL, parks.solling],
      job('TOM', 'P2'),
    ],
    ['a MEMBER', ({ ofAcme, parks }) => [ofAcme.MEMBER, parks.solling], job('VIEWER', 'P2')],
    [
      'an ADMIN who is blocked (P13)',
      ({ people, parks }) => [people.blocked, parks.suedfeld],
      job('NONE', 'P2'),
    ],
    [
      'a DEMO account (P9)',
      ({ people, parks }) => [people.demo, parks.solling],
      { layer: 'SYSTEM', rule: 'D1', actual: 'VIEWER' },
    ],
    [
      'a partner with TOM delegated',
      ({ ofBorealis, parks }) => [ofBorealis.ASSET_MANAGER_TECHNICAL, parks.nordhang],
      job('TOM', 'P5'),
    ],
    [
      "a partner's ADMIN under a ceiling of VIEWER",
      ({ ofAcme, parks }) => [ofAcme.ADMIN, parks.westkamp],
      job('VIEWER', 'P4'),
    ],
  ];

  it.each(WITHOUT)('%s', async (_, who, refusal) => {
    const [person, park] = who(world);
    const client = await world.as(person);
    const { status, data, errors } = await client.send(QUERY, { id: park.id });
    expect([status, data]).toEqual([200, { park: { name: park.name, contracts: null } }]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({
      path: ['park', 'contracts'],
      extensions: {
        ...{ code: 'FORBIDDEN', required: 'CONTRACT_READ', allowedRoles: ['COM', 'OPERATOR'] },
        ...refusal,
      },
    });
    // The park is seen; that there is a contract is not.
    const [records] = Object.values(world.records).filter(({ contract }) => contract.park === park);
    const id = records?.contract.id;
    expect(await client.get('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null });
    expect(await refused(client, 'createContract', { parkId: park.id, ...TERMS })).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  const WITH: [who: string, (world: World) => [Person, Park]][] = [
    ['an ADMIN', ({ ofAcme, parks }) => [ofAcme.ADMIN, parks.solling]],
    ['a COM by default', ({ ofAcme, parks }) => [ofAcme.ASSET_MANAGER_COMMERCIAL, parks.solling]],
    [
      'a partner with COM delegated',
      ({ ofBorealis, parks }) => [ofBorealis.ASSET_MANAGER_COMMERCIAL, parks.solling],
    ],
    [
      "a partner's ADMIN under a ceiling of COM",
      ({ ofBorealis, parks }) => [ofBorealis.ADMIN, parks.solling],
    ],
  ];
  it.each(WITH)('but %s reads them', async (_, who) => {
    const [person, park] = who(world);
    const client = await world.as(person);
    expect(await client.get(QUERY, { id: park.id })).toMatchObject({
      park: { contracts: { totalCount: 1, nodes: [{ title: `About ${park.name}` }] } },
    });
  });

  it('is said once for all parks of a list, and once more at every other place of the operation', async () => {
    const { story, portfolios, gateway, ofAcme, parks, as } = world;
    const park = await plant(portfolios.north);
    story.grant(ofAcme.MEMBER, park, 'COM');
    story.contract(park, 'Granted');
    await story.store(gateway.database);
    const client = await as(ofAcme.MEMBER);
    const list = 'viewer { parks { nodes { name contracts { nodes { title } } } } }';
    const { data, errors } = await client.send<
      { viewer: { parks: { nodes: { name: string; contracts: object | null }[] } } },
      object
    >(`query ($id: ID!) { ${list} one: park(id: $id) { contracts { totalCount } } }`, {
      id: parks.solling.id,
    });
    const nodes = data?.viewer.parks.nodes ?? [];
    expect(nodes.length).toBeGreaterThan(4);
    for (const { name, contracts } of nodes) {
      expect(contracts).toEqual(name === park.name ? { nodes: [{ title: 'Granted' }] } : null);
    }
    expect(
      errors.map(({ path, extensions }) => [
        path?.filter((key) => typeof key === 'string').join('.'),
        extensions.code,
      ]),
    ).toEqual([
      ['viewer.parks.nodes.contracts', 'FORBIDDEN'],
      ['one.contracts', 'FORBIDDEN'],
    ]);
  });
});

it('through a cooperation a COM manages contracts, on both trails (A2); OPERATOR is not needed', async () => {
  const { parks, organizations, cooperation, as, ofBorealis } = world;
  const client = await as(ofBorealis.ASSET_MANAGER_COMMERCIAL);
  const both = [organizations.acme.uuid, organizations.borealis.uuid].map((organizationId) =>
    expect.objectContaining({ organizationId, cooperationId: cooperation.uuid }),
  );
  const made = await recorded(client, 'createContract', { parkId: parks.solling.id, ...TERMS });
  const contractId = made.payload.contract.id;
  const changed = await recorded(client, 'updateContract', { contractId, title: 'PPA 2027' });
  const gone = await recorded(client, 'deleteContract', { contractId });
  for (const { records } of [made, changed, gone]) {
    expect(records).toEqual(expect.arrayContaining(both));
    expect(records).toHaveLength(2);
  }
});
