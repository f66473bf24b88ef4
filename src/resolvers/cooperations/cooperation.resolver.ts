import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { CooperationStatus as CooperationStatusName } from '../../authz/cooperation-rules.ts';
import { Access } from '../../schema/access.ts';
import { PageArgs } from '../../schema/connection.ts';
import { Cooperation, CooperationConnection } from '../../schema/cooperation.ts';
import {
  CooperationIdInput,
  CooperationPayload,
  InviteCooperationInput,
  RemoveCooperationInput,
  RemoveCooperationPayload,
  UpdateCooperationInput,
} from '../../schema/cooperation-inputs.ts';
import { CooperationStatus } from '../../schema/enums.ts';
import { Grant } from '../../schema/grant.ts';
import { Invitation } from '../../schema/invitation.ts';
import { Organization } from '../../schema/organization.ts';
import { OkPayload } from '../../schema/resource-inputs.ts';
import { Share } from '../../schema/share.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { OrganizationModel } from '../organizations/organization-model.ts';
import { found } from '../resources/load-resource.ts';
import { acceptCooperation } from './accept-cooperation.ts';
import { declineCooperation } from './decline-cooperation.ts';
import { inviteCooperation } from './invite-cooperation.ts';
import { listCooperations } from './list-cooperations.ts';
import { loadCooperation } from './load-cooperation.ts';
import { removeCooperation } from './remove-cooperation.ts';
import { updateCooperation } from './update-cooperation.ts';

@Resolver(() => Cooperation)
export class CooperationResolver {
  @Mutation(() => CooperationPayload, {
    description:
      'Invites another organization to a cooperation: by its identifier, or by the address of somebody who accepts for theirs.',
  })
  async inviteCooperation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => InviteCooperationInput, { description: 'Whom.' }) input: InviteCooperationInput,
  ) {
    return payload(context, await inviteCooperation(context, input));
  }

  @Mutation(() => CooperationPayload, {
    description: "Accepts a cooperation that the viewer's organization was invited to by its identifier.",
  })
  async acceptCooperation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => CooperationIdInput, { description: 'Which one.' }) input: CooperationIdInput,
  ) {
    return payload(context, await acceptCooperation(context, input));
  }

  @Mutation(() => OkPayload, {
    description:
      "Declines a cooperation that the viewer's organization was invited to by its identifier; nothing is left of it.",
  })
  async declineCooperation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => CooperationIdInput, { description: 'Which one.' }) input: CooperationIdInput,
  ) {
    await declineCooperation(context, input);
    return { ok: true };
  }

  @Mutation(() => CooperationPayload, {
    description: 'Pauses, resumes, dates and describes a cooperation; by an ADMIN of its initiator.',
  })
  async updateCooperation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => UpdateCooperationInput, { description: 'What to change.' })
    input: UpdateCooperationInput,
  ) {
    return payload(context, await updateCooperation(context, input));
  }

  @Mutation(() => RemoveCooperationPayload, {
    description:
      'Ends a cooperation, pending or not, with everything shared and delegated through it; by an ADMIN of either side.',
  })
  async removeCooperation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RemoveCooperationInput, { description: 'Which one.' })
    input: RemoveCooperationInput,
  ) {
    return { removedCooperationId: await removeCooperation(context, input) };
  }
}

@Resolver(() => Organization)
export class OrganizationCooperationsResolver {
  @FieldResolver(() => CooperationConnection, {
    nullable: true,
    description: 'Its cooperations on either side, pending ones too, the oldest first.',
  })
  cooperations(
    @Ctx('request') context: RequestContext,
    @Root() organization: OrganizationModel,
    @Args(() => PageArgs) page: PageArgs,
    @Arg('status', () => CooperationStatus, { nullable: true, description: 'Only these.' })
    status?: CooperationStatusName | null,
  ) {
    return listCooperations(context.current, organization, page, status);
  }
}

/** Whatever names the cooperation behind it. */
interface Named {
  readonly cooperationId: string | null;
}

const behind = (context: RequestContext, { cooperationId }: Named) =>
  cooperationId === null ? null : loadCooperation(context.current, cooperationId);

@Resolver(() => Access)
export class AccessCooperationResolver {
  @FieldResolver(() => Cooperation, {
    nullable: true,
    description: 'The cooperation that the resource is reached through, if it is shared.',
  })
  cooperation(@Ctx('request') context: RequestContext, @Root() { access }: { readonly access: Named }) {
    return behind(context, access);
  }
}

@Resolver(() => Grant)
export class GrantCooperationResolver {
  @FieldResolver(() => Cooperation, { nullable: true, description: 'Set on a delegated grant.' })
  cooperation(@Ctx('request') context: RequestContext, @Root() { row }: { readonly row: Named }) {
    return behind(context, row);
  }
}

@Resolver(() => Invitation)
export class InvitationCooperationResolver {
  @FieldResolver(() => Cooperation, {
    nullable: true,
    description: 'Of an invitation to a cooperation; null once nothing is left of it.',
  })
  cooperation(
    @Ctx('request') context: RequestContext,
    @Root() { row }: { readonly row: { readonly cooperation: { readonly id: string } | null } },
  ) {
    return behind(context, { cooperationId: row.cooperation?.id ?? null });
  }
}

@Resolver(() => Share)
export class ShareCooperationResolver {
  @FieldResolver(() => Cooperation, { description: 'What it goes through.' })
  async cooperation(
    @Ctx('request') context: RequestContext,
    @Root() { row }: { readonly row: { readonly cooperation: { readonly id: string } } },
  ) {
    return found(await loadCooperation(context.current, row.cooperation.id));
  }
}

/** The payload reads what the command left, as a query would. */
const payload = async (context: RequestContext, id: string) => ({
  cooperation: found(await loadCooperation(await context.reading(), id)),
});
