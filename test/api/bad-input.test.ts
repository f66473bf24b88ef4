import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
let before: unknown;
/** Own ids, by the names that inputs call them. */
let ids: { organizationId: string; portfolioId: string; parkId: string; componentId: string };

beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
  const { organizations, portfolios, parks, components } = world;
  ids = {
    organizationId: organizations.acme.id,
    portfolioId: portfolios.south.id,
    parkId: parks.solling.id,
    componentId: components.inverter.id,
  };
  before = await storedState(world.gateway.database);
});
afterAll(() => world.gateway.close());

const PARK = { name: 'A park', plantType: 'WIND', capacityKw: 1 };
const INPUTS = {
  createPortfolio: ['CreatePortfolioInput', 'portfolio { id }', ['organizationId'], { name: 'A portfolio' }],
  updatePortfolio: ['UpdatePortfolioInput', 'portfolio { id }', ['portfolioId'], {}],
  createPark: ['CreateParkInput', 'park { id }', ['portfolioId'], PARK],
  createParks: ['CreateParksInput', 'parks { id }', ['portfolioId'], { parks: [PARK] }],
  updatePark: ['UpdateParkInput', 'park { id }', ['parkId'], {}],
  createComponent: ['CreateComponentInput', 'component { id }', ['parkId'], { name: 'A part', kind: 'mast' }],
  updateComponent: ['UpdateComponentInput', 'component { id }', ['componentId'], {}],
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
