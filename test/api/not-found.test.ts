import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalId, type IdPrefix, prefixOf } from '../../src/schema/global-id.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

type World = Awaited<ReturnType<typeof startWithTenants>> & {
  /** Cirrus's, with somebody who is no party to anything else. */
  readonly elsewhere: { readonly cooperation: string; readonly share: string };
};
let world: World;
beforeAll(async () => {
  const tenants = await startWithTenants();
  const { story, organizations, portfolios } = tenants;
  const foreign = story.cooperation(organizations.cirrus, story.organization('Elsewhere'));
  const share = globalId('share', story.share(foreign, portfolios.centre, 'VIEWER'));
  await story.store(tenants.gateway.database);
  world = { ...tenants, elsewhere: { cooperation: globalId('cooperation', foreign.uuid), share } };
});
afterAll(() => world.gateway.close());

/** What came back but for the id of the request and the time: the bytes of the body, the status and the headers. */
async function answer(person: Person, query: string, variables: object) {
  const { url, token } = await world.as(person);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const headers = [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status: response.status, headers, body: await response.text() };
}

/** Ids of a type that nothing has, in every way an id can be wrong. */
function nothingHas(prefix: IdPrefix, { organizations, ofAcme, parks }: World): string[] {
  const absent = globalId(prefix, '01900000-0000-7000-8000-000000000000');
  const others: Record<string, string> = {
    organization: organizations.acme.id,
    user: ofAcme.ADMIN.id,
    park: parks.nordhang.id,
  };
  return [
    absent,
    globalId(prefix, '00000000-0000-0000-0000-000000000000'),
    ...Object.entries(others).flatMap(([name, id]) => (name === prefix ? [] : [id])),
    absent.toUpperCase(),
    ` ${absent}`,
    `${absent} `,
    `${absent}0`,
    absent.slice(0, -1),
    absent.replace(prefix, ''),
    absent.replace(/_./, '_8'),
    `${prefix}_`,
    prefix,
    '',
    '0',
    '\0',
    '\ud800',
    "' or 1=1 --",
    'constructor_01h455vb4pex5vsknk084sn02q',
    '__proto___01h455vb4pex5vsknk084sn02q',
    '01900000-0000-7000-8000-000000000000',
    `${prefix}_${'7'.repeat(100_000)}`,
  ];
}

/** Every argument that is an id, with what the ADMIN of Acme, and of Borealis, may not know. */
const QUESTIONS: {
  readonly query: string;
  readonly prefix: IdPrefix;
  readonly hidden: (world: World) => { readonly fromAcme: string[]; readonly fromBorealis: string[] };
  /** What is said of what the viewer can't see. */
  readonly says: object;
}[] = [];

const hiddenRecords =
  (kind: 'event' | 'ticket' | 'contract'): (typeof QUESTIONS)[number]['hidden'] =>
  ({ records: { central, nordsee, suedfeld, westkamp, nordhang } }) => ({
    // Borealis shares Westkamp as VIEWER, Acme Nordhang as TOM: neither has CONTRACT_READ there.
    fromAcme: kind === 'contract' ? [central[kind].id, westkamp[kind].id] : [central[kind].id],
    fromBorealis: [
      ...[nordsee, suedfeld, central].map((records) => records[kind].id),
      ...(kind === 'contract' ? [nordhang[kind].id] : []),
    ],
  });

type Hidden = 'portfolio' | 'park' | 'component' | 'cooperation' | 'share' | 'event' | 'ticket' | 'contract';
const hiddenOf: Record<Hidden, (typeof QUESTIONS)[number]['hidden']> = {
  event: hiddenRecords('event'),
  ticket: hiddenRecords('ticket'),
  contract: hiddenRecords('contract'),
  portfolio: ({ portfolios: { centre, south } }) => ({
    fromAcme: [centre.id],
    fromBorealis: [south.id, centre.id],
  }),
  park: ({ parks: { central, nordsee, suedfeld } }) => ({
    fromAcme: [central.id],
    fromBorealis: [nordsee.id, suedfeld.id, central.id],
  }),
  component: ({ components: { foreign, hidden, meter } }) => ({
    fromAcme: [foreign.id],
    fromBorealis: [hidden.id, meter.id, foreign.id],
  }),
  cooperation: ({ elsewhere }) => ({
    fromAcme: [elsewhere.cooperation],
    fromBorealis: [elsewhere.cooperation],
  }),
  // What NONE takes out of a shared portfolio its owner alone knows of.
  share: ({ elsewhere, shares }) => ({
    fromAcme: [elsewhere.share],
    fromBorealis: [shares.nordsee.id, elsewhere.share],
  }),
};
const notFound = { errors: [{ message: 'Not found.', extensions: { code: 'NOT_FOUND' } }] };

