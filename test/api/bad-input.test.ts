import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
let before: unknown;
/** Own ids, by the names that inputs call them. */
let ids: Record<'organizationId' | 'portfolioId' | 'parkId' | 'componentId' | 'contractId', string>;

beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
  const { organizations, portfolios, parks, components, records } = world;
  ids = {
    organizationId: organizations.acme.id,
    portfolioId: portfolios.south.id,
    parkId: parks.solling.id,
    componentId: components.inverter.id,
    contractId: records.solling.contract.id,
  };
  before = await storedState(world.gateway.database);
});
afterAll(() => world.gateway.close());

const PARK = { name: 'A park', plantType: 'WIND', capacityKw: 1 };
const CONTRACT = { title: 'A contract', counterparty: 'A buyer', startsOn: '2026-01-01T00:00:00Z' };
const INPUTS = {
  createPortfolio: ['CreatePortfolioInput', 'portfolio { id }', ['organizationId'], { name: 'A portfolio' }],
  updatePortfolio: ['UpdatePortfolioInput', 'portfolio { id }', ['portfolioId'], {}],
  createPark: ['CreateParkInput', 'park { id }', ['portfolioId'], PARK],
  createParks: ['CreateParksInput', 'parks { id }', ['portfolioId'], { parks: [PARK] }],
  updatePark: ['UpdateParkInput', 'park { id }', ['parkId'], {}],
  createComponent: ['CreateComponentInput', 'component { id }', ['parkId'], { name: 'A part', kind: 'mast' }],
  updateComponent: ['UpdateComponentInput', 'component { id }', ['componentId'], {}],
  recordEvent: ['RecordEventInput', 'event { id }', ['parkId'], { severity: 'INFO', message: 'A message' }],
  createTicket: ['CreateTicketInput', 'ticket { id }', ['parkId'], { title: 'A title', body: 'A body' }],
  createContract: ['CreateContractInput', 'contract { id }', ['parkId'], CONTRACT],
  updateContract: ['UpdateContractInput', 'contract { id }', ['contractId'], {}],
} as const;
type MutationName = keyof typeof INPUTS;
type Mistake = [mutation: MutationName, field: string, what: string, wrong: object];

