/** Reports: what generateReport keeps, what its reader is given, and the file (section 5: REPORT_GENERATE; D1; V1). */
import { type FileHandle, open } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { eq } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { MonthlyTotal } from '../../src/db/metric-store.ts';
import { newId } from '../../src/db/new-id.ts';
import { cooperations } from '../../src/db/schema/cooperations.ts';
import { grants } from '../../src/db/schema/grants.ts';
import { memberships } from '../../src/db/schema/memberships.ts';
import { metricPoints, metricSeries } from '../../src/db/schema/metrics.ts';
import { plantEvents } from '../../src/db/schema/plant-events.ts';
import { tickets } from '../../src/db/schema/tickets.ts';
import { metricStore } from '../../src/resolvers/metrics/metric-store.ts';
import { type PlacedRow, readPages } from '../../src/resolvers/reports/report-pages.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { insertToken } from '../kit/api-tokens.ts';
import type { GraphQLClient } from '../kit/client.ts';
import type { Component, Park } from '../kit/story.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
});
afterAll(() => world.gateway.close());

const REPORT = 'id kind from to createdAt columns rows csv parks { id name }';
const GENERATE = `mutation ($input: GenerateReportInput!) { generateReport(input: $input) { report { ${REPORT} } } }`;
const READ = `query ($id: ID!) { node(id: $id) { ... on Report { ${REPORT} } } }`;

interface Report {
  readonly id: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly csv: string;
  readonly parks: readonly ({ readonly id: string; readonly name: string } | null)[];
}

const YEAR = { from: '2024-01-01T00:00:00.000Z', to: '2025-01-01T00:00:00.000Z' };

const generate = async (input: object, client = admin): Promise<Report> =>
  (
    await client.get<{ generateReport: { report: Report } }, object>(GENERATE, {
      input: { kind: 'EVENTS', ...YEAR, ...input },
    })
  ).generateReport.report;

const read = async (id: string, client = admin): Promise<Report | null> =>
  (await client.get<{ node: Report | null }, object>(READ, { id })).node;

const fetchFile = (name: string, token: string | null = admin.token, headers: object = {}) =>
  fetch(`${world.gateway.origin}/reports/${name}`, {
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
  });

const insert = (table: PgTable, rows: object[]) =>
  world.gateway.database.transaction('command', async (tx) => {
    for (let start = 0; start < rows.length; start += 2_000)
      await tx.insert(table).values(rows.slice(start, start + 2_000));
  });

const created = new Date('2024-01-01T00:00:00Z');
const eventOf = (
  park: Park,
  message: string,
  occurredAt = '2024-05-01T12:00:00Z',
  component?: Component,
) => ({
  ...{ id: newId(), parkId: park.uuid, message, severity: 'WARNING', createdAt: created },
  ...{ occurredAt: new Date(occurredAt), componentId: component?.uuid ?? null },
});
const ticketOf = (park: Park, title: string, createdAt: string, closedAt?: string) => ({
  ...{ id: newId(), parkId: park.uuid, title, body: 'A text', createdById: world.ofAcme.MEMBER.uuid },
  ...{ createdAt: new Date(createdAt), status: closedAt ? 'CLOSED' : 'OPEN' },
  closedAt: closedAt ? new Date(closedAt) : null,
});

let made = 0;
async function newParks(count: number, portfolio = world.portfolios.south): Promise<Park[]> {
  const parks = Array.from({ length: count }, () => world.story.park(portfolio, `Reported ${made++}`));
  await world.story.store(world.gateway.database);
  return parks;
}
const newPark = async (portfolio = world.portfolios.south): Promise<Park> =>
  (await newParks(1, portfolio))[0] as Park;

async function nothingStored(work: () => Promise<void>): Promise<void> {
  const before = await storedState(world.gateway.database);
  await work();
  expect(await storedState(world.gateway.database)).toEqual(before);
}

