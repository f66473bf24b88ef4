import {
  type CooperationStatus,
  cooperationStatus,
  requireNoInvitation,
  type Side,
} from '../../authz/cooperation-rules.ts';
import { notFound, requireOnResources, requireOrganizationAction } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { COOPERATIONS, type CooperationRow, cooperationFact } from '../../db/queries/cooperations.ts';
import { fetchByIds } from '../../db/queries/keyset.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

/** A cooperation as one side's ADMIN acts on it. */
interface Found {
  readonly row: CooperationRow;
  readonly side: Side;
  readonly status: CooperationStatus;
  /** Both sides, to be locked; a placeholder too, which nobody else holds. */
  readonly sides: readonly string[];
  /** The sides that have a trail: a placeholder has none. */
  readonly tenants: readonly string[];
}

/**
 * A cooperation by its global id, inside a command. Whoever is no ADMIN is told so whatever the id is, which tells nothing of it.
 * Cooperations change under the locks of both sides, a pending one's end by its invitation under the initiator's; so under both the row needs none of its own.
 * @throws FORBIDDEN, NOT_FOUND unless the viewer is an ADMIN of either side (V1)
 */
export async function cooperationOf(
  tx: Tx,
  viewer: Viewer,
  globalId: string,
  action: 'COOPERATION_MANAGE' | 'SHARE_MANAGE' = 'COOPERATION_MANAGE',
): Promise<Found> {
  if (action === 'SHARE_MANAGE') requireOnResources(viewer.home, action);
  else requireOrganizationAction(viewer.home, action);
  const id = parseGlobalId('cooperation', globalId);
  const row = id === null ? undefined : (await fetchByIds(tx, COOPERATIONS, [id])).get(id);
  const home = viewer.rows.membership?.organizationId;
  if (!row || (row.initiator.id !== home && row.partner.id !== home)) throw notFound();
  requireNoInvitation(viewer.facts.token, row.acceptedAt !== null);
  const { initiator, partner } = row;
  return {
    row,
    side: initiator.id === home ? 'INITIATOR' : 'PARTNER',
    status: cooperationStatus(cooperationFact(row), viewer.instant),
    sides: [initiator.id, partner.id],
    tenants: partner.placeholder ? [initiator.id] : [initiator.id, partner.id],
  };
}
