import { seesShare } from '../../authz/sight.ts';
import { SHARES, type ShareRow } from '../../db/queries/shares.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import type { Viewer } from '../context/viewer.ts';
import { ShareModel } from './share-model.ts';

/** The share with this UUID if the viewer may see it, else null (V1). Batched. */
export async function loadShare(reading: Reading, id: string): Promise<ShareModel | null> {
  const row = await loadRow(reading, 'share', SHARES, id);
  return row && isSeen(reading.viewer, row) ? new ShareModel(row, reading.viewer) : null;
}

/** Section 6: who sees a share. */
export const isSeen = (viewer: Viewer, { owner, recipient, role }: ShareRow): boolean =>
  seesShare(viewer.facts, viewer.home, { ownerId: owner.id, recipientId: recipient.id, role });