describe('what a report holds', () => {
  it('EVENTS: those of its parks in its time, in the order of the parks and of time', async () => {
    const [one, two] = (await newParks(2)) as [Park, Park];
    const inverter = world.story.component(two, 'Inverter 9');
    await world.story.store(world.gateway.database);
    await insert(plantEvents, [
      eventOf(one, 'late', '2024-12-31T23:59:59.999Z'),
      eventOf(one, 'too late', YEAR.to),
      eventOf(one, 'too early', '2023-12-31T23:59:59.999Z'),
      eventOf(one, 'early', YEAR.from),
      {
        ...eventOf(two, 'with a part', '2024-02-01T00:00:00Z', inverter),
        acknowledgedAt: new Date('2024-02-02T00:00:00Z'),
      },
      eventOf(world.parks.suedfeld, 'of another park'),
    ]);
    const report = await generate({ parkIds: [two.id, one.id, two.id] });
    expect(report).toMatchObject({
      kind: 'EVENTS',
      ...YEAR,
      columns: ['park id', 'park', 'occurred at', 'severity', 'message', 'component', 'acknowledged at'],
      rows: [
        [
          two.id,
          two.name,
          '2024-02-01T00:00:00.000Z',
          'WARNING',
          'with a part',
          'Inverter 9',
          '2024-02-02T00:00:00.000Z',
        ],
        [one.id, one.name, '2024-01-01T00:00:00.000Z', 'WARNING', 'early', '', ''],
        [one.id, one.name, '2024-12-31T23:59:59.999Z', 'WARNING', 'late', '', ''],
      ],
      parks: [{ id: two.id }, { id: one.id }],
    });
    expect(await read(report.id)).toEqual(report);
  });

  it('TICKETS: those that were created in its time', async () => {
    const park = await newPark();
    await insert(tickets, [
      ticketOf(park, 'Later', '2024-06-01T00:00:00Z'),
      ticketOf(park, 'Done', '2024-03-01T00:00:00Z', '2024-03-05T00:00:00Z'),
      ticketOf(park, 'Before', '2023-03-01T00:00:00Z'),
    ]);
    expect(await generate({ kind: 'TICKETS', parkIds: [park.id] })).toMatchObject({
      columns: ['park id', 'park', 'created at', 'title', 'status', 'created by', 'closed at'],
      rows: [
        [
          park.id,
          park.name,
          '2024-03-01T00:00:00.000Z',
          'Done',
          'CLOSED',
          'Acme Energy MEMBER',
          '2024-03-05T00:00:00.000Z',
        ],
        [park.id, park.name, '2024-06-01T00:00:00.000Z', 'Later', 'OPEN', 'Acme Energy MEMBER', ''],
      ],
    });
  });

  it("PRODUCTION: the energy of each month of the park's zone, with its unit and how many values it is of", async () => {
    const [one, two] = (await newParks(2)) as [Park, Park];
    const series = { id: newId(), parkId: one.uuid, metric: 'energy', unit: 'MWh' };
    const power = { id: newId(), parkId: one.uuid, metric: 'power', unit: 'MW' };
    await insert(metricSeries, [series, power]);
    const at = (instant: string, value: number, seriesId = series.id) => ({
      seriesId,
      at: new Date(instant),
      value,
    });
    await insert(metricPoints, [
      // In Berlin February already.
      at('2024-01-31T23:00:00Z', -2.5),
      at('2024-02-15T00:00:00Z', 1),
      at('2024-01-31T22:59:59.999Z', 40),
      at('2025-01-01T00:00:00Z', 99),
      at('2024-01-01T00:00:00Z', 7, power.id),
    ]);
    const report = await generate({ kind: 'PRODUCTION', parkIds: [one.id, two.id] });
    expect(report).toMatchObject({
      columns: ['park id', 'park', 'month', 'energy', 'unit', 'values'],
      rows: [
        [one.id, one.name, '2024-01', '40', 'MWh', '1'],
        [one.id, one.name, '2024-02', '-1.5', 'MWh', '2'],
      ],
    });
    // A number of ours is no formula.
    expect(report.csv).toContain(',-1.5,');
  });

  it('of a portfolio: all its parks, by name; an empty one gives an empty report', async () => {
    const { story, gateway, organizations } = world;
    const portfolio = story.portfolio(organizations.acme, 'Reported');
    const empty = story.portfolio(organizations.acme, 'Nothing in it');
    const parks = ['b', 'A', 'c'].map((name) => story.park(portfolio, name));
    await story.store(gateway.database);
    expect((await generate({ portfolioId: portfolio.id })).parks.map((park) => park?.name)).toEqual([
      'A',
      'b',
      'c',
    ]);
    expect(await generate({ portfolioId: empty.id })).toMatchObject({ parks: [], rows: [] });
    // A park that joins later is not in it: it was made of those that were there.
    const report = await generate({ portfolioId: portfolio.id });
    story.park(portfolio, 'New');
    await story.store(gateway.database);
    expect((await read(report.id))?.parks).toHaveLength(parks.length);
  });

  it('what comes later is in it: rows are made when they are read', async () => {
    const park = await newPark();
    const report = await generate({ parkIds: [park.id] });
    expect(report.rows).toEqual([]);
    await insert(plantEvents, [eventOf(park, 'after the report was made')]);
    expect((await read(report.id))?.rows).toHaveLength(1);
  });
});

