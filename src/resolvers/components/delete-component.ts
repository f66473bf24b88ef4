import { requireAction } from '../../authz/refusal.ts';
import { deleteComponentRow } from '../../db/queries/resource-writes.ts';
import type { DeleteComponentInput } from '../../schema/component-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { auditPark } from '../resources/audit-park.ts';
import { componentOf, componentToChange } from '../resources/resource-rows.ts';

/** Deletes a component with all that is part of it; needs COMPONENT_DELETE on its park. */
export function deleteComponent(
  context: RequestContext,
  { componentId }: DeleteComponentInput,
): Promise<void> {
  return context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [
      (await componentOf(tx, viewer, componentId)).row.park.organizationId,
    ],
    work: async (command) => {
      const { row, access } = await componentToChange(command.tx, command.actor, componentId);
      requireAction(access, 'COMPONENT_DELETE');
      await deleteComponentRow(command.tx, row.id);
      auditPark(command, row.park.organizationId, access, {
        action: 'component.deleted',
        subjectId: globalId('component', row.id),
        details: { parkId: globalId('park', row.parkId), name: row.name, kind: row.kind },
      });
    },
  });
}
