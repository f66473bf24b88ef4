import type { Tx } from '../../db/client.ts';
import { pendingPartnerOf } from '../../db/queries/cooperations.ts';
import type { InvitationRow } from '../../db/queries/invitations.ts';
import { deleteCooperations, deleteOrganizations } from '../../db/queries/organizations.ts';

/** C3: an invitation to a cooperation that is declined or revoked takes placeholder and cooperation with it. */
export async function endPendingCooperation(tx: Tx, { cooperation }: InvitationRow): Promise<void> {
  if (cooperation === null) return;
  const placeholderId = await pendingPartnerOf(tx, cooperation.id);
  await deleteCooperations(tx, [cooperation.id]);
  if (placeholderId !== null) await deleteOrganizations(tx, [placeholderId]);
}