describe('CSV', () => {
  const TEXTS: [what: string, text: string, written: string][] = [
    ['plain', 'plain', 'plain'],
    ['a formula', '=1+1', "'=1+1"],
    ['a plus', '+49 30', "'+49 30"],
    ['a minus', '-1', "'-1"],
    ['an at sign', '@SUM(A1)', "'@SUM(A1)"],
    ['a tab', '\t=1', `\t'=1`],
    ['a carriage return', '\r=1', `"\r'=1"`],
    ['a formula after a semicolon', 'x;=1+1', `"x;'=1+1"`],
    ['a formula on another line', 'harmless\n=1+1', `"harmless\n'=1+1"`],
    ['a full-width equals sign', '＝1', "'＝1"],
    ['a formula with quotes and a comma', '=HYPERLINK("x","y")', `"'=HYPERLINK(""x"",""y"")"`],
    ['a comma', 'a,b', '"a,b"'],
    ['quotes', 'say "a"', '"say ""a"""'],
    ['a line break', 'a\nb', '"a\nb"'],
    ['a line break of Windows', 'a\r\nb', '"a\r\nb"'],
    ['what is a formula only inside', 'a=1', 'a=1'],
    ['beyond the basic plane', '🌞 ünï', '🌞 ünï'],
  ];
  it.each(TEXTS)('%s', async (_, message, written) => {
    const park = await newPark();
    await insert(plantEvents, [eventOf(park, message)]);
    const report = await generate({ parkIds: [park.id] });
    const csv = `park id,park,occurred at,severity,message,component,acknowledged at\r\n${park.id},${park.name},2024-05-01T12:00:00.000Z,WARNING,${written},,\r\n`;
    expect(report.csv).toBe(csv);
    // The rows of the API are what they are.
    expect(report.rows[0]?.[4]).toBe(message);
    const file = await fetchFile(`${report.id}.csv`);
    expect(await file.text()).toBe(csv);
    const parsed: string[][] = parse(csv, { record_delimiter: '\r\n' });
    expect(parsed[1]?.[4]?.replaceAll("'", '')).toBe(message);
  });

  it('a name that is a formula is guarded, too', async () => {
    const park = world.story.park(world.portfolios.south, '=cmd|calc');
    await world.story.store(world.gateway.database);
    await insert(plantEvents, [eventOf(park, 'x')]);
    expect((await generate({ parkIds: [park.id] })).csv).toContain(`${park.id},'=cmd|calc,`);
  });
});

describe('the API gives 10 million characters to an operation', () => {
  /** One and a half million of them. */
  let park: Park;
  let ids: string[];
  beforeAll(async () => {
    park = await newPark();
    await insert(
      plantEvents,
      Array.from({ length: 750 }, () => eventOf(park, 'x'.repeat(2_000))),
    );
    ids = [];
    for (let n = 0; n < 7; n++)
      ids.push(
        (
          await admin.get<{ generateReport: { report: { id: string } } }, object>(
            'mutation ($input: GenerateReportInput!) { generateReport(input: $input) { report { id } } }',
            { input: { kind: 'EVENTS', parkIds: [park.id], ...YEAR } },
          )
        ).generateReport.report.id,
      );
  });

  const aliased = (fields: readonly string[]) =>
    `query ($id: ID!) { node(id: $id) { ... on Report { ${fields.map((field, n) => `a${n}: ${field}`).join(' ')} } } }`;
  const refusals = async (query: string, variables: object) =>
    (await admin.send(query, variables)).errors.map(({ path, extensions }) => [
      path?.join('.'),
      extensions.code,
      extensions['limit'],
    ]);

  it.each(['csv', 'rows'])(
    'six times the same %s; a seventh, by whatever field, is refused',
    async (field) => {
      const six = Array<string>(6).fill(field);
      expect(await refusals(aliased(six), { id: ids[0] })).toEqual([]);
      for (const seventh of ['csv', 'rows'])
        expect(await refusals(aliased([...six, seventh]), { id: ids[0] })).toEqual([
          ['node.a6', 'OPERATION_TOO_LARGE', 10_000_000],
        ]);
    },
  );

  it('seven reports beside each other are refused before any text is made of them', async () => {
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Report { csv } } }';
    expect(await refusals(query, { ids: ids.slice(0, 6) })).toEqual([]);
    expect(await refusals(query, { ids })).toEqual(
      ids.map((_, n) => [`nodes.${n}.csv`, 'OPERATION_TOO_LARGE', 10_000_000]),
    );
  });

  it('the reports that one operation makes count together, too', async () => {
    const input =
      '{ kind: EVENTS, parkIds: [$park], from: "2024-01-01T00:00:00Z", to: "2025-01-01T00:00:00Z" }';
    const making = ids.map((_, n) => `a${n}: generateReport(input: ${input}) { report { csv } }`).join(' ');
    expect(await refusals(`mutation ($park: ID!) { ${making} }`, { park: park.id })).toEqual([
      ['a6.report.csv', 'OPERATION_TOO_LARGE', 10_000_000],
    ]);
  });

  it('the file has as many as there are', async () => {
    expect((await (await fetchFile(`${ids[0]}.csv`)).text()).length).toBeGreaterThan(1_500_000);
  });
});

