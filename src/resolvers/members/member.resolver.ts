import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { decide } from '../../authz/decide.ts';
import { Access } from '../../schema/access.ts';
import { PageArgs } from '../../schema/connection.ts';
import { GrantConnection } from '../../schema/grant.ts';
import { Member } from '../../schema/member.ts';
import {
  LeaveOrganizationPayload,
  MemberPayload,
  RemoveMemberInput,
  RemoveMemberPayload,
  UpdateMemberInput,
} from '../../schema/member-inputs.ts';
import { DateTime } from '../../schema/scalars.ts';
import type { RequestContext } from '../context/request-context.ts';
import { listGrantsOfMember } from '../grants/list-grants.ts';
import { AccessModel } from '../resources/access-model.ts';
import { found, loadResource } from '../resources/load-resource.ts';
import { leaveOrganization } from './leave-organization.ts';
import { loadMember } from './load-member.ts';
import type { MemberModel } from './member-model.ts';
import { removeMember } from './remove-member.ts';
import { updateMember } from './update-member.ts';

@Resolver(() => Member)
export class MemberResolver {
  @FieldResolver(() => GrantConnection, {
    nullable: true,
    description: 'Every live and lapsed grant of this member, the oldest first.',
  })
  grants(
    @Ctx('request') context: RequestContext,
    @Root() member: MemberModel,
    @Args(() => PageArgs) page: PageArgs,
  ) {
    return listGrantsOfMember(context.current, member, page);
  }

  @FieldResolver(() => Access, {
    nullable: true,
    description:
      'What this member may do on one resource at an instant, with the reasons; null for a resource that the viewer cannot see.',
  })
  async access(
    @Ctx('request') context: RequestContext,
    @Root() member: MemberModel,
    @Arg('resourceId', () => ID, { description: 'A portfolio or a park.' }) resourceId: string,
    @Arg('at', () => DateTime, {
      nullable: true,
      description: 'Judges the present facts at this instant; now if left out.',
    })
    at?: Date | null,
  ): Promise<AccessModel | null> {
    if (member.sight !== 'ALL') return null;
    const reading = context.current;
    const resource = await loadResource(reading, resourceId);
    if (!resource) return null;
    const facts = await reading.factsOf(member.fact);
    return new AccessModel(decide(facts, resource.ref, at?.getTime() ?? reading.viewer.instant));
  }

  @Mutation(() => MemberPayload, {
    description: 'Changes role, label, pause and expiry of a member, all or nothing.',
  })
  async updateMember(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => UpdateMemberInput, { description: 'What to change.' }) input: UpdateMemberInput,
  ) {
    const id = await updateMember(context, input);
    return { member: found(await loadMember(await context.reading(), id)) };
  }

  @Mutation(() => RemoveMemberPayload, {
    description: 'Removes a member; their grants, delegated ones too, and their sessions end with it.',
  })
  async removeMember(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RemoveMemberInput, { description: 'Whom.' }) input: RemoveMemberInput,
  ) {
    return { removedMemberId: await removeMember(context, input) };
  }

  @Mutation(() => LeaveOrganizationPayload, {
    description: "Ends the viewer's own membership; their grants, delegated ones too, end with it.",
  })
  async leaveOrganization(@Ctx('request') context: RequestContext) {
    return { leftOrganizationId: await leaveOrganization(context) };
  }
}
