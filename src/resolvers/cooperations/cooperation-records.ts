import { NAMED_IN_AUDIT } from '../../db/audit.ts';
import type { Delegation } from '../../db/queries/delegations.ts';
import type { ShareRow } from '../../db/queries/shares.ts';
import type { Command } from '../../db/tx.ts';
import { globalId, resourceId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

/** Records a change of a cooperation on the trails of both its sides (A1). */
export function auditCooperation(
  { audit }: Command<Viewer>,
  { row, tenants }: { readonly row: { readonly id: string }; readonly tenants: readonly string[] },
  action: string,
  details:
    | Readonly<Record<string, unknown>>
    | ((organizationId: string) => Readonly<Record<string, unknown>>),
): void {
  for (const organizationId of tenants) {
    audit({
      organizationId,
      cooperationId: row.id,
      action,
      subjectId: globalId('cooperation', row.id),
      details: typeof details === 'function' ? details(organizationId) : details,
    });
  }
}

/** Shares as a record on the trail of `organizationId` shows them: how many, and the first of them. */
export function shownShares(shares: readonly ShareRow[], organizationId: string) {
  // What NONE took out of a portfolio its owner alone knows of (V1).
  const known = shares.filter(({ owner, role }) => owner.id === organizationId || role !== 'NONE');
  return {
    sharesEnded: known.length,
    shares: known.slice(0, NAMED_IN_AUDIT).map(({ resource, role }) => ({
      resourceId: resourceId(resource),
      role,
    })),
  };
}

/** Delegated grants that ended, as a record shows them. */
export const shownDelegations = (delegations: readonly Delegation[]) => ({
  grantsEnded: delegations.length,
  grants: delegations.slice(0, NAMED_IN_AUDIT).map(({ membershipId, resource, role }) => ({
    memberId: globalId('member', membershipId),
    resourceId: resourceId(resource),
    role,
  })),
});
