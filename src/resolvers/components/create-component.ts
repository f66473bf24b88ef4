import { z } from 'zod';
import { requireAction } from '../../authz/refusal.ts';
import { newId } from '../../db/new-id.ts';
import { insertComponent } from '../../db/queries/resource-writes.ts';
import type { CreateComponentInput } from '../../schema/component-inputs.ts';
import { globalId } from '../../schema/global-id.ts';
import type { RequestContext } from '../context/request-context.ts';
import { parseInput } from '../parse-input.ts';
import { auditPark } from '../resources/audit-park.ts';
import { parkOf } from '../resources/resource-rows.ts';
import { componentFields } from './component-input.ts';
import { parentIn, refuseParent } from './component-parent.ts';

const form = z.object({ parkId: z.string(), parentId: z.string().nullish(), ...componentFields });

/** Creates a component; needs COMPONENT_MANAGE on the park. Answers its UUID. */
export async function createComponent(context: RequestContext, input: CreateComponentInput): Promise<string> {
  const { parkId, parentId, name, kind, serialNumber } = parseInput(form, input);
  const id = newId();
  const work = context.command({
    mode: 'RESOURCES',
    organizations: async (tx, viewer) => [(await parkOf(tx, viewer, parkId)).row.organizationId],
    work: async (command) => {
      const { tx, actor, instant } = command;
      const { row: park, access } = await parkOf(tx, actor, parkId);
      requireAction(access, 'COMPONENT_MANAGE');
      const parent = parentId == null ? null : await parentIn(tx, park.id, parentId);
      await insertComponent(tx, {
        id,
        parkId: park.id,
        parentId: parent,
        name,
        kind,
        serialNumber: serialNumber ?? null,
        createdAt: instant,
      });
      auditPark(command, park.organizationId, access, {
        action: 'component.created',
        subjectId: globalId('component', id),
        details: { parkId: globalId('park', park.id), name, kind, serialNumber: serialNumber ?? null },
      });
      return id;
    },
  });
  return work.catch(refuseParent);
}