/** Sends a mutation with own ids and what is right, but for `wrong`; answers its one error. */
function send(mutation: MutationName, wrong: object) {
  const [type, payload, own, right] = INPUTS[mutation];
  const input = { ...Object.fromEntries(own.map((name) => [name, ids[name]])), ...right, ...wrong };
  return admin.refusal(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ${payload} } }`, {
    input,
  });
}

const BAD_TEXTS = (maximum: number) =>
  [
    ['empty', ''],
    ['only blanks', ' \u00a0\ufeff\u3000 '],
    [`${maximum + 1} characters`, 'x'.repeat(maximum + 1)],
    [`${maximum + 1} characters beyond the basic plane`, '🌞'.repeat(maximum + 1)],
    ['a NUL', 'a\0b'],
    ['a line break', 'a\r\nb'],
    ['an escape', 'a\u001b[31mb'],
    ['a C1 control', 'a\u0085b'],
    ['a lone high surrogate', 'a\ud83cb'],
    ['a lone low surrogate', '\udf1e'],
    ['a million characters', 'x'.repeat(1_000_000)],
  ] as const;

/** The same of a text that may have line breaks. */
const BAD_LINES = (maximum: number) => BAD_TEXTS(maximum).filter(([what]) => what !== 'a line break');

/** Instants that no list can be ordered by. */
const BAD_INSTANTS = ['0000-01-01T00:00:00Z', '0999-12-31T23:59:59Z', '1899-12-31T23:59:59.999Z'];

const NUMBERS = (low: number, high: number) =>
  [
    ['below the range', Math.min(low * 1.000001, -1e-9)],
    ['far below', -1e308],
    ['above the range', high * 1.000001],
    ['the largest number', Number.MAX_VALUE],
  ] as const;

const TIME_ZONES = [
  'Mars/Olympus',
  '',
  ' ',
  '+01:00',
  'Europe/Berlin ',
  "'; drop table parks",
  'UTC\0',
  '\ud800',
  'x'.repeat(100_000),
];

/** Mutation, field, how it is wrong, the wrong input; `in` is the path where the input is nested. */
const MISTAKES: Mistake[] = [
  ...(
    [
      'createPortfolio',
      'updatePortfolio',
      'createPark',
      'updatePark',
      'createComponent',
      'updateComponent',
    ] as const
  ).flatMap((mutation) => BAD_TEXTS(200).map(([what, name]): Mistake => [mutation, 'name', what, { name }])),
  ...(['createComponent', 'updateComponent'] as const).flatMap((mutation) =>
    ['kind', 'serialNumber'].flatMap((field) =>
      BAD_TEXTS(100).map(([what, text]): Mistake => [mutation, field, what, { [field]: text }]),
    ),
  ),
  ...(['createPark', 'updatePark'] as const).flatMap((mutation) => [
    ...NUMBERS(-1e-12, 1e9).map(
      ([what, value]): Mistake => [mutation, 'capacityKw', what, { capacityKw: value }],
    ),
    ...NUMBERS(-90, 90).map(([what, value]): Mistake => [mutation, 'latitude', what, { latitude: value }]),
    ...NUMBERS(-180, 180).map(
      ([what, value]): Mistake => [mutation, 'longitude', what, { longitude: value }],
    ),
    ...TIME_ZONES.map(
      (timeZone): Mistake => [mutation, 'timeZone', JSON.stringify(timeZone).slice(0, 30), { timeZone }],
    ),
  ]),
  ...BAD_LINES(2_000).map(([what, message]): Mistake => ['recordEvent', 'message', what, { message }]),
  ...BAD_TEXTS(200).map(([what, title]): Mistake => ['createTicket', 'title', what, { title }]),
  ...BAD_LINES(10_000).map(([what, body]): Mistake => ['createTicket', 'body', what, { body }]),
  ...[...BAD_INSTANTS, new Date(Date.now() + 90_000_000).toISOString(), '9999-12-31T23:59:59Z'].map(
    (occurredAt): Mistake => ['recordEvent', 'occurredAt', occurredAt, { occurredAt }],
  ),
  ...(['createContract', 'updateContract'] as const).flatMap((mutation) => [
    ...['title', 'counterparty'].flatMap((field) =>
      BAD_TEXTS(200).map(([what, text]): Mistake => [mutation, field, what, { [field]: text }]),
    ),
    ...['startsOn', 'endsOn'].flatMap((field) =>
      BAD_INSTANTS.map((at): Mistake => [mutation, field, at, { [field]: at }]),
    ),
    ...(
      [
        ['the same as startsOn', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00+01:00'],
        ['before startsOn', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59.999Z'],
      ] as const
    ).map(([what, startsOn, endsOn]): Mistake => [mutation, 'endsOn', what, { startsOn, endsOn }]),
    ...[-1e-9, -1, -1e308].map(
      (pricePerMwh): Mistake => [
        mutation,
        'pricePerMwh',
        String(pricePerMwh),
        { pricePerMwh, currency: 'EUR' },
      ],
    ),
    ...['', ' ', 'eur', 'EURO', 'EU', 'XYZ', '€', 'EUR ', 'E\0R', 'x'.repeat(100_000)].map(
      (currency): Mistake => [mutation, 'currency', JSON.stringify(currency).slice(0, 30), { currency }],
    ),
    [mutation, 'currency', 'null beside a price', { pricePerMwh: 5, currency: null }] satisfies Mistake,
  ]),
  ['createContract', 'currency', 'missing beside a price', { pricePerMwh: 5 }],
  ['updateContract', 'currency', 'null where a price stays', { currency: null }],
  ['updateContract', 'endsOn', 'before the start that stays', { endsOn: '2020-01-01T00:00:00Z' }],
  ['createParks', 'parks', 'no park', { parks: [] }],
  ['createParks', 'parks', '1,001 parks', { parks: Array(1_001).fill(PARK) }],
  [
    'createParks',
    'parks.2.name',
    'an empty name among others',
    { parks: [PARK, PARK, { ...PARK, name: '' }] },
  ],
  [
    'createParks',
    'parks.0.timeZone',
    'an unknown time zone',
    { parks: [{ ...PARK, timeZone: 'Mars/Olympus' }] },
  ],
];

describe('a field that is wrong is named, and nothing is stored', () => {
  it.each(MISTAKES)('%s: %s is %s', async (mutation, field, _, wrong) => {
    const refusal = await send(mutation, wrong);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field });
    // What was sent is not sent back.
    expect(JSON.stringify(refusal).length).toBeLessThan(300);
  });

  it('nothing was stored by any of them', async () => {
    expect(await storedState(world.gateway.database)).toEqual(before);
  });
});

describe('values that are of no such type', () => {
  it.each([
    ['a number for a name', { name: 5 }, /input\.name|name/],
    ['an object for a name', { name: {} }, /name/],
    ['text for a capacity', { capacityKw: '5' }, /capacityKw/],
    ['NaN as text', { capacityKw: 'NaN' }, /capacityKw/],
    ['a list of lists', { latitude: [[[[1]]]] }, /latitude/],
    ['an unknown plant type', { plantType: 'NUCLEAR' }, /plantType/],
    ['a plant type in lower case', { plantType: 'wind' }, /plantType/],
    ['an index for a plant type', { plantType: 0 }, /plantType/],
    ['an object for an id', { portfolioId: { length: 1 } }, /portfolioId/],
    ['a field that does not exist', { systemRole: 'ADMINISTRATOR' }, /systemRole|input/],
    ['a length', { length: 3 }, /length|input/],
    ['what every object has', { toString: 'x' }, /toString|input/],
  ])('%s', async (_, wrong, field) => {
    const { code, field: named } = await send('createPark', wrong);
    expect(code).toBe('BAD_USER_INPUT');
    expect(named).toMatch(field);
  });

  it.each(['1e400', '-1e400'])('the number %s, in JSON and in the document', async (number) => {
    const { url, token } = admin;
    const query = 'mutation ($input: CreateParkInput!) { createPark(input: $input) { park { id } } }';
    const input = JSON.stringify({ ...PARK, portfolioId: ids.portfolioId, capacityKw: 0 }).replace(
      '"capacityKw":0',
      `"capacityKw":${number}`,
    );
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = `{"query":${JSON.stringify(query)},"variables":{"input":${input}}}`;
    const answer = (await (await fetch(url, { method: 'POST', headers, body })).json()) as {
      errors: object[];
    };
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', field: expect.stringMatching(/capacityKw$/) } },
    ]);
    const literal = `mutation { createPark(input: { portfolioId: "${ids.portfolioId}", name: "x", plantType: WIND, capacityKw: ${number} }) { park { id } } }`;
    expect(await admin.refusal(literal)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: expect.stringMatching(/capacityKw$/),
    });
  });

  it('nothing was stored by any of them', async () => {
    expect(await storedState(world.gateway.database)).toEqual(before);
  });
});
