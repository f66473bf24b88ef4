import { notFound, Refusal, requireOrganizationAction } from '../../authz/refusal.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { deleteInvitationsOf } from '../../db/queries/invitations.ts';
import { deleteMembership } from '../../db/queries/members.ts';
import {
  countHoldings,
  deleteCooperations,
  deleteOrganizations,
  partnersOf,
} from '../../db/queries/organizations.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { DeleteOrganizationInput } from '../../schema/organization-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';

/**
 * Deletes the viewer's organization with their membership and its cooperations; needs ORGANIZATION_DELETE. Its trail stays.
 * @throws NOT_FOUND, FORBIDDEN, NOT_EMPTY while it owns a portfolio or has another member
 */
export async function deleteOrganization(
  context: RequestContext,
  { organizationId }: DeleteOrganizationInput,
): Promise<void> {
  const work = context.command({
    mode: 'ACCESS',
    organizations: async (tx, viewer) =>
      (await partnersOf(tx, deletable(viewer, organizationId))).map((partner) => partner.organizationId),
    work: async ({ tx, actor, audit }) => {
      const id = deletable(actor, organizationId);
      const holdings = await countHoldings(tx, id);
      if (holdings.portfolios > 0 || holdings.members > 1) throw notEmpty();
      const partners = await partnersOf(tx, id);
      await deleteInvitationsOf(tx, id);
      await deleteCooperations(
        tx,
        partners.map((partner) => partner.cooperationId),
      );
      await deleteMembership(tx, actor.rows.membership?.id as string);
      const placeholders = partners.filter((partner) => partner.placeholder);
      await deleteOrganizations(tx, [id, ...placeholders.map((partner) => partner.organizationId)]);
      audit({
        organizationId: id,
        action: 'organization.deleted',
        subjectId: globalId('organization', id),
        details: { name: actor.rows.organization?.name },
      });
      for (const { organizationId: partnerId, cooperationId, placeholder } of partners) {
        if (placeholder) continue;
        audit({
          organizationId: partnerId,
          cooperationId,
          action: 'cooperation.removed',
          subjectId: globalId('cooperation', cooperationId),
          details: { because: 'the other organization was deleted' },
        });
      }
    },
  });
  return work.catch((error: unknown) => {
    // Whatever came to hold it between the look and the deletion.
    if (HOLDING.has(violatedConstraint(error) ?? '')) throw notEmpty();
    throw error;
  });
}

const HOLDING = new Set([
  'portfolios_organization_id_organizations_id_fk',
  'memberships_organization_id_organizations_id_fk',
]);

const notEmpty = () =>
  new Refusal('NOT_EMPTY', 'The organization still owns something, or has another member.');

function deletable(actor: Viewer, organizationId: string): string {
  const id = parseGlobalId('organization', organizationId);
  if (id === null) throw notFound();
  requireOrganizationAction(actor.inOrganization(id), 'ORGANIZATION_DELETE');
  return id;
}