describe('the file', () => {
  it('is a CSV that is kept nowhere, under a safe name', async () => {
    const report = await generate({ parkIds: [world.parks.suedfeld.id] });
    const response = await fetchFile(`${report.id}.csv`);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${report.id}.csv"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-length': String(Buffer.byteLength(report.csv)),
      'x-request-id': expect.any(String),
    });
    expect(await response.text()).toBe(report.csv);
  });

  it('comes with the cookie of a session, too, and without either not at all', async () => {
    const report = await generate({ parkIds: [world.parks.suedfeld.id] });
    const byCookie = await fetchFile(`${report.id}.csv`, null, { cookie: `parkgate=${admin.token}` });
    expect(byCookie.status).toBe(200);
    for (const name of [`${report.id}.csv`, 'nothing.csv', `${report.id}`]) {
      const response = await fetchFile(name, null);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
    expect((await fetchFile(`${report.id}.csv`, 'no-such-token')).status).toBe(401);
  });

  it('is not found by others, under other names, and when it does not exist: one answer (V1)', async () => {
    const report = await generate({ parkIds: [world.parks.suedfeld.id] });
    const { as, ofAcme, ofBorealis, people, parks } = world;
    const absent = globalId('report', newId());
    const attempts: [string, string | null][] = [
      ...[
        absent,
        parks.suedfeld.id,
        'x',
        report.id.toUpperCase(),
        `${report.id}0`,
        '%00',
        '..%2f..%2fetc%2fpasswd',
        'x'.repeat(90),
      ].map((id): [string, string | null] => [`${id}.csv`, admin.token]),
      [report.id, admin.token],
      [`${report.id}.json`, admin.token],
      ...(await Promise.all(
        [
          ofAcme.MODERATOR,
          ofBorealis.ADMIN,
          people.demo,
          people.administrator,
          people.loner,
          people.paused,
        ].map(
          async (person): Promise<[string, string | null]> => [`${report.id}.csv`, (await as(person)).token],
        ),
      )),
    ];
    for (const [name, token] of attempts) {
      const response = await fetchFile(name, token);
      expect([name, response.status]).toEqual([name, 404]);
      expect(await response.json()).toEqual({
        errors: [{ message: 'Not found.', extensions: { code: 'NOT_FOUND' } }],
      });
    }
  });

  it('of more rows than the API gives is complete and in order, page after page', async () => {
    const parks = await newParks(3);
    const rows = parks.flatMap((park) =>
      // Many at one instant: pages end in the middle of it.
      Array.from({ length: 4_000 }, (_, n) =>
        eventOf(park, `m${n}`, new Date(Date.UTC(2024, 2, 1 + (n % 3))).toISOString()),
      ),
    );
    await insert(plantEvents, rows);
    const report = (
      await admin.get<{ generateReport: { report: { id: string } } }, object>(
        'mutation ($input: GenerateReportInput!) { generateReport(input: $input) { report { id } } }',
        { input: { kind: 'EVENTS', parkIds: parks.map(({ id }) => id), ...YEAR } },
      )
    ).generateReport.report;
    world.gateway.takeStatements();
    const text = await (await fetchFile(`${report.id}.csv`)).text();
    expect(
      world.gateway.takeStatements().filter((statement) => statement.includes('plant_events')).length,
    ).toBeGreaterThan(11);
    const lines: string[][] = parse(text, { from_line: 2 });
    expect(lines).toHaveLength(12_000);
    const expected = rows
      .map((row) => ({ ...row, place: parks.findIndex(({ uuid }) => uuid === row.parkId) }))
      .sort(
        (a, b) =>
          a.place - b.place || a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1),
      )
      .map(({ place, message }) => [parks[place]?.id, message]);
    expect(lines.map((cells) => [cells[0], cells[4]])).toEqual(expected);
    const refused = await admin.send(READ, { id: report.id });
    expect(
      refused.errors.map(({ extensions, path }) => [path?.[1], extensions.code, extensions['limit']]),
    ).toEqual(expect.arrayContaining([['rows', 'OPERATION_TOO_LARGE', 10_000]]));
  });

  it('of production over more parks than a page has', async () => {
    const parks = await newParks(60);
    const series = parks.map((park) => ({ id: newId(), parkId: park.uuid, metric: 'energy', unit: null }));
    await insert(metricSeries, series);
    await insert(
      metricPoints,
      series.flatMap(({ id }, n) =>
        [2, 5].map((month) => ({ seriesId: id, at: new Date(Date.UTC(2024, month, 10)), value: n })),
      ),
    );
    const report = await generate({ kind: 'PRODUCTION', parkIds: parks.map(({ id }) => id) });
    expect(report.rows).toHaveLength(120);
    expect(await (await fetchFile(`${report.id}.csv`)).text()).toBe(report.csv);
  });

  it('of production over more months than a page has: every page is read from the database, and none is larger', async () => {
    const { gateway } = world;
    const [long, none, other] = (await newParks(3)) as [Park, Park, Park];
    const seriesOf = (park: Park) => ({ id: newId(), parkId: park.uuid, metric: 'energy', unit: 'MWh' });
    const [first, second] = [seriesOf(long), seriesOf(other)];
    await insert(metricSeries, [first, second]);
    const months = Array.from({ length: 2_500 }, (_, n) => new Date(Date.UTC(1901, n, 10)));
    await insert(
      metricPoints,
      months.map((at, n) => ({ seriesId: first.id, at, value: n })),
    );
    await insert(metricPoints, [{ seriesId: second.id, at: new Date('2024-05-01T00:00:00Z'), value: 7 }]);
    const time = { from: new Date('1900-01-01T00:00:00Z'), to: new Date('9999-12-31T00:00:00Z') };
    const scopes = [long, none, other].map((park, n) => ({
      ...{ n, park: { id: park.id, name: park.name }, parkId: park.uuid, timeZone: 'Europe/Berlin' },
      ...time,
    }));
    const pages: PlacedRow[][] = [];
    await gateway.database.transaction('snapshot', async (tx) => {
      for await (const page of readPages(tx, 'PRODUCTION', scopes)) pages.push(page);
    });
    expect(pages.map(({ length }) => length)).toEqual([1_000, 1_000, 500, 1]);
    expect(pages.flat().map(({ cells: [id, , month, energy] }) => [id, month, energy])).toEqual([
      ...months.map((at, n) => [long.id, at.toISOString().slice(0, 7), n]),
      [other.id, '2024-05', 7],
    ]);
  });

  it('of production by single months is what it is at once, wherever a clock goes back over the end of one', async () => {
    const { story, gateway, portfolios } = world;
    const instants: [zone: string, of: string[], months: string[]][] = [
      [
        'America/Havana',
        ['2020-11-01T03:59:00Z', '2020-11-01T04:30:00Z', '2020-11-01T05:30:00Z'],
        ['2020-10', '2020-11'],
      ],
      // One minute after midnight it is 23:01 of the last of October again.
      [
        'America/St_Johns',
        ['2009-11-01T02:29:00Z', '2009-11-01T02:30:30Z', '2009-11-01T02:45:00Z'],
        ['2009-10', '2009-11'],
      ],
      [
        'Pacific/Kiritimati',
        ['1900-01-01T00:00:00Z', '9999-12-31T09:00:00Z', '9999-12-31T11:00:00Z'],
        ['1899-12', '9999-12', '10000-01'],
      ],
    ];
    const parks = instants.map(([timeZone]) => story.park(portfolios.south, timeZone, { timeZone }));
    await story.store(gateway.database);
    const series = parks.map((park) => ({ id: newId(), parkId: park.uuid, metric: 'energy', unit: null }));
    await insert(metricSeries, series);
    await insert(
      metricPoints,
      instants.flatMap(([, of], n) =>
        of.map((at) => ({ seriesId: series[n]?.id, at: new Date(at), value: 1 })),
      ),
    );
    const time = { from: new Date('1900-01-01T00:00:00Z'), to: new Date('9999-12-31T23:59:59Z') };
    const scopes = instants.map(([timeZone], n) => ({
      n,
      parkId: parks[n]?.uuid as string,
      timeZone,
      ...time,
    }));
    await gateway.database.transaction('snapshot', async (tx) => {
      const page = (after: MonthlyTotal | null, limit: number) =>
        metricStore.monthlyTotals(tx, 'energy', scopes, after, limit);
      const all = await page(null, 100);
      expect(all.map(({ n, month }) => [n, month])).toEqual(
        instants.flatMap(([, , months], n) => months.map((month) => [n, month])),
      );
      expect(all.reduce((sum, { values }) => sum + values, 0)).toBe(9);
      const single: MonthlyTotal[] = [];
      for (
        let found = await page(null, 1);
        found[0] && single.length < all.length;
        found = await page(found[0], 1)
      )
        single.push(found[0]);
      expect(single).toEqual(all);
    });
  });

  it('one without room for its file is a 503, and the file is closed', async () => {
    const report = await generate({ parkIds: [world.parks.suedfeld.id] });
    const probe = await open(import.meta.filename);
    const handles = Object.getPrototypeOf(probe);
    await probe.close();
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const append = vi.spyOn(handles, 'appendFile').mockRejectedValueOnce(full);
    const response = await fetchFile(`${report.id}.csv`);
    const [file] = append.mock.contexts as FileHandle[];
    append.mockRestore();
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      errors: [
        { extensions: { code: 'SERVICE_UNAVAILABLE', requestId: response.headers.get('x-request-id') } },
      ],
    });
    expect(file?.fd).toBe(-1);
    expect((await fetchFile(`${report.id}.csv`)).status).toBe(200);
  });

  it('a database that does not answer is a 503, and nothing of it has left', async () => {
    const report = await generate({ parkIds: [world.parks.suedfeld.id] });
    world.gateway.onStatement((text) => {
      if (text.includes('plant_events')) throw Object.assign(new Error('gone'), { code: '57P01' });
    });
    const response = await fetchFile(`${report.id}.csv`).finally(() => world.gateway.onStatement(null));
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }],
    });
    expect((await fetchFile(`${report.id}.csv`)).status).toBe(200);
  });
});

