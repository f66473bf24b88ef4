import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  isSpecifiedScalarType,
} from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PERMISSIONS } from '../../src/authz/permissions.ts';
import { FENCES, type Fence, fieldRule } from '../../src/authz/rules.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import { buildServedSchema, coordinatesOf } from '../../src/server/build-schema.ts';
import { startTestGateway } from '../kit/gateway.ts';
import {
  MySessionsDocument,
  ReadParkDocument,
  SignInDocument,
  SignOutDocument,
} from '../kit/generated/operations.ts';
import { auditTrail, startWithTenants, storedState } from '../kit/tenant.ts';

const schema = buildServedSchema();
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));

let world: Awaited<ReturnType<typeof startWithTenants>>;
beforeAll(async () => {
  world = await startWithTenants();
});
afterAll(() => world.gateway.close());

describe('the schema', () => {
  it('has a permission for every field, and no permission without a field', () => {
    const listed = Object.entries(PERMISSIONS).flatMap(([type, fields]) =>
      Object.keys(fields).map((field) => `${type}.${field}`),
    );
    expect(listed.toSorted()).toEqual(
      coordinatesOf(schema)
        .map((each) => each.join('.'))
        .toSorted(),
    );
    const selectable = types
      .filter(isObjectType)
      .flatMap((type) => Object.keys(type.getFields()).map((field) => `${type.name}.${field}`));
    expect(selectable.toSorted()).toEqual(listed.toSorted());
  });

  it('describes every type, field, argument, input field and enum value', () => {
    const described = types
      .filter((type) => !isSpecifiedScalarType(type))
      .flatMap((type) => {
        const roots = [schema.getQueryType(), schema.getMutationType()].some((root) => root === type);
        const own = roots ? [] : [{ at: type.name, text: type.description }];
        if (isEnumType(type))
          return [
            ...own,
            ...type
              .getValues()
              .map((value) => ({ at: `${type.name}.${value.name}`, text: value.description })),
          ];
        if (isInputObjectType(type))
          return [
            ...own,
            ...Object.values(type.getFields()).map((field) => ({
              at: `${type.name}.${field.name}`,
              text: field.description,
            })),
          ];
        if (!isObjectType(type) && !isInterfaceType(type)) return own;
        const fields: GraphQLField<unknown, unknown>[] = Object.values(type.getFields());
        return [
          ...own,
          ...fields.flatMap(({ name, description, args }) => [
            { at: `${type.name}.${name}`, text: description },
            ...args.map((argument) => ({
              at: `${type.name}.${name}(${argument.name})`,
              text: argument.description,
            })),
          ]),
        ];
      });
    expect(described.filter(({ text }) => !text?.trim()).map(({ at }) => at)).toEqual([]);
  });
});

describe('a permission that is missing', () => {
  const fields = PERMISSIONS['Query'] as Record<string, object>;
  const { permissionModel } = fields;
  afterEach(() => {
    fields['permissionModel'] = permissionModel as object;
    delete fields['invented'];
  });

  it('keeps the gateway from starting', async () => {
    delete fields['permissionModel'];
    expect(buildServedSchema).toThrow('Query.permissionModel is missing');
    const { database } = world.gateway;
    await expect(startTestGateway({ database })).rejects.toThrow('Query.permissionModel is missing');
  });

  it('so does one for a field that is not there', () => {
    fields['invented'] = { fence: 'OPEN' };
    expect(buildServedSchema).toThrow('Query.invented is no field');
  });

  it('keeps it from starting with a fence that there is not', () => {
    fields['permissionModel'] = { fence: 'INVENTED' as Fence };
    expect(buildServedSchema).toThrow(/undefined/);
  });
});

it('no fence remembers its verdict: a later field of an operation is asked anew', () => {
  const fences = Object.keys(FENCES) as Fence[];
  const rules = ['Query', 'Viewer'].flatMap((type) =>
    fences.map((fence) => fieldRule(type, 'anything', fence)),
  );
  const asking = (rules as { readonly name?: string; readonly cache?: string }[]).filter(({ name }) =>
    /^(fence|field) /.test(name ?? ''),
  );
  // Every fence at the roots, and four of them below.
  expect(asking.map(({ cache }) => cache)).toEqual(Array(fences.length + 4).fill('no_cache'));
});