const mutation = (
  name: string,
  field: string,
  rest: string,
  payload: string,
  prefix: keyof typeof hiddenOf,
) =>
  QUESTIONS.push({
    query: `mutation ($id: ID!) { ${name}(input: { ${field}: $id${rest} }) { ${payload} } }`,
    ...{ prefix, hidden: hiddenOf[prefix], says: notFound },
  });
const PARK = 'name: "New", plantType: WIND, capacityKw: 1';
mutation('updatePortfolio', 'portfolioId', ', name: "New"', 'portfolio { id }', 'portfolio');
mutation('deletePortfolio', 'portfolioId', '', 'deletedId', 'portfolio');
mutation('createPark', 'portfolioId', `, ${PARK}`, 'park { id }', 'portfolio');
mutation('createParks', 'portfolioId', `, parks: [{ ${PARK} }]`, 'parks { id }', 'portfolio');
mutation('updatePark', 'parkId', ', name: "New"', 'park { id }', 'park');
mutation('deletePark', 'parkId', '', 'deletedId', 'park');
mutation('createComponent', 'parkId', ', name: "New", kind: "mast"', 'component { id }', 'park');
mutation('updateComponent', 'componentId', ', name: "New"', 'component { id }', 'component');
mutation(
  'recordMetrics',
  'parkId',
  ', metric: "power", points: [{ at: "2024-03-01T00:00:00Z", value: 1 }]',
  'recorded',
  'park',
);
const REPORT = 'kind: EVENTS, from: "2024-01-01T00:00:00Z", to: "2025-01-01T00:00:00Z"';
mutation('generateReport', 'portfolioId', `, ${REPORT}`, 'report { id }', 'portfolio');
QUESTIONS.push({
  query: `mutation ($id: ID!) { generateReport(input: { parkIds: [$id], ${REPORT} }) { report { id } } }`,
  ...{ prefix: 'park', hidden: hiddenOf.park, says: notFound },
});
mutation('deleteComponent', 'componentId', '', 'ok', 'component');
mutation('recordEvent', 'parkId', ', severity: INFO, message: "New"', 'event { id }', 'park');
mutation('acknowledgeEvent', 'eventId', '', 'event { id }', 'event');
mutation('deleteEvent', 'eventId', '', 'ok', 'event');
mutation('createTicket', 'parkId', ', title: "New", body: "New"', 'ticket { id }', 'park');
mutation('closeTicket', 'ticketId', '', 'ticket { id }', 'ticket');
mutation('reopenTicket', 'ticketId', '', 'ticket { id }', 'ticket');
mutation('deleteTicket', 'ticketId', '', 'ok', 'ticket');
const CONTRACT = 'title: "New", counterparty: "New", startsOn: "2026-01-01T00:00:00Z"';
mutation('createContract', 'parkId', `, ${CONTRACT}`, 'contract { id }', 'park');
mutation('updateContract', 'contractId', ', title: "New"', 'contract { id }', 'contract');
mutation('deleteContract', 'contractId', '', 'ok', 'contract');
mutation('acceptCooperation', 'cooperationId', '', 'cooperation { id }', 'cooperation');
mutation('declineCooperation', 'cooperationId', '', 'ok', 'cooperation');
mutation('updateCooperation', 'cooperationId', ', active: false', 'cooperation { id }', 'cooperation');
mutation('removeCooperation', 'cooperationId', '', 'removedCooperationId', 'cooperation');
mutation('revokeShare', 'shareId', '', 'revokedShareId', 'share');
QUESTIONS.push({
  query:
    'mutation ($id: ID!) { createPortfolio(input: { organizationId: $id, name: "New" }) { portfolio { id } } }',
  prefix: 'organization',
  hidden: ({ organizations: { cirrus } }) => ({ fromAcme: [cirrus.id], fromBorealis: [cirrus.id] }),
  says: notFound,
});
for (const prefix of ['portfolio', 'park'] as const) {
  const query = `query ($id: ID!) { ${prefix}(id: $id) { id name } }`;
  QUESTIONS.push({ query, prefix, hidden: hiddenOf[prefix], says: { data: { [prefix]: null } } });
}
for (const prefix of [
  'portfolio',
  'park',
  'component',
  'cooperation',
  'share',
  'event',
  'ticket',
  'contract',
] as const) {
  const query = 'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }';
  QUESTIONS.push({ query, prefix, hidden: hiddenOf[prefix], says: { data: { node: null, nodes: [null] } } });
}
QUESTIONS.push({
  query: 'query ($id: ID!) { organization(id: $id) { id name } }',
  prefix: 'organization',
  hidden: ({ organizations: { cirrus } }) => ({ fromAcme: [cirrus.id], fromBorealis: [cirrus.id] }),
  says: { data: { organization: null } },
});
QUESTIONS.push({
  query: 'query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }',
  prefix: 'user',
  hidden: ({ ofCirrus, ofBorealis: { MEMBER }, ofAcme: { EXTERNAL } }) => ({
    fromAcme: [ofCirrus.ADMIN.id, MEMBER.id, MEMBER.member?.id ?? ''],
    fromBorealis: [ofCirrus.ADMIN.id, EXTERNAL.id, EXTERNAL.member?.id ?? ''],
  }),
  says: { data: { node: null, nodes: [null] } },
});
for (const field of ['portfolioId', 'organizationId']) {
  QUESTIONS.push({
    query: `query ($id: ID!) { viewer { parks(filter: { ${field}: $id }) { totalCount nodes { id } pageInfo { endCursor } } } }`,
    prefix: field === 'portfolioId' ? 'portfolio' : 'organization',
    hidden: ({ organizations, portfolios }) =>
      field === 'portfolioId'
        ? { fromAcme: [portfolios.centre.id], fromBorealis: [portfolios.centre.id] }
        : { fromAcme: [organizations.cirrus.id], fromBorealis: [organizations.cirrus.id] },
    says: { data: { viewer: { parks: { totalCount: 0, nodes: [] } } } },
  });
}

