import { Arg, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { MEMBER_DETAIL_ROLES } from '../../authz/roles.ts';
import { grantsOfInvitations, type InvitationGrantRow } from '../../db/queries/invitations.ts';
import { Invitation, InvitationGrant, InvitationPreview } from '../../schema/invitation.ts';
import {
  AcceptInvitationInput,
  AcceptInvitationPayload,
  DeclineInvitationInput,
  InvitationIdInput,
  InvitationPayload,
  InviteMemberInput,
  InvitePlatformCustomerInput,
  UpdateInvitationInput,
} from '../../schema/invitation-inputs.ts';
import { Resource } from '../../schema/resource.ts';
import { OkPayload } from '../../schema/resource-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import { loadCooperation } from '../cooperations/load-cooperation.ts';
import { loadOrganization } from '../organizations/load-organization.ts';
import { found, loadResourceOf } from '../resources/load-resource.ts';
import { ViewerModel } from '../viewer/viewer-model.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { declineInvitation } from './decline-invitation.ts';
import type { InvitationModel } from './invitation-model.ts';
import { previewInvitation } from './invitation-preview.ts';
import { inviteMember } from './invite-member.ts';
import { invitePlatformCustomer } from './invite-platform-customer.ts';
import { loadInvitation } from './load-invitation.ts';
import { resendInvitation } from './resend-invitation.ts';
import { revokeInvitation } from './revoke-invitation.ts';
import { updateInvitation } from './update-invitation.ts';

@Resolver(() => Invitation)
export class InvitationResolver {
  @FieldResolver(() => [InvitationGrant], {
    description: 'Grants that take effect at acceptance; shown to ADMIN and MODERATOR, to others none.',
  })
  async grants(@Ctx('request') context: RequestContext, @Root() invitation: InvitationModel) {
    // Section 6: grants are shown to those who see a member's.
    const { home } = context.current.viewer;
    if (home.role === null || !MEMBER_DETAIL_ROLES.includes(home.role)) return [];
    return context.current
      .loader<readonly InvitationGrantRow[]>('grants of invitation', grantsOfInvitations, () => [])
      .load(invitation.row.id);
  }

  @Query(() => InvitationPreview, {
    nullable: true,
    description:
      'What the holder of an invitation link is shown before registering; null for an unknown, used or expired link.',
  })
  invitationByToken(
    @Ctx('request') context: RequestContext,
    @Arg('token', () => String, { description: 'The secret of the link.' }) token: string,
  ) {
    return previewInvitation(context, token);
  }

  @Mutation(() => InvitationPayload, { description: 'Invites a new customer by mail.' })
  async invitePlatformCustomer(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => InvitePlatformCustomerInput, { description: 'Whom.' })
    input: InvitePlatformCustomerInput,
  ) {
    return payload(context, await invitePlatformCustomer(context, input));
  }

  @Mutation(() => InvitationPayload, {
    description:
      'Invites somebody into an organization by mail, with a role that the viewer may invite with (M1).',
  })
  async inviteMember(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => InviteMemberInput, { description: 'Whom, and as what.' }) input: InviteMemberInput,
  ) {
    return payload(context, await inviteMember(context, input));
  }

  @Mutation(() => InvitationPayload, {
    description: 'Changes role, label and grants of an invitation that is not yet accepted.',
  })
  async updateInvitation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => UpdateInvitationInput, { description: 'What to change.' })
    input: UpdateInvitationInput,
  ) {
    return payload(context, await updateInvitation(context, input));
  }

  @Mutation(() => InvitationPayload, {
    description:
      'Sends an open or expired invitation again: the earlier link goes dead, the time starts anew.',
  })
  async resendInvitation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => InvitationIdInput, { description: 'Which one.' }) input: InvitationIdInput,
  ) {
    return payload(context, await resendInvitation(context, input));
  }

  @Mutation(() => InvitationPayload, { description: 'Takes an open invitation back: its link goes dead.' })
  async revokeInvitation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => InvitationIdInput, { description: 'Which one.' }) input: InvitationIdInput,
  ) {
    return payload(context, await revokeInvitation(context, input));
  }

  @Mutation(() => AcceptInvitationPayload, {
    description: 'Accepts an invitation, by the account whose verified address is the invited one.',
  })
  async acceptInvitation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => AcceptInvitationInput, { description: 'Which one, and what it needs.' })
    input: AcceptInvitationInput,
  ) {
    const { organizationId, cooperationId } = await acceptInvitation(context, input);
    const reading = await context.reading();
    return {
      viewer: new ViewerModel(reading),
      organization: found(loadOrganization(reading.viewer, organizationId)),
      cooperation: cooperationId && (await loadCooperation(reading, cooperationId)),
    };
  }

  @Mutation(() => OkPayload, { description: 'Declines an invitation: whoever holds its link may.' })
  async declineInvitation(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => DeclineInvitationInput, { description: 'Which one.' })
    input: DeclineInvitationInput,
  ) {
    await declineInvitation(context, input);
    return { ok: true };
  }
}

@Resolver(() => InvitationGrant)
export class InvitationGrantResolver {
  @FieldResolver(() => Resource, {
    nullable: true,
    description: 'Where it will be; null when the viewer cannot see the resource.',
  })
  resource(@Ctx('request') context: RequestContext, @Root() grant: InvitationGrantRow) {
    return loadResourceOf(context.current, grant.resource);
  }
}

/** The payload reads what the command left, as a query would. */
const payload = async (context: RequestContext, id: string) => ({
  invitation: found(await loadInvitation(await context.reading(), id)),
});
