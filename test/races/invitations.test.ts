import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { users } from '../../src/db/schema/users.ts';
import { globalId } from '../../src/schema/global-id.ts';
import { storeInvitation } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { dither, openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { buildTenant, inOneGo, userRow } from '../kit/rows.ts';

const LANES = 4;
const TRIALS = 200;

let db: RaceDatabase;
let gateway: TestGateway;
let administratorId: string;

beforeAll(async () => {
  db = await openRaceDatabase({ poolSize: 15 });
  gateway = await startTestGateway({ database: db.database });
  const administrator = userRow({ systemRole: 'ADMINISTRATOR' });
  administratorId = administrator.id;
  await inOneGo(db.other, (tx) => tx.insert(users).values(administrator));
});
afterAll(async () => {
  await gateway.close();
  await db.close();
});

/** A little later, the outcome of a mutation: `OK` or its code, never a fault of the gateway's. */
async function outcome(client: GraphQLClient, mutation: string, input: object): Promise<string> {
  await dither();
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`.replace(
    /^(Revoke|Resend)InvitationInput$/,
    'InvitationIdInput',
  );
  const { errors } = await client.send(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename } }`,
    { input },
  );
  const code = errors[0]?.extensions.code ?? 'OK';
  expect(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'GRAPHQL_VALIDATION_FAILED']).not.toContain(code);
  return code;
}

/** Two organizations that invite, and somebody with a verified account in none. */
async function scene() {
  const one = await buildTenant(db.other, { members: { admin: 'ADMIN', second: 'ADMIN' } });
  const other = await buildTenant(db.other, { members: { admin: 'ADMIN' } });
  const person = userRow();
  await inOneGo(db.other, (tx) => tx.insert(users).values(person));
  const client = await gateway.signInAs(person.id);
  const invite = (organization: typeof one | typeof other) =>
    storeInvitation(db.other, {
      organizationId: organization.id,
      invitedById: organization.members.admin.userId,
      email: person.email,
      role: 'MEMBER',
    });
  return { one, other, person, client, invite, admin: await gateway.signInAs(one.members.admin.userId) };
}

interface Left {
  readonly memberships: number;
  readonly status: string;
  readonly accepted: number;
  readonly rotation: number;
}

/** What an invitation and its person came to. */
const left = async (personId: string, invitationId: string): Promise<Left> => {
  const [row] = await readRows<Left>(
    db.other,
    sql`select (select count(*)::int from memberships where user_id = ${personId}) as memberships, i.status, i.rotation,
      (select count(*)::int from audit_events where action = 'invitation.accepted'
        and subject_id = ${globalId('invitation', invitationId)}) as accepted
      from invitations i where i.id = ${invitationId}`,
  );
  return row as Left;
};

test('20 at once accept one link: one membership, once recorded (I1, M4)', async () => {
  await race({ trials: TRIALS, lanes: 2 }, async () => {
    const { one, person, client, invite } = await scene();
    const stranger = userRow();
    await inOneGo(db.other, (tx) => tx.insert(users).values(stranger));
    const strange = await gateway.signInAs(stranger.id);
    const { uuid, secret } = await invite(one);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        outcome(n % 5 === 4 ? strange : client, 'acceptInvitation', { token: secret }),
      ),
    );
    expect(outcomes.filter((each) => each === 'OK')).toHaveLength(1);
    for (const each of outcomes) expect(['OK', 'NOT_FOUND', 'FORBIDDEN']).toContain(each);
    expect(await left(person.id, uuid)).toMatchObject({ memberships: 1, status: 'ACCEPTED', accepted: 1 });
    expect(await left(stranger.id, uuid)).toMatchObject({ memberships: 0 });
  });
});

test('accept against revoke: one of the two, never both', async () => {
  const winners = { accepted: 0, revoked: 0 };
  await race({ trials: TRIALS, lanes: LANES }, async () => {
    const { one, person, client, admin, invite } = await scene();
    const { uuid, id, secret } = await invite(one);
    const [accepted, revoked] = await Promise.all([
      outcome(client, 'acceptInvitation', { token: secret }),
      outcome(admin, 'revokeInvitation', { invitationId: id }),
    ]);
    const end = await left(person.id, uuid);
    if (accepted === 'OK') {
      winners.accepted++;
      expect([revoked, end]).toMatchObject(['CONFLICT', { memberships: 1, status: 'ACCEPTED', accepted: 1 }]);
    } else {
      winners.revoked++;
      expect([accepted, revoked]).toEqual(['NOT_FOUND', 'OK']);
      expect(end).toMatchObject({ memberships: 0, status: 'REVOKED', accepted: 0 });
    }
  });
  expect(Math.min(...Object.values(winners))).toBeGreaterThan(0);
});

