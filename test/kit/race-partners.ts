/** Two organizations that share, and what is stored and recorded of them: the scene of races between them. PostgreSQL only. */
import { sql } from 'drizzle-orm';
import { expect } from 'vitest';
import type { Database } from '../../src/db/client.ts';
import { rowsOf, uuidArray } from '../../src/db/rows.ts';
import { grants } from '../../src/db/schema/grants.ts';
import { shares } from '../../src/db/schema/shares.ts';
import { globalId } from '../../src/schema/global-id.ts';
import type { GraphQLClient } from './client.ts';
import type { TestGateway } from './gateway.ts';
import { signInAll } from './race-commands.ts';
import { type RaceDatabase, readRows } from './races.ts';
import { buildCooperation, buildTenant, grantRow, inOneGo, shareRow } from './rows.ts';
import type { Place, Shared, Sharing } from './serial-shares.ts';

/** Nothing is shared yet. */
const BEFORE: Sharing = { parkIn: 'north', cooperation: 'ACTIVE', shares: {}, delegated: {}, anna: 'ADMIN' };

/**
 * An owner with the administrators olga and otto and a park in the portfolio north, south being empty; its partner with the administrators
 * anna and aron and the member tom; what is shared and delegated between them, as `story` says; and everybody signed in.
 */
export async function newPartners(db: RaceDatabase, gateway: TestGateway, story: Partial<Sharing> = {}) {
  const [owner, partner] = await Promise.all([
    buildTenant(db.other, {
      members: { olga: 'ADMIN', otto: 'ADMIN' },
      portfolios: { north: ['park'], south: [] },
    }),
    buildTenant(db.other, { members: { anna: 'ADMIN', aron: 'ADMIN', tom: 'MEMBER' } }),
  ]);
  const start = { ...BEFORE, ...story };
  const cooperationId = await buildCooperation(db.other, owner.id, partner.id);
  const uuids = { ...owner.portfolios, ...owner.parks };
  const on = (place: Place) => ({ [place === 'park' ? 'parkId' : 'portfolioId']: uuids[place] });
  const sides = { cooperationId, ownerId: owner.id, recipientId: partner.id };
  const shared = placed(start.shares).map(([place, role]) => shareRow({ ...sides, ...on(place), role }));
  const { membershipId } = partner.members.tom;
  const delegated = placed(start.delegated).map(([place, role]) =>
    grantRow({ membershipId, cooperationId, ...on(place), role }),
  );
  await inOneGo(db.other, async (tx) => {
    if (shared.length > 0) await tx.insert(shares).values(shared);
    if (delegated.length > 0) await tx.insert(grants).values(delegated);
  });
  const { olga, otto, anna, aron, tom } = { ...owner.members, ...partner.members };
  const everybody = [olga, otto, anna, aron, tom];
  const clients = await signInAll(
    gateway,
    everybody.map(({ userId }) => userId),
  );
  const shareIds = new Map(
    placed(start.shares).map(([place], index) => [place, shared[index]?.id as string]),
  );
  return {
    start,
    owner,
    partner,
    uuids,
    cooperationUuid: cooperationId,
    cooperationId: globalId('cooperation', cooperationId),
    olga: clients[0] as GraphQLClient,
    otto: clients[1] as GraphQLClient,
    anna: clients[2] as GraphQLClient,
    aron: clients[3] as GraphQLClient,
    tom: clients[4] as GraphQLClient,
    tomId: globalId('member', membershipId),
    annaId: globalId('member', anna.membershipId),
    /** The global id of a portfolio or of the park. */
    idOf: (place: Place) => globalId(place === 'park' ? 'park' : 'portfolio', uuids[place]),
    /** The global id of a share that the story told. */
    shareOf: (place: Place) => globalId('share', shareIds.get(place) as string),
  };
}
export type Partners = Awaited<ReturnType<typeof newPartners>>;

const placed = (roles: Sharing['shares']) => Object.entries(roles) as [Place, Shared][];

/** What is stored between two partners now. */
export async function sharingOf(database: Database, partners: Partners): Promise<Sharing> {
  const { owner, partner, uuids, cooperationUuid } = partners;
  const { userId, membershipId } = partner.members.anna;
  const names = new Map(Object.entries(uuids).map(([place, uuid]) => [uuid, place as Place]));
  type Named = { readonly place: string; readonly role: Shared };
  return database.transaction('snapshot', async (tx) => {
    const select = async <Row>(statement: ReturnType<typeof sql>) => rowsOf<Row>(await tx.execute(statement));
    const roles = (rows: readonly Named[]) =>
      Object.fromEntries(rows.map(({ place, role }) => [names.get(place) as Place, role]));
    const [park] = await select<{ at: string }>(
      sql`select portfolio_id as at from parks where id = ${uuids.park}`,
    );
    const [cooperation] = await select<{ paused: boolean }>(
      sql`select paused from cooperations where id = ${cooperationUuid}`,
    );
    const [anna] = await select<{ role: 'ADMIN' | 'MEMBER'; active: boolean }>(
      sql`select role, active from memberships where id = ${membershipId}`,
    );
    const signedIn = await select(sql`select id from sessions where user_id = ${userId}`);
    expect(signedIn.length > 0).toBe(anna !== undefined);
    return {
      parkIn: names.get(park?.at ?? '') as Sharing['parkIn'],
      cooperation: cooperation ? (cooperation.paused ? 'PAUSED' : 'ACTIVE') : 'gone',
      shares: roles(
        await select(
          sql`select coalesce(park_id, portfolio_id) as place, role from shares where owner_id = ${owner.id}`,
        ),
      ),
      delegated: roles(
        await select(sql`select coalesce(g.park_id, g.portfolio_id) as place, g.role from grants g
          join memberships m on m.id = g.membership_id where m.organization_id = ${partner.id}`),
      ),
      anna: anna ? (anna.active ? anna.role : 'paused') : 'removed',
    };
  });
}

