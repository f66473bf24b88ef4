/** The same as invariant-cases.ts, of invitations, links and mails. */
import { createHash } from 'node:crypto';
import { newId } from '../../src/db/new-id.ts';
import { accountLinks } from '../../src/db/schema/account-links.ts';
import { invitationGrants, invitations } from '../../src/db/schema/invitations.ts';
import { mails } from '../../src/db/schema/mails.ts';
import type { InvariantCase, InvariantWorld } from './invariant-cases.ts';

type Write = InvariantCase['refused'];
type Part<Row> = (world: InvariantWorld) => Partial<Row>;
type Invitation = typeof invitations.$inferInsert;
type Link = typeof accountLinks.$inferInsert;
type Mail = typeof mails.$inferInsert;

const AT = new Date('2026-01-01T00:00:00Z');
const hashOf = (text: string) => new Uint8Array(createHash('sha256').update(text).digest());

const invitationRow = (world: InvariantWorld, row: Partial<Invitation> = {}): Invitation => {
  const id = newId();
  return {
    ...{ id, type: 'ORGANIZATION', email: `${id}@example.org`, language: 'EN', role: 'MEMBER' },
    organizationId: world.owner.id,
    invitedById: world.owner.members.anna.userId,
    tokenHash: hashOf(id),
    ...{ createdAt: AT, sentAt: AT, expiresAt: AT },
    ...row,
  };
};
/** Stores one invitation for each part. */
const invite =
  (...parts: Part<Invitation>[]): Write =>
  (tx, world) =>
    tx.insert(invitations).values(parts.map((part) => invitationRow(world, part(world))));

const none = () => ({});
const platform = () => ({ type: 'PLATFORM', organizationId: null, role: null }) as const;
const cooperation = ({ cooperationId }: InvariantWorld) =>
  ({ type: 'COOPERATION', role: null, cooperationId }) as const;
const sameAddress = () => ({ email: 'one@example.org' });

const INVITATIONS: readonly InvariantCase[] = [
  {
    constraint: 'invitations_one_open',
    about: 'a second open invitation of one address and organization (I3)',
    refused: invite(sameAddress, sameAddress),
    accepted: invite(
      sameAddress,
      () => ({ ...sameAddress(), status: 'REVOKED', settledAt: AT }),
      ({ partner }) => ({ ...sameAddress(), organizationId: partner.id }),
    ),
  },
  {
    constraint: 'invitations_one_open',
    about: 'a second open platform invitation of one address',
    refused: invite(
      () => ({ ...platform(), ...sameAddress() }),
      () => ({ ...platform(), ...sameAddress() }),
    ),
    accepted: invite(() => ({ ...platform(), ...sameAddress() }), platform),
  },
  {
    constraint: 'invitations_token_hash_key',
    about: 'one secret for two invitations',
    refused: invite(
      () => ({ tokenHash: hashOf('one') }),
      () => ({ tokenHash: hashOf('one') }),
    ),
    accepted: invite(none, none),
  },
  ...(
    [
      [
        'a platform invitation of an organization',
        ({ owner }) => ({ ...platform(), organizationId: owner.id }),
      ],
      ['an organization’s without a role', () => ({ role: null })],
      ['a platform invitation with a role', () => ({ ...platform(), role: 'ADMIN' })],
      [
        'a cooperation’s without its cooperation, while it is open',
        () => ({ type: 'COOPERATION', role: null }),
      ],
      ['an organization’s with a cooperation', ({ cooperationId }) => ({ cooperationId })],
    ] as [string, Part<Invitation>][]
  ).map(([about, part]) => ({
    constraint: 'invitations_fit_their_type',
    about,
    refused: invite(part),
    accepted: invite(none, platform, cooperation, () => ({
      ...{ type: 'COOPERATION', role: null, status: 'DECLINED', settledAt: AT },
    })),
  })),
  {
    constraint: 'invitations_external_has_label',
    about: 'an EXTERNAL without label (M5)',
    refused: invite(() => ({ role: 'EXTERNAL' })),
    accepted: invite(() => ({ role: 'EXTERNAL', label: 'A supplier' })),
  },
  ...['', 'x'.repeat(101)].map((label) => ({
    constraint: 'invitations_label_length',
    about: `a label of ${label.length} characters`,
    refused: invite(() => ({ label })),
    accepted: invite(
      () => ({ label: 'x' }),
      () => ({ label: 'x'.repeat(100) }),
    ),
  })),
  {
    constraint: 'invitations_settled',
    about: 'one that is settled without its instant',
    refused: invite(() => ({ status: 'ACCEPTED' })),
    accepted: invite(() => ({ status: 'ACCEPTED', settledAt: AT })),
  },
  {
    constraint: 'invitations_settled',
    about: 'one that is open with an instant',
    refused: invite(() => ({ settledAt: AT })),
    accepted: invite(none),
  },
];

