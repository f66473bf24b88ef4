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

/** Records on the trail of each organization that a deleted resource was shared with, once. */
export function auditEndedReach(
  audit: Command<Viewer>['audit'],
  covering: readonly { readonly recipientId: string; readonly cooperationId: string }[],
  subjectId: string,
): void {
  const partners = new Map(covering.map(({ recipientId, cooperationId }) => [recipientId, cooperationId]));
  for (const [organizationId, cooperationId] of partners) {
    const details = { because: 'deleted by its owner' };
    audit({ organizationId, cooperationId, action: 'share.ended', subjectId, details });
  }
}
