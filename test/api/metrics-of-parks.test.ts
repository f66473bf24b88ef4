/** Metrics: recordMetrics and Park.metrics (section 5: METRICS_WRITE on own resources only, METRICS_READ from VIEWER on). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobRole } from '../../src/authz/roles.ts';
import type { GraphQLClient } from '../kit/client.ts';
import type { Park } from '../kit/story.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
});
afterAll(() => world.gateway.close());

async function nothingStored(work: () => Promise<void>): Promise<void> {
  const before = await storedState(world.gateway.database);
  await work();
  expect(await storedState(world.gateway.database)).toEqual(before);
}

const RECORD = 'mutation ($input: RecordMetricsInput!) { recordMetrics(input: $input) { recorded } }';
const READ = `query ($id: ID!, $metric: String!, $from: DateTime!, $to: DateTime!, $interval: MetricInterval, $aggregate: MetricAggregate) {
  park(id: $id) { metrics(metric: $metric, from: $from, to: $to, interval: $interval, aggregate: $aggregate) {
    metric unit interval aggregate points { at value } } } }`;

interface Point {
  readonly at: string;
  readonly value: number;
}
interface Series {
  readonly metric: string;
  readonly unit: string | null;
  readonly points: readonly Point[];
}

const record = async (parkId: string, points: readonly Point[], more: object = {}, client = admin) =>
  (
    await client.get<{ recordMetrics: { recorded: number } }, object>(RECORD, {
      input: { parkId, metric: 'power', points, ...more },
    })
  ).recordMetrics.recorded;

const read = async (parkId: string, more: object, client = admin): Promise<Series | null> =>
  (
    await client.get<{ park: { metrics: Series | null } }, object>(READ, {
      ...{ id: parkId, metric: 'power', from: '2024-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' },
      ...more,
    })
  ).park.metrics;

const values = async (parkId: string, more: object) =>
  (await read(parkId, more))?.points.map(({ at, value }) => [at, value]);

let made = 0;
async function newPark(details: Parameters<typeof world.story.park>[2] = {}): Promise<Park> {
  const park = world.story.park(world.portfolios.south, `Measured ${made++}`, details);
  await world.story.store(world.gateway.database);
  return park;
}

/** A point every `minutes`, from `from` on and before `to`, with the values 1, 2, 3, … */
const every = (minutes: number, from: string, to: string): Point[] => {
  const points: Point[] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += minutes * 60_000)
    points.push({ at: new Date(at).toISOString(), value: points.length + 1 });
  return points;
};

