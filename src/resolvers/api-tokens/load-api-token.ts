import { seesEveryToken } from '../../authz/sight.ts';
import { API_TOKENS, type ApiTokenRow } from '../../db/queries/api-tokens.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import type { Viewer } from '../context/viewer.ts';
import { ApiTokenModel } from './api-token-model.ts';

/** The API token with this UUID if the viewer may see it, else null (V1). Batched. */
export async function loadApiToken(reading: Reading, id: string): Promise<ApiTokenModel | null> {
  const row = await loadRow(reading, 'API token', API_TOKENS, id);
  return row && seesApiToken(reading.viewer, row) ? new ApiTokenModel(row, reading.viewer) : null;
}

/** Section 6: a token is seen by its owner, and by the ADMINs of the organization; T1: with a token, only that token itself. */
export function seesApiToken(viewer: Viewer, { id, owner }: Pick<ApiTokenRow, 'id' | 'owner'>): boolean {
  const { token, membership } = viewer.facts;
  if (token) return token.id === id;
  return owner.id === membership?.id || seesEveryToken(viewer.inOrganization(owner.organizationId));
}
