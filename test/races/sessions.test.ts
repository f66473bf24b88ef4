import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sessions } from '../../src/db/schema/sessions.ts';
import { users } from '../../src/db/schema/users.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { startTestGateway, type TestGateway } from '../kit/gateway.ts';
import { dither, openRaceDatabase, type RaceDatabase, race, readRows } from '../kit/races.ts';
import { inOneGo, userRow } from '../kit/rows.ts';

const OLD = 'the old password';
const NEW = 'the new password';

let db: RaceDatabase;
let gateway: TestGateway;
let oldHash: string;

beforeAll(async () => {
  db = await openRaceDatabase({ poolSize: 15 });
  gateway = await startTestGateway({ database: db.database });
  oldHash = await hashPassword(OLD);
});
afterAll(async () => {
  await gateway.close();
  await db.close();
});

async function newUser() {
  const user = userRow({ passwordHash: oldHash });
  await inOneGo(db.other, (tx) => tx.insert(users).values(user));
  return user;
}

type User = Awaited<ReturnType<typeof newUser>>;

/** Signs in; answers the session's token, or null when it is refused. */
async function signIn({ email }: User, password: string, client = gateway.client()): Promise<string | null> {
  const answer = await client.send<{ signIn: { sessionToken: string } }, object>(
    'mutation ($input: SignInInput!) { signIn(input: $input) { sessionToken } }',
    { input: { email, password } },
  );
  if (answer.data?.signIn) return answer.data.signIn.sessionToken;
  expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
  return null;
}

async function changePassword(
  client: GraphQLClient,
  currentPassword: string,
  newPassword: string,
): Promise<string> {
  const answer = await client.send(
    'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { ok } }',
    { input: { currentPassword, newPassword } },
  );
  return answer.errors[0]?.extensions.code ?? 'OK';
}

const isLive = async (token: string): Promise<boolean> => {
  const answer = await gateway
    .client(token)
    .send<{ viewer: object | null }, object>('{ viewer { user { id } } }');
  return Boolean(answer.data?.viewer);
};

const sessionsOf = ({ id }: User) =>
  readRows<{ id: string }>(db.other, sql`select id from sessions where user_id = ${id}`);

describe('a password changed while somebody signs in with the old one', () => {
  test('leaves no session of the old password, whichever comes first', async () => {
    let admitted = 0;
    await race({ trials: 40, lanes: 4 }, async () => {
      const user = await newUser();
      const own = await gateway.signInAs(user.id);
      const late = async () => {
        await dither();
        return signIn(user, OLD);
      };
      const [changed, ...tokens] = await Promise.all([changePassword(own, OLD, NEW), late(), late(), late()]);
      expect(changed).toBe('OK');
      for (const token of tokens) {
        if (token === null) continue;
        admitted++;
        expect(await isLive(token)).toBe(false);
      }
      expect(await sessionsOf(user)).toHaveLength(1);
      expect(await isLive(own.token as string)).toBe(true);
    });
    expect(admitted).toBeGreaterThanOrEqual(0);
  });

  /** Holds the account's row as a change of the password or standing does, until a request for it waits. */
  const whileHeld = async (
    user: User,
    change: Partial<typeof users.$inferInsert>,
    request: () => Promise<unknown>,
  ) => {
    let answer: Promise<unknown> = Promise.resolve();
    await inOneGo(db.other, async (tx) => {
      await tx.select().from(users).where(eq(users.id, user.id)).for('no key update');
      answer = request();
      await db.waiting(1);
      await tx.update(users).set(change).where(eq(users.id, user.id));
      await tx.delete(sessions).where(eq(sessions.userId, user.id));
    });
    return answer;
  };

  test('refuses a sign-in that had checked the old one already', async () => {
    const user = await newUser();
    const passwordHash = await hashPassword(NEW);
    expect(await whileHeld(user, { passwordHash }, () => signIn(user, OLD))).toBeNull();
    expect(await sessionsOf(user)).toEqual([]);
    expect(await signIn(user, NEW)).not.toBeNull();
  });

  test('refuses a sign-in to an account that is suspended meanwhile', async () => {
    const user = await newUser();
    expect(await whileHeld(user, { suspendedAt: new Date() }, () => signIn(user, OLD))).toBeNull();
    expect(await sessionsOf(user)).toEqual([]);
  });

  test('admits a sign-in when nothing but the name changed', async () => {
    const user = await newUser();
    expect(await whileHeld(user, { name: 'Somebody else' }, () => signIn(user, OLD))).not.toBeNull();
    expect(await sessionsOf(user)).toHaveLength(1);
  });

  test('refuses a change of the password by a session that it ends', async () => {
    const user = await newUser();
    const own = await gateway.signInAs(user.id);
    const passwordHash = await hashPassword(NEW);
    const outcome = await whileHeld(user, { passwordHash }, () =>
      changePassword(own, OLD, 'yet another password'),
    );
    expect(['UNAUTHENTICATED', 'CONFLICT']).toContain(outcome);
    expect(await signIn(user, NEW)).not.toBeNull();
  });
});

test('of two changes of one password at once the later is refused, and one session is left', async () => {
  await race({ trials: 20, lanes: 4 }, async () => {
    const user = await newUser();
    const [one, two] = await Promise.all([gateway.signInAs(user.id), gateway.signInAs(user.id)]);
    const outcomes = await Promise.all([
      changePassword(one, OLD, 'the first new password'),
      changePassword(two, OLD, 'the second new password'),
    ]);
    const winner = outcomes[0] === 'OK' ? 'the first new password' : 'the second new password';
    expect(outcomes.filter((outcome) => outcome === 'OK')).toHaveLength(1);
    for (const outcome of outcomes)
      expect(['OK', 'BAD_USER_INPUT', 'CONFLICT', 'UNAUTHENTICATED']).toContain(outcome);
    expect(await sessionsOf(user)).toHaveLength(1);
    expect(await signIn(user, winner)).not.toBeNull();
    expect(await signIn(user, OLD)).toBeNull();
  });
});

test('one session ended by two requests at once ends once', async () => {
  await race({ trials: 100, lanes: 5 }, async () => {
    const user = await newUser();
    const own = await gateway.signInAs(user.id);
    const signOut = () => own.send<{ signOut: { ok: boolean } }, object>('mutation { signOut { ok } }');
    const answers = await Promise.all([signOut(), signOut()]);
    const outcomes = answers.map(({ errors }) => errors[0]?.extensions.code ?? 'OK');
    expect(outcomes).toContain('OK');
    for (const outcome of outcomes) expect(['OK', 'UNAUTHENTICATED']).toContain(outcome);
    const events = await readRows(
      db.other,
      sql`select id from audit_events where actor_user_id = ${user.id} and action = 'session.signed_out'`,
    );
    expect(events).toHaveLength(outcomes.filter((outcome) => outcome === 'OK').length);
    expect(await sessionsOf(user)).toEqual([]);
  });
});
