import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memberships } from '../../src/db/schema/memberships.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { type MemberChange, mayAssign, mayInvite, updateMember, type Verdict } from '../kit/naive-members.ts';
import { readTeam } from '../kit/read-team.ts';
import { inOneGo } from '../kit/rows.ts';
import { Story } from '../kit/story.ts';
import { auditTrail, storedState } from '../kit/tenant.ts';
import { organizationRoles } from '../kit/world.ts';

type Role = (typeof organizationRoles)[number];
type Somebody = ReturnType<Story['member']>;

const UPDATE = `mutation ($input: UpdateMemberInput!) {
  updateMember(input: $input) { member { id role label status } }
}`;
const NOW = '2030-01-01T00:00:00.000Z';

const story = new Story();
const acme = story.organization('Acme Energy');
const borealis = story.organization('Borealis Grid');
const cirrus = story.organization('Cirrus Power');
const everyRole = Object.fromEntries(
  organizationRoles.map((role) => [role, story.member(acme, role)]),
) as Record<Role, Somebody>;
const targets = {
  same: story.member(acme, 'MEMBER', { name: 'Target' }),
  other: story.member(borealis, 'MEMBER', { name: 'Target abroad' }),
};
/** Acme keeps a lasting ADMIN whoever steps down, Cirrus has but one. */
story.member(acme, 'ADMIN', { name: 'Second admin' });
const lastAdmin = story.member(cirrus, 'ADMIN', { name: 'Last admin' });
story.member(cirrus, 'MODERATOR', { name: 'No admin' });

let gateway: TestGateway;
const clients = new Map<string, GraphQLClient>();

beforeAll(async () => {
  gateway = await startTestGateway();
  await story.store(gateway.database);
  gateway.setClock(NOW);
  for (const { uuid } of [...Object.values(everyRole), lastAdmin])
    clients.set(uuid, await gateway.signInAs(uuid));
});

afterAll(() => gateway.close());

/** Gives a membership a role as if it had never been touched. */
const reset = ({ member }: Somebody, role: Role, label = role === 'EXTERNAL' ? 'A supplier' : null) =>
  inOneGo(gateway.database, (tx) =>
    tx
      .update(memberships)
      .set({ role, label, active: true, expiresAt: null })
      .where(eq(memberships.id, member?.uuid ?? '')),
  );

/** Asks, and compares the answer, what is stored and what is recorded with the reference. Answers its verdict. */
async function compare(actor: Somebody, target: Somebody, change: MemberChange): Promise<Verdict> {
  const { database } = gateway;
  const id = target.member?.id ?? '';
  const team = await readTeam(database);
  const verdict = updateMember(team, actor.member?.id ?? '', id, change, new Date(NOW));
  const stored = await storedState(database);
  const client = clients.get(actor.uuid) as GraphQLClient;
  const variables = { input: { memberId: id, ...change } };
  if (!('team' in verdict)) {
    const { message, ...extensions } = await client.refusal(UPDATE, variables);
    expect(extensions).toMatchObject(verdict);
    expect(await storedState(database)).toEqual(stored);
    if (verdict.code === 'NOT_FOUND') expect(extensions).toEqual({ code: 'NOT_FOUND' });
    if (verdict.code === 'FORBIDDEN') expect(extensions['required']).toEqual(expect.any(String));
    if (verdict.code === 'FORBIDDEN') expect(extensions['allowedRoles']).toContain('ADMIN');
    return verdict;
  }
  const [before, after] = [team, verdict.team].map((each) => each.find((one) => one.id === id));
  const { role, label } = after ?? {};
  const start = (await auditTrail(database)).length;
  const answer = await client.get(UPDATE, variables);
  expect(answer).toEqual({ updateMember: { member: { id, role, label, status: 'ACTIVE' } } });
  expect(await readTeam(database)).toEqual(verdict.team);
  const changed = (['role', 'label'] as const).filter((part) => before?.[part] !== after?.[part]);
  const parts = (of: typeof before) => Object.fromEntries(changed.map((part) => [part, of?.[part]]));
  const record = {
    action: `member.${changed[0]}_changed`,
    subjectId: id,
    actorUserId: actor.uuid,
    details: { before: parts(before), after: parts(after) },
  };
  const recorded = (await auditTrail(database)).slice(start);
  expect(recorded).toEqual(changed.length === 0 ? [] : [expect.objectContaining(record)]);
  if (changed.length === 0) expect(await storedState(database)).toEqual(stored);
  return verdict;
}

/** M5: whoever makes somebody EXTERNAL says who that is. */
const changeTo = (role: Role): MemberChange => (role === 'EXTERNAL' ? { role, label: 'A guest' } : { role });

