import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PageArgs } from '../../schema/connection.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import { ParkConnection, ParkFilter, ParkOrder } from '../../schema/park.ts';
import { Portfolio } from '../../schema/portfolio.ts';
import {
  CreatePortfolioInput,
  DeletePortfolioInput,
  DeleteResourcePayload,
  PortfolioPayload,
  UpdatePortfolioInput,
} from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { listParks, ofPortfolio } from '../resources/list-resources.ts';
import { found, loadPortfolio } from '../resources/load-resource.ts';
import type { PortfolioModel } from '../resources/resource-model.ts';
import { createPortfolio } from './create-portfolio.ts';
import { deletePortfolio } from './delete-portfolio.ts';
import { updatePortfolio } from './update-portfolio.ts';

@Resolver(() => Portfolio)
export class PortfolioResolver {
  @Query(() => Portfolio, { nullable: true, description: 'A portfolio that the viewer can see; else null.' })
  async portfolio(
    @Ctx('request') context: RequestContext,
    @Arg('id', () => ID, { description: 'Global id.' }) id: string,
  ) {
    const uuid = parseGlobalId('portfolio', id);
    const reading = await context.reading();
    return uuid === null ? null : loadPortfolio(reading, uuid);
  }

  @FieldResolver(() => ParkConnection, { description: 'Its parks that the viewer can see.' })
  parks(
    @Ctx('request') context: RequestContext,
    @Root() portfolio: PortfolioModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ParkFilter, { nullable: true, description: 'Which of them.' }) filter?: ParkFilter,
    @Arg('orderBy', () => ParkOrder, { nullable: true, description: 'By name if left out.' })
    orderBy?: ParkOrder,
  ) {
    return listParks(context.current, ofPortfolio(portfolio.row.id), page, filter, orderBy);
  }

  @Mutation(() => PortfolioPayload, { description: 'Creates a portfolio.' })
  async createPortfolio(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => CreatePortfolioInput, { description: 'What to create.' }) input: CreatePortfolioInput,
  ) {
    return portfolioPayload(context, await createPortfolio(context, input));
  }

  @Mutation(() => PortfolioPayload, { description: 'Changes a portfolio.' })
  async updatePortfolio(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => UpdatePortfolioInput, { description: 'What to change.' }) input: UpdatePortfolioInput,
  ) {
    return portfolioPayload(context, await updatePortfolio(context, input));
  }

  @Mutation(() => DeleteResourcePayload, { description: 'Deletes an empty portfolio.' })
  async deletePortfolio(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => DeletePortfolioInput, { description: 'What to delete.' }) input: DeletePortfolioInput,
  ) {
    return { deletedId: await deletePortfolio(context, input) };
  }
}

/** The payload reads what the command left, as a query would. */
const portfolioPayload = async (context: RequestContext, id: string) => ({
  portfolio: found(await loadPortfolio(await context.reading(), id)),
});
