import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Component, ComponentConnection, ComponentOrder } from '../../schema/component.ts';
import {
  ComponentPayload,
  CreateComponentInput,
  DeleteComponentInput,
  UpdateComponentInput,
} from '../../schema/component-inputs.ts';
import { PageArgs } from '../../schema/connection.ts';
import { Park } from '../../schema/park.ts';
import { OkPayload } from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { listComponents } from '../resources/list-resources.ts';
import { found, loadComponent, loadPark } from '../resources/load-resource.ts';
import type { ComponentModel } from '../resources/resource-model.ts';
import { createComponent } from './create-component.ts';
import { deleteComponent } from './delete-component.ts';
import { updateComponent } from './update-component.ts';

@Resolver(() => Component)
export class ComponentResolver {
  @FieldResolver(() => Park, { description: 'The park it is a part of.' })
  async park(@Ctx('request') context: RequestContext, @Root() component: ComponentModel) {
    return found(await loadPark(context.current, component.row.parkId));
  }

  @FieldResolver(() => Component, {
    nullable: true,
    description: 'The component it is a part of; null at the top.',
  })
  parent(@Ctx('request') context: RequestContext, @Root() component: ComponentModel) {
    const { parentId } = component.row;
    return parentId === null ? null : loadComponent(context.current, parentId);
  }

  @FieldResolver(() => ComponentConnection, { description: 'What is directly part of it.' })
  children(
    @Ctx('request') context: RequestContext,
    @Root() component: ComponentModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('orderBy', () => ComponentOrder, { nullable: true, description: 'By name if left out.' })
    orderBy?: ComponentOrder,
  ) {
    return listComponents(context.current, 'CHILDREN', component.row.id, page, orderBy);
  }

  @Mutation(() => ComponentPayload, { description: 'Creates a component.' })
  async createComponent(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => CreateComponentInput, { description: 'What to create.' }) input: CreateComponentInput,
  ) {
    return componentPayload(context, await createComponent(context, input));
  }

  @Mutation(() => ComponentPayload, { description: 'Changes a component, or moves it in its tree.' })
  async updateComponent(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => UpdateComponentInput, { description: 'What to change.' }) input: UpdateComponentInput,
  ) {
    return componentPayload(context, await updateComponent(context, input));
  }

  @Mutation(() => OkPayload, { description: 'Deletes a component and all that is part of it.' })
  async deleteComponent(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => DeleteComponentInput, { description: 'What to delete.' }) input: DeleteComponentInput,
  ) {
    await deleteComponent(context, input);
    return { ok: true };
  }
}

/** The payload reads what the command left, as a query would. */
const componentPayload = async (context: RequestContext, id: string) => ({
  component: found(await loadComponent(await context.reading(), id)),
});
