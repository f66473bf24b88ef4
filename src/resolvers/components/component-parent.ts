import { badInput } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { violatedConstraint } from '../../db/errors.ts';
import { componentIn } from './component-in.ts';

/**
 * The UUID of a parent in `parkId`. A component of another park is as unknown as one that does not exist (V1).
 * @throws BAD_USER_INPUT
 */
export async function parentIn(tx: Tx, parkId: string, parentId: string): Promise<string> {
  const id = await componentIn(tx, parkId, parentId);
  if (id === null) throw noSuchParent();
  return id;
}

/** Turns the violations of what the database holds of a parent into messages, for `catch`: a cycle, or a parent deleted meanwhile. */
export function refuseParent(error: unknown): never {
  const constraint = violatedConstraint(error);
  if (constraint === 'components_acyclic') {
    throw badInput('parentId', 'A component cannot be a part of itself or of its own parts.');
  }
  if (constraint === 'components_parent_in_park_fk') throw noSuchParent();
  throw error;
}

const noSuchParent = () => badInput('parentId', 'The park has no such component.');