/** The least that is valid: required arguments and input fields alone, with values that nothing has. */
function leastValue(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return leastValue(type.ofType);
  if (isListType(type)) return [leastValue(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return Object.fromEntries(required.map((field) => [field.name, leastValue(field.type)]));
  }
  const values = {
    ...{ Float: 1, Int: 1, Boolean: true },
    ...{ EmailAddress: 'nobody@example.org', DateTime: '2026-01-01T00:00:00Z' },
  };
  return values[type.name as keyof typeof values] ?? 'nothing';
}

function leastOperation(kind: 'query' | 'mutation', field: GraphQLField<unknown, unknown>) {
  const required = field.args.filter(({ type }) => isNonNullType(type));
  const declared = required.map(({ name, type }) => `$${name}: ${type}`).join(' ');
  const given = required.map(({ name }) => `${name}: $${name}`).join(' ');
  const payload = isCompositeType(getNamedType(field.type)) ? '{ __typename }' : '';
  return {
    query: `${kind}${declared && ` (${declared})`} { ${field.name}${given && `(${given})`} ${payload} }`,
    variables: Object.fromEntries(required.map(({ name, type }) => [name, leastValue(type)])),
  };
}

const queries = Object.values(schema.getQueryType()?.getFields() ?? {});
const mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
/** By the permission table: the fences are what `who is not signed in` meets. */
const fenceOf = (name: string) =>
  (PERMISSIONS['Query']?.[name] ?? PERMISSIONS['Mutation']?.[name])?.fence ?? 'no fence';
/** What needs no session: signing in, and whatever the holder of a link or the owner of an address may do. */
const OPEN = [
  ...['viewer', 'permissionModel', 'invitationByToken', 'signIn', 'register', 'verifyEmail', 'resetPassword'],
  ...['resendVerification', 'requestPasswordReset', 'declineInvitation'],
];
const rootFields = [
  ...queries.map((field) => ({ name: field.name, ...leastOperation('query', field) })),
  ...mutations.map((field) => ({ name: field.name, ...leastOperation('mutation', field) })),
];

it('what is open to everybody is what this test says', () => {
  const open = rootFields
    .filter(({ name }) => ['OPEN', 'HOLDER'].includes(fenceOf(name)))
    .map(({ name }) => name);
  expect(open.toSorted()).toEqual(OPEN.toSorted());
});

describe('who is not signed in', () => {
  it.each(rootFields.filter(({ name }) => !OPEN.includes(name)))(
    'is refused $name',
    async ({ query, variables }) => {
      const { gateway } = world;
      const before = await storedState(gateway.database);
      for (const token of [null, 'A'.repeat(43)]) {
        expect(await gateway.client(token).refusal(query, variables)).toEqual({
          code: 'UNAUTHENTICATED',
          message: 'Sign in first.',
          ...{ layer: 'SYSTEM', required: 'SESSION', actual: 'NONE' },
        });
      }
      expect(await storedState(gateway.database)).toEqual(before);
    },
  );

  it('may read the permission model, and that nobody is there', async () => {
    const client = world.gateway.client();
    expect(await client.get('{ viewer { user { id } } }')).toEqual({ viewer: null });
    expect(await client.get('{ permissionModel { jobRoles { jobRole } } }')).toMatchObject({
      permissionModel: { jobRoles: [{ jobRole: 'OPERATOR' }, {}, {}, {}, { jobRole: 'NONE' }] },
    });
  });
});

describe('a DEMO account, ADMIN or not (D1)', () => {
  const ALLOWED = ['signOut', 'generateReport'];
  // What is for system administrators has a test of its own below; DEMO and ADMINISTRATOR exclude each other.
  const refused = rootFields.filter(
    ({ name }) =>
      mutations.some((field) => field.name === name) &&
      ![...ALLOWED, 'signIn'].includes(name) &&
      fenceOf(name) !== 'ADMINISTRATOR',
  );

  it.each(refused)(
    'may not $name, where others are told what is wrong with it',
    async ({ name, query, variables }) => {
      const { gateway, as, people, ofAcme } = world;
      const before = await storedState(gateway.database);
      expect(await (await as(people.demo)).refusal(query, variables)).toMatchObject({
        code: 'FORBIDDEN',
        ...{ layer: 'SYSTEM', rule: 'D1', actual: 'DEMO', allowedRoles: ['USER', 'ADMINISTRATOR'] },
      });
      expect(await storedState(gateway.database)).toEqual(before);
      // Without an input nothing is wrong with it: who is nowhere can't leave.
      const other = name === 'leaveOrganization' ? people.loner : ofAcme.ADMIN;
      const { errors } = await (await as(other)).send(query, variables);
      // Of some mutations the least that is valid changes nothing.
      const code = errors[0]?.extensions.code ?? 'nothing';
      expect(['NOT_FOUND', 'BAD_USER_INPUT', 'nothing']).toContain(code);
    },
  );

  it.each(rootFields.filter(({ name }) => fenceOf(name) === 'ADMINISTRATOR'))(
    'may not $name, nor may anybody but a system ADMINISTRATOR',
    async ({ query, variables }) => {
      const { gateway, as, people, ofAcme } = world;
      const before = await storedState(gateway.database);
      for (const person of [people.demo, ofAcme.ADMIN, people.loner, people.paused]) {
        expect(await (await as(person)).refusal(query, variables)).toMatchObject({
          code: 'FORBIDDEN',
          ...{ layer: 'SYSTEM', required: 'ADMINISTRATOR', allowedRoles: ['ADMINISTRATOR'] },
        });
      }
      expect(await storedState(gateway.database)).toEqual(before);
      const { errors } = await (await as(people.administrator)).send(query, variables);
      expect(errors.map(({ extensions }) => extensions.code)).not.toContain('FORBIDDEN');
    },
  );

  it('signs in, reads as a VIEWER, and signs out', async () => {
    const { story, organizations, gateway, parks } = world;
    const passwordHash = await hashPassword('correct horse battery staple');
    const demo = story.member(organizations.acme, 'ADMIN', {
      name: 'Other Demo',
      systemRole: 'DEMO',
      passwordHash,
    });
    await story.store(gateway.database);
    const { signIn } = await gateway.client().get(SignInDocument, {
      input: { email: demo.email, password: 'correct horse battery staple' },
    });
    const client = gateway.client(signIn.sessionToken);
    const { park } = await client.get(ReadParkDocument, { id: parks.nordhang.id });
    expect(park).toMatchObject({ effectiveRole: 'VIEWER' });
    const query = '{ viewer { organization { viewerRole viewerActions } } }';
    expect(await client.get(query)).toEqual({
      viewer: { organization: { viewerRole: 'ADMIN', viewerActions: ['MEMBER_LIST', 'AUDIT_READ'] } },
    });
    expect(await client.get(SignOutDocument)).toEqual({ signOut: { ok: true } });
  });
});

describe('of two mutations in one operation the second is judged by what the first left', () => {
  const createPark = `b: createPark(input: { portfolioId: $id, name: "Too late", plantType: WIND, capacityKw: 1 }) { park { id } }`;
  const created = async () =>
    (await auditTrail(world.gateway.database)).filter(({ action }) => action === 'park.created').length;

  it.each(['signing out', 'revoking the own session'])('after %s nothing more is done', async (how) => {
    const { gateway, ofAcme, portfolios } = world;
    const client = await gateway.signInAs(ofAcme.ADMIN.uuid);
    const { viewer } = await client.get(MySessionsDocument);
    const current = viewer?.sessions.find((session) => session.current)?.id;
    const first =
      how === 'signing out'
        ? 'a: signOut { ok }'
        : `a: revokeSession(input: { sessionId: "${current}" }) { ok }`;
    const before = await created();
    const { data, errors } = await client.send(`mutation ($id: ID!) { ${first} ${createPark} }`, {
      id: portfolios.south.id,
    });
    expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(data ?? null).toBeNull();
    expect(await created()).toBe(before);
  });

  it('after the session expires between them nothing more is done', async () => {
    const { gateway, ofAcme, portfolios } = world;
    const client = await gateway.signInAs(ofAcme.ADMIN.uuid);
    const before = await created();
    gateway.setClock(new Date());
    let recorded = false;
    gateway.onStatement((statement) => {
      recorded ||= statement.startsWith('insert into "audit_events"');
      // The payload of the first is read, and then the time is over.
      if (recorded && statement.includes('from parks p')) gateway.setClock(new Date(Date.now() + 1e10));
    });
    const { errors } = await client.send(
      `mutation ($id: ID!) { ${createPark.replace('b:', 'a:')} ${createPark} }`,
      {
        id: portfolios.south.id,
      },
    );
    gateway.onStatement(null);
    gateway.setClock(null);
    expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await created()).toBe(before + 1);
  });

  it('after deleting a park it is not found any more', async () => {
    const { story, gateway, as, ofAcme, portfolios } = world;
    const park = story.park(portfolios.south, 'Brief');
    await story.store(gateway.database);
    const both =
      'mutation ($id: ID!) { a: deletePark(input: { parkId: $id }) { deletedId } b: updatePark(input: { parkId: $id, name: "x" }) { park { id } } }';
    const { errors } = await (await as(ofAcme.ADMIN)).send(both, { id: park.id });
    expect(errors).toMatchObject([{ path: ['b'], extensions: { code: 'NOT_FOUND' } }]);
  });
});