type Details = Readonly<Record<string, unknown>> & {
  readonly before?: { readonly role?: string } | null;
  readonly after?: { readonly role?: string } | null;
};

/** What a record says of roles and numbers. */
function noteOf({ before, after, ...details }: Details): string {
  const given = [before?.role, after?.role, details['role']].filter((role) => role != null);
  const lowered = typeof details['to'] === 'string' || details['to'] === null;
  const isJobRole = lowered && /^[A-Z]+$/.test(`${details['from']}`);
  const counts = [
    ['lowered', details['grantsLowered'] ?? details['delegatedGrantsLowered']],
    ['shares', details['sharesEnded']],
    ['ended', details['grantsEnded']],
  ].flatMap(([name, count]) => (count === undefined ? [] : [`${name} ${count}`]));
  const rewritten = isJobRole ? [`${details['from']}>${details['to'] ?? ''}`] : [];
  return [given.join('>'), ...rewritten, ...counts].filter((each) => each !== '').join(' ');
}

/** What was recorded on some trails, in the order of the changes: "owner: olga share.given TOM lowered 0". */
export async function recordedOn(
  database: Database,
  trails: Readonly<Record<string, string>>,
): Promise<string[]> {
  const names = new Map(Object.entries(trails).map(([name, id]) => [id, name]));
  const rows = await readRows<{ on: string; actor: string | null; action: string; details: Details }>(
    database,
    sql`select organization_id as on, actor_name as actor, action, details from audit_events
      where organization_id = any(${uuidArray([...names.keys()])}) order by id`,
  );
  return rows.map(({ on, actor, action, details }) =>
    `${names.get(on)}: ${actor ?? 'somebody'} ${action} ${noteOf(details)}`.trim(),
  );
}

/** Rows that must not be, whatever ran at once, among those of these organizations: each with what is wrong with it. */
export async function expectSound(database: Database, organizationIds: readonly string[]): Promise<void> {
  const ids = uuidArray(organizationIds);
  const wrong = await readRows(
    database,
    sql`with delegations as (
        select g.id, g.role, coalesce(
          (select s.role from shares s where s.cooperation_id = g.cooperation_id and s.park_id = g.park_id),
          (select s.role from shares s join parks p on p.id = g.park_id
            where s.cooperation_id = g.cooperation_id and s.portfolio_id = p.portfolio_id),
          (select s.role from shares s where s.cooperation_id = g.cooperation_id and s.portfolio_id = g.portfolio_id)
        ) as ceiling
        from grants g join memberships m on m.id = g.membership_id
        where g.cooperation_id is not null and m.organization_id = any(${ids})
      ), pairs as (
        select c.*, p.placeholder from cooperations c join organizations p on p.id = c.partner_id
        where c.initiator_id = any(${ids}) or c.partner_id = any(${ids})
      )
      select 'delegated above the ceiling' as what, id from delegations
        where ceiling is null or ceiling = 'NONE' or role not in ('VIEWER', ceiling)
      union all select 'accepted with a placeholder', id from pairs where placeholder and accepted_at is not null
      union all select 'invited by address without invitation', id from pairs where placeholder and not exists
        (select from invitations i where i.cooperation_id = pairs.id and i.status = 'PENDING')
      union all select 'invitation without cooperation', i.id from invitations i
        where i.organization_id = any(${ids}) and i.type = 'COOPERATION' and i.status = 'PENDING' and not exists
        (select from cooperations c where c.id = i.cooperation_id and c.accepted_at is null)
      union all select 'shared while pending', s.id from shares s join pairs on pairs.id = s.cooperation_id
        where pairs.accepted_at is null
      union all select 'placeholder without cooperation', o.id from organizations o
        join invitations i on i.email = o.name and i.organization_id = any(${ids})
        where o.placeholder and not exists (select from cooperations c where c.partner_id = o.id)`,
  );
  expect(wrong).toEqual([]);
}

/** How many deadlocks the database had to break; none, where everybody locks in one order. */
export async function deadlocksOf(database: Database): Promise<number> {
  const [row] = await readRows<{ deadlocks: number }>(
    database,
    sql`select deadlocks::int from pg_stat_database where datname = current_database()`,
  );
  return row?.deadlocks ?? 0;
}
