import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import {
  leaveOrganization,
  type MemberChange,
  removeMember,
  type TeamMember,
  updateMember,
  type Verdict,
} from '../kit/naive-members.ts';
import { readTeam } from '../kit/read-team.ts';
import { type Organization, Story } from '../kit/story.ts';
import { auditTrail, storedState } from '../kit/tenant.ts';

type Somebody = ReturnType<Story['member']>;
type Details = Parameters<Story['member']>[2];

const NOW = '2030-01-01T00:00:00.000Z';
const LATER = '2035-01-01T00:00:00.000Z';

const UPDATE = `mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { member { id } } }`;
const REMOVE = 'mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { removedMemberId } }';
const LEAVE = 'mutation { leaveOrganization { leftOrganizationId } }';

/** A way in which an organization may lose an ADMIN: what is asked, and what the reference says. */
interface Way {
  /** Whether the ADMIN does it, or another who is an ADMIN but does not last. */
  readonly by: 'themselves' | 'another';
  readonly operation: string;
  readonly input?: (memberId: string) => object;
  readonly judge: (team: readonly TeamMember[], actorId: string, targetId: string) => Verdict;
}

const updating = (by: Way['by'], change: MemberChange): Way => ({
  by,
  operation: UPDATE,
  input: (memberId) => ({ memberId, ...change }),
  judge: (team, actorId, targetId) => updateMember(team, actorId, targetId, change, new Date(NOW)),
});
const removing = (by: Way['by']): Way => ({
  by,
  operation: REMOVE,
  input: (memberId) => ({ memberId }),
  judge: (team, actorId, targetId) => removeMember(team, actorId, targetId, new Date(NOW)),
});
const leaving: Way = { by: 'themselves', operation: LEAVE, judge: (team, id) => leaveOrganization(team, id) };

const WAYS: Record<string, Way> = {
  'demoted to MODERATOR': updating('another', { role: 'MODERATOR' }),
  'demoted to EXTERNAL': updating('another', { role: 'EXTERNAL', label: 'A guest' }),
  paused: updating('another', { active: false }),
  'given an expiry': updating('another', { expiresAt: LATER }),
  'demoted, paused and given an expiry at once': updating('another', {
    ...{ role: 'MEMBER', active: false, expiresAt: LATER },
  }),
  removed: removing('another'),
  'removed by themselves': removing('themselves'),
  'gone by leaving': leaving,
  'stepping down to MODERATOR': updating('themselves', { role: 'MODERATOR' }),
  'stepping down to MEMBER': updating('themselves', { role: 'MEMBER' }),
  'stepping down to EXTERNAL': updating('themselves', { role: 'EXTERNAL', label: 'A guest' }),
};

const story = new Story();
let people = 0;
/** An ADMIN with a name of their own, and with it an address. */
const admin = (organization: Organization, details: Details = {}) =>
  story.member(organization, 'ADMIN', { ...details, name: `Somebody ${people++}` });

/** ADMINs who do not last. The expired one's instant has just come; the suspended and the DEMO one can't act. */
const PASSING: Record<string, Details> = {
  'a paused ADMIN': { active: false },
  'an expired ADMIN': { expiresAt: new Date(NOW) },
  'an ADMIN with an expiry to come': { expiresAt: new Date('9999-01-01T00:00:00Z') },
  'a suspended ADMIN': { suspendedAt: new Date(NOW) },
  'a DEMO ADMIN': { systemRole: 'DEMO' },
};

/** Who else is there, and whether that one counts. */
const OTHERS: Record<string, { counts: boolean; join: (organization: Organization) => void }> = {
  'nobody else': { counts: false, join: () => undefined },
  ...Object.fromEntries(
    Object.entries(PASSING).map(([who, details]) => [
      who,
      { counts: false, join: (organization: Organization) => void admin(organization, details) },
    ]),
  ),
  'a MODERATOR': { counts: false, join: (organization) => void story.member(organization, 'MODERATOR') },
  "another organization's ADMIN": {
    counts: false,
    join: ({ name }) => void admin(story.organization(`Not ${name}`)),
  },
  'another ADMIN': { counts: true, join: (organization) => void admin(organization) },
  'an ADMIN of the platform too': {
    counts: true,
    join: (organization) => void admin(organization, { systemRole: 'ADMINISTRATOR' }),
  },
  'an ADMIN who is blocked everywhere': {
    counts: true,
    join: (organization) =>
      void story.grant(admin(organization), story.portfolio(organization, 'North'), 'NONE'),
  },
};

/** Who is judged, and an ADMIN who may act but does not count, having an expiry. */
interface Case {
  readonly way: string;
  readonly name: string;
  readonly target: Somebody;
  readonly expiring: Somebody;
}
/** An organization of its own for each case. */
function tell(name: string, way: string, details: Details, join: (organization: Organization) => void): Case {
  const organization = story.organization(name);
  join(organization);
  const target = admin(organization, details);
  return { way, name, target, expiring: admin(organization, { expiresAt: new Date(LATER) }) };
}

const LAST = Object.entries(OTHERS).flatMap(([who, { counts, join }]) =>
  Object.keys(WAYS).map((way) => ({ counts, ...tell(`${way} beside ${who}`, way, {}, join) })),
);