/** Stores an invitation that carries grants on these resources. */
const carry =
  (...resources: ((world: InvariantWorld) => { portfolioId?: string; parkId?: string })[]): Write =>
  async (tx, world) => {
    const invitation = invitationRow(world);
    await tx.insert(invitations).values(invitation);
    await tx.insert(invitationGrants).values(
      resources.map((resource) => ({
        ...{ id: newId(), invitationId: invitation.id, role: 'VIEWER' as const },
        grantedById: world.owner.members.anna.userId,
        ...resource(world),
      })),
    );
  };
const onNorth = ({ owner }: InvariantWorld) => ({ portfolioId: owner.portfolios.north });
const onN1 = ({ owner }: InvariantWorld) => ({ parkId: owner.parks.n1 });

const INVITATION_GRANTS: readonly InvariantCase[] = [
  {
    constraint: 'invitation_grants_one_per_portfolio',
    about: 'two on one portfolio',
    refused: carry(onNorth, onNorth),
    accepted: carry(onNorth, onN1),
  },
  {
    constraint: 'invitation_grants_one_per_park',
    about: 'two on one park',
    refused: carry(onN1, onN1),
    accepted: carry(onN1, ({ owner }) => ({ parkId: owner.parks.n2 })),
  },
  {
    constraint: 'invitation_grants_one_resource',
    about: 'on a portfolio and a park',
    refused: carry((world) => ({ ...onNorth(world), ...onN1(world) })),
    accepted: carry(onNorth, onN1),
  },
  {
    constraint: 'invitation_grants_one_resource',
    about: 'on nothing',
    refused: carry(none),
    accepted: carry(onNorth),
  },
];

const REGISTERED = { name: 'Somebody', passwordHash: 'a hash', language: 'EN' } as const;

const link =
  (...parts: Part<Link>[]): Write =>
  (tx, world) =>
    tx.insert(accountLinks).values(
      parts.map((part) => {
        const id = newId();
        const row = { id, kind: 'PASSWORD_RESET', userId: world.owner.members.anna.userId } as const;
        const rest = { email: 'one@example.org', tokenHash: hashOf(id), expiresAt: AT, createdAt: AT };
        return { ...row, ...rest, ...part(world) };
      }),
    );
const registration = () => ({ kind: 'VERIFICATION', ...REGISTERED }) as const;

const LINKS: readonly InvariantCase[] = [
  {
    constraint: 'account_links_token_hash_key',
    about: 'one secret for two links',
    refused: link(
      () => ({ tokenHash: hashOf('one') }),
      () => ({ kind: 'EMAIL_CHANGE', tokenHash: hashOf('one') }),
    ),
    accepted: link(none, () => ({ kind: 'EMAIL_CHANGE' })),
  },
  {
    constraint: 'account_links_one_of_each',
    about: 'a second link to reset one password',
    refused: link(none, none),
    accepted: link(none, ({ owner }) => ({ userId: owner.members.mona.userId }), registration, registration),
  },
  {
    constraint: 'account_links_registration',
    about: 'a registration that misses a part',
    refused: link(() => ({ ...registration(), passwordHash: null })),
    accepted: link(registration),
  },
  {
    constraint: 'account_links_registration',
    about: 'a reset with something registered',
    refused: link(() => REGISTERED),
    accepted: link(none),
  },
  ...['PASSWORD_RESET' as const, 'EMAIL_CHANGE' as const].map((kind) => {
    const withInvitation =
      (row: Partial<Link>): Write =>
      async (tx, world) => {
        const invitation = invitationRow(world);
        await tx.insert(invitations).values(invitation);
        await link(() => ({ ...row, invitationId: invitation.id }))(tx, world);
      };
    return {
      constraint: 'account_links_invitation_on_verification',
      about: `${kind} with an invitation`,
      refused: withInvitation({ kind }),
      accepted: withInvitation(registration()),
    };
  }),
];

const mail =
  (row: Partial<Mail>): Write =>
  (tx) =>
    tx.insert(mails).values({
      ...{ id: newId(), template: 'VERIFICATION', language: 'EN', recipient: 'one@example.org' },
      ...{ params: {}, createdAt: AT, dueAt: AT },
      ...row,
    });

const MAILS: readonly InvariantCase[] = [
  {
    constraint: 'mails_link_complete',
    about: 'a link without its rotation',
    refused: mail({ linkKind: 'VERIFICATION', linkId: newId() }),
    accepted: mail({ linkKind: 'VERIFICATION', linkId: newId(), linkRotation: 0 }),
  },
  {
    constraint: 'mails_sent',
    about: 'sent without its instant',
    refused: mail({ status: 'SENT' }),
    accepted: mail({ status: 'SENT', sentAt: AT }),
  },
  {
    constraint: 'mails_sent',
    about: 'queued with the instant of its sending',
    refused: mail({ sentAt: AT }),
    accepted: mail({}),
  },
];

export const ACCOUNT_INVARIANT_CASES: readonly InvariantCase[] = [
  ...INVITATIONS,
  ...INVITATION_GRANTS,
  ...LINKS,
  ...MAILS,
];
