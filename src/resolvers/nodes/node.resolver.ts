import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import { badInput } from '../../authz/refusal.ts';
import { Node } from '../../schema/node.ts';
import { MAX_PAGE_SIZE } from '../connections/connection.ts';
import type { RequestContext } from '../context/request-context.ts';
import { loadNode } from './load-node.ts';

@Resolver()
export class NodeResolver {
  @Query(() => Node, {
    nullable: true,
    description: 'Whatever has this id, if the viewer can see it; else null.',
  })
  async node(
    @Ctx('request') context: RequestContext,
    @Arg('id', () => ID, { description: 'Global id.' }) id: string,
  ) {
    return loadNode(await context.reading(), id);
  }

  @Query(() => [Node], {
    nullable: 'items',
    description: 'Whatever has these ids, in their order; null in the place of what the viewer cannot see.',
  })
  async nodes(
    @Ctx('request') context: RequestContext,
    @Arg('ids', () => [ID], { description: 'At most 10,000 global ids.' }) ids: string[],
  ) {
    if (ids.length > MAX_PAGE_SIZE) throw badInput('ids', `ids holds at most ${MAX_PAGE_SIZE} ids.`);
    const reading = await context.reading();
    return Promise.all(ids.map((id) => loadNode(reading, id)));
  }
}