describe('a series', () => {
  it('is recorded and read back as it is, from `from` on and before `to`', async () => {
    const park = await newPark();
    const points = [
      { at: '2024-03-01T00:00:00.000Z', value: 1.5 },
      { at: '2024-03-01T00:00:00.001Z', value: -0.25 },
      { at: '2024-03-02T00:00:00.000Z', value: 1e-100 },
    ];
    expect(await record(park.id, [...points].reverse(), { unit: 'kW' })).toBe(3);
    expect(await read(park.id, { interval: 'RAW' })).toEqual({
      ...{ metric: 'power', unit: 'kW', interval: 'RAW', aggregate: 'AVG' },
      points,
    });
    const part = { from: points[1]?.at, to: points[2]?.at, interval: 'RAW' };
    expect((await read(park.id, part))?.points).toEqual([points[1]]);
  });

  it('has a point at an instant once: the later one counts, in the request and after it', async () => {
    const park = await newPark();
    const at = '2024-03-01T00:00:00.000Z';
    expect(
      await record(
        park.id,
        [1, 2].map((value) => ({ at, value })),
      ),
    ).toBe(1);
    expect(await values(park.id, { interval: 'RAW' })).toEqual([[at, 2]]);
    // Finer than milliseconds is one instant.
    await record(park.id, [
      { at: '2024-03-01T00:00:00.0001Z', value: 3 },
      { at: '2024-03-01T01:00:00+01:00', value: 4 },
    ]);
    expect(await values(park.id, { interval: 'RAW' })).toEqual([[at, 4]]);
  });

  it('takes its unit from the first call that has one, and no other', async () => {
    const park = await newPark();
    const points = [{ at: '2024-03-01T00:00:00.000Z', value: 1 }];
    await record(park.id, points);
    expect(await read(park.id, {})).toMatchObject({ unit: null });
    await record(park.id, points, { unit: 'kW' });
    expect(await read(park.id, {})).toMatchObject({ unit: 'kW' });
    await record(park.id, points, { unit: null });
    await record(park.id, points, { unit: ' kW ' });
    const before = await storedState(world.gateway.database);
    const input = { parkId: park.id, metric: 'power', unit: 'MW', points: [{ ...points[0], value: 5 }] };
    expect(await admin.refusal(RECORD, { input })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'unit' });
    expect(await storedState(world.gateway.database)).toEqual(before);
    // Another metric, and the same of another park, have units of their own.
    expect(await record(park.id, points, { metric: 'energy', unit: 'MW' })).toBe(1);
    expect(await record((await newPark()).id, points, { unit: 'MW' })).toBe(1);
  });

  it('that nobody recorded has no points and no unit', async () => {
    const park = await newPark();
    expect(await read(park.id, {})).toMatchObject({ metric: 'power', unit: null, points: [] });
  });

  it('of 10,000 points is one request, in a constant number of statements', async () => {
    const count = async (points: Point[]) => {
      const park = await newPark();
      world.gateway.takeStatements();
      await record(park.id, points);
      return world.gateway.takeStatements().filter((text) => !/^update "sessions"/.test(text)).length;
    };
    const points = every(1, '2024-01-01T00:00:00Z', '2024-01-07T22:40:00Z');
    expect(points).toHaveLength(10_000);
    expect(await count(points)).toBe(await count(points.slice(0, 5)));
  });

  it('recorded from two sides at once holds what one of them sent', async () => {
    const park = await newPark();
    const points = every(1, '2024-01-01T00:00:00Z', '2024-01-01T10:00:00Z');
    const times = (factor: number) => points.map(({ at, value }) => ({ at, value: value * factor }));
    await Promise.all([
      record(park.id, times(1)),
      record(park.id, times(2).reverse()),
      record(park.id, times(3)),
    ]);
    const found = (await read(park.id, { interval: 'RAW' }))?.points ?? [];
    const factor = found[0]?.value ?? 0;
    expect(found).toEqual(times(factor));
  });
});

describe('aggregates', () => {
  const HALF_HOURS = [
    { at: '2024-03-01T10:00:00.000Z', value: 1 },
    { at: '2024-03-01T10:30:00.000Z', value: 4 },
    { at: '2024-03-01T10:30:30.000Z', value: 10 },
    { at: '2024-03-01T12:00:00.000Z', value: -3 },
  ];
  it.each([
    ['AVG', 5, 7],
    ['SUM', 15, 14],
    ['MIN', 1, 4],
    ['MAX', 10, 10],
  ])(
    '%s by the hour and by the minute; an interval without points is left out',
    async (aggregate, hour, minute) => {
      const park = await newPark();
      await record(park.id, HALF_HOURS);
      expect(await values(park.id, { interval: 'HOUR', aggregate })).toEqual([
        ['2024-03-01T10:00:00.000Z', hour],
        ['2024-03-01T12:00:00.000Z', -3],
      ]);
      const part = { from: '2024-03-01T10:00:00Z', to: '2024-03-01T11:00:00Z' };
      expect(await values(park.id, { ...part, interval: 'MINUTE', aggregate })).toEqual([
        ['2024-03-01T10:00:00.000Z', 1],
        ['2024-03-01T10:30:00.000Z', minute],
      ]);
    },
  );

  it('HOUR and AVG are what is left out, and what null says', async () => {
    const park = await newPark();
    await record(park.id, HALF_HOURS);
    for (const more of [{}, { interval: null, aggregate: null }])
      expect(await read(park.id, more)).toMatchObject({
        ...{ interval: 'HOUR', aggregate: 'AVG' },
        points: [{ value: 5 }, { value: -3 }],
      });
  });

  it('the first interval is counted from `from` on, and named by where it begins', async () => {
    const park = await newPark();
    await record(park.id, HALF_HOURS);
    const more = { from: '2024-03-01T10:15:00Z', interval: 'HOUR', aggregate: 'MIN' };
    expect((await values(park.id, more))?.[0]).toEqual(['2024-03-01T10:00:00.000Z', 4]);
  });

  it('the largest numbers that can be recorded can be summed up', async () => {
    const park = await newPark();
    const points = every(1, '2024-03-01T00:00:00Z', '2024-03-02T00:00:00Z').map(({ at }, n) => ({
      ...{ at, value: n % 2 ? 1e100 : -1e100 },
    }));
    await record(park.id, points);
    for (const aggregate of ['AVG', 'SUM', 'MIN', 'MAX'])
      expect((await read(park.id, { interval: 'MONTH', aggregate }))?.points).toHaveLength(1);
  });
});