it('an API token fetches the file as far as its group and its scope reach (T2, T3)', async () => {
  const { gateway, ofAcme, parks } = world;
  const [inside, outside] = (await newParks(2)) as [Park, Park];
  await insert(plantEvents, [eventOf(inside, 'inside'), eventOf(outside, 'outside')]);
  const report = await generate({ parkIds: [inside.id, outside.id] });
  const fetchBy = async (options: object) => {
    const client = await insertToken(gateway, ofAcme.ADMIN, options as { group: 'REPORTING' });
    return fetchFile(`${report.id}.csv`, client.token);
  };
  for (const group of ['REPORTING', 'FULL_ACCESS']) {
    const response = await fetchBy({ group });
    expect([response.status, await response.text()]).toEqual([200, report.csv]);
  }
  const scoped = await (await fetchBy({ group: 'REPORTING', scope: [inside] })).text();
  expect([scoped.includes('inside'), scoped.includes('outside')]).toEqual([true, false]);
  const refused = await fetchBy({ group: 'TIMESERIES' });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    errors: [{ extensions: { code: 'FORBIDDEN', layer: 'API', rule: 'T2', fields: ['Report.csv'] } }],
  });
  const byTimeseries = await insertToken(gateway, ofAcme.ADMIN, { group: 'TIMESERIES' });
  expect((await fetchFile('no-report.csv', byTimeseries.token)).status).toBe(403);
  const byReporting = await insertToken(gateway, ofAcme.MEMBER, { group: 'REPORTING' });
  const own = await generate({ kind: 'PRODUCTION', parkIds: [parks.suedfeld.id] }, byReporting);
  expect((await fetchFile(`${own.id}.csv`, byReporting.token)).status).toBe(200);
});

