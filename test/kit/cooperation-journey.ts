import { eq } from 'drizzle-orm';
import { expect } from 'vitest';
import { organizations as organizationTable } from '../../src/db/schema/organizations.ts';
import { hashPassword } from '../../src/identity/passwords.ts';
import type { Language } from '../../src/identity/translator.ts';
import { globalId } from '../../src/schema/global-id.ts';
import {
  newAddress,
  newestMail,
  PASSWORD,
  type QueuedMail,
  secretOf,
  storedInvitations,
} from './accounts.ts';
import type { Organization, Person } from './story.ts';
import type { startWithTenants } from './tenant.ts';

/** Who may find an invitation to cooperate in their mailbox. */
export const RECIPIENTS = ['NEW', 'ACCOUNT', 'ADMIN', 'MEMBER'] as const;
export type RecipientKind = (typeof RECIPIENTS)[number];

/** One of them; everybody who has an account signs in with PASSWORD. */
export interface Recipient {
  readonly email: string;
  readonly person: Person | null;
  readonly organization: Organization | null;
  /** Another ADMIN of their organization. */
  readonly chief: Person | null;
  /** What their mail is to take them for. */
  readonly told: 'NEW' | 'ACCOUNT' | 'MEMBER';
}

/** What an ADMIN sent to an address. */
export interface SentInvitation {
  readonly cooperationId: string;
  readonly invitationId: string;
  readonly email: string;
  readonly mail: QueuedMail;
  readonly secret: string;
  /** The path of its page. */
  readonly link: string;
}

interface InviteInput {
  readonly email: string;
  readonly language?: Language | null;
  readonly purpose?: string;
  readonly expiresAt?: string;
}

/** Sends a query as somebody. */
type Ask = <Data>(query: string, variables: object) => Promise<Data>;

interface ShownCooperation {
  readonly node: {
    readonly status: string;
    readonly partner: { readonly name: string } | null;
    readonly partnerLabel: string;
  } | null;
}

const INVITE =
  'mutation ($input: InviteCooperationInput!) { inviteCooperation(input: $input) { cooperation { id } } }';
const SHARE = 'mutation ($input: ShareResourceInput!) { shareResource(input: $input) { share { id } } }';
const REMOVE =
  'mutation ($input: RemoveCooperationInput!) { removeCooperation(input: $input) { removedCooperationId } }';
const COOPERATION =
  'query ($id: ID!) { node(id: $id) { ... on Cooperation { status partner { name } partnerLabel } } }';
const PARKS = `query ($id: ID!) { viewer { parks { nodes { id effectiveRole } } }
  park(id: $id) { name effectiveRole organization { name } } }`;

/** The way of an invitation to cooperate with Acme: from the mutation that sends it to the park that the partner sees. */
export async function cooperationJourneys(world: Awaited<ReturnType<typeof startWithTenants>>) {
  const { gateway, story, organizations, ofAcme, parks, as } = world;
  const { database } = gateway;
  const passwordHash = await hashPassword(PASSWORD);
  const acme = () => as(ofAcme.ADMIN);
  const shown = async (id: string) =>
    (await (await acme()).get<ShownCooperation, object>(COOPERATION, { id })).node;
  const placeholders = (email: string) =>
    database.transaction('snapshot', (tx) =>
      tx.select().from(organizationTable).where(eq(organizationTable.name, email)),
    );

  async function recipient(kind: RecipientKind): Promise<Recipient> {
    const email = newAddress(kind.toLowerCase());
    const nobody = { person: null, organization: null, chief: null };
    if (kind === 'NEW') return { ...nobody, email, told: 'NEW' };
    if (kind === 'ACCOUNT') {
      const person = story.person('Loner', { email, passwordHash });
      await story.store(database);
      return { ...nobody, email, person, told: 'ACCOUNT' };
    }
    const organization = story.organization(`Organization of ${email}`);
    const member = (role: 'ADMIN' | 'MEMBER', address: string) =>
      story.member(organization, role, { name: `${role} at ${address}`, email: address, passwordHash });
    const chief = member('ADMIN', newAddress('chief'));
    const person = member(kind, email);
    await story.store(database);
    return { email, person, organization, chief, told: 'MEMBER' };
  }

  return {
    acme,
    recipient,
    /** Invites an address as the ADMIN of Acme. */
    async invite(input: InviteInput): Promise<SentInvitation> {
      const { inviteCooperation } = await (await acme()).get<
        { inviteCooperation: { cooperation: { id: string } } },
        object
      >(INVITE, { input });
      const mail = (await newestMail(database, input.email)) as QueuedMail;
      const secret = secretOf(mail);
      return {
        cooperationId: inviteCooperation.cooperation.id,
        invitationId: globalId('invitation', mail.linkId as string),
        email: input.email,
        mail,
        secret,
        link: `/invitation?token=${secret}`,
      };
    },
    /** C2, C3: it waits, and gives nothing. */
    async expectPending({ cooperationId, email }: SentInvitation): Promise<void> {
      expect(await shown(cooperationId)).toEqual({ status: 'PENDING', partner: null, partnerLabel: email });
      const input = { cooperationId, resourceId: parks.suedfeld.id, role: 'VIEWER' };
      expect(await (await acme()).refusal(SHARE, { input })).toMatchObject({ code: 'CONFLICT', rule: 'C2' });
    },
    /** C3, P3: nothing is left of the placeholder, and a park that Acme shares is seen by the partner, not before. */
    async expectPartners({ cooperationId, email }: SentInvitation, ask: Ask, partner: string): Promise<void> {
      expect(await shown(cooperationId)).toEqual({
        status: 'ACTIVE',
        partner: { name: partner },
        partnerLabel: partner,
      });
      expect(await placeholders(email)).toEqual([]);
      const { id, name, owner } = parks.suedfeld;
      const nothing = { viewer: { parks: { nodes: [] } }, park: null };
      expect(await ask(PARKS, { id })).toEqual(nothing);
      await (await acme()).get(SHARE, { input: { cooperationId, resourceId: id, role: 'VIEWER' } });
      expect(await ask(PARKS, { id })).toEqual({
        viewer: { parks: { nodes: [{ id, effectiveRole: 'VIEWER' }] } },
        park: { name, effectiveRole: 'VIEWER', organization: { name: owner.name } },
      });
    },
    /** C2: as Acme, which may at any time. */
    async remove({ cooperationId }: SentInvitation): Promise<void> {
      await (await acme()).get(REMOVE, { input: { cooperationId } });
    },
    /** C3: neither cooperation nor placeholder is left. */
    async expectGone(
      { cooperationId, email }: SentInvitation,
      became: 'DECLINED' | 'REVOKED',
    ): Promise<void> {
      expect(await shown(cooperationId)).toBeNull();
      expect(await placeholders(email)).toEqual([]);
      const sent = (await storedInvitations(database)).filter((each) => each.email === email);
      expect(sent.at(-1)?.status).toBe(became);
    },
    organizationName: organizations.acme.name,
  };
}