describe("days and months are those of the park's time zone", () => {
  /** Zone, a day, where it begins and how many hours it has. */
  const DAYS: [zone: string, what: string, begins: string, hours: number][] = [
    ['Europe/Berlin', 'an ordinary day', '2024-06-09T22:00:00.000Z', 24],
    ['Europe/Berlin', 'the day summer time begins', '2024-03-30T23:00:00.000Z', 23],
    ['Europe/Berlin', 'the day summer time ends', '2024-10-26T22:00:00.000Z', 25],
    ['America/New_York', 'the day summer time begins', '2024-03-10T05:00:00.000Z', 23],
    ['America/New_York', 'the day summer time ends', '2024-11-03T04:00:00.000Z', 25],
    ['Australia/Lord_Howe', 'a day that half an hour is missing from', '2024-10-05T13:30:00.000Z', 23.5],
    ['Atlantic/Azores', 'the day whose midnight comes twice', '2024-10-27T00:00:00.000Z', 25],
    ['Asia/Kolkata', 'an ordinary day', '2024-06-09T18:30:00.000Z', 24],
    ['Pacific/Kiritimati', 'an ordinary day', '2024-06-09T10:00:00.000Z', 24],
    ['UTC', 'an ordinary day', '2024-06-10T00:00:00.000Z', 24],
  ];
  it.each(DAYS)('%s: %s', async (timeZone, _, begins, hours) => {
    const park = await newPark({ timeZone });
    const start = Date.parse(begins);
    const shifted = (by: number) => new Date(start + by * 3_600_000).toISOString();
    await record(
      park.id,
      every(15, shifted(-24), shifted(48)).map(({ at }) => ({ at, value: 1 })),
    );
    const days = await values(park.id, { interval: 'DAY', aggregate: 'SUM' });
    expect(days).toContainEqual([begins, hours * 4]);
    expect(days?.map(([at]) => at)).toContain(shifted(hours));
  });

  it('a month begins where it does there', async () => {
    const park = await newPark({ timeZone: 'Europe/Berlin' });
    await record(
      park.id,
      every(60, '2024-02-28T00:00:00Z', '2024-05-02T00:00:00Z').map(({ at }) => ({ at, value: 1 })),
    );
    expect(await values(park.id, { interval: 'MONTH', aggregate: 'SUM' })).toEqual([
      ['2024-01-31T23:00:00.000Z', 47],
      // A day of March has 23 hours.
      ['2024-02-29T23:00:00.000Z', 31 * 24 - 1],
      ['2024-03-31T22:00:00.000Z', 30 * 24],
      ['2024-04-30T22:00:00.000Z', 26],
    ]);
  });

  it('a month whose first midnight comes twice begins before its values', async () => {
    const park = await newPark({ timeZone: 'America/Havana' });
    const hours = every(60, '2020-11-01T00:00:00Z', '2020-11-01T08:00:00Z');
    await record(
      park.id,
      hours.map(({ at }) => ({ at, value: 1 })),
    );
    const time = { from: '2020-10-01T00:00:00Z', to: '2020-12-01T00:00:00Z' };
    expect(await values(park.id, { ...time, interval: 'MONTH', aggregate: 'SUM' })).toEqual([
      ['2020-10-01T04:00:00.000Z', 4],
      ['2020-11-01T04:00:00.000Z', 4],
    ]);
  });

  it('every zone that a park may have is one that the database knows', async () => {
    const zones = [
      ...Intl.supportedValuesOf('timeZone'),
      'UTC',
      'Asia/Kolkata',
      'Europe/Kyiv',
      'America/Argentina/Buenos_Aires',
    ];
    const { story, gateway, organizations, as, ofAcme } = world;
    const portfolio = story.portfolio(organizations.acme, 'All over the world');
    const parks = zones.map((timeZone) => story.park(portfolio, timeZone, { timeZone }));
    await story.store(gateway.database);
    await record(parks[0]?.id ?? '', every(60, '2024-01-01T00:00:00Z', '2024-01-03T00:00:00Z'));
    const query = `query ($id: ID!) { portfolio(id: $id) { parks(first: 1000) { nodes {
      metrics(metric: "power", from: "2024-01-01T00:00:00Z", to: "2024-02-01T00:00:00Z", interval: DAY) { points { value } } } } } }`;
    const { errors } = await (await as(ofAcme.ADMIN)).send(query, { id: portfolio.id });
    expect(errors).toEqual([]);
  });
});

