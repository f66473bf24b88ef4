/** Whoever did something, as a row of what they did shows them. */
import { type SQL, sql } from 'drizzle-orm';
import { type RawRow, textOf } from './keyset.ts';

export interface DoerRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Tells whether, and where, they are still in an organization. */
  readonly membership: { readonly id: string; readonly organizationId: string } | null;
}

/** The columns of `users by_user` and `memberships by_member` that `toDoer` reads. */
export const DOER_COLUMNS = sql`by_user.id as by_id, by_user.name as by_name, by_user.email as by_email,
  by_member.id as by_member_id, by_member.organization_id as by_organization_id`;

/** Joins them by the account that `userId` refers to, which may be gone. */
export const doerJoins = (userId: SQL): SQL =>
  sql`left join users by_user on by_user.id = ${userId} left join memberships by_member on by_member.user_id = by_user.id`;

export const toDoer = (raw: RawRow): DoerRow => ({
  id: textOf(raw['by_id']),
  name: textOf(raw['by_name']),
  email: textOf(raw['by_email']),
  membership:
    raw['by_member_id'] === null
      ? null
      : { id: textOf(raw['by_member_id']), organizationId: textOf(raw['by_organization_id']) },
});
