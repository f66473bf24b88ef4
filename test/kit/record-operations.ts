/** The mutations of events, tickets and contracts, and what they leave behind. */
import { expect } from 'vitest';
import type { GraphQLClient } from './client.ts';
import type { TestGateway } from './gateway.ts';
import { type AuditRow, auditTrail, storedState } from './tenant.ts';

const EVENT = 'event { id severity message occurredAt acknowledgedAt park { id } component { id } }';
const TICKET = 'ticket { id title body status createdAt closedAt park { id } createdBy { id name email } }';
const CONTRACT =
  'contract { id title counterparty startsOn endsOn pricePerMwh currency park { id name effectiveRole } }';

const MUTATIONS = {
  recordEvent: ['RecordEventInput', EVENT],
  acknowledgeEvent: ['AcknowledgeEventInput', EVENT],
  deleteEvent: ['DeleteEventInput', 'ok'],
  createTicket: ['CreateTicketInput', TICKET],
  closeTicket: ['TicketIdInput', TICKET],
  reopenTicket: ['TicketIdInput', TICKET],
  deleteTicket: ['TicketIdInput', 'ok'],
  createContract: ['CreateContractInput', CONTRACT],
  updateContract: ['UpdateContractInput', CONTRACT],
  deleteContract: ['DeleteContractInput', 'ok'],
} as const;
type RecordMutation = keyof typeof MUTATIONS;

/** What the payloads hold; each mutation fills its own fields. */
export interface RecordPayload {
  readonly event: { readonly id: string; readonly occurredAt: string };
  readonly ticket: { readonly id: string };
  readonly contract: { readonly id: string };
  readonly ok: boolean;
}

const documentOf = (name: RecordMutation): string => {
  const [type, payload] = MUTATIONS[name];
  return `mutation ($input: ${type}!) { ${name}(input: $input) { ${payload} } }`;
};

/** The operations on the gateway of a test. */
export const recordOperations = (gateway: () => TestGateway) => {
  const trail = () => auditTrail(gateway().database);

  /** Performs a mutation that must succeed. */
  async function perform(client: GraphQLClient, name: RecordMutation, input: object): Promise<RecordPayload> {
    const data = await client.get<Record<string, RecordPayload>, object>(documentOf(name), { input });
    return data[name] as RecordPayload;
  }

  /** Performs a mutation that must succeed; answers what it recorded. */
  async function recorded(
    client: GraphQLClient,
    name: RecordMutation,
    input: object,
  ): Promise<{ payload: RecordPayload; records: AuditRow[] }> {
    const start = (await trail()).length;
    const payload = await perform(client, name, input);
    return { payload, records: (await trail()).slice(start) };
  }

  /** Performs a mutation that must be refused and must store nothing; answers the refusal. */
  async function refused(client: GraphQLClient, name: RecordMutation, input: object) {
    const before = await storedState(gateway().database);
    const refusal = await client.refusal(documentOf(name), { input });
    expect(await storedState(gateway().database)).toEqual(before);
    return refusal;
  }

  /** Performs a mutation that must succeed and must store nothing. */
  async function changesNothing(client: GraphQLClient, name: RecordMutation, input: object) {
    const before = await storedState(gateway().database);
    const payload = await perform(client, name, input);
    expect(await storedState(gateway().database)).toEqual(before);
    return payload;
  }

  /** Performs the same mutation twice at once; answers the codes, sorted. */
  async function atOnce(client: GraphQLClient, name: RecordMutation, input: object): Promise<string[]> {
    const answers = await Promise.all([1, 2].map(() => client.send(documentOf(name), { input })));
    return answers.map(({ errors }) => errors[0]?.extensions.code ?? 'done').sort();
  }

  return { perform, recorded, refused, changesNothing, atOnce };
};
