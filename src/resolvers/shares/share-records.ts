import { NAMED_IN_AUDIT } from '../../db/audit.ts';
import type { Rewrite } from '../../db/queries/delegations.ts';
import type { ShareRow } from '../../db/queries/shares.ts';
import type { Command } from '../../db/tx.ts';
import { globalId, resourceId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

type Sharing = Pick<ShareRow, 'id' | 'resource' | 'role' | 'expiresAt'>;

/** A share before and after a change, and what it did to delegated grants. */
interface ShareRecord {
  readonly ownerId: string;
  readonly recipientId: string;
  readonly cooperationId: string;
  readonly before: Sharing | null;
  readonly after: Sharing | null;
  readonly rewrites: readonly Rewrite[];
  /** Whether the recipient reached the resource before or reaches it after; else there is nothing that they may know of (V1). */
  readonly knownToRecipient: boolean;
}

/** Records a share on the owner's trail and on the recipient's, with the delegated grants that it lowered (A1, S2). */
export function auditShare({ audit }: Command<Viewer>, record: ShareRecord): void {
  const { ownerId, recipientId, cooperationId, before, after, rewrites, knownToRecipient } = record;
  const { id, resource } = (after ?? before) as Sharing;
  const details = {
    resourceId: resourceId(resource),
    before: before && shown(before),
    after: after && shown(after),
    grantsLowered: rewrites.length,
    grants: rewrites.slice(0, NAMED_IN_AUDIT).map((rewrite) => ({
      memberId: globalId('member', rewrite.membershipId),
      resourceId: resourceId(rewrite.resource),
      from: rewrite.from,
      to: rewrite.to,
    })),
  };
  const action = after ? (before ? 'share.changed' : 'share.given') : 'share.revoked';
  for (const organizationId of knownToRecipient ? [ownerId, recipientId] : [ownerId]) {
    audit({ organizationId, cooperationId, action, subjectId: globalId('share', id), details });
  }
}

const shown = ({ role, expiresAt }: Sharing) => ({ role, expiresAt });