describe('under the rights of its reader, now', () => {
  it('a park that is hidden and one that is deleted look the same: null, and no rows (V1)', async () => {
    const [kept, hidden, deleted] = (await newParks(3)) as [Park, Park, Park];
    await insert(
      plantEvents,
      [kept, hidden, deleted].map((park) => eventOf(park, park.name)),
    );
    const client = await world.as(world.ofAcme.MEMBER);
    const report = await generate({ parkIds: [hidden, deleted, kept].map(({ id }) => id) }, client);
    expect(report.rows).toHaveLength(3);
    world.story.grant(world.ofAcme.MEMBER, hidden, 'NONE');
    await world.story.store(world.gateway.database);
    await admin.get('mutation ($id: ID!) { deletePark(input: { parkId: $id }) { deletedId } }', {
      id: deleted.id,
    });
    const now = await read(report.id, client);
    expect(now?.parks).toEqual([null, null, { id: kept.id, name: kept.name }]);
    expect(now?.rows.map((row) => row[0])).toEqual([kept.id]);
    const file = await (await fetchFile(`${report.id}.csv`, client.token)).text();
    expect(file).toBe(now?.csv);
    expect(file).not.toContain(hidden.name);
  });

  it('an ADMIN who is blocked meanwhile sees the park and none of its rows (P13)', async () => {
    const park = await newPark();
    await insert(plantEvents, [eventOf(park, 'x')]);
    const report = await generate({ parkIds: [park.id] });
    const uuid = world.story.grant(world.ofAcme.ADMIN, park, 'NONE');
    await world.story.store(world.gateway.database);
    expect(await read(report.id)).toMatchObject({ parks: [{ id: park.id }], rows: [] });
    await world.gateway.database.transaction('command', (tx) => tx.delete(grants).where(eq(grants.id, uuid)));
    expect((await read(report.id))?.rows).toHaveLength(1);
  });

  it('a cooperation that is paused takes its parks out of the report at once, and gives them back', async () => {
    const { gateway, parks, as, ofBorealis, cooperation } = world;
    await insert(plantEvents, [eventOf(parks.nordhang, 'of a partner')]);
    const client = await as(ofBorealis.ADMIN);
    const report = await generate({ parkIds: [parks.westkamp.id, parks.nordhang.id] }, client);
    const pause = (paused: boolean) =>
      gateway.database.transaction('command', (tx) =>
        tx.update(cooperations).set({ paused }).where(eq(cooperations.id, cooperation.uuid)),
      );
    await pause(true);
    expect(await read(report.id, client)).toMatchObject({
      parks: [{ id: parks.westkamp.id }, null],
      rows: [],
    });
    await pause(false);
    expect((await read(report.id, client))?.rows).toHaveLength(1);
  });

  it('is its member’s alone: not a colleague’s, not theirs while they are paused, gone with the membership', async () => {
    const { story, gateway, organizations, parks, as, ofAcme } = world;
    const member = story.member(organizations.acme, 'MODERATOR', { name: 'Who leaves' });
    await story.store(gateway.database);
    const client = await gateway.signInAs(member.uuid);
    const report = await generate({ parkIds: [parks.suedfeld.id] }, client);
    expect(await read(report.id, await as(ofAcme.ADMIN))).toBeNull();
    const setActive = (active: boolean) =>
      gateway.database.transaction('command', (tx) =>
        tx.update(memberships).set({ active }).where(eq(memberships.id, member.member.uuid)),
      );
    await setActive(false);
    expect(await read(report.id, client)).toBeNull();
    await setActive(true);
    expect(await read(report.id, client)).not.toBeNull();
    await client.get('mutation { leaveOrganization { leftOrganizationId } }');
    expect((await fetchFile(`${report.id}.csv`, client.token)).status).not.toBe(200);
  });
});

