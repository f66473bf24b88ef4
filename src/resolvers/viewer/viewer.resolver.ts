import { Arg, Args, Ctx, FieldResolver, Query, Resolver } from 'type-graphql';
import { PageArgs } from '../../schema/connection.ts';
import { ParkConnection, ParkFilter, ParkOrder } from '../../schema/park.ts';
import { PortfolioConnection, PortfolioFilter, PortfolioOrder } from '../../schema/portfolio.ts';
import { Viewer } from '../../schema/viewer.ts';
import type { RequestContext } from '../context/request-context.ts';
import { listParks, listPortfolios, ofViewer } from '../resources/list-resources.ts';
import { ViewerModel } from './viewer-model.ts';

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer, {
    nullable: true,
    description: 'Whoever makes this request; null without a live session.',
  })
  async viewer(@Ctx('request') context: RequestContext): Promise<ViewerModel | null> {
    const reading = await context.reading();
    return reading.viewerOrNobody && new ViewerModel(reading);
  }

  @FieldResolver(() => ParkConnection, {
    description: "Parks the viewer can reach, their organization's and those shared with it.",
  })
  parks(
    @Ctx('request') context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ParkFilter, { nullable: true, description: 'Which of them.' }) filter?: ParkFilter,
    @Arg('orderBy', () => ParkOrder, { nullable: true, description: 'By name if left out.' })
    orderBy?: ParkOrder,
  ) {
    return listParks(context.current, ofViewer, page, filter, orderBy);
  }

  @FieldResolver(() => PortfolioConnection, {
    description: "Portfolios the viewer can reach, their organization's and those shared with it.",
  })
  portfolios(
    @Ctx('request') context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => PortfolioFilter, { nullable: true, description: 'Which of them.' })
    filter?: PortfolioFilter,
    @Arg('orderBy', () => PortfolioOrder, { nullable: true, description: 'By name if left out.' })
    orderBy?: PortfolioOrder,
  ) {
    return listPortfolios(context.current, ofViewer, page, filter, orderBy);
  }
}
