import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JOB_ROLES, type JobRole, type OrganizationRole } from '../../src/authz/roles.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type Organization, type Person, type Resource, Story } from '../kit/story.ts';
import { documentOf, perform, refused } from '../kit/team-operations.ts';
import { storedState } from '../kit/tenant.ts';

const NOW = '2030-06-01T12:00:00.000Z';
const LATER = '2030-06-01T18:00:00.000Z';

/** Section 2, once more: what is at or below each role; TOM and COM are peers. */
const AT_OR_BELOW: Record<JobRole, readonly JobRole[]> = {
  OPERATOR: ['OPERATOR', 'TOM', 'COM', 'VIEWER', 'NONE'],
  TOM: ['TOM', 'VIEWER', 'NONE'],
  COM: ['COM', 'VIEWER', 'NONE'],
  VIEWER: ['VIEWER', 'NONE'],
  NONE: ['NONE'],
};
const DEFAULTS = {
  MODERATOR: 'OPERATOR',
  ASSET_MANAGER_TECHNICAL: 'TOM',
  ASSET_MANAGER_COMMERCIAL: 'COM',
  MEMBER: 'VIEWER',
  EXTERNAL: 'NONE',
} as const;
type Grantee = keyof typeof DEFAULTS;
const GRANTEES = Object.keys(DEFAULTS) as Grantee[];

let gateway: TestGateway;
const story = new Story();
let home: Organization;
let moderatorPerson: Person;
let moderator: GraphQLClient;
let admin: GraphQLClient;

beforeAll(async () => {
  gateway = await startTestGateway();
  gateway.setClock(NOW);
  home = story.organization('Home');
  const chief = story.member(home, 'ADMIN');
  moderatorPerson = story.member(home, 'MODERATOR');
  await story.store(gateway.database);
  admin = await gateway.signInAs(chief.uuid);
  moderator = await gateway.signInAs(moderatorPerson.uuid);
});
afterAll(() => gateway.close());

let made = 0;
const member = (role: OrganizationRole, details: Parameters<Story['member']>[2] = {}) =>
  story.member(home, role, { name: `${role} ${made++}`, ...details });
const portfolio = () => story.portfolio(home, `Portfolio ${made++}`);
const park = (on: Resource = portfolio()) => story.park(on, `Park ${made++}`);
const stored = () => story.store(gateway.database);
const on = (person: Person, resource: Resource) => ({
  memberId: person.member?.id,
  resourceId: resource.id,
});
const G1 = { code: 'FORBIDDEN', rule: 'G1', allowedRoles: ['ADMIN'] };

type Input = Readonly<Record<string, unknown>>;
interface Case {
  readonly allowed: boolean;
  readonly input: Input;
}

/** Asks for each as the moderator, who is refused what the model says, storing nothing, and then as an ADMIN, who always may. */
async function judgedAll(name: 'grantRole' | 'revokeGrant', cases: readonly Case[]) {
  const before = await storedState(gateway.database);
  const forbidden = cases.filter(({ allowed }) => !allowed);
  for (const { input } of forbidden)
    expect(await moderator.refusal(documentOf(name), { input })).toMatchObject(G1);
  expect(await storedState(gateway.database)).toEqual(before);
  for (const { allowed, input } of cases) await perform(allowed ? moderator : admin, name, input);
}
const judged = (allowed: boolean, name: 'grantRole' | 'revokeGrant', input: Input) =>
  judgedAll(name, [{ allowed, input }]);

describe.each(['OPERATOR', 'TOM', 'COM', 'VIEWER'] as const)('a MODERATOR who is %s on a park', (own) => {
  it.each(JOB_ROLES)('grants %s where before and after are at or below that', async (granted) => {
    const cases = JOB_ROLES.map((before) => {
      const [person, plant] = [member('EXTERNAL'), park()];
      story.grant(moderatorPerson, plant, own);
      if (before !== 'NONE') story.grant(person, plant, before);
      const allowed = AT_OR_BELOW[own].includes(before) && AT_OR_BELOW[own].includes(granted);
      return { allowed, input: { ...on(person, plant), role: granted } };
    });
    await stored();
    await judgedAll('grantRole', cases);
  });

  it.each(GRANTEES)('revokes what an %s has, where the grant and what comes after are', async (role) => {
    const cases = JOB_ROLES.map((before) => {
      const [person, plant] = [member(role), park()];
      story.grant(moderatorPerson, plant, own);
      const allowed = AT_OR_BELOW[own].includes(before) && AT_OR_BELOW[own].includes(DEFAULTS[role]);
      return { allowed, input: { grantId: globalId('grant', story.grant(person, plant, before)) } };
    });
    await stored();
    await judgedAll('revokeGrant', cases);
  });
});

