/** T1, T2: every field of the schema by every permission group, generated from the schema and held against the table and a list of its own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reaches, SESSION_ONLY } from '../../src/authz/permission-groups.ts';
import { PERMISSIONS } from '../../src/authz/permissions.ts';
import { ORGANIZATION_ROLES, PERMISSION_GROUPS } from '../../src/authz/roles.ts';
import { buildServedSchema, coordinatesOf } from '../../src/server/build-schema.ts';
import { insertToken } from '../kit/api-tokens.ts';
import type { GraphQLAnswer, GraphQLClient } from '../kit/client.ts';
import { fieldDocuments } from '../kit/documents.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

const schema = buildServedSchema();
const documents = fieldDocuments(schema);

let world: Awaited<ReturnType<typeof startWithTenants>>;
/** By group, the token of Acme's ADMIN. */
const tokens = {} as Record<(typeof PERMISSION_GROUPS)[number], GraphQLClient>;
beforeAll(async () => {
  world = await startWithTenants();
  for (const group of PERMISSION_GROUPS)
    tokens[group] = await insertToken(world.gateway, world.ofAcme.ADMIN, { group });
});
afterAll(() => world.gateway.close());

const IDENTITY = [
  'Query: viewer node nodes portfolio park',
  'Viewer: parks portfolios',
  'Organization: id name',
  'Portfolio: id name organization parks',
  'Park: id name organization portfolio',
  'PortfolioConnection: edges nodes pageInfo totalCount',
  'PortfolioEdge: cursor node',
  'ParkConnection: edges nodes pageInfo totalCount',
  'ParkEdge: cursor node',
  'PageInfo: hasNextPage hasPreviousPage startCursor endCursor',
];

/** T2, written down once more: a field that is added is out of both until it is written here too. */
const NARROW: Readonly<Record<'REPORTING' | 'TIMESERIES', readonly string[]>> = {
  REPORTING: [
    ...IDENTITY,
    'Mutation: generateReport',
    'ReportPayload: report',
    'Report: id kind from to parks createdAt columns rows csv',
  ],
  TIMESERIES: [
    ...IDENTITY,
    'Park: metrics',
    'MetricSeries: metric unit interval aggregate points',
    'MetricPoint: at value',
  ],
};

/** T1, written down once more. */
const NEVER = [
  'Mutation: register verifyEmail resendVerification signIn signOut revokeSession requestPasswordReset resetPassword',
  'Mutation: changePassword updateProfile requestEmailChange deleteAccount createApiToken revokeApiToken',
  'Mutation: inviteMember updateInvitation resendInvitation revokeInvitation acceptInvitation declineInvitation',
  'Mutation: leaveOrganization deleteOrganization',
  'Mutation: inviteCooperation acceptCooperation declineCooperation',
  'Mutation: invitePlatformCustomer suspendUser reinstateUser appointAdmin',
  'Query: invitationByToken organizations users',
  'Viewer: sessions apiTokens',
  'Organization: apiTokens',
];

const written = (lines: readonly string[]) =>
  lines
    .flatMap((line) => {
      const [type = '', names = ''] = line.split(': ');
      return names.split(' ').map((name) => `${type}.${name}`);
    })
    .toSorted();

describe('the table of permission groups', () => {
  const every = coordinatesOf(schema).map((coordinate) => coordinate.join('.'));

  it.each(['REPORTING', 'TIMESERIES'] as const)(
    'T2: gives %s what is written here, and nothing else',
    (group) => {
      expect(every.filter((field) => reaches(group, field)).toSorted()).toEqual(written(NARROW[group]));
    },
  );

  it('T1: keeps from FULL_ACCESS what is written here, and nothing else', () => {
    expect(every.filter((field) => !reaches('FULL_ACCESS', field)).toSorted()).toEqual(written(NEVER));
    expect([...SESSION_ONLY].filter((field) => !every.includes(field))).toEqual([]);
  });

  it('is what permissionModel shows', async () => {
    const query = '{ permissionModel { permissionGroups { group label fields } } }';
    const { permissionModel } = await world.gateway
      .client()
      .get<{ permissionModel: { permissionGroups: { group: string; fields: string[] }[] } }, never>(query);
    expect(permissionModel.permissionGroups.map(({ group }) => group)).toEqual([...PERMISSION_GROUPS]);
    for (const { group, fields } of permissionModel.permissionGroups) {
      const reached = every.filter((field) => reaches(group as 'REPORTING', field));
      expect(fields.toSorted()).toEqual(reached.toSorted());
    }
  });
});

it('an operation is made for every field of the schema', () => {
  const made = new Set(documents.map(({ coordinate }) => coordinate));
  const all = Object.entries(PERMISSIONS).flatMap(([type, fields]) =>
    Object.keys(fields).map((field) => `${type}.${field}`),
  );
  expect(all.filter((coordinate) => !made.has(coordinate))).toEqual([]);
});

/** What an answer says, but for where in the document it says it, and what differs from one request to the next. */
const outcome = ({ status, data, errors }: GraphQLAnswer<unknown>) => ({
  status,
  data,
  errors: errors.map(({ path, message, extensions }) => ({ path, message, code: extensions.code })),
});

describe.each(PERMISSION_GROUPS)('T2: a token of %s', (group) => {
  it('is refused every operation that selects a field outside, whole, before execution, naming the fields', async () => {
    const before = await storedState(world.gateway.database);
    const refused = documents.filter(({ fields }) => fields.some((field) => !reaches(group, field)));
    expect(refused.length).toBeGreaterThan(group === 'FULL_ACCESS' ? 30 : 250);
    for (const { fields, query } of refused) {
      const { status, data, errors } = await tokens[group].send(query);
      const outside = fields.filter((field) => !reaches(group, field));
      expect([status, data ?? null, errors.map(({ extensions }) => extensions)], query).toEqual([
        403,
        null,
        [
          {
            code: 'FORBIDDEN',
            layer: 'API',
            rule: outside.some((field) => SESSION_ONLY.has(field)) ? 'T1' : 'T2',
            required: outside.some((field) => SESSION_ONLY.has(field)) ? 'SESSION' : 'FULL_ACCESS',
            actual: group,
            fields: expect.arrayContaining(outside),
          },
        ],
      ]);
    }
    expect(await storedState(world.gateway.database)).toEqual(before);
  });

  it.each(ORGANIZATION_ROLES)('answers all else as a session of its owner does: %s', async (role) => {
    const owner = world.ofAcme[role];
    const [session, token] = [await world.as(owner), await insertToken(world.gateway, owner, { group })];
    const open = documents.filter(({ fields }) => fields.every((field) => reaches(group, field)));
    for (const { query } of open.filter(({ fields }) => !fields.includes('Viewer.apiToken'))) {
      // Of its owner's actions a token has fewer: token-reach.test.ts.
      if (/viewerActions/.test(query)) continue;
      expect(outcome(await token.send(query)), query).toEqual(outcome(await session.send(query)));
    }
  });
});
