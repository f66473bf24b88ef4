/** What races of commands share: sending one a little later, what was recorded, and how often which came first. */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { rowsOf } from '../../src/db/rows.ts';
import { sessions } from '../../src/db/schema/sessions.ts';
import { hashSecret, newSecret } from '../../src/identity/secret.ts';
import type { GraphQLClient } from './client.ts';
import type { TestGateway } from './gateway.ts';
import { dither } from './races.ts';
import { inOneGo, sessionRow } from './rows.ts';

const PAYLOADS = {
  updateMember: 'member { id }',
  removeMember: 'removedMemberId',
  leaveOrganization: 'leftOrganizationId',
  deleteOrganization: 'ok',
  createPortfolio: 'portfolio { id }',
  createPark: 'park { id }',
  updatePark: 'park { id }',
  createComponent: 'component { id }',
  updateComponent: 'component { id }',
  grantRole: 'grant { id }',
  revokeGrant: 'revokedGrantId',
  inviteCooperation: 'cooperation { id }',
  acceptCooperation: 'cooperation { id }',
  declineCooperation: 'ok',
  updateCooperation: 'cooperation { id }',
  removeCooperation: 'removedCooperationId',
  shareResource: 'share { id }',
  revokeShare: 'revokedShareId',
  acceptInvitation: 'cooperation { id }',
  declineInvitation: 'ok',
  resendInvitation: 'invitation { id }',
  revokeInvitation: 'invitation { id }',
} as const;

/** Inputs that are not called like their mutation. */
const INPUTS: Readonly<Record<string, string>> = {
  acceptCooperation: 'CooperationIdInput',
  declineCooperation: 'CooperationIdInput',
  resendInvitation: 'InvitationIdInput',
  revokeInvitation: 'InvitationIdInput',
};

/** Sends a mutation a little later; answers `OK` or the code of its refusal. */
export async function mutate(
  client: GraphQLClient,
  mutation: keyof typeof PAYLOADS,
  input?: object,
): Promise<string> {
  await dither();
  const type = INPUTS[mutation] ?? `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const payload = `{ ${PAYLOADS[mutation]} }`;
  const operation = input
    ? `mutation ($input: ${type}!) { ${mutation}(input: $input) ${payload} }`
    : `mutation { ${mutation} ${payload} }`;
  const { errors } = await client.send(operation, { input });
  expect(errors.length).toBeLessThanOrEqual(1);
  const code = errors[0]?.extensions.code ?? 'OK';
  expect(['INTERNAL_SERVER_ERROR', 'SERVICE_UNAVAILABLE', 'GRAPHQL_VALIDATION_FAILED']).not.toContain(code);
  return code;
}

export interface TrailRow {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly cooperation: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What was recorded of an organization, in the order of the changes (`steps`: who did what), and how many ADMINs it has who count for M3. */
export const aftermath = (
  database: Database,
  organizationId: string,
): Promise<{ trail: TrailRow[]; steps: string[]; lasting: number }> =>
  database.transaction('snapshot', async (tx) => {
    const lasting = rowsOf(
      await tx.execute(sql`select m.id from memberships m join users u on u.id = m.user_id
        where m.organization_id = ${organizationId} and m.role = 'ADMIN' and m.active and m.expires_at is null
          and u.suspended_at is null and u.system_role <> 'DEMO'`),
    );
    const trail = rowsOf<TrailRow>(
      await tx.execute(sql`select actor_name as actor, action, subject_id as subject, cooperation_id as cooperation, details
        from audit_events where organization_id = ${organizationId} order by id`),
    );
    const steps = trail.map(({ actor, action }) => `${actor} ${action}`);
    return { trail, steps, lasting: lasting.length };
  });

/** Signs users in, as `signInAs` does, in one transaction: trials are many. */
export async function signInAll(gateway: TestGateway, userIds: readonly string[]): Promise<GraphQLClient[]> {
  const tokens = userIds.map(() => newSecret());
  const rows = userIds.map((userId, index) =>
    sessionRow({ userId, tokenHash: hashSecret(tokens[index] as string), lastSeenAt: new Date() }),
  );
  await inOneGo(gateway.database, (tx) => tx.insert(sessions).values(rows));
  return tokens.map((token) => gateway.client(token));
}

/** Counts in which ways trials ended. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(way: string): void {
    this.#counts.set(way, (this.#counts.get(way) ?? 0) + 1);
  }

  get ways(): string[] {
    return [...this.#counts.keys()].toSorted();
  }

  /** Each of the ways, and no other, was taken by at least one trial in twenty: whatever the order of sending, either may win. */
  expectFairShares(...ways: readonly string[]): void {
    expect(this.ways).toEqual([...ways].toSorted());
    const counts = [...this.#counts.values()];
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(total / 20);
  }
}

/**
 * Delays commands against one another, by so much that either comes first about as often, however fast the machine and however much
 * each reads before its locks: without it, the quick one would win nearly always.
 */
export class Balance<Name extends string | number> {
  readonly #names = new Map<Name, { delay: number; streak: number }>();

  constructor(...names: readonly Name[]) {
    for (const name of names) this.#names.set(name, { delay: 0, streak: 0 });
  }

  /** Runs a command after its delay. */
  async run<Answer>(name: Name, command: () => Promise<Answer>): Promise<Answer> {
    const delays = [...this.#names.values()].map(({ delay }) => delay);
    const delay = (this.#names.get(name)?.delay ?? 0) - Math.min(...delays);
    if (delay > 0) await pause(delay);
    return command();
  }

  /** Of two commands of a trial, which came first. */
  cameFirst(first: Name, second: Name): void {
    this.#shift(first, 1);
    this.#shift(second, -1);
  }

  /** By half a millisecond, and by more the longer it has been the same way. */
  #shift(name: Name, way: 1 | -1): void {
    const { delay, streak } = this.#names.get(name) ?? { delay: 0, streak: 0 };
    const longer = streak * way > 0 ? streak + way : way;
    this.#names.set(name, { delay: delay + longer / 2, streak: longer });
  }
}
