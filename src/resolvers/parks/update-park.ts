import { z } from 'zod';
import type { Access } from '../../authz/decide.ts';
import { requireMove } from '../../authz/move.ts';
import { badInput, requireAction } from '../../authz/refusal.ts';
import type { Tx } from '../../db/client.ts';
import { rewriteDelegationsOfMovedPark, sharesCovering } from '../../db/queries/delegations.ts';
import { updateParkRow } from '../../db/queries/resource-writes.ts';
import { type ParkRow, parkRef, portfolioRef } from '../../db/queries/resources.ts';
import { type Command, NothingChanged } from '../../db/tx.ts';
import { globalId } from '../../schema/global-id.ts';
import type { UpdateParkInput } from '../../schema/resource-inputs.ts';
import { changedFields } from '../changes.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { Viewer } from '../context/viewer.ts';
import { parseInput } from '../parse-input.ts';
import { knownTo } from '../resources/audit-park.ts';
import { parkOf, parkToChange, portfolioOf } from '../resources/resource-rows.ts';
import { parkFields } from './new-park-input.ts';

const form = z.object({
  parkId: z.string(),
  portfolioId: z.string().nullish(),
  name: parkFields.name.nullish(),
  plantType: parkFields.plantType.nullish(),
  capacityKw: parkFields.capacityKw.nullish(),
  latitude: parkFields.latitude,
  longitude: parkFields.longitude,
  timeZone: parkFields.timeZone.nullish(),
});

/**
 * Changes a park; needs RESOURCE_CONFIGURE on it, and for a move to another portfolio what `requireMove` says. Answers its UUID.
 * @throws NOT_FOUND, FORBIDDEN, BAD_USER_INPUT for a portfolio of another organization
 */
export async function updatePark(context: RequestContext, input: UpdateParkInput): Promise<string> {
  const { parkId, portfolioId, ...given } = parseInput(form, input);
  return context.command({
    mode: portfolioId == null ? 'RESOURCES' : 'ACCESS',
    organizations: (tx, viewer) => organizationsConcerned(tx, viewer, parkId, portfolioId),
    work: async (command) => {
      const { row, access } = await parkToChange(command.tx, command.actor, parkId);
      requireAction(access, 'RESOURCE_CONFIGURE');
      const fields = changedFields<Partial<ParkRow>>(row, {
        name: given.name ?? undefined,
        plantType: given.plantType ?? undefined,
        capacityKw: given.capacityKw ?? undefined,
        latitude: given.latitude,
        longitude: given.longitude,
        timeZone: given.timeZone ?? undefined,
      });
      const moved = portfolioId != null && (await movePark(command, row, access, portfolioId));
      if (fields.none && !moved) throw new NothingChanged(row.id);
      if (fields.none) return row.id;
      await updateParkRow(command.tx, row.id, fields.after);
      command.audit({
        organizationId: row.organizationId,
        action: 'park.updated',
        subjectId: globalId('park', row.id),
        details: { before: fields.before, after: fields.after },
      });
      return row.id;
    },
  });
}

/** The owner; for a move also every partner that one of the portfolios or the park is shared with (S2). */
async function organizationsConcerned(
  tx: Tx,
  viewer: Viewer,
  parkId: string,
  portfolioId: string | null | undefined,
): Promise<string[]> {
  const { row, access } = await parkOf(tx, viewer, parkId);
  // Nobody locks what they may not change.
  requireAction(access, 'RESOURCE_CONFIGURE');
  if (portfolioId == null) return [row.organizationId];
  const target = await portfolioOf(tx, viewer, portfolioId);
  requireSameOwner(row, target.row);
  const covering = await sharesCovering(tx, row.id, [row.portfolio.id, target.row.id]);
  return [row.organizationId, ...covering.map((share) => share.recipientId)];
}

function requireSameOwner(park: { organizationId: string }, portfolio: { organizationId: string }): void {
  if (park.organizationId === portfolio.organizationId) return;
  throw badInput('portfolioId', 'A park moves only between portfolios of the organization that owns it.');
}

async function movePark(
  { tx, actor, instant, audit }: Command<Viewer>,
  park: ParkRow,
  access: Access,
  portfolioId: string,
): Promise<boolean> {
  const target = await portfolioOf(tx, actor, portfolioId);
  if (target.row.id === park.portfolio.id) return false;
  requireSameOwner(park, target.row);
  const portfolioIds = { from: park.portfolio.id, to: target.row.id };
  const every = await sharesCovering(tx, park.id, [portfolioIds.from, portfolioIds.to]);
  const covering = every.filter((share) => share.portfolioId !== null);
  requireMove(
    actor.inOrganization(park.organizationId),
    { park: access, from: actor.access(portfolioRef(park.portfolio)), to: target.access },
    covering.length > 0,
  );
  await updateParkRow(tx, park.id, { portfolioId: target.row.id });
  const rewrites = await rewriteDelegationsOfMovedPark(tx, parkRef(park), portfolioIds, instant);
  const subjectId = globalId('park', park.id);
  audit({
    organizationId: park.organizationId,
    action: 'park.moved',
    subjectId,
    details: {
      from: globalId('portfolio', portfolioIds.from),
      to: globalId('portfolio', portfolioIds.to),
      delegatedGrantsLowered: rewrites.length,
    },
  });
  for (const share of knownTo(every).filter((each) => each.portfolioId !== null)) {
    const { recipientId: organizationId, cooperationId } = share;
    // Which of the owner's portfolios it went to is not the partner's to know.
    const details = {
      reach:
        share.portfolioId === portfolioIds.from ? 'left a shared portfolio' : 'joined a shared portfolio',
    };
    audit({ organizationId, cooperationId, action: 'park.moved', subjectId, details });
  }
  for (const { organizationId, cooperationId, from, to } of rewrites) {
    const details = { from, to, because: 'the park was moved' };
    audit({ organizationId, cooperationId, action: 'grant.lowered', subjectId, details });
  }
  return true;
}