it('the series of a list of parks are one statement for the points and one for the units, each in its own zone', async () => {
  const { story, gateway, organizations } = world;
  const portfolio = story.portfolio(organizations.acme, 'Many');
  const parks = Array.from({ length: 200 }, (_, n) =>
    story.park(portfolio, `P ${1_000 + n}`, { timeZone: n % 2 ? 'Asia/Tokyo' : 'America/Denver' }),
  );
  await story.store(gateway.database);
  for (const n of [0, 1, 199])
    await record(parks[n]?.id ?? '', [{ at: '2024-03-01T12:00:00Z', value: n }], { unit: 'kW' });
  const ask = async (first: number) => {
    gateway.takeStatements();
    const query = `query ($id: ID!, $first: Int!) { portfolio(id: $id) { parks(first: $first) { nodes {
      metrics(metric: "power", from: "2024-03-01T00:00:00Z", to: "2024-03-03T00:00:00Z", interval: DAY) { unit points { at value } } } } } }`;
    const { portfolio: found } = await admin.get<
      { portfolio: { parks: { nodes: { metrics: Series }[] } } },
      object
    >(query, { id: portfolio.id, first });
    return {
      statements: gateway.takeStatements().length,
      series: found.parks.nodes.map((park) => park.metrics),
    };
  };
  const [few, many] = [await ask(5), await ask(200)];
  expect(many.statements).toBe(few.statements);
  expect(many.series[0]).toEqual({ unit: 'kW', points: [{ at: '2024-03-01T07:00:00.000Z', value: 0 }] });
  expect(many.series[1]).toEqual({ unit: 'kW', points: [{ at: '2024-02-29T15:00:00.000Z', value: 1 }] });
  expect(many.series[2]).toEqual({ unit: null, points: [] });
  expect(many.series[199]?.points).toHaveLength(1);
});

const POINTS = [{ at: '2024-03-01T00:00:00Z', value: 1 }];
const unusable: [what: string, wrong: object, field: string][] = [
  ['no point', { points: [] }, 'points'],
  ['10,001 points', { points: Array(10_001).fill(POINTS[0]) }, 'points'],
  [
    'a number above every measurement',
    { points: [...POINTS, { ...POINTS[0], value: 1.1e100 }] },
    'points.1.value',
  ],
  ['one below', { points: [{ ...POINTS[0], value: -1e308 }] }, 'points.0.value'],
  ['the year 1899', { points: [{ ...POINTS[0], at: '1899-12-31T23:59:59.999Z' }] }, 'points.0.at'],
  ['the year 0', { points: [{ ...POINTS[0], at: '0000-01-01T00:00:00Z' }] }, 'points.0.at'],
  ['the year 10000', { points: [{ ...POINTS[0], at: '9999-12-31T23:59:59-01:00' }] }, 'points.0.at'],
  ['an empty metric', { metric: ' ' }, 'metric'],
  ['a metric of 101 characters', { metric: 'm'.repeat(101) }, 'metric'],
  ['a metric with a NUL', { metric: 'a\0b' }, 'metric'],
  ['a metric with half a character', { metric: '\ud800' }, 'metric'],
  ['an empty unit', { unit: '' }, 'unit'],
  ['a unit of 21 characters', { unit: 'u'.repeat(21) }, 'unit'],
  ['a unit with a line break', { unit: 'k\nW' }, 'unit'],
];

