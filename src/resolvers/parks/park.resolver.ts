import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ComponentConnection, ComponentOrder } from '../../schema/component.ts';
import { PageArgs } from '../../schema/connection.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import { Park } from '../../schema/park.ts';
import {
  CreateParkInput,
  CreateParksInput,
  DeleteParkInput,
  DeleteResourcePayload,
  ParkPayload,
  ParksPayload,
  UpdateParkInput,
  UpdateParkPayload,
} from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { listComponents, NO_ID } from '../resources/list-resources.ts';
import { found, loadComponent, loadPark } from '../resources/load-resource.ts';
import type { ParkModel } from '../resources/resource-model.ts';
import { createPark, createParks } from './create-parks.ts';
import { deletePark } from './delete-park.ts';
import { updatePark } from './update-park.ts';

@Resolver(() => Park)
export class ParkResolver {
  @Query(() => Park, { nullable: true, description: 'A park that the viewer can see; else null.' })
  async park(
    @Ctx('request') context: RequestContext,
    @Arg('id', () => ID, { description: 'Global id.' }) id: string,
  ) {
    const uuid = parseGlobalId('park', id);
    const reading = await context.reading();
    return uuid === null ? null : loadPark(reading, uuid);
  }

  @FieldResolver(() => ComponentConnection, {
    nullable: true,
    description:
      'Its components: all of them, or one level of the tree. Null for an ADMIN who is blocked here.',
  })
  async components(
    @Ctx('request') context: RequestContext,
    @Root() park: ParkModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('parentId', () => ID, {
      nullable: true,
      description:
        'Only what is directly part of this component; null: only the top of the tree. Left out: all.',
    })
    parentId?: string | null,
    @Arg('orderBy', () => ComponentOrder, { nullable: true, description: 'By name if left out.' })
    orderBy?: ComponentOrder,
  ) {
    // P13: what lies below a resource is null for an ADMIN who is blocked there.
    if (!park.access.actions.includes('RESOURCE_READ')) return null;
    if (parentId == null) {
      const list = parentId === null ? 'TOP' : 'ALL';
      return listComponents(context.current, list, park.row.id, page, orderBy);
    }
    const uuid = parseGlobalId('component', parentId);
    const parent = uuid === null ? null : await loadComponent(context.current, uuid);
    const parentHere = parent?.row.parkId === park.row.id ? parent.row.id : NO_ID;
    return listComponents(context.current, 'CHILDREN', parentHere, page, orderBy);
  }

  @Mutation(() => ParkPayload, { description: 'Creates a park.' })
  async createPark(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => CreateParkInput, { description: 'What to create.' }) input: CreateParkInput,
  ) {
    return parkPayload(context, await createPark(context, input));
  }

  @Mutation(() => ParksPayload, { description: 'Creates up to 1,000 parks, all or none.' })
  async createParks(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => CreateParksInput, { description: 'What to create.' }) input: CreateParksInput,
  ) {
    const ids = await createParks(context, input);
    const reading = await context.reading();
    return { parks: await Promise.all(ids.map(async (id) => found(await loadPark(reading, id)))) };
  }

  @Mutation(() => UpdateParkPayload, { description: 'Changes a park, or moves it to another portfolio.' })
  async updatePark(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => UpdateParkInput, { description: 'What to change.' }) input: UpdateParkInput,
  ) {
    return parkPayload(context, await updatePark(context, input));
  }

  @Mutation(() => DeleteResourcePayload, { description: 'Deletes a park and what it holds.' })
  async deletePark(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => DeleteParkInput, { description: 'What to delete.' }) input: DeleteParkInput,
  ) {
    return { deletedId: await deletePark(context, input) };
  }
}

/** The payload reads what the command left, as a query would. */
const parkPayload = async (context: RequestContext, id: string) => ({
  park: found(await loadPark(await context.reading(), id)),
});
