import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Component } from '../../schema/component.ts';
import { PageArgs } from '../../schema/connection.ts';
import { Park } from '../../schema/park.ts';
import { PlantEvent, PlantEventConnection, PlantEventFilter } from '../../schema/plant-event.ts';
import {
  AcknowledgeEventInput,
  DeleteEventInput,
  PlantEventPayload,
  RecordEventInput,
} from '../../schema/plant-event-inputs.ts';
import { OkPayload } from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { found, loadComponent, loadPark } from '../resources/load-resource.ts';
import type { ParkModel } from '../resources/resource-model.ts';
import { acknowledgeEvent } from './acknowledge-event.ts';
import { deleteEvent } from './delete-event.ts';
import { listEvents } from './list-events.ts';
import { loadEvent } from './load-event.ts';
import type { PlantEventModel } from './plant-event-model.ts';
import { recordEvent } from './record-event.ts';

@Resolver(() => PlantEvent)
export class PlantEventResolver {
  @FieldResolver(() => Park, { description: 'The park it happened in.' })
  async park(@Ctx('request') context: RequestContext, @Root() event: PlantEventModel) {
    return found(await loadPark(context.current, event.row.park.id));
  }

  @FieldResolver(() => Component, {
    nullable: true,
    description:
      'The component it happened to; null for the park as a whole, and once the component is gone.',
  })
  component(@Ctx('request') context: RequestContext, @Root() event: PlantEventModel) {
    const { componentId } = event.row;
    return componentId === null ? null : loadComponent(context.current, componentId);
  }

  @Mutation(() => PlantEventPayload, { description: 'Records something that happened in a park.' })
  async recordEvent(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RecordEventInput, { description: 'What happened.' }) input: RecordEventInput,
  ) {
    return eventPayload(context, await recordEvent(context, input));
  }

  @Mutation(() => PlantEventPayload, { description: 'Acknowledges an event, once.' })
  async acknowledgeEvent(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => AcknowledgeEventInput, { description: 'Which one.' }) input: AcknowledgeEventInput,
  ) {
    return eventPayload(context, await acknowledgeEvent(context, input));
  }

  @Mutation(() => OkPayload, { description: 'Deletes an event.' })
  async deleteEvent(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => DeleteEventInput, { description: 'Which one.' }) input: DeleteEventInput,
  ) {
    await deleteEvent(context, input);
    return { ok: true };
  }
}

@Resolver(() => Park)
export class ParkEventsResolver {
  @FieldResolver(() => PlantEventConnection, {
    nullable: true,
    description: 'What happened in it, the newest first. Null for an ADMIN who is blocked here.',
  })
  events(
    @Ctx('request') context: RequestContext,
    @Root() park: ParkModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => PlantEventFilter, { nullable: true, description: 'All if left out.' })
    filter?: PlantEventFilter,
  ) {
    // P13: what lies below a resource is null for an ADMIN who is blocked there.
    if (!park.access.actions.includes('RESOURCE_READ')) return null;
    return listEvents(context.current, park.row.id, page, filter);
  }
}

/** The payload reads what the command left, as a query would. */
const eventPayload = async (context: RequestContext, id: string) => ({
  event: found(await loadEvent(await context.reading(), id)),
});