describe('what can not be recorded is named, and nothing is stored', () => {
  it.each(unusable)('%s', async (_, wrong, field) => {
    const input = { parkId: world.parks.suedfeld.id, metric: 'power', points: POINTS, ...wrong };
    await nothingStored(async () => {
      expect(await admin.refusal(RECORD, { input })).toMatchObject({ code: 'BAD_USER_INPUT', field });
    });
  });

  it('an infinite number written into the document, and into a variable', async () => {
    const { id } = world.parks.suedfeld;
    const document = `mutation { recordMetrics(input: { parkId: "${id}", metric: "power", points: [{ at: "2024-03-01T00:00:00Z", value: 1e999 }] }) { recorded } }`;
    await nothingStored(async () => {
      expect(await admin.refusal(document)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'points.0.value',
      });
      for (const value of ['1e999', '-1e999']) {
        const response = await fetch(admin.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` },
          body: JSON.stringify({
            query: RECORD,
            variables: { input: { parkId: id, metric: 'power', points: [{ ...POINTS[0], value: '@' }] } },
          }).replace('"@"', value),
        });
        const { errors } = (await response.json()) as { errors: { extensions: object }[] };
        expect(errors[0]?.extensions).toMatchObject({
          code: 'BAD_USER_INPUT',
          field: expect.stringMatching(/points.*value/),
        });
      }
    });
  });

  it('NaN, as a name and as a text', async () => {
    const input = { parkId: world.parks.suedfeld.id, metric: 'power' };
    await nothingStored(async () => {
      const points = [{ ...POINTS[0], value: 'NaN' }];
      expect(await admin.refusal(RECORD, { input: { ...input, points } })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: expect.stringMatching(/points.*value/),
      });
      const document = `mutation { recordMetrics(input: { parkId: "${input.parkId}", metric: "power", points: [{ at: "2024-03-01T00:00:00Z", value: NaN }] }) { recorded } }`;
      expect(await admin.refusal(document)).toMatchObject({ code: 'BAD_USER_INPUT' });
    });
  });
});

describe('a time that can not be read is named, before a point is touched', () => {
  const times: [what: string, args: object, field: string][] = [
    ['from after to', { from: '2024-01-02T00:00:00Z', to: '2024-01-01T00:00:00Z' }, 'to'],
    ['from equal to to', { from: '2024-01-01T00:00:00Z', to: '2024-01-01T00:00:00Z' }, 'to'],
    [
      'RAW over a century',
      { from: '1924-01-01T00:00:00Z', to: '2024-01-01T00:00:00Z', interval: 'RAW' },
      'to',
    ],
    [
      '50,001 minutes',
      { from: '2024-01-01T00:00:00Z', to: '2024-02-04T17:21:00Z', interval: 'MINUTE' },
      'interval',
    ],
    [
      '50,001 hours',
      { from: '2018-01-01T00:00:00Z', to: '2023-09-15T09:00:00Z', interval: 'HOUR' },
      'interval',
    ],
    [
      'two centuries of days',
      { from: '1900-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', interval: 'DAY' },
      'interval',
    ],
    ['before 1900', { from: '1899-12-31T00:00:00Z' }, 'from'],
    ['after 9999', { to: '9999-12-31T23:59:59-01:00' }, 'to'],
    ['an empty metric', { metric: '' }, 'metric'],
    ['a metric with a NUL', { metric: '\0' }, 'metric'],
  ];
  it.each(times)('%s', async (_, args, field) => {
    const { gateway, parks } = world;
    const all = { metric: 'power', from: '2024-01-01T00:00:00Z', to: '2024-01-02T00:00:00Z', ...args };
    gateway.takeStatements();
    const { errors, data } = await admin.send(READ, { id: parks.suedfeld.id, ...all });
    expect(errors).toMatchObject([
      { path: ['park', 'metrics'], extensions: { code: 'BAD_USER_INPUT', field } },
    ]);
    expect(data).toEqual({ park: { metrics: null } });
    expect(gateway.takeStatements().filter((text) => text.includes('metric_'))).toEqual([]);
  });

  it('50,000 intervals, and ten years of RAW, are not too long', async () => {
    const { suedfeld } = world.parks;
    for (const args of [
      { to: '2024-02-04T17:20:00Z', interval: 'MINUTE' },
      { from: '2018-01-01T00:00:00Z', to: '2023-09-15T08:00:00Z', interval: 'HOUR' },
      { from: '1900-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z', interval: 'DAY' },
      { from: '1900-01-01T00:00:00Z', to: '5000-01-01T00:00:00Z', interval: 'MONTH' },
      { from: '2014-01-01T00:00:00Z', to: '2024-01-01T00:00:00Z', interval: 'RAW' },
    ])
      expect((await read(suedfeld.id, args))?.points).toEqual([]);
  });

  it('50,001 RAW points are refused, 50,000 given', async () => {
    const park = await newPark();
    const points = every(1, '2024-01-01T00:00:00Z', '2024-02-04T17:20:00Z');
    expect(points).toHaveLength(50_000);
    for (let start = 0; start < points.length; start += 10_000)
      await record(park.id, points.slice(start, start + 10_000));
    expect((await read(park.id, { interval: 'RAW' }))?.points).toHaveLength(50_000);
    await record(park.id, [{ at: '2024-06-01T00:00:00Z', value: 1 }]);
    const { errors } = await admin.send(READ, {
      ...{ id: park.id, metric: 'power', from: '2024-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' },
      interval: 'RAW',
    });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'interval' } }]);
    expect((await read(park.id, { interval: 'HOUR', aggregate: 'SUM' }))?.points.at(-1)?.value).toBe(1);
  });

  it('more points than an operation may give are refused before anything is read', async () => {
    const query = `query ($interval: MetricInterval) { viewer { parks(first: 200) { nodes {
      metrics(metric: "power", from: "2024-01-01T00:00:00Z", to: "2024-12-31T00:00:00Z", interval: $interval) { points { at value } } } } } }`;
    expect(await admin.refusal(query, { interval: 'HOUR' })).toMatchObject({ code: 'OPERATION_TOO_LARGE' });
    expect(await admin.refusal(query, { interval: 'RAW' })).toMatchObject({ code: 'OPERATION_TOO_LARGE' });
    expect((await admin.send(query, { interval: 'DAY' })).errors).toEqual([]);
  });
});

describe('the record of what was recorded (A1)', () => {
  it('tells how much and of when, but not the values; the same again leaves none', async () => {
    const park = await newPark();
    const { database } = world.gateway;
    const points = every(60, '2024-03-01T00:00:00Z', '2024-03-01T05:00:00Z').map((point) => ({
      ...point,
      value: 4_711.5,
    }));
    const start = (await auditTrail(database)).length;
    await record(park.id, points, { unit: 'kW' });
    const added = (await auditTrail(database)).slice(start);
    expect(added).toMatchObject([
      {
        action: 'metrics.recorded',
        subjectId: park.id,
        organizationId: world.organizations.acme.uuid,
        cooperationId: null,
        details: {
          ...{ metric: 'power', points: 5, changed: 5 },
          ...{ from: '2024-03-01T00:00:00.000Z', to: '2024-03-01T04:00:00.000Z' },
          ...{ before: { unit: null }, after: { unit: 'kW' } },
        },
      },
    ]);
    expect(JSON.stringify(added)).not.toContain('4711');
    const before = await storedState(database);
    expect(await record(park.id, points, { unit: 'kW' })).toBe(5);
    expect(await storedState(database)).toEqual(before);
    await record(
      park.id,
      points.map((point, n) => (n === 2 ? { ...point, value: 1 } : point)),
    );
    expect((await auditTrail(database)).at(-1)).toMatchObject({ details: { points: 5, changed: 1 } });
  });
});

/** Section 5, once more. */
const WRITERS: readonly JobRole[] = ['TOM', 'OPERATOR'];
const JOBS: readonly JobRole[] = ['OPERATOR', 'TOM', 'COM', 'VIEWER', 'NONE'];
const DEFAULTS = {
  ADMIN: 'OPERATOR',
  MODERATOR: 'OPERATOR',
  ASSET_MANAGER_TECHNICAL: 'TOM',
  ASSET_MANAGER_COMMERCIAL: 'COM',
  MEMBER: 'VIEWER',
  EXTERNAL: 'NONE',
} as const;

describe('who may record and read (section 5)', () => {
  async function expectWrites(client: GraphQLClient, park: Park, outcome: object | null) {
    const input = { parkId: park.id, metric: 'power', points: POINTS };
    if (!outcome) return expect(await record(park.id, POINTS, {}, client)).toBe(1);
    await nothingStored(async () => expect(await client.refusal(RECORD, { input })).toMatchObject(outcome));
  }

  it.each(Object.entries(DEFAULTS))('%s by default: %s (P2)', async (role, job) => {
    const client = await world.as(world.ofAcme[role as keyof typeof DEFAULTS]);
    const park = await newPark();
    const refused = job === 'NONE' ? { code: 'NOT_FOUND' } : { code: 'FORBIDDEN', layer: 'JOB', actual: job };
    await expectWrites(client, park, WRITERS.includes(job) ? null : refused);
    const { data } = await client.send<{ park: object | null }, object>(READ, {
      ...{ id: park.id, metric: 'power', from: '2024-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' },
    });
    expect(data?.park === null).toBe(job === 'NONE');
  });

  it.each(JOBS)('a MEMBER by a grant of %s (P2)', async (job) => {
    const park = await newPark();
    world.story.grant(world.ofAcme.MEMBER, park, job);
    await world.story.store(world.gateway.database);
    const client = await world.as(world.ofAcme.MEMBER);
    const refused = job === 'NONE' ? { code: 'NOT_FOUND' } : { code: 'FORBIDDEN', actual: job };
    await expectWrites(client, park, WRITERS.includes(job) ? null : refused);
  });

  it.each(['TOM', 'COM', 'VIEWER'] as const)(
    'a partner with %s delegated reads, and never records',
    async (job) => {
      const { story, gateway, cooperation, ofBorealis, as } = world;
      const park = await newPark();
      story.share(cooperation, park, job);
      story.grant(ofBorealis.MEMBER, park, job, { cooperation });
      await story.store(gateway.database);
      await record(park.id, POINTS);
      const client = await as(ofBorealis.MEMBER);
      expect((await read(park.id, { interval: 'RAW' }, client))?.points).toHaveLength(1);
      await expectWrites(client, park, {
        ...{ code: 'FORBIDDEN', required: 'METRICS_WRITE', actual: job, allowedRoles: [] },
        ...{ layer: 'ORGANIZATION', rule: 'section 5' },
      });
    },
  );

  it('a demo account reads and does not record (D1); an ADMIN who is blocked sees the park and no series (P13)', async () => {
    const { people, parks, as } = world;
    await record(parks.suedfeld.id, POINTS);
    const demo = await as(people.demo);
    expect(await read(parks.suedfeld.id, {}, demo)).toMatchObject({ points: [{ value: 1 }] });
    await expectWrites(demo, parks.suedfeld, { code: 'FORBIDDEN', layer: 'SYSTEM', rule: 'D1' });
    const blocked = await as(people.blocked);
    expect(await read(parks.suedfeld.id, {}, blocked)).toBeNull();
    await expectWrites(blocked, parks.suedfeld, { code: 'FORBIDDEN', actual: 'NONE' });
  });

  it('nobody without a session', async () => {
    const input = { parkId: world.parks.suedfeld.id, metric: 'power', points: POINTS };
    expect(await world.gateway.client().refusal(RECORD, { input })).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});

it('a series goes with its park', async () => {
  const park = await newPark();
  await record(park.id, POINTS, { unit: 'kW' });
  await admin.get('mutation ($id: ID!) { deletePark(input: { parkId: $id }) { deletedId } }', {
    id: park.id,
  });
  const input = { parkId: park.id, metric: 'power', points: POINTS };
  expect(await admin.refusal(RECORD, { input })).toMatchObject({ code: 'NOT_FOUND' });
});
