import { z } from 'zod';
import { requireAction } from '../../authz/refusal.ts';
import { updateComponentRow } from '../../db/queries/resource-writes.ts';
import type { ComponentRow } from '../../db/queries/resources.ts';
import { NothingChanged } from '../../db/tx.ts';
import type { UpdateComponentInput } from '../../schema/component-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import { changedFields } from '../changes.ts';
import type { RequestContext } from '../context/request-context.ts';
import { parseInput } from '../parse-input.ts';
import { auditPark } from '../resources/audit-park.ts';
import { componentOf, componentToChange } from '../resources/resource-rows.ts';
import { componentFields } from './component-input.ts';
import { parentIn, refuseParent } from './component-parent.ts';

const form = z.object({
  componentId: z.string(),
  parentId: z.string().nullish(),
  name: componentFields.name.nullish(),
  kind: componentFields.kind.nullish(),
  serialNumber: componentFields.serialNumber,
});

/** Changes a component; needs COMPONENT_MANAGE on its park. Answers its UUID. */
export async function updateComponent(context: RequestContext, input: UpdateComponentInput): Promise<string> {
  const { componentId, parentId, ...given } = parseInput(form, input);
  const work = context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [
      (await componentOf(tx, viewer, componentId)).row.park.organizationId,
    ],
    work: async (command) => {
      const { tx, actor } = command;
      const { row, access } = await componentToChange(tx, actor, componentId);
      requireAction(access, 'COMPONENT_MANAGE');
      const { before, after, none } = changedFields<Partial<ComponentRow>>(row, {
        name: given.name ?? undefined,
        kind: given.kind ?? undefined,
        serialNumber: given.serialNumber,
        parentId: parentId == null ? parentId : await parentIn(tx, row.parkId, parentId),
      });
      if (none) throw new NothingChanged(row.id);
      await updateComponentRow(tx, row.id, after);
      auditPark(command, row.park.organizationId, access, {
        action: 'component.updated',
        subjectId: globalId('component', row.id),
        details: { parkId: globalId('park', row.parkId), before: shown(before), after: shown(after) },
      });
      return row.id;
    },
  });
  return work.catch(refuseParent);
}

/** Records speak of global ids. */
const shown = ({ parentId, ...fields }: Partial<ComponentRow>) => ({
  ...fields,
  ...(parentId !== undefined && { parentId: parentId && globalId('component', parentId) }),
});
