import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { PageArgs } from '../../schema/connection.ts';
import { InvitationStatus, TeamFilter } from '../../schema/enums.ts';
import { parseGlobalId } from '../../schema/global-id.ts';
import { InvitationConnection, TeamEntryConnection } from '../../schema/invitation.ts';
import { MemberConnection } from '../../schema/member.ts';
import { Organization } from '../../schema/organization.ts';
import {
  DeleteOrganizationInput,
  OrganizationPayload,
  UpdateOrganizationInput,
} from '../../schema/organization-inputs.ts';
import { ParkConnection, ParkFilter, ParkOrder } from '../../schema/park.ts';
import { PortfolioConnection, PortfolioFilter, PortfolioOrder } from '../../schema/portfolio.ts';
import { OkPayload } from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { type InvitationStatusName, listInvitations } from '../invitations/list-invitations.ts';
import { listMembers } from '../members/list-members.ts';
import { listTeam, type TeamFilterName } from '../members/list-team.ts';
import { listParks, listPortfolios, ofOrganization } from '../resources/list-resources.ts';
import { found } from '../resources/load-resource.ts';
import { deleteOrganization } from './delete-organization.ts';
import { loadOrganization } from './load-organization.ts';
import type { OrganizationModel } from './organization-model.ts';
import { updateOrganization } from './update-organization.ts';

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

  @FieldResolver(() => MemberConnection, {
    nullable: true,
    description: 'Its members, ordered by name: everybody, or for an EXTERNAL only themselves.',
  })
  members(
    @Ctx('request') context: RequestContext,
    @Root() organization: OrganizationModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('search', () => String, {
      nullable: true,
      description: 'A part of the name or address, ignoring case; at most 200 characters.',
    })
    search?: string | null,
  ) {
    return listMembers(context.current, organization, page, search);
  }

  @FieldResolver(() => TeamEntryConnection, {
    nullable: true,
    description: 'The team list: members by name, and invitations by address that are pending or expired.',
  })
  team(
    @Ctx('request') context: RequestContext,
    @Root() organization: OrganizationModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('filter', () => TeamFilter, {
      nullable: true,
      defaultValue: 'ALL',
      description: 'Which part of it.',
    })
    filter?: TeamFilterName | null,
  ) {
    return listTeam(context.current, organization, page, filter ?? 'ALL');
  }

  @FieldResolver(() => InvitationConnection, {
    nullable: true,
    description:
      'Its invitations, the oldest first, as far as the viewer sees them; null to those who see none.',
  })
  invitations(
    @Ctx('request') context: RequestContext,
    @Root() organization: OrganizationModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('status', () => InvitationStatus, { nullable: true, description: 'Only these.' })
    status?: InvitationStatusName | null,
  ) {
    return listInvitations(context.current, organization, page, status);
  }

  @Mutation(() => OrganizationPayload, { description: "Changes an organization's own data." })
  async updateOrganization(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => UpdateOrganizationInput, { description: 'What to change.' })
    input: UpdateOrganizationInput,
  ) {
    const id = await updateOrganization(context, input);
    const { viewer } = await context.reading();
    return { organization: found(loadOrganization(viewer, id)) };
  }

  @Mutation(() => OkPayload, {
    description:
      "Deletes an organization that owns nothing and has no other member, with the viewer's membership and its cooperations.",
  })
  async deleteOrganization(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => DeleteOrganizationInput, { description: 'Which one.' })
    input: DeleteOrganizationInput,
  ) {
    await deleteOrganization(context, input);
    return { ok: true };
  }
}
