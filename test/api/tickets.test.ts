import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { recordOperations } from '../kit/record-operations.ts';
import type { Park, Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

const NOW = '2030-06-01T12:00:00.000Z';
const LATER = '2030-06-01T13:00:00.000Z';
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
beforeAll(async () => {
  world = await startWithTenants();
  // A session that is live at NOW, too.
  world.gateway.setClock(NOW);
  admin = await world.gateway.signInAs(world.ofAcme.ADMIN.uuid);
  world.gateway.setClock(null);
});
afterEach(() => world.gateway.setClock(null));
afterAll(() => world.gateway.close());

const { perform, recorded, refused, atOnce } = recordOperations(() => world.gateway);

/** A park of Acme's in north with three tickets, the oldest first. */
async function plant() {
  const { story, portfolios, gateway, ofAcme } = world;
  const park = story.park(portfolios.north, `Plant ${crypto.randomUUID()}`);
  const tickets = {
    a: story.ticket(park, ofAcme.ADMIN, 'A'),
    b: story.ticket(park, ofAcme.ADMIN, 'B', { status: 'CLOSED', closedAt: new Date(NOW) }),
    c: story.ticket(park, ofAcme.ADMIN, 'C'),
  };
  await story.store(gateway.database);
  return { park, ...tickets };
}

const titles = async (park: Park, args = '') => {
  const query = `query ($id: ID!) { park(id: $id) { tickets${args} { totalCount nodes { title } } } }`;
  const { park: found } = await admin.get<
    { park: { tickets: { totalCount: number; nodes: { title: string }[] } } },
    object
  >(query, { id: park.id });
  return [found.tickets.totalCount, found.tickets.nodes.map(({ title }) => title).join('')];
};

describe('a ticket', () => {
  it('is opened, closed, opened again and deleted; each leaves its record (A1)', async () => {
    const { park } = await plant();
    world.gateway.setClock(NOW);
    const made = await recorded(admin, 'createTicket', {
      ...{ parkId: park.id, title: ' Change the oil ', body: 'Gear box:\r\n80 litres' },
    });
    const { id } = made.payload.ticket;
    const { ADMIN } = world.ofAcme;
    const ticket = {
      ...{ id, title: 'Change the oil', body: 'Gear box:\n80 litres', status: 'OPEN' },
      ...{ createdAt: NOW, closedAt: null, park: { id: park.id } },
      createdBy: { id: ADMIN.id, name: ADMIN.name, email: ADMIN.email },
    };
    expect(made.payload.ticket).toEqual(ticket);
    const { title } = ticket;
    const details = { parkId: park.id, title };
    expect(made.records).toMatchObject([{ action: 'ticket.created', subjectId: id, details }]);

    world.gateway.setClock(LATER);
    const closed = await recorded(admin, 'closeTicket', { ticketId: id });
    expect(closed.payload.ticket).toEqual({ ...ticket, status: 'CLOSED', closedAt: LATER });
    const open = { status: 'OPEN', closedAt: null };
    expect(closed.records).toMatchObject([
      {
        ...{ action: 'ticket.closed', subjectId: id },
        details: { before: open, after: { status: 'CLOSED', closedAt: LATER } },
      },
    ]);
    const reopened = await recorded(admin, 'reopenTicket', { ticketId: id });
    expect(reopened.payload.ticket).toEqual(ticket);
    expect(reopened.records).toMatchObject([
      {
        ...{ action: 'ticket.reopened', subjectId: id },
        details: { before: { status: 'CLOSED', closedAt: LATER }, after: open },
      },
    ]);
    const gone = await recorded(admin, 'deleteTicket', { ticketId: id });
    expect(gone.payload).toEqual({ ok: true });
    expect(gone.records).toMatchObject([
      {
        ...{ action: 'ticket.deleted', subjectId: id },
        details: { ...details, status: 'OPEN', createdBy: ADMIN.id, createdAt: NOW },
      },
    ]);
    expect(await refused(admin, 'deleteTicket', { ticketId: id })).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('that is closed is not closed, and one that is open is not opened, also by two at once', async () => {
    const { a, b, c } = await plant();
    const conflict = { code: 'CONFLICT', field: 'ticketId' };
    expect(await refused(admin, 'closeTicket', { ticketId: b.id })).toMatchObject(conflict);
    expect(await refused(admin, 'reopenTicket', { ticketId: a.id })).toMatchObject(conflict);
    expect(await atOnce(admin, 'closeTicket', { ticketId: c.id })).toEqual(['CONFLICT', 'done']);
    expect(await atOnce(admin, 'reopenTicket', { ticketId: c.id })).toEqual(['CONFLICT', 'done']);
    expect(await perform(admin, 'deleteTicket', { ticketId: b.id })).toEqual({ ok: true });
  });

  it('holds a title and a body of the greatest length, in characters beyond the basic plane', async () => {
    const { park } = await plant();
    const [title, body] = ['🌞'.repeat(200), '🌞'.repeat(10_000)];
    const { ticket } = await perform(admin, 'createTicket', { parkId: park.id, title, body });
    expect(ticket).toMatchObject({ title, body });
  });
});

it('the tickets of a park begin with the newest, and are all, open or closed ones', async () => {
  const { park } = await plant();
  expect(await titles(park)).toEqual([3, 'CBA']);
  expect(await titles(park, '(first: 2)')).toEqual([3, 'CB']);
  expect(await titles(park, '(last: 1)')).toEqual([3, 'A']);
  expect(await titles(park, '(status: OPEN)')).toEqual([2, 'CA']);
  expect(await titles(park, '(status: OPEN, first: 1)')).toEqual([2, 'C']);
  expect(await titles(park, '(status: CLOSED)')).toEqual([1, 'B']);
  expect(await titles(park, '(status: null)')).toEqual([3, 'CBA']);
});

describe('who opened a ticket is seen as far as members are (V3, section 6)', () => {
  const AUTHOR = 'query ($id: ID!) { node(id: $id) { ... on Ticket { createdBy { name email } } } }';
  const author = async (person: Person, id: string) =>
    (await (await world.as(person)).get<{ node: { createdBy: object } | null }, object>(AUTHOR, { id })).node
      ?.createdBy;
  const listed = ({ name, email }: Person) => ({ name, email });
  const named = ({ name }: Person) => ({ name, email: null });

  it('by colleagues with the address, across the boundary and by an EXTERNAL by name', async () => {
    const { story, gateway, ofAcme, ofBorealis, parks, records } = world;
    story.grant(ofAcme.EXTERNAL, parks.nordhang, 'VIEWER');
    await story.store(gateway.database);
    const { id } = records.nordhang.ticket;
    const opener = ofAcme.ASSET_MANAGER_TECHNICAL;
    for (const person of [ofAcme.ADMIN, ofAcme.MEMBER, opener])
      expect(await author(person, id)).toEqual(listed(opener));
    for (const person of [ofAcme.EXTERNAL, ofBorealis.ADMIN, ofBorealis.MEMBER])
      expect(await author(person, id)).toEqual(named(opener));
    const partner = ofBorealis.ASSET_MANAGER_TECHNICAL;
    const { ticket } = await perform(await world.as(partner), 'createTicket', {
      ...{ parkId: parks.nordhang.id, title: 'From outside', body: 'Look' },
    });
    expect(ticket).toMatchObject({ createdBy: listed(partner) });
    expect(await author(ofBorealis.ADMIN, ticket.id)).toEqual(listed(partner));
    expect(await author(ofAcme.ADMIN, ticket.id)).toEqual(named(partner));
    // Their account is still nobody's node across the boundary.
    const query = 'query ($id: ID!) { node(id: $id) { id } }';
    expect(await admin.get(query, { id: partner.id })).toEqual({ node: null });
  });

  it('by name once they have left, and the ticket stays', async () => {
    const { story, gateway, organizations, ofAcme, parks } = world;
    const leaver = story.member(organizations.acme, 'ASSET_MANAGER_COMMERCIAL', { name: 'A leaver' });
    const ticket = story.ticket(parks.nordhang, leaver, 'Left behind');
    await story.store(gateway.database);
    expect(await author(ofAcme.ADMIN, ticket.id)).toEqual(listed(leaver));
    await (await world.as(leaver)).get('mutation { leaveOrganization { leftOrganizationId } }');
    expect(await author(ofAcme.ADMIN, ticket.id)).toEqual(named(leaver));
  });
});

it('through a cooperation a COM opens tickets and no more, a TOM all, on both trails (A2)', async () => {
  const { parks, organizations, cooperation, as, ofBorealis } = world;
  const commercial = await as(ofBorealis.ASSET_MANAGER_COMMERCIAL);
  const input = { parkId: parks.solling.id, title: 'Broken glass', body: 'North gate' };
  const made = await recorded(commercial, 'createTicket', input);
  const both = [organizations.acme.uuid, organizations.borealis.uuid].map((organizationId) =>
    expect.objectContaining({ organizationId, cooperationId: cooperation.uuid }),
  );
  expect(made.records).toEqual(expect.arrayContaining(both));
  expect(made.records).toHaveLength(2);
  const ticketId = made.payload.ticket.id;
  const refusal = await refused(commercial, 'closeTicket', { ticketId });
  expect(refusal).toMatchObject({
    ...{ code: 'FORBIDDEN', layer: 'JOB', required: 'TICKET_CLOSE', actual: 'COM' },
    allowedRoles: ['TOM', 'OPERATOR'],
  });
  const technical = await as(ofBorealis.ASSET_MANAGER_TECHNICAL);
  const own = await perform(technical, 'createTicket', { ...input, parkId: parks.nordhang.id });
  for (const mutation of ['closeTicket', 'reopenTicket', 'deleteTicket'] as const) {
    const { records } = await recorded(technical, mutation, { ticketId: own.ticket.id });
    expect(records).toEqual(expect.arrayContaining(both));
    expect(records).toHaveLength(2);
  }
});