const OTHERS = organizationRoles.flatMap((actor) =>
  organizationRoles.flatMap((from) =>
    organizationRoles.flatMap((to) =>
      (['same', 'other'] as const).map((organization) => ({ actor, from, to, organization })),
    ),
  ),
);

describe('updateMember of others', () => {
  it('has a row for each actor, target, new role, and organization', () => {
    expect(new Set(OTHERS.map((row) => Object.values(row).join())).size).toBe(432);
    expect(OTHERS).toHaveLength(432);
  });

  it.each(OTHERS)('$actor makes $from $to in the $organization organization', async (row) => {
    const { actor, from, to, organization } = row;
    await reset(targets[organization], from);
    await compare(everyRole[actor], targets[organization], changeTo(to));
  });
});

const ONESELF = organizationRoles.flatMap((from) => organizationRoles.map((to) => ({ from, to })));
const LAST = ONESELF.filter(({ from }) => from === 'ADMIN');

describe('updateMember of oneself', () => {
  it('has a row for each role and new role, and those of the last ADMIN', () => {
    expect([ONESELF.length, LAST.length]).toEqual([36, 6]);
  });

  it.each(ONESELF)('M2: $from becomes $to while another ADMIN lasts', async ({ from, to }) => {
    await reset(everyRole[from], from);
    await compare(everyRole[from], everyRole[from], changeTo(to));
    await reset(everyRole[from], from);
  });

  it.each(LAST)('M3: the last ADMIN becomes $to', async ({ from, to }) => {
    await reset(lastAdmin, from);
    await compare(lastAdmin, lastAdmin, changeTo(to));
  });
});

describe('M5: the label of an EXTERNAL', () => {
  const leaders = ['ADMIN', 'MODERATOR'] as const;
  const internal = organizationRoles.filter((role) => role !== 'EXTERNAL');
  const unlabelled = leaders.flatMap((actor) => internal.map((from) => ({ actor, from })));

  it.each(unlabelled)('is asked of the $actor who makes $from EXTERNAL without', async ({ actor, from }) => {
    await reset(targets.same, from);
    const { code } = await compare(everyRole[actor], targets.same, { role: 'EXTERNAL' });
    expect(code).toBe(actor === 'MODERATOR' && from === 'ADMIN' ? 'FORBIDDEN' : 'LABEL_REQUIRED');
  });

  const changes: [string, Role, string | null, MemberChange, string][] = [
    ['may be there already', 'MEMBER', 'A guest', { role: 'EXTERNAL' }, 'OK'],
    ['may not go with the role', 'MEMBER', 'A guest', { role: 'EXTERNAL', label: null }, 'LABEL_REQUIRED'],
    ['may not be taken away', 'EXTERNAL', 'A guest', { label: null }, 'LABEL_REQUIRED'],
    ['may be exchanged', 'EXTERNAL', 'A guest', { label: 'Another' }, 'OK'],
    ['goes when the role does', 'EXTERNAL', 'A guest', { role: 'MEMBER', label: null }, 'OK'],
    ['stays where it is left out', 'EXTERNAL', 'A guest', { role: 'MEMBER' }, 'OK'],
    ['is no matter to others', 'MEMBER', 'A guest', { label: null }, 'OK'],
  ];
  it.each(changes)('%s', async (_, from, label, change, code) => {
    for (const actor of leaders) {
      await reset(targets.same, from, label);
      expect(await compare(everyRole[actor], targets.same, change)).toMatchObject({ code });
    }
  });

  it('is asked before M3, and M2 before it', async () => {
    await reset(lastAdmin, 'ADMIN');
    expect(await compare(lastAdmin, lastAdmin, { role: 'EXTERNAL' })).toMatchObject({
      code: 'LABEL_REQUIRED',
    });
    await reset(everyRole.MODERATOR, 'MODERATOR');
    const itself = await compare(everyRole.MODERATOR, everyRole.MODERATOR, { role: 'EXTERNAL' });
    expect(itself).toMatchObject({ code: 'FORBIDDEN', rule: 'M2' });
  });
});

it('M1, M2: permissionModel tells both tables', async () => {
  const { permissionModel } = await gateway
    .client()
    .get<Record<string, Record<string, { role: Role; mayInvite: Role[]; mayAssign: Role[] }[]>>, never>(
      '{ permissionModel { organizationRoles { role mayInvite mayAssign } } }',
    );
  const sorted = (roles: readonly Role[]) => [...roles].sort();
  const told = permissionModel?.['organizationRoles'] ?? [];
  expect(
    told.map((row) => ({ ...row, mayInvite: sorted(row.mayInvite), mayAssign: sorted(row.mayAssign) })),
  ).toEqual(
    organizationRoles.map((role) => ({
      role,
      mayInvite: sorted(mayInvite[role]),
      mayAssign: sorted(mayAssign(role)),
    })),
  );
});
