/** I2 and the "Enumeration": what is asked with an address answers the same, after the same work, whoever has the address. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '../../src/identity/passwords.ts';
import { changeUser, invite, newAddress, PASSWORD } from '../kit/accounts.ts';
import type { GraphQLClient } from '../kit/client.ts';
import { watchSecrets } from '../kit/secrets-seen.ts';
import type { Person } from '../kit/story.ts';
import { startWithTenants } from '../kit/tenant.ts';

const seen = watchSecrets();
let world: Awaited<ReturnType<typeof startWithTenants>>;
let admin: GraphQLClient;
/** Members of Acme with the password, each for one request for a new address. */
let movers: Person[];
let passwordHash: string;

beforeAll(async () => {
  world = await startWithTenants();
  admin = await world.as(world.ofAcme.ADMIN);
  passwordHash = await hashPassword(PASSWORD);
  movers = kinds.map((_, n) =>
    world.story.member(world.organizations.acme, 'MEMBER', {
      name: `Mover ${String.fromCharCode(65 + n)}`,
      passwordHash,
    }),
  );
  await world.story.store(world.gateway.database);
  // The first request that is counted in a process also looks for expired counters.
  await ask(
    world.gateway.client(),
    'mutation { requestPasswordReset(input: { email: "warm.up@example.net" }) { ok } }',
  );
});
afterAll(() => world.gateway.close());

let made = 0;
/** Addresses of one length, so that nothing differs that they don't make differ. */
const nextEmail = () => `somebody.${String(made++).padStart(4, '0')}@example.net`;

const account = async (
  email: string,
  changes: Parameters<typeof changeUser>[2] = {},
  inOrganization = false,
) => {
  const { story, gateway, organizations } = world;
  const details = { email, passwordHash };
  const person = inOrganization
    ? story.member(organizations.cirrus, 'MEMBER', { name: `Holder of ${email}`, ...details })
    : story.person(`Holder of ${email}`, details);
  await story.store(gateway.database);
  await changeUser(gateway.database, person.uuid, { language: 'EN', ...changes });
};
/** Who may have an address. */
const KINDS = new Map<string, (email: string) => Promise<void>>([
  ['nobody', async () => undefined],
  ['an account in no organization', (email) => account(email)],
  ['a member of another organization', (email) => account(email, {}, true)],
  ['an account that was never verified', (email) => account(email, { verifiedAt: null })],
  ['a suspended account', (email) => account(email, { suspendedAt: new Date() })],
  ['a demo account', (email) => account(email, { systemRole: 'DEMO' })],
]);
const kinds = [...KINDS.keys()];

interface Asked {
  readonly answer: string;
  readonly status: number;
  readonly headers: readonly string[];
  readonly statements: readonly string[];
}

/** Sends one operation; answers it byte for byte but for ids and instants, with the statements that it took. */
async function ask(client: GraphQLClient, query: string, email = ''): Promise<Asked> {
  world.gateway.takeStatements();
  const response = await fetch(client.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(client.token && { authorization: `Bearer ${client.token}` }),
    },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  const headers = [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  const statements = world.gateway.takeStatements();
  return {
    answer: text
      .replaceAll(email || '\0', 'ADDRESS')
      .replaceAll(/(?:invitation|cooperation)_[0-9a-z]{26}/g, 'ID')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'INSTANT'),
    status: response.status,
    headers: headers.map((header) => header.join(': ')),
    // When a session was last seen is noted once a minute.
    statements: statements.filter((statement) => !/^update "sessions"/.test(statement)).map(kindOf),
  };
}

/** What a statement does to which table. */
const kindOf = (statement: string): string => {
  const plain = statement.replaceAll(/\s+/g, ' ').replaceAll('"', '').trim();
  const verb = plain.split(' ', 1)[0] ?? '';
  const table = /(?:from|into|update) ([a-z_]+)/.exec(plain)?.[1] ?? '';
  return `${verb} ${table}`;
};

