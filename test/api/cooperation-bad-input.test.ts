/** What is wrong with an input of cooperations and shares is named, and nothing is stored; right up to each limit it is taken. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GraphQLClient } from '../kit/client.ts';
import { documentOf, type PartnerMutation } from '../kit/cooperation-operations.ts';
import { partnerCases } from '../kit/partner-cases.ts';
import { LATER, NOW, type Partners, startPartners } from '../kit/partners.ts';
import { storedState } from '../kit/tenant.ts';

let world: Partners;
let admin: GraphQLClient;
let before: unknown;
/** What each mutation is rightly sent with. */
let right: Record<'inviteCooperation' | 'updateCooperation' | 'shareResource', Record<string, unknown>>;
beforeAll(async () => {
  world = await startPartners();
  const cases = partnerCases(world);
  admin = await world.as(world.owner.people.ADMIN);
  const { cooperationId } = await cases.accepted();
  const fresh = world.tenant();
  const park = world.park(world.portfolio());
  await world.stored();
  right = {
    inviteCooperation: { organizationIdentifier: await cases.identifierOf(fresh) },
    updateCooperation: { cooperationId },
    shareResource: { cooperationId, resourceId: park.id, role: 'VIEWER' },
  };
  before = await storedState(world.gateway.database);
});
beforeEach(() => world.gateway.setClock(NOW));
afterAll(() => world.gateway.close());

type Mutation = keyof typeof right;
const send = (mutation: Mutation, wrong: object) =>
  admin.refusal(documentOf(mutation as PartnerMutation), { input: { ...right[mutation], ...wrong } });

type Mistake = [mutation: Mutation, field: string, what: string, wrong: object];
const longLabels = (length: number) => 'd'.repeat(length - 69).replaceAll(/(.{60})./g, '$1.');
const addressOf = (length: number) => `${'x'.repeat(64)}@${longLabels(length)}.net`;
const byEmail = (email: unknown) => ({ organizationIdentifier: undefined, email });

const MISTAKES: Mistake[] = [
  ['inviteCooperation', 'organizationIdentifier', 'neither', byEmail(undefined)],
  [
    'inviteCooperation',
    'organizationIdentifier',
    'null twice',
    { organizationIdentifier: null, email: null },
  ],
  ['inviteCooperation', 'email', 'both', { email: 'somebody@example.net' }],
  ...(['inviteCooperation', 'updateCooperation'] as const).flatMap((mutation) => [
    ...(
      [
        ['empty', ''],
        ['only blanks', ' \u00a0\ufeff\u3000\n '],
        ['501 characters', 'x'.repeat(501)],
        ['501 characters beyond the basic plane', '🌞'.repeat(501)],
        ['a NUL', 'a\0b'],
        ['an escape', 'a\u001b[31mb'],
        ['a C1 control', 'a\u0085b'],
        ['a bidirectional override', 'a\u202eb'],
        ['a lone surrogate', 'a\ud83cb'],
        ['a million characters', 'x'.repeat(1_000_000)],
      ] as const
    ).map(([what, purpose]): Mistake => [mutation, 'purpose', what, { purpose }]),
  ]),
  ...(['inviteCooperation', 'updateCooperation', 'shareResource'] as const).flatMap((mutation) =>
    [
      ['a past instant', '2030-06-01T11:59:59.999Z'],
      ['this very instant', NOW],
      ['this very instant, in another zone', '2030-06-01T14:00:00.000+02:00'],
      ['the year 0001', '0001-01-01T00:00:00Z'],
    ].map(([what, expiresAt]): Mistake => [mutation, 'expiresAt', what as string, { expiresAt }]),
  ),
];

