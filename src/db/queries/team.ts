/** The team list: members, and invitations that are pending or expired, in one order. */
import { sql } from 'drizzle-orm';
import { type ListSource, type SortKey, textOf } from './keyset.ts';

/** Who or what it is; the rows themselves are loaded by id. */
export interface TeamRow {
  readonly kind: 'MEMBER' | 'INVITATION';
  readonly id: string;
}

export const TEAM: ListSource<TeamRow> = {
  columns: sql`t.kind, t.id`,
  from: sql`(
    select 'MEMBER' as kind, m.id, m.organization_id, u.name_key, m.role as member_role,
      null::organization_role as role
    from memberships m join users u on u.id = m.user_id
    union all
    select 'INVITATION', v.id, v.organization_id, v.email collate "C", null, v.role
    from invitations v where v.status = 'PENDING' and v.type = 'ORGANIZATION'
  ) t`,
  id: sql`t.id`,
  alias: 't',
  toRow: (raw) => ({ kind: raw['kind'] as TeamRow['kind'], id: textOf(raw['id']) }),
};

export const TEAM_NAME: SortKey = { expression: sql`t.name_key`, type: 'text' };
