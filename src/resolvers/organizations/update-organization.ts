import { z } from 'zod';
import { notFound, requireOrganizationAction } from '../../authz/refusal.ts';
import { type OrganizationDetails, updateOrganizationRow } from '../../db/queries/organizations.ts';
import type { OrganizationRow } from '../../db/queries/sessions.ts';
import { NothingChanged } from '../../db/tx.ts';
import { globalId, parseGlobalId } from '../../schema/global-id.ts';
import type { UpdateOrganizationInput } from '../../schema/organization-inputs.ts';
import { changedFields } from '../changes.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { lineOfText, parseInput } from '../parse-input.ts';
import { organizationFields } from './organization-input.ts';

const form = z.object({
  organizationId: z.string(),
  name: lineOfText('name', 200).nullish(),
  ...organizationFields,
});

/**
 * Changes the viewer's organization; needs ORGANIZATION_UPDATE. Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT
 */
export async function updateOrganization(
  context: RequestContext,
  input: UpdateOrganizationInput,
): Promise<string> {
  const { organizationId, name, ...details } = parseInput(form, input);
  return context.command({
    // The row that others share as their lock is the one that changes.
    mode: 'ACCESS',
    organizations: async (_, viewer) => {
      changeableOrganization(viewer, organizationId);
      return [];
    },
    work: async ({ tx, actor, audit }) => {
      const row = changeableOrganization(actor, organizationId);
      const changes = { name: name ?? undefined, ...details };
      const { before, after, none } = changedFields<Partial<OrganizationDetails>>(row, changes);
      if (none) throw new NothingChanged(row.id);
      await updateOrganizationRow(tx, row.id, after);
      audit({
        organizationId: row.id,
        action: 'organization.updated',
        subjectId: globalId('organization', row.id),
        details: { before, after },
      });
      return row.id;
    },
  });
}

function changeableOrganization(actor: Viewer, organizationId: string): OrganizationRow {
  const id = parseGlobalId('organization', organizationId);
  if (id === null) throw notFound();
  requireOrganizationAction(actor.inOrganization(id), 'ORGANIZATION_UPDATE');
  return actor.rows.organization as OrganizationRow;
}
