import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import type { Person } from '../kit/story.ts';
import { documentOf, perform, refused } from '../kit/team-operations.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

const NOW = '2030-06-01T12:00:00.000Z';

let world: Awaited<ReturnType<typeof tell>>;
beforeAll(async () => {
  world = await tell();
});
afterAll(() => world.gateway.close());

/** Acme with its ADMIN and MODERATOR as actors, a MEMBER and an EXTERNAL as targets, and a grant; at an instant that stands still. */
async function tell() {
  const tenants = await startWithTenants();
  const { story, gateway, ofAcme, parks } = tenants;
  const grant = globalId('grant', story.grant(ofAcme.MEMBER, parks.suedfeld, 'TOM'));
  const foreign = globalId('grant', story.grant(tenants.ofBorealis.MEMBER, parks.westkamp, 'TOM'));
  await story.store(gateway.database);
  gateway.setClock(NOW);
  const admin = await gateway.signInAs(ofAcme.ADMIN.uuid);
  const moderator = await gateway.signInAs(ofAcme.MODERATOR.uuid);
  return { ...tenants, grant, foreign, admin, moderator, target: idOf(ofAcme.MEMBER) };
}
const idOf = (person: Person) => person.member?.id ?? '';

/** What is right in each mutation, to which a case adds what is wrong. */
const RIGHT = {
  updateMember: () => ({ memberId: world.target }),
  removeMember: () => ({ memberId: world.target }),
  updateOrganization: () => ({ organizationId: world.organizations.acme.id }),
  deleteOrganization: () => ({ organizationId: world.organizations.acme.id }),
  grantRole: () => ({ memberId: world.target, resourceId: world.parks.solling.id, role: 'VIEWER' }),
  revokeGrant: () => ({ grantId: world.grant }),
} as const;
type Mutation = keyof typeof RIGHT;

const refusal = (mutation: Mutation, wrong: object, client: GraphQLClient = world.admin) =>
  refused(world.gateway, client, mutation, { ...RIGHT[mutation](), ...wrong });
const bad = (field: string) => ({
  code: 'BAD_USER_INPUT',
  field: expect.stringMatching(new RegExp(`(^|\\.)${field}$`)),
});