describe('a field that is wrong is named', () => {
  it.each(MISTAKES)('%s: %s is %s', async (mutation, field, _, wrong) => {
    const refusal = await send(mutation, wrong);
    expect(refusal).toMatchObject({ code: 'BAD_USER_INPUT', field });
    // What was sent is not sent back.
    expect(JSON.stringify(refusal).length).toBeLessThan(300);
  });

  it('an invitation by e-mail that has expired before it is sent', async () => {
    const wrong = { ...byEmail('somebody@example.net'), expiresAt: NOW };
    expect(await send('inviteCooperation', wrong)).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'expiresAt' },
    });
  });

  it.each([
    '',
    'no address',
    'a@b',
    '@example.net',
    'a@example.net, b@example.net',
    'a b@example.net',
    '<a@example.net>',
    'a\0@example.net',
    'a@example.net\r\nBcc: b@example.net',
    'a@[127.0.0.1]',
    addressOf(255),
    'x'.repeat(100_000),
  ])('no address: %j', async (email) => {
    const { code, field, ...rest } = await send('inviteCooperation', byEmail(email));
    expect([code, field]).toEqual(['BAD_USER_INPUT', expect.stringMatching(/email$/)]);
    expect(JSON.stringify(rest).length).toBeLessThan(300);
  });

  it.each([
    ['OPERATOR (P6)', 'OPERATOR', 'P6', 'TOM, COM, VIEWER, NONE'],
    ['NONE on what is in no shared portfolio (S1)', 'NONE', 'S1', 'VIEWER, TOM or COM'],
  ])('a share of %s', async (_, role, rule, required) => {
    expect(await send('shareResource', { role })).toMatchObject({
      ...{ code: 'BAD_USER_INPUT', field: 'role', layer: 'ORGANIZATION', rule, required, actual: role },
    });
  });

  it.each([
    ['inviteCooperation', { expiresAt: 'infinity' }, /expiresAt/],
    ['inviteCooperation', { expiresAt: '+010000-01-01T00:00:00.000Z' }, /expiresAt/],
    ['inviteCooperation', { expiresAt: '2031-01-01T00:00:00' }, /expiresAt/],
    ['inviteCooperation', { expiresAt: '2031-02-30T00:00:00Z' }, /expiresAt/],
    ['inviteCooperation', { language: 'de' }, /language/],
    ['inviteCooperation', { language: 'NL' }, /language/],
    ['inviteCooperation', { organizationIdentifier: 5 }, /organizationIdentifier/],
    ['inviteCooperation', { purpose: ['Wind'] }, /purpose/],
    ['inviteCooperation', { initiatorId: 'x' }, /initiatorId|input/],
    ['updateCooperation', { active: 'yes' }, /active/],
    ['updateCooperation', { active: 1 }, /active/],
    ['updateCooperation', { status: 'ACTIVE' }, /status|input/],
    ['updateCooperation', { acceptedAt: NOW }, /acceptedAt|input/],
    ['updateCooperation', { expiresAt: '10000-01-01T00:00:00Z' }, /expiresAt/],
    ['shareResource', { role: 'viewer' }, /role/],
    ['shareResource', { role: 'Viewer' }, /role/],
    ['shareResource', { role: 3 }, /role/],
    ['shareResource', { role: 'ADMIN' }, /role/],
    ['shareResource', { role: null }, /role/],
    ['shareResource', { role: ['TOM', 'COM'] }, /role/],
    ['shareResource', { raisesAccessOnExpiry: 'true' }, /raisesAccessOnExpiry/],
    ['shareResource', { recipientId: 'x' }, /recipientId|input/],
    ['shareResource', { resourceId: { id: 'x' } }, /resourceId/],
  ] as const)('what is of no such type: %s %j', async (mutation, wrong, field) => {
    const { code, field: named } = await send(mutation, wrong);
    expect(code).toBe('BAD_USER_INPUT');
    expect(named).toMatch(field);
  });

  it('nothing was stored by any of them', async () => {
    expect(await storedState(world.gateway.database)).toEqual(before);
  });
});

describe('right up to the limit it is taken', () => {
  const END_OF_TIME = '9999-12-31T23:59:59.999Z';
  const NEXT = '2030-06-01T12:00:00.001Z';
  it.each([
    ['inviteCooperation', { purpose: '🌞'.repeat(500), expiresAt: NEXT }],
    ['inviteCooperation', { ...byEmail(addressOf(254)), purpose: `${'x'.repeat(498)}\ny`, expiresAt: NEXT }],
    ['updateCooperation', { purpose: 'x', expiresAt: END_OF_TIME }],
    ['updateCooperation', { purpose: '🌞'.repeat(500), expiresAt: NEXT }],
    ['shareResource', { expiresAt: END_OF_TIME }],
    ['shareResource', { expiresAt: NEXT }],
    ['shareResource', { expiresAt: LATER, raisesAccessOnExpiry: null }],
  ] as const)('%s %#', async (mutation, rest) => {
    const shown = await world.perform(admin, mutation, { ...right[mutation], ...rest });
    const { purpose, expiresAt } = rest as { purpose?: string; expiresAt: string };
    expect(shown.cooperation ?? shown.share).toMatchObject({ ...(purpose && { purpose }), expiresAt });
  });
});
