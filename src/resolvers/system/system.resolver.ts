import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import {
  AppointAdminInput,
  ReinstateUserInput,
  SuspendUserInput,
  UserPayload,
} from '../../schema/account-inputs.ts';
import { PageArgs } from '../../schema/connection.ts';
import { MemberPayload } from '../../schema/member-inputs.ts';
import { OrganizationConnection } from '../../schema/organization.ts';
import { UserConnection } from '../../schema/user.ts';
import type { RequestContext } from '../context/request-context.ts';
import { occurringMember } from '../members/load-member.ts';
import { found } from '../resources/load-resource.ts';
import { appointAdmin } from './appoint-admin.ts';
import { listOrganizations, listUsers } from './list-platform.ts';
import { loadAccount } from './load-account.ts';
import { reinstateUser, suspendUser } from './suspend-user.ts';

const SEARCH = 'A part of the name, ignoring case; at most 200 characters.';

@Resolver()
export class SystemResolver {
  @Query(() => OrganizationConnection, {
    description: 'Every organization by name: names and identifiers, no way into a tenant.',
  })
  async organizations(
    @Ctx('request') context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('search', () => String, { nullable: true, description: SEARCH }) search?: string | null,
  ) {
    return listOrganizations(await context.reading(), page, search);
  }

  @Query(() => UserConnection, { description: 'Every account by name: name and standing.' })
  async users(
    @Ctx('request') context: RequestContext,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('search', () => String, { nullable: true, description: SEARCH }) search?: string | null,
  ) {
    return listUsers(await context.reading(), page, search);
  }

  @Mutation(() => UserPayload, {
    description: 'Suspends an account: it reaches nothing, and its sessions end.',
  })
  async suspendUser(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => SuspendUserInput, { description: 'Whom, and why.' }) input: SuspendUserInput,
  ) {
    return userPayload(context, await suspendUser(context, input));
  }

  @Mutation(() => UserPayload, { description: 'Ends a suspension.' })
  async reinstateUser(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => ReinstateUserInput, { description: 'Whose.' }) input: ReinstateUserInput,
  ) {
    return userPayload(context, await reinstateUser(context, input));
  }

  @Mutation(() => MemberPayload, {
    description: 'Makes a member ADMIN where an organization has no live one left (M3).',
  })
  async appointAdmin(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => AppointAdminInput, { description: 'Whom, and where.' }) input: AppointAdminInput,
  ) {
    const id = await appointAdmin(context, input);
    return { member: found(await occurringMember(await context.reading(), id)) };
  }
}

const userPayload = async (context: RequestContext, id: string) => ({
  user: found(await loadAccount(await context.reading(), id)),
});