/** Each way to ask, with what it is asked after the address was made, by whom. */
const OPERATIONS: Record<string, (email: string, n: number) => Promise<[GraphQLClient, string]>> = {
  signIn: async (email) => [
    world.gateway.client(),
    `mutation { signIn(input: { email: "${email}", password: "not the right password" }) { sessionToken } }`,
  ],
  requestPasswordReset: async (email) => [
    world.gateway.client(),
    `mutation { requestPasswordReset(input: { email: "${email}" }) { ok } }`,
  ],
  resendVerification: async (email) => [
    world.gateway.client(),
    `mutation { resendVerification(input: { email: "${email}" }) { ok } }`,
  ],
  register: async (email) => {
    const { secret } = await invite(admin, { organizationId: world.organizations.acme.id, email });
    return [
      world.gateway.client(),
      `mutation { register(input: { invitationToken: "${secret}", name: "Newcomer", password: "${PASSWORD}" }) { ok } }`,
    ];
  },
  inviteMember: async (email) => [
    admin,
    `mutation { inviteMember(input: { organizationId: "${world.organizations.acme.id}", email: "${email}", role: MEMBER }) {
      invitation { id type email status organization { name } role label language invitedBy { name } sentAt sendCount expiresAt grants { role } } } }`,
  ],
  inviteCooperation: async (email) => [
    admin,
    `mutation { inviteCooperation(input: { email: "${email}", purpose: "Wind" }) {
      cooperation { id partnerLabel partner { name } initiator { name } viewerIsInitiator status purpose expiresAt createdAt acceptedAt shares { totalCount } } } }`,
  ],
  requestEmailChange: async (email, n) => [
    await world.as(movers[n] as Person),
    `mutation { requestEmailChange(input: { newEmail: "${email}", password: "${PASSWORD}" }) { ok } }`,
  ],
};

describe.each(Object.keys(OPERATIONS))('%s', (name) => {
  it('has one answer, byte for byte, after the same statements', async () => {
    const asked: Asked[] = [];
    for (const [n, kind] of kinds.entries()) {
      const email = nextEmail();
      await KINDS.get(kind)?.(email);
      const [client, query] = await (OPERATIONS[name] as (typeof OPERATIONS)[string])(email, n);
      asked.push(await ask(client, query, email));
    }
    const [unknown] = asked as [Asked];
    expect(unknown.status).toBe(200);
    expect(unknown.answer).toMatch(name === 'signIn' ? /"code":"UNAUTHENTICATED"/ : /^\{"data":\{/);
    expect(unknown.statements.length).toBeGreaterThan(1);
    for (const [n, each] of asked.entries()) expect([kinds[n], each]).toEqual([kinds[n], unknown]);
  });
});

it.each(['signIn', 'requestPasswordReset', 'resendVerification'])(
  '%s answers what is no address like one that nobody has',
  async (name) => {
    const operation = OPERATIONS[name] as (typeof OPERATIONS)[string];
    const asked: Asked[] = [];
    for (const email of [
      newAddress(),
      'no address',
      '',
      'a@b',
      '<x@y.z>',
      'a@example.net, b@example.net',
      'x'.repeat(320),
    ])
      asked.push(await ask(...(await operation(email, 0))));
    for (const each of asked) expect(each).toEqual(asked[0]);
  },
);

it('the right password of an account that may not sign in is answered like a wrong one', async () => {
  const asked: Asked[] = [];
  const signIn = (email: string, password: string) =>
    ask(
      world.gateway.client(),
      `mutation { signIn(input: { email: "${email}", password: "${password}" }) { sessionToken } }`,
    );
  for (const kind of ['nobody', 'an account that was never verified', 'a suspended account']) {
    const email = nextEmail();
    await KINDS.get(kind)?.(email);
    asked.push(await signIn(email, PASSWORD));
  }
  for (const each of asked) expect(each).toEqual(asked[0]);
  const rightful = nextEmail();
  await account(rightful);
  expect((await signIn(rightful, PASSWORD)).answer).toMatch(/sessionToken/);
});

it('the inviter’s lists tell no more than the answer did (I2)', async () => {
  const { organizations } = world;
  const emails = [];
  for (const kind of kinds.slice(0, 4)) {
    const email = nextEmail();
    await KINDS.get(kind)?.(email);
    await invite(admin, { organizationId: organizations.acme.id, email });
    emails.push(email);
  }
  const query =
    'query ($id: ID!) { organization(id: $id) { invitations(first: 1000) { nodes { id type email status organization { id name } role label language invitedBy { id name } sendCount grants { role } } } team(filter: INVITED, first: 1000) { nodes { ... on Invitation { id email status role } } } } }';
  type Lists = {
    organization: {
      invitations: { nodes: { id: string; email: string }[] };
      team: { nodes: { id: string; email: string }[] };
    };
  };
  const { organization } = await admin.get<Lists, object>(query, { id: organizations.acme.id });
  for (const { nodes } of [organization.invitations, organization.team]) {
    const shown = emails.map((email) => ({
      ...nodes.find((node) => node.email === email),
      email: '',
      id: '',
    }));
    for (const each of shown) expect(each).toEqual(shown[0]);
    expect(Object.keys(shown[0] ?? {}).length).toBeGreaterThan(2);
  }
});

it('no secret is in any answer, row or log', () => seen.expectNone(world.gateway));