describe('never', () => {
  it('for themselves: neither up nor down nor away', async () => {
    const plant = park();
    const id = globalId('grant', story.grant(moderatorPerson, plant, 'TOM'));
    await stored();
    for (const role of JOB_ROLES)
      await judged(false, 'grantRole', { ...on(moderatorPerson, plant), role, raisesAccessOnExpiry: true });
    await judged(false, 'revokeGrant', { grantId: id });
  });

  it('for an ADMIN; for another MODERATOR they may', async () => {
    const [chief, peer, plant] = [member('ADMIN'), member('MODERATOR'), park()];
    const id = globalId('grant', story.grant(chief, plant, 'NONE'));
    await stored();
    await judged(false, 'grantRole', { ...on(chief, plant), role: 'OPERATOR' });
    await judged(false, 'revokeGrant', { grantId: id });
    await judged(true, 'grantRole', { ...on(peer, plant), role: 'TOM' });
  });
});

describe('on a portfolio, in every park of it too', () => {
  /** Roles on the portfolio and on one park of it, of the moderator and of an EXTERNAL; null: no grant. What is granted on the portfolio. */
  const CASES: [
    what: string,
    moderatorOn: [portfolio: JobRole | null, park: JobRole | null],
    memberOn: [portfolio: JobRole | null, park: JobRole | null],
    granted: JobRole,
    allowed: boolean,
  ][] = [
    ['they are OPERATOR all over', [null, null], [null, null], 'OPERATOR', true],
    ['they are lowered in the park', [null, 'VIEWER'], [null, null], 'TOM', false],
    ['they are lowered in the park, to enough', [null, 'TOM'], [null, null], 'TOM', true],
    ['they are blocked in the park', [null, 'NONE'], [null, null], 'VIEWER', false],
    ['what is granted reaches not into the park', [null, 'VIEWER'], [null, 'NONE'], 'TOM', true],
    ['the member has more than they in the park already', [null, 'VIEWER'], [null, 'TOM'], 'VIEWER', false],
    ['the member has a peer role in the park', ['COM', null], [null, 'TOM'], 'VIEWER', false],
    ['the member has no more in the park', ['COM', null], [null, 'COM'], 'VIEWER', true],
    ['they are raised in the park alone', ['VIEWER', 'OPERATOR'], [null, null], 'TOM', false],
    [
      'they are raised in the park, and so is the member',
      ['VIEWER', 'OPERATOR'],
      [null, 'TOM'],
      'VIEWER',
      true,
    ],
    [
      'the portfolio’s grant before was above them in the park',
      [null, 'TOM'],
      ['COM', null],
      'VIEWER',
      false,
    ],
    ['the portfolio’s grant before was not', [null, 'TOM'], ['TOM', null], 'VIEWER', true],
  ];
  it.each(CASES)('%s: %s, the member %s, granting %s: %s', async (_, theirs, members, granted, allowed) => {
    const person = member('EXTERNAL');
    const group = portfolio();
    // Beside the one park there is another that nothing names.
    const parks = [park(group), park(group)] as const;
    const give = (to: Person, [onPortfolio, onPark]: readonly (JobRole | null)[]) => {
      if (onPortfolio) story.grant(to, group, onPortfolio);
      if (onPark) story.grant(to, parks[0], onPark);
    };
    give(moderatorPerson, theirs);
    give(person, members);
    await stored();
    await judged(allowed, 'grantRole', { ...on(person, group), role: granted });
  });

  it('a park of another portfolio makes no difference', async () => {
    const [person, group, elsewhere] = [member('EXTERNAL'), portfolio(), park()];
    story.grant(moderatorPerson, elsewhere, 'NONE');
    story.grant(person, elsewhere, 'OPERATOR');
    await stored();
    await judged(true, 'grantRole', { ...on(person, group), role: 'OPERATOR' });
  });

  it('revoking there counts what comes after in each park', async () => {
    const person = member('ASSET_MANAGER_TECHNICAL');
    const group = portfolio();
    const plant = park(group);
    story.grant(moderatorPerson, plant, 'COM');
    const id = globalId('grant', story.grant(person, group, 'VIEWER'));
    const other = globalId('grant', story.grant(member('MEMBER'), group, 'COM'));
    await stored();
    await judged(false, 'revokeGrant', { grantId: id });
    await judged(true, 'revokeGrant', { grantId: other });
  });
});

