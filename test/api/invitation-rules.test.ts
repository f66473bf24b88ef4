/** M1 and I3, whole: who may invite with which role, change which invitation to which, send it again and revoke it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ORGANIZATION_ROLES, type OrganizationRole } from '../../src/authz/roles.ts';
import { newAddress, storedInvitations, storeInvitation } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import {
  InviteMemberDocument,
  ResendInvitationDocument,
  RevokeInvitationDocument,
  UpdateInvitationDocument,
} from '../kit/generated/operations.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants, storedState } from '../kit/tenant.ts';

/** M1, once more. */
const MAY_INVITE: Record<OrganizationRole, readonly OrganizationRole[]> = {
  ADMIN: ['ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
  MODERATOR: ['MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
  ASSET_MANAGER_TECHNICAL: ['ASSET_MANAGER_TECHNICAL', 'MEMBER', 'EXTERNAL'],
  ASSET_MANAGER_COMMERCIAL: ['ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL'],
  MEMBER: [],
  EXTERNAL: [],
};
const SEES_ALL: readonly OrganizationRole[] = ['ADMIN', 'MODERATOR'];

const NOT_ASSIGNABLE = { code: 'ROLE_NOT_ASSIGNABLE', layer: 'ORGANIZATION', rule: 'M1' };
/** What is said of an open invitation with this role, where it is all that is in the way; null for nothing. */
const refusalOf = (actor: OrganizationRole, ...roles: readonly OrganizationRole[]): object | null => {
  const [present, ...others] = roles as [OrganizationRole];
  const may = MAY_INVITE[actor];
  // V1, section 6: what is not seen is not there.
  if (!SEES_ALL.includes(actor) && !may.includes(present)) return { code: 'NOT_FOUND' };
  return [present, ...others].every((role) => may.includes(role)) ? null : NOT_ASSIGNABLE;
};

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
beforeAll(async () => {
  world = await startWithTenants();
});
afterAll(() => world.gateway.close());

/** An open invitation with this role, sent by the ADMIN. */
const open = (role: OrganizationRole) =>
  storeInvitation(world.gateway.database, {
    invitedById: world.ofAcme.ADMIN.uuid,
    organizationId: world.organizations.acme.uuid,
    ...{ role, label: 'A label' },
  });
const stored = async (uuid: string) =>
  (await storedInvitations(world.gateway.database)).find(({ id }) => id === uuid);

interface Attempt {
  readonly name: string;
  readonly refusal: object | null;
  /** Answers the refusal, or null. */
  readonly send: (client: GraphQLClient) => Promise<object | null>;
  /** What it leaves where it may. */
  readonly left?: () => Promise<unknown>;
  readonly leaves?: object;
}

const sent = async (client: GraphQLClient, document: unknown, variables: object) => {
  const { errors } = await client.send(document as string, variables);
  return errors[0]?.extensions ?? null;
};

/** Sends first all that is refused, between two looks at everything that is stored; then all the rest. */
async function judge(client: GraphQLClient, attempts: readonly Attempt[]) {
  const before = await storedState(world.gateway.database);
  for (const { name, refusal, send } of attempts.filter((each) => each.refusal))
    expect([name, await send(client)]).toMatchObject([name, refusal]);
  expect(await storedState(world.gateway.database)).toEqual(before);
  for (const { name, send, left, leaves } of attempts.filter((each) => !each.refusal)) {
    expect([name, await send(client)]).toEqual([name, null]);
    if (left) expect([name, await left()]).toMatchObject([name, leaves]);
  }
}

describe.each(ORGANIZATION_ROLES)('%s', (actor) => {
  const client = () => world.as(world.ofAcme[actor]);

  it('invites by M1', async () => {
    const attempts = ORGANIZATION_ROLES.map((role): Attempt => {
      const email = newAddress();
      const input = { organizationId: world.organizations.acme.id, email, role, label: 'A label' };
      const may = MAY_INVITE[actor];
      const refusal =
        may.length === 0
          ? { code: 'FORBIDDEN', layer: 'ORGANIZATION', required: 'MEMBER_INVITE', actual: actor }
          : NOT_ASSIGNABLE;
      return {
        name: role,
        refusal: may.includes(role) ? null : refusal,
        send: (by) => sent(by, InviteMemberDocument, { input }),
        left: async () =>
          (await storedInvitations(world.gateway.database)).find((row) => row.email === email),
        leaves: { role, status: 'PENDING', invitedById: world.ofAcme[actor].uuid },
      };
    });
    await judge(await client(), attempts);
  });

  it('changes an invitation where M1 allows its role and the new one', async () => {
    const attempts: Attempt[] = [];
    for (const present of ORGANIZATION_ROLES)
      for (const next of ORGANIZATION_ROLES) {
        const { id: invitationId, uuid } = await open(present);
        const input = { invitationId, role: next, label: 'Another label' };
        attempts.push({
          name: `${present} to ${next}`,
          refusal: refusalOf(actor, present, next),
          send: (by) => sent(by, UpdateInvitationDocument, { input }),
          left: () => stored(uuid),
          leaves: { role: next, label: 'Another label', rotation: 0, invitedById: world.ofAcme[actor].uuid },
        });
      }
    await judge(await client(), attempts);
  });

  it.each([
    ['sends again', ResendInvitationDocument, { status: 'PENDING', rotation: 1 }],
    ['revokes', RevokeInvitationDocument, { status: 'REVOKED', rotation: 0 }],
  ] as const)('%s an invitation where M1 allows its role', async (_, document, leaves) => {
    const attempts: Attempt[] = [];
    for (const present of ORGANIZATION_ROLES) {
      const { id: invitationId, uuid } = await open(present);
      attempts.push({
        name: present,
        refusal: refusalOf(actor, present),
        send: (by) => sent(by, document, { invitationId }),
        left: () => stored(uuid),
        leaves,
      });
    }
    await judge(await client(), attempts);
  });
});

it.each([
  ['an ADMIN elsewhere', () => world.ofBorealis.ADMIN, 'NOT_FOUND'],
  ['a system administrator', () => world.people.administrator, 'NOT_FOUND'],
  ['somebody in no organization', () => world.people.loner, 'NOT_FOUND'],
  ['a paused ADMIN', () => world.people.paused, 'NOT_FOUND'],
  ['an expired ADMIN', () => world.people.expired, 'NOT_FOUND'],
  ['a suspended ADMIN', () => world.people.suspended, 'UNAUTHENTICATED'],
  ['a DEMO ADMIN', () => world.people.demo, 'FORBIDDEN'],
] as [string, () => Person, string][])(
  '%s neither invites nor reaches an invitation',
  async (_, who, code) => {
    const { id: invitationId } = await open('MEMBER');
    const client = await world.as(who());
    const input = {
      organizationId: world.organizations.acme.id,
      email: newAddress(),
      role: 'MEMBER' as const,
    };
    await judge(client, [
      { name: 'invite', refusal: { code }, send: (by) => sent(by, InviteMemberDocument, { input }) },
      {
        name: 'update',
        refusal: { code },
        send: (by) => sent(by, UpdateInvitationDocument, { input: { invitationId, role: 'EXTERNAL' } }),
      },
      {
        name: 'resend',
        refusal: { code },
        send: (by) => sent(by, ResendInvitationDocument, { invitationId }),
      },
      {
        name: 'revoke',
        refusal: { code },
        send: (by) => sent(by, RevokeInvitationDocument, { invitationId }),
      },
    ]);
  },
);

it('foreign, absent and malformed ids are not found, by one answer', async () => {
  const { as, ofAcme, ofBorealis, organizations, gateway } = world;
  const admin = await as(ofAcme.ADMIN);
  const foreign = await storeInvitation(gateway.database, {
    invitedById: ofBorealis.ADMIN.uuid,
    organizationId: organizations.borealis.uuid,
    role: 'MEMBER',
  });
  const platform = await storeInvitation(gateway.database, {
    invitedById: world.people.administrator.uuid,
    type: 'PLATFORM',
  });
  const ids = [
    foreign.id,
    platform.id,
    foreign.id.replace(/.{4}$/, '0000'),
    'invitation_',
    '',
    ofAcme.ADMIN.id,
  ];
  for (const document of [ResendInvitationDocument, RevokeInvitationDocument]) {
    const answers = [];
    for (const invitationId of ids) answers.push((await admin.send(document, { invitationId })).errors);
    expect(answers[0]).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  }
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
