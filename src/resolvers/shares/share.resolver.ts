import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { AccessStep } from '../../schema/access.ts';
import { PageArgs } from '../../schema/connection.ts';
import { Cooperation } from '../../schema/cooperation.ts';
import { Resource } from '../../schema/resource.ts';
import { Share, ShareConnection } from '../../schema/share.ts';
import {
  RevokeShareInput,
  RevokeSharePayload,
  SharePayload,
  ShareResourceInput,
} from '../../schema/share-inputs.ts';
import type { RequestContext } from '../context/request-context.ts';
import type { CooperationModel } from '../cooperations/cooperation-model.ts';
import type { AccessStepModel } from '../resources/access-model.ts';
import { found, loadResourceOf } from '../resources/load-resource.ts';
import type { ResourceModel } from '../resources/resource-model.ts';
import { listShares } from './list-shares.ts';
import { loadShare } from './load-share.ts';
import { revokeShare } from './revoke-share.ts';
import type { ShareModel } from './share-model.ts';
import { shareResource } from './share-resource.ts';

@Resolver(() => Share)
export class ShareResolver {
  @FieldResolver(() => Resource, {
    nullable: true,
    description:
      'What is shared; null when the viewer may see the share but not, or no longer, the resource.',
  })
  resource(@Ctx('request') context: RequestContext, @Root() share: ShareModel) {
    return loadResourceOf(context.current, share.row.resource);
  }

  @Mutation(() => SharePayload, {
    description:
      'Shares a portfolio or park with the other side of a cooperation, in the place of an earlier share of it. Delegated grants above a lower ceiling are lowered with it, and end under NONE.',
  })
  async shareResource(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => ShareResourceInput, { description: 'What, with whom and as what.' })
    input: ShareResourceInput,
  ) {
    const id = await shareResource(context, input);
    return { share: await loadShare(await context.reading(), id) };
  }

  @Mutation(() => RevokeSharePayload, {
    description:
      'Revokes a share: delegated grants above what is left are lowered, and those that nothing covers any more end with it.',
  })
  async revokeShare(
    @Ctx('request') context: RequestContext,
    @Arg('input', () => RevokeShareInput, { description: 'Which one.' }) input: RevokeShareInput,
  ) {
    return { revokedShareId: await revokeShare(context, input) };
  }
}

@Resolver(() => Cooperation)
export class CooperationSharesResolver {
  @FieldResolver(() => ShareConnection, {
    description: 'What either side shares through it, the oldest first.',
  })
  shares(
    @Ctx('request') context: RequestContext,
    @Root() cooperation: CooperationModel,
    @Args(() => PageArgs) page: PageArgs,
  ) {
    return found(listShares(context.current, { kind: 'COOPERATION', id: cooperation.row.id }, page));
  }
}

@Resolver(() => Resource)
export class ResourceSharesResolver {
  @FieldResolver(() => ShareConnection, {
    nullable: true,
    description:
      'The shares of exactly this resource, the oldest first: to every partner for its owner, its own for a partner.',
  })
  shares(
    @Ctx('request') context: RequestContext,
    @Root() resource: ResourceModel,
    @Args(() => PageArgs) page: PageArgs,
  ) {
    return listShares(context.current, resource.ref, page);
  }
}

@Resolver(() => AccessStep)
export class AccessStepShareResolver {
  @FieldResolver(() => Share, { nullable: true, description: 'The share that the step applied.' })
  share(@Ctx('request') context: RequestContext, @Root() { shareId }: AccessStepModel) {
    return shareId === null ? null : loadShare(context.current, shareId);
  }
}