describe('the member’s roles are those they will have', () => {
  it.each([
    ['paused', { active: false }],
    ['expired', { expiresAt: new Date('2030-05-01') }],
    ['suspended', { suspendedAt: new Date('2030-05-01') }],
    ['a demo account', { systemRole: 'DEMO' }],
  ] as const)('who is %s is judged as if they were not (G5)', async (_, details) => {
    const [person, plain, plant, other] = [
      member('ASSET_MANAGER_TECHNICAL', details),
      member('EXTERNAL', details),
      park(),
      park(),
    ];
    for (const each of [plant, other]) story.grant(moderatorPerson, each, 'COM');
    story.grant(plain, other, 'OPERATOR');
    await stored();
    // TOM by default, whatever they can do now; nothing by default; OPERATOR by a grant.
    await judged(false, 'grantRole', { ...on(person, plant), role: 'VIEWER' });
    await judged(true, 'grantRole', { ...on(plain, plant), role: 'COM' });
    await judged(false, 'grantRole', { ...on(plain, plant), role: 'TOM' });
    await judged(false, 'grantRole', { ...on(plain, other), role: 'VIEWER' });
  });

  it('a lapsed grant counts for nothing (P8)', async () => {
    const [person, plant] = [member('EXTERNAL'), park()];
    story.grant(moderatorPerson, plant, 'COM');
    story.grant(person, plant, 'OPERATOR', { expiresAt: new Date(NOW) });
    await stored();
    await judged(true, 'grantRole', { ...on(person, plant), role: 'COM' });
  });

  it('what comes to light when another grant lapses counts: it is given now', async () => {
    const group = portfolio();
    const plant = park(group);
    story.grant(moderatorPerson, plant, 'VIEWER');
    const [blocked, lapsing] = [member('EXTERNAL'), member('EXTERNAL')];
    story.grant(blocked, plant, 'NONE');
    story.grant(lapsing, plant, 'NONE', { expiresAt: new Date(LATER) });
    await stored();
    await judged(true, 'grantRole', { ...on(blocked, group), role: 'TOM' });
    await judged(true, 'grantRole', { ...on(lapsing, group), role: 'VIEWER' });
    await judged(false, 'grantRole', { ...on(lapsing, group), role: 'TOM' });
  });

  it('what comes when the grant lapses counts as well, said or not (G4)', async () => {
    const [plant, other] = [park(), park()];
    for (const each of [plant, other]) story.grant(moderatorPerson, each, 'COM');
    const [technical, external] = [member('ASSET_MANAGER_TECHNICAL'), member('EXTERNAL')];
    story.grant(technical, plant, 'VIEWER');
    story.grant(external, other.portfolio, 'TOM', { expiresAt: new Date(LATER) });
    story.grant(external, other, 'VIEWER');
    await stored();
    const until = (expiresAt: string) => ({ role: 'VIEWER', expiresAt, raisesAccessOnExpiry: true });
    await judged(false, 'grantRole', { ...on(technical, plant), ...until(LATER) });
    // The grant on the portfolio is what remains while it lives.
    await judged(false, 'grantRole', { ...on(external, other), ...until('2030-06-01T17:59:59.999Z') });
    await judged(true, 'grantRole', { ...on(external, other), ...until(LATER) });
    // G1 is asked before G4.
    const unsaid = { ...on(technical, plant), role: 'NONE', expiresAt: LATER };
    expect(await refused(gateway, moderator, 'grantRole', unsaid)).toMatchObject(G1);
    const own = { ...on(member('MEMBER'), park()), role: 'NONE', expiresAt: LATER };
    await stored();
    expect(await refused(gateway, moderator, 'grantRole', own)).toMatchObject({
      code: 'EXPIRY_RAISES_ACCESS',
    });
  });
});