describe('what the viewer may not see answers, byte for byte, as what does not exist and what is no id (V1)', () => {
  it.each(QUESTIONS)('$query', async ({ query, prefix, hidden, says }) => {
    const { ofAcme, ofBorealis, gateway } = world;
    const { fromAcme, fromBorealis } = hidden(world);
    // An id that exists and is of the other type would be a thing that node may show.
    const absent = nothingHas(prefix, world).filter(
      (id) => !query.includes('node(') || prefixOf(id) === prefix,
    );
    const before = await storedState(gateway.database);
    const answers = [];
    for (const id of [...fromAcme, ...absent]) answers.push(await answer(ofAcme.ADMIN, query, { id }));
    for (const id of fromBorealis) answers.push(await answer(ofBorealis.ADMIN, query, { id }));
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject(says);
    for (const each of answers) expect(each).toEqual(answers[0]);
    expect(await storedState(gateway.database)).toEqual(before);
  });

  it.each([
    [
      'updatePark(portfolioId)',
      'mutation ($park: ID!, $id: ID!) { updatePark(input: { parkId: $park, portfolioId: $id }) { park { id } } }',
      'portfolio',
      notFound,
    ],
    [
      'shareResource(cooperationId)',
      'mutation ($park: ID!, $id: ID!) { shareResource(input: { cooperationId: $id, resourceId: $park, role: VIEWER }) { share { id } } }',
      'cooperation',
      notFound,
    ],
    [
      'shareResource(resourceId)',
      'mutation ($cooperation: ID!, $id: ID!) { shareResource(input: { cooperationId: $cooperation, resourceId: $id, role: VIEWER }) { share { id } } }',
      'park',
      notFound,
    ],
    [
      'createComponent(parentId)',
      'mutation ($park: ID!, $id: ID!) { createComponent(input: { parkId: $park, parentId: $id, name: "New", kind: "mast" }) { component { id } } }',
      'component',
      { errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'parentId' } }] },
    ],
    [
      'updateComponent(parentId)',
      'mutation ($component: ID!, $id: ID!) { updateComponent(input: { componentId: $component, parentId: $id }) { component { id } } }',
      'component',
      { errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'parentId' } }] },
    ],
    [
      'recordEvent(componentId)',
      'mutation ($park: ID!, $id: ID!) { recordEvent(input: { parkId: $park, componentId: $id, severity: INFO, message: "New" }) { event { id } } }',
      'component',
      { errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'componentId' } }] },
    ],
    [
      'Park.events(filter.componentId)',
      'query ($park: ID!, $id: ID!) { park(id: $park) { events(filter: { componentId: $id }) { totalCount nodes { id } } } }',
      'component',
      { data: { park: { events: { totalCount: 0, nodes: [] } } } },
    ],
    [
      'Park.components(parentId)',
      'query ($park: ID!, $id: ID!) { park(id: $park) { components(parentId: $id) { totalCount nodes { id } } } }',
      'component',
      { data: { park: { components: { totalCount: 0, nodes: [] } } } },
    ],
  ] as const)('%s, beside an own id', async (_, query, prefix, says) => {
    const { ofAcme, parks, components, gateway } = world;
    const own = {
      park: parks.nordhang.id,
      component: components.inverter.id,
      cooperation: world.cooperation.id,
    };
    const { fromAcme } = hiddenOf[prefix](world);
    // A component of another own park is no more a parent here than one that does not exist.
    const elsewhere = prefix === 'component' ? [components.meter.id] : [];
    const before = await storedState(gateway.database);
    const answers = [];
    for (const id of [...fromAcme, ...elsewhere, ...nothingHas(prefix, world)]) {
      answers.push(await answer(ofAcme.ADMIN, query, { ...own, id }));
    }
    expect(JSON.parse(answers[0]?.body ?? '')).toMatchObject(says);
    for (const each of answers) expect(each).toEqual(answers[0]);
    expect(await storedState(gateway.database)).toEqual(before);
  });
});
