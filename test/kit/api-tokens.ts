import type { PermissionGroup } from '../../src/authz/roles.ts';
import { newId } from '../../src/db/new-id.ts';
import { insertApiToken } from '../../src/db/queries/api-tokens.ts';
import { hintOf, newApiSecret } from '../../src/identity/api-tokens.ts';
import { hashSecret } from '../../src/identity/secret.ts';
import type { GraphQLClient } from './client.ts';
import type { TestGateway } from './gateway.ts';
import type { Person, Resource } from './story.ts';

/** Stores an API token of a member, by rows, and answers a client that uses it. */
export async function insertToken(
  { database, client }: TestGateway,
  owner: Person,
  details: { group?: PermissionGroup; scope?: readonly Resource[]; expiresAt?: Date } = {},
): Promise<GraphQLClient> {
  const secret = newApiSecret();
  const { group: permissionGroup = 'FULL_ACCESS', scope, expiresAt = null } = details;
  const row = {
    id: newId(),
    membershipId: owner.member?.uuid as string,
    name: 'A token',
    permissionGroup,
    tokenHash: hashSecret(secret),
    hint: hintOf(secret),
    createdAt: new Date(Date.UTC(2025, 5)),
    expiresAt,
  };
  const refs = scope?.map(({ kind, uuid, owner: { uuid: organizationId } }) => ({
    kind: kind === 'park' ? ('PARK' as const) : ('PORTFOLIO' as const),
    id: uuid,
    organizationId,
    portfolioId: uuid,
  }));
  await database.transaction('command', (tx) => insertApiToken(tx, row, refs ?? null));
  return client(secret);
}
