import type { GraphQLResolveInfo } from 'graphql';
import type { ResourceAction } from '../../authz/actions.ts';
import type { Access } from '../../authz/decide.ts';
import { requireAction } from '../../authz/refusal.ts';
import type { Reading } from '../context/reading.ts';

/**
 * Whether the viewer may read a nullable field that needs more than RESOURCE_READ. The first refusal at each place of the answer is
 * thrown, so that the null is explained; the same field of the other resources of a list is null without saying it again.
 * @throws FORBIDDEN
 */
export function mayRead(
  reading: Reading,
  access: Access,
  action: ResourceAction,
  path: GraphQLResolveInfo['path'],
): boolean {
  if (access.actions.includes(action)) return true;
  if (reading.saysFirst(`refused ${placeOf(path)}`)) requireAction(access, action);
  return false;
}

/** A path but for the positions in lists. */
function placeOf(path: GraphQLResolveInfo['path'] | undefined): string {
  if (!path) return '';
  const above = placeOf(path.prev);
  return typeof path.key === 'number' ? above : `${above}.${path.key}`;
}