/** M3 says nothing of an ADMIN who does not last, even where none does. Who does not act does nothing themselves but leave (M6). */
const PASSED = Object.entries(PASSING).flatMap(([who, details]) =>
  Object.entries(WAYS)
    .filter(
      ([, way]) =>
        way.by === 'another' ||
        who.endsWith('to come') ||
        (way === leaving && / (paused|expired) /.test(who)),
    )
    .map(([way]) => tell(`${who} is ${way}`, way, details, () => undefined)),
);

/** Who is beside an ADMIN with an expiry, and whether that one is a live ADMIN. Neither needs to last. */
const BESIDE: [string, boolean][] = [
  ...['nobody else', 'a paused ADMIN', 'an expired ADMIN', 'a MODERATOR', "another organization's ADMIN"].map(
    (who): [string, boolean] => [who, false],
  ),
  ...['an ADMIN with an expiry to come', 'another ADMIN'].map((who): [string, boolean] => [who, true]),
];
const STEPPING = BESIDE.map(([who, live]) => {
  const [stepping, leavingToo] = ['Stepping down', 'Leaving'].map((what) => {
    const organization = story.organization(`${what} beside ${who}`);
    OTHERS[who]?.join(organization);
    return admin(organization, { expiresAt: new Date(LATER) });
  }) as [Somebody, Somebody];
  return { who, live, stepping, leavingToo };
});

const [harmless, resumed, cleared] = ['harmless', 'resumed', 'cleared'].map((name) =>
  tell(name, '', {}, () => undefined),
) as [Case, Case, Case];

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
  gateway.setClock(NOW);
  await story.store(gateway.database);
});

afterAll(() => gateway.close());

/** Asks in one of the ways, and compares answer, store and trail with the reference. Answers the outcome's code. */
async function compare(way: Way, actor: Somebody, target: Somebody): Promise<string> {
  const { database } = gateway;
  const client = await gateway.signInAs(actor.uuid);
  const team = await readTeam(database);
  const verdict = way.judge(team, actor.member?.id ?? '', target.member?.id ?? '');
  const variables = way.input ? { input: way.input(target.member?.id ?? '') } : {};
  const stored = await storedState(database);
  const recorded = (await auditTrail(database)).length;
  if (!('team' in verdict)) {
    expect(await client.refusal(way.operation, variables)).toMatchObject(verdict);
    expect(await storedState(database)).toEqual(stored);
    return verdict.code;
  }
  await client.get(way.operation, variables);
  expect(await readTeam(database)).toEqual(verdict.team);
  const changes = JSON.stringify(team) === JSON.stringify(verdict.team) ? 0 : 1;
  expect(await auditTrail(database)).toHaveLength(recorded + changes);
  return 'OK';
}

const actorOf = ({ target, expiring }: Case, { by }: Way) => (by === 'another' ? expiring : target);

describe('M3: an ADMIN who lasts', () => {
  it('is judged in 11 ways beside 11 others', () => expect(LAST).toHaveLength(121));

  it.each(LAST)('is $name', async ({ counts, ...each }) => {
    const way = WAYS[each.way] as Way;
    expect(await compare(way, actorOf(each, way), each.target)).toBe(counts ? 'OK' : 'LAST_ADMIN');
  });

  it('may be given a label, and what is so already', async () => {
    const { target, expiring } = harmless;
    const change = { role: 'ADMIN', active: true, expiresAt: null } as const;
    expect(await compare(updating('another', { ...change, label: 'Boss' }), expiring, target)).toBe('OK');
    expect(await compare(updating('themselves', { ...change, label: 'Me' }), target, target)).toBe('OK');
  });

  it.each([
    { ...resumed, name: 'resumed', before: { active: false, expiresAt: null }, after: { active: true } },
    { ...cleared, name: 'rid of an expiry', before: { label: 'Interim' }, after: { expiresAt: null } },
  ])('may leave as soon as another is $name, who then may not', async (row) => {
    const { target, expiring: other, before, after } = row;
    expect(await compare(updating('another', before), target, other)).toBe('OK');
    expect(await compare(leaving, target, target)).toBe('LAST_ADMIN');
    expect(await compare(updating('another', after), target, other)).toBe('OK');
    expect(await compare(leaving, target, target)).toBe('OK');
    expect(await compare(leaving, other, other)).toBe('LAST_ADMIN');
  });
});

describe('M3 says nothing where', () => {
  it('none lasts of 5, in 6 ways and what they can do themselves', () => expect(PASSED).toHaveLength(37));

  it.each(PASSED)('$name', async (each) => {
    const way = WAYS[each.way] as Way;
    expect(await compare(way, actorOf(each, way), each.target)).toBe('OK');
  });
});

describe('M2: an ADMIN who does not last', () => {
  const stepping = WAYS['stepping down to MEMBER'] as Way;

  it.each(STEPPING)('steps down beside $who: $live; and leaves anyhow (M6)', async (row) => {
    expect(await compare(stepping, row.stepping, row.stepping)).toBe(row.live ? 'OK' : 'LAST_ADMIN');
    expect(await compare(leaving, row.leavingToo, row.leavingToo)).toBe('OK');
  });
});
