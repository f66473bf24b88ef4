import { notFound, requireOrganizationAction } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { API_TOKENS, type ApiTokenRow, revokeToken } from '../../db/queries/api-tokens.ts';
import { fetchByIds } from '../../db/queries/keyset.ts';
import { NothingChanged } from '../../db/tx.ts';
import type { RevokeApiTokenInput } from '../../schema/api-token-inputs.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { seesApiToken } from './load-api-token.ts';

/**
 * Revokes an API token for good: the viewer's own, or with API_TOKEN_REVOKE_ANY another member's. Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN
 */
export function revokeApiToken(
  context: RequestContext,
  { apiTokenId }: RevokeApiTokenInput,
): Promise<string> {
  return context.command({
    // Every command that the token runs is before it or after.
    mode: 'ACCESS',
    organizations: async (tx, viewer) => {
      await revocable(tx, viewer, apiTokenId);
      return [];
    },
    work: async ({ tx, actor, instant, audit }) => {
      const { id, name, owner, permissionGroup } = await revocable(tx, actor, apiTokenId);
      if (!(await revokeToken(tx, id, instant))) throw new NothingChanged(id);
      audit({
        organizationId: owner.organizationId,
        action: 'api_token.revoked',
        subjectId: globalId('token', id),
        details: { name, permissionGroup, ownerId: globalId('member', owner.id), owner: owner.person.name },
      });
      return id;
    },
  });
}

async function revocable(tx: Tx, actor: Viewer, apiTokenId: string): Promise<ApiTokenRow> {
  const id = parseGlobalId('token', apiTokenId);
  const row = id === null ? undefined : (await fetchByIds(tx, API_TOKENS, [id])).get(id);
  if (!row || !seesApiToken(actor, row)) throw notFound();
  if (row.owner.id !== actor.rows.membership?.id) {
    requireOrganizationAction(actor.inOrganization(row.owner.organizationId), 'API_TOKEN_REVOKE_ANY');
  }
  return row;
}
