/** The mutations of cooperations and shares, and what they leave behind. */
import { expect } from 'vitest';
import type { GraphQLClient } from './client.ts';
import type { TestGateway } from './gateway.ts';
import { type AuditRow, auditTrail, storedState } from './tenant.ts';

const COOPERATION =
  'cooperation { id initiator { id name } partner { id name } partnerLabel viewerIsInitiator status purpose expiresAt createdAt acceptedAt shares { totalCount } }';
const SHARE =
  'share { id cooperation { id } resource { id } owner { id name } recipient { id name } role delegableRoles expiresAt live createdAt }';

const MUTATIONS = {
  inviteCooperation: ['InviteCooperationInput', COOPERATION],
  acceptCooperation: ['CooperationIdInput', COOPERATION],
  declineCooperation: ['CooperationIdInput', 'ok'],
  updateCooperation: ['UpdateCooperationInput', COOPERATION],
  removeCooperation: ['RemoveCooperationInput', 'removedCooperationId'],
  shareResource: ['ShareResourceInput', SHARE],
  revokeShare: ['RevokeShareInput', 'revokedShareId'],
  grantRole: ['GrantRoleInput', 'grant { id role effectiveRole live }'],
  updatePark: ['UpdateParkInput', 'park { id portfolio { id } }'],
  createPark: ['CreateParkInput', 'park { id }'],
} as const;
export type PartnerMutation = keyof typeof MUTATIONS;

interface Side {
  readonly id: string;
  readonly name: string;
}

export interface ShownCooperation {
  readonly id: string;
  readonly initiator: Side;
  readonly partner: Side | null;
  readonly partnerLabel: string;
  readonly viewerIsInitiator: boolean;
  readonly status: string;
  readonly purpose: string | null;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly acceptedAt: string | null;
  readonly shares: { readonly totalCount: number };
}

export interface ShownShare {
  readonly id: string;
  readonly cooperation: { readonly id: string };
  readonly resource: { readonly id: string } | null;
  readonly owner: Side;
  readonly recipient: Side;
  readonly role: string;
  readonly delegableRoles: readonly string[];
  readonly expiresAt: string | null;
  readonly live: boolean;
  readonly createdAt: string;
}

/** What the payloads hold; each mutation fills its own fields. */
interface Payload {
  readonly cooperation: ShownCooperation;
  readonly ok: boolean;
  readonly removedCooperationId: string;
  readonly share: ShownShare;
  readonly revokedShareId: string;
  readonly grant: { readonly id: string; readonly role: string; readonly effectiveRole: string };
  readonly park: { readonly id: string };
}

export const documentOf = (name: PartnerMutation): string => {
  const [type, payload] = MUTATIONS[name];
  return `mutation ($input: ${type}!) { ${name}(input: $input) { ${payload} } }`;
};

/** What a mutation did: its payload, and the records that it left. */
interface Outcome extends Payload {
  readonly records: readonly AuditRow[];
  readonly requestId: string | null;
}

/** Sends the mutations of one gateway. */
export function partnerActions(gateway: TestGateway) {
  const state = () => storedState(gateway.database);
  return {
    /** One that must succeed. */
    async perform(client: GraphQLClient, name: PartnerMutation, input: object): Promise<Outcome> {
      const start = (await auditTrail(gateway.database)).length;
      const { data, errors, headers } = await client.send<Record<string, Payload>, object>(documentOf(name), {
        input,
      });
      expect(errors).toEqual([]);
      return {
        ...(data?.[name] as Payload),
        records: (await auditTrail(gateway.database)).slice(start),
        requestId: headers.get('x-request-id'),
      };
    },
    /** One that must be refused and store nothing. */
    async refused(
      client: GraphQLClient,
      name: PartnerMutation,
      input: object,
      refusal: object,
    ): Promise<{ readonly message: string; readonly code: string } & Record<string, unknown>> {
      const before = await state();
      const answer = await client.refusal(documentOf(name), { input });
      expect({ name, ...answer }).toMatchObject({ name, ...refusal });
      expect(await state()).toEqual(before);
      return answer;
    },
    /** One that must succeed and store nothing: the same once more. */
    async repeated(client: GraphQLClient, name: PartnerMutation, input: object): Promise<Payload> {
      const before = await state();
      const data = await client.get<Record<string, Payload>, object>(documentOf(name), { input });
      expect(await state()).toEqual(before);
      return data[name] as Payload;
    },
  };
}
