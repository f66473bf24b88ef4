import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { buildServedSchema } from '../../src/server/build-schema.ts';
import { storeInvitation } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  ChangePasswordDocument,
  CreateComponentDocument,
  CreateParkDocument,
  CreateParksDocument,
  CreatePortfolioDocument,
  DeleteComponentDocument,
  DeleteParkDocument,
  DeletePortfolioDocument,
  MySessionsDocument,
  RevokeSessionDocument,
  SignInDocument,
  SignOutDocument,
  UpdateComponentDocument,
  UpdateParkDocument,
  UpdatePortfolioDocument,
} from '../kit/generated/operations.ts';
import type { Component, Organization, Park, ParkRecord, Person, Resource } from '../kit/story.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

const PASSWORD = 'correct horse battery staple';

let world: Awaited<ReturnType<typeof startWithTenants>>;
let passwordHash: string;
beforeAll(async () => {
  world = await startWithTenants();
  passwordHash = await hashPassword(PASSWORD);
});
afterAll(() => world.gateway.close());

/** What a case may name: an ADMIN of Acme of its own, or of an organization that holds nothing else, with two sessions, and resources of its own. */
interface Stage {
  readonly organization: Organization;
  readonly person: Person;
  /** A MEMBER beside them, with a grant on the park. */
  readonly colleague: Person;
  readonly grantId: string;
  readonly invitationId: string;
  readonly client: GraphQLClient;
  readonly otherSession: string;
  readonly portfolio: Resource;
  readonly empty: Resource;
  readonly park: Park;
  readonly component: Component;
  readonly event: ParkRecord;
  readonly ticket: ParkRecord;
  readonly closedTicket: ParkRecord;
  readonly contract: ParkRecord;
}

async function stage(name: string, organization = world.organizations.acme): Promise<Stage> {
  const { story, organizations, gateway } = world;
  const person = story.member(organization, 'ADMIN', { name, passwordHash });
  const colleague = story.member(organizations.acme, 'MEMBER', { name: `${name}'s colleague` });
  const portfolio = story.portfolio(organizations.acme, 'Staged');
  const empty = story.portfolio(organizations.acme, 'Empty');
  const park = story.park(portfolio, 'Staged');
  const component = story.component(park, 'Staged');
  const records = {
    event: story.event(park, 'Staged'),
    ticket: story.ticket(park, colleague, 'Staged'),
    closedTicket: story.ticket(park, colleague, 'Staged', { status: 'CLOSED', closedAt: new Date() }),
    contract: story.contract(park, 'Staged'),
  };
  const grantId = globalId('grant', story.grant(colleague, park, 'TOM'));
  await story.store(gateway.database);
  const invitation = await storeInvitation(gateway.database, {
    ...{ organizationId: organization.uuid, invitedById: person.uuid, role: 'MEMBER' },
  });
  const other = await gateway.signInAs(person.uuid);
  const otherSession = (await other.get(MySessionsDocument)).viewer?.sessions[0]?.id ?? '';
  const client = await gateway.signInAs(person.uuid);
  return {
    organization,
    person,
    colleague,
    grantId,
    invitationId: invitation.id,
    client,
    otherSession,
    portfolio,
    empty,
    park,
    component,
    ...records,
  };
}

const newPark = { name: 'New', plantType: 'WIND', capacityKw: 1 } as const;

/** What the same request does again: nothing, once more the same as the first time, or it is refused with this code. */
type Again =
  | 'nothing'
  | 'once more'
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'BAD_USER_INPUT'
  | 'ALREADY_INVITED'
  | 'CONFLICT';