describe('an expiry', () => {
  it.each([
    ['in the past', '2030-06-01T11:59:59.999Z'],
    ['long ago', '0001-01-01T00:00:00Z'],
    ['at this very instant', NOW],
    ['at this very instant, elsewhere', '2030-06-01T14:00:00+02:00'],
    ['infinity', 'infinity'],
    ['minus infinity', '-infinity'],
    ['in the year 10000', '10000-01-01T00:00:00Z'],
    ['in the year 10000, as JavaScript writes it', '+010000-01-01T00:00:00.000Z'],
    ['in the year 10000 but for the zone', '9999-12-31T23:59:59-05:00'],
    ['without zone', '2031-01-01T00:00:00'],
    ['without time', '2031-01-01'],
    ['in a zone with a gap of daylight saving', '2031-03-30T02:30:00[Europe/Berlin]'],
    ['with the name of a zone', '2031-01-01T00:00:00 Europe/Berlin'],
    ['in a leap second', '2030-06-30T23:59:60Z'],
    ['on a day that is none', '2031-02-29T00:00:00Z'],
    ['at hour 24', '2031-01-01T24:00:00Z'],
    ['in a zone beyond all', '2031-01-01T00:00:00+25:00'],
    ['empty', ''],
    ['a word', 'tomorrow'],
    ['a number', 1_924_992_000_000],
    ['the largest number', Number.MAX_VALUE],
    ['a list', ['2031-01-01T00:00:00Z', '2032-01-01T00:00:00Z']],
    ['an object', { at: '2031-01-01T00:00:00Z' }],
    ['true', true],
  ])('%s is refused', async (_, expiresAt) => {
    for (const mutation of ['updateMember', 'grantRole'] as const)
      expect(await refusal(mutation, { expiresAt })).toMatchObject(bad('expiresAt'));
  });

  it.each([
    ['a millisecond from now', '2030-06-01T12:00:00.001Z', '2030-06-01T12:00:00.001Z'],
    ['the last instant of the year 9999', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['in another zone', '2031-01-01T00:00:00+02:00', '2030-12-31T22:00:00.000Z'],
    ['on a leap day', '2032-02-29T00:00:00Z', '2032-02-29T00:00:00.000Z'],
  ])('%s is taken', async (_, expiresAt, stored) => {
    const update = { ...RIGHT.updateMember(), expiresAt };
    expect((await perform(world.admin, 'updateMember', update)).member.expiresAt).toBe(stored);
    const grant = { ...RIGHT.grantRole(), expiresAt, role: 'VIEWER' };
    expect((await perform(world.admin, 'grantRole', grant)).grant.expiresAt).toBe(stored);
    await perform(world.admin, 'updateMember', { ...update, expiresAt: null });
  });
});

describe('a label', () => {
  it.each([
    ['empty', ''],
    ['blank', ' \u00a0\u3000 '],
    ['101 characters', 'x'.repeat(101)],
    ['101 characters beyond the basic plane', '🌞'.repeat(101)],
    ['a NUL', 'a\0b'],
    ['a line break', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['a tab', 'a\tb'],
    ['an escape', 'a\u001b[31mb'],
    ['a line separator', 'a\u2028b'],
    ['a lone surrogate', 'a\ud83cb'],
    ['a million characters', 'x'.repeat(1_000_000)],
    ['a number', 7],
  ])('%s is refused', async (_, label) => {
    expect(await refusal('updateMember', { label })).toMatchObject(bad('label'));
  });

  it.each(['x', '🌞'.repeat(100), '<b>%_\\'])('%s is taken', async (label) => {
    const { member } = await perform(world.admin, 'updateMember', { ...RIGHT.updateMember(), label });
    expect(member.label).toBe(label);
    await perform(world.admin, 'updateMember', { ...RIGHT.updateMember(), label: null });
  });

  it('is what an EXTERNAL has: neither none at all nor none left (M5)', async () => {
    const required = { code: 'LABEL_REQUIRED', field: 'label' };
    expect(await refusal('updateMember', { role: 'EXTERNAL' })).toMatchObject(required);
    expect(await refusal('updateMember', { role: 'EXTERNAL', label: null })).toMatchObject(required);
    const external = { memberId: idOf(world.ofAcme.EXTERNAL) };
    expect(await refusal('updateMember', { ...external, label: null })).toMatchObject(required);
    // With the last ADMIN who lasts at stake, the label is asked for first.
    const chief = await world.gateway.signInAs(world.ofCirrus.ADMIN.uuid);
    const own = { memberId: idOf(world.ofCirrus.ADMIN), role: 'EXTERNAL' };
    expect(await refusal('updateMember', own, chief)).toMatchObject(required);
    expect(await refusal('updateMember', { ...own, label: 'A guest' }, chief)).toMatchObject({
      code: 'LAST_ADMIN',
    });
  });
});

describe('a role', () => {
  it.each(['admin', 'Admin', 'ADMIN ', 'OWNER', '', 'OPERATOR', 3, true, ['ADMIN'], { role: 'ADMIN' }])(
    'of a member can’t be %j',
    async (role) => {
      expect(await refusal('updateMember', { role })).toMatchObject(bad('role'));
    },
  );
  it.each(['viewer', 'Tom', 'TOM ', 'ADMIN', '', 0, false, ['TOM'], {}])(
    'of a grant can’t be %j',
    async (role) => {
      expect(await refusal('grantRole', { role })).toMatchObject(bad('role'));
    },
  );

  it.each(['"ADMIN"', 'admin', '1', 'OPERATOR'])('written into the document can’t be %s', async (role) => {
    const before = await storedState(world.gateway.database);
    const update = `mutation { updateMember(input: { memberId: "${world.target}", role: ${role} }) { member { id } } }`;
    expect(await world.admin.refusal(update)).toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await storedState(world.gateway.database)).toEqual(before);
  });

  it('of a grant must be there', async () => {
    expect(await refusal('grantRole', { role: null })).toMatchObject(bad('role'));
    expect(await refusal('grantRole', { role: undefined })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('an id', () => {
  const FIELDS: [mutation: Mutation, field: string, foreign: (all: typeof world) => string][] = [
    ['updateMember', 'memberId', ({ ofBorealis }) => idOf(ofBorealis.MEMBER)],
    ['removeMember', 'memberId', ({ ofBorealis }) => idOf(ofBorealis.MEMBER)],
    ['updateOrganization', 'organizationId', ({ organizations }) => organizations.borealis.id],
    ['deleteOrganization', 'organizationId', ({ organizations }) => organizations.borealis.id],
    ['grantRole', 'memberId', ({ ofBorealis }) => idOf(ofBorealis.MEMBER)],
    ['grantRole', 'resourceId', ({ parks }) => parks.central.id],
    ['revokeGrant', 'grantId', ({ foreign }) => foreign],
  ];
  it.each(FIELDS)('%s.%s that is none, another’s or another type’s is NOT_FOUND', async (...line) => {
    const [mutation, field, foreign] = line;
    const { gateway, admin, organizations, target, parks, ofAcme } = world;
    const right = String((RIGHT[mutation]() as Record<string, unknown>)[field]);
    const [prefix = '', suffix = ''] = right.split('_');
    const wrong = [
      ...[foreign(world), globalId(prefix as 'park', crypto.randomUUID())],
      ...['', ' ', 'x', '_', `${prefix}_`, suffix, right.toUpperCase(), ` ${right}`, `${right} `],
      ...[`${right}0`, right.slice(0, -1), `${prefix}_${'z'.repeat(26)}`, `${right}\0`, '\ud83c'],
      ...['x'.repeat(10_000), "' or true --", crypto.randomUUID(), 7, -1],
      ...[organizations.acme.id, target, parks.suedfeld.id, ofAcme.MEMBER.id, world.grant].filter(
        // A resource is a portfolio or a park: another one of these is another resource, and right.
        (id) => !id.startsWith(`${prefix}_`),
      ),
    ];
    const before = await storedState(gateway.database);
    for (const id of wrong) {
      const input = { ...RIGHT[mutation](), [field]: id };
      expect([id, await admin.refusal(documentOf(mutation), { input })]).toEqual([
        id,
        { message: 'Not found.', code: 'NOT_FOUND' },
      ]);
    }
    for (const id of [null, undefined, {}, [right, right], true, 1.5]) {
      const input = { ...RIGHT[mutation](), [field]: id };
      expect(await admin.refusal(documentOf(mutation), { input })).toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    expect(await storedState(gateway.database)).toEqual(before);
  });

  it('of one’s own grant, as a MODERATOR, is seen, and refused by G1', async () => {
    const own = { memberId: idOf(world.ofAcme.MODERATOR) };
    for (const role of ['OPERATOR', 'VIEWER', 'NONE'])
      expect(await refusal('grantRole', { ...own, role }, world.moderator)).toMatchObject({
        ...{ code: 'FORBIDDEN', rule: 'G1' },
      });
  });
});

describe('two fields of which one is wrong', () => {
  const FUTURE = '2031-01-01T00:00:00Z';
  it.each([
    [{ label: 'Nights', expiresAt: NOW }, bad('expiresAt')],
    [{ label: '', expiresAt: FUTURE }, bad('label')],
    [{ role: 'MODERATOR', label: 'x'.repeat(101) }, bad('label')],
    [
      { role: 'EXTERNAL', label: null, active: false },
      { code: 'LABEL_REQUIRED', field: 'label' },
    ],
    [{ active: 'no', label: 'Nights' }, bad('active')],
    [{ role: 'MODERATOR', nickname: 'Nights' }, { code: 'BAD_USER_INPUT' }],
  ])('%j stores neither', async (wrong, expected) => {
    expect(await refusal('updateMember', wrong)).toMatchObject(expected);
  });

  it('the role that a MODERATOR may not assign stops the rest (M2)', async () => {
    const wrong = { role: 'ADMIN', label: 'Nights', expiresAt: FUTURE };
    expect(await refusal('updateMember', wrong, world.moderator)).toMatchObject({
      ...{ code: 'ROLE_NOT_ASSIGNABLE', layer: 'ORGANIZATION', rule: 'M2', required: 'ADMIN' },
      ...{ actual: 'MODERATOR', allowedRoles: ['ADMIN'] },
    });
    const own = { memberId: idOf(world.ofAcme.MODERATOR), label: 'Nights', expiresAt: FUTURE };
    expect(await refusal('updateMember', own, world.moderator)).toMatchObject({
      ...{ code: 'FORBIDDEN', rule: 'M2' },
    });
  });

  it('what is no input at all is said before who may and what is there', async () => {
    const stranger = idOf(world.ofBorealis.MEMBER);
    for (const wrong of [{ label: '' }, { expiresAt: 'infinity' }, { role: 'admin' }]) {
      expect(await refusal('updateMember', { memberId: stranger, ...wrong })).toMatchObject({
        code: 'BAD_USER_INPUT',
      });
    }
  });
});

describe('updateOrganization', () => {
  const ONE_LINE = ['a\nb', 'a\0b', 'a\u001bb', '\ud83c'];
  const CASES: [field: string, wrong: unknown[]][] = [
    ['name', ['', '  ', 'x'.repeat(201), '🌞'.repeat(201), ...ONE_LINE, 5]],
    ['country', ['', 'D', 'DEU', 'Germany', 'ZZ', 'XX', 'UK', '49', 'D1', 'ÄÖ', ...ONE_LINE, 49]],
    [
      'contactEmail',
      ['', 'nobody', '@x.example', 'a@', 'a b@x.example', 'a@x@y.example', `${'x'.repeat(320)}@x.example`, 5],
    ],
    ['phone', ['1'.repeat(51), ...ONE_LINE, 49]],
    ['address', ['x'.repeat(501), 'a\0b', 'a\u001bb', '\ud83c', 5]],
    ['registrationNumber', ['x'.repeat(101), ...ONE_LINE, 5]],
    ['taxId', ['x'.repeat(101), ...ONE_LINE, 5]],
  ];
  it.each(CASES)('a bad %s is named', async (field, values) => {
    const before = await storedState(world.gateway.database);
    for (const value of values) {
      // Beside it, something right.
      const other = field === 'taxId' ? { phone: '+49 2' } : { taxId: 'DE2' };
      const input = { ...RIGHT.updateOrganization(), ...other, [field]: value };
      const answer = await world.admin.refusal(documentOf('updateOrganization'), { input });
      expect([value, answer]).toMatchObject([value, bad(field)]);
      expect(JSON.stringify(answer).length).toBeLessThan(400);
    }
    expect(await storedState(world.gateway.database)).toEqual(before);
  });
});
