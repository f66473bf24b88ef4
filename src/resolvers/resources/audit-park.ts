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

/** Records on the recipient's trail that a share ended with its resource. */
export function auditEndedShare(
  audit: Command<Viewer>['audit'],
  share: { readonly recipientId: string; readonly cooperationId: string },
  subjectId: string,
): void {
  const { recipientId: organizationId, cooperationId } = share;
  audit({ organizationId, cooperationId, action: 'share.ended', subjectId, details: { because: 'deleted' } });
}
