/** The gateway as one sequence knows it: ids by the model's names, everybody's client, and how a mutation is answered. */
import { newId } from '../../../src/db/new-id.ts';
import { globalId, type IdPrefix, parseGlobalId } from '../../../src/schema/global-id.ts';
import type { GraphQLClient } from '../client.ts';
import type { TestGateway } from '../gateway.ts';
import type { State } from './state.ts';
import { START, tellWorld } from './told-world.ts';

/** Well before a session of a day ends. */
const SIGN_IN_AGAIN = 12 * 60 * 60 * 1000;

/** The inputs that are not called like their mutation. */
const INPUTS: Readonly<Record<string, string>> = {
  acceptCooperation: 'CooperationIdInput',
  declineCooperation: 'CooperationIdInput',
};

/** How a mutation was answered; `code` is OK unless it was refused. */
export interface Answer {
  readonly code: string;
  readonly rule?: string | undefined;
  /** Whatever was selected of its payload. */
  readonly payload: Readonly<Record<string, unknown>> | null;
}

export interface Server {
  readonly gateway: TestGateway;
  /** The global id of what the model calls so; of what never was, one that nothing has. */
  idOf(prefix: IdPrefix, name: string): string;
  /** The same of a portfolio or park. */
  resourceIdOf(name: string): string;
  uuidOf(prefix: IdPrefix, name: string): string;
  /** What the model calls something with this global id. */
  nameOf(id: string): string;
  /** From now on the name is that id's. */
  learn(prefix: IdPrefix, name: string, id: string): void;
  emailOf(user: string): string;
  /** Of a name that no organization has, an identifier that none has. */
  identifierOf(organization: string): string;
  client(user: string): Promise<GraphQLClient>;
  /** Their sessions have ended. */
  signedOut(user: string): void;
  mutate(user: string, mutation: string, selects: string, input?: object): Promise<Answer>;
  setClock(now: string): void;
}

let worlds = 0;

/** Stores a world, side by side with those of other sequences, and answers its model. */
export async function startWorld(gateway: TestGateway): Promise<{ state: State; server: Server }> {
  const { story, state, ids: told, emails, identifiers } = tellWorld(worlds++);
  await story.store(gateway.database);
  const ids = new Map<string, string>();
  const names = new Map<string, string>();
  const clients = new Map<string, { readonly client: Promise<GraphQLClient>; readonly since: number }>();
  let now = START;
  const server: Server = {
    gateway,
    idOf: (prefix, name) => {
      const id = ids.get(`${prefix} ${name}`) ?? globalId(prefix, newId());
      ids.set(`${prefix} ${name}`, id);
      return id;
    },
    resourceIdOf: (name) => server.idOf(ids.has(`portfolio ${name}`) ? 'portfolio' : 'park', name),
    uuidOf: (prefix, name) => parseGlobalId(prefix, server.idOf(prefix, name)) ?? '',
    nameOf: (id) => names.get(id) ?? `unknown ${id}`,
    learn: (prefix, name, id) => {
      ids.set(`${prefix} ${name}`, id);
      names.set(id, name);
    },
    emailOf: (user) => emails.get(user) ?? '',
    identifierOf: (organization) => identifiers.get(organization) ?? '0'.repeat(24),
    client: (user) => {
      const at = Date.parse(now);
      const known = clients.get(user);
      if (known && at - known.since < SIGN_IN_AGAIN) return known.client;
      const client = gateway.signInAs(server.uuidOf('user', user));
      clients.set(user, { client, since: at });
      return client;
    },
    signedOut: (user) => void clients.delete(user),
    mutate: async (user, mutation, selects, input) => {
      const type = INPUTS[mutation] ?? `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
      const operation = input
        ? `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selects} } }`
        : `mutation { ${mutation} { ${selects} } }`;
      const client = await server.client(user);
      const { data, errors } = await client.send<Record<string, Answer['payload']>, object>(operation, {
        input,
      });
      const refusal = errors[0]?.extensions;
      const rule = refusal?.['rule'] as string | undefined;
      return { code: refusal?.code ?? 'OK', rule, payload: data?.[mutation] ?? null };
    },
    setClock: (instant) => {
      now = instant;
      gateway.setClock(instant);
    },
  };
  for (const [prefix, name, id] of told) server.learn(prefix, name, id);
  server.setClock(START);
  return { state, server };
}
