/** One organization that has invited another to a cooperation: the scene of races about what becomes of it. PostgreSQL only. */
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import { users } from '../../src/db/schema/users.ts';
import { globalId, parseGlobalId } from '../../src/schema/global-id.ts';
import { invitationSecret } from './accounts.ts';
import type { GraphQLClient } from './client.ts';
import type { TestGateway } from './gateway.ts';
import { signInAll } from './race-commands.ts';
import { expectSound, recordedOn } from './race-partners.ts';
import { type RaceDatabase, readRows } from './races.ts';
import { buildTenant, inOneGo, userRow } from './rows.ts';
import type { Courtship } from './serial-cooperations.ts';

const INVITE =
  'mutation ($input: InviteCooperationInput!) { inviteCooperation(input: $input) { cooperation { id } } }';

/** The identifier that an organization is invited by. */
export async function identifierOf(db: RaceDatabase, organizationId: string): Promise<string> {
  const [row] = await readRows<{ identifier: string }>(
    db.other,
    sql`select identifier from organizations where id = ${organizationId}`,
  );
  return row?.identifier as string;
}

/** Has somebody invite; answers the cooperation, and of one by address its invitation with the secret of its link. */
export async function inviteTo(
  db: RaceDatabase,
  inviter: GraphQLClient,
  whom: { readonly organizationIdentifier: string } | { readonly email: string },
) {
  const { inviteCooperation } = await inviter.get<
    { inviteCooperation: { cooperation: { id: string } } },
    object
  >(INVITE, { input: whom });
  const cooperationId = inviteCooperation.cooperation.id;
  const uuid = parseGlobalId('cooperation', cooperationId) as string;
  const [invitation] = await readRows<{ id: string }>(
    db.other,
    sql`select id from invitations where cooperation_id = ${uuid}`,
  );
  const invitationId = globalId('invitation', invitation?.id ?? '');
  return {
    uuid,
    cooperationId,
    invitationUuid: invitation?.id ?? null,
    invitationId,
    secret: invitation ? invitationSecret(invitationId) : '',
  };
}

/**
 * An organization with the administrators olga, otto and omar, of whom olga has invited: by its identifier the organization that anna,
 * aron and ada administer, or by address anna, or noor, who is in no organization.
 */
export async function newCourtship(
  db: RaceDatabase,
  gateway: TestGateway,
  invited: 'organization' | 'anna' | 'noor',
) {
  const initiator = await buildTenant(db.other, {
    members: { olga: 'ADMIN', otto: 'ADMIN', omar: 'ADMIN' },
  });
  const partner = await buildTenant(db.other, { members: { anna: 'ADMIN', aron: 'ADMIN', ada: 'ADMIN' } });
  const noor = userRow({ name: 'noor' });
  await inOneGo(db.other, (tx) => tx.insert(users).values(noor));
  const people = [...Object.values(initiator.members), ...Object.values(partner.members)];
  const clients = await signInAll(gateway, [...people.map(({ userId }) => userId), noor.id]);
  const [olga, otto, omar, anna, aron, ada, noorsClient] = clients as [
    ...[GraphQLClient, GraphQLClient, GraphQLClient, GraphQLClient, GraphQLClient, GraphQLClient],
    GraphQLClient,
  ];
  const email = invited === 'noor' ? noor.email : partner.members.anna.email;
  const whom =
    invited === 'organization'
      ? { organizationIdentifier: await identifierOf(db, partner.id) }
      : { email: email as string };
  return {
    ...(await inviteTo(db, olga, whom)),
    initiator,
    partner,
    clients: { olga, otto, omar, anna, aron, ada, noor: noorsClient },
    olgaId: globalId('member', initiator.members.olga.membershipId),
    /** What noor's organization would be called. */
    newName: `Of ${noor.id}`,
  };
}
export type CourtshipScene = Awaited<ReturnType<typeof newCourtship>>;

/** What the beginning of a scene is to the reference. */
export const courtshipAtFirst = ({ invitationUuid }: CourtshipScene): Courtship => ({
  cooperation: 'pending',
  invitation: invitationUuid === null ? null : { status: 'PENDING', rotation: 0 },
  inviterStands: true,
});

/** What became of it: what is stored, and what was recorded since the invitation. Rows that must not be are not there. */
export async function outcomeOfCourtship(db: RaceDatabase, scene: CourtshipScene) {
  const { initiator, partner, uuid, invitationUuid, newName } = scene;
  const made = await readRows<{ id: string }>(
    db.other,
    sql`select id from organizations where name = ${newName}`,
  );
  const sides = { initiator: initiator.id, partner: made[0]?.id ?? partner.id };
  await expectSound(db.other, Object.values(sides));
  type Row = {
    accepted: boolean | null;
    partnerId: string | null;
    status: NonNullable<Courtship['invitation']>['status'] | null;
    rotation: number | null;
    mails: number;
    stands: boolean;
  };
  const [row] = (await readRows<Row>(
    db.other,
    sql`select c.accepted_at is not null as accepted, c.partner_id as "partnerId", i.status, i.rotation,
        (select count(*)::int from mails where link_id = i.id) as mails, m.role = 'ADMIN' as stands
      from memberships m left join cooperations c on c.id = ${uuid} left join invitations i on i.id = ${invitationUuid}
      where m.id = ${initiator.members.olga.membershipId}`,
  )) as [Row];
  const cooperation = row.partnerId === null ? 'gone' : row.accepted ? 'active' : 'pending';
  if (cooperation === 'active') expect(row.partnerId).toBe(sides.partner);
  // Every time that it was sent is a mail.
  if (invitationUuid !== null) expect(row.mails).toBe(1 + (row.rotation ?? 0));
  const state: Courtship = {
    cooperation,
    invitation: row.status === null ? null : { status: row.status, rotation: row.rotation ?? 0 },
    inviterStands: row.stands,
  };
  const events = await recordedOn(db.other, sides);
  const since = events.filter((event) => !/cooperation\.(invited|requested)$/.test(event));
  return { state, events: since, organizationsMade: made.length };
}
