import type { Access } from '../../authz/decide.ts';
import type { AuditRecord } from '../../db/audit.ts';
import type { Command } from '../../db/tx.ts';
import type { Viewer } from '../context/viewer.ts';

/** Records a change below a park on its owner's trail, and on the actor's own when it was made through a cooperation (A2). */
export function auditPark(
  { actor, audit }: Command<Viewer>,
  ownerId: string,
  access: Access,
  record: Omit<AuditRecord, 'organizationId' | 'cooperationId'>,
): void {
  const through = access.cooperationId === null ? {} : { cooperationId: access.cooperationId };
  const home = actor.rows.membership?.organizationId ?? ownerId;
  for (const organizationId of new Set([ownerId, home])) audit({ ...record, ...through, organizationId });
}

interface CoveringShare {
  readonly recipientId: string;
  readonly cooperationId: string;
  readonly parkId: string | null;
  readonly role: string;
}

/** The shares of those who may know of a park: a share of NONE takes it out of a shared portfolio (P3), and out of the trail (V1). */
export function knownTo<Share extends CoveringShare>(covering: readonly Share[]): Share[] {
  const hiddenFrom = new Set(
    covering
      .filter((share) => share.parkId !== null && share.role === 'NONE')
      .map((share) => share.recipientId),
  );
  return covering.filter((share) => !hiddenFrom.has(share.recipientId));
}

/** Records on the trail of each organization that a deleted resource was shared with, once. */
export function auditEndedReach(
  audit: Command<Viewer>['audit'],
  covering: readonly CoveringShare[],
  subjectId: string,
): void {
  const partners = new Map(
    knownTo(covering).map(({ recipientId, cooperationId }) => [recipientId, cooperationId]),
  );
  for (const [organizationId, cooperationId] of partners) {
    const details = { because: 'deleted by its owner' };
    audit({ organizationId, cooperationId, action: 'resource.deleted', subjectId, details });
  }
}
