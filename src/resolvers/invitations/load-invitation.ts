import { INVITATIONS } from '../../db/queries/invitations.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import { InvitationModel } from './invitation-model.ts';
import { seesInvitation } from './invitation-rows.ts';

/** The invitation with this UUID if the viewer may see it, else null (V1). Batched. */
export async function loadInvitation(reading: Reading, id: string): Promise<InvitationModel | null> {
  const row = await loadRow(reading, 'invitation', INVITATIONS, id);
  return row && seesInvitation(reading.viewer, row) ? new InvitationModel(row, reading.viewer) : null;
}
