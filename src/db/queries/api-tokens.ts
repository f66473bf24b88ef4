/** The rows of API tokens with their owner, and what their life writes. */
import { and, eq, isNull, lte, or, sql } from 'drizzle-orm';
import type { ResourceRef } from '../../authz/facts.ts';
import type { PermissionGroup } from '../../authz/roles.ts';
import { resourceRef } from '../access-facts.ts';
import type { Tx } from '../client.ts';
import { type Clock, instantSql } from '../instant.ts';
import { newId } from '../new-id.ts';
import { rowsOf, uuidArray } from '../rows.ts';
import { apiTokenScopes, apiTokens } from '../schema/api-tokens.ts';
import { memberships } from '../schema/memberships.ts';
import { organizations } from '../schema/organizations.ts';
import { users } from '../schema/users.ts';
import { dateOf, type ListSource, type RawRow, type SortKey, textOf } from './keyset.ts';
import { MEMBER_COLUMNS, MEMBER_JOINS, type MemberRow, toMemberRow } from './members.ts';
import type { AccountRows } from './sessions.ts';

export interface ApiTokenRow {
  readonly id: string;
  readonly name: string;
  readonly permissionGroup: PermissionGroup;
  readonly scoped: boolean;
  readonly hint: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly owner: MemberRow;
}

export const API_TOKENS: ListSource<ApiTokenRow> = {
  columns: sql`t.id as token_id, t.name as token_name, t.permission_group, t.scoped, t.hint, t.created_at as token_created_at,
    t.expires_at as token_expires_at, t.revoked_at, t.last_used_at, ${MEMBER_COLUMNS}`,
  from: sql`api_tokens t join memberships m on m.id = t.membership_id ${MEMBER_JOINS}`,
  id: sql`t.id`,
  alias: 't',
  toRow: (raw) => ({
    id: textOf(raw['token_id']),
    name: textOf(raw['token_name']),
    permissionGroup: raw['permission_group'] as PermissionGroup,
    scoped: raw['scoped'] as boolean,
    hint: textOf(raw['hint']),
    createdAt: dateOf(raw['token_created_at']) as Date,
    expiresAt: dateOf(raw['token_expires_at']),
    revokedAt: dateOf(raw['revoked_at']),
    lastUsedAt: dateOf(raw['last_used_at']),
    owner: toMemberRow(raw),
  }),
};

export const API_TOKEN_AGE: SortKey = { expression: sql`t.created_at`, type: 'timestamptz' };

/** What some tokens are scoped to, by token: one statement. What was deleted has dropped out (T3). */
export async function scopesOfTokens(
  tx: Tx,
  tokenIds: readonly string[],
): Promise<ReadonlyMap<string, readonly ResourceRef[]>> {
  const result = await tx.execute(sql`
    select s.token_id, s.portfolio_id, s.park_id, p.portfolio_id as park_portfolio_id,
      coalesce(p.organization_id, f.organization_id) as owner_id
    from api_token_scopes s left join parks p on p.id = s.park_id left join portfolios f on f.id = s.portfolio_id
    where s.token_id = any(${uuidArray(tokenIds)}) order by s.id`);
  const scopes = new Map<string, ResourceRef[]>(tokenIds.map((id) => [id, []]));
  for (const raw of rowsOf<RawRow>(result)) {
    scopes.get(textOf(raw['token_id']))?.push(
      resourceRef({
        organizationId: textOf(raw['owner_id']),
        portfolioId: raw['portfolio_id'] as string | null,
        parkId: raw['park_id'] as string | null,
        parkPortfolioId: raw['park_portfolio_id'] as string | null,
      }),
    );
  }
  return scopes;
}

/** The account behind an API token's hash, with the instant of the request: one statement. Whether it is good is the caller's to judge. */
export async function accountOfApiToken(
  tx: Tx,
  clock: Clock | undefined,
  tokenHash: Uint8Array,
): Promise<AccountRows | null> {
  const [row] = await tx
    .select({
      instant: instantSql(clock),
      apiToken: apiTokens,
      user: users,
      membership: memberships,
      organization: organizations,
    })
    .from(apiTokens)
    .innerJoin(memberships, eq(memberships.id, apiTokens.membershipId))
    .innerJoin(users, eq(users.id, memberships.userId))
    .innerJoin(organizations, eq(organizations.id, memberships.organizationId))
    .where(eq(apiTokens.tokenHash, tokenHash));
  return row ? { ...row, session: null } : null;
}

/** Stores a token with its scope (null: everything its owner reaches). */
export async function insertApiToken(
  tx: Tx,
  row: Omit<typeof apiTokens.$inferInsert, 'scoped'>,
  scope: readonly ResourceRef[] | null,
): Promise<void> {
  await tx.insert(apiTokens).values({ ...row, scoped: scope !== null });
  if (!scope || scope.length === 0) return;
  await tx.insert(apiTokenScopes).values(
    scope.map(({ kind, id }) => ({
      id: newId(),
      tokenId: row.id,
      portfolioId: kind === 'PORTFOLIO' ? id : null,
      parkId: kind === 'PARK' ? id : null,
    })),
  );
}

/** Revokes a token; false when it was already. */
export async function revokeToken(tx: Tx, id: string, revokedAt: Date): Promise<boolean> {
  const revoked = await tx
    .update(apiTokens)
    .set({ revokedAt })
    .where(and(eq(apiTokens.id, id), isNull(apiTokens.revokedAt)))
    .returning({ id: apiTokens.id });
  return revoked.length > 0;
}

/** Notes that a token was used; of many at once, one a minute is written. */
export async function touchApiToken(tx: Tx, id: string, instant: Date, before: Date): Promise<void> {
  await tx
    .update(apiTokens)
    .set({ lastUsedAt: instant })
    .where(and(eq(apiTokens.id, id), or(isNull(apiTokens.lastUsedAt), lte(apiTokens.lastUsedAt, before))));
}

/** How many tokens end with a membership (M6). */
export const countTokensOf = (tx: Tx, membershipId: string): Promise<number> =>
  tx.$count(apiTokens, and(eq(apiTokens.membershipId, membershipId), isNull(apiTokens.revokedAt)));