const mutation = (name: string, selection: string, type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} } }`;

/** Every mutation: the actions it records, what the same request does again, and the request. */
const MUTATIONS: Record<
  string,
  [action: string, again: Again, document: object | string, variables: (on: Stage) => object]
> = {
  signIn: [
    'session.signed_in',
    'once more',
    SignInDocument,
    ({ person }) => ({ input: { email: person.email, password: PASSWORD } }),
  ],
  signOut: ['session.signed_out', 'UNAUTHENTICATED', SignOutDocument, () => ({})],
  revokeSession: [
    'session.revoked',
    'NOT_FOUND',
    RevokeSessionDocument,
    ({ otherSession }) => ({ sessionId: otherSession }),
  ],
  changePassword: [
    'user.password_changed',
    'BAD_USER_INPUT',
    ChangePasswordDocument,
    () => ({ input: { currentPassword: PASSWORD, newPassword: 'another long password' } }),
  ],
  createPortfolio: [
    'portfolio.created',
    'once more',
    CreatePortfolioDocument,
    () => ({ input: { organizationId: world.organizations.acme.id, name: 'New' } }),
  ],
  updatePortfolio: [
    'portfolio.updated',
    'nothing',
    UpdatePortfolioDocument,
    ({ portfolio }) => ({ input: { portfolioId: portfolio.id, name: 'Changed' } }),
  ],
  deletePortfolio: [
    'portfolio.deleted',
    'NOT_FOUND',
    DeletePortfolioDocument,
    ({ empty }) => ({ portfolioId: empty.id }),
  ],
  createPark: [
    'park.created',
    'once more',
    CreateParkDocument,
    ({ portfolio }) => ({ input: { portfolioId: portfolio.id, ...newPark } }),
  ],
  createParks: [
    'park.created',
    'once more',
    CreateParksDocument,
    ({ portfolio }) => ({ input: { portfolioId: portfolio.id, parks: [newPark] } }),
  ],
  updatePark: [
    'park.updated',
    'nothing',
    UpdateParkDocument,
    ({ park }) => ({ input: { parkId: park.id, name: 'Changed' } }),
  ],
  deletePark: ['park.deleted', 'NOT_FOUND', DeleteParkDocument, ({ park }) => ({ parkId: park.id })],
  createComponent: [
    'component.created',
    'once more',
    CreateComponentDocument,
    ({ park }) => ({ input: { parkId: park.id, name: 'New', kind: 'mast' } }),
  ],
  updateComponent: [
    'component.updated',
    'nothing',
    UpdateComponentDocument,
    ({ component }) => ({ input: { componentId: component.id, name: 'Changed' } }),
  ],
  deleteComponent: [
    'component.deleted',
    'NOT_FOUND',
    DeleteComponentDocument,
    ({ component }) => ({ componentId: component.id }),
  ],
  recordMetrics: [
    'metrics.recorded',
    'nothing',
    mutation('recordMetrics', 'recorded'),
    ({ park }) => ({
      input: { parkId: park.id, metric: 'power', points: [{ at: '2024-03-01T00:00:00Z', value: 1 }] },
    }),
  ],
  generateReport: [
    'report.generated',
    'once more',
    mutation('generateReport', 'report { id }'),
    ({ portfolio }) => ({
      input: {
        ...{ kind: 'EVENTS', portfolioId: portfolio.id },
        ...{ from: '2024-01-01T00:00:00Z', to: '2025-01-01T00:00:00Z' },
      },
    }),
  ],
  recordEvent: [
    'event.recorded',
    'once more',
    mutation('recordEvent', 'event { id }'),
    ({ park }) => ({ input: { parkId: park.id, severity: 'INFO', message: 'New' } }),
  ],
  acknowledgeEvent: [
    'event.acknowledged',
    'CONFLICT',
    mutation('acknowledgeEvent', 'event { id }'),
    ({ event }) => ({ input: { eventId: event.id } }),
  ],
  deleteEvent: [
    'event.deleted',
    'NOT_FOUND',
    mutation('deleteEvent', 'ok'),
    ({ event }) => ({ input: { eventId: event.id } }),
  ],
  createTicket: [
    'ticket.created',
    'once more',
    mutation('createTicket', 'ticket { id }'),
    ({ park }) => ({ input: { parkId: park.id, title: 'New', body: 'New' } }),
  ],
  closeTicket: [
    'ticket.closed',
    'CONFLICT',
    mutation('closeTicket', 'ticket { id }', 'TicketIdInput'),
    ({ ticket }) => ({ input: { ticketId: ticket.id } }),
  ],
  reopenTicket: [
    'ticket.reopened',
    'CONFLICT',
    mutation('reopenTicket', 'ticket { id }', 'TicketIdInput'),
    ({ closedTicket }) => ({ input: { ticketId: closedTicket.id } }),
  ],
  deleteTicket: [
    'ticket.deleted',
    'NOT_FOUND',
    mutation('deleteTicket', 'ok', 'TicketIdInput'),
    ({ ticket }) => ({ input: { ticketId: ticket.id } }),
  ],
  createContract: [
    'contract.created',
    'once more',
    mutation('createContract', 'contract { id }'),
    ({ park }) => ({
      input: { parkId: park.id, title: 'New', counterparty: 'New', startsOn: '2026-01-01T00:00:00Z' },
    }),
  ],
  updateContract: [
    'contract.updated',
    'nothing',
    mutation('updateContract', 'contract { id }'),
    ({ contract }) => ({ input: { contractId: contract.id, endsOn: '2040-01-01T00:00:00Z' } }),
  ],
  deleteContract: [
    'contract.deleted',
    'NOT_FOUND',
    mutation('deleteContract', 'ok'),
    ({ contract }) => ({ input: { contractId: contract.id } }),
  ],
  updateOrganization: [
    'organization.updated',
    'nothing',
    mutation('updateOrganization', 'organization { id }'),
    // Acme is one for all cases: each value is another one.
    ({ person, organization }) => ({
      input: { organizationId: organization.id, phone: person.id.slice(-20) },
    }),
  ],
  deleteOrganization: [
    'organization.deleted',
    'NOT_FOUND',
    mutation('deleteOrganization', 'ok'),
    ({ organization }) => ({ input: { organizationId: organization.id } }),
  ],
  updateMember: [
    'member.role_changed',
    'nothing',
    mutation('updateMember', 'member { id }'),
    ({ colleague }) => ({ input: { memberId: colleague.member?.id, role: 'MODERATOR' } }),
  ],
  removeMember: [
    'member.removed',
    'NOT_FOUND',
    mutation('removeMember', 'removedMemberId'),
    ({ colleague }) => ({ input: { memberId: colleague.member?.id } }),
  ],
  leaveOrganization: [
    'member.left',
    'NOT_FOUND',
    'mutation { leaveOrganization { leftOrganizationId } }',
    () => ({}),
  ],
  createApiToken: [
    'api_token.created',
    'once more',
    mutation('createApiToken', 'apiToken { id }'),
    () => ({ input: { name: 'Automation', permissionGroup: 'REPORTING' } }),
  ],
  grantRole: [
    'grant.given',
    'nothing',
    mutation('grantRole', 'grant { id }'),
    ({ colleague, portfolio }) => ({
      input: { memberId: colleague.member?.id, resourceId: portfolio.id, role: 'OPERATOR' },
    }),
  ],
  updateProfile: [
    'user.profile_updated',
    'nothing',
    mutation('updateProfile', 'user { id }'),
    () => ({ input: { language: 'PT' } }),
  ],
  requestEmailChange: [
    'user.email_change_requested',
    'once more',
    mutation('requestEmailChange', 'ok'),
    ({ person }) => ({ input: { newEmail: `new.${person.email}`, password: PASSWORD } }),
  ],
  inviteMember: [
    'invitation.sent',
    'ALREADY_INVITED',
    mutation('inviteMember', 'invitation { id }'),
    ({ person, organization }) => ({
      input: { organizationId: organization.id, email: `invited.${person.email}`, role: 'MEMBER' },
    }),
  ],
  updateInvitation: [
    'invitation.updated',
    'nothing',
    mutation('updateInvitation', 'invitation { id }', 'UpdateInvitationInput'),
    ({ invitationId }) => ({ input: { invitationId, label: 'Changed' } }),
  ],
  resendInvitation: [
    'invitation.resent',
    'once more',
    mutation('resendInvitation', 'invitation { id }', 'InvitationIdInput'),
    ({ invitationId }) => ({ input: { invitationId } }),
  ],
  revokeInvitation: [
    'invitation.revoked',
    'CONFLICT',
    mutation('revokeInvitation', 'invitation { id }', 'InvitationIdInput'),
    ({ invitationId }) => ({ input: { invitationId } }),
  ],
  revokeGrant: [
    'grant.revoked',
    'NOT_FOUND',
    mutation('revokeGrant', 'revokedGrantId'),
    ({ grantId }) => ({ input: { grantId } }),
  ],
};

/**
 * What is recorded on no tenant's trail, or on more than one: tested with its subject in accounts.test.ts, invitations.test.ts,
 * platform-invitations.test.ts, system-administration.test.ts, cooperations.test.ts and shares.test.ts.
 */
const ELSEWHERE = [
  ...[
    'register',
    'verifyEmail',
    'resendVerification',
    'requestPasswordReset',
    'resetPassword',
    'deleteAccount',
  ],
  ...['invitePlatformCustomer', 'suspendUser', 'reinstateUser', 'appointAdmin'],
  ...['acceptInvitation', 'declineInvitation'],
  // In api-tokens.test.ts.
  'revokeApiToken',
  ...[
    'inviteCooperation',
    'acceptCooperation',
    'declineCooperation',
    'updateCooperation',
    'removeCooperation',
  ],
  ...['shareResource', 'revokeShare'],
];

it('every mutation of the schema is in the table', () => {
  const mutations = Object.keys(buildServedSchema().getMutationType()?.getFields() ?? {});
  expect([...Object.keys(MUTATIONS), ...ELSEWHERE].toSorted()).toEqual(mutations.toSorted());
});

describe('every mutation leaves its record, and the same request no other than it should (A1)', () => {
  it.each(Object.entries(MUTATIONS))('%s', async (name, [action, again, document, variables]) => {
    const { gateway, story, organizations } = world;
    const alone = name === 'deleteOrganization' ? story.organization('Alone') : organizations.acme;
    const on = await stage(`Actor of ${name}`, alone);
    const start = (await auditTrail(gateway.database)).length;
    const send = () => on.client.send(document as never, variables(on));
    const first = await send();
    expect(first.errors).toEqual([]);
    const [record, ...more] = (await auditTrail(gateway.database)).slice(start);
    expect(more).toEqual([]);
    expect(record).toMatchObject({
      organizationId: on.organization.uuid,
      action,
      actorUserId: on.person.uuid,
      actorName: on.person.name,
      cooperationId: null,
      subjectId: expect.stringMatching(/^[a-z]+_[0-9a-z]{26}$/),
      requestId: first.headers.get('x-request-id'),
      ipAddress: '127.0.0.1',
    });
    expect(Math.abs((record?.occurredAt.getTime() ?? 0) - Date.now())).toBeLessThan(600_000);
    const { apiTokenId, ...told } = record ?? {};
    expect(apiTokenId).toBeNull();
    // API tokens are named, by id and number.
    const words = JSON.stringify(told).replaceAll(/api_token|token_|tokensEnded|ApiToken/g, '');
    expect(words).not.toMatch(/correct horse|another long|argon2|token|parkgate_/i);

    const before = await storedState(gateway.database);
    const second = await send();
    const added = (await auditTrail(gateway.database)).slice(start + 1);
    if (again === 'once more') {
      // signIn ended the session that it came with, and made another.
      expect([second.errors, added.length]).toEqual([[], 1]);
      return;
    }
    expect(second.errors[0]?.extensions.code ?? 'nothing').toBe(again);
    expect(await storedState(gateway.database)).toEqual(before);
  });
});

it('a record is of the command’s own instant, and each of one command shares its request', async () => {
  const { gateway, as, ofBorealis, parks } = world;
  const client = await as(ofBorealis.ASSET_MANAGER_TECHNICAL);
  const start = (await auditTrail(gateway.database)).length;
  const answer = await client.send(CreateComponentDocument, {
    input: { parkId: parks.nordhang.id, name: 'New', kind: 'mast' },
  });
  const added = (await auditTrail(gateway.database)).slice(start);
  expect(added).toHaveLength(2);
  for (const record of added) expect(record.requestId).toBe(answer.headers.get('x-request-id'));
  expect(added[0]?.occurredAt).toEqual(added[1]?.occurredAt);
  expect(answer.data?.createComponent.component.createdAt).toBe(added[0]?.occurredAt.toISOString());
});

it('two commands of one request are two records under one request', async () => {
  const { gateway } = world;
  const { client, portfolio } = await stage('Twice');
  const start = (await auditTrail(gateway.database)).length;
  const create = `createPark(input: { portfolioId: $id, name: "New", plantType: WIND, capacityKw: 1 }) { park { id } }`;
  await client.get(`mutation ($id: ID!) { a: ${create} b: ${create} }`, { id: portfolio.id });
  const added = (await auditTrail(gateway.database)).slice(start);
  expect(added).toHaveLength(2);
  expect(new Set(added.map(({ requestId }) => requestId)).size).toBe(1);
});

it('a record outlives its actor and its subject, and still names them', async () => {
  const { gateway, as, ofAcme } = world;
  const { client, park, person } = await stage('Short-lived');
  await client.get(UpdateParkDocument, { input: { parkId: park.id, name: 'Once there' } });
  await (await as(ofAcme.ADMIN)).get(DeleteParkDocument, { parkId: park.id });
  await client.get(SignOutDocument);
  const records = (await auditTrail(gateway.database)).filter(({ subjectId }) => subjectId === park.id);
  expect(records.map(({ action, actorName }) => [action, actorName])).toEqual([
    ['park.updated', person.name],
    ['park.deleted', ofAcme.ADMIN.name],
  ]);
});

it('of fifty commands at once each has its record', async () => {
  const { gateway } = world;
  const { client, portfolio } = await stage('Busy');
  const start = (await auditTrail(gateway.database)).length;
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) =>
      client.send(CreateParkDocument, {
        input: { portfolioId: portfolio.id, ...newPark, name: `Park ${n}` },
      }),
    ),
  );
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  const added = (await auditTrail(gateway.database)).slice(start);
  expect(added.map(({ subjectId }) => subjectId).toSorted()).toEqual(
    answers.map(({ data }) => data?.createPark.park.id).toSorted(),
  );
});
