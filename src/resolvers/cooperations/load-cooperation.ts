import { seesCooperations } from '../../authz/sight.ts';
import { COOPERATIONS, type CooperationRow } from '../../db/queries/cooperations.ts';
import { loadRow } from '../context/load-row.ts';
import type { Reading } from '../context/reading.ts';
import type { Viewer } from '../context/viewer.ts';
import { CooperationModel } from './cooperation-model.ts';

/** The cooperation with this UUID if the viewer is an ADMIN of either side, else null (V1). Batched. */
export async function loadCooperation(reading: Reading, id: string): Promise<CooperationModel | null> {
  const { viewer } = reading;
  // Who sees none needs no look.
  if (!seesCooperations(viewer.home)) return null;
  const row = await loadRow(reading, 'cooperation', COOPERATIONS, id);
  return row && seesCooperation(viewer, row) ? new CooperationModel(row, viewer) : null;
}

/** Section 6: the ADMINs of either side; a placeholder has none. */
function seesCooperation(viewer: Viewer, { initiator, partner }: CooperationRow): boolean {
  const home = viewer.rows.membership?.organizationId;
  return seesCooperations(viewer.home) && (home === initiator.id || home === partner.id);
}