describe('who may make one (section 5, D1)', () => {
  it.each(['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL', 'MEMBER'] as const)(
    '%s by default',
    async (role) => {
      const client = await world.as(world.ofAcme[role]);
      expect((await generate({ parkIds: [world.parks.suedfeld.id] }, client)).parks).toHaveLength(1);
    },
  );

  it.each(['OPERATOR', 'TOM', 'COM', 'VIEWER', 'NONE'] as const)(
    'an EXTERNAL by a grant of %s',
    async (job) => {
      const [park, portfolio] = [await newPark(), world.portfolios.south];
      const client = await world.as(world.ofAcme.EXTERNAL);
      world.story.grant(world.ofAcme.EXTERNAL, park, job);
      await world.story.store(world.gateway.database);
      if (job !== 'NONE') expect((await generate({ parkIds: [park.id] }, client)).parks).toHaveLength(1);
      else
        for (const input of [{ parkIds: [park.id] }, { portfolioId: portfolio.id }])
          expect(
            await client.refusal(GENERATE, { input: { kind: 'EVENTS', ...YEAR, ...input } }),
          ).toMatchObject({
            code: 'NOT_FOUND',
          });
    },
  );

  it.each(['TOM', 'COM', 'VIEWER'] as const)('a partner’s MEMBER with %s delegated', async (job) => {
    const { story, gateway, cooperation, ofBorealis, as } = world;
    const park = await newPark();
    story.share(cooperation, park, job);
    story.grant(ofBorealis.MEMBER, park, job, { cooperation });
    await story.store(gateway.database);
    expect((await generate({ parkIds: [park.id] }, await as(ofBorealis.MEMBER))).parks).toHaveLength(1);
    const input = { kind: 'EVENTS', parkIds: [park.id], ...YEAR };
    expect(await (await as(ofBorealis.MODERATOR)).refusal(GENERATE, { input })).toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('a demo account, and nobody without a session or a membership', async () => {
    const { people, parks, gateway, as } = world;
    const client = await as(people.demo);
    const report = await generate({ parkIds: [parks.suedfeld.id] }, client);
    expect((await fetchFile(`${report.id}.csv`, client.token)).status).toBe(200);
    const input = { kind: 'EVENTS', parkIds: [parks.suedfeld.id], ...YEAR };
    expect(await gateway.client().refusal(GENERATE, { input })).toMatchObject({ code: 'UNAUTHENTICATED' });
    for (const person of [people.loner, people.administrator, people.paused, people.expired])
      expect(await (await as(person)).refusal(GENERATE, { input })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('one that is visible and closed is refused by its id; beside one that is hidden nothing is told (V1)', async () => {
    const { people, parks, as } = world;
    const blocked = await as(people.blocked);
    const ask = (parkIds: string[]) =>
      blocked.refusal(GENERATE, { input: { kind: 'EVENTS', parkIds, ...YEAR } });
    await nothingStored(async () => {
      const refusal = await ask([parks.nordhang.id, parks.suedfeld.id]);
      expect(refusal).toMatchObject({
        code: 'FORBIDDEN',
        required: 'REPORT_GENERATE',
        actual: 'NONE',
        rule: 'P2',
      });
      expect(refusal.message).toContain(parks.suedfeld.id);
      for (const hidden of [parks.central.id, globalId('park', newId()), 'x', '', world.portfolios.north.id])
        for (const parkIds of [
          [parks.suedfeld.id, hidden],
          [hidden, parks.suedfeld.id],
          [parks.nordhang.id, hidden],
        ])
          expect(await ask(parkIds)).toEqual({ message: 'Not found.', code: 'NOT_FOUND' });
    });
  });

  it('a portfolio gives the parks where the viewer may, and none where there are none', async () => {
    const { story, gateway, people, portfolios, as, ofAcme } = world;
    const blocked = await as(people.blocked);
    const input = { kind: 'EVENTS', portfolioId: portfolios.south.id, ...YEAR };
    await nothingStored(async () =>
      expect(await blocked.refusal(GENERATE, { input })).toMatchObject({ code: 'FORBIDDEN', actual: 'NONE' }),
    );
    const open = await newPark();
    story.grant(people.blocked, open, 'VIEWER');
    await story.store(gateway.database);
    expect((await generate(input, blocked)).parks.map((park) => park?.id)).toEqual([open.id]);
    // P11: its park is visible, the portfolio is not.
    story.grant(ofAcme.EXTERNAL, open, 'VIEWER');
    await story.store(gateway.database);
    expect(await (await as(ofAcme.EXTERNAL)).refusal(GENERATE, { input })).toMatchObject({
      code: 'NOT_FOUND',
    });
    // A share of NONE takes a park out of a shared portfolio (P3).
    const shared = await generate({ portfolioId: portfolios.north.id }, await as(world.ofBorealis.ADMIN));
    expect(shared.parks.map((park) => park?.name)).not.toContain('Nordsee');
  });
});

describe('what can not be reported on is named, and nothing is stored', () => {
  const wrong: [what: string, input: () => object, field: string][] = [
    ['neither parks nor a portfolio', () => ({}), 'parkIds'],
    [
      'both',
      () => ({ parkIds: [world.parks.solling.id], portfolioId: world.portfolios.south.id }),
      'parkIds',
    ],
    ['no park', () => ({ parkIds: [] }), 'parkIds'],
    ['1,001 parks', () => ({ parkIds: Array(1_001).fill(world.parks.solling.id) }), 'parkIds'],
    ['from after to', () => ({ parkIds: [world.parks.solling.id], from: YEAR.to, to: YEAR.from }), 'to'],
    ['from equal to to', () => ({ parkIds: [world.parks.solling.id], to: YEAR.from }), 'to'],
    ['before 1900', () => ({ parkIds: [world.parks.solling.id], from: '0000-01-01T00:00:00Z' }), 'from'],
    ['after 9999', () => ({ parkIds: [world.parks.solling.id], to: '9999-12-31T23:59:59-01:00' }), 'to'],
  ];
  it.each(wrong)('%s', async (_, input, field) => {
    await nothingStored(async () =>
      expect(await admin.refusal(GENERATE, { input: { kind: 'EVENTS', ...YEAR, ...input() } })).toMatchObject(
        {
          code: 'BAD_USER_INPUT',
          field,
        },
      ),
    );
  });

  it('a portfolio of 1,001 parks; 1,000 will do', async () => {
    const { story, gateway, organizations } = world;
    const portfolio = story.portfolio(organizations.acme, 'Large');
    for (let n = 0; n < 1_000; n++) story.park(portfolio, `L ${n}`);
    await story.store(gateway.database);
    expect((await generate({ portfolioId: portfolio.id })).parks).toHaveLength(1_000);
    story.park(portfolio, 'L 1000');
    await story.store(gateway.database);
    const input = { kind: 'EVENTS', portfolioId: portfolio.id, ...YEAR };
    expect(await admin.refusal(GENERATE, { input })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'portfolioId',
    });
  });
});

it('making one is recorded: own parks on the own trail, a partner’s on both, of its own alone (A1, A2)', async () => {
  const { gateway, parks, organizations, cooperation, as, ofBorealis } = world;
  const client = await as(ofBorealis.ADMIN);
  const start = (await auditTrail(gateway.database)).length;
  const report = await generate(
    { parkIds: [parks.westkamp.id, parks.nordhang.id, parks.solling.id] },
    client,
  );
  const added = (await auditTrail(gateway.database)).slice(start);
  expect(added.every((row) => row.action === 'report.generated' && row.subjectId === report.id)).toBe(true);
  const { acme, borealis } = organizations;
  const shared = { kind: 'EVENTS', ...YEAR, count: 2, parks: [parks.nordhang.id, parks.solling.id] };
  expect(added.map((row) => [row.organizationId, row.cooperationId, row.details])).toEqual([
    [borealis.uuid, null, { kind: 'EVENTS', ...YEAR, count: 1, parks: [parks.westkamp.id] }],
    [acme.uuid, cooperation.uuid, shared],
    [borealis.uuid, cooperation.uuid, shared],
  ]);
});

it('takes as many statements for 200 parks and many rows as for five; so do five reports and one', async () => {
  const { gateway } = world;
  const parks = await newParks(200);
  await insert(
    plantEvents,
    parks.flatMap((park) => [1, 2, 3].map((n) => eventOf(park, `e${n}`))),
  );
  const reports: Report[] = [];
  const statements = async (work: () => Promise<unknown>) => {
    gateway.takeStatements();
    await work();
    return gateway.takeStatements().filter((text) => !/^update "sessions"/.test(text)).length;
  };
  const making = (count: number) =>
    statements(async () =>
      reports.push(await generate({ parkIds: parks.slice(0, count).map(({ id }) => id) })),
    );
  expect(await making(200)).toBe(await making(5));
  const reading = (id: string) => statements(() => read(id));
  expect(await reading(reports[0]?.id ?? '')).toBe(await reading(reports[1]?.id ?? ''));
  for (let n = 0; n < 4; n++) await making(5);
  const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Report { columns rows parks { name } } } }';
  const several = (ids: string[]) => statements(() => admin.get(NODES, { ids }));
  const ids = reports.slice(1).map(({ id }) => id);
  expect(await several(ids)).toBe(await several(ids.slice(0, 1)));
  // Kinds beside each other keep their rows apart.
  const ticket = await generate({ kind: 'TICKETS', parkIds: [parks[0]?.id] });
  const { nodes } = await admin.get<{ nodes: Report[] }, object>(NODES, { ids: [ids[0], ticket.id, ids[1]] });
  expect(nodes.map(({ rows }) => rows.length)).toEqual([15, 0, 15]);
  // The cells that they could have are counted before anything is read.
  expect(await admin.refusal(NODES, { ids: Array(8).fill(ids[0]) })).toMatchObject({
    code: 'OPERATION_TOO_LARGE',
  });
});