test('two different invitations of one person accepted at once: one membership (M4)', async () => {
  const platform = (email: string) =>
    storeInvitation(db.other, { type: 'PLATFORM', invitedById: administratorId, email, role: null });
  await race({ trials: TRIALS, lanes: LANES }, async (trial) => {
    const { one, other, person, client, invite } = await scene();
    const first = await invite(one);
    // Every other time the second would make an organization: it is never half-made.
    const second = trial % 2 === 0 ? await invite(other) : await platform(person.email);
    const name = `Never half ${trial}`;
    const outcomes = await Promise.all([
      outcome(client, 'acceptInvitation', { token: first.secret }),
      outcome(client, 'acceptInvitation', { token: second.secret, organization: { name } }),
    ]);
    expect(outcomes.toSorted()).toEqual(['ALREADY_IN_ORGANIZATION', 'OK']);
    const ends = [await left(person.id, first.uuid), await left(person.id, second.uuid)];
    expect(ends.map(({ memberships }) => memberships)).toEqual([1, 1]);
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['ACCEPTED', 'PENDING']);
    const made = await readRows<{ members: number; portfolios: number }>(
      db.other,
      sql`select (select count(*)::int from memberships where organization_id = o.id) as members,
        (select count(*)::int from portfolios where organization_id = o.id) as portfolios
        from organizations o where o.name = ${name}`,
    );
    const wins = trial % 2 === 1 && outcomes[1] === 'OK';
    expect(made).toEqual(wins ? [{ members: 1, portfolios: 1 }] : []);
  });
});

test('resend against accept: the old link is accepted or dead, and the new one good once at most', async () => {
  const orders = { first: 0, dead: 0 };
  await race({ trials: TRIALS, lanes: LANES }, async () => {
    const { one, person, client, admin, invite } = await scene();
    const { uuid, id, secret } = await invite(one);
    const [accepted, resent] = await Promise.all([
      outcome(client, 'acceptInvitation', { token: secret }),
      outcome(admin, 'resendInvitation', { invitationId: id }),
    ]);
    const end = await left(person.id, uuid);
    if (accepted === 'OK') {
      orders.first++;
      expect([resent, end]).toMatchObject(['CONFLICT', { memberships: 1, status: 'ACCEPTED', rotation: 0 }]);
    } else {
      orders.dead++;
      expect([accepted, resent]).toEqual(['NOT_FOUND', 'OK']);
      expect(end).toMatchObject({ memberships: 0, status: 'PENDING', rotation: 1 });
    }
  });
  expect(Math.min(...Object.values(orders))).toBeGreaterThan(0);
});

test('the inviter is demoted while their invitation is accepted: in one order or the other (I1)', async () => {
  await race({ trials: TRIALS, lanes: LANES }, async () => {
    const { one, person, client, invite } = await scene();
    const second = await gateway.signInAs(one.members.second.userId);
    const { uuid, secret } = await invite(one);
    const [accepted, demoted] = await Promise.all([
      outcome(client, 'acceptInvitation', { token: secret }),
      outcome(second, 'updateMember', {
        memberId: globalId('member', one.members.admin.membershipId),
        role: 'MEMBER',
      }),
    ]);
    expect(demoted).toBe('OK');
    const [order] = await readRows<{ accepted: string | null; demoted: string }>(
      db.other,
      sql`select (select min(id::text) from audit_events where organization_id = ${one.id} and action = 'invitation.accepted')
        as accepted, (select min(id::text) from audit_events where organization_id = ${one.id}
        and action = 'member.role_changed') as demoted`,
    );
    if (accepted === 'OK') {
      expect((order?.accepted ?? '') < (order?.demoted ?? '')).toBe(true);
      expect(await left(person.id, uuid)).toMatchObject({ memberships: 1, accepted: 1 });
    } else {
      expect([accepted, order?.accepted]).toEqual(['FORBIDDEN', null]);
      expect(await left(person.id, uuid)).toMatchObject({ memberships: 0, status: 'PENDING' });
    }
  });
});
