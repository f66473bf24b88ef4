/** The mutations of members, grants and organizations, and what they leave behind. */
import { expect } from 'vitest';
import type { GraphQLClient } from './client.ts';
import type { TestGateway } from './gateway.ts';
import { type AuditRow, auditTrail, storedState } from './tenant.ts';

const MUTATIONS = {
  updateMember: ['UpdateMemberInput', 'member { id role label status expiresAt }'],
  removeMember: ['RemoveMemberInput', 'removedMemberId'],
  updateOrganization: [
    'UpdateOrganizationInput',
    'organization { id name contactEmail phone address country registrationNumber taxId }',
  ],
  deleteOrganization: ['DeleteOrganizationInput', 'ok'],
  grantRole: [
    'GrantRoleInput',
    'grant { id role effectiveRole expiresAt live createdAt member { id } resource { id } grantedBy { id } }',
  ],
  revokeGrant: ['RevokeGrantInput', 'revokedGrantId'],
} as const;
type TeamMutation = keyof typeof MUTATIONS | 'leaveOrganization';

/** What the payloads hold; each mutation fills its own fields. */
interface Payload {
  readonly member: {
    id: string;
    role: string;
    label: string | null;
    status: string;
    expiresAt: string | null;
  };
  readonly removedMemberId: string;
  readonly leftOrganizationId: string;
  readonly organization: Readonly<Record<string, string | null>>;
  readonly ok: boolean;
  readonly grant: {
    readonly id: string;
    readonly role: string;
    readonly effectiveRole: string;
    readonly expiresAt: string | null;
    readonly live: boolean;
    readonly createdAt: string;
    readonly member: { readonly id: string };
    readonly resource: { readonly id: string } | null;
    readonly grantedBy: { readonly id: string } | null;
  };
  readonly revokedGrantId: string;
}

export const documentOf = (name: TeamMutation): string => {
  if (name === 'leaveOrganization') return 'mutation { leaveOrganization { leftOrganizationId } }';
  const [type, payload] = MUTATIONS[name];
  return `mutation ($input: ${type}!) { ${name}(input: $input) { ${payload} } }`;
};

const variablesOf = (input: object | undefined) => (input === undefined ? {} : { input });

/** Performs a mutation that must succeed. */
export async function perform(client: GraphQLClient, name: TeamMutation, input?: object): Promise<Payload> {
  const data = await client.get<Record<string, Payload>, object>(documentOf(name), variablesOf(input));
  return data[name] as Payload;
}

/** Performs a mutation that must succeed, and answers what it recorded as well. */
export async function performRecorded(
  gateway: TestGateway,
  client: GraphQLClient,
  name: TeamMutation,
  input?: object,
): Promise<{ payload: Payload; records: AuditRow[] }> {
  const start = (await auditTrail(gateway.database)).length;
  const payload = await perform(client, name, input);
  return { payload, records: (await auditTrail(gateway.database)).slice(start) };
}

/** Performs a mutation that must be refused and must store nothing; answers the refusal. */
export async function refused(
  gateway: TestGateway,
  client: GraphQLClient,
  name: TeamMutation,
  input?: object,
): Promise<{ code: string } & Record<string, unknown>> {
  const before = await storedState(gateway.database);
  const refusal = await client.refusal(documentOf(name), variablesOf(input));
  expect(await storedState(gateway.database)).toEqual(before);
  return refusal;
}

/** Performs a mutation that must succeed and must store nothing. */
export async function changesNothing(
  gateway: TestGateway,
  client: GraphQLClient,
  name: TeamMutation,
  input?: object,
): Promise<Payload> {
  const before = await storedState(gateway.database);
  const payload = await perform(client, name, input);
  expect(await storedState(gateway.database)).toEqual(before);
  return payload;
}
