import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { PageArgs } from '../../schema/connection.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import { Organization } from '../../schema/organization.ts';
import { ParkConnection, ParkFilter, ParkOrder } from '../../schema/park.ts';
import { PortfolioConnection, PortfolioFilter, PortfolioOrder } from '../../schema/portfolio.ts';
import type { RequestContext } from '../context/request-context.ts';
import { listParks, listPortfolios, ofOrganization } from '../resources/list-resources.ts';
import { loadOrganization } from './load-organization.ts';
import type { OrganizationModel } from './organization-model.ts';

@Resolver(() => Organization)
export class OrganizationResolver {
  @Query(() => Organization, {
    nullable: true,
    description: 'An organization: the own one, or one that shares something the viewer reaches; else null.',
  })
  async organization(
    @Ctx('request') context: RequestContext,
    @Arg('id', () => ID, { description: 'Global id.' }) id: string,
  ): Promise<OrganizationModel | null> {
    const uuid = parseGlobalId('organization', id);
    const { viewer } = await context.reading();
    return uuid === null ? null : loadOrganization(viewer, uuid);
  }

  @FieldResolver(() => PortfolioConnection, { description: 'Its portfolios that the viewer can see.' })
  portfolios(
    @Ctx('request') context: RequestContext,
    @Root() organization: OrganizationModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => PortfolioFilter, { nullable: true, description: 'Which of them.' })
    filter?: PortfolioFilter,
    @Arg('orderBy', () => PortfolioOrder, { nullable: true, description: 'By name if left out.' })
    orderBy?: PortfolioOrder,
  ) {
    return listPortfolios(context.current, ofOrganization(organization.uuid), page, filter, orderBy);
  }

  @FieldResolver(() => ParkConnection, { description: 'Its parks that the viewer can see.' })
  parks(
    @Ctx('request') context: RequestContext,
    @Root() organization: OrganizationModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => ParkFilter, { nullable: true, description: 'Which of them.' }) filter?: ParkFilter,
    @Arg('orderBy', () => ParkOrder, { nullable: true, description: 'By name if left out.' })
    orderBy?: ParkOrder,
  ) {
    return listParks(context.current, ofOrganization(organization.uuid), page, filter, orderBy);
  }
}
