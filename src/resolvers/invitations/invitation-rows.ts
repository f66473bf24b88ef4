import { requireInviting, rolesOfSeenInvitations } from '../../authz/invitation-rules.ts';
import { notFound, Refusal, requireAdministrator, requireOrganizationAction } from '../../authz/refusal.ts';
import { seesCooperations } from '../../authz/sight.ts';
import type { Tx } from '../../db/client.ts';
import { type InvitationRow, lockInvitation } from '../../db/queries/invitations.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import type { Viewer } from '../context/viewer.ts';

/** Section 6: who sees an invitation; a platform invitation the system administrators. */
export function seesInvitation(viewer: Viewer, { type, organization, role }: InvitationRow): boolean {
  // T1: no token reaches system administration.
  if (!organization) return viewer.facts.account.systemRole === 'ADMINISTRATOR' && !viewer.facts.token;
  const access = viewer.inOrganization(organization.id);
  if (type === 'COOPERATION') return seesCooperations(access);
  return role !== null && rolesOfSeenInvitations(access).includes(role);
}

/** I3: who may send an invitation again, change and revoke it: who could send it. @throws FORBIDDEN, ROLE_NOT_ASSIGNABLE */
function requireSender(actor: Viewer, { organization, role, type }: InvitationRow): void {
  if (!organization) {
    requireAdministrator(actor.facts.account);
    return;
  }
  const access = actor.inOrganization(organization.id);
  if (type === 'COOPERATION' || role === null) requireOrganizationAction(access, 'COOPERATION_MANAGE');
  else requireInviting(access, role);
}

/**
 * An open invitation by its global id, locked until the command ends, for one who may change it.
 * @throws NOT_FOUND unless the viewer sees it (V1), FORBIDDEN, ROLE_NOT_ASSIGNABLE, CONFLICT once it is settled
 */
export async function openInvitation(tx: Tx, actor: Viewer, globalId: string): Promise<InvitationRow> {
  const id = parseGlobalId('invitation', globalId);
  const row = id === null ? null : await lockInvitation(tx, id);
  if (!row || !seesInvitation(actor, row)) throw notFound();
  requireSender(actor, row);
  if (row.status !== 'PENDING') {
    throw new Refusal('CONFLICT', `This invitation is ${row.status} already.`);
  }
  return row;
}

/** What a record names of the cooperation that an invitation is to. */
export const throughCooperation = ({ cooperation }: InvitationRow): { readonly cooperationId?: string } =>
  cooperation ? { cooperationId: cooperation.id } : {};
